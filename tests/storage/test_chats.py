"""Conversations looked back on: both sides in one order, page by page, and nobody else's."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from bot.talk.messages import Attachment, Choice, File, Incoming, Outgoing, Press
from rules.instants import from_micros
from rules.people import Role
from storage.chats import Chats, Past
from storage.letters import incoming_body, outgoing_body
from storage.tables import addresses, inbox, outbox, people, seats, sessions
from tests.storage.world import CAMPAIGN, NOW, World

HERE, ELSEWHERE = "web:here", "web:elsewhere"


async def _hear(world: World, number: int, address: str = HERE, pressed: str = "", **sent: object) -> None:
    incoming = Incoming("web", "here", str(number), from_micros(NOW), **sent)  # type: ignore[arg-type]  # passed through
    row = {"id": f"web:{number}", "number": number, "address": address, "at": NOW + number}
    async with world.database.write() as connection:
        await connection.execute(insert(inbox).values(**row, body=incoming_body(incoming, pressed)))


async def _say(world: World, number: int, outgoing: Outgoing, address: str = HERE) -> None:
    row = {"id": number, "address": address, "cause": "web:1", "at": NOW + number, "body": outgoing_body(outgoing)}
    async with world.database.write() as connection:
        await connection.execute(insert(outbox).values(row))


@pytest.fixture
async def talked(world: World) -> World:
    """Ten messages, odd ones heard and even ones said, and another conversation in between."""
    for number in range(1, 11):
        if number % 2:
            await _hear(world, number, text=f"第{number}句")
        else:
            await _say(world, number, Outgoing(f"第{number}句"))
        await _hear(world, number + 100, ELSEWHERE, text="别处的")
    return world


async def _before(world: World, number: int | None, limit: int) -> list[int]:
    return [past.number for past in await Chats(world.database).before(HERE, number=number, limit=limit)]


async def _after(world: World, number: int, limit: int) -> list[int]:
    return [past.number for past in await Chats(world.database).after(HERE, number=number, limit=limit)]


async def test_history_is_read_backwards_page_by_page(talked: World) -> None:
    pages, number = [], None
    while page := await _before(talked, number, 4):
        pages.append(page)
        number = page[0]
    assert pages == [[7, 8, 9, 10], [3, 4, 5, 6], [1, 2]]


async def test_news_are_read_forwards_and_none_is_passed_over(talked: World) -> None:
    assert await _after(talked, 3, 4) == [4, 5, 6, 7]
    assert await _after(talked, 7, 4) == [8, 9, 10]
    assert await _after(talked, 10, 4) == []


async def test_both_sides_are_told_apart(talked: World) -> None:
    first, second = await Chats(talked.database).before(HERE, number=3, limit=9)
    assert first == Past(1, from_micros(NOW + 1), text="第1句")
    assert second == Past(2, from_micros(NOW + 2), outgoing=Outgoing("第2句"))


async def test_nobody_reads_anothers_conversation(talked: World) -> None:
    assert await Chats(talked.database).before("web:nobody", number=None, limit=9) == []
    assert await Chats(talked.database).before("telegram:here", number=None, limit=9) == []


async def test_a_press_is_told_by_its_label_and_files_by_their_names(world: World) -> None:
    await _hear(world, 1, press=Press("7/track", "case"), pressed="信用案例")
    await _hear(world, 2, files=(File("申报表.docx", 9, "ab"), File("2.docx", 1, "cd")))
    assert await Chats(world.database).before(HERE, number=None, limit=9) == [
        Past(1, from_micros(NOW + 1), press="信用案例"),
        Past(2, from_micros(NOW + 2), files=("申报表.docx", "2.docx")),
    ]


async def test_the_open_question_is_that_of_the_active_conversation(world: World) -> None:
    chats, person = Chats(world.database), await world.person()
    async with world.database.write() as connection:
        await connection.execute(insert(addresses).values(id=HERE, person=person))
    assert await chats.open_question(HERE) == ""
    async with world.database.write() as connection:
        for number, state in ((5, "parked"), (6, "active"), (7, "done")):
            row = {"id": number, "person": person, "state": state, "shown": f"question/{number}"}
            await connection.execute(insert(sessions).values(row))
    assert await chats.open_question(HERE) == "6/question/6"
    assert await chats.open_question(ELSEWHERE) == ""


async def test_the_heading_names_the_seat_one_speaks_from(world: World) -> None:
    chats, unit = Chats(world.database), await world.unit("碑林区")
    async with world.database.write() as connection:
        for person, (role, of) in enumerate(((Role.LIAISON, unit), (Role.ADMIN, 0)), start=1):
            await connection.execute(insert(people).values(id=person, seat=person))
            await connection.execute(insert(addresses).values(id=f"web:{person}", person=person))
            row = {"id": person, "person": person, "campaign": CAMPAIGN, "role": role.value, "unit": of}
            await connection.execute(insert(seats).values(row))
        await connection.execute(insert(people).values(id=3))
        await connection.execute(insert(addresses).values(id="web:3", person=3))
    places = [await chats.place(f"web:{person}") for person in (1, 2, 3, 4)]
    assert places == [(CAMPAIGN, "碑林区"), (CAMPAIGN, ""), ("", ""), ("", "")]


async def test_a_file_is_handed_out_again_only_to_whom_it_was_given(world: World) -> None:
    chats = Chats(world.database)
    await _say(world, 1, Outgoing("请查收", attachment=Attachment("annex", "ABCDE12345", "附件1.docx")))
    await _say(world, 2, Outgoing('我说 "a":["annex","QQQQQ12345","x"]', (Choice("a", "a"),)))
    assert await chats.was_given(HERE, "annex/ABCDE12345") is True
    assert await chats.was_given(ELSEWHERE, "annex/ABCDE12345") is False
    assert await chats.was_given(HERE, "annex/QQQQQ12345") is False, "a text that looks like an attachment is none"
    assert await chats.was_given(HERE, "certificate/ABCDE12345") is False
