"""Signs of farming, one by one: what was seen, how often it is usual, and whether these votes are to count.

Nothing is removed. An admin may set votes aside, with a reason; both totals go on record, and it can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.steering import reason, say_declined
from bot.talk.fields import OneOf, Option, YesNo
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.deeds import Declined
from rules.deeds_public import SetAside
from rules.instants import from_micros, spoken
from rules.judging import Round
from rules.looks_judging import Candidate
from rules.public_signals import BURST_LEAST, BURST_TIMES, FRESH_LEAST, FRESH_SHARE, NETWORK_LEAST, Signal
from rules.reaching import candidates

#: Signs that are offered at once.
MOST_SIGNS = 12
_MINUTE = 60 * 1_000_000
_LABELS = {"burst": "一分钟内集中", "network": "同一网络", "fresh": "新关注的账号"}
THRESHOLDS: Mapping[str, Any] = {
    "burst_least": BURST_LEAST, "burst_times": BURST_TIMES, "network_least": NETWORK_LEAST,
    "fresh_least": FRESH_LEAST, "fresh_share": round(FRESH_SHARE * 100),
}  # fmt: skip


async def doubts(talk: Talk, round_: Round, signs: tuple[Signal, ...]) -> Ending:
    """Which sign, what it is, and what becomes of its votes."""
    entries: tuple[Candidate, ...] = await talk.look(candidates(talk.notice, round_.key))
    known = {each.id: each for each in entries}
    options = tuple(Option(_code(each), _label(each, known)) for each in signs[:MOST_SIGNS])
    text = line("vote.signs", count=len(signs), shown=len(options), **THRESHOLDS)
    picked = await talk.ask("sign", OneOf(text=text, options=(*options, Option("leave", "先这样"))))
    sign = next((each for each in signs if _code(each) == picked), None)
    if sign is None:
        talk.say("vote.left_as_is")
        talk.offer("投票管理", "菜单")
        return None
    return await _decide(talk, round_, sign, known)


def _code(sign: Signal) -> str:
    return f"{sign.doubt}/{sign.entry}/{sign.mark}"


def _label(sign: Signal, known: Mapping[int, Candidate]) -> str:
    work = known.get(sign.entry)
    number = work.number if work is not None else "已不在评选中的作品"
    aside = "，已搁置" if sign.aside == sign.votes else ""
    return f"{number}：{_LABELS[sign.doubt]} {sign.votes} 票{aside}"


async def _decide(talk: Talk, round_: Round, sign: Signal, known: Mapping[int, Candidate]) -> Ending:
    work = known.get(sign.entry)
    facts: dict[str, Any] = {
        "doubt": sign.doubt, "votes": sign.votes, "aside": sign.aside, "usual": sign.usual,
        "number": work.number if work is not None else "", "title": work.title if work is not None else "",
        "minute": _minute(talk, sign) if sign.doubt == "burst" else "", **THRESHOLDS,
    }  # fmt: skip
    back = sign.aside == sign.votes
    options = (Option("back", "恢复计入") if back else Option("aside", "搁置这些票"), Option("leave", "照常计入"))
    if back:
        options = (options[0], Option("leave", "仍然搁置"))
    picked = await talk.ask(f"sign/{_code(sign)}", OneOf(text=line("vote.sign", **facts), options=options))
    if picked == "leave":
        talk.say("vote.left_as_is")
        talk.offer("投票管理", "菜单")
        return None
    why = await talk.ask("why", reason(line("vote.sign_why", back=back)))
    sure = line("vote.sign_sure", back=back, reason=why, **facts)
    if not await talk.ask("sign_sure", YesNo(text=sure, yes="确定", no="先不改")):
        talk.say("vote.left_as_is")
        talk.offer("投票管理", "菜单")
        return None
    deed = SetAside(talk.notice.id, round_.key, sign.doubt, sign.entry, sign.mark, why, talk.person.id, back)
    done = await talk.do(f"moved/{picked}", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    entry = str(sign.entry)
    talk.say(
        "vote.sign_done", back=back, votes=done.votes, number=facts["number"], counted=done.counted.get(entry, 0),
        every=done.everything.get(entry, 0),
    )  # fmt: skip
    talk.offer("投票管理", "菜单")
    return None


def _minute(talk: Talk, sign: Signal) -> str:
    return spoken(from_micros(int(sign.mark) * _MINUTE).astimezone(ZoneInfo(talk.notice.zone)))
