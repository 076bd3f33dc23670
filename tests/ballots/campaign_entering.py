"""The first half of a play: units hand their works in, screeners pass, send back and refuse, liaisons mend."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random

from sqlalchemy import select

from rules.people import Role
from storage.tables import entries, units
from tests.ballots.campaign_house import House, NoAnswer, choice
from tests.ballots.campaign_report import Report
from tests.ballots.campaign_script import Script, shared_out
from tests.reminders.campaign_forms import go_on, report
from tests.reminders.campaign_stage import Citizen

_CHANNELS = ("telegram", "wechat", "wechat", "web")
_NUMBER = re.compile(r"\b([A-Z]{2}-[A-Z]\d{4})\b")
#: What a screener decides about a card, by the text of it.
Decides = Callable[[str], str]


async def hand_in(play: House, script: Script, units: list[str], dice: Random, told: Report) -> dict[str, Citizen]:
    """Every unit's liaison joins and hands its works in; gives the liaisons by unit."""
    await play.at(script.reports)
    liaisons: dict[str, Citizen] = {}
    first = 0
    for works in script.works:
        for unit, title, given in shared_out(works, units, first):
            if unit not in liaisons:
                liaisons[unit] = await play.joins(f"{unit}联络员", dice.choice(_CHANNELS), Role.LIAISON, unit)
            if not await report(liaisons[unit], works.track, title, given=given):
                raise NoAnswer(f"expected {title!r} of {unit} to be in, found: {liaisons[unit].text}")
            await play.later(dice.randint(3, 15))
        told.say(f"{works.track}：{works.count} 件报送，来自 {len(liaisons)} 家单位")
        first += 5
    return liaisons


async def screen(play: House, who: Citizen, decides: Decides, clause: str) -> dict[str, list[str]]:
    """Decide everything that waits for somebody; gives the numbers by what was decided."""
    done: dict[str, list[str]] = {}
    await who.say("审核")
    for _ in range(200):
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
                await who.all(choice(who, "联系电话") if "联系电话" in who.choices else _phone(who))
                await who.all("号码少了一位，请核对", "就这些", _until(play), "退回并通知")
            case "reject":
                await who.all("不通过", "其他条款", clause, "内容与征集主题无关，属于产品介绍。", "确认不通过")
        await play.later(4)
    raise NoAnswer(f"expected an end of what waits, found {who.text}")


def _phone(who: Citizen) -> str:
    return next(each for each in who.choices if "电话" in each)


def _until(play: House) -> str:
    return f"{play.clock.now().astimezone().date()} 24:00"


async def mend(play: House, liaison: Citizen, told: Report) -> None:
    """A liaison mends what was sent back: only that is asked."""
    before = len(liaison.exchanges)
    await liaison.say("修改退回")
    sent = await go_on(liaison, "", given={"phone": ("0536-8790001",), "contact": ("张晓 13900139000",)})
    asked = [each for each in liaison.exchanges[before:] if "退回的第" in "".join(r.text for r in each.replies)]
    told.check("退回的作品改好后重新报送", True, sent)
    told.check("退回后要重新填写的项数", 1, len(asked))


def by_place(back: Mapping[int, str]) -> Decides:
    """Decides by how many cards were seen before; the rest pass."""
    seen: list[str] = []

    def decides(card: str) -> str:
        seen.append(card)
        return back.get(len(seen), "pass")

    return decides


async def screen_all(
    play: House, script: Script, admin: Citizen, liaisons: Mapping[str, Citizen], told: Report
) -> None:
    """Every level decides what waits for it; what was sent back is mended and decided anew."""
    await play.at(script.screens)
    heads: list[Citizen] = []
    for level in script.levels:
        heads += [await _head(play, unit, liaisons) for unit in level]
    for place, head in enumerate(heads):
        done = await screen(play, head, by_place({1: "straight"} if place == script.straight else {}), script.clause)
        told.say(f"{head.name}审核：{_counted(done)}")
    done = await screen(play, admin, by_place({2: "return", 3: "return", 5: "reject"}), script.clause)
    told.say(f"主办方审核：{_counted(done)}")
    await play.later(60)
    owners = await _owners(play, done.get("return", []))
    for number, unit in owners.items():
        await mend(play, liaisons[unit], told)
        told.say(f"　{unit}改好了 {number}")
    await play.later(30)
    for each in (*heads, admin):
        again = await screen(play, each, by_place({}), script.clause)
        if again:
            told.say(f"{each.name}再审：{_counted(again)}")


async def _head(play: House, unit: str, liaisons: Mapping[str, Citizen]) -> Citizen:
    """Whoever screens for a unit: its liaison, who may have come for that alone."""
    return liaisons.get(unit) or await play.joins(f"{unit}联络员", "web", Role.LIAISON, unit)


async def _owners(play: House, numbers: list[str]) -> dict[str, str]:
    asked = select(entries.c.number, units.c.name).join(units, units.c.id == entries.c.unit)
    async with play.app.database.read() as connection:
        rows = await connection.execute(asked.where(entries.c.number.in_(numbers)))
        return {row.number: row.name for row in rows}


def _counted(done: Mapping[str, list[str]]) -> str:
    names = {"pass": "通过", "return": "退回", "reject": "不通过", "straight": "评选结果直接纳入"}
    return "，".join(f"{names[what]} {len(numbers)}" for what, numbers in done.items()) or "没有要审的"
