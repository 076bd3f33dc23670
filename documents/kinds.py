"""What a file that is not a .docx really is, told by its content, so that its sender hears how to mend it.

Refused
└── OtherFile
    ├── OldWord  Locked  Rtf  WebPage  OpenDocument     a text in another clothing: save it as .docx
    ├── Pdf  Picture  Film                              belongs elsewhere: the stamped scan, the entry's film
    ├── Sheet  Slides                                   another office program's file
    ├── Packed                                          an archive around something
    └── Unknown                                         none of these
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import ClassVar

Fact = str | int


class Refused(Exception):
    """The file cannot be read as a Word form. `key` names the sentence to say, `facts` are its plain values."""

    key: ClassVar[str]

    def __init__(self, name: str, **facts: Fact) -> None:
        self.facts: dict[str, Fact] = {"name": name, **facts}
        super().__init__(f"expected a plain .docx, found {type(self).__name__} {self.facts}: see {self.key}")


class OtherFile(Refused):
    """The bytes are no .docx. The fact `name` is the file's name as sent, or ""."""


class OldWord(OtherFile):
    """Word 97–2003 (.doc) or WPS (.wps): the old binary format, which cannot be read safely."""

    key = "document.old_word"


class Locked(OtherFile):
    """A Word file with an opening password: its content is encrypted."""

    key = "document.locked"


class Rtf(OtherFile):
    """Rich text format, often under the extension .doc."""

    key = "document.rtf"


class WebPage(OtherFile):
    """HTML, MHTML or loose XML, as office systems export it under the extension .doc."""

    key = "document.web_page"


class OpenDocument(OtherFile):
    """OpenDocument (.odt and its kin), from LibreOffice and some WPS settings."""

    key = "document.open_document"


class Pdf(OtherFile):
    """A PDF: right for the stamped scan, unreadable as a form."""

    key = "document.pdf"


class Picture(OtherFile):
    """A picture, such as a photograph or screenshot of the form."""

    key = "document.picture"


class Film(OtherFile):
    """A film or sound file: perhaps the entry's own film, sent at the wrong step."""

    key = "document.film"


class Sheet(OtherFile):
    """A spreadsheet: Excel or WPS, old or new."""

    key = "document.sheet"


class Slides(OtherFile):
    """A presentation: PowerPoint or WPS, old or new."""

    key = "document.slides"


class Packed(OtherFile):
    """An archive (zip, rar, 7z, gzip) around something. It is not unpacked."""

    key = "document.packed"


class Unknown(OtherFile):
    """Bytes of no kind this program knows; also a .docx whose beginning is lost."""

    key = "document.unknown"


_MAGIC: tuple[tuple[bytes, type[OtherFile]], ...] = (
    (b"{\\rtf", Rtf),
    (b"%PDF-", Pdf),
    (b"\xff\xd8\xff", Picture),
    (b"\x89PNG", Picture),
    (b"GIF8", Picture),
    (b"BM", Picture),
    (b"II*\0", Picture),
    (b"MM\0*", Picture),
    (b"Rar!", Packed),
    (b"7z\xbc\xaf", Packed),
    (b"\x1f\x8b", Packed),
    (b"\x1aE\xdf\xa3", Film),
    (b"\0\0\x01\xba", Film),
    (b"ID3", Film),
)
_RIFF: dict[bytes, type[OtherFile]] = {b"WEBP": Picture, b"AVI ": Film, b"WAVE": Film}
_PICTURES_IN_BOXES = (b"heic", b"heix", b"mif1", b"msf1", b"avif")
_PAGE = re.compile(rb"<(!doctype\s+html|html|\?xml|\?mso)|mime-version:", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Names of streams in an OLE2 directory (MS-CFB 2.6.1), each with what holds it; the first hit decides.
_STREAMS: tuple[tuple[str, type[OtherFile]], ...] = (
    ("EncryptedPackage", Locked),
    ("WordDocument", OldWord),
    ("Workbook", Sheet),
    ("PowerPoint Document", Slides),
)


def sniff(data: bytes) -> type[OtherFile] | None:
    """What the first bytes say; None for a zip archive, which may be a .docx. `data` is not empty."""
    if data.startswith(b"PK\x03\x04"):
        return None
    if data.startswith(_OLE):
        return next((kind for stream, kind in _STREAMS if stream.encode("utf-16-le") in data), OldWord)
    if data[4:8] == b"ftyp":
        return Picture if data[8:12] in _PICTURES_IN_BOXES else Film
    if data.startswith(b"RIFF"):
        return _RIFF.get(data[8:12], Unknown)
    if _PAGE.match(data[:300].removeprefix(b"\xef\xbb\xbf").lstrip()):
        return WebPage
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), Unknown)


def inside_zip(names: Sequence[str], mimetype: bytes) -> type[OtherFile] | None:
    """What a zip archive is by its entries; None when it has the parts of a Word document, whole or not."""
    if mimetype.startswith(b"application/vnd.oasis.opendocument"):
        kinds = {b"spreadsheet": Sheet, b"presentation": Slides}
        return next((kind for word, kind in kinds.items() if word in mimetype), OpenDocument)
    if "[Content_Types].xml" not in names:
        return None if any(name.startswith("word/") for name in names) else Packed
    folders = {name.split("/", 1)[0] for name in names if "/" in name}
    if "word" not in folders:
        return Sheet if "xl" in folders else Slides if "ppt" in folders else None
    return None


def shown(name: str) -> str:
    """A file's name fit to be repeated to its sender: no folders, no control marks, no longer than 60 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(char for char in last if unicodedata.category(char)[0] != "C").strip()
    return clean if len(clean) <= 60 else f"{clean[:40]}…{clean[-15:]}"
