"""答题: anybody plays a quiz, question by question; an attempt that was left goes on where it stood.

What was answered lies in the attempt, not in this conversation: another word may interrupt it, another messenger may
go on with it, and an answer once given stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.quiz_pick import pick
from bot.flows.quiz_result import say_result
from bot.flows.steering import spoken_late
from bot.flows.units import read_name, unit_of
from bot.talk.fields import OneOf, Option, Typed
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending, Then
from rules.bank import Question
from rules.deeds import Declined
from rules.deeds_quiz import AnswerQuestion, BeginAttempt, EndAttempt, TakePart
from rules.instants import micros, spoken, spoken_span
from rules.looks_payout import ReferralsOf
from rules.looks_quiz import Attempt, AttemptIn, OpenAttempt, Played, PlayedBy, StockOf
from rules.notice import Notice
from rules.packets import yuan
from rules.people import Seat
from rules.quiz import Quiz
from rules.quiz_paper import Asked, asked

#: Playing for no unit.
_ALONE = "以个人身份"


@dataclass(frozen=True, slots=True)
class Game:
    """A quiz with its questions, as it stands for the person who talks."""

    notice: Notice
    rules: Quiz
    bank: Mapping[str, Question]
    now: int

    @property
    def opens(self) -> int:
        """The opening, in UTC microseconds."""
        return micros(self.rules.stage.opens)

    @property
    def closes(self) -> int:
        """The first late instant, in UTC microseconds."""
        return micros(self.rules.stage.closes)


async def quiz(talk: Talk) -> Ending:
    """Which quiz; where it is open, who plays, and then question by question."""
    game = await _which(talk)
    if game is None:
        talk.say("play.none")
        return None
    here: Attempt | None = await talk.look(OpenAttempt(game.notice.id, talk.person.id))
    if here is None and not game.opens <= game.now < game.closes:
        return await _shut(talk, game)
    if here is None:
        begun = await _begin(talk, game)
        if not isinstance(begun, Attempt):
            return begun
        here = begun
    return await _play(talk, game, here)


async def _which(talk: Talk) -> Game | None:
    """The quiz of one's own campaign, otherwise the one that is open, asked where there are several."""
    now = micros(talk.now)
    every = [
        Game(notice, notice.quiz, talk.scene.banks.get(notice.id, {}), now)
        for notice in talk.scene.notices.values() if notice.quiz is not None
    ]  # fmt: skip
    own = [each for each in every if _seat(talk, each.notice.id)]
    running = own or [each for each in every if each.opens <= now < each.closes] or every
    if len(running) < 2:
        return running[0] if running else None
    options = tuple(Option(each.notice.id, each.notice.short_title) for each in running)
    picked = await talk.ask("which", OneOf(text=line("play.which"), options=options))
    return next(each for each in running if each.notice.id == picked)


async def _shut(talk: Talk, game: Game) -> Ending:
    """Before the opening: when, and how long that is; after the close: what came of it."""
    if game.now < game.opens:
        left = spoken_span(timedelta(microseconds=game.opens - game.now))
        talk.say("play.early", **_facts(talk, game), left=left)
        return None
    played: Played = await talk.look(PlayedBy(game.notice.id, talk.person.id))
    talk.say("play.over", **_facts(talk, game), attempts=played.attempts, best=played.best, won=_won(played))
    return None


def _won(played: Played) -> str:
    """What somebody has won in yuan, "" for nothing."""
    return yuan(played.won) if played.won else ""


def _facts(talk: Talk, game: Game) -> dict[str, Any]:
    local = talk.now.astimezone(ZoneInfo(game.notice.zone))
    return {
        "title": game.notice.title, "short": game.notice.short_title, "clause": game.rules.clause,
        "opens": spoken(game.rules.stage.opens.astimezone(local.tzinfo), today=local.date()),
        "closes": spoken_late(game.rules.stage.closes.astimezone(local.tzinfo), local),
        "draw": game.rules.draw, "correct": game.rules.correct, "seconds": game.rules.seconds or 0,
    }  # fmt: skip


