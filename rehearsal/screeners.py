"""Screening in a rehearsal: screeners pass, send back and refuse, liaisons mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from documents.sheet_reading import read_sheet
from rehearsal.filling import go_on
from rehearsal.house import House, NoAnswer, choice
from rehearsal.ledger import Ledger
from rehearsal.rosters import Unit
from rehearsal.scripts import Script
from rehearsal.stage import ZONE, About, Citizen
from rules.notice import Notice
from rules.people import Role
from rules.roster import read_roster
from storage.tables import entries, units

#: The line of a card that names its work; others may be named below, as its doubles.
_NUMBER = re.compile(r"^([A-Z]{1,6}-[A-Z]\d{4}) “", re.MULTILINE)
#: More works than wait for anybody here.
_WAITING = 2000
#: How long there is to mend what a screener sent back.
_TO_MEND = timedelta(days=2)
#: What a screener decides about a card, by the text of it.
Decides = Callable[[str], str]


async def screen(play: House, who: Citizen, decides: Decides, clause: str) -> dict[str, list[str]]:
    """Decide everything that waits for somebody; gives the numbers by what was decided."""
    done: dict[str, list[str]] = {}
    await who.say("审核")
    for _ in range(_WAITING):
        key = await who.asked()
        if not key.startswith("decide/"):
            return done
        found = _NUMBER.findall(who.text)
        number, what = found[-1], decides(who.text)
        done.setdefault(what, []).append(number)
        match what:
            case "pass":
                await who.all("通过", "就写“同意。”" if "就写“同意。”" in who.choices else "同意。")
                await who.say("确认通过")
            case "straight":
                await who.all("评选结果直接纳入", "本省评选前三名，直接推荐。", "确认通过")
            case "return":
                await who.say("退回修改")
                await who.say(_phone(who))
                await who.all("号码少了一位，请核对", "就这些", _until(play), "退回并通知")
            case "reject":
                await who.all("不通过", "其他条款", clause, "内容与征集主题无关，属于产品介绍。", "确认不通过")
        await play.later(4)
    raise NoAnswer(f"expected an end of what waits, found {who.text}")


def _phone(who: Citizen) -> str:
    """The field that holds a telephone; of a form without one the first."""
    telling = (each for word in ("联系电话", "电话", "手机") for each in who.choices if word in each)
    return next(telling, who.choices[0])


def _until(play: House) -> str:
    return f"{(play.clock.now() + _TO_MEND).astimezone(ZoneInfo(ZONE)).date()} 24:00"


async def mend(play: House, liaison: Citizen, number: str, told: Ledger) -> None:
    """A liaison mends what was sent back: only that is asked."""
    before = len(liaison.exchanges)
    await liaison.say("修改退回")
    if not (await liaison.asked()).startswith(("form/", "film", "scan")):
        await liaison.say(choice(liaison, number))
    sent = await go_on(liaison, "改好的作品", mends=True)
    asked = [each for each in liaison.exchanges[before:] if "退回的第" in "".join(r.text for r in each.replies)]
    told.check("退回的作品改好后重新报送", True, bool(sent))
    told.check("退回后要重新填写的项数", 1, len(asked))


def by_place(back: Mapping[int, str]) -> Decides:
    """Decides by how many cards were seen before; the rest pass."""
    seen: list[str] = []

    def decides(card: str) -> str:
        seen.append(card)
        return back.get(len(seen), "pass")

    return decides


class Heads:
    """Units that screen what those below them handed in, the lowest first, wherever the notice has them do so."""

    def __init__(self, roster: Path, notice: Notice, units: Sequence[Unit], told: Ledger) -> None:
        """`units` take part; whoever stands above one of them is a head."""
        self._told = told
        labels = {klass.key: klass.label for klass in notice.classes}
        rows = read_roster(read_sheet(roster), labels).rows
        called = {name: row.name for row in rows for name in (*row.aliases, row.short, row.name) if name}
        self._above = {row.name: called.get(row.parent, "") for row in rows}
        ways = [self._way(each.name) for each in units]
        depth = {name: len(self._way(name)) for way in ways for name in way}
        self.names = sorted(depth, key=lambda name: (-depth[name], name))
        self._straight = False

    def _way(self, unit: str) -> list[str]:
        """Who stands above a unit, the nearest first."""
        above = self._above.get(unit, "")
        return [above, *self._way(above)] if above else []

    async def screen(self, play: House, script: Script, liaisons: Mapping[str, Citizen]) -> None:
        """Every head decides what waits for it; one takes a work straight from a selection of its own."""
        for name in self.names:
            head = liaisons.get(name) or play.folk.get(f"{name}联络员")
            if head is None:
                about = About("联络员", name, "只审核下级报送的作品")
                head = await play.joins(f"{name}联络员", "web", about, Role.LIAISON)
            straight = {1: "straight"} if name == script.straight and not self._straight else {}
            done = await screen(play, head, by_place(straight), script.clause)
            self._straight = self._straight or "straight" in done
            if done:
                self._told.say(f"{name}审核：{_counted(done)}")


async def screen_all(
    play: House, script: Script, admin: Citizen, liaisons: Mapping[str, Citizen], told: Ledger
) -> None:
    """The organiser decides what has come up to it; what was sent back is mended and decided anew."""
    await play.at(script.screens)
    await play.office()
    done = await screen(play, admin, by_place({2: "return", 3: "return", 5: "reject"}), script.clause)
    told.say(f"主办方审核：{_counted(done)}")
    await play.later(60)
    owners = await _owners(play, done.get("return", []))
    for number, unit in owners.items():
        await mend(play, liaisons[unit], number, told)
        told.say(f"　{unit}改好了 {number}")
    await play.later(30)
    again = await screen(play, admin, by_place({}), script.clause)
    if again:
        told.say(f"主办方再审：{_counted(again)}")


async def _owners(play: House, numbers: list[str]) -> dict[str, str]:
    asked = select(entries.c.number, units.c.name).join(units, units.c.id == entries.c.unit)
    async with play.app.database.read() as connection:
        rows = await connection.execute(asked.where(entries.c.number.in_(numbers)))
        return {row.number: row.name for row in rows}


def _counted(done: Mapping[str, list[str]]) -> str:
    names = {"pass": "通过", "return": "退回", "reject": "不通过", "straight": "评选结果直接纳入"}
    return "，".join(f"{names[what]} {len(numbers)}" for what, numbers in done.items()) or "没有要审的"
