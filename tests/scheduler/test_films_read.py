"""What is written in a film is noted beside its verdict, which never waits for it in vain and never fails by it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from media.binaries import find
from media.reading import Unread, lacking
from rules.film import Aspect, Duration, FilmRule, Shape
from rules.film_reading import Reading, Seen, Text
from rules.tracks import Check
from scheduler.films import FilmChecker, Report, check
from storage.files import FileStore
from tests.campaigns.shipped import notice
from tests.films.lettered import CREDITS, SIMPLIFIED, lettered
from tests.films.making import bytes_of, film
from tests.scans.paper import has_font

ANY = FilmRule((Duration(Fraction(1), Fraction(9999), "一"),))
CHECKS = (
    Check("original", "作品为原创。", "二1"),
    Check("subtitles", "配有简体中文字幕。", "二4"),
    Check("titles", "有完整的片头、片尾和主创人员名单。", "二4"),
    Check("sources", "已在片尾标明来源。", "二7"),
)
READ = Reading(
    lower=(Seen(Fraction(60), (Text("诚信是名片", 0.3, 0.7),)),),
    ending=(Seen(Fraction(110), (Text("导演", 0.4, 0.6),)),),
    tail=Fraction(15),
)
NOTED = ["film_reading.subtitles", "film_reading.makers", "film_reading.no_sources"]


class Reader:
    """Stands for `media.reading.read`: gives `READ`, or fails, and remembers whether it was asked."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.asked, self._fails = 0, fails

    async def __call__(self, *_: object) -> Reading:
        self.asked += 1
        if self._fails:
            raise self._fails
        return READ


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    monkeypatch.setattr("scheduler.films.lacking", tuple)
    return standing(Reader(), monkeypatch)


def standing(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> Reader:
    monkeypatch.setattr("scheduler.films.read", reader)
    return reader


async def reports(path: Path, rule: FilmRule = ANY, checks: tuple[Check, ...] = CHECKS) -> list[Report]:
    return [report async for report in check(path, "作品.mp4", rule, find(), None, checks)]


def told(report: Report) -> list[tuple[str, str]]:
    return [(each.verdict, each.key) for each in report.findings]


@pytest.mark.skipif(bool(lacking()), reason="the extra `ocr` is not installed: nothing can be read")
@pytest.mark.skipif(not has_font(), reason="no font with Chinese characters on this machine: nothing is drawn")
async def test_subtitles_makers_and_sources_of_a_film_are_noted_with_what_was_looked_at(tmp_path: Path) -> None:
    path = lettered(tmp_path / "film.mp4", spoken=SIMPLIFIED, titles=CREDITS)
    first, last = await reports(path)
    assert told(first) == [("warn", "film.no_sound")] == told(last)[:1]
    found = {each.key: each.facts for each in last.findings if each.verdict == "note"}
    assert list(found) == ["film_reading.subtitles", "film_reading.makers", "film_reading.sources"]
    subtitles = found["film_reading.subtitles"]
    assert (subtitles["pictures"], subtitles["script"], subtitles["few"], subtitles["clause"]) == (
        12, "simplified", False, "二4",
    )  # fmt: skip
    assert subtitles["example"] in SIMPLIFIED
    assert found["film_reading.makers"] == {
        "pictures": 6, "tail": "15 秒", "clause": "二4", "makers": ["导演", "摄像", "剪辑", "出品"],
    }  # fmt: skip
    assert found["film_reading.sources"]["sources"] == ["背景音乐来源：《信用之歌》"]


async def test_the_checker_reads_for_what_the_track_has_confirmed(reader: Reader, tmp_path: Path, wide: Path) -> None:
    last = (await checked(tmp_path, wide, "xinhua-2021"))[-1]
    assert [(each["verdict"], each["key"]) for each in last["findings"]] == [
        ("note", "film_reading.makers"),
        ("note", "film_reading.subtitles"),
        ("note", "film_reading.no_sources"),
    ]
    assert (last["refused"], reader.asked) == (False, 1)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of nothing to complain of."""
    return film(tmp_path_factory.mktemp("films") / "plain.mp4")


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two minutes of 1920×1080, small in bytes."""
    how = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "40", "-pix_fmt", "yuv420p")
    return film(tmp_path_factory.mktemp("films") / "a.mp4", size="1920x1080", seconds="120", rate="1", how=how)


async def checked(tmp_path: Path, path: Path, campaign: str) -> list[Mapping[str, Any]]:
    store = FileStore(tmp_path / "files")

    async def chunks() -> AsyncIterator[bytes]:
        yield bytes_of(path)

    kept = await store.keep("film", chunks(), 1 << 30)
    checker = FilmChecker(store, {campaign: notice(campaign)})
    payload = {"sha256": kept.sha256, "name": "作品.mp4", "campaign": campaign, "track": "video", "category": ""}
    return [facts async for facts in checker.perform(payload)]


@pytest.mark.parametrize(
    ("rule", "checks", "keys"),
    [(ANY, CHECKS[:1], []), (FilmRule(ANY.durations, shape=Shape((Aspect(9, 16),), "二")), CHECKS, ["film.shape"])],
    ids=["nothing it could help with", "must be mended"],
)
async def test_a_film_is_not_read_for_nothing(
    rule: FilmRule, checks: tuple[Check, ...], keys: list[str], reader: Reader, plain: Path
) -> None:
    found = (await reports(plain, rule, checks))[-1].findings
    assert ([each.key for each in found], reader.asked) == (keys, 0)


async def test_a_film_that_could_not_be_decoded_in_time_is_not_read(
    reader: Reader, plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.decoding._SQUARES_LIMIT", 1000)
    assert told((await reports(plain))[-1]) == [("hold", "film.unchecked")]
    assert reader.asked == 0


async def test_what_cannot_be_read_leaves_the_verdict_as_it_is(
    reader: Reader, plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [key for _, key in told((await reports(plain))[-1])] == NOTED
    failing = standing(Reader(Unread("expected pictures, found none")), monkeypatch)
    last = (await reports(plain))[-1]
    assert (failing.asked, last.stage, told(last), bool(last.sheet)) == (1, "whole", [], True)


async def test_without_the_packages_the_verdict_is_as_before(
    reader: Reader, plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.films.lacking", lambda: ("rapidocr",))
    last = (await reports(plain))[-1]
    assert (last.stage, told(last), reader.asked) == ("whole", [], 0)


async def test_the_headers_verdict_does_not_wait_for_the_reading(
    reader: Reader, plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reading waits for ever here, and a check that is given up ends it."""
    begun = asyncio.Event()

    async def forever(*_: object) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("scheduler.films.read", forever)
    checking = check(plain, "a.mp4", ANY, find(), None, CHECKS)
    assert (await anext(checking)).stage == "header"
    rest = asyncio.ensure_future(anext(checking))
    await begun.wait()
    rest.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rest
