"""Performers of the admins' deeds that take a key: they close over the office, so that storage never sees one.

A deed is a plain value that names a round; what is secret is added here, inside the message's transaction. Should that
be rolled back, what is left behind is a key in memory that no round names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.ballot_vault import ShareVault
from bot.ballots import BallotOffice, SharesGone
from rules.ballots import Opening
from rules.deeds import AdminDeed, Declined, Heard
from rules.deeds_ballot import OpenRound, PrepareRound, RoundsOf
from rules.deeds_judging import BeginRound, Planned, PlanRound, PublishRound
from rules.deeds_rounds import DrawLots, Drawn
from rules.points import TooFewMarks
from sealing.drawer import Drawer, KeyDestroyed
from sealing.receipts import Notary
from storage import rounds
from storage.audit import Performer, audited
from storage.ballots import Ballots, publish
from storage.database import Database
from storage.judging import experts_of
from storage.moments import Moment
from storage.shortlists import keep_draw
from storage.telling import overtaken, tell_each
from storage.turns import Turns


class BallotDeeds:
    """What the office does for admins."""

    def __init__(self, office: BallotOffice) -> None:
        self._office = office

    def performers(self) -> Mapping[type[AdminDeed], Performer]:
        """Who performs which deed, with its row in the audit log."""
        return {
            PlanRound: audited(self.plan), BeginRound: audited(self.begin), PublishRound: audited(self.publish),
            DrawLots: audited(self.draw),
        }  # fmt: skip

    async def plan(self, moment: Moment, deed: PlanRound) -> Planned | Declined:
        """Make a round's key in shares, and ask the scrutineers to write theirs down."""
        try:
            key, holders = await self._office.prepared(deed.holders, deed.threshold)
        except SharesGone:
            return Declined("judging.shares_away", {})
        done = await rounds.prepare(
            moment,
            PrepareRound(
                key, deed.campaign, deed.round, deed.threshold, holders, deed.by, deed.plan, deed.plan.get("after", ""),
                deed.plan.get("purpose", ""),
            ),
        )  # fmt: skip
        if isinstance(done, Declined):
            return done
        await tell_each(moment, deed.campaign, deed.heard, deed.holders)
        return Planned(key)

    async def begin(self, moment: Moment, deed: BeginRound) -> Planned | Declined:
        """Fix everything, open, and tell every expert what was fixed."""
        try:
            opening = await self._office.fixed(deed.key, deed.opening)
        except SharesGone:
            return Declined("judging.shares_gone", {})
        done = await rounds.open_round(moment, OpenRound(deed.key, opening, deed.experts))
        if isinstance(done, Declined):
            return done
        heard = _with(deed.heard, commitment=opening.commitment())
        await overtaken(moment, deed.campaign, "judging.shares_kept")
        await tell_each(moment, deed.campaign, heard, list(deed.experts.values()))
        return Planned(deed.key)

    async def publish(self, moment: Moment, deed: PublishRound) -> Planned | Declined:
        """Make, sign and keep the bundle, and tell the experts."""
        opening = await _opening(moment, deed.campaign, deed.key, rounds.TALLIED)
        if opening is None:
            return Declined("judging.not_tallied", {})
        try:
            found = await self._office.signed(moment, opening, deed.votes, deed.lists)
        except TooFewMarks as few:
            return Declined("judging.too_few_marks", {"least": few.least})
        said = json.dumps(found, ensure_ascii=False, sort_keys=True, indent=1)
        if not await publish(moment, deed.key, said):
            return Declined("judging.not_tallied", {})
        await overtaken(moment, deed.campaign, "judging.tallied")
        await tell_each(moment, deed.campaign, deed.heard, await experts_of(moment, deed.key))
        return Planned(deed.key)

    async def draw(self, moment: Moment, deed: DrawLots) -> Drawn | Declined:
        """Reveal the seed that was fixed at the opening, draw, and tell the experts."""
        opening = await _opening(moment, deed.campaign, deed.key, rounds.PUBLISHED)
        if opening is None or "draw" not in opening.rule:
            return Declined("judging.no_draw", {})
        try:
            found = self._office.draw(opening, deed.tied, deed.said)
        except KeyDestroyed:
            return Declined("judging.drawn_already", {})
        if not await keep_draw(moment, deed.key, json.dumps(found, ensure_ascii=False, sort_keys=True, indent=1)):
            return Declined("judging.drawn_already", {})
        await tell_each(moment, deed.campaign, deed.heard, await experts_of(moment, deed.key))
        return Drawn(tuple(found["order"]))


async def _opening(moment: Moment, campaign: str, key: str, state: str) -> Opening | None:
    found = await rounds.rounds_of(moment.connection, RoundsOf(campaign))
    return next((each.opening for each in found if each.key == key and each.state == state), None)


def _with(heard: Heard | None, **facts: Any) -> Heard | None:
    return None if heard is None else replace(heard, facts={**heard.facts, **facts})


def open_office(
    turns: Turns, database: Database, data: Path, key: bytes, vault: ShareVault | None = None
) -> BallotOffice:
    """The office of a deployment, with its performers in place; `data` is the folder that holds the keys' folder."""
    office = BallotOffice(turns, Ballots(database), Drawer(data / "rounds"), Notary(key), vault)
    turns.deeds |= BallotDeeds(office).performers()
    return office
