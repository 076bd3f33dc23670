"""What becomes of every table when a person's data, or a campaign's, are erased, and why some of it stays.

A new table must be entered here: `tests/storage/test_erasing.py` compares this list with the schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Policy:
    """One table. `person`, `campaign`: its rows go, stay, or stay with the columns in `blank` emptied.

    `why` is the key of the reason in `erase.toml` that something stays, "" where nothing that stays is personal.
    """

    person: Literal["gone", "stays", "blank"] = "stays"
    campaign: Literal["gone", "stays", "blank"] = "stays"
    blank: tuple[str, ...] = ()
    why: str = ""


_ALL = Policy(person="gone", campaign="gone")

#: Rows are a person's by their columns `person`, `address`, `owner`, `session`, `letter`, or by an address as their
#: key; a campaign's by `campaign`, `session`, `entry`.
POLICIES: Mapping[str, Policy] = {
    "people": Policy(person="blank", blank=("name", "channel", "address", "seat", "tries", "locked_until")),
    "addresses": Policy(person="gone"),
    "guests": Policy(person="gone"),
    "seats": _ALL,
    "sessions": _ALL,
    "log": _ALL,
    "inbox": Policy(person="gone"),
    "outbox": _ALL,
    "attempts": Policy(person="gone"),
    "spool": Policy(person="gone"),
    "links": Policy(person="gone"),
    "grants": Policy(person="gone"),
    "incidents": _ALL,
    "work": _ALL,
    "mutes": _ALL,
    "reminders": _ALL,
    "uploads": Policy(person="gone"),
    "shelves": Policy(person="gone"),
    # What is the unit's, not the person's.
    "units": Policy(campaign="blank", blank=("contacts",), why="erase.stays.units"),
    "prints": Policy(campaign="gone"),
    "entries": Policy(campaign="stays", why="erase.stays.entries"),
    "versions": Policy(campaign="stays", why="erase.stays.entries"),
    "pledges": Policy(campaign="stays", why="erase.stays.pledges"),
    "materials": Policy(campaign="gone"),
    "returns": Policy(campaign="gone"),
    "screenings": Policy(campaign="stays", why="erase.stays.decisions"),
    "fingerprints": Policy(campaign="gone"),
    "twins": Policy(campaign="gone"),
    "parcels": Policy(campaign="stays", why="erase.stays.entries"),
    "receipts": Policy(campaign="gone"),
    "handed": Policy(campaign="gone"),
    "fulfilments": Policy(campaign="gone"),
    # Secret ballots: who is on a roll is an official record; what was chosen is sealed, and nobody can open it for one.
    "ballot_rounds": Policy(campaign="stays", why="erase.stays.ballots"),
    "recusals": Policy(campaign="stays", why="erase.stays.ballots"),
    "scrutineers": Policy(campaign="stays", why="erase.stays.ballots"),
    "roll": Policy(campaign="stays", why="erase.stays.ballots"),
    "envelopes": Policy(campaign="stays"),
    "ballot_drafts": Policy(campaign="gone"),
    "shortlists": Policy(campaign="stays", why="erase.stays.decisions"),
    "remark_drafts": Policy(campaign="gone"),
    "remarks": Policy(campaign="gone"),
    "ballot_presses": Policy(campaign="gone"),
    "board": Policy(campaign="stays", why="erase.stays.ballots"),
    "honours": Policy(campaign="stays", why="erase.stays.decisions"),
    # A quiz: what was paid out must be accounted for; who played for whom goes with the campaign.
    "quiz_players": _ALL,
    "quiz_attempts": Policy(campaign="gone"),
    "quiz_answers": Policy(campaign="gone"),
    "packet_pools": Policy(campaign="stays", why="erase.stays.decisions"),
    "packets": Policy(campaign="stays", why="erase.stays.decisions"),
    "packet_ledger": Policy(campaign="stays", why="erase.stays.decisions"),
    # Payments are accounted for; whose account they went to is the person's. A code that was given is spent.
    "payouts": Policy(person="blank", campaign="stays", blank=("openid",), why="erase.stays.decisions"),
    "payout_rests": Policy(campaign="gone"),
    "vouchers": Policy(campaign="stays", why="erase.stays.decisions"),
    "referral_terms": Policy(campaign="stays", why="erase.stays.decisions"),
    "referral_links": _ALL,
    "referrals": _ALL,
    "award_decisions": Policy(campaign="stays", why="erase.stays.decisions"),
    "listings": Policy(campaign="stays", why="erase.stays.decisions"),
    "honour_changes": Policy(campaign="stays", why="erase.stays.decisions"),
    "objections": Policy(campaign="blank", blank=("words", "files", "answer"), why="erase.stays.decisions"),
    "certificates": Policy(campaign="stays", why="erase.stays.decisions"),
    "results_told": Policy(campaign="stays", why="erase.stays.decisions"),
    "outlets": Policy(campaign="stays", why="erase.stays.decisions"),
    # The public vote: a vote counts on without anything that leads to whoever gave it.
    "votes": Policy(person="blank", campaign="gone", blank=("network", "way"), why="erase.stays.votes"),
    "vote_terms": Policy(campaign="stays", why="erase.stays.decisions"),
    "vote_imports": Policy(campaign="stays", why="erase.stays.decisions"),
    "invites": Policy(campaign="gone"),
    "leaves": Policy(campaign="stays", why="erase.stays.decisions"),
    "caps": Policy(campaign="stays", why="erase.stays.decisions"),
    "asks": Policy(campaign="stays", why="erase.stays.decisions"),
    "pauses": Policy(campaign="stays", why="erase.stays.decisions"),
    "questions": Policy(campaign="gone"),
    "audit": Policy(campaign="stays", why="erase.stays.audit"),
    "broadcasts": Policy(campaign="gone"),
    "rounds": Policy(campaign="stays"),
    "erasures": Policy(campaign="stays", why="erase.stays.erasures"),
    # What is nobody's.
    "counters": Policy(),
    "tokens": Policy(),
    "leases": Policy(),
    "quarantine": Policy(),
}
#: Tables whose texts are never rewritten: each row is sealed by the hash of the one before.
SEALED = frozenset({"audit"})
