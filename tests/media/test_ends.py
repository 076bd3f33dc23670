"""A film's own account of its size tells what is missing, to the byte, and never accuses a whole one."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from media.ends import missing
from tests.films.cases import RECIPES, Case

ACCOUNTING = [recipe for recipe in RECIPES if recipe.split()[0] in ("mp4", "mov", "3gp", "avi", "mkv", "webm", "wmv")]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ends")


@pytest.mark.parametrize("recipe", list(RECIPES))
def test_a_whole_film_misses_nothing(recipe: str, made: Path) -> None:
    path = Case(recipe, size="64x36", frames=50).made(made)
    assert missing(path, recipe.split()[0]) == 0


@pytest.mark.parametrize("recipe", ACCOUNTING)
def test_what_is_cut_off_is_counted(recipe: str, made: Path) -> None:
    whole = Case(recipe, size="64x36", frames=50).made(made).read_bytes()
    cut = made / "cut"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    gone = len(whole) - len(whole) * 2 // 3
    counted = missing(cut, recipe.split()[0])
    # Of boxes behind the one that was cut nothing is known: an index at the end, further fragments.
    if recipe == "mp4 h264 aac" or recipe.split()[0] not in ("mp4", "mov", "3gp"):
        assert counted == gone
    assert 0 < counted <= gone


@pytest.mark.parametrize(
    ("container", "head", "lacks"),
    [
        ("mp4", struct.pack(">I4sQ", 1, b"mdat", 10**12) + bytes(100), 10**12 - 116),
        ("mp4", struct.pack(">I4s", 0, b"mdat") + bytes(100), 0),
        ("mp4", struct.pack(">I4s", 4, b"mdat") + bytes(100), 0),
        ("mp4", struct.pack(">I4s", 8, b"free") * 200_000, 0),
        ("avi", b"RIFF" + struct.pack("<I", 1 << 20) + b"AVI " + bytes(100), (1 << 20) + 8 - 112),
        ("avi", b"RIFF\0\0\0\0AVI " + bytes(100), 0),
        ("mkv", bytes.fromhex("1a45dfa3 80 18538067 01ffffffffffffff") + bytes(50), 0),
        ("mkv", bytes.fromhex("1a45dfa3 80 18538067 88") + bytes(3), 5),
        ("mkv", b"\x1a\x45", 0),
        ("mkv", b"", 0),
        ("wmv", bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(60), 0),
    ],
)
def test_hostile_and_unfinished_headers_are_walked_in_bounds(
    container: str, head: bytes, lacks: int, tmp_path: Path
) -> None:
    path = tmp_path / "film"
    path.write_bytes(head)
    assert missing(path, container) == lacks
