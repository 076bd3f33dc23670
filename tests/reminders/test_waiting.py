"""Reminders that wait for their reader: told in words that stay true, superseded, and given up after the closing."""

from __future__ import annotations

from sqlalchemy import update

from storage.tables import outbox
from tests.reminders.town import Town


async def waiting(town: Town, number: int) -> None:
    """Let a message wait for its reader."""
    async with town.database.write() as connection:
        await connection.execute(update(outbox).where(outbox.c.id == number).values(state="held"))


async def test_what_waited_long_is_told_in_words_that_stay_true_and_after_the_closing_not_at_all(town: Town) -> None:
    person = await town.liaison(await town.unit("奎文区", "county"))
    [said] = await town.at("2023-08-30 08:00")
    await waiting(town, said.number)
    town.seen = 0
    assert [each.text for each in await town.at("2023-08-30 19:59:59")] == [said.text]
    town.seen = 0
    [late] = await town.at("2023-08-30 20:00:00")
    assert (late.person, late.state) == (person, "held")
    assert late.text == (
        "2023年信用典型案例评选：8月30日（周三）24:00 截止。"
        "有一条提醒没能及时送到您这里，里面的内容可能已经过时；现在还差什么，请发“菜单”查看。"
    )
    town.seen = 0
    [over] = await town.at("2023-08-31 00:00")
    assert (over.number, over.state) == (late.number, "dead")


async def test_a_newer_reminder_takes_the_place_of_one_that_waits(town: Town) -> None:
    await town.liaison(await town.unit("奎文区", "county"))
    [old] = await town.at("2023-08-24 08:00")
    await waiting(town, old.number)
    [new] = await town.at("2023-08-28 08:00")
    town.seen = 0
    assert [(each.number, each.state) for each in await town.said()] == [(old.number, "dead"), (new.number, "due")]
