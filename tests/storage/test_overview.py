"""The figures of a campaign are those of its rows, on both databases, in a number of statements that does not grow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import delete, event, insert

from rules.deeds import Declined, WithdrawEntry
from rules.deeds_board import BoardLink, OpenBoard
from rules.figures import Figures, Health, Presence, Tally, Trouble
from rules.instants import from_micros, micros
from rules.looks_contact import Unreached, UnreachedIn
from rules.passes import LINK, Pass, opened
from storage.database import Database
from storage.overview import Overviews
from storage.tables import entries, incidents, invites, outbox, people, seats, sessions, units, versions, work
from storage.tables_post import quarantine
from tests.storage.world import CAMPAIGN, CLOSES, DAY, NOW, PEPPER, World, submission
from tests.web.board_town import DAYS, drafting, figures, lives, seen

Rows = dict[Any, list[dict[str, Any]]]


def rows_of(at: datetime, how_many: int = 80) -> Rows:
    """What the town has left in the tables at an instant."""
    numbers, found = count(10**6), Rows()
    for table in (units, invites, people, seats, sessions, entries, versions):
        found[table] = []
    for life in lives(how_many):
        unit = life.unit
        found[units].append(
            {"id": unit.id, "campaign": CAMPAIGN, "name": unit.name, "short": unit.short, "klass": unit.klass}
        )
        if life.invited is not None and life.invited <= at:
            shared = {"campaign": CAMPAIGN, "role": "liaison", "unit": unit.id, "uses": 0}
            found[invites] += [shared | {"hash": f"{unit.id}/{each}"} for each in range(2)]
        if life.joined is None or life.joined > at:
            continue
        spoken = [(next(numbers), next(numbers)) for _ in range(life.people)]
        for person, seat in spoken:
            found[people].append({"id": person})
            found[seats].append(
                {"id": seat, "person": person, "campaign": CAMPAIGN, "role": "liaison", "unit": unit.id}
            )
        person, seat = spoken[0]
        spoke = {"person": person, "campaign": CAMPAIGN, "seat": seat, "facts": "{}", "shown": ""}
        menu = {"id": next(numbers), "flow": "menu", "state": "done", "step": "", "touched": seen(life, at)}
        found[sessions].append(spoke | menu)
        if life.begun is not None and life.begun <= at and drafting(life, at):
            form = {"id": next(numbers), "flow": "enter", "state": "parked", "step": life.step}
            found[sessions].append(spoke | form | {"touched": micros(life.begun)})
        for track, when in life.entries:
            if when <= at:
                number, received = next(numbers), micros(when)
                entry = {"id": number, "campaign": CAMPAIGN, "track": track, "unit": unit.id, "number": f"{number}"}
                found[entries].append(entry | {"state": "submitted", "version": 1, "received": received})
                found[versions].append({"entry": number, "version": 1, "what": "submitted", "at": received})
    return found


async def fill(database: Database, rows: Rows) -> None:
    async with database.write() as connection:
        for table, some in rows.items():
            if some:
                await connection.execute(insert(table), some)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are run in the block."""
    said: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        said.extend([statement] if statement.startswith("SELECT") else [])

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield said
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)


@pytest.mark.parametrize("day", DAYS)
async def test_the_figures_are_those_of_the_town(world: World, day: datetime) -> None:
    await fill(world.database, rows_of(day))
    assert await Overviews(world.database).figures(CAMPAIGN) == figures(day)


async def test_the_number_of_statements_does_not_grow_with_the_units(world: World) -> None:
    overviews, found = Overviews(world.database), []
    for how_many in (8, 80):
        async with world.database.write() as connection:
            for table in (versions, entries, sessions, seats, people, invites, units):
                await connection.execute(delete(table))
        await fill(world.database, rows_of(DAYS[1], how_many))
        with counted(world.database) as said:
            known = await overviews.figures(CAMPAIGN)
            await overviews.health(CAMPAIGN, micros(DAYS[1]))
        found.append((len(known.members), len(said)))
    assert found == [(8, 14), (80, 14)]


