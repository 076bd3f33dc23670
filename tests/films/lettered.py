"""Films with something written in them: subtitles, a watermark, end titles, drawn over moving blots.

`python -m tests.films.lettered` makes some, reads them, and tells how much was right and how long it took.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product
from math import ceil
from pathlib import Path

import numpy
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from media.binaries import find
from media.header import read_header
from media.reading import read
from rules.film_reading import Reading, makers, script, sources, subtitles
from tests.films.making import run
from tests.scans.paper import font

SIMPLIFIED = """
    诚信是城市最亮的名片 我们为企业建立信用档案 让守信者处处受益 办理时间由七天缩短到两天 群众的满意度明显提升
    这是一个关于承诺的故事 他说过的话都会兑现 信用监管覆盖各个领域 欢迎来到我们的服务大厅 每一份合同都经得起检验
""".split()
TRADITIONAL = """
    誠信是城市最亮的名片 我們為企業建立信用檔案 讓守信者處處受益 辦理時間由七天縮短到兩天 群眾的滿意度明顯提升
    這是一個關於承諾的故事 他說過的話都會兌現 信用監管覆蓋各個領域 歡迎來到我們的服務大廳 每一份合同都經得起檢驗
""".split()
CREDITS = (
    "导  演    甲某某",
    "摄像：乙某",
    "剪 辑    丙某某",
    "背景音乐来源：《信用之歌》",
    "某市发展和改革委员会 出品",
)
MARK = "某某电视台"
FAST = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "26", "-pix_fmt", "yuv420p", "-g", "50")


def lettered(
    path: Path, *, spoken: Sequence[str] = (), titles: Sequence[str] = (), size: tuple[int, int] = (640, 360),
    seconds: int = 60, rate: int = 2, mark: str = "", seed: int = 1, turned: bool = False,
    how: Sequence[str] = FAST,
) -> Path:  # fmt: skip
    """A film whose subtitles change every two seconds and end 15 seconds before it does; then come the `titles`.

    `mark` stands at the lower edge all the time. `turned`: stored lying on its side, to be turned by the player.
    """
    pictures = (
        _picture(size, seed * 1000 + at, _line(spoken, at, seconds - 15), titles if at >= seconds - 12 else (), mark)
        for at in range(seconds)
    )
    upright = path.with_stem(f"{path.stem}-upright") if turned else path
    run(
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{size[0]}x{size[1]}", "-r", "1", "-i", "pipe:0",
        "-r", str(rate), *(("-vf", "transpose=clock") if turned else ()), *how, upright,
        stdin=b"".join(picture.tobytes() for picture in pictures),
    )  # fmt: skip
    if turned:
        run("-display_rotation", "90", "-i", upright, "-c", "copy", path)
    return path


def _line(spoken: Sequence[str], at: int, until: int) -> str:
    return spoken[at // 2 % len(spoken)] if spoken and at < until else ""


def _picture(size: tuple[int, int], seed: int, line: str, titles: Sequence[str], mark: str) -> NDArray[numpy.uint8]:
    """One picture; in upright ones the subtitles stand higher."""
    width, height = size
    blots = numpy.random.default_rng(seed).uniform(0, 255, (6, 9, 3)).astype(numpy.uint8)
    image = Image.fromarray(blots // 4 if titles else blots).resize(size, Image.Resampling.BICUBIC)
    draw, tall = ImageDraw.Draw(image), min(size) // 18
    texts = [(height * (0.9 if width >= height else 0.72), line), (height * 0.78, mark)]
    texts += [(height * 0.2 + 2.2 * tall * number, title) for number, title in enumerate(titles)]
    for down, text in texts:
        draw.text(
            (width / 2, down), text, font=font(tall), anchor="mm", fill="white", stroke_width=max(1, tall // 12),
            stroke_fill="black",
        )  # fmt: skip
    return numpy.asarray(image)


async def reading(path: Path, folder: Path) -> Reading:
    """What the product reads in a film."""
    binaries = find()
    return await read(path, folder, await read_header(path, folder, binaries), binaries)


@dataclass
class Score:
    """Films whose script, and whose end titles, were told right; subtitles read to the letter; seconds for each,
    on the clock and of computing."""

    films: int = 0
    titles: int = 0
    lines: int = 0
    shown: int = 0
    taken: list[float] = field(default_factory=list)
    computed: list[float] = field(default_factory=list)

    def count(self, found: Reading, kind: str, spoken: Sequence[str], *, ended: bool, seconds: int, rate: int) -> None:
        """Count what was read in one film of `lettered`."""
        seen = subtitles(found.lower)
        self.films += (script(words for here in seen for words in here)[0] if any(seen) else "") == kind
        self.titles += (bool(makers(found.ending)), bool(sources(found.ending))) == (ended, ended)
        # The picture that is shown at a place is the first one from there on.
        truth = [_line(spoken, ceil(each.at * rate) // rate, seconds - 15) for each in found.lower]
        self.lines += sum(here == (line,) for here, line in zip(seen, truth, strict=True) if line)
        self.shown += sum(bool(line) for line in truth)


def measured(sizes: Sequence[tuple[int, int]], seconds: int, rate: int) -> Score:
    """Films with and without subtitles, end titles and a watermark, in each size, read by the product."""
    dice, score = random.Random(7), Score()
    kinds: tuple[tuple[str, list[str], str], ...] = (
        ("simplified", SIMPLIFIED, MARK),
        ("traditional", TRADITIONAL, ""),
        ("", [], MARK),
    )
    for seed, (size, titles, (kind, spoken, mark)) in enumerate(product(sizes, (CREDITS, ()), kinds)):
        spoken = dice.sample(spoken, len(spoken))
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made) / "jail"
            folder.mkdir()
            path = lettered(
                Path(made) / "a.mp4", spoken=spoken, titles=titles, size=size, seconds=seconds, rate=rate, mark=mark,
                seed=seed, how=("-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-pix_fmt", "yuv420p"),
            )  # fmt: skip
            started = os.times()
            found = asyncio.run(reading(path, folder))
            done = os.times()
        score.taken.append(done.elapsed - started.elapsed)
        score.computed.append(sum(done[:4]) - sum(started[:4]))
        score.count(found, kind, spoken, ended=bool(titles), seconds=seconds, rate=rate)
    return score


if __name__ == "__main__":
    sys.stdout.write(f"{measured(((1920, 1080), (720, 1280), (854, 480)), seconds=60, rate=10)}\n")