async def _begin(talk: Talk, game: Game) -> Attempt | Ending:
    """Who plays, the rules in a few words, and a new attempt; none where the notice ends with its packets."""
    played: Played = await talk.look(PlayedBy(game.notice.id, talk.person.id))
    stock = await talk.look(StockOf(game.notice.id))
    if game.rules.packets.when_gone == "close" and stock.count and not stock.left:
        talk.say("play.ended", **_facts(talk, game), attempts=played.attempts, best=played.best, won=_won(played))
        return None
    if not played.plays or "unit" in talk.facts:
        left = await _take_part(talk, game)
        if left is not None:
            return left
        played = await talk.look(PlayedBy(game.notice.id, talk.person.id))
    invites = game.rules.referral.on and (await talk.look(ReferralsOf(game.notice.id, talk.person.id))).on
    text = line(
        "play.start", **_facts(talk, game), unit=played.unit_name, attempts=played.attempts, best=played.best,
        won=_won(played), packets=stock.count, left=stock.left, most=game.rules.attempts or 0,
        each=game.rules.packets.per_person, invites=invites,
    )  # fmt: skip
    options = (Option("start", "开始答题"), Option("unit", "换一个单位"), Option("leave", "先不答"))
    picked = await talk.ask(f"start/{played.attempts}", OneOf(text=text, options=options))
    if picked == "unit":
        return Then("quiz", {"unit": True})
    if picked == "leave":
        talk.say("play.later", **_facts(talk, game))
        return None
    local = talk.now.astimezone(ZoneInfo(game.notice.zone))
    deed = BeginAttempt(
        game.notice.id, talk.person.id, tuple(game.bank), game.rules.draw, game.opens, game.closes,
        game.rules.attempts, game.rules.daily, local.date().toordinal(),
    )  # fmt: skip
    begun = await talk.do(f"begun/{played.attempts}", deed)
    if isinstance(begun, Declined):
        if begun.why == "play.shut":
            return await _shut(talk, replace(game, now=micros(talk.now)))
        last = game.rules.stage.ends.day <= local.date()
        talk.say(begun.why, **begun.facts, closes=_facts(talk, game)["closes"], again=not last)
        return None
    here: Attempt = await talk.look(AttemptIn(begun.attempt, talk.person.id))
    return here


async def _take_part(talk: Talk, game: Game) -> Ending:
    """For whom somebody plays: their own unit, another one of the roster, or nobody."""
    own = _seat(talk, game.notice.id)
    options = (Option("unit", "代表单位"), Option("public", _ALONE))
    picked = "own"
    if own is None or own.unit is None or "unit" in talk.facts:
        text = line("play.who", **_facts(talk, game))
        picked = await talk.ask("who", OneOf(text=text, options=options))
    unit = own.unit.id if picked == "own" and own is not None and own.unit is not None else 0
    if picked == "unit":
        asked = Typed(text=line("play.unit"), read=read_name, skip=_ALONE)
        if name := await talk.ask("unit/name", asked):
            found = await unit_of(
                talk, name, "unit/name", campaign=game.notice.id, unknown="play.no_such_unit", none="都不是，重新发"
            )
            if isinstance(found, Again):
                return found
            unit = found.id
    await talk.do(f"takes_part/{unit}", TakePart(game.notice.id, talk.person.id, unit))
    return None


async def _play(talk: Talk, game: Game, here: Attempt) -> Ending:
    """The questions that are still open, one after another, and then the result. One that the bank lost is left out."""
    codes = [code for code in here.codes if code in game.bank]
    picked, last = dict(here.picked), here.last
    for place, code in enumerate(codes):
        if place in picked:
            continue
        question = _put(game, here, code)
        asking = pick(question, place, len(codes), seconds=game.rules.seconds)
        told = await talk.ask(f"q/{here.id}/{place}", asking)
        spent, last = micros(talk.now) - last, micros(talk.now)
        slow = game.rules.seconds is not None and spent > game.rules.seconds * 1_000_000
        picked[place] = -1 if slow else int(told)
        right = picked[place] == question.key
        deed = AnswerQuestion(here.id, talk.person.id, place, code, picked[place], right)
        done = await talk.do(f"a/{here.id}/{place}", deed)
        if isinstance(done, Declined):
            talk.say(done.why)
            return Then("quiz")
        if slow:
            talk.say("play.slow", seconds=game.rules.seconds)
        if game.rules.explain == "each":
            _explain(talk, question, right=right)
    return await _end(talk, game, here, codes, picked)


async def _end(talk: Talk, game: Game, here: Attempt, codes: Sequence[str], picked: Mapping[int, int]) -> Ending:
    """Count the attempt, and say what came of it."""
    missing = len(here.codes) - len(codes)
    packets, referral = game.rules.packets, game.rules.referral
    deed_end = EndAttempt(
        game.notice.id, talk.person.id, here.id, len(codes), max(0, game.rules.correct - missing), game.closes,
        game.rules.late == "count", packets.per_person,
        packets.probability if packets.chance == "draw" else None, packets.rights,
        referral.chances if referral.on else 0, referral.most,
    )  # fmt: skip
    marked = await talk.do(f"end/{here.id}", deed_end)
    if isinstance(marked, Declined):
        talk.say(marked.why)
        return Then("quiz")
    paper = [(place, _put(game, here, code), picked[place]) for place, code in enumerate(codes)]
    wrong = [each for each in paper if each[1].key != each[2]]
    say_result(talk, game.notice, game.rules, marked, len(codes), wrong)
    return None


def _put(game: Game, here: Attempt, code: str) -> Asked:
    """A question as this attempt puts it; made when it is needed, because shuffling costs more than all else here."""
    return asked(code, game.bank[code], here.seed, shuffle=game.rules.shuffle)


def _explain(talk: Talk, question: Asked, *, right: bool) -> None:
    facts = {"key": question.right, "explanation": question.explanation, "source": question.source}
    talk.say("play.explained", right=right, **facts)


def _seat(talk: Talk, campaign: str) -> Seat | None:
    """The seat from which somebody talks, where it is in this campaign."""
    seat = talk.scene.seat
    return seat if seat is not None and seat.campaign == campaign else None


QUIZ = Flow("quiz", quiz, words=("答题", "quiz"), anywhere=True)
