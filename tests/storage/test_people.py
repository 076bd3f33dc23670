"""Invitations give seats: once, in time, to whoever holds the code, and to nobody who guesses."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from rules.codes import ALPHABET, LENGTH, shown
from rules.deeds import Declined, Done, Invite, Invited, Joined, NamePerson, Redeem, TakeSeat
from rules.looks import Seats
from rules.people import Role, Seat, Unit
from storage.codes import hashed
from storage.tables import invites, people, seats
from tests.storage.world import CAMPAIGN, DAY, MINUTE, NOW, PEPPER, World, outcomes

WRONG = "0000000000"


async def _invited(world: World, unit: int | None = None, *, role: str = "liaison", uses: int = 1) -> str:
    made = await world.do(Invite(CAMPAIGN, role, unit, by=0, uses=uses))
    assert isinstance(made, Invited)
    return made.code


async def test_a_code_gives_the_seat_it_was_made_for(world: World) -> None:
    unit, person = await world.unit("碑林区"), await world.person()
    joined = await world.do(Redeem(person, await _invited(world, unit)))
    assert joined == Joined(joined.seat, CAMPAIGN, "liaison", "碑林区")
    assert await world.look(Seats(person)) == (
        Seat(joined.seat, CAMPAIGN, Role.LIAISON, Unit(unit, CAMPAIGN, "碑林区", klass="district")),
    )
    assert await world.rows(people, "id", "seat", "tries") == [(person, joined.seat, 0)]


async def test_an_admin_has_a_seat_without_a_unit(world: World) -> None:
    person = await world.person()
    joined = await world.do(Redeem(person, await _invited(world, role="admin")))
    assert await world.look(Seats(person)) == (Seat(joined.seat, CAMPAIGN, Role.ADMIN),)


@pytest.mark.parametrize("typed", [str.lower, shown, lambda code: f" {code[:3]} {code[3:]} "])
async def test_a_code_may_be_typed_by_hand(world: World, typed: object) -> None:
    code, person = await _invited(world), await world.person()
    assert callable(typed)
    assert isinstance(await world.do(Redeem(person, typed(code))), Joined)


async def test_a_wrong_code_says_how_many_tries_are_left(world: World) -> None:
    person = await world.person()
    await _invited(world)
    said = [await world.do(Redeem(person, WRONG)) for _ in range(2)]
    assert said == [
        Declined("join.unknown", {"code": WRONG, "left": 4, "length": 10}),
        Declined("join.unknown", {"code": WRONG, "left": 3, "length": 10}),
    ]


async def test_what_is_no_code_at_all_opens_nothing(world: World) -> None:
    person = await world.person()
    await _invited(world)
    for typed in ("", "码", "0" * 9, "0" * 11):
        assert (await world.do(Redeem(person, typed))).why == "join.unknown"
    assert await world.look(Seats(person)) == ()


async def test_five_wrong_codes_bring_a_pause_that_ends(world: World) -> None:
    code, person = await _invited(world), await world.person()
    said = [await world.do(Redeem(person, WRONG)) for _ in range(5)]
    assert [each.why for each in said] == ["join.unknown"] * 4 + ["join.locked"]
    assert said[-1] == Declined("join.locked", {"minutes": 15})
    late = NOW + 14 * MINUTE + 1
    assert await world.do(Redeem(person, code), at=late) == Declined("join.locked", {"minutes": 1})
    assert isinstance(await world.do(Redeem(person, code), at=NOW + 15 * MINUTE), Joined)


async def test_after_the_pause_the_tries_are_counted_anew(world: World) -> None:
    person = await world.person()
    for _ in range(5):
        await world.do(Redeem(person, WRONG))
    again = [await world.do(Redeem(person, WRONG), at=NOW + 15 * MINUTE) for _ in range(5)]
    assert [each.why for each in again] == ["join.unknown"] * 4 + ["join.locked"]


async def test_a_pause_is_one_persons_own(world: World) -> None:
    code, guesser, other = await _invited(world), await world.person(), await world.person()
    for _ in range(5):
        await world.do(Redeem(guesser, WRONG))
    assert isinstance(await world.do(Redeem(other, code)), Joined)


async def test_a_right_code_forgives_the_wrong_ones(world: World) -> None:
    person = await world.person()
    for _ in range(4):
        await world.do(Redeem(person, WRONG))
    await world.do(Redeem(person, await _invited(world)))
    assert (await world.do(Redeem(person, WRONG))).facts["left"] == 4


async def test_a_used_code_says_so_and_costs_no_try(world: World) -> None:
    code, first, second = await _invited(world), await world.person(), await world.person()
    await world.do(Redeem(first, code))
    assert await world.do(Redeem(second, code)) == Declined("join.used_up", {})
    assert await world.look(Seats(second)) == ()
    assert await world.rows(people, "id", "tries") == [(first, 0), (second, 0)]


async def test_a_code_ends_with_its_last_day(world: World) -> None:
    first, second = await world.person(), await world.person()
    made = await world.do(Invite(CAMPAIGN, "admin", None, by=0, uses=2, days=3))
    assert made.expires == NOW + 3 * DAY
    assert isinstance(await world.do(Redeem(first, made.code), at=NOW + 3 * DAY - 1), Joined)
    assert await world.do(Redeem(second, made.code), at=NOW + 3 * DAY) == Declined("join.expired", {})


async def test_a_code_for_several_is_good_for_so_many(world: World) -> None:
    code = await _invited(world, uses=3)
    said = [await world.do(Redeem(await world.person(), code)) for _ in range(4)]
    assert [type(each) for each in said] == [Joined, Joined, Joined, Declined]


async def test_of_many_who_redeem_one_code_at_once_exactly_one_gets_the_seat(rivals: list[World]) -> None:
    code = await _invited(rivals[0], await rivals[0].unit("碑林区"))
    crowd = [(rivals[index % 3], await rivals[0].person()) for index in range(12)]
    said = await asyncio.gather(*(world.do(Redeem(person, code)) for world, person in crowd))
    assert outcomes(said, Joined) == 1
    assert {each.why for each in said if isinstance(each, Declined)} == {"join.used_up"}
    assert len(await rivals[0].rows(seats, "person")) == 1
    assert await rivals[0].rows(invites, "uses") == [(0,)]


async def test_guesses_that_come_at_once_are_all_counted(rivals: list[World]) -> None:
    person = await rivals[0].person()
    said = await asyncio.gather(*(rivals[index % 3].do(Redeem(person, WRONG)) for index in range(9)))
    assert sorted(each.why for each in said) == ["join.locked"] * 5 + ["join.unknown"] * 4


async def test_a_second_code_for_the_same_seat_gives_the_same_seat(world: World) -> None:
    unit, person = await world.unit("碑林区"), await world.person()
    said = [await world.do(Redeem(person, await _invited(world, unit))) for _ in range(2)]
    assert said[0] == said[1]
    assert len(await world.look(Seats(person))) == 1


async def test_a_person_speaks_from_the_seat_taken_last_and_may_change(world: World) -> None:
    person = await world.person()
    units = [await world.unit("碑林区"), await world.unit("莲湖区")]
    first, second = [await world.do(Redeem(person, await _invited(world, unit))) for unit in units]
    assert [seat.id for seat in await world.look(Seats(person))] == [first.seat, second.seat]
    assert await world.rows(people, "seat") == [(second.seat,)]
    assert await world.do(TakeSeat(person, first.seat)) == Done()
    assert await world.rows(people, "seat") == [(first.seat,)]


async def test_nobody_takes_anothers_seat(world: World) -> None:
    owner, thief = await world.person(), await world.person()
    seat = (await world.do(Redeem(owner, await _invited(world)))).seat
    assert await world.do(TakeSeat(thief, seat)) == Declined("menu.seat_gone", {})
    assert await world.rows(people, "id", "seat") == [(owner, seat), (thief, 0)]


async def test_a_name_is_kept_for_one_person(world: World) -> None:
    first, second = await world.person(), await world.person()
    await world.do(NamePerson(first, "王老师"))
    assert await world.rows(people, "id", "name") == [(first, "王老师"), (second, "")]


def _bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("test.db*"))


async def test_the_database_keeps_no_code_in_any_of_its_bytes(world: World, tmp_path: Path) -> None:
    codes = [await _invited(world) for _ in range(20)]
    for code in codes[:10]:
        await world.do(Redeem(await world.person(), code))
    async with world.database.read() as connection:
        kept = (await connection.execute(select(invites.c.hash))).scalars().all()
    assert sorted(kept) == sorted(hashed(code, PEPPER) for code in codes)
    if world.database.sqlite:
        data = _bytes_of(tmp_path)
        assert kept[0].encode() in data, "the search must be able to find something"
        spellings = [form(code).encode() for code in codes for form in (str, shown, str.lower)]
        assert [spelling for spelling in spellings if spelling in data] == []


@given(st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH), st.binary(min_size=32, max_size=32))
def test_a_hash_without_the_deployments_key_leads_nowhere(code: str, pepper: bytes) -> None:
    assert hashed(code, pepper) != hashed(code, pepper[::-1] + b"x")
    assert len(hashed(code, pepper)) == 64


async def test_codes_are_drawn_from_the_whole_alphabet(world: World) -> None:
    codes = [await _invited(world) for _ in range(60)]
    assert len(set(codes)) == 60
    assert all(len(code) == LENGTH for code in codes)
    assert len({char for code in codes for char in code}) > 28
    assert all({code[place] for code in codes} != {codes[0][place]} for place in range(LENGTH))
