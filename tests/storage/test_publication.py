"""Certificates are numbered once and for all, and units are told once, however many admins are at it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from sqlalchemy import insert, select, update

from rules.certificates import Issuing
from rules.deeds import Declined, Heard
from rules.deeds_publication import (
    IssueCertificates,
    Issued,
    NoteOutlet,
    Published,
    PublishResults,
    TakeDossier,
    Telling,
)
from rules.looks_awards import HonoursOf
from rules.looks_publication import CertificatesOf, OutletsOf, Participants, ToldOf
from rules.people import Role
from rules.results import seen_mark
from storage.audit import Audit
from storage.dossier import papers
from storage.tables import outbox, people, seats
from storage.tables_awards import honours
from storage.tables_publication import certificates
from tests.storage.world import CAMPAIGN, NOW, World, submission

HOW = Issuing("XA-2024", "典型案例征集", ("市信用办", "人民银行"), ("plain",))


async def honour(world: World, unit: int, *, prize: str = "case", entry: int = 0, state: str = "final") -> int:
    """A prize of a unit."""
    number = world.numbers()
    async with world.database.write() as connection:
        await connection.execute(
            insert(honours).values(
                id=number, campaign=CAMPAIGN, prize=prize, within="", label="典型案例", entry=entry, unit=unit,
                track="case", state=state, at=NOW,
            )
        )  # fmt: skip
    return number


async def withdraw(world: World, number: int) -> None:
    async with world.database.write() as connection:
        await connection.execute(update(honours).where(honours.c.id == number).values(state="withdrawn"))


async def liaison(world: World, unit: int) -> int:
    """Somebody who speaks for a unit."""
    person = await world.person("王")
    async with world.database.write() as connection:
        await connection.execute(update(people).where(people.c.id == person).values(channel="web", address=f"{person}"))
        await connection.execute(insert(seats).values(
            id=world.numbers(), person=person, campaign=CAMPAIGN, role=Role.LIAISON.value, unit=unit, since=NOW,
        ))  # fmt: skip
    return person


def issuing(how: Issuing = HOW) -> IssueCertificates:
    return IssueCertificates(CAMPAIGN, how, by=0)


async def numbers(world: World, unit: int = 0) -> list[tuple[str, bool]]:
    found = await world.look(CertificatesOf(CAMPAIGN, unit))
    return [(each.number, each.good) for each in found]


async def test_numbers_follow_the_prizes_and_are_never_given_again(world: World) -> None:
    one, other = await world.unit("碑林区"), await world.unit("莲湖区")
    first = await honour(world, one)
    await honour(world, other)
    await honour(world, other, prize="plain")
    await honour(world, other, state="listed")
    assert await world.do(issuing()) == Issued(2, 2)
    assert await world.do(issuing()) == Issued(0, 2)
    await withdraw(world, first)
    third = await honour(world, one)
    assert await world.do(issuing()) == Issued(1, 2)
    assert await numbers(world) == [("XA-2024-0001", False), ("XA-2024-0002", True), ("XA-2024-0003", True)]
    assert await numbers(world, one) == [("XA-2024-0001", False), ("XA-2024-0003", True)]
    [found] = [each for each in await world.look(CertificatesOf(CAMPAIGN)) if each.honour == third]
    assert (found.unit_name, found.award, found.hosts) == ("碑林区", "典型案例", ("市信用办", "人民银行"))


async def test_two_campaigns_of_one_series_share_no_number(world: World) -> None:
    unit = await world.unit("碑林区")
    await honour(world, unit)
    await world.do(issuing())
    async with world.database.write() as connection:
        await connection.execute(insert(honours).values(
            id=world.numbers(), campaign="other", prize="case", label="一等奖", unit=unit, state="final",
        ))  # fmt: skip
    await world.do(replace(issuing(), campaign="other"))
    assert [row[0] for row in await world.rows(certificates, "number")] == ["XA-2024-0001", "XA-2024-0002"]


async def test_admins_who_number_at_once_give_each_prize_one_number(rivals: list[World]) -> None:
    unit = await rivals[0].unit("碑林区")
    for _ in range(5):
        await honour(rivals[0], unit)
    issued = await asyncio.gather(*(world.do(issuing()) for world in rivals))
    assert sorted(each.fresh for each in issued) == [0, 0, 5]
    assert [number for number, _ in await numbers(rivals[0])] == [f"XA-2024-000{n}" for n in range(1, 6)]


async def publication(world: World, *units: int, mark: str = "m1", by: int = 0) -> PublishResults:
    tellings = tuple(Telling(unit, mark, Heard("publication.won", {"unit": unit}, ("证书",))) for unit in units)
    seen = seen_mark(await world.look(HonoursOf(CAMPAIGN)))
    return PublishResults(CAMPAIGN, HOW, seen, tellings, ("甲网", "乙报"), by)


async def told(world: World) -> list[int]:
    async with world.database.read() as connection:
        return sorted((await connection.execute(select(outbox.c.person))).scalars())


async def test_every_unit_is_told_once_and_again_only_of_something_else(world: World) -> None:
    one, other = await world.unit("碑林区"), await world.unit("莲湖区")
    first, second = await liaison(world, one), await liaison(world, other)
    await honour(world, one)
    assert await world.do(await publication(world, one, other)) == Published(2, 2, 1)
    assert await world.do(await publication(world, one, other)) == Published(0, 0, 0)
    assert await told(world) == sorted([first, second])
    assert await world.do(await publication(world, other, mark="m2")) == Published(1, 1, 0)
    assert await told(world) == sorted([first, second, second])
    assert await world.look(ToldOf(CAMPAIGN)) == {one: "m1", other: "m2"}
    assert await world.look(ToldOf(CAMPAIGN, one)) == {one: "m1"}


async def test_admins_who_publish_at_once_tell_every_unit_once(rivals: list[World]) -> None:
    unit = await rivals[0].unit("碑林区")
    person = await liaison(rivals[0], unit)
    await honour(rivals[0], unit)
    deed = await publication(rivals[0], unit)
    done = await asyncio.gather(*(world.do(deed) for world in rivals))
    assert sorted(each.people for each in done) == [0, 0, 1] and await told(rivals[0]) == [person]


async def test_prizes_that_changed_stop_it_all(world: World) -> None:
    unit = await world.unit("碑林区")
    await liaison(world, unit)
    await honour(world, unit)
    deed = await publication(world, unit)
    await honour(world, unit)
    assert await world.do(deed) == Declined("publication.changed", {})
    assert await told(world) == [] and await world.look(OutletsOf(CAMPAIGN)) == () and await numbers(world) == []


async def test_outlets_are_ticked_off_and_stay_so(world: World) -> None:
    unit = await world.unit("碑林区")
    await honour(world, unit)
    await world.do(await publication(world, unit))
    await world.do(NoteOutlet(CAMPAIGN, "乙报", "https://b.example/1", by=0), at=NOW + 1)
    await world.do(await publication(world, unit, mark="m2"))
    found = await world.look(OutletsOf(CAMPAIGN))
    assert [(each.outlet, each.done, each.link) for each in found] == [
        ("甲网", False, ""), ("乙报", True, "https://b.example/1"),
    ]  # fmt: skip
    assert await world.do(NoteOutlet(CAMPAIGN, "丙台", "", by=0)) == Declined("publication.no_outlet", {})


async def test_whoever_lost_the_seat_publishes_nothing(world: World) -> None:
    unit = await world.unit("碑林区")
    await liaison(world, unit)
    await honour(world, unit)
    assert await world.do(await publication(world, unit, by=4711)) == Declined("admin.no_seat", {})
    assert await told(world) == [] and await numbers(world) == []


async def test_participants_are_units_with_works_in_or_with_a_prize(world: World) -> None:
    one, other = await world.unit("碑林区"), await world.unit("莲湖区")
    await world.unit("雁塔区")
    person = await liaison(world, one)
    await world.do(submission(one, person))
    await world.do(submission(one, person, title="又一个"))
    await honour(world, other)
    found = await world.look(Participants(CAMPAIGN))
    assert [(each.name, each.works, each.people) for each in found] == [("碑林区", 2, 1), ("莲湖区", 0, 0)]


async def test_what_a_dossier_reads_is_of_its_campaign_and_taking_it_is_on_record(world: World) -> None:
    unit = await world.unit("碑林区")
    person = await liaison(world, unit)
    received = await world.do(submission(unit, person))
    await honour(world, unit, entry=received.entry)
    await world.do(await publication(world, unit))
    await world.do(TakeDossier(CAMPAIGN, full=True, by=0))
    found = await papers(world.database, CAMPAIGN)
    assert [act.command for act in found.acts] == ["publish", "dossier"]
    assert (found.verdict.rows, found.verdict.broken) == (2, 0)
    assert [each.number for each in found.honours] == [received.number]
    assert found.told == {unit: "m1"} and len(found.certificates) == 1
    assert {"returns", "asks", "caps", "pauses"} <= set(found.records)
    empty = await papers(world.database, "weifang-2023")
    assert (empty.acts, empty.honours, empty.certificates) == ((), (), ())
    assert (await Audit(world.database).verify()).rows == 2
