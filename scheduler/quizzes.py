"""The quizzes of a deployment as organisers look at them: on the board, in charts and in exports."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rules.bank import MOST_QUESTIONS, Question
from rules.instants import from_micros
from rules.looks import UnitsOf
from rules.looks_quiz import QuizFiguresOf
from rules.notice import Notice
from rules.quiz_view import QuizView, quiz_view
from storage.database import Database
from storage.quiz_figures import figures_of
from storage.units import units_of

#: The questions of each campaign by their codes; without them no question is shown by its text.
Banks = Mapping[str, Mapping[str, Question]]
NO_BANKS: Banks = MappingProxyType({})
#: Hard questions that are shown.
_HARD = 5
#: Answers from which on a question may be called hard.
_LEAST = 5


class Quizzes:
    """Reads and shapes the figures of quizzes."""

    def __init__(self, database: Database, notices: Mapping[str, Notice], banks: Banks = NO_BANKS) -> None:
        self._database, self._notices, self._banks = database, notices, banks

    async def seen(self, campaign: str, at: int, *, past: bool = False, every: bool = False) -> QuizView:
        """The quiz of a campaign that has one, at an instant (UTC microseconds); `past`: as it stood then.

        `every`: all questions that were answered, not only the hardest of those that were answered often.
        """
        hard, least = (MOST_QUESTIONS, 1) if every else (_HARD, _LEAST)
        async with self._database.read() as connection:
            figures = await figures_of(connection, QuizFiguresOf(campaign, hard, at if past else 0, least))
            members = await units_of(connection, UnitsOf(campaign))
        return quiz_view(self._notices[campaign], figures, members, self._banks.get(campaign, {}), from_micros(at))
