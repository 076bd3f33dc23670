"""What people ask about the rules: how often, never by whom."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Done
from rules.deeds_steering import NoteQuestion
from rules.looks_steering import Asked, QuestionsIn
from storage.moments import Deeds, Looks, Moment
from storage.tables_steering import questions
from storage.upserts import insert_into

#: Different questions that are kept of a campaign; what comes after is counted only.
MOST = 500


async def note_question(moment: Moment, deed: NoteQuestion) -> Done:
    """Count one question more."""
    words = deed.words
    if words:
        kept = select(func.count()).select_from(questions).where(questions.c.campaign == deed.campaign)
        words = words if (await moment.connection.execute(kept)).scalar_one() < MOST else ""
    row = {"campaign": deed.campaign, "topic": deed.topic, "words": words, "count": 1, "at": moment.at}
    again = {"count": questions.c.count + 1, "at": moment.at}
    await moment.connection.execute(
        insert_into(questions, moment.connection)
        .values(row)
        .on_conflict_do_update(index_elements=["campaign", "topic", "words"], set_=again)
    )
    return Done()


async def questions_in(connection: AsyncConnection, look: QuestionsIn) -> tuple[Asked, ...]:
    """What was asked, the most asked first, of the same number the newest first."""
    rows = await connection.execute(
        select(questions.c.topic, questions.c.words, questions.c.count, questions.c.at)
        .where(questions.c.campaign == look.campaign)
        .order_by(questions.c["count"].desc(), questions.c["at"].desc(), questions.c.topic, questions.c.words)
    )
    return tuple(Asked(*row) for row in rows)


DEEDS: Deeds = {NoteQuestion: note_question}
LOOKS: Looks = {QuestionsIn: questions_in}
