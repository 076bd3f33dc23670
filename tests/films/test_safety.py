"""What pretends to be a film is refused in words, reads no other file, and writes nothing outside its folder."""

from __future__ import annotations

import asyncio
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from media.binaries import find
from media.jail import Limits, run
from media.kinds import WHITELIST
from scheduler.films import Report, check
from tests.campaigns.shipped import notice
from tests.films.fuzz import fuzz, spoiled, strays
from tests.films.making import bytes_of, film

SECRET = "这一行谁也不该读到"


def checked(path: Path) -> Report:
    """The last report of a check by a notice."""
    rule = notice("xian-2024").track("video").film
    assert rule is not None

    async def last() -> Report:
        reports = [report async for report in check(path, path.name, rule, find())]
        return reports[-1]

    return asyncio.run(last())


def _zip(path: Path, _: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("film.mp4", "x")


PRETENDERS: dict[str, tuple[str, Callable[[Path, Path], object]]] = {
    "hls": (
        "playlist",
        lambda path, other: path.write_text(f"#EXTM3U\n#EXTINF:10,\n{other}\n#EXT-X-ENDLIST\n", "utf-8"),
    ),
    "concat": ("playlist", lambda path, other: path.write_text(f"ffconcat version 1.0\nfile '{other}'\n", "utf-8")),
    "text": ("text", lambda path, other: path.write_text(f"file '{other}'\n", "utf-8")),
    "subtitles": ("subtitles", lambda path, _: path.write_text("1\n00:00:01,000 --> 00:00:02,000\n你好\n", "utf-8")),
    "picture": ("picture", lambda path, _: path.write_bytes(b"\xff\xd8\xff\xe0" + bytes(900))),
    "zip": ("archive", _zip),
    "nothing": ("empty", lambda path, _: path.write_bytes(b"")),
    "noise": ("unknown", lambda path, _: path.write_bytes(bytes(range(256)) * 40)),
    "an empty box": ("broken", lambda path, _: path.write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom")),
    "svg": ("text", lambda path, other: path.write_text(f'<svg><image href="file://{other}"/></svg>', "utf-8")),
}


@pytest.mark.parametrize("name", list(PRETENDERS))
def test_a_pretender_named_mp4_is_refused_for_what_it_is(name: str, tmp_path: Path) -> None:
    reason, write = PRETENDERS[name]
    other, path = tmp_path / "secret.mp4", tmp_path / "film.mp4"
    film(other, seconds="1")
    write(path, other)
    report = checked(path)
    assert (report.is_readable, [each.key for each in report.findings]) == (False, [f"film.unreadable.{reason}"])


async def test_even_past_the_look_at_its_kind_a_list_of_files_opens_nothing(
    tmp_path: Path, films: Path, folder: Path
) -> None:
    """The list of formats holds by itself; without it the same file plays another one."""
    path = films / "list.mp4"
    put(path, f"ffconcat version 1.0\nfile '{film(films / 'other.ts', seconds='1')}'\n")
    limits = Limits(seconds=30, cpu=20, memory=4 << 30, written=1 << 20, output=1 << 20)
    for formats, opens in (((), True), (("-format_whitelist", WHITELIST), False)):
        command = (find().ffmpeg, "-protocol_whitelist", "file", *formats, "-safe", "0", "-f", "concat")
        ended = await run((*command, "-i", str(path), "-f", "null", "-"), folder=folder, limits=limits)
        assert (ended.code == 0) == opens


@pytest.fixture
def films(tmp_path: Path) -> Path:
    made = tmp_path / "films"
    made.mkdir()
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "jail"
    made.mkdir()
    return made


def put(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")


def test_a_name_that_reads_like_an_option_is_only_a_name(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", seconds="1").rename(tmp_path / "-i concat:a|b %03d '$(x)'\n.mp4")
    assert checked(path).is_readable


def test_a_check_writes_nothing_outside_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / "room"
    room.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(room))
    path = film(tmp_path / "a.mp4", seconds="2")
    before = {each: each.stat().st_mtime_ns for each in tmp_path.rglob("*") if each != room}
    assert checked(path).sheet
    assert {each: each.stat().st_mtime_ns for each in tmp_path.rglob("*") if each != room} == before


def test_films_spoiled_at_random_end_in_words_and_leave_nothing(tmp_path: Path) -> None:
    """A seeded slice; `python -m tests.films.fuzz` spoils ten thousand."""
    found = asyncio.run(fuzz(24, seed=2026, room=tmp_path))
    assert sum(found.values()) == 24 and found["measured"] > 0
    assert strays(tmp_path) == []


def test_a_spoiled_film_is_spoiled(tmp_path: Path) -> None:
    """Else the slice above would check sound films only."""
    data = bytes_of(film(tmp_path / "a.mp4", seconds="1"))
    assert all(spoiled(data, data, random.Random(seed)) != data for seed in range(50))
