"""How often a red seal is found, and how often something else is taken for one, on pages drawn and spoilt here.

Run `python -m tests.scans.seals [NUMBER] [SEED]`: a table of recall and false alarms by what happened to the pages. A
slice of it is a test.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from PIL import Image

from media.pixels import Light, lit
from media.seals import looked_at, seals_on
from tests.scans import spoiling
from tests.scans.paper import DISTRACTIONS, page, stamped

Spoil = Callable[[Image.Image, Random], Image.Image]


def _scanned(image: Image.Image, dice: Random) -> Image.Image:
    image = spoiling.skewed(image, dice.uniform(-4, 4))
    image = spoiling.at_dpi(image, dice.choice((100, 150, 200)))
    return spoiling.compressed(spoiling.noisy(image, dice.uniform(0, 5), dice), dice.randint(45, 90))


def _askew(image: Image.Image, dice: Random) -> Image.Image:
    return spoiling.compressed(spoiling.skewed(image, dice.uniform(-14, 14)), 70)


def _photographed(image: Image.Image, dice: Random) -> Image.Image:
    image = spoiling.shaded(
        spoiling.photographed(image, dice, tilt=dice.uniform(0, 0.07)), dice, depth=dice.random() * 0.6
    )
    image = spoiling.at_dpi(image, dice.choice((110, 150, 200)))
    return spoiling.compressed(spoiling.noisy(image, dice.uniform(2, 9), dice), dice.randint(35, 85))


def _blurred(image: Image.Image, dice: Random) -> Image.Image:
    return spoiling.compressed(spoiling.blurred(image, dice.uniform(1.5, 5)), 60)


def _small(image: Image.Image, dice: Random) -> Image.Image:
    return spoiling.compressed(spoiling.at_dpi(image, dice.choice((60, 75, 90))), 50)


def _as_drawn(image: Image.Image, dice: Random) -> Image.Image:
    return image


#: What happens to a page on its way.
WAYS: dict[str, Spoil] = {
    "as drawn": _as_drawn,
    "scanned": _scanned,
    "askew": _askew,
    "photographed": _photographed,
    "blurred": _blurred,
    "small": _small,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One generated page: what happened to it, what else is red on it, whether a seal is, and whether it is grey."""

    way: str
    red: str
    sealed: bool
    grey: bool
    image: Image.Image


def sheets(number: int, seed: int) -> Iterator[Sheet]:
    """Pages in turn through all ways, half of them with a seal; a tenth are grey copies."""
    for count in range(number):
        dice = Random(f"{seed}/{count}")
        image = page(dice=dice)
        red = dice.choice((None, None, *DISTRACTIONS))
        if red is not None:
            image = red(image, dice)
        if sealed := count // len(WAYS) % 2 == 0:
            image = stamped(image, dice)
        way, spoil = list(WAYS.items())[count % len(WAYS)]
        image = spoil(image, dice)
        if grey := dice.random() < 0.1:
            image = spoiling.grey(image)
        yield Sheet(way, red.__name__ if red else "", sealed, grey, image)


@dataclass(slots=True)
class Tally:
    """How many pages of each sort there were, and on how many a seal was found."""

    sealed: int = 0
    recalled: int = 0
    plain: int = 0
    alarms: int = 0

    def count(self, sheet: Sheet, found: int) -> None:
        """A grey copy shows no red: finding none is right whatever was stamped."""
        if sheet.sealed and not sheet.grey:
            self.sealed, self.recalled = self.sealed + 1, self.recalled + (found > 0)
        else:
            self.plain, self.alarms = self.plain + 1, self.alarms + (found > 0)

    def __str__(self) -> str:
        recall = f"{self.recalled}/{self.sealed} {self.recalled / max(1, self.sealed):7.1%}"
        return f"recall {recall:>16}   false alarms {self.alarms}/{self.plain} {self.alarms / max(1, self.plain):.1%}"


def measure(
    number: int, seed: int, told: Callable[[Sheet, Light, int], None] = lambda sheet, light, found: None
) -> dict[str, Tally]:
    """Tallies by way and by what else is red, and one of all ("")."""
    tallies: dict[str, Tally] = {}
    for sheet in sheets(number, seed):
        light = lit(looked_at(sheet.image))
        found = len(seals_on(light))
        told(sheet, light, found)
        for name in ("", sheet.way, f"with {sheet.red or 'nothing else red'}", *(("grey copy",) if sheet.grey else ())):
            tallies.setdefault(name, Tally()).count(sheet, found)
    return tallies


def main() -> None:
    """Print the table; pages that were judged wrongly are named with their number."""
    number, seed = (int(word) for word in [*sys.argv[1:], "480", "1"][:2])
    wrong: list[str] = []
    counted = iter(range(number))

    def told(sheet: Sheet, light: Light, found: int) -> None:
        which = next(counted)
        if (found > 0) != (sheet.sealed and not sheet.grey):
            wrong.append(
                f"page {which}: {sheet.way}, {sheet.red or '-'}, sealed {sheet.sealed}, grey {sheet.grey}: {found}"
            )

    started = time.perf_counter()
    tallies = measure(number, seed, told)
    for name, tally in sorted(tallies.items()):
        print(f"{name or 'all':<28}{tally}")
    print(f"{number} pages, seed {seed}, {time.perf_counter() - started:.0f} s", *wrong, sep="\n")


if __name__ == "__main__":
    main()
