"""The public vote of a play: what an admin settles before it opens, people by page and in chat, and a farm."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from random import Random

from rehearsal.course import public_round
from rehearsal.experts import works
from rehearsal.house import House, NoAnswer, at_desk, choice, converse, visitor
from rehearsal.ledger import Ledger
from rehearsal.pages import form_of
from rehearsal.scripts import Script
from rehearsal.stage import About, Citizen
from rules.ballot_plan import open_shares
from rules.judging import Round
from rules.looks_judging import Candidate

#: Hundredths of the total that the public vote has where the notice does not say.
SHARE = 30
#: Minutes within which all have come, however many they are.
_VOTING = 40 * 60.0
#: Looks, a fiftieth of a second apart, for what is read in a table.
_LOOKS = 3000
#: Votes that come within a minute from one network for one work.
FARMED, FARM = 21, "203.0.113.9"


async def settle(play: House, script: Script, admin: Citizen, told: Ledger) -> None:
    """The shares where the notice names none, the time where it has none; before that nobody can vote."""
    await play.at(script.public[0])
    judging, round_ = play.notice.judging, _round(play)
    assert judging is not None, "a public vote belongs to the judging of a notice"
    if open_shares(judging):
        if round_.vote is not None:
            early = play.citizen("市民早", "web", About("公众", "", "还没开放就来投票"))
            await early.say("投票")
            told.check("比例没有定，网络投票不开放", True, "没有正在进行的网络投票" in early.text)
            told.say(f"　市民看到：{early.text}")
        await at_desk(admin, "投票管理", round_.label)
        await converse(admin, ["定所占比例"], {"share": f"{SHARE}", "normalise": "1", "weigh_sure": "确定"})
        told.say(f"　{admin.text}")
    if script.window:
        opens, closes = script.window
        deeds = {"from": opens, "until": closes, "why": "评审期内组织网络投票", "time_sure": "确定"}
        await at_desk(admin, "投票管理", round_.label)
        await converse(admin, [choice(admin, "改投票时间" if "改投票时间" in admin.choices else "定投票时间")], deeds)
        told.say(f"　{admin.text}")


def _round(play: House) -> Round:
    """The round in which the public votes."""
    found = public_round(play.notice)
    assert found is not None, "the public votes where there is a round for it"
    return found


async def bring_in(play: House, script: Script, admin: Citizen, dice: Random, told: Ledger) -> dict[int, int]:
    """The totals of a vote on another platform, from its table; gives the votes of each entry."""
    await play.at(script.public[1])
    round_ = _round(play)
    entered = await works(play, round_)
    votes = {each.id: int(dice.paretovariate(1.5) * 40) for each in entered}
    rows = ["编号,票数", *(f"{each.number},{votes[each.id]}" for each in entered)]
    await at_desk(admin, "投票管理", round_.label, "导入票数")
    await admin.send(("网络投票结果.csv", "\n".join(rows).encode()))
    for _ in range(_LOOKS):
        if await admin.asked() == "import_sure":
            break
        await asyncio.sleep(0.02)
    await play.quiet()
    told.say(f"　{await admin.say('导入')}")
    return votes


async def vote(play: House, script: Script, voters: int, dice: Random, told: Ledger) -> dict[int, int]:
    """So many people vote by the page, a few in chat; gives the votes of each entry. A farm votes for one work, too."""
    await play.at(script.public[1])
    round_ = _round(play)
    assert round_.vote is not None, "it is here that people vote"
    entered = await works(play, round_)
    liked = {each.id: dice.paretovariate(1.5) for each in entered}
    votes = dict.fromkeys((each.id for each in entered), 0)
    key = f"{play.notice.id}.{round_.key}"
    left = min(_VOTING, (play.instant(script.public[2]) - play.clock.now()) / timedelta(minutes=1))
    for number in range(voters):
        if number % 6 == 5:
            await play.later(min(55, left / (voters / 6 + 6)))
        for each in _wanted(entered, liked, dice, round_.vote.votes):
            await _by_page(play, f"/vote/{key}/{each.number}", f"10.0.{number // 200}.{number % 200}")
            votes[each.id] += 1
    for number, channel in enumerate(("telegram", "wechat", "web")):
        one = entered[number % len(entered)]
        citizen = play.citizen(f"市民{number + 1}", channel, About("公众", "", "在聊天里投票"))
        await citizen.all("投票", one.number, "投给这件")
        votes[one.id] += 1
    await play.later(200)
    farm = entered[-1]
    for _ in range(FARMED):
        await _by_page(play, f"/vote/{key}/{farm.number}", FARM)
    told.say(f"网络投票：{voters} 人在网页上、3 人在聊天里投票，共 {sum(votes.values())} 票；"
             f"另有 {FARMED} 票一分钟内从同一网络投给 {farm.number}")  # fmt: skip
    return votes


def _wanted(works: Sequence[Candidate], liked: dict[int, float], dice: Random, most: int) -> list[Candidate]:
    """Up to three different works of one track, or as many as somebody has votes."""
    track = dice.choice(sorted({each.track for each in works}))
    mine = [each for each in works if each.track == track]
    chosen = dice.choices(mine, [liked[each.id] for each in mine], k=dice.randint(1, 3))
    return list({each.id: each for each in chosen}.values())[:most]


async def _by_page(play: House, path: str, network: str) -> None:
    """Somebody opens a work and presses its button; whoever comes again does so with the same browser."""
    browser = play.browsers.get(network) if network != FARM else None
    if browser is None:
        browser = play.browsers[network] = visitor(play, network)
    page = await browser.get(path)
    answer = await browser.post(path, data=form_of(page.text), headers={"sec-fetch-site": "same-origin"})
    if answer.status_code != 303:
        raise NoAnswer(f"expected a vote to be taken, found {answer.status_code}: {answer.text[:400]}")


async def watch(play: House, admin: Citizen, told: Ledger) -> None:
    """The admin looks at the signs and sets the farm aside; its work loses them."""
    await at_desk(admin, "投票管理", _round(play).label)
    sign = next((each for each in admin.choices if each.startswith("可疑迹象")), "")
    told.check("集中投票有可疑迹象", True, bool(sign))
    await admin.say(sign)
    told.say(f"　{admin.text}")
    await converse(admin, [], {
        "sign_sure": "确定", "sign/": "搁置这些票", "why": "一分钟内从同一网络集中投票，不是正常投票",
        "sign": lambda who: next(each for each in who.choices if "同一网络" in each),
    })  # fmt: skip
    told.say(f"　{admin.text}")
    await play.quiet()
