"""QR codes and words are seen in the files that admins send; what cannot be looked through says so."""

from __future__ import annotations

import io
import zipfile

import pytest
import segno
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from documents.codes import MOST_FRAMES, Opaque, Seen, seen

LINK = "https://quiz.example.org/hz"


def code(kind: str = "png", scale: int = 6) -> bytes:
    """A QR code as a picture."""
    png = io.BytesIO()
    segno.make(LINK).save(png, kind="png", scale=scale)
    picture, out = Image.open(png).convert("RGB"), io.BytesIO()
    picture.save(out, kind)
    return out.getvalue()


def poster(angle: int) -> bytes:
    """A large coloured poster with a code somewhere on it, turned."""
    page = Image.new("RGB", (2400, 3400), (200, 30, 30))
    small = Image.open(io.BytesIO(code("png", 8))).convert("RGB").rotate(angle, expand=True, fillcolor="white")
    page.paste(small, (1400, 2600))
    out = io.BytesIO()
    page.save(out, "JPEG", quality=70)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", code()),
        ("a.JPG", code("jpeg")),
        ("a.webp", code("webp")),
        ("a.gif", code("gif")),
        ("poster.jpg", poster(0)),
        ("poster.jpg", poster(17)),
        ("a.pdf", code("pdf")),
    ],
)
def test_a_code_is_seen_in_a_picture_or_a_page(name: str, data: bytes) -> None:
    assert set(seen(data, name).codes) == {LINK}


def test_a_code_and_the_words_of_a_word_file_are_seen() -> None:
    document, out = Document(), io.BytesIO()
    document.add_paragraph("答题口令：诚信洪泽2020")
    document.add_picture(io.BytesIO(code()))
    document.save(out)
    found = seen(out.getvalue(), "通知.docx")
    assert (set(found.codes), "诚信洪泽2020" in found.text, found.whole) == ({LINK}, True, True)


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("a.txt", "口令".encode("gb18030"), Seen(text="口令")),
        ("a.csv", "\ufeff单位".encode(), Seen(text="单位")),
        ("a.zip", b"PK", Seen(whole=False)),
        ("a.mp4", b"", Seen(whole=False)),
        ("无后缀", b"", Seen(whole=False)),
    ],
)
def test_texts_are_read_and_other_kinds_are_not_seen_through(name: str, data: bytes, found: Seen) -> None:
    assert seen(data, name) == found


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 40_000_000)
    return out.getvalue()


def film() -> bytes:
    out = io.BytesIO()
    frames = [Image.new("L", (8, 8), shade) for shade in range(MOST_FRAMES + 1)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", b"no"),
        ("a.png", b""),
        ("a.pdf", b"%PDF-1.4"),
        ("a.docx", b"PK"),
        ("a.docx", bomb()),
        ("a.gif", film()),
    ],
    ids=["no picture", "empty", "half a PDF", "half a Word file", "a bomb", "too many frames"],
)
def test_what_does_not_open_is_said(name: str, data: bytes) -> None:
    with pytest.raises(Opaque):
        seen(data, name)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 200), st.sampled_from(["png", "gif", "pdf", "docx", "txt"]))
def test_whatever_bytes_come_they_are_seen_or_refused(junk: bytes, cut: int, kind: str) -> None:
    whole = code("png") if kind == "png" else code("pdf") if kind == "pdf" else b"PK\x03\x04"
    try:
        seen(whole[:cut] + junk, f"a.{kind}")
    except Opaque:
        return
