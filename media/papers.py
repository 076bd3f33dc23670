"""The pages of a PDF as pictures, and what it holds besides: scripts, files, things that start by themselves."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import pypdfium2.raw
from PIL import Image

from media.pictures import LONGEST, Unopened

_POINTS = 72.0
#: Points of a page's sides beyond which it is no paper: A0 is 3370 long.
_PAPER = (20.0, 6000.0)
#: Resolution for pages that are drawn and not scanned.
_DRAWN_DPI = 200.0
#: Part of a page that one picture covers where the page is a scan.
_COVERS = 0.4
#: Names in a PDF behind which something acts or hides (ISO 32000-1, 12.6.4 and 12.5.6).
_ACTS = frozenset(("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie"))
_HIDES = frozenset(("/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/3D", "/Sound"))
#: Bytes after the end mark that readers still put up with.
_AFTER_END = 1024


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page drawn: the picture, its paper in millimetres, and the pixels of the scan in it, 0 for a drawn page."""

    image: Image.Image
    width: float
    height: float
    scanned: int


class Papers:
    """An open PDF. Raises `Unopened` where it cannot be."""

    def __init__(self, path: Path) -> None:
        try:
            self._document = pypdfium2.PdfDocument(path)
        except pypdfium2.PdfiumError as error:
            code = getattr(error, "err_code", None)
            locked = code == pypdfium2.raw.FPDF_ERR_PASSWORD or "password" in str(error).lower()
            raise Unopened("locked" if locked else "broken") from None
        self.pages = len(self._document)
        if not self.pages:
            raise Unopened("broken")

    def leaves(self, most: int) -> Iterator[Leaf]:
        """The first pages, drawn one after the other."""
        for number in range(min(self.pages, most)):
            try:
                page = self._document[number]
                leaf = _drawn(page)
                page.close()
            except (pypdfium2.PdfiumError, ValueError, OverflowError):
                raise Unopened("broken") from None
            yield leaf


def _drawn(page: Any) -> Leaf:
    width, height = page.get_size()
    if not (0 < width < 1e7 and 0 < height < 1e7):
        raise Unopened("broken")
    scanned, dpi = _scanned(page, width, height)
    scale = min(dpi / _POINTS, LONGEST / max(width, height))
    # A strip a thousand times as long as wide would be drawn zero pixels wide.
    scale = max(scale, 1.0 / min(width, height))
    if width * scale * height * scale > LONGEST * LONGEST:
        raise Unopened("broken")
    bitmap = page.render(scale=scale, may_draw_forms=False, rev_byteorder=True)
    image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    odd = not all(_PAPER[0] <= side <= _PAPER[1] for side in (width, height))
    mm = 0.0 if odd else 25.4 / _POINTS
    return Leaf(image, round(width * mm, 1), round(height * mm, 1), scanned)


def _scanned(page: Any, width: float, height: float) -> tuple[int, float]:
    """The longer side in pixels of the scan that a page is, as if it filled the page, and its dots per inch."""
    best = 0.0
    for shape in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        with contextlib.suppress(pypdfium2.PdfiumError):
            left, bottom, right, top = shape.get_bounds()
            across, up = max(right - left, 0.1), max(top - bottom, 0.1)
            if across * up < _COVERS * width * height:
                continue
            pixels = shape.get_px_size()
            best = max(best, max(pixels) / max(across, up) * _POINTS)
    if not best:
        return 0, _DRAWN_DPI
    return round(best / _POINTS * max(width, height)), min(max(best, 100.0), 300.0)


def oddities(path: Path, most: int) -> tuple[str, ...]:
    """What a PDF holds that a scan does not need, by one word each: "script", "file", "form", "tail", "structure".

    A PDF that is read only with forgiveness has an odd structure: other readers may see something else in it.
    """
    found: set[str] = set()
    try:
        with path.open("rb") as file:
            if file.read(5) != b"%PDF-":
                found.add("tail")
            file.seek(max(0, path.stat().st_size - _AFTER_END))
            if b"%%EOF" not in file.read():
                found.add("tail")
        reader = pypdf.PdfReader(path, strict=False)
        if reader.is_encrypted:
            reader.decrypt("")
        found |= _in_catalogue(reader.trailer["/Root"])
        for page in reader.pages[:most]:
            found |= _in_page(page)
    except Exception:  # noqa: BLE001  a library reads a hostile file: whatever it raises says the same
        found.add("structure")
    return tuple(sorted(found))


def _in_catalogue(root: Any) -> set[str]:
    found: set[str] = set()
    names, form = _of(root, "/Names"), _of(root, "/AcroForm")
    if _acts(_of(root, "/OpenAction")) or "/AA" in root or "/JavaScript" in names:
        found.add("script")
    if "/EmbeddedFiles" in names or "/AF" in root or "/Collection" in root:
        found.add("file")
    if "/XFA" in form:
        found.add("form")
    return found


def _in_page(page: Any) -> set[str]:
    found: set[str] = {"script"} if "/AA" in page else set()
    annotations = page.get("/Annots")
    for reference in list(annotations.get_object() if annotations is not None else ())[:2000]:
        note = reference.get_object()
        if _acts(_of(note, "/A")) or "/AA" in note:
            found.add("script")
        if str(note.get("/Subtype")) in _HIDES:
            found.add("file")
    return found


def _acts(action: Any) -> bool:
    return isinstance(action, dict) and (str(action.get("/S")) in _ACTS or "/Next" in action)


def _of(holder: Any, name: str) -> Any:
    value = holder.get(name) if isinstance(holder, dict) else None
    value = value.get_object() if value is not None else {}
    return value if isinstance(value, dict) else {}
