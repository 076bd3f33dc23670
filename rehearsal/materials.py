"""The films and stamped pages that people of a rehearsal hand in: generated and really checked, or stand-ins."""

from __future__ import annotations

import asyncio
import tempfile
import zlib
from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any, Protocol

from bot.app import App
from bot.fakes.samples import stamped_page
from bot.flows.film import CHECK_FILM
from media.binaries import find
from rehearsal.standins import Checks, film, scan
from rules.film import FilmRule, Size
from rules.film_judge import judge
from rules.measured import Measured
from rules.notice import Notice
from rules.tracks import Track
from scheduler.films import FilmChecker
from scheduler.twins import ComparedFilms, Resemblances
from scheduler.work import Skill
from storage.prints import newest_print

#: Seconds of a film that has no length in its notice.
_USUAL = 100
#: Seconds below which a film that must be longer cannot be too short.
_LEAST = 30
#: Seconds by which films are longer than they must be, at most.
_SPARE = 60
#: Pictures a second of generated films; the seconds of their pieces, and how many of each there are.
_RATE, _LENGTHS, _TAKES = 1, (11, 13, 15, 17, 19, 21, 23), 2


class NotMade(RuntimeError):
    """A film could not be generated; the message is what ffmpeg said."""


class Materials(Protocol):
    """What people hand in, and who looks at it. `said` tells the report how films were checked."""

    said: str

    def skills(self, data: Path) -> Mapping[str, Skill]:
        """The kinds of work that are done in place of the program's own."""
        ...

    def begin(self, app: App) -> None:
        """The program has begun (again)."""
        ...

    async def film(self, title: str, track: Track, *, wrong: str = "") -> bytes:
        """A film for a track; `wrong`: "short" or "turned"."""
        ...

    async def scan(self, app: App, notice: Notice, unit: str) -> tuple[str, bytes]:
        """The ending of its name, and the bytes, of the stamped page of whatever the unit filled in last."""
        ...


class StandIns:
    """Files that hold their own findings; nothing is decoded."""

    def __init__(self, why: str = "") -> None:
        """`why` tells the report what else is to be known of it."""
        self.said = f"影片和盖章页用替身：没有生成，也没有真的检查{why}"
        self._checks: Checks | None = None

    def skills(self, data: Path) -> Mapping[str, Skill]:
        """Both checks."""
        self._checks = Checks.at(data)
        return self._checks.skills

    def begin(self, app: App) -> None:
        """Films are compared with those of this database."""
        assert self._checks is not None, "the program was given the skills"
        self._checks.resemblances = Resemblances(app.database)

    async def film(self, title: str, track: Track, *, wrong: str = "") -> bytes:
        """A film of a length that the track asks for, or one with what the notice's rule finds in a wrong one."""
        assert track.film is not None, "a film is asked for where there is a rule for it"
        size, seconds = _asked(track.film, title, wrong)
        measured = _measured(size, seconds)
        found = [(each.verdict, each.key, each.facts) for each in judge(track.film, measured)] if wrong else []
        return film(*found, seconds=float(seconds), header=len(found), take=zlib.crc32(title.encode()))

    async def scan(self, app: App, notice: Notice, unit: str) -> tuple[str, bytes]:
        """One page without findings."""
        return ".pdf", scan()


