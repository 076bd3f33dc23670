"""What a file is by its first bytes; its name is never asked."""

from __future__ import annotations

#: Bytes from the beginning that are enough to tell.
HEAD = 4096
#: Readers of PDF look for its mark in the first kilobyte (ISO 32000-1, H.3 note 13).
_PDF_WITHIN = 1024
_STARTS = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bmp"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"{\\rtf", "office"),
    (b"Rar!", "packed"),
    (b"7z\xbc\xaf\x27\x1c", "packed"),
    (b"\x1f\x8b", "packed"),
    (b"\x00\x00\x01\xba", "film"),
    (b"\x00\x00\x01\xb3", "film"),
    (b"\x1aE\xdf\xa3", "film"),
    (b"FLV\x01", "film"),
)
_HEIF = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
#: What can be opened as a picture, by Pillow's name of the format.
PICTURES = {
    "jpeg": ("JPEG", "MPO"),
    "png": ("PNG",),
    "gif": ("GIF",),
    "bmp": ("BMP", "DIB"),
    "tiff": ("TIFF",),
    "webp": ("WEBP",),
    "avif": ("AVIF",),
}


def kind_of(head: bytes, tail: bytes = b"") -> str:
    """The kind: "pdf", a key of `PICTURES`, "heif", "ofd", "office", "packed", "film", "empty" or "unknown".

    `tail` is the end of the file, where an archive lists what it holds.
    """
    if not head.strip(b"\x00"):
        return "empty"
    if found := next((kind for start, kind in _STARTS if head.startswith(start)), None):
        return found
    if head[:4] == b"RIFF":
        return {b"WEBP": "webp", b"AVI ": "film"}.get(head[8:12], "unknown")
    if head[4:8] == b"ftyp":
        return _boxed(head)
    if b"%PDF-" in head[:_PDF_WITHIN]:
        return "pdf"
    return _zipped(head + tail) if head[:4] in (b"PK\x03\x04", b"PK\x05\x06") else "unknown"


def _boxed(head: bytes) -> str:
    """A file of ISO boxes, by its brands; "mif1" alone says only that it is a picture of the HEIF family."""
    brands = [head[8:12], *(head[start : start + 4] for start in range(16, min(len(head), 64), 4))]
    if any(brand in (b"avif", b"avis") for brand in brands):
        return "avif"
    return "heif" if head[8:12] in _HEIF else "film"


def _zipped(seen: bytes) -> str:
    if b"OFD.xml" in seen:
        return "ofd"
    return "office" if any(part in seen for part in (b"[Content_Types].xml", b"word/", b"xl/", b"ppt/")) else "packed"
