"""Mails with a work in them: written by the notice's convention, and read whatever somebody has made of them.

Reading is bounded: bytes, parts, depth, the names in an archive. Nothing in an archive is unpacked.
"""

from __future__ import annotations

import codecs
import io
import mimetypes
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import policy
from email.errors import MessageError
from email.header import decode_header
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import getaddresses

from rules.cleaning import clean, one_line
from rules.letters import Attached, Letter

#: Bytes of a mail that is read, parts of it, and names in its archives. Larger films go by link.
LARGEST, MOST_PARTS, MOST_NAMES = 64 * 2**20, 300, 300
#: Bytes of texts in which links are looked for.
_MOST_TEXT = 1 << 20
_LINK = re.compile(r"https?://[^\s<>\"'，。；）】]{4,400}")
_BEGINNINGS = (
    (b"%PDF", "pdf"), (b"PK\x03\x04", "office"), (b"\xd0\xcf\x11\xe0", "office"), (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG", "picture"), (b"MZ", "program"), (b"{\\rtf", "word"), (b"Rar!", "archive"), (b"7z\xbc\xaf", "archive"),
)  # fmt: skip
_ARCHIVES = frozenset("zip rar 7z tar gz tgz".split())
_CHARSETS = ("utf-8", "gb18030", "big5")


class UnreadableLetter(ValueError):
    """The file is no mail that can be read. `key` names the sentence that says why, `facts` are its values."""

    def __init__(self, key: str, **facts: str | int) -> None:
        super().__init__(f"expected a mail that can be read, found another file: {key} {facts}")
        self.key, self.facts = key, facts


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file to put into a mail: the name it goes under, and its bytes."""

    name: str
    data: bytes


def written(*, to: str, subject: str, text: str, files: Sequence[Enclosure], reply_to: str = "") -> bytes:
    """A mail without sender and date, which whoever sends it adds. Header values cannot hold a second line."""
    mail = EmailMessage(policy.SMTP)
    mail["To"], mail["Subject"] = one_line(to), one_line(subject)
    if reply_to:
        mail["Reply-To"] = one_line(reply_to)
    mail.set_content(f"{clean(text).strip()}\n", cte="base64")
    for each in files:
        main, _, sub = (mimetypes.guess_type(each.name)[0] or "application/octet-stream").partition("/")
        mail.add_attachment(each.data, maintype=main, subtype=sub, filename=one_line(each.name))
    return mail.as_bytes()


def read_letter(data: bytes) -> Letter:
    """Read a mail. Raises `UnreadableLetter`."""
    if len(data) > LARGEST:
        raise UnreadableLetter("package.mail_large", size=len(data), most=LARGEST)
    try:
        mail = BytesParser(policy=policy.compat32).parsebytes(data)
        parts = list(_parts(mail))
    except (RecursionError, ValueError, LookupError, MessageError) as wrong:
        if isinstance(wrong, UnreadableLetter):
            raise
        raise UnreadableLetter("package.mail_broken") from None
    if not any(mail.get(name) for name in ("From", "To", "Subject", "Date", "Message-ID", "MIME-Version")):
        raise UnreadableLetter("package.no_mail")
    files, closed, links = [], [], []
    for part in parts:
        name, body = _name(part), _body(part)
        if not name:
            links += _LINK.findall(_decoded(body[:_MOST_TEXT], _charset(part)))
        elif name.rpartition(".")[2].casefold() in _ARCHIVES:
            inside = _listed(body)
            files += inside
            closed += [name] if not inside else []
        else:
            files.append(Attached(name, len(body), _kind(body)))
    return Letter(_header(mail, "subject"), _receivers(mail), tuple(files), tuple(dict.fromkeys(links)), tuple(closed))


def _parts(mail: Message) -> Iterator[Message]:
    """All parts that hold something, also those of mails inside."""
    waiting, count = [mail], 0
    while waiting:
        part = waiting.pop()
        count += 1
        if count > MOST_PARTS:
            raise UnreadableLetter("package.mail_parts", most=MOST_PARTS)
        inner = part.get_payload()
        if isinstance(inner, list):
            waiting += [each for each in reversed(inner) if isinstance(each, Message)]
        else:
            yield part


def _body(part: Message) -> bytes:
    body = part.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset() or ""
    except (LookupError, ValueError):
        return ""


def _name(part: Message) -> str:
    """The name of an attached file, "" for a text of the mail itself."""
    for header in ("content-type", "content-disposition"):
        for value in _raw(part, header):
            if any("\udc80" <= char <= "\udcff" for char in value):
                part.replace_header(header, _bare(value))
    try:
        found = part.get_filename() or ""
    except (LookupError, ValueError, TypeError, MessageError):
        found = ""
    name = one_line(_worded(found)).replace("\\", "/").rpartition("/")[2][:240]
    attached = part.get_content_disposition() == "attachment"
    if not name and (attached or part.get_content_maintype() not in ("text", "multipart")):
        return f"未命名{mimetypes.guess_extension(part.get_content_type()) or ''}"
    return name


def _raw(mail: Message, *names: str) -> list[str]:
    """Headers as they stand in the mail; asked for by name, those with bare bytes come without them."""
    return [str(value) for name, value in mail.raw_items() if name.casefold() in names][:50]


def _header(mail: Message, name: str) -> str:
    return one_line(_worded(next(iter(_raw(mail, name)), "")))


def _receivers(mail: Message) -> tuple[str, ...]:
    told = _raw(mail, "to", "cc")
    return tuple(address for _, address in getaddresses(told) if "@" in address)[:50]


def _worded(raw: str) -> str:
    """A header's value with its encoded words, and bytes that somebody left bare, in whatever charset they are."""
    raw = _bare(raw)
    try:
        pieces = decode_header(raw[:4000])
    except (ValueError, MessageError):
        return raw
    return "".join(piece if isinstance(piece, str) else _decoded(piece, charset or "") for piece, charset in pieces)


def _bare(raw: str) -> str:
    """A header with its bare bytes, if it has any, as characters."""
    if not any("\udc80" <= char <= "\udcff" for char in raw):
        return raw
    return _decoded(raw.encode("utf-8", "surrogateescape"), "")


def _decoded(data: bytes, charset: str) -> str:
    """Bytes as text: by the charset they name where that is true, else by the usual ones."""
    for name in (charset, *_CHARSETS):
        try:
            # Only text encodings: "zlib" and the like are codecs, too, and unpack what they are given.
            if name and codecs.lookup(name)._is_text_encoding:
                return data.decode(name)
        except (LookupError, ValueError):
            continue
    return data.decode("utf-8", "replace")


def _kind(body: bytes) -> str:
    if body[4:8] == b"ftyp":
        return "film"
    return next((kind for beginning, kind in _BEGINNINGS if body.startswith(beginning)), "")


def _listed(body: bytes) -> list[Attached]:
    """The files in a zip by its directory, which is not unpacked; [] for what cannot be looked into."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            infos = [each for each in archive.infolist() if not each.is_dir()][:MOST_NAMES]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        return []
    return [Attached(_inside(each).rpartition("/")[2], each.file_size) for each in infos]


def _inside(info: zipfile.ZipInfo) -> str:
    """A name in an archive; Windows writes them in GBK and says nothing of it."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return _decoded(info.filename.encode("cp437"), "")
    except UnicodeEncodeError:
        return info.filename
