"""Erasing on both databases: what goes, what stays, what is masked; and every table has its rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Text, func, insert, select

from rules.deeds_duty import HandIn
from storage.columns import metadata
from storage.erasing import Eraser, Whom
from storage.erasing_masks import masked_cells
from storage.erasing_policy import POLICIES
from storage.schema import metadata as whole
from storage.tables import addresses, entries, inbox, log, outbox, people, prints, seats, sessions, units, work
from storage.tables_awards import objections
from storage.tables_post import quarantine
from tests.storage.world import CAMPAIGN, CLOSES, NOW, OPENS, World, submission

PHONE, NAME, SHA, OTHER_SHA = "13800138000", "张三", "12" * 32, "34" * 32


async def somebody(world: World, *, phone: str = PHONE, campaign: str = CAMPAIGN, sha: str = SHA) -> tuple[int, int]:
    """A person with everything that a person can have, and their unit."""
    person, unit = await world.person("王老师"), await world.unit(f"单位{world.numbers()}", campaign=campaign)
    session, address = world.numbers(), f"telegram:{world.numbers()}"
    rows: list[tuple[Any, dict[str, Any]]] = [
        (addresses, {"id": address, "person": person}),
        (seats, {"id": world.numbers(), "person": person, "campaign": campaign, "role": "liaison", "unit": unit}),
        (sessions, {"id": session, "person": person, "flow": "enter", "campaign": campaign, "state": "done"}),
        (log, {"session": session, "seq": 1, "kind": "answer", "key": "form/phone", "value": f'"{phone}"'}),
        (inbox, {"id": f"t/{session}", "number": 1, "address": address, "person": person,
                 "body": f'{{"t":"{phone}","f":[["a.jpg",3,"{sha}"]]}}'}),
        (outbox, {"id": world.numbers(), "address": address, "person": person, "body": phone, "state": "sent",
                  "campaign": campaign}),
        (work, {"id": world.numbers(), "kind": "read_form", "session": session, "payload": phone, "state": "done"}),
        (quarantine, {"id": f"q/{session}", "why": "x", "body": f"raw {address} {phone}".encode()}),
    ]  # fmt: skip
    async with world.database.write() as connection:
        for table, row in rows:
            await connection.execute(insert(table).values(row))
        await connection.execute(people.update().where(people.c.id == person).values(
            channel="telegram", address=address.partition(":")[2]))  # fmt: skip
    return person, unit


async def enter(world: World, person: int, unit: int, *, code: str = "AAAAAAAAAA", campaign: str = CAMPAIGN) -> None:
    answers = {"contact": NAME, "phone": PHONE, "title": "题目", "other": "李四"}
    await world.do(submission(unit, person, code=code, answers=answers, campaign=campaign))


async def holds(world: World, text: str) -> list[str]:
    """The columns in which a text stands."""
    found = []
    async with world.database.read() as connection:
        for table in whole.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, Text):
                    count = select(func.count()).select_from(table).where(column.contains(text))
                    if (await connection.execute(count)).scalar_one():
                        found.append(f"{table.name}.{column.name}")
    return found


def test_every_table_has_a_rule() -> None:
    assert sorted(set(metadata.tables) - set(POLICIES)) == []


@pytest.mark.parametrize("name", ["people", "entries", "units"])
def test_columns_that_are_emptied_exist(name: str) -> None:
    assert [column for column in POLICIES[name].blank if column not in metadata.tables[name].c] == []


async def test_a_person_goes_with_all_that_is_theirs_and_nobody_elses(world: World) -> None:
    mine, unit = await somebody(world)
    other, _ = await somebody(world, phone="13900139000", sha=OTHER_SHA)
    await enter(world, mine, unit)
    erased = await Eraser(world.database).person(Whom(mine, (NAME,), (PHONE,)))
    assert erased.files == (SHA,)
    assert erased.rows == {
        "quarantine": 1, "log": 1, "work": 1, "people": 1, "addresses": 1, "seats": 1, "sessions": 1, "inbox": 1,
        "outbox": 1,
    }  # fmt: skip
    assert await holds(world, PHONE) == []
    assert await holds(world, "13900139000") == ["inbox.body", "log.value", "outbox.body", "work.payload"]
    assert await world.rows(people, "id", "name") == [(mine, ""), (other, "王老师")]
    assert await world.rows(entries, "state", "person") == [("submitted", mine)]
    [(answers,)] = await world.rows(prints, "answers")
    assert answers == '{"contact":"张**","phone":"138****8000","title":"题目","other":"李四"}'


async def test_a_rehearsal_counts_the_same_and_changes_nothing(world: World) -> None:
    person, unit = await somebody(world)
    await enter(world, person, unit)
    whom = Whom(person, (NAME,), (PHONE,))
    rehearsed = await Eraser(world.database).person(whom, dry=True)
    assert await holds(world, PHONE) == ["inbox.body", "log.value", "outbox.body", "prints.answers", "work.payload"]
    assert rehearsed == await Eraser(world.database).person(whom)


async def test_forms_of_a_campaign_that_goes_on_stay_as_they_are_and_drafts_go(world: World) -> None:
    person, unit = await somebody(world)
    await enter(world, person, unit)
    async with world.database.write() as connection:
        draft = {"code": "BBBBBBBBBB", "campaign": CAMPAIGN, "form": "case", "unit": unit, "person": person}
        await connection.execute(insert(prints).values(**draft, answers=f'{{"phone":"{PHONE}"}}', at=NOW))
    await Eraser(world.database).person(Whom(person, (NAME,), (PHONE,), spare=(CAMPAIGN,)))
    assert await holds(world, PHONE) == ["prints.answers"]
    assert await world.rows(prints, "code") == [("AAAAAAAAAA",)]


async def test_a_file_that_somebody_else_handed_in_too_stays(world: World) -> None:
    mine, _ = await somebody(world)
    await somebody(world, phone="13900139000", sha=SHA)
    assert (await Eraser(world.database).person(Whom(mine))).files == ()


async def test_a_file_in_a_report_of_the_unit_stays(world: World) -> None:
    mine, unit = await somebody(world)
    report = HandIn(CAMPAIGN, "event", unit, mine, OPENS, CLOSES, False, slot="new", files=[["a.jpg", 3, SHA]])
    await world.do(report)
    assert (await Eraser(world.database).person(Whom(mine))).files == ()


async def test_a_campaign_goes_and_its_results_and_other_campaigns_stay(world: World) -> None:
    mine, unit = await somebody(world)
    both, elsewhere = await somebody(world, phone="13900139000", sha=OTHER_SHA)
    async with world.database.write() as connection:
        seat = {"id": world.numbers(), "person": both, "campaign": "other", "role": "liaison", "unit": elsewhere}
        await connection.execute(insert(seats).values(seat))
        await connection.execute(units.update().where(units.c.id == unit).values(contacts=f'[["张三","{PHONE}"]]'))
    await enter(world, mine, unit)
    erased = await Eraser(world.database).campaign(CAMPAIGN)
    assert await holds(world, PHONE) == []
    assert erased.files == (SHA,)
    assert await world.rows(entries, "number", "title", "state", "person") == [("XA-A0001", "信用惠民", "submitted", 0)]
    assert await world.rows(people, "id", "name") == [(mine, ""), (both, "王老师")]
    assert await world.rows(seats, "person", "campaign") == [(both, "other")]
    assert await world.rows(prints, "code") == []


def test_only_the_cells_that_are_the_person_are_masked() -> None:
    answers = {"rows": [{"name": "张三", "phone": "13800138000、029-86780000"}, {"name": "张三丰", "phone": "1"}]}
    assert masked_cells(answers, ("张三",), ("13800138000",)) == {
        "rows": [{"name": "张**", "phone": "138****8000、029-86780000"}, {"name": "张三丰", "phone": "1"}]
    }


def held_by(folder: Path, number: str) -> bool:
    """Whether the bytes of a database hold a number."""
    return any(number.encode() in path.read_bytes() for path in folder.glob("test.db*"))


async def test_what_was_written_in_an_objection_goes_with_its_campaign_and_its_outcome_stays(world: World) -> None:
    person = await world.person("王老师")
    row = {"id": 1, "campaign": CAMPAIGN, "number": 1, "person": person, "words": f"电话 {PHONE}", "outcome": "upheld",
           "files": f'[["证据.pdf",7,"{SHA}"]]', "state": "answered", "answer": "经核实"}  # fmt: skip
    async with world.database.write() as connection:
        await connection.execute(insert(objections).values(row))
    erased = await Eraser(world.database).campaign(CAMPAIGN)
    assert erased.files == (SHA,)
    assert await world.rows(objections, "words", "files", "answer", "outcome") == [("", "", "", "upheld")]


async def test_after_scrubbing_the_files_of_the_database_do_not_hold_what_went(world: World, tmp_path: Path) -> None:
    person, _ = await somebody(world)
    await somebody(world, phone="13900139000", sha=OTHER_SHA)
    await Eraser(world.database).person(Whom(person, (NAME,), (PHONE,)))
    await world.database.scrub()
    assert await holds(world, "13900139000") == ["inbox.body", "log.value", "outbox.body", "work.payload"]
    if world.database.sqlite:
        assert [held_by(tmp_path, number) for number in (PHONE, "13900139000")] == [False, True]


async def test_what_is_noted_is_noted_before_it_is_committed_and_not_in_a_rehearsal(world: World) -> None:
    noted: list[Any] = []
    person, _ = await somebody(world)
    eraser = Eraser(world.database, note=noted.append)
    await eraser.person(Whom(person), dry=True)
    assert noted == []
    await eraser.person(Whom(person))
    assert noted == [(SHA,)]
