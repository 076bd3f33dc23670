"""The public votes as a publication takes them: given here, imported, and whether more are still coming in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.flows.steering import told
from bot.talk.replay import Talk
from rules.instants import micros
from rules.looks_public import Totals, VotesByHour, VoteTerms, totals_of
from rules.public_vote import polled, public_rounds, voted_rounds


@dataclass(frozen=True, slots=True)
class Public:
    """Votes by entry: what counts, and `everything` with votes set aside. `open_until`: votes come in until then.

    `known` is false where nobody voted here and nothing was imported: then an admin types the totals.
    """

    votes: Mapping[int, int] = field(default_factory=dict)
    everything: Mapping[int, int] = field(default_factory=dict)
    totals: Totals = field(default_factory=lambda: Totals(seen=False))
    known: bool = False
    open_until: int = 0

    def told(self) -> dict[str, Any]:
        """Where the votes come from, as facts of a sentence."""
        imported = self.totals.imported
        return {
            "own": sum(self.totals.given.values()), "aside": sum(self.totals.aside.values()),
            "imported": sum(imported.votes.values()) if imported is not None else 0,
            "added": imported is not None and imported.added, "file": imported.file if imported is not None else "",
        }  # fmt: skip


async def public_votes(talk: Talk, entries: Collection[int]) -> Public:
    """The votes for these entries, of the notice's public round."""
    rounds = public_rounds(talk.notice)
    if not rounds:
        return Public()
    round_ = rounds[0]
    totals: Totals = await talk.look(totals_of(talk.notice, round_, talk.person.id))
    if not totals.known:
        return Public(totals=totals)
    here = polled(talk.notice, round_, await talk.look(VoteTerms(talk.notice.id, round_.key)), micros(talk.now))
    counts = totals.imported is None or totals.imported.added
    still = here.window.closes if here.state == "open" and round_.vote is not None and counts else 0
    counted, every = totals.counted, totals.everything
    return Public(
        {entry: counted.get(entry, 0) for entry in entries}, {entry: every.get(entry, 0) for entry in entries}, totals,
        known=True, open_until=still,
    )  # fmt: skip


async def say_votes(talk: Talk) -> bool:
    """Where the public votes stand that have begun; gives whether there is one."""
    begun = False
    for round_ in voted_rounds(talk.notice):
        here = polled(talk.notice, round_, await talk.look(VoteTerms(talk.notice.id, round_.key)), micros(talk.now))
        if here.state not in ("open", "over"):
            continue
        totals: Totals = await talk.look(totals_of(talk.notice, round_, talk.person.id))
        hours = await talk.look(VotesByHour(talk.notice.id, round_.key, micros(talk.now) + 1))
        given = sum(totals.given.values())
        facts = {
            "label": round_.label,
            "open": here.state == "open",
            "given": given,
            "aside": sum(totals.aside.values()),
        }
        talk.say("vote.standing", **facts, closes=told(talk, here.window.closes), hour=hours[-1], day=sum(hours))
        begun = True
    return begun
