"""A question about the rules in the middle of anything: it is answered, and the open question stands again."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from bot.talk.course import Course
from bot.talk.fields import Accept, OneOf, Outcome, Pieces, Question, Refused, Took, Wait, YesNo
from bot.talk.lines import Line, line
from bot.talk.wishes import INSIDE, Steps, Wish
from rules.deeds_steering import NoteQuestion
from rules.looks import LeaveOf
from rules.looks_steering import CapOf
from rules.notice import Notice
from rules.people import Role
from rules.rule_answers import Asker, answer, veiled
from rules.rule_questions import AS_IT_IS, RuleQuestion, kept_words, read_question

#: Questions with answers of their own only: whatever else is typed there is none.
_CHOICES = (YesNo, Accept, Wait)
#: What a unit was granted, by the topics that it changes.
_GRANTS: Mapping[str, type[LeaveOf | CapOf]] = {"deadline": LeaveOf, "edit": LeaveOf, "quota": CapOf}


def asked(course: Course) -> RuleQuestion | None:
    """What the message asks about the rules of the sender's campaign, None where it is no such question."""
    incoming, seat = course.incoming, course.party.seat
    if seat is None or seat.campaign not in course.house.notices or incoming.channel == INSIDE:
        return None
    if incoming.press is not None or incoming.files:
        return None
    return read_question(incoming.text)


def asked_alone(course: Course) -> RuleQuestion | None:
    """The same outside of any conversation, where an admin's sentence may also be an order."""
    found, seat = asked(course), course.party.seat
    orders = seat is not None and seat.role is Role.ADMIN
    return found if found is not None and (found.sure or not orders) else None


def meant_as_question(course: Course, found: RuleQuestion, question: Question, outcome: Outcome) -> bool:
    """Whether a message that an open question weighed as `outcome` is a question instead.

    What the open question can make nothing of is; what it would take as a text is only when it can be nothing else.
    What admins write for others is theirs.
    """
    if isinstance(outcome, Refused):
        return bool(found.topic) or not isinstance(question, Wait)
    if isinstance(question, OneOf):  # a sentence that a menu takes beside its options
        return found.sure and isinstance(outcome, Took) and not isinstance(outcome.value, str)
    admin = course.party.seat is not None and course.party.seat.role is Role.ADMIN
    return found.sure and not admin and isinstance(outcome, Took | Pieces) and not isinstance(question, _CHOICES)


def in_doubt(found: RuleQuestion, question: Question, outcome: Outcome) -> bool:
    """Whether a text was taken as an answer that somebody may have meant as a question."""
    written = isinstance(outcome, Took | Pieces) and not isinstance(question, (OneOf, *_CHOICES))
    return written and bool(question.label) and bool(found.topic) and found.ends


def as_it_is(text: str) -> str | None:
    """The text behind 填： that is to be taken as an answer though it looks like a question, None for any other."""
    bare = AS_IT_IS.sub("", text)
    return bare if bare != text and read_question(bare) is not None else None


def reply(course: Course, found: RuleQuestion) -> Generator[Wish, Any, None]:
    """Answer a question, and count it."""
    seat = course.party.seat
    assert seat is not None, "only who has a seat is heard"
    notice = course.house.notices[seat.campaign]
    asker = yield from _asker(course, found, notice)
    facts = answer(found.topic, notice, asker)
    words = "" if facts else kept_words(course.incoming.text)
    course.effects = True
    yield NoteQuestion(notice.id, found.topic, words)
    contact = veiled(notice.contact, notice.embargoes, asker.now)
    if not facts:
        course.reply.lines.append(line("ask.unknown", contact=contact))
        return
    course.reply.lines.append(worded(found.topic, facts))
    if not found.whole and found.topic != "contact":
        course.reply.lines.append(line("ask.else", contact=contact))


def worded(topic: str, facts: dict[str, Any]) -> Line:
    """The sentence that says the facts of a topic."""
    if topic == "film":
        films = [{**one, "demands": line("material.demands", **one["demands"])} for one in facts["films"]]
        return line("ask.film", films=films)
    return line(f"ask.{topic}", **facts)


def _asker(course: Course, found: RuleQuestion, notice: Notice) -> Generator[Wish, Any, Asker]:
    """Who asks, with the leaves or moved caps of their unit where those count."""
    seat, granted = course.party.seat, {}
    unit = seat.unit if seat is not None else None
    look = _GRANTS.get(found.topic)
    if unit is not None and look is not None:
        for track in notice.tracks:
            granted[track.key] = (yield look(notice.id, track.key, unit.id)) or 0
    now = course.incoming.at.astimezone(notice.stages[0].opens.tzinfo)
    klass = unit.klass if unit is not None else ""
    leaves, caps = ({}, granted) if look is CapOf else (granted, {})
    return Asker(course.incoming.text, now, klass, leaves, caps)


def answered(course: Course, found: RuleQuestion) -> Steps:
    """Answer where no conversation is under way."""
    yield from reply(course, found)
    course.reply.offers = ("菜单",)
