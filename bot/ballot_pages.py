"""The roof's answer to the pages of papers and shares: whose they are, what is on them, and what the office does."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from bot.ballot_views import (
    drawn_of,
    in_groups,
    levels_of,
    looks_of,
    marked,
    paper_state,
    placed,
    places_of,
    share_state,
)
from bot.ballots import BallotOffice, NotYet, SharesGone
from bot.flows.judging_label import label_of
from bot.links import Links
from bot.wording import Wording
from rules import filled
from rules.ballots import Choices, Opening
from rules.deeds import Declined
from rules.deeds_ballot import BallotRound, OnRoll, SharesOf
from rules.faults import Fault
from rules.instants import from_micros, micros
from rules.looks_judging import Candidate, Candidates, ViewOf
from rules.notice import Notice
from sealing.drawer import KeyDestroyed
from sealing.receipts import Receipt
from sealing.shares import BadShare
from sealing.tally import SpoiledBallot
from storage.ballots import Ballots
from storage.database import Database
from storage.judging import materials_of, person_at, round_at
from storage.registry import LOOKS
from web.ballot_ports import Item, Mark, Member, Paper, Part, Problem, Result, Share
from web.ports import Clock, NotOurs


class WebBallots:
    """Papers and shares on pages. Choices pass through in memory."""

    def __init__(
        self,
        database: Database,
        office: BallotOffice,
        notices: Mapping[str, Notice],
        links: Links,
        wording: Wording,
        clock: Clock,
    ) -> None:
        self._database, self.office, self._notices, self._links = database, office, notices, links
        self._wording, self._ballots, self._clock = wording, Ballots(database), clock
        #: Told that there is something new to send.
        self.posted: Callable[[], None] = lambda: None

    def page(self, address: str) -> str:
        """The link of "channel:address" to their page."""
        return self._links.page(address, self._clock.now())

    async def beat(self, first: Callable[[], Awaitable[None]]) -> None:
        """What the tick does: what was there before, and the destruction of keys whose time is over."""
        await first()
        await self.office.expire(self._clock.now())

    async def who(self, token: str, now: datetime) -> Member:
        """Whose page a token opens. Raises `LinkExpired`, `NotOurs`."""
        address = self._links.open_page(token, now)
        async with self._database.read() as connection:
            person = await person_at(connection, address)
        if person is None:
            raise NotOurs("expected the address of somebody who is known, found one that was erased")
        return Member(person, address)

    async def parts(self, member: Member, now: datetime) -> tuple[Part, ...]:
        """What somebody has to do or to look at, newest first."""
        found: list[Part] = []
        for here, _, confirmed in await self._look(SharesOf(member.person)):
            state = share_state(here, now, confirmed=confirmed)
            found.append(Part("share", here.key, self._title(here), self._label(here), state))
        papers = [each for each in await self.office.papers(member.person) if each.round.campaign in self._notices]
        found += [
            Part("paper", each.round.key, self._title(each.round), self._label(each.round), paper_state(each, now))
            for each in papers
        ]
        return tuple(found)

    async def paper(self, member: Member, key: str, now: datetime) -> Paper | None:
        """Somebody's paper of a round."""
        mine = await self.office.mine(member.person, key)
        if mine is None or mine.round.opening is None:
            return None
        here, opening = mine.round, mine.round.opening
        state = paper_state(mine, now)
        draft = await self.office.draft(mine)
        until = await self._look(ViewOf(key))
        criteria, levels = self._criteria(here, opening), levels_of(opening)
        return Paper(
            key, self._title(here), self._label(here), opening.paper.kind, levels, opening.paper.most, criteria,
            from_micros(here.closes), here.commitment, here.threshold, here.scrutineers,
            await self._items(member, mine, opening, now), draft.choices if state == "due" else {}, state,
            self._receipt(mine), from_micros(until) if mine.cast and until > micros(now) else None,
            elsewhere=draft.where == "other", fits=self._fits(here, opening),
        )  # fmt: skip

    async def keep(self, member: Member, key: str, choices: Choices, now: datetime) -> str:
        """Keep a sealed draft."""
        mine = await self.office.mine(member.person, key)
        if mine is None:
            return self._wording.text("ballot.not_on_roll")
        done = await self.office.keep(mine, member.person, choices, now)
        return "" if done is None else self._said(done)

    async def problems(self, member: Member, key: str) -> tuple[Problem, ...]:
        """Everything that keeps the draft from being cast."""
        mine = await self.office.mine(member.person, key)
        if mine is None or mine.round.opening is None:
            return ()
        draft = await self.office.draft(mine)
        found = filled.faults(mine.round.opening.paper, draft.choices, mine.recused)
        return tuple(self._problem(fault) for fault in found)

    async def cast(self, member: Member, key: str, now: datetime) -> tuple[Problem, ...]:
        """Cast the draft."""
        mine = await self.office.mine(member.person, key)
        if mine is None:
            return (Problem(self._wording.text("ballot.not_on_roll")),)
        draft = await self.office.draft(mine)
        done = await self.office.cast(mine, member.person, draft.choices, now)
        if isinstance(done, Declined):
            return (Problem(self._said(done)),)
        return tuple(self._problem(fault) for fault in done) if isinstance(done, tuple) else ()

    async def marks(self, member: Member, key: str) -> tuple[Mark, ...] | None:
        """核对: somebody's own rows on the board."""
        mine = await self.office.mine(member.person, key)
        if mine is None or mine.round.opening is None or mine.round.state != "published" or not mine.cast:
            return None
        try:
            own = await self.office.own_rows(mine)
        except KeyDestroyed:
            return None
        opening = mine.round.opening
        board = {(row.entry, row.tracker): row.levels for row in await self._ballots.board(key)}
        entries, fits = await self._entries(mine.round, opening), self._fits(mine.round, opening)
        return tuple(
            Mark(
                each.number, each.title, own[each.id],
                marked(self._wording, opening, each.id, board[each.id, own[each.id]], mine.recused, fits),
            )
            for each in entries if each.id in own
        )  # fmt: skip

    async def share(self, member: Member, key: str, now: datetime) -> Share | None:
        """Somebody's share of a round."""
        held = next((each for each in await self._look(SharesOf(member.person)) if each[0].key == key), None)
        if held is None:
            return None
        here, number, confirmed = held
        state: Literal["show", "kept", "gone", "give", "wait"] = share_state(here, now, confirmed=confirmed)
        shown = ""
        if state == "show":
            try:
                shown = await self.office.share(key, number)
            except SharesGone:
                state = "gone"
        elif state == "kept" and not await self.office.preparing(key):
            state = "gone"
        facts = (key, self._title(here), self._label(here), number, here.threshold, here.scrutineers)
        return Share(*facts, state, shown)

    async def confirm(self, member: Member, key: str, typed: str, now: datetime) -> str:
        """Type a share back; the admins hear when all are."""
        try:
            done = await self.office.confirm(key, member.person, typed, now, self._named)
        except BadShare:
            return self._wording.text("ballot.share_wrong")
        except SharesGone:
            return self._wording.text("judging.shares_gone")
        if done is not None:
            return self._said(done)
        self.posted()
        return ""

    async def give(self, member: Member, key: str, typed: str, now: datetime) -> tuple[str, int]:
        """Give a share for the tally; the admins hear when everything is counted."""
        async with self._database.read() as connection:
            here = await round_at(connection, key)
        if here is None:
            return self._wording.text("ballot.share_wrong"), 0
        try:
            left = await self.office.hand_in(here, member.person, typed, now, self._named(here))
        except BadShare:
            return self._wording.text("ballot.share_wrong"), here.threshold
        except NotYet:
            return self._wording.text("judging.not_closed"), here.threshold
        except SharesGone:
            return self._wording.text("ballot.share_away"), here.threshold
        except SpoiledBallot as spoiled:
            return self._wording.text("judging.spoiled", numbers=list(spoiled.numbers)), here.threshold
        if not left:
            self.posted()
        return "", left

    async def result(self, key: str) -> Result | None:
        """What was published of a round."""
        said = await self._ballots.bundle(key)
        async with self._database.read() as connection:
            here = await round_at(connection, key)
        if not said or here is None or here.opening is None:
            return None
        found: dict[str, Any] = json.loads(said)
        entries = {each.id: each for each in await self._entries(here, here.opening)}
        lists = tuple(
            (self._track(here, name), tuple(placed(entries[row[0]], row) for row in rows))
            for name, rows in found["places"].items()
        )
        return Result(
            key, self._title(here), self._label(here), said, found["commitment"], found["root"], len(found["cast"]),
            len(here.opening.roll), lists, drawn_of(await self._ballots.draw(key), entries),
        )  # fmt: skip

    async def _items(self, member: Member, mine: OnRoll, opening: Opening, now: datetime) -> tuple[Item, ...]:
        entries = await self._entries(mine.round, opening)
        async with self._database.read() as connection:
            handed = await materials_of(connection, [each.id for each in entries])
        away = set(mine.recused)
        places = places_of(opening, mine.recused)
        return tuple(
            Item(
                each.id, each.number, each.title, self._track(mine.round, each.track), each.id in away,
                () if each.id in away else looks_of(self._links, member.address, each, handed.get(each.id, ()), now),
                places.get(each.id, 0),
            )
            for each in in_groups(opening, entries)
        )  # fmt: skip

    async def _entries(self, here: BallotRound, opening: Opening) -> tuple[Candidate, ...]:
        found: tuple[Candidate, ...] = await self._look(Candidates(here.campaign, here.round, opening.paper.entries))
        return found

    def _criteria(self, here: BallotRound, opening: Opening) -> tuple[tuple[str, str], ...]:
        judging = self._notices[here.campaign].judging
        labels = {each.key: each.label for each in judging.criteria} if judging is not None else {}
        shares = opening.rule["criteria"]
        asked = opening.paper.criteria[: opening.paper.marks]
        if len(asked) == 1:
            return (("", ""),)
        return tuple((labels.get(key, key), share) for key, share in zip(asked, shares, strict=False))

    def _fits(self, here: BallotRound, opening: Opening) -> tuple[str, ...]:
        awards = self._notices[here.campaign].awards
        labels = {prize.key: prize.label for prize in awards.prizes} if awards is not None else {}
        return tuple(labels.get(key, key) for key in opening.paper.fits)

    def _receipt(self, mine: OnRoll) -> Receipt | None:
        if not mine.leaf:
            return None
        return self.office.receipt(mine.round.key, bytes.fromhex(mine.leaf))

    def _problem(self, fault: Fault) -> Problem:
        return Problem(self._wording.text(fault.key, **fault.facts), tuple(fault.facts.get("entries", ())))

    def _said(self, declined: Declined) -> str:
        return self._wording.text(declined.why, **declined.facts)

    def _named(self, here: BallotRound) -> dict[str, str]:
        return {"title": self._title(here), "label": self._label(here)}

    def _title(self, here: BallotRound) -> str:
        return self._notices[here.campaign].short_title

    def _label(self, here: BallotRound) -> str:
        return label_of(self._notices[here.campaign].judging, here.round, here.purpose)

    def _track(self, here: BallotRound, track: str) -> str:
        return self._notices[here.campaign].track(track).label

    async def _look(self, look: Any) -> Any:
        async with self._database.read() as connection:
            return await LOOKS[type(look)](connection, look)
