"""What is done to a scan inside the confined process: every file opened, every page looked at, one PDF made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from PIL import Image

from media.binding import Binder
from media.leaning import lean_of
from media.looks import look_of
from media.papers import Papers, oddities
from media.pictures import Unopened, pictures_in
from media.pixels import lit
from media.seals import A4, looked_at, seals_on
from media.sniffing import HEAD, PICTURES, kind_of
from media.symbols import Symbol, symbols_on
from rules.scan_judge import is_straightened
from rules.scans import CODE_PREFIX, MOST_PAGES, Page, Scan, Seal, Source

#: Bytes above which a PDF is made anew, smaller: a package by mail holds about twice as much in all.
HEAVY = 20_000_000
#: Pages on which a code is looked for with patience, while none has been found.
_PATIENT = 4
KEPT = "kept.pdf"

Note = Callable[[Any], None]
_Drawn = tuple[Image.Image, tuple[float, float], int]


def measure(request: Mapping[str, Any], note: Note) -> dict[str, Any]:
    """`request`: {"files": [{"path", "name"}]}. The facts of a `rules.scans.Scan`; `KEPT` is written when it is made.

    Each file's number is noted before it is opened, so that the one that is too heavy is known.
    """
    paths = [Path(each["path"]) for each in request["files"]]
    files = [_source(path, each["name"]) for path, each in zip(paths, request["files"], strict=True)]
    remade = _reasons(paths, files)
    pages: list[Page] = []
    with ExitStack() as stack:
        binder = stack.enter_context(Binder(Path(KEPT), min(MOST_PAGES, 4 * len(files)))) if remade else None
        for number, path in enumerate(paths):
            note(number)
            files[number] = _looked_through(path, files[number], number, pages, binder)
    return asdict(Scan(tuple(files), tuple(pages), remade))


def _source(path: Path, name: str) -> Source:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(HEAD)
        file.seek(max(0, size - HEAD))
        kind = kind_of(head, file.read(HEAD))
    why = "" if kind == "pdf" or kind in PICTURES else kind
    return Source(name, kind, size, why=why)


def _reasons(paths: Sequence[Path], files: Sequence[Source]) -> tuple[str, ...]:
    """Why the PDF that is kept is made anew, in one word each; none for a single plain PDF."""
    reasons = ["pictures"] if any(file.kind in PICTURES for file in files) else []
    reasons += ["several"] if len(files) > 1 else []
    if not reasons and files[0].kind == "pdf":
        reasons += ["odd"] if oddities(paths[0], MOST_PAGES) else []
        reasons += ["heavy"] if files[0].size > HEAVY else []
    return tuple(reasons)


def _looked_through(path: Path, file: Source, number: int, pages: list[Page], binder: Binder | None) -> Source:
    """Look at a file's pages and bind them; the file with what came of it."""
    if file.why:
        return file
    try:
        count, drawn = _drawn(path, file.kind, MOST_PAGES - len(pages))
        file = replace(file, pages=count)
        for image, paper, pixels in drawn:
            page = _page(image, number, paper, pixels, pages)
            pages.append(page)
            if binder is not None:
                binder.add(_straight(image, page, file.kind), paper if page.turn in (None, 0, 180) else paper[::-1])
    except Unopened as refusal:
        return replace(file, why=refusal.why, width=refusal.width, height=refusal.height)
    return file


def _drawn(path: Path, kind: str, most: int) -> tuple[int, Iterator[_Drawn]]:
    """How many pages a file has, and each as (picture, paper in millimetres, pixels of the scan). Raises `Unopened`."""
    if kind == "pdf":
        prints = Papers(path)
        return prints.pages, ((leaf.image, (leaf.width, leaf.height), leaf.scanned) for leaf in prints.leaves(most))
    count, pictures = pictures_in(path, kind, most)
    return count, ((image, (0.0, 0.0), max(size)) for image, size in pictures)


def _page(image: Image.Image, number: int, paper: tuple[float, float], pixels: int, before: Sequence[Page]) -> Page:
    small = looked_at(image)
    light = lit(small)
    look = look_of(image, light)
    patient = len(before) < _PATIENT and not any(page.codes for page in before)
    symbols = symbols_on(image, CODE_PREFIX, patient=patient)
    return Page(
        file=number,
        width=paper[0],
        height=paper[1],
        pixels=pixels,
        turn=_turn(symbols),
        lean=lean_of(light.grey),
        seals=tuple(
            Seal(found.x, found.y, round(found.radius * 2 * A4, 1), found.roundness) for found in seals_on(light)
        ),
        symbols=tuple(symbol.text[:200] for symbol in symbols),
        lying=image.width > image.height,
        **asdict(look),
    )


def _turn(symbols: Sequence[Symbol]) -> int | None:
    """How the page lies, by the code at its foot, which was printed upright."""
    return next((symbol.turn for symbol in symbols if symbol.text.startswith(CODE_PREFIX)), None)


def _straight(image: Image.Image, page: Page, kind: str) -> Image.Image:
    """The page upright; a photograph also level, where it is plain how far it leans and that is not far."""
    if page.turn:
        image = image.transpose(_TURNS[page.turn])
    if kind in PICTURES and page.lean is not None and is_straightened(page):
        image = image.rotate(page.lean, Image.Resampling.BICUBIC, fillcolor="white")
    return image


#: Pillow turns the other way round.
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
