"""The roof's answer to the pages of remarks, and what the round before gave, on the papers of the one after it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from bot.ballot_pages import WebBallots
from bot.ballot_views import paper_state
from rules.ballot_plan import GRADES
from rules.ballots import Opening
from rules.deeds import Declined
from rules.deeds_ballot import OnRoll
from rules.deeds_rounds import ModerateRemarks
from rules.feedback import Spread, feedback
from rules.instants import from_micros, micros
from rules.remarks import MOST
from storage.judging import round_at
from storage.remarks import released_of, to_moderate
from web.ballot_ports import Item, Member, Part, Problem
from web.remark_ports import Desk, Original, Sheet, Work


class WebRemarks(WebBallots):
    """Papers and shares, with what goes from one round to the next."""

    async def parts(self, member: Member, now: datetime) -> tuple[Part, ...]:
        """What somebody has to do or to look at; remarks to be retyped among it."""
        found = await super().parts(member, now)
        async with self._database.read() as connection:
            rounds = [await round_at(connection, key) for key in await to_moderate(connection, member.person)]
        return (
            *found,
            *(
                Part("retype", here.key, self._title(here), self._label(here), "retype")
                for here in rounds if here is not None and here.campaign in self._notices
            ),
        )  # fmt: skip

    async def sheet(self, member: Member, key: str, now: datetime) -> Sheet | None:
        """Somebody's page of remarks."""
        mine = await self.office.mine(member.person, key)
        if mine is None or mine.round.opening is None or not _running(mine, now):
            return None
        texts = await self.office.remarks.mine(mine)
        entries = await self._entries(mine.round, mine.round.opening)
        works = [
            Work(each.id, each.number, each.title, texts.get(each.id, ""))
            for each in entries if each.id not in mine.recused
        ]  # fmt: skip
        here = mine.round
        return Sheet(key, self._title(here), self._label(here), from_micros(here.closes), MOST, tuple(works))

    async def remark(self, member: Member, key: str, texts: Mapping[int, str], now: datetime) -> tuple[Problem, ...]:
        """Keep what somebody wrote."""
        mine = await self.office.mine(member.person, key)
        if mine is None or mine.round.opening is None:
            return (Problem(self._wording.text("ballot.not_on_roll")),)
        done = await self.office.remarks.keep(mine, member.person, texts, now)
        return (Problem(self._said(done)),) if isinstance(done, Declined) else tuple(map(self._problem, done))

    async def originals(self, member: Member, key: str) -> Desk | None:
        """The remarks that an admin is to retype."""
        waiting = await self.office.remarks.waiting(member.person, key)
        async with self._database.read() as connection:
            here = await round_at(connection, key)
        if not waiting or here is None or here.opening is None:
            return None
        entries = {each.id: each for each in await self._entries(here, here.opening)}
        return Desk(
            key, self._title(here), self._label(here),
            tuple(
                Original(each.code, entries[each.entry].number, entries[each.entry].title, each.text, each.words)
                for each in waiting
            ),
        )  # fmt: skip

    async def retype(self, member: Member, key: str, words: Mapping[str, str], release: bool, now: datetime) -> str:
        """Keep or release what an admin retyped; with the originals goes their key."""
        async with self._database.read() as connection:
            here = await round_at(connection, key)
        if here is None:
            return self._wording.text("remark.released")
        deed = ModerateRemarks(here.campaign, key, words, release, member.person)
        done = await self.office.remarks.moderate(deed, now)
        if done is not None:
            return self._said(done)
        if release:
            await self.office.expire(now)
        return ""

    async def _items(self, member: Member, mine: OnRoll, opening: Opening, now: datetime) -> tuple[Item, ...]:
        items = await super()._items(member, mine, opening, now)
        after = opening.rule.get("after", "")
        if not after or opening.rule["purpose"] != "again":
            return items
        bundle = json.loads(await self._ballots.bundle(after))
        spreads = feedback(bundle)
        async with self._database.read() as connection:
            remarks = await released_of(connection, after)
        kind = bundle["opening"]["paper"]["kind"]
        return tuple(
            item if item.recused else replace(
                item, before=self._before(kind, spreads[item.id]) if item.id in spreads else "",
                remarks=remarks.get(item.id, ()),
            )
            for item in items
        )  # fmt: skip

    def _before(self, kind: str, found: Spread) -> str:
        low, middle, high = (_said(kind, each) for each in (found.low, found.median, found.high))
        return self._wording.text("page.paper.before", ranks=kind == "rank", low=low, median=middle, high=high)


def _said(kind: str, value: Fraction) -> str:
    """A mark as experts know it; between two grades both are named."""
    if kind != "grades":
        return f"{float(value):.4g}"
    low, high = GRADES[int(value) - 1], GRADES[-int(-value // 1) - 1]
    return low if low == high else f"{low}、{high}之间"


def _running(mine: OnRoll, now: datetime) -> bool:
    """Whether remarks may be written: as long as papers may be cast, also after one's own was."""
    return paper_state(mine, now) in ("due", "cast") and mine.round.state == "open" and micros(now) < mine.round.closes
