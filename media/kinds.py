"""What a file is by its first bytes, never by its name: a film in a container we take, or what else it is."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Bytes that a look at the beginning needs.
HEAD = 8192
#: Container -> ffmpeg's demuxer for it; no other demuxer is ever let near a file.
DEMUXERS = {
    "mp4": "mov", "mov": "mov", "3gp": "mov", "avi": "avi", "mpeg": "mpeg", "ts": "mpegts", "mkv": "matroska",
    "webm": "matroska", "wmv": "asf", "flv": "flv",
}  # fmt: skip
WHITELIST = ",".join(dict.fromkeys(DEMUXERS.values()))

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "picture"), (b"\x89PNG", "picture"), (b"GIF8", "picture"), (b"BM", "picture"),
    (b"II*\0", "picture"), (b"MM\0*", "picture"), (b"8BPS", "picture"), (b"%PDF", "document"),
    (b"\xd0\xcf\x11\xe0", "document"), (b"{\\rtf", "document"), (b"Rar!", "archive"), (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"), (b"BZh", "archive"), (b"\xfd7zXZ", "archive"), (b"ID3", "audio"), (b"fLaC", "audio"),
    (b"OggS", "audio"), (b"\xff\xfb", "audio"), (b"\xff\xf1", "audio"), (b"\xff\xf9", "audio"), (b"#!AMR", "audio"),
    (b"MThd", "audio"), (b"MZ", "program"), (b"\x7fELF", "program"),
)  # fmt: skip
_PLAYLIST = re.compile(
    rb"\s*(#EXTM3U|ffconcat|\[playlist\]|<asx|<smil|<MPD|<\?xml[^>]*>\s*<(smil|MPD|playlist))", re.IGNORECASE
)
_SUBTITLES = re.compile(rb"\s*(WEBVTT|\[Script Info\]|<SAMI|\d+\s*\r?\n\d\d:\d\d:\d\d[,.]\d+\s*-->)", re.IGNORECASE)
_PICTURE_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"avif")
_OLD_QUICKTIME = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")


@dataclass(frozen=True, slots=True)
class Kind:
    """`container` is one of `DEMUXERS`, or "" and `other` says what it is instead."""

    container: str = ""
    other: str = ""


def kind_of(head: bytes) -> Kind:
    """The kind of a file that begins with these bytes.

    Other kinds are empty, playlist, picture, subtitles, text, archive, document, audio, program and unknown.
    """
    if not head:
        return Kind(other="empty")
    if container := _container(head):
        return Kind(container)
    return Kind(other=_other(head))


def _container(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        return _brand(head[8:12])
    if head[4:8] in _OLD_QUICKTIME:
        return "mov"
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return "avi"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "webm" if b"webm" in head[:64] else "mkv"
    if head[:4] == b"\0\0\1\xba":
        return "mpeg"
    if head[:16].hex() == "3026b2758e66cf11a6d900aa0062ce6c":
        return "wmv"
    if head[:4] == b"FLV\x01":
        return "flv"
    return "ts" if any(_packets(head, at, step) for at, step in ((0, 188), (4, 192))) else ""


def _brand(brand: bytes) -> str:
    if brand in _PICTURE_BRANDS:
        return ""
    if brand == b"qt  ":
        return "mov"
    return "3gp" if brand[:3] in (b"3gp", b"3g2") else "mp4"


def _packets(head: bytes, at: int, step: int) -> bool:
    """Whether transport packets begin at `at`, `at + step`, …: five in a row are no accident."""
    return len(head) > at + 4 * step and all(head[at + number * step] == 0x47 for number in range(5))


def _other(head: bytes) -> str:
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if _PLAYLIST.match(plain):
        return "playlist"
    if _SUBTITLES.match(plain):
        return "subtitles"
    if head[:4] == b"PK\x03\x04":
        return "document" if b"[Content_Types].xml" in head or b"mimetype" in head[:64] else "archive"
    if head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "picture"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio"
    known = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")
    return known or ("text" if _reads(plain) else "unknown")


def _reads(head: bytes) -> bool:
    """Whether it is text: no control characters, and Chinese or Latin by one of its usual encodings."""
    if any(byte < 32 and byte not in b"\t\n\r\f" for byte in head):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            head[: len(head) - 4].decode(encoding) if len(head) > 64 else head.decode(encoding)
        except UnicodeDecodeError as error:
            if len(head) > 64 and error.end >= len(head) - 8:
                return True
            continue
        return True
    return False
