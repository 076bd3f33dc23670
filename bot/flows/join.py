"""Coming in: an invitation code gives a seat, and the first thing said is what is expected and by when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.my_referrals import brought
from bot.flows.owing import owed_in
from bot.flows.public_vote import is_voting
from bot.talk.fields import Typed, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import Line, line
from bot.talk.messages import Incoming
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending, Rejoin, Then
from rules.codes import read_code
from rules.deeds import Declined, NamePerson, Redeem
from rules.faults import Fault, Faulty, Read, Value
from rules.instants import spoken
from rules.looks import EntriesOf
from rules.people import CHANNELS, Role
from rules.referral import read_word

MOST_NAME = 20


async def join(talk: Talk) -> Ending:
    """Somebody without a seat, or with a new invitation, takes the seat that their code offers."""
    code = await talk.ask("code", Typed(text=await _greeting(talk), read=_read_code))
    if read_word(code) is not None:
        return await brought(talk, code)
    joined = await talk.do("redeem", Redeem(talk.person.id, code, tie=talk.scene.seat is None))
    if isinstance(joined, Declined) and joined.why == "link.sure":
        # The code may be somebody else's, sent on in place of an invitation: who follows it hands over their seat.
        if not await talk.ask(f"sure/{code}", _sure(talk, joined.facts)):
            talk.say("link.not_tied")
            return Then("menu", {"brief": True})
        joined = await talk.do("tied", Redeem(talk.person.id, code))
    if isinstance(joined, Declined):
        talk.say(joined.why, **joined.facts)
        return Again(("code",))
    if joined.linked:
        here, there = CHANNELS.get(joined.here, joined.here), CHANNELS.get(joined.there, joined.there)
        talk.say("link.linked", here=here, there=there, title=joined.title)
        return Rejoin()
    return Then("welcome")


async def _greeting(talk: Talk) -> Line:
    """What a stranger hears: what everybody may take part in, and what an invitation is for."""
    if await is_voting(talk):
        return line("join.code_or_vote")
    quizzes = [notice.quiz.stage for notice in talk.scene.notices.values() if notice.quiz is not None]
    return line("join.code_or_quiz" if any(talk.now < stage.closes for stage in quizzes) else "join.code")


def _sure(talk: Talk, facts: Mapping[str, Any]) -> YesNo:
    """Whether somebody with a seat means to share it with whoever made the code."""
    unit = talk.seat.unit.name if talk.seat.unit is not None else ""
    there = CHANNELS.get(facts["there"], facts["there"])
    text = line("link.sure", name=facts["name"], there=there, unit=unit, role=talk.seat.role.value)
    return YesNo(text=text, yes="是我取的，连上", no="不连")


async def welcome(talk: Talk) -> Ending:
    """A new seat: what the campaign expects of the unit, then how the person wants to be called."""
    notice, seat = talk.notice, talk.seat
    if seat.role is Role.LIAISON and seat.unit is not None:
        entries = await talk.look(EntriesOf(notice.id, seat.unit.id))
        talk.say(
            "join.welcome",
            unit=seat.unit.name,
            title=notice.short_title,
            tasks=any(task.concerns(seat.unit.klass) for task in notice.tasks),
            quiz=_quiz(talk),
            **await owed_in(talk, notice.tracks, entries),
        )
    elif seat.role is Role.EXPERT:
        talk.say("join.welcome_expert", title=notice.short_title)
    else:
        talk.say("join.welcome_admin", title=notice.short_title)
    if not talk.person.name:
        name = await talk.ask("name", Typed(text=line("join.name"), read=_read_name))
        await talk.do("named", NamePerson(talk.person.id, name))
        talk.say("join.thanks", name=name)
    return Then("menu", {"brief": True})


def _quiz(talk: Talk) -> dict[str, str]:
    """When the quiz of the campaign is open, {} where it has none or it is over."""
    quiz = talk.notice.quiz
    if quiz is None or talk.now >= quiz.stage.closes:
        return {}
    return {"opens": spoken(quiz.stage.opens.astimezone(ZoneInfo(talk.notice.zone))), "closes": quiz.stage.closes_text}


def _bare(text: str) -> str:
    """A code without the word that it came with."""
    text = text.strip()
    for word in ("/start", "加入", "绑定"):
        text = text.removeprefix(word)
    return text.strip()


def _read_code(text: str) -> Read:
    code = read_word(_bare(text)) or read_code(_bare(text))
    if code is None:
        return Faulty((Fault("join.not_a_code", {"typed": text.strip()[:20]}),))
    return Value(code)


def _read_name(text: str) -> Read:
    name = " ".join(text.split())
    if len(name) > MOST_NAME:
        return Faulty((Fault("join.name_long", {"count": len(name), "limit": MOST_NAME}),))
    return Value(name)


def _code_in(incoming: Incoming) -> Mapping[str, Any]:
    """The code that the first message already carries: "/start CODE", "加入 CODE", or nothing but a code."""
    code = read_word(_bare(incoming.text)) or read_code(_bare(incoming.text))
    return {"code": code} if code else {}


JOIN = Flow("join", join, words=("start", "加入"), anywhere=True, first=_code_in)
WELCOME = Flow("welcome", welcome, for_code=True)
