"""Pictures bound into one PDF: a page for each, as JPEG, on A4 or on the paper that they had."""

from __future__ import annotations

import io
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from PIL import Image

#: Points of A4, and millimetres to points.
A4 = (595.28, 841.89)
_POINTS = 72 / 25.4
#: Bytes that the whole PDF is to stay below, and that one page may take of it at most.
WHOLE, _PAGE = 10_000_000, 1_400_000
#: Quality and longer side in pixels, tried in turn until a page is small enough: A4 at 200, 150 and 110 dpi.
_TRIES = ((82, 2339), (72, 2339), (66, 1754), (58, 1754), (50, 1286), (40, 1286))


class Binder:
    """Writes a PDF page by page; nothing but the pages' places stays in memory. The same pages give the same bytes."""

    def __init__(self, path: Path, expected: int) -> None:
        """`expected` pages share the room there is."""
        self._file: BinaryIO = path.open("wb")
        self._room = min(_PAGE, WHOLE // max(1, expected))
        self._places: list[int] = []
        self._pages: list[int] = []

    def __enter__(self) -> Binder:
        self._file.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
        # The catalogue and the list of pages are the first two objects; they are written last.
        self._places = [0, 0]
        return self

    def add(self, image: Image.Image, paper: tuple[float, float] = (0.0, 0.0)) -> None:
        """A page with this picture. `paper`: its size in millimetres, (0, 0) for A4 the way the picture lies."""
        data, size = self._jpeg(image)
        sheet = (paper[0] * _POINTS, paper[1] * _POINTS)
        if not all(sheet):
            sheet = A4 if image.height >= image.width else (A4[1], A4[0])
        scale = min(sheet[0] / size[0], sheet[1] / size[1])
        width, height = size[0] * scale, size[1] * scale
        left, below = (sheet[0] - width) / 2, (sheet[1] - height) / 2
        drawing = b"q %.2f 0 0 %.2f %.2f %.2f cm /P Do Q" % (width, height, left, below)
        space = b"/DeviceGray" if image.mode == "L" else b"/DeviceRGB"
        picture = self._object(
            b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace %s /BitsPerComponent 8 "
            b"/Filter /DCTDecode /Length %d >>" % (*size, space, len(data)),
            data,
        )
        content = self._object(b"<< /Length %d >>" % len(drawing), drawing)
        self._pages.append(
            self._object(
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Resources << /XObject << /P %d 0 R >> >> "
                b"/Contents %d 0 R >>" % (*sheet, picture, content)
            )
        )

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file as file:
            if kind is not None:
                return
            kids = b" ".join(b"%d 0 R" % page for page in self._pages)
            self._write(1, b"<< /Type /Catalog /Pages 2 0 R >>")
            self._write(2, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(self._pages)))
            start = file.tell()
            file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(self._places) + 1))
            file.writelines(b"%010d 00000 n \n" % place for place in self._places)
            file.write(b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(self._places) + 1))
            file.write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _jpeg(self, image: Image.Image) -> tuple[bytes, tuple[int, int]]:
        """The picture as JPEG, as fine as its room allows, and its size in pixels."""
        data, size = b"", image.size
        for quality, longest in _TRIES:
            scale = min(1.0, longest / max(image.size))
            size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
            smaller = image if scale == 1 else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
            buffer = io.BytesIO()
            # Full colour, because half of it blurs the thin red ring of a seal.
            smaller.save(buffer, "JPEG", quality=quality, optimize=True, subsampling=0)
            data = buffer.getvalue()
            if len(data) <= self._room:
                break
        return data, size

    def _object(self, head: bytes, stream: bytes | None = None) -> int:
        self._places.append(0)
        self._write(len(self._places), head, stream)
        return len(self._places)

    def _write(self, number: int, head: bytes, stream: bytes | None = None) -> None:
        self._places[number - 1] = self._file.tell()
        body = head if stream is None else b"%s\nstream\n%s\nendstream" % (head, stream)
        self._file.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
