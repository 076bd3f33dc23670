"""The files of an entry are kept with its version, and without those it needs no entry is taken."""

from __future__ import annotations

import pytest

from rules.deeds import Declined, WithdrawEntry
from rules.handed import Material
from rules.looks import EntryIn
from storage.tables import entries, versions
from storage.tables_materials import materials
from tests.storage.world import CLOSES, NOW, World, submission


@pytest.fixture
async def seated(world: World) -> tuple[int, int]:
    """A unit and its liaison."""
    return await world.unit("碑林区"), await world.person("王老师")


async def test_files_are_kept_with_their_version_and_a_withdrawal_keeps_them(
    world: World, seated: tuple[int, int]
) -> None:
    unit, person = seated
    film = Material("film", "aa" * 32, "片.mp4", 5 * 2**30, {"length": "3 分 12 秒", "findings": []})
    pages = (Material("pictures", "bb" * 32, "一.jpg", 1), Material("pictures", "cc" * 32, "二.jpg", 2))
    first = await world.do(submission(unit, person, materials=(film, *pages)))
    scan = Material("scan", "dd" * 32, "表.pdf", 3, {"code": "0123456789"})
    await world.do(submission(unit, person, entry=first.entry, materials=(film, scan)))
    assert (await world.look(EntryIn(first.entry, unit))).materials == (film, scan)
    await world.do(WithdrawEntry(first.entry, unit, person, CLOSES), at=NOW + 1)
    assert (await world.look(EntryIn(first.entry, unit))).materials == (film, scan)
    kept = await world.rows(materials, "version", "place", "key", "name")
    assert kept == [
        (1, 0, "film", "片.mp4"), (1, 1, "pictures", "一.jpg"), (1, 2, "pictures", "二.jpg"),
        (2, 0, "film", "片.mp4"), (2, 1, "scan", "表.pdf"), (3, 0, "film", "片.mp4"), (3, 1, "scan", "表.pdf"),
    ]  # fmt: skip


@pytest.mark.parametrize("sha256", ["", None])
async def test_without_a_file_that_it_needs_an_entry_is_not_taken(
    world: World, seated: tuple[int, int], sha256: str | None
) -> None:
    handed = () if sha256 is None else (Material("scan", sha256, "表.pdf", 3),)
    film = Material("film", "aa" * 32, "片.mp4", 5)
    said = await world.do(submission(*seated, materials=(film, *handed), needs=("film", "scan")))
    assert said == Declined("material.missing", {"keys": ["scan"]})
    assert [await world.rows(table, "version") for table in (entries, versions, materials)] == [[], [], []]