async def test_another_campaign_and_other_roles_are_not_counted(world: World) -> None:
    ours, theirs, person = await world.unit("碑林区"), await world.unit("别处", campaign="other"), await world.person()
    await world.do(submission(theirs, person, campaign="other"))
    rows = [
        {"id": 1, "person": person, "campaign": "other", "role": "liaison", "unit": theirs},
        {"id": 2, "person": person, "campaign": CAMPAIGN, "role": "admin", "unit": 0},
        {"id": 3, "person": person, "campaign": CAMPAIGN, "role": "expert", "unit": ours},
    ]
    codes = [
        {"hash": "1", "campaign": "other", "role": "liaison", "unit": theirs, "uses": 1},
        {"hash": "2", "campaign": CAMPAIGN, "role": "admin", "unit": 0, "uses": 1},
        {"hash": "3", "campaign": CAMPAIGN, "role": "expert", "unit": ours, "uses": 1},
    ]
    await fill(world.database, {seats: rows, invites: codes})
    known = await Overviews(world.database).figures(CAMPAIGN)
    assert known == Figures(known.members) and [unit.id for unit in known.members] == [ours]


async def test_a_form_that_is_cancelled_or_of_another_kind_is_no_draft(world: World) -> None:
    unit, person = await world.unit("碑林区"), await world.person()
    spoke = {"person": person, "campaign": CAMPAIGN, "seat": 5, "facts": "{}", "step": "题目", "touched": 7}
    kinds = [("enter", "cancelled"), ("enter", "done"), ("mine", "parked"), ("enter", "active"), ("enter", "parked")]
    some = [spoke | {"id": number, "flow": flow, "state": state} for number, (flow, state) in enumerate(kinds, 1)]
    seat = {"id": 5, "person": person, "campaign": CAMPAIGN, "role": "liaison", "unit": unit}
    await fill(world.database, {seats: [seat], sessions: some})
    known = await Overviews(world.database).figures(CAMPAIGN)
    assert [(each.unit, each.step, each.drafts) for each in known.unfinished] == [(unit, "题目", 2)]
    assert known.presences == (Presence(unit, 1, 7),), "somebody with several conversations is one person"


async def test_what_was_in_at_an_instant_stays_so_whatever_comes_later(world: World) -> None:
    unit, person = await world.unit("碑林区"), await world.person()
    kept = await world.do(submission(unit, person), at=NOW)
    gone = await world.do(submission(unit, person), at=NOW + 1)
    overviews = Overviews(world.database)
    then = await overviews.figures_at(CAMPAIGN, NOW + 1)
    assert then.tallies == (Tally(unit, "case", "submitted", 2, NOW + 1),)
    await world.do(submission(unit, person, entry=kept.entry), at=NOW + 2)
    await world.do(WithdrawEntry(gone.entry, unit, person, CLOSES), at=NOW + 3)
    await world.do(submission(unit, person, track="video"), at=NOW + DAY)
    assert await overviews.figures_at(CAMPAIGN, NOW + 1) == then
    assert (await overviews.figures_at(CAMPAIGN, NOW + 3)).tallies == (Tally(unit, "case", "submitted", 1, NOW + 2),)
    assert [each.entries for each in (await overviews.figures_at(CAMPAIGN, NOW + 3)).arrivals] == [1]
    assert (await overviews.figures_at(CAMPAIGN, NOW - 1)).tallies == ()


