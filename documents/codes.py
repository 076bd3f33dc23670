"""What a file gives away at a glance: its plain text, and the texts of the QR codes in its pictures and pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

#: Pixels of a picture, pages of a PDF, pictures in an Office file, frames of a moving picture, and bytes of one part
#: that are looked at; a file with more is not seen through.
MOST_PIXELS, MOST_PAGES, MOST_PICTURES, MOST_FRAMES = 60_000_000, 40, 80, 20
MOST_PART = 20 * 1024 * 1024
_PICTURES = frozenset((".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"))
_OFFICE = frozenset((".docx", ".xlsx", ".pptx"))
_TEXTS = frozenset((".txt", ".csv", ".md"))
#: The longer side to which a picture is made smaller for a second look: codes of a photograph are often found so.
_SMALLER = 1200


class Opaque(ValueError):
    """A file that cannot be opened, or that is larger than what is looked at; the message says which."""


@dataclass(slots=True)
class Seen:
    """What was found. `whole` is False for a kind of file that nobody here can look into."""

    codes: list[str] = field(default_factory=list)
    text: str = ""
    whole: bool = True


def seen(data: bytes, name: str) -> Seen:
    """Look through a file. Raises `Opaque` for one that claims to be of a known kind and cannot be opened."""
    kind = PurePath(name).suffix.lower()
    try:
        if kind in _PICTURES:
            return Seen(_in_picture(data))
        if kind == ".pdf":
            return _in_pdf(data)
        if kind in _OFFICE:
            return _in_office(data)
        if kind in _TEXTS:
            return Seen(text=decoded(data))
    except (OSError, SyntaxError, ValueError, zipfile.BadZipFile, pypdfium2.PdfiumError) as wrong:
        raise Opaque(f"expected a {kind} file that opens, found {type(wrong).__name__}: {wrong}") from None
    return Seen(whole=False)


def _in_picture(data: bytes) -> list[str]:
    try:
        picture = Image.open(io.BytesIO(data))
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise Opaque("expected a picture of a size that can be looked at") from None
    if picture.width * picture.height > MOST_PIXELS:
        raise Opaque(f"expected at most {MOST_PIXELS} pixels, found {picture.width}×{picture.height}")
    frames = getattr(picture, "n_frames", 1)
    if frames > MOST_FRAMES:
        raise Opaque(f"expected at most {MOST_FRAMES} frames, found {frames}")
    found: list[str] = []
    for frame in range(frames):
        picture.seek(frame)
        found += _codes(picture)
    return found


def _codes(picture: Image.Image) -> list[str]:
    """The texts of all codes in one picture, looked at as it is and, where there are none, smaller."""
    import zxingcpp  # says goodbye on stderr wherever it was loaded: only a program that meets a picture does

    grey = ImageOps.exif_transpose(picture).convert("RGBA")
    flat = Image.new("RGBA", grey.size, "white")
    flat.alpha_composite(grey)
    for look in (flat.convert("L"), _small(flat)):
        if found := [each.text for each in zxingcpp.read_barcodes(look) if each.text]:
            return found
    return []


def _small(picture: Image.Image) -> Image.Image:
    small = picture.convert("L")
    small.thumbnail((_SMALLER, _SMALLER))
    return small


def _in_pdf(data: bytes) -> Seen:
    document = pypdfium2.PdfDocument(data)
    try:
        if len(document) > MOST_PAGES:
            raise Opaque(f"expected at most {MOST_PAGES} pages, found {len(document)}")
        found = Seen()
        for page in document:
            width, height = page.get_size()
            scale = min(2.0, (MOST_PIXELS / 4 / max(1.0, width * height)) ** 0.5)
            found.codes += _codes(page.render(scale=scale).to_pil())
            found.text += page.get_textpage().get_text_bounded()
        return found
    finally:
        document.close()


def _in_office(data: bytes) -> Seen:
    found = Seen()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for part in _parts(archive):
            content = archive.read(part)
            if part.filename.endswith((".xml", ".rels")):
                found.text += content.decode("utf-8", "replace")
            else:
                found.codes += _in_picture(content)
    return found


def _parts(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The parts of an Office file that hold words or pictures."""
    pictures = 0
    for part in archive.infolist():
        kind = PurePath(part.filename).suffix.lower()
        if kind not in (*_PICTURES, ".xml", ".rels"):
            continue
        pictures += kind in _PICTURES
        if part.file_size > MOST_PART or pictures > MOST_PICTURES:
            raise Opaque(f"expected smaller parts and at most {MOST_PICTURES} pictures, found {part.filename}")
        yield part


def decoded(data: bytes) -> str:
    """A text file as UTF-8, or else as GB 18030, which Chinese offices write; what is neither has marks in it."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")
