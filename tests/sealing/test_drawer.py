"""A round's keys lie outside the database, are made once, and after their destruction nothing can be read again."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sealing.drawer import Drawer, KeyDestroyed


@pytest.fixture
def drawer(tmp_path: Path) -> Drawer:
    drawer = Drawer(tmp_path / "rounds")
    drawer.make("r1", "draft")
    return drawer


def test_what_was_sealed_for_somebody_is_read_for_them_only(drawer: Drawer) -> None:
    sealed = drawer.seal("r1", "draft", 7, b"scores")
    assert drawer.unseal("r1", "draft", 7, sealed) == b"scores"
    drawer.make("r1", "view")
    drawer.make("r2", "draft")
    for key, purpose, person in (("r1", "draft", 8), ("r1", "view", 7), ("r2", "draft", 7)):
        with pytest.raises(ValueError, match="found something else"):
            drawer.unseal(key, purpose, person, sealed)  # type: ignore[arg-type]


def test_a_key_is_made_once_and_for_its_owner_only(drawer: Drawer, tmp_path: Path) -> None:
    sealed = drawer.seal("r1", "draft", 7, b"scores")
    drawer.make("r1", "draft")
    assert Drawer(tmp_path / "rounds").unseal("r1", "draft", 7, sealed) == b"scores"
    [path] = (tmp_path / "rounds").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_after_its_destruction_nothing_can_be_read(drawer: Drawer, tmp_path: Path) -> None:
    sealed = drawer.seal("r1", "draft", 7, b"scores")
    assert (drawer.destroy("r1", "draft"), drawer.destroy("r1", "draft")) == (True, False)
    assert (drawer.has("r1", "draft"), list((tmp_path / "rounds").iterdir())) == (False, [])
    with pytest.raises(KeyDestroyed):
        drawer.unseal("r1", "draft", 7, sealed)
    with pytest.raises(KeyDestroyed):
        drawer.seal("r1", "draft", 7, b"scores")


def test_a_rounds_key_never_leads_out_of_the_folder(drawer: Drawer) -> None:
    with pytest.raises(ValueError, match="expected a round's key"):
        drawer.make("../r1", "draft")
