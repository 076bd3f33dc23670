"""A file is told by its first bytes, whatever it is called."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from media.kinds import HEAD, Kind, kind_of
from tests.films.cases import RECIPES, Case


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(out, kind)
    return out.getvalue()


def packed(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("head", "other"),
    [
        (b"", "empty"),
        (b"#EXTM3U\n#EXT-X-VERSION:3\nfile:///etc/passwd\n", "playlist"),
        (b"\xef\xbb\xbf#EXTM3U\n", "playlist"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "playlist"),
        (b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">', "playlist"),
        (b"1\r\n00:00:01,000 --> 00:00:02,000\r\n\xe4\xbd\xa0", "subtitles"),
        (b"[Script Info]\nTitle: x", "subtitles"),
        (b"WEBVTT\n\n00:01.000 --> 00:04.000", "subtitles"),
        ("通知：请于周五前报送。".encode(), "text"),
        ("通知：请于周五前报送。".encode("gb18030"), "text"),
        (("信" * 5000).encode()[:HEAD], "text"),
        (picture("JPEG"), "picture"),
        (picture("PNG"), "picture"),
        (picture("WEBP"), "picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "picture"),
        (packed("a.txt"), "archive"),
        (packed("[Content_Types].xml"), "document"),
        (b"%PDF-1.7\n", "document"),
        (b"ID3\x04\0\0\0\0\0\0", "audio"),
        (b"RIFF\x24\0\0\0WAVEfmt ", "audio"),
        (b"MZ\x90\0", "program"),
        (b"\x7fELF\x02\x01\x01", "program"),
        (bytes(4096), "unknown"),
        (b"\x01\x02\x03\x04" * 100, "unknown"),
        (b"G" * 100, "text"),
    ],
)
def test_what_is_no_film_is_told_for_what_it_is(head: bytes, other: str) -> None:
    assert kind_of(head) == Kind(other=other)


@pytest.mark.parametrize("recipe", list(RECIPES))
def test_every_container_is_known_by_its_content(recipe: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / "kinds"
    folder.mkdir(exist_ok=True)
    made = Case(recipe, size="64x36", frames=25).made(folder)
    assert kind_of(made.read_bytes()[:HEAD]) == Kind(recipe.split()[0])


def test_an_old_quicktime_film_begins_with_any_of_its_boxes() -> None:
    assert [kind_of(b"\0\0\0\x08" + box + bytes(40)).container for box in (b"moov", b"mdat", b"wide")] == ["mov"] * 3
