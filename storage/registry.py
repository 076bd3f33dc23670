"""Who performs which deed and answers which look. What admins do is recorded in the audit log by the way."""

from __future__ import annotations

from rules.deeds import AdminDeed
from storage import (
    awarding,
    awards,
    ballots,
    board,
    broadcasts,
    caps,
    certificates,
    duties,
    embargo,
    entries,
    erasures,
    judging,
    leaves,
    linking,
    objections,
    packets,
    pauses,
    payouts,
    payouts_read,
    people,
    public_signals,
    public_terms,
    public_votes,
    publication,
    questions,
    quiz,
    quiz_figures,
    referrals,
    remarks,
    reminders_asked,
    reseating,
    returns,
    rounds,
    screenings,
    screenings_read,
    sessions,
    shortlists,
    tallies,
    twins,
    unit_files,
    units,
    vouchers,
    work,
)
from storage.audit import audited
from storage.moments import Deeds, Looks

_PARTS = (
    people, entries, work, linking, broadcasts, leaves, pauses, caps, returns, embargo, reminders_asked, duties,
    erasures, board, twins, rounds, ballots, judging, screenings, quiz, packets, awarding, objections,
    certificates, publication, reseating, shortlists, remarks, public_votes, public_terms,
    payouts, vouchers, referrals, questions,
)  # fmt: skip
_READ = (
    people, entries, sessions, units, linking, broadcasts, leaves, pauses, caps, returns, tallies, unit_files,
    reminders_asked, duties, erasures, twins, rounds, ballots, judging, awards, screenings_read, quiz, packets,
    quiz_figures, certificates, publication, shortlists, remarks, public_votes, public_terms, public_signals,
    payouts_read, referrals, questions,
)  # fmt: skip

DEEDS: Deeds = {
    kind: audited(perform) if issubclass(kind, AdminDeed) else perform
    for part in _PARTS
    for kind, perform in part.DEEDS.items()
}
LOOKS: Looks = {kind: answer for part in _READ for kind, answer in part.LOOKS.items()}
