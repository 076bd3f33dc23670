"""Whatever is handed in as a scan, there is an answer: pages, or one word why not; never a fall, never an escape."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random

import pypdf
import pytest
from PIL import Image
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from media.confined import Limits
from media.scan import measure
from media.scan_work import measure as measured_here
from rules.scans import MOST_PAGES, Scan
from tests.scans.fuzz import fuzz, originals, saved, spoilt
from tests.scans.spoiling import jpeg

SCRIPT = DictionaryObject(
    {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
)


def pdf(change: Callable[[pypdf.PdfWriter], object] = lambda writer: None, *, pages: int = 1) -> bytes:
    """A PDF of empty pages of A4, changed by its writer."""
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    change(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """The beginning of a PNG that says it is so large, and a few bytes of it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size + b"\x08\x02\x00\x00\x00")
        + chunk(b"IDAT", zlib.compress(b"\0" * 999))
    )


async def look(folder: Path, *files: tuple[str, bytes]) -> tuple[Scan, Path | None]:
    """Measure files as they come to the program; the folder holds them beside the process's own."""
    paths = []
    for number, (name, data) in enumerate(files):
        path = folder / f"{number}"
        path.write_bytes(data)
        paths.append((path, name))
    work = folder / "work"
    work.mkdir(exist_ok=True)
    return await measure(paths, work)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"hello", "unknown"),
        (b"%PDF-1.7\ngarbage", "broken"),
        (pdf(lambda writer: writer.encrypt("secret")), "locked"),
        (png_header(60000, 60000), "huge"),
        (png_header(400, 400), "broken"),
        (jpeg(Image.new("RGB", (900, 1200), "white"))[:2000], "broken"),
        (b"II*\x00\xff\xff\xff\x7f", "broken"),
    ],
)
async def test_what_cannot_be_opened_is_one_word(tmp_path: Path, data: bytes, why: str) -> None:
    scan, kept = await look(tmp_path, ("扫描.pdf", data))
    assert ([file.why for file in scan.files], scan.pages, kept) == ([why], (), None)


async def test_the_sizes_of_a_picture_that_is_too_large_are_told(tmp_path: Path) -> None:
    scan, _ = await look(tmp_path, ("a.png", png_header(60000, 50000)))
    assert (scan.files[0].width, scan.files[0].height) == (60000, 50000)


async def test_a_pdf_of_ten_thousand_pages_is_looked_at_no_further_than_the_limit(tmp_path: Path) -> None:
    scan, _ = await look(tmp_path, ("a.pdf", pdf(pages=10_000)))
    assert (scan.files[0].pages, len(scan.pages)) == (10_000, MOST_PAGES)


async def test_a_page_as_large_as_a_house_is_drawn_small(tmp_path: Path) -> None:
    def grow(writer: pypdf.PdfWriter) -> None:
        writer.pages[0].mediabox.upper_right = (200_000, 200_000)

    scan, _ = await look(tmp_path, ("a.pdf", pdf(grow)))
    assert [file.why for file in scan.files] in ([""], ["broken"])


@pytest.mark.parametrize(
    "change",
    [
        lambda writer: writer.root_object.update({NameObject("/OpenAction"): SCRIPT}),
        lambda writer: writer.add_attachment("virus.exe", b"MZ"),
    ],
)
async def test_a_pdf_that_acts_or_hides_something_is_made_anew_without_it(
    tmp_path: Path, change: Callable[[pypdf.PdfWriter], object]
) -> None:
    scan, kept = await look(tmp_path, ("a.pdf", pdf(change)))
    assert (scan.remade, kept is not None and kept.parent.name) == (("odd",), "work")
    assert kept is not None
    data = kept.read_bytes()
    assert [word in data for word in (b"JavaScript", b"EmbeddedFile", b"MZ")] == [False, False, False]


async def test_a_picture_that_is_also_an_archive_and_a_page_is_kept_as_a_picture_only(tmp_path: Path) -> None:
    data = jpeg(Image.new("RGB", (900, 1200), "white")) + b"%PDF-1.4 PK\x03\x04 evil.exe"
    scan, kept = await look(tmp_path, ("a.pdf", data))
    assert (scan.files[0].kind, scan.remade) == ("jpeg", ("pictures",))
    assert kept is not None and b"evil.exe" not in kept.read_bytes()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK", "I;16", "LA"])
async def test_pictures_of_every_sort_become_pages(tmp_path: Path, mode: str) -> None:
    image = Image.new("L", (600, 800), 255)
    image.paste(0, (100, 100, 500, 120))
    kind = "TIFF" if mode in ("CMYK", "I;16") else "PNG"
    plain = Image.new("I;16", (600, 800), 65535) if mode == "I;16" else image.convert(mode)
    scan, kept = await look(tmp_path, ("a", saved(plain, kind)))
    assert ([file.why for file in scan.files], len(scan.pages), kept is not None) == ([""], 1, True)
    assert scan.pages[0].white > 0.95


async def test_a_photograph_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    image = Image.new("RGB", (800, 600), "white")
    exif = Image.Exif()
    exif[0x0112] = 6
    scan, _ = await look(tmp_path, ("a.jpg", jpeg(image, exif=exif)))
    assert scan.pages[0].lying is False


async def test_the_pages_of_a_tiff_are_pages(tmp_path: Path) -> None:
    pages = [Image.new("RGB", (600, 800), "white") for _ in range(3)]
    scan, _ = await look(tmp_path, ("a.tif", saved(pages[0], "TIFF", save_all=True, append_images=pages[1:])))
    assert (scan.files[0].pages, len(scan.pages)) == (3, 3)


async def test_what_takes_too_long_is_named_and_ends(tmp_path: Path) -> None:
    path, work = tmp_path / "a.pdf", tmp_path / "work"
    path.write_bytes(pdf(pages=30))
    work.mkdir()
    scan, kept = await measure([(path, "a.pdf")], work, Limits(seconds=0.2))
    assert ([file.why for file in scan.files], kept) == (["heavy"], None)


def left_in(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


async def test_spoilt_files_in_the_process_of_their_own_all_end_in_an_answer(tmp_path: Path) -> None:
    """A seeded slice; `python -m tests.scans.fuzz` spoils two thousand."""
    found = await fuzz(16, 1, tmp_path)
    assert (found.total(), left_in(tmp_path)) == (16, [])


def test_spoilt_files_never_bring_it_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes changed, cut and repeated at random, in this process so that a fall would be the test's own."""
    monkeypatch.chdir(tmp_path)
    whole = originals()
    for number in range(120):
        path = tmp_path / "spoilt"
        path.write_bytes(spoilt(whole, Random(number)))
        facts = measured_here({"files": [{"path": str(path), "name": "spoilt"}]}, lambda note: None)
        [file] = facts["files"]
        assert bool(file["why"]) or len(facts["pages"]) > 0, number
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.pdf", "spoilt"]
