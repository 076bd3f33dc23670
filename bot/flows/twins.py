"""重复核对: works that look alike, pair by pair; whoever decides looks at both and says what is to be done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.flows.steering import ADMIN, say_declined
from bot.talk.fields import OneOf, Option
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.messages import Attachment
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending, Then
from rules.deeds import Declined
from rules.deeds_twins import SetApart
from rules.looks_twins import Pair, Side, TwinsIn

#: Pairs that one message lists.
MOST_LISTED = 30
SUBMITTED = "submitted"


async def twins(talk: Talk) -> Ending:
    """Which pair, both side by side, and the decision."""
    pairs: Sequence[Pair] = await talk.look(TwinsIn(talk.notice.id))
    if not pairs:
        talk.say("twin.none")
        talk.offer("报送情况", "菜单")
        return None
    picked = _key(pairs[0])
    if len(pairs) > 1:
        options = tuple(Option(_key(pair), _short(pair)) for pair in pairs[:MOST_LISTED])
        text = line("twin.which", count=len(pairs), shown=len(options))
        picked = await talk.ask("which", OneOf(text=text, options=options))
    pair = next((each for each in pairs if _key(each) == picked), None)
    if pair is None:
        talk.say("twin.gone")
        talk.offer("重复核对", "菜单")
        return None
    return await _decide(talk, pair)


async def _decide(talk: Talk, pair: Pair) -> Ending:
    key = f"decide/{_key(pair)}"
    choice = await talk.ask(key, OneOf(text=line("twin.pair", **_facts(talk, pair)), options=_options(pair)))
    if choice == "look":
        _show(talk, pair)
        return Again((key,))
    if choice in (pair.one.number, pair.other.number):
        return Then("return", {}, {"which": choice})
    deed = SetApart(talk.notice.id, pair.one.entry, pair.other.entry, pair.what, talk.person.id)
    done = await talk.do(f"apart/{_key(pair)}", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("twin.apart", one=pair.one.number, other=pair.other.number)
    talk.offer("重复核对", "菜单")
    return None


def _options(pair: Pair) -> tuple[Option, ...]:
    options = []
    if pair.what == "text" or pair.one.sheet or pair.other.sheet:
        options.append(Option("look", "看对照图" if pair.what == "film" else "看两份申报表"))
    options.append(Option("apart", "不是重复"))
    back = [side.number for side in (pair.one, pair.other) if side.state == SUBMITTED]
    options += [Option(number, f"退回 {number}") for number in back]
    return (*options, Option("/菜单", "先不决定"))


def _show(talk: Talk, pair: Pair) -> None:
    """Both contact sheets in one picture, or both forms."""
    if pair.what == "film":
        ref = f"{pair.one.entry}/{pair.other.entry}"
        name = f"{pair.one.number} 与 {pair.other.number} 对照.jpg"
        talk.give(Attachment("sheets", ref, name), "twin.sheets", one=pair.one.number, other=pair.other.number)
        return
    for side in (pair.one, pair.other):
        talk.give(Attachment("annex", side.code, f"{side.number}.docx"), "twin.form", number=side.number)


def _key(pair: Pair) -> str:
    return f"{pair.one.entry}/{pair.other.entry}/{pair.what}"


def _short(pair: Pair) -> str:
    what = "视频" if pair.what == "film" else "文字"
    sure = "相同" if pair.same else f"相似 {pair.percent}%"
    return f"{pair.one.number} 与 {pair.other.number}：{what}{sure}"


def _facts(talk: Talk, pair: Pair) -> dict[str, Any]:
    rule = talk.notice.track(pair.other.track).one_theme
    return {
        "one": _side(talk, pair.one), "other": _side(talk, pair.other), "what": pair.what, "same": pair.same,
        "percent": pair.percent, "units": len({pair.one.unit, pair.other.unit}),
        "clause": rule.clause if rule is not None else "", "rule": rule.text if rule is not None else "",
    }  # fmt: skip


def _side(talk: Talk, side: Side) -> dict[str, Any]:
    return {
        "number": side.number, "title": side.title, "unit": side.unit, "theme": side.theme,
        "track": talk.notice.track(side.track).label, "returned": side.state != SUBMITTED,
    }  # fmt: skip


TWINS = Flow("twins", twins, words=("重复核对", "twins"), roles=ADMIN)