class Generated:
    """Films put together from generated pieces, and pages with a seal: looked at by the program's own checks.

    What is written in a film's pictures is not read: that takes half a minute of each.
    """

    said = "影片用 ffmpeg 生成、盖章页照申报表画出，都由程序真的检查；画面上的字没有识别"

    def __init__(self, folder: Path) -> None:
        """`folder` holds the pieces. Raises `NoBinary` where there is no ffmpeg."""
        self._folder, self._binaries = folder, find()
        folder.mkdir(parents=True, exist_ok=True)
        self._app: App | None = None
        self._cut: dict[Size, list[Path]] = {}

    def skills(self, data: Path) -> Mapping[str, Skill]:
        """The check of films, without reading what is written in them."""
        return {CHECK_FILM: Skill(self._check, "material.broken")}

    def begin(self, app: App) -> None:
        """Films are read from the store of this program, and compared with its entries."""
        self._app = app

    async def _check(self, payload: Mapping[str, Any]) -> AsyncGenerator[Mapping[str, Any], None]:
        assert self._app is not None, "the program has begun"
        unread = {key: replace(each, tracks=tuple(replace(track, checks=()) for track in each.tracks))
                  for key, each in self._app.notices.items()}  # fmt: skip
        films = FilmChecker(self._app.files, unread)
        async for facts in ComparedFilms(films.perform, Resemblances(self._app.database)).perform(payload):
            yield facts

    async def film(self, title: str, track: Track, *, wrong: str = "") -> bytes:
        """A film of its own order of pieces, so that no two are the same work."""
        assert track.film is not None, "a film is asked for where there is a rule for it"
        size, seconds = _asked(track.film, title, wrong)
        pieces, dice = await self._pieces(size), Random(title)
        # Cut off anywhere, they do not lie at the distance at which another film has them.
        chosen = [(each, dice.uniform(4, 11)) for _ in range(8) for each in dice.sample(pieces, len(pieces))]
        with tempfile.TemporaryDirectory(dir=self._folder) as made:
            listed, path = Path(made) / "list.txt", Path(made) / "whole.mp4"
            rows = (f"file '{piece}'\noutpoint {length:.1f}\n" for piece, length in chosen)
            listed.write_text("".join(rows), "utf-8")
            await self._run("-f", "concat", "-safe", "0", "-i", listed, "-t", f"{float(seconds)}",
                            "-metadata", f"title={title}", "-c", "copy", path)  # fmt: skip
            return await asyncio.to_thread(path.read_bytes)

    async def _pieces(self, size: Size) -> list[Path]:
        """Pieces of this size, generated when they are first asked for."""
        if size not in self._cut:
            small = f"{size.width // 10}x{size.height // 10}"
            made = []
            for number, length in enumerate(_LENGTHS * _TAKES):
                path = self._folder / f"{size.width}x{size.height}-{number}.mp4"
                picture = f"gradients=s={small}:r={_RATE}:d={length}:n=7:seed={number + 1}:speed=0.08"
                await self._run(
                    "-f", "lavfi", "-i", f"{picture},scale={size.width}:{size.height}",
                    "-f", "lavfi", "-i", f"sine=f={220 + 20 * number}:beep_factor=4:d={length},volume=2",
                    "-c:v", "libx264", "-preset", "ultrafast", "-crf", "34", "-pix_fmt", "yuv420p",
                    "-c:a", "aac", "-b:a", "48k", path,
                )  # fmt: skip
                made.append(path)
            self._cut[size] = made
        return self._cut[size]

    async def _run(self, *arguments: str | Path) -> None:
        process = await asyncio.create_subprocess_exec(
            self._binaries.ffmpeg, "-v", "error", "-y", *map(str, arguments),
            stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, said = await process.communicate()
        if process.returncode:
            raise NotMade(f"expected ffmpeg to make a film, found: {said.decode(errors='replace')[-300:]}")

    async def scan(self, app: App, notice: Notice, unit: str) -> tuple[str, bytes]:
        """A page with the answers of the form that the unit filled in last, a seal, and its code."""
        filled = await newest_print(app.database, notice.id, unit)
        assert filled is not None, "a page is stamped once its form is filled in"
        return ".jpg", await asyncio.to_thread(stamped_page, filled, notice)


#: Said of stand-ins where the notice asks for films that are not generated here.
BEYOND = "（通知要求的格式或大小，这里生成不出来）"


def makes(rule: FilmRule) -> bool:
    """Whether a generated film can keep a rule, and that for every category at once."""
    within = max((each.shortest for each in rule.durations), default=0)
    if any(each.longest < within for each in rule.durations):
        return False
    return not any(each.verdict == "refuse" for each in judge(rule, _measured(*_asked(rule, "", ""))))


def _measured(size: Size, seconds: Fraction) -> Measured:
    return Measured("mp4", 4_000_000, seconds, size, size, "h264", sound_codec="aac", channels=2)


def _asked(rule: FilmRule, title: str, wrong: str) -> tuple[Size, Fraction]:
    """Size and seconds of a film that keeps the rule, or breaks it in one way."""
    size = _size(rule)
    shortest = max((each.shortest for each in rule.durations), default=Fraction(_USUAL))
    longest = min((each.longest for each in rule.durations), default=Fraction(2 * _USUAL))
    if wrong == "short" and shortest > _LEAST:
        return size, shortest - 25
    spare = int(min(longest - shortest, Fraction(_SPARE))) - 10
    seconds = min(longest, shortest + 5 + Random(f"{title} length").randint(0, max(0, spare)))
    return Size(size.height, size.width) if wrong else size, seconds


def _size(rule: FilmRule) -> Size:
    """The size of picture that a rule asks for; where several will do, the first."""
    if rule.picture is not None and (named := rule.picture.sizes or (rule.picture.at_least,))[0] is not None:
        return named[0]
    upright = rule.shape is not None and all(each.ratio < 1 for each in rule.shape.aspects)
    return Size(1080, 1920) if upright else Size(1920, 1080)
