"""`film read` says what is written in a film as hints, and without the extra how to get it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from media.reading import Unread, lacking
from rules.film_reading import Reading, Seen
from tests.commands.program import call
from tests.films.lettered import CREDITS, TRADITIONAL, lettered
from tests.films.making import film
from tests.scans.paper import has_font


@pytest.mark.skipif(bool(lacking()), reason="the extra `ocr` is not installed: nothing can be read")
@pytest.mark.skipif(not has_font(), reason="no font with Chinese characters on this machine: nothing is drawn")
def test_what_is_read_is_said_and_as_json_line_by_line(tmp_path: Path) -> None:
    path = lettered(tmp_path / "作品.mp4", spoken=TRADITIONAL[:1], titles=CREDITS[:3], seconds=30)
    result = call("film", "read", path, "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["tail"], len(told["lower"]), len(told["ending"])) == (0, 10.0, 12, 6)
    assert [each["key"] for each in told["findings"]] == [
        "film_reading.no_subtitles",
        "film_reading.makers",
        "film_reading.no_sources",
    ]
    assert {text for each in told["lower"] for text in each["texts"]} == set(TRADITIONAL[:1])
    assert told["findings"][1]["says"] == "片尾认出主创字样：导演、摄像、剪辑（看了最后 10 秒的 6 帧）。"


def test_hints_are_said_one_to_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(*_: object) -> Reading:
        return Reading((Seen(Fraction(1), ()),), (), Fraction(15))

    monkeypatch.setattr("bot.commands.film_read.lacking", tuple)
    monkeypatch.setattr("bot.commands.film_read.read", read)
    result = call("film", "read", film(tmp_path / "a.mp4"))
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [
            "· 没有认出字幕：抽看 1 帧，下方都没有看到中文字幕。"
            "机器可能看漏，请您确认；确实没有的话，在剪映里用“识别字幕”加上，再重新导出。",
        ],
    )


def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media.reading.PACKAGES", ("no_such_reader",))
    result = call("film", "read", tmp_path / "a.mp4")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("没有装画面识字。") and "XINSHI_EXTRAS=ocr" in result.stderr


@pytest.mark.parametrize(
    ("data", "says"),
    [(None, "打不开“"), (b"", "这个文件是空的"), (b"#EXTM3U\nhttp://example.org/a.ts\n", "这是一个播放列表")],
)
def test_what_is_no_film_ends_with_two(
    data: bytes | None, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.commands.film_read.lacking", tuple)
    path = tmp_path / "a.mp4"
    if data is not None:
        path.write_bytes(data)
    result = call("film", "read", path)
    assert (result.exit_code, result.stderr.startswith(says)) == (2, True)


def test_what_could_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(*_: object) -> Reading:
        raise Unread("expected the pictures to be read within 90 seconds, they were not")

    monkeypatch.setattr("bot.commands.film_read.lacking", tuple)
    monkeypatch.setattr("bot.commands.film_read.read", read)
    result = call("film", "read", film(tmp_path / "a.mp4"))
    assert (result.exit_code, result.stderr.startswith("没能在规定的时间和内存里读出画面上的字")) == (2, True)
