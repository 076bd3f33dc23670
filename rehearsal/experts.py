"""A secret round of experts in a play: planned, opened, voted in, gone on with after a restart, tallied, published."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from rehearsal.course import round_of
from rehearsal.house import House, at_desk, choice, converse
from rehearsal.ledger import Ledger
from rehearsal.pages import fields_of
from rehearsal.scripts import Script
from rehearsal.stage import About, Citizen
from rules.deeds_ballot import BallotRound
from rules.judging import Round
from rules.looks_judging import Candidate
from rules.people import Role
from rules.reaching import candidates
from storage.judging import admitted

EXPERTS = (
    "周教授",
    "吴研究员",
    "郑主任",
    "冯编辑",
    "陈教授",
    "褚工程师",
    "卫律师",
    "蒋导演",
    "沈教授",
    "韩记者",
    "杨会长",
)
#: Who declares a work beforehand, who stops half-way and goes on after the restart, who is silent to the end.
AWAY, HALF, SILENT = EXPERTS[2], EXPERTS[8], EXPERTS[9]
_CHANNELS = ("wechat", "telegram", "web", "wechat", "telegram", "web", "wechat", "telegram", "web", "telegram", "web")
_HABITS = {AWAY: "声明回避一件作品", HALF: "投到一半停下，后来接着投", SILENT: "一直没有投"}
HOLDERS = ("周教授", "杨会长")
_SILENT = re.compile(r"通知还没有送到：([^。]+)。.*")
_MARK = re.compile(r"m(\d+)\.(\d+)")


@dataclass(slots=True)
class Voted:
    """What a reader of the database would like to know: whose paper holds what, and in which order they were cast."""

    round: BallotRound
    shares: dict[str, str]
    order: list[str] = field(default_factory=list)
    papers: dict[str, dict[str, str]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)


async def invite(play: House, told: Ledger) -> None:
    """The experts come; one declares a work to stay away from."""
    for name, channel in zip(EXPERTS, _CHANNELS, strict=True):
        await play.joins(name, channel, About("专家", "", _HABITS.get(name, "按时投票")), Role.EXPERT)
    first = (await works(play, _round(play)))[0].number
    await play.folk[AWAY].all("回避", first)
    told.say(f"{len(EXPERTS)} 位专家加入；{AWAY}声明回避 {first}")


async def works(play: House, round_: Round) -> Sequence[Candidate]:
    """What reaches a round."""
    async with play.app.database.read() as connection:
        return await admitted(connection, candidates(play.notice, round_.key))


def _round(play: House) -> Round:
    """The round in which experts vote."""
    found = round_of(play.notice, "expert")
    assert found is not None, "experts are invited where there is a round for them"
    return found


async def _desk(play: House, admin: Citizen, *then: str) -> str:
    return await at_desk(admin, "评审", _round(play).label, *then)


async def open_round(play: House, script: Script, admin: Citizen, told: Ledger) -> Voted:
    """The admin plans, three scrutineers write their shares down and type them back, and voting begins."""
    await play.at(script.opens)
    left = [*HOLDERS, admin.name]

    def holder(who: Citizen) -> str:
        return choice(who, f"{left.pop(0)}（")

    text = await converse(admin, ["评审"], {
        "round": _round(play).label, "unscreened": "只评审核通过的", "kind": lambda who: who.choices[0], "most": _half,
        "trimmed": "全部计入",
        "closes": script.closes, "quorum": "过半数", "holder/": holder, "plan_sure": "准备这一轮",
        "public": "30", "normalise": "1",
    })  # fmt: skip
    told.say(f"　{text}")
    planned = await play.hall.newest()
    await play.quiet()
    await _phone(play, admin, "监票", told)
    shares = await play.hall.shares(planned.key, (*HOLDERS, admin.name))
    await play.later(30)
    await _desk(play, admin, "开始投票", "开始投票")
    opened = await play.hall.newest()
    told.check("专家投票已经开始", "open", opened.state)
    told.check("有人回避的作品件数", True, opened.opening is not None and any(opened.opening.roll.values()))
    await play.quiet()
    await _phone(play, admin, "选票", told)
    return Voted(opened, shares)


def _half(who: Citizen) -> str:
    """Half of the works may be approved."""
    found = re.search(r"这一轮有 (\d+) 项", who.text)
    return str(max(1, int(found[1]) // 2)) if found else "不限"


async def _phone(play: House, admin: Citizen, word: str, told: Ledger) -> None:
    """Whoever the notice has not reached is phoned, and asks for it themselves."""
    found = _SILENT.search(await _desk(play, admin))
    if found is None:
        return
    told.say(f"　{found[0]}")
    for name in found[1].split("、"):
        await play.folk[name].say(word)
    await play.quiet()
    told.check(f"打过电话之后还没有送到的（{word}）", None, _SILENT.search(await _desk(play, admin)))


async def vote(play: House, voted: Voted, taste: Mapping[str, float], dice: Random) -> None:
    """All vote but two: one stops half-way, one is silent."""
    for name in dice.sample(EXPERTS, len(EXPERTS)):
        if name in (HALF, SILENT):
            continue
        await play.later(dice.randint(20, 300))
        await cast(play, voted, name, fill(voted, await _fields(play, voted, name), taste, dice))
    fields = await _fields(play, voted, HALF)
    half = dict(list(fill(voted, fields, taste, dice).items())[: len(fields) // 2])
    path = f"{play.hall.page(HALF)}/{voted.round.key}"
    await play.hall.post(path, {**half, "action": "keep"})
    voted.papers[HALF] = half


async def go_on(play: House, voted: Voted, taste: Mapping[str, float], dice: Random, told: Ledger) -> None:
    """After the restart the one who stopped finds the draft, fills in the rest and casts."""
    path = f"{play.hall.page(HALF)}/{voted.round.key}"
    kept, page = voted.papers.pop(HALF), await play.hall.get(path)
    found = {name: value for name, value in _filled(page).items() if name in kept}
    told.check("重启之后草稿里还有的分数", len(kept), sum(found.get(name) == value for name, value in kept.items()))
    rest = fill(voted, fields_of(page), taste, dice)
    whole = {**kept, **{name: level for name, level in rest.items() if name not in kept}}
    opening = voted.round.opening
    assert opening is not None, "an open round has an opening"
    most = (opening.paper.most if opening.paper.kind == "approve" else None) or len(whole)
    await cast(play, voted, HALF, dict(list(whole.items())[:most]))


def _filled(page: str) -> dict[str, str]:
    """The levels that a paper shows as chosen."""
    inputs = [each for each in re.findall(r"<input[^>]*>", page) if "checked" in each]
    pairs = [(re.search(r'name="(m\d+\.\d+)"', each), re.search(r'value="(\d+)"', each)) for each in inputs]
    return {name[1]: value[1] for name, value in pairs if name and value}


async def _fields(play: House, voted: Voted, name: str) -> list[str]:
    return fields_of(await play.hall.get(f"{play.hall.page(name)}/{voted.round.key}"))


def fill(voted: Voted, fields: list[str], taste: Mapping[str, float], dice: Random) -> dict[str, str]:
    """A paper as somebody would fill it in: good works get good marks, with a taste of one's own."""
    opening = voted.round.opening
    assert opening is not None, "an open round has an opening"
    paper = opening.paper

    def merit(each: str) -> float:
        found = _MARK.fullmatch(each)
        assert found is not None, "a field names its work and criterion"
        return taste.get(found[1], 0.5) + dice.gauss(0, 0.12)

    if paper.kind == "approve":
        best = sorted(fields, key=merit, reverse=True)[: paper.most or len(fields) // 2]
        return dict.fromkeys(best, "2")
    marks = {each for each in fields if int(each.partition(".")[2]) < paper.marks}
    levels = {each: str(min(paper.top, max(1, round(merit(each) * paper.top)))) for each in fields if each in marks}
    return levels | {each: "2" for each in fields if each not in marks and merit(each) > dice.uniform(0.6, 1.1)}


async def cast(play: House, voted: Voted, name: str, fields: Mapping[str, str]) -> None:
    """Fill in, look over, cast."""
    path = f"{play.hall.page(name)}/{voted.round.key}"
    await play.hall.post(path, {**fields, "action": "review"})
    assert "确认投出" in (page := await play.hall.get(f"{path}?review")), page
    await play.hall.post(path, {"action": "cast"})
    voted.order.append(name)
    voted.papers[name] = dict(fields)


async def remind(play: House, admin: Citizen, told: Ledger, left: Sequence[str]) -> None:
    """Who has not voted is reminded, and nobody else hears of it."""
    await play.quiet()
    before = {name: len(play.chat(play.folk[name].where).lines) for name in EXPERTS}
    await _desk(play, admin, "提醒还没投的")
    told.say(f"　{admin.text}")
    await play.quiet()
    heard = [name for name in EXPERTS if len(play.chat(play.folk[name].where).lines) > before[name]]
    told.check("收到提醒的专家", [*left], heard)


async def tally(play: House, script: Script, admin: Citizen, voted: Voted, told: Ledger) -> None:
    """After the close two scrutineers give their shares; one of them types another's first."""
    await play.at(f"{script.closes}:01")
    await _desk(play, admin, "请监票人开票")
    first, last = HOLDERS[0], admin.name
    here = f"{play.hall.page(first)}/{voted.round.key}/share"
    wrong = await play.hall.http.post(
        here, data={"share": voted.shares[last]}, headers={"sec-fetch-site": "same-origin"}
    )
    told.check("别人的密钥不能用", True, "已经开票" not in wrong.text)
    for name in (first, last):
        path = f"{play.hall.page(name)}/{voted.round.key}/share"
        page = await play.hall.post(path, {"share": voted.shares[name]}, status=200)
    told.check("两份密钥开票", True, "已经开票" in page)
    told.check("开票后的状态", "tallied", (await play.hall.newest()).state)
    await play.quiet()


async def publish(play: House, script: Script, admin: Citizen, told: Ledger) -> str:
    """Published once the public vote is over; before that it waits. Gives the round's key."""
    if script.public and play.clock.now() < play.instant(script.public[2]):
        await _desk(play, admin)
        told.check("网络投票没有结束，专家结果先不公布", True, "网络投票还在进行" in admin.text)
    await play.at(script.awards)
    await _desk(play, admin)
    told.say(f"　{admin.text}")
    await admin.say("公布")
    here = await play.hall.newest()
    told.check("公布后的状态", "published", here.state)
    await play.quiet()
    return here.key
