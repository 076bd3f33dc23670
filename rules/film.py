"""What a notice asks of a film. The facts of the rule; a measured film is judged by them elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

from rules.encoding import BitRate, Codecs, FrameRate, Sound, Verdict, Weight
from rules.schema import Settings, Unreadable, Written, fraction

#: Forgiven at either end of a length, in seconds: container and stream of one film differ a little.
TOLERANCE = Fraction(1, 10)
_SIZE = re.compile(r"(\d{2,5})[×x*](\d{2,5})")
_ASPECT = re.compile(r"(\d{1,3})[:：](\d{1,3})")
_SPAN = re.compile(r"(?:(\d+)\s*分)?\s*(?:(\d+)\s*秒)?")


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """Width and height of the displayed picture in pixels: rotation and sample aspect already applied."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}×{self.height}"


@dataclass(frozen=True, slots=True, order=True)
class Aspect:
    """Width to height of the displayed picture."""

    width: int
    height: int

    @property
    def ratio(self) -> Fraction:
        return Fraction(self.width, self.height)

    def __str__(self) -> str:
        return f"{self.width}:{self.height}"


def read_size(found: Any, _: Settings) -> Size:
    """ "1920×1080" -> Size(1920, 1080)."""
    match = _SIZE.fullmatch(found) if isinstance(found, str) else None
    if not match:
        raise Unreadable(f"画面尺寸应写成“1920×1080”，写的是“{found}”。")
    return Size(int(match[1]), int(match[2]))


def read_aspect(found: Any, _: Settings) -> Aspect:
    """ "16:9" -> Aspect(16, 9)."""
    match = _ASPECT.fullmatch(found) if isinstance(found, str) else None
    if not match or not int(match[1]) or not int(match[2]):
        raise Unreadable(f"画面比例应写成“16:9”，写的是“{found}”。")
    return Aspect(int(match[1]), int(match[2]))


def read_span(found: Any, _: Settings) -> Fraction:
    """Seconds from "2 分", "1 分 30 秒", "90 秒"."""
    match = _SPAN.fullmatch(found.strip()) if isinstance(found, str) else None
    if not match or not any(match.groups()):
        raise Unreadable(f"时长应写成“2 分”或“1 分 30 秒”，写的是“{found}”。")
    return Fraction(int(match[1] or 0) * 60 + int(match[2] or 0))


@dataclass(frozen=True, slots=True)
class Duration:
    """Shortest and longest length in seconds, inclusive, for some categories (none named: for all).

    `tolerance` in seconds is forgiven at either end.
    """

    shortest: Annotated[Fraction, Written(via=read_span)]
    longest: Annotated[Fraction, Written(via=read_span)]
    clause: str
    categories: tuple[str, ...] = ()
    tolerance: Annotated[Fraction, Written(via=fraction)] = TOLERANCE

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.longest < self.shortest:
            yield "longest", f"最长 {self.longest} 秒，短于最短的 {self.shortest} 秒。"


@dataclass(frozen=True, slots=True)
class Shape:
    """The aspects that the displayed picture may have."""

    aspects: Annotated[tuple[Aspect, ...], Written(via=read_aspect)]
    clause: str

    def problems(self) -> Iterator[tuple[str, str]]:
        if not self.aspects:
            yield "aspects", "请至少写一个画面比例。"


@dataclass(frozen=True, slots=True)
class Picture:
    """The size of the displayed picture: the named sizes, or at least one size, or at least a short side.

    `larger`: the verdict on a picture larger than every named size. `turned`: the verdict on a picture that reaches
    `at_least` only when it is turned by a quarter.
    """

    clause: str
    sizes: Annotated[tuple[Size, ...], Written(via=read_size)] = ()
    at_least: Annotated[Size | None, Written(via=read_size)] = None
    short_side: Annotated[int | None, Written(at_least=1)] = None
    larger: Verdict = "pass"
    turned: Verdict = "refuse"

    def problems(self) -> Iterator[tuple[str, str]]:
        stated = [name for name in ("sizes", "at_least", "short_side") if getattr(self, name)]
        if len(stated) != 1:
            yield "sizes", "sizes、at_least、short_side 三者写且只写一个。"


@dataclass(frozen=True, slots=True)
class Containers:
    """The file formats by content (not by name), and the verdict on any other."""

    formats: tuple[str, ...]
    clause: str
    others: Verdict

    def problems(self) -> Iterator[tuple[str, str]]:
        if not self.formats:
            yield "formats", "请至少写一种格式；不限格式，就不写 containers。"
        if any(each != each.lower() or each.startswith(".") for each in self.formats):
            yield "formats", "格式写小写、不带点，例如“mp4”。"


@dataclass(frozen=True, slots=True)
class FilmRule:
    """Everything a track asks of its films that a machine can measure."""

    durations: Annotated[tuple[Duration, ...], Written(name="duration")]
    shape: Shape | None = None
    picture: Picture | None = None
    containers: Containers | None = None
    weight: Weight | None = None
    bit_rate: BitRate | None = None
    frame_rate: FrameRate | None = None
    codecs: Codecs | None = None
    sound: Sound | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        named = [category for each in self.durations for category in each.categories]
        general = [each for each in self.durations if not each.categories]
        if len(general) > 1 or len(named) != len(set(named)):
            yield "duration", "同一类别写了两个时长范围。"

    def duration(self, category: str | None = None) -> Duration | None:
        """The range for a category: its own, else the general one."""
        general = next((each for each in self.durations if not each.categories), None)
        return next((each for each in self.durations if category in each.categories), general)