async def test_health_counts_what_waits_what_failed_lately_and_whom_to_phone(world: World) -> None:
    unit, person = await world.unit("碑林区"), await world.person("李老师")
    empty = await world.unit("莲湖区")
    assert empty
    seat = {"id": 5, "person": person, "campaign": CAMPAIGN, "role": "liaison", "unit": unit}
    states = ["due", "due", "held", "sent", "sent", "dead", "unknown", "pulled"]
    shared = {"address": "wechat:o1", "person": person, "campaign": CAMPAIGN, "kind": "notice", "body": "{}"}
    some = [
        shared | {"id": world.numbers(), "state": state, "at": NOW - 9, "due": NOW - 9, "why": ""} for state in states
    ]
    old = shared | {"id": world.numbers(), "state": "dead", "at": NOW - 8 * DAY, "due": 0, "why": ""}
    passed = shared | {"id": world.numbers(), "state": "dead", "at": NOW, "due": 0, "why": "superseded"}
    troubles = [{"reference": f"K{number}", "at": NOW - number, "flow": "enter"} for number in range(7)]
    await fill(
        world.database,
        {
            seats: [seat],
            outbox: [*some, old, passed],
            incidents: [*troubles, {"reference": "OLD", "at": NOW - 8 * DAY, "flow": "enter"}],
            quarantine: [{"id": "1", "at": NOW, "why": "?", "body": b"?"}],
            work: [
                {"id": 1, "kind": "form", "payload": "{}", "session": 1, "topic": "form", "state": "failed", "at": NOW}
            ],
        },
    )
    assert await Overviews(world.database).health(CAMPAIGN, NOW) == Health(
        open={"due": 2, "held": 1},
        oldest_due=NOW - 9,
        lately={"dead": 1, "sent": 2, "unknown": 1},
        work={"failed": 1},
        unread=1,
        troubled=7,
        troubles=tuple(Trouble(f"K{number}", NOW - number, "enter") for number in range(5)),
        unreached=(Unreached("碑林区", "李老师", "", ""), Unreached("莲湖区", "", "not_joined", "")),
    )


async def test_a_permission_is_given_to_admins_and_holds_while_they_have_their_seat(world: World) -> None:
    person, other = await world.person(), await world.person()
    rows = [
        {"id": 5, "person": person, "campaign": CAMPAIGN, "role": "admin", "unit": 0},
        {"id": 6, "person": person, "campaign": CAMPAIGN, "role": "liaison", "unit": 1},
    ]
    await fill(world.database, {seats: rows})
    link = await world.do(OpenBoard(5, person))
    assert isinstance(link, BoardLink)
    ends = from_micros(NOW) + timedelta(hours=1)
    assert opened(PEPPER, LINK, link.token, from_micros(NOW)) == Pass(5, person, ends.replace(microsecond=0))
    for seat, somebody in ((6, person), (5, other), (9, person)):
        assert await world.do(OpenBoard(seat, somebody)) == Declined("board.seat_gone", {})
    overviews = Overviews(world.database)
    assert [await overviews.seen_by(*who) for who in ((5, person), (6, person), (5, other))] == [CAMPAIGN, None, None]
    async with world.database.write() as connection:
        await connection.execute(delete(seats).where(seats.c.id == 5))
    assert await overviews.seen_by(5, person) is None


def test_the_permission_is_not_kept_in_the_conversation() -> None:
    assert OpenBoard.dump(BoardLink("a token", 7)) == {"token": "", "expires": 7}


async def test_whom_to_phone_is_found_among_what_waits_not_among_all_that_was_sent(world: World) -> None:
    if not world.database.sqlite:
        return  # PostgreSQL plans by its statistics
    asked: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, *more: Any) -> None:
        asked.extend([(statement, parameters)] if "FROM outbox" in statement else [])

    event.listen(world.database.engine.sync_engine, "before_cursor_execute", note)
    await world.look(UnreachedIn(CAMPAIGN))
    event.remove(world.database.engine.sync_engine, "before_cursor_execute", note)
    [(statement, parameters)] = asked
    async with world.database.read() as connection:
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        assert "SEARCH outbox USING INDEX ix_outbox_open (state=?)" in [str(tuple(row)[-1]) for row in plan]
