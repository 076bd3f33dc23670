"""The work of looking a quiz through for signs of unfair play. It is done beside the desk, and changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.fair_play import Sign, signs
from rules.notice import Notice
from rules.people import CHANNELS
from rules.quiz_runs import Kept, runs_of
from scheduler.quizzes import Banks
from storage.database import Database
from storage.quiz_runs import Player, kept_runs, players_of

#: Signs that are told one by one, and people that are named in each.
MOST_SIGNS, MOST_NAMED = 20, 5


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked through, and what was found; `players` are those whom a sign concerns."""

    attempts: int
    signs: tuple[Sign, ...]
    players: Mapping[int, Player]


class QuizChecker:
    """Looks through the quizzes it knows."""

    def __init__(self, database: Database, notices: Mapping[str, Notice], banks: Banks) -> None:
        self._database, self._notices, self._banks = database, notices, banks

    async def check(self, campaign: str) -> Checked:
        """The signs in a campaign that has a quiz."""
        async with self._database.read() as connection:
            kept = await kept_runs(connection, campaign)
        found = await asyncio.to_thread(self._signs, campaign, kept)
        async with self._database.read() as connection:
            known = await players_of(connection, campaign, {person for sign in found for person in sign.people})
        return Checked(len(kept), found, known)

    def _signs(self, campaign: str, kept: Sequence[Kept]) -> tuple[Sign, ...]:
        quiz, bank = self._notices[campaign].quiz, self._banks.get(campaign, {})
        assert quiz is not None, "only a quiz is looked through"
        runs = tuple(runs_of(kept, bank, shuffle=quiz.shuffle))
        return signs(runs, quiz.watch, {code: len(question.options) for code, question in bank.items()})

    async def perform(self, payload: Mapping[str, Any]) -> Mapping[str, Any]:
        """The facts that 答题核查 tells."""
        found = await self.check(payload["campaign"])
        return {
            "attempts": found.attempts,
            "count": len(found.signs),
            "signs": [_told(each, found.players) for each in found.signs[:MOST_SIGNS]],
        }


def _told(sign: Sign, known: Mapping[int, Player]) -> dict[str, Any]:
    some = [
        {
            "number": number, "name": known[number].name, "unit": known[number].unit,
            "channel": CHANNELS.get(known[number].channel, known[number].channel),
        }
        for number in sign.people[:MOST_NAMED] if number in known
    ]  # fmt: skip
    return {
        "kind": sign.kind, "people": len(sign.people), "attempts": sign.attempts, "at": sign.at,
        "measure": sign.measure, "some": some,
    }  # fmt: skip
