"""Charts as pictures, to be read on a phone: how far each class of units is, and what came in on which day.

Drawn with matplotlib's objects alone; its global state is never touched, so several may be drawn at once.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import MaxNLocator

from documents.progress import Progress

#: Words of a chart by key; the sentences live with all others.
Say = Callable[..., str]

#: A chart is as wide as a phone's screen, so that its type is as large as a message's.
_DPI, _WIDTH = 240, 4.5
#: Points between the edges and what is drawn, the same as a share of the width, and the points of the longest label.
_MARGIN, _EDGE, _LONGEST = 9.0, 9.0 / 72 / _WIDTH, 100.0
#: Inches: a line under the title, the room above the days with their heading, the days, the dates under them.
_LINE_HIGH, _BETWEEN, _DAYS_HIGH, _FOOT = 0.17, 0.36, 1.5, 0.28
_TYPE, _SMALL, _HEAD = 9.0, 8.0, 12.0
_INK, _PALE, _SEAL, _LINE, _PAPER = "#23487a", "#c3d0e2", "#a8322d", "#e0dcd2", "#fffefb"
_TEXT, _QUIET = "#22272e", "#5f6670"
#: Colours of the tracks, in their order; told apart also in grey.
TRACK_COLOURS = ("#23487a", "#c98a2b", "#4f8f6b", "#8a5a8f")
#: Dates written under the days at most.
_MOST_DATES = 6


class Drawn:
    """One chart being drawn, with the font whose file it was given."""

    def __init__(self, font: Path, say: Say) -> None:
        self._font, self._say = FontProperties(fname=font), say

    def png(self, progress: Progress) -> bytes:
        """The chart as a PNG, 1080 pixels wide. Raises `OSError` where the font cannot be read."""
        bars = sum(len(groups) + 1 for _, groups in progress.tracks)
        head, upper = 0.42 + _LINE_HIGH * len(progress.subtitle), 0.21 * max(bars, 1) + 0.05
        high = head + upper + _BETWEEN + _DAYS_HIGH + _FOOT
        figure = Figure(figsize=(_WIDTH, high), dpi=_DPI, facecolor=_PAPER)
        for line, text in enumerate((progress.title, *progress.subtitle)):
            size, colour = (_SMALL, _QUIET) if line else (_HEAD, _TEXT)
            place = 1 - (0.24 + (0.05 if line else 0) + _LINE_HIGH * line) / high
            figure.text(_EDGE, place, text, font=self._sized(size), color=colour, va="center", parse_math=False)
        self._progress(figure.add_axes((_EDGE, 1 - (head + upper) / high, 1 - 2 * _EDGE, upper / high)), progress)
        left = _EDGE + 16 / 72 / _WIDTH
        self._days(figure.add_axes((left, _FOOT / high, 1 - left - _EDGE, _DAYS_HIGH / high)), progress)
        FigureCanvasAgg(figure)
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
        return out.getvalue()

    def _sized(self, size: float) -> FontProperties:
        font = self._font.copy()
        font.set_size(size)
        return font

    def _progress(self, axes: Axes, progress: Progress) -> None:
        """Bars from 0 to all units of a class, the part that is done in ink; they get what room the words leave."""
        every = [group for _, groups in progress.tracks for group in groups]
        before = max([_points(_fitting(group.label)) for group in every], default=0.0) + 6
        behind = max([_points(_fitting(group.note)) for group in every], default=0.0) + 6
        bar = _WIDTH * 72 - 2 * _MARGIN - before - behind
        place = 0
        for heading, groups in progress.tracks:
            self._write(axes, 0, place, heading, size=_TYPE + 1, color=_INK)
            for group in groups:
                place += 1
                done = group.met / group.units if group.units else 0.0
                axes.barh(place, 1, height=0.56, color=_PALE)
                axes.barh(place, done, height=0.56, color=_INK)
                self._write(axes, -4 / bar, place, _fitting(group.label), align="right")
                self._write(axes, 1 + 4 / bar, place, _fitting(group.note))
            place += 1
        axes.set_xlim(-before / bar, 1 + behind / bar)
        axes.set_ylim(max(place, 1) - 0.4, -0.6)
        axes.axis("off")

    def _days(self, axes: Axes, progress: Progress) -> None:
        """Stacked bars by day, one colour for each track, and a line where the time was over."""
        heading = progress.heading or self._say("chart.days")
        axes.set_title(heading, font=self._sized(_TYPE + 1), color=_INK, loc="left", parse_math=False)
        foot = [0] * len(progress.days)
        for place, label in enumerate(progress.labels):
            high = [entries[place] for _, entries in progress.days]
            colour = TRACK_COLOURS[place % len(TRACK_COLOURS)]
            axes.bar(range(len(high)), high, bottom=foot, width=0.8, color=colour, label=label)
            foot = [low + more for low, more in zip(foot, high, strict=True)]
        if progress.closing:
            axes.axvline(progress.closing - 0.5, color=_SEAL, linewidth=1.6, linestyle=(0, (4, 2)))
            top = max([*foot, 1]) * 1.2
            left = progress.closing - 0.5 - max(0.4, 0.012 * len(progress.days))
            self._write(axes, left, top, self._say("chart.closing"), color=_SEAL, align="right")
        self._scales(axes, [label for label, _ in progress.days], max([*foot, 1]))
        if len(progress.labels) > 1:
            legend = axes.legend(prop=self._sized(_SMALL), frameon=False, loc="upper left", borderaxespad=0, ncols=4)
            for text in legend.get_texts():
                text.set_parse_math(False)

    def _scales(self, axes: Axes, labels: Sequence[str], most: int) -> None:
        step = max(1, -(-len(labels) // _MOST_DATES))
        axes.set_xlim(-0.6, max(len(labels), 1) - 0.2)
        axes.set_ylim(0, most * 1.3)
        axes.set_xticks(range(0, len(labels), step), labels[::step], font=self._sized(_SMALL), color=_QUIET)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
        axes.tick_params(length=0, colors=_QUIET)
        axes.grid(axis="y", color=_LINE, linewidth=0.8)
        axes.set_axisbelow(True)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(_LINE)
        axes.set_facecolor(_PAPER)
        for tick in axes.get_yticklabels() + axes.get_xticklabels():
            tick.set_fontproperties(self._sized(_SMALL))

    def _write(
        self, axes: Axes, x: float, y: float, text: str, *, size: float = _TYPE, color: str = "", align: str = "left"
    ) -> None:
        axes.text(x, y, text, font=self._sized(size), color=color or _TEXT, ha=align, va="center", parse_math=False)


def _points(text: str) -> float:
    """About how wide a text is: a Chinese character as its size, others a little more than half."""
    return sum(_TYPE if ord(char) > 0x2E7F else 0.56 * _TYPE for char in text)


def _fitting(text: str) -> str:
    """A label that leaves room for its bar; of a longer one, its beginning."""
    if _points(text) <= _LONGEST:
        return text
    while text and _points(f"{text}…") > _LONGEST:
        text = text[:-1]
    return f"{text}…"
