"""A stamped scan as it was measured: its files, its pages, the seals and version codes on them."""

from __future__ import annotations

from dataclasses import dataclass

from rules.codes import read_code

#: What the QR code at the foot of a filled annex begins with.
CODE_PREFIX = "XS1:"
#: Pages that are looked at; a stamped form has fewer than ten.
MOST_PAGES = 30
#: Degrees within which a picture is straightened without asking; more than that may be on purpose, or a mistake.
STRAIGHTENED = (0.4, 8.0)


@dataclass(frozen=True, slots=True)
class Seal:
    """A red round seal: its centre in parts of the page, its diameter in millimetres if the page is A4, how round."""

    x: float
    y: float
    diameter: float
    roundness: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    `file` is the number of its file, from 0. `width`, `height`: millimetres of the paper, 0 where a picture does not
    tell. `pixels`: longer side of what was scanned, 0 for a page that is drawn and not scanned. `turn`: degrees
    clockwise by which it would have to be turned to stand upright, None where nothing tells. `lean`: degrees by which
    it leans clockwise, None where nothing tells. `sharpness`, `white`, `shade`, `contrast`, `ink`, `coloured`: see
    `media.looks.Look`. `symbols`: what its QR codes say.
    """

    file: int
    width: float
    height: float
    pixels: int
    turn: int | None
    lean: float | None
    sharpness: float
    white: float
    shade: float
    contrast: float
    ink: float
    coloured: float
    seals: tuple[Seal, ...] = ()
    symbols: tuple[str, ...] = ()
    lying: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The version codes of our annexes among its QR codes."""
        told = (text.removeprefix(CODE_PREFIX) for text in self.symbols if text.startswith(CODE_PREFIX))
        return tuple(code for text in told if (code := read_code(text)) is not None)

    @property
    def is_blank(self) -> bool:
        """Nothing is written on it, not even faintly."""
        return self.ink < 0.0003 and self.contrast < 0.12 and not self.symbols

    @property
    def is_grey(self) -> bool:
        """There is no colour on it: a grey copy, or a page without a seal."""
        return self.coloured < 0.0001


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was handed in: its kind by content, its pages, and in one word why it cannot be read ("": it can).

    `width`, `height`: of a picture that is larger than can be opened.
    """

    name: str
    kind: str
    size: int
    pages: int = 0
    why: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Scan:
    """All that was handed in as one scan. `remade`: in one word each, why the PDF that is kept was made anew."""

    files: tuple[Source, ...]
    pages: tuple[Page, ...] = ()
    remade: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The version codes on its pages, each once, in the order of the pages."""
        return tuple(dict.fromkeys(code for page in self.pages for code in page.codes))

    @property
    def seals(self) -> int:
        """How many red seals were recognised."""
        return sum(len(page.seals) for page in self.pages)
