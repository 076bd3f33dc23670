"""Signed addresses of pages for one person: a file to get, a page to hand in files. What is signed is the permission.

A token is `expiry ‖ content ‖ MAC` in base64url. Each purpose has a key of its own, derived from the deployment's, so
that a token of one purpose is nothing for the other. It holds no secret: whom it is for can be read from it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.talk.messages import Attachment
from web.ports import LinkExpired, NotOurs

#: Characters of a token that messengers and mail programs still show and break as one address.
LONGEST = 199
_EXPIRY, _MAC = 4, 16
#: Bytes of content in a token of that length.
_ROOM = LONGEST * 3 // 4 - _EXPIRY - _MAC
_FILE, _UPLOAD, _PAGE, _VOTE = b"d", b"u", b"b", b"v"
#: Two bytes for most Chinese characters where UTF-8 takes three; it spells every character.
_CODEC = "gb18030"


class Links:
    """Makes and reads the signed addresses of one deployment."""

    def __init__(
        self,
        public_url: str,
        key: bytes,
        *,
        file_life: timedelta = timedelta(days=7),
        upload_life: timedelta = timedelta(days=2),
        page_life: timedelta = timedelta(days=14),
    ) -> None:
        """`public_url` ("https://host") is where people reach the pages, "" nowhere; `key` is the deployment's."""
        self._public_url = public_url.rstrip("/")
        self._keys = {purpose: _derived(key, purpose) for purpose in (_FILE, _UPLOAD, _PAGE, _VOTE)}
        self._lives = {_FILE: file_life, _UPLOAD: upload_life, _PAGE: page_life, _VOTE: page_life}

    def file(self, address: str, attachment: Attachment, at: datetime) -> str:
        """Where the person behind "channel:address" gets a file; "" without a public address."""
        return f"{self._public_url}{self.file_path(address, attachment, at)}" if self._public_url else ""

    def file_path(self, address: str, attachment: Attachment, at: datetime) -> str:
        """The same without the host, for our own pages.

        A name too long for a short token loses characters before its ending.
        """
        fixed = [address, attachment.kind, attachment.ref]
        name = _fitting(attachment.name, _ROOM - _length([*fixed, ""]))
        return f"/d/{self._sealed(_FILE, [*fixed, name], at)}"

    def upload(self, address: str, at: datetime, question: str = "") -> str:
        """Where the person behind "channel:address" hands in files; "" without a public address.

        What is handed in there answers `question` ("session/key", as in `Outgoing.question`), "" none in particular.
        """
        return f"{self._public_url}{self.upload_path(address, at, question)}" if self._public_url else ""

    def upload_path(self, address: str, at: datetime, question: str = "") -> str:
        """The same without the host. A question too long for a short token is left out: the turn asks then."""
        parts = [address, question] if question and _length([address, question]) <= _ROOM else [address]
        return f"/u/{self._sealed(_UPLOAD, parts, at)}"

    def page(self, address: str, at: datetime) -> str:
        """Where the person behind "channel:address" has their papers and shares; "" without a public address."""
        return f"{self._public_url}/b/{self._sealed(_PAGE, [address], at)}" if self._public_url else ""

    def open_page(self, token: str, now: datetime) -> str:
        """For whom a token of `page` was made: "channel:address". Raises `LinkExpired`, `NotOurs`."""
        return self._opened(_PAGE, token, now)[0]

    def voting(self, address: str, at: datetime) -> str:
        """What a browser keeps that may vote as the person behind "channel:address": a cookie's content."""
        return self._sealed(_VOTE, [address], at)

    def open_voting(self, token: str, now: datetime) -> str:
        """For whom a token of `voting` was made: "channel:address". Raises `LinkExpired`, `NotOurs`."""
        return self._opened(_VOTE, token, now)[0]

    def open_file(self, token: str, now: datetime) -> tuple[str, Attachment]:
        """For whom a token of `file` was made, and which file it stands for. Raises `LinkExpired`, `NotOurs`."""
        address, kind, ref, name = self._opened(_FILE, token, now)
        return address, Attachment(kind, ref, name)

    def open_upload(self, token: str, now: datetime) -> tuple[str, str]:
        """For whom and for which question a token of `upload` was made. Raises `LinkExpired`, `NotOurs`."""
        address, *question = self._opened(_UPLOAD, token, now)
        return address, question[0] if question else ""

    def _sealed(self, purpose: bytes, parts: list[str], at: datetime) -> str:
        if any("\0" in part for part in parts):
            raise ValueError("expected text without NUL in a link, found one; check what the file is called")
        ends = int((at + self._lives[purpose]).astimezone(UTC).timestamp())
        body = ends.to_bytes(_EXPIRY, "big") + "\0".join(parts).encode(_CODEC, "replace")
        return base64.urlsafe_b64encode(body + self._mac(purpose, body)).decode("ascii").rstrip("=")

    def _opened(self, purpose: bytes, token: str, now: datetime) -> list[str]:
        """The parts of a token. Its time is looked at only after its MAC, and it ends at its last second exactly."""
        raw = _raw(token)
        body, mac = raw[:-_MAC], raw[-_MAC:]
        if len(body) < _EXPIRY or not hmac.compare_digest(mac, self._mac(purpose, body)):
            raise NotOurs("expected a link that this deployment made for this page, found another; check it is whole")
        if now.timestamp() >= int.from_bytes(body[:_EXPIRY], "big"):
            raise LinkExpired("expected a link that is still good, found one whose time is over; make a new one")
        return body[_EXPIRY:].decode(_CODEC).split("\0")

    def _mac(self, purpose: bytes, body: bytes) -> bytes:
        return hmac.new(self._keys[purpose], body, hashlib.sha256).digest()[:_MAC]


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"xinshi signed page " + purpose).derive(key)


def _raw(token: str) -> bytes:
    """The bytes of a token in its one spelling; another spelling of the same bytes is not ours."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except ValueError:  # not ASCII, or not base64: "" opens as nothing
        return b""
    return raw if base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=") == token else b""


def _length(parts: list[str]) -> int:
    """Bytes of these parts in a token."""
    return len("\0".join(parts).encode(_CODEC, "replace"))


def _fitting(name: str, room: int) -> str:
    """A file's name in at most `room` bytes, its ending kept; never less than its ending."""
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 12:
        stem, dot, ending = name, "", ""
    tail = f"{dot}{ending}"
    while stem and len(f"{stem}{tail}".encode(_CODEC, "replace")) > room:
        stem = stem[:-1]
    return f"{stem or 'file'}{tail}"
