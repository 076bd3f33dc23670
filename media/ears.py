"""Understands what ffmpeg says while it decodes: damage, stretches, loudness, and how far it came."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from rules.measured import Stretch, Whole

#: Pictures a second that the detectors see.
SEEN = 5
#: Stretches of one kind that are kept; a film with more is odd enough.
MOST_STRETCHES = 200

_NUMBER = r"(-?\d+(?:\.\d+)?)"
_BLACK = re.compile(rf"black_start:{_NUMBER} black_end:{_NUMBER}")
_EDGE = re.compile(rf"(freeze|silence)_(start|end): ?{_NUMBER}")
_PICTURE = re.compile(rf"\bpts_time:{_NUMBER}")
_UNEVEN = re.compile(r"VFR:\S+ \((\d+)/(\d+)\)")
_LOUDNESS = re.compile(r"^\s+I:\s+(-?(?:inf|\d+(?:\.\d+)?)) LUFS")
_DECODED = re.compile(r"Input stream #\d+:\d+ \(video\):.*? (\d+) frames decoded")
_SPOILED = re.compile(r"corrupt decoded frame")
_WRONG = re.compile(r"\[(?:error|fatal|panic)\]")
_STARVED = re.compile(r"Cannot allocate memory|No space left on device|File too large")
_SAID = re.compile(r"^(?:\[[^\]]*\] )*\[(\w+)\] ")

#: Share of frames with another distance than the one before, from which a film's frame rate is called variable.
UNEVEN = Fraction(2, 100)
#: Odd distances that any film may have: at its beginning, at its end.
_ODD = 2
_SILENCE = Fraction(-70)


@dataclass(slots=True)
class Ears:
    """Give it every line with `hear`, then ask for `whole`. `starved`: ffmpeg lacked memory or room, not the film."""

    faults: int = 0
    spoiled: int = 0
    starved: bool = False
    frames: int = 0
    uneven: Fraction = Fraction(0)
    loudness: Fraction | None = None
    first: Fraction | None = None
    last: Fraction = Fraction(0)
    found: dict[str, list[Stretch]] = field(default_factory=lambda: {"black": [], "freeze": [], "silence": []})
    open: dict[str, Fraction] = field(default_factory=dict)

    def hear(self, line: str) -> None:
        """Take one line of ffmpeg's log with its level."""
        if "_showinfo_" in line:
            self._picture(line)
        elif _WRONG.search(line):
            self.faults += 1
            self.starved |= bool(_STARVED.search(line))
        elif _SPOILED.search(line):
            self.spoiled += 1
        elif edge := _EDGE.search(line):
            self._edge(edge[1], edge[2], Fraction(edge[3]))
        elif black := _BLACK.search(line):
            self._keep("black", Fraction(black[1]), Fraction(black[2]))
        elif uneven := _UNEVEN.search(line):
            odd, even = int(uneven[1]), int(uneven[2])
            self.uneven = Fraction(odd, odd + even) if odd > _ODD else Fraction(0)
        elif loudness := _LOUDNESS.match(_SAID.sub("", line)):
            self.loudness = max(_SILENCE, Fraction(loudness[1])) if "inf" not in loudness[1] else _SILENCE
        elif decoded := _DECODED.search(line):
            self.frames = int(decoded[1])

    def whole(self) -> Whole:
        """What was heard; a stretch that is still open ends with the picture."""
        first = self.first or Fraction(0)
        seconds = self.last + Fraction(1, SEEN) - first if self.first is not None else Fraction(0)
        for kind, start in list(self.open.items()):
            self._keep(kind, start, max(start, first + seconds))
        return Whole(
            seconds=seconds, frames=self.frames, faults=self.faults, spoiled=self.spoiled,
            steady=self.uneven <= UNEVEN, black=tuple(self.found["black"]), frozen=tuple(self.found["freeze"]),
            silent=tuple(self.found["silence"]), loudness=self.loudness,
        )  # fmt: skip

    def _picture(self, line: str) -> None:
        if shown := _PICTURE.search(line):
            at = Fraction(shown[1])
            self.first = at if self.first is None else self.first
            self.last = max(self.last, at)

    def _edge(self, kind: str, edge: str, at: Fraction) -> None:
        if edge == "start":
            self.open[kind] = at
        elif (start := self.open.pop(kind, None)) is not None:
            self._keep(kind, start, at)

    def _keep(self, kind: str, start: Fraction, end: Fraction) -> None:
        if len(self.found[kind]) < MOST_STRETCHES:
            self.found[kind].append(Stretch(max(Fraction(0), start), end))
