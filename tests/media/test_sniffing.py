"""A file is told by what it begins with, whatever it is called."""

from __future__ import annotations

import pytest

from media.sniffing import kind_of


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", "empty"),
        (b"\x00" * 4096, "empty"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\r\n" * 400 + b"%PDF-1.4", "pdf"),
        (b" " * 1020 + b"%PDF-1.4", "unknown"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF %PDF-1.4", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"GIF89a", "gif"),
        (b"BM\x00", "bmp"),
        (b"II*\x00", "tiff"),
        (b"MM\x00*", "tiff"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "film"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "unknown"),
        (b"\x00\x00\x00\x20ftypheic\x00\x00\x00\x00mif1heic", "heif"),
        (b"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1avif", "avif"),
        (b"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1heic", "heif"),
        (b"\x00\x00\x00\x20ftypisom\x00\x00\x00\x00isomavc1", "film"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
        (b"PK\x03\x04....[Content_Types].xml", "office"),
        (b"PK\x03\x04....OFD.xml", "ofd"),
        (b"PK\x03\x04....photo.jpg", "packed"),
        (b"Rar!\x1a\x07", "packed"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", "unknown"),
        (b"#EXTM3U\nfile:///etc/passwd", "unknown"),
    ],
)
def test_a_file_is_what_it_begins_with(head: bytes, kind: str) -> None:
    assert kind_of(head) == kind


def test_an_archive_is_told_by_its_list_at_the_end() -> None:
    assert kind_of(b"PK\x03\x04....Doc_0/Document.xml", b"PK\x01\x02....OFD.xml....PK\x05\x06") == "ofd"
