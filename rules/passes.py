"""The permission to look at a campaign's board: a signed text that names one admin's seat and its end.

A token is `seat ‖ person ‖ end ‖ MAC` in base64url, 48 characters. The link that a chat shows and the cookie that it is
exchanged for have keys of their own, so that neither can stand in for the other. It holds no secret, and whether the
seat still exists is asked anew whenever the token is used.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime

#: What a token is for: the link in a chat, and the session of a browser.
LINK, SESSION = b"board link", b"board session"
_SHAPE = struct.Struct(">QQI")
_MAC = 16


class NoPass(Exception):
    """A text is no permission that this deployment gave for this purpose, or it was changed or cut on its way."""


class PassOver(Exception):
    """A permission was good, but its time is over; its admin asks for a new one."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One admin's seat and the person who had it; good before `ends` (aware, whole seconds)."""

    seat: int
    person: int
    ends: datetime


def sealed(key: bytes, purpose: bytes, given: Pass) -> str:
    """The token of a permission; `key` is the deployment's."""
    body = _SHAPE.pack(given.seat, given.person, int(given.ends.timestamp()))
    return base64.urlsafe_b64encode(body + _mac(key, purpose, body)).decode("ascii")


def opened(key: bytes, purpose: bytes, token: str, now: datetime) -> Pass:
    """The permission in a token; its time is looked at only after its MAC. Raises `NoPass`, `PassOver`."""
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except ValueError:  # not ASCII, or not base64
        raw = b""
    if base64.urlsafe_b64encode(raw).decode("ascii") != token:  # another spelling of the same bytes is not ours
        raw = b""
    body, mac = raw[:-_MAC], raw[-_MAC:]
    if len(body) != _SHAPE.size or not hmac.compare_digest(mac, _mac(key, purpose, body)):
        raise NoPass("expected a permission that this deployment gave for this, found another; check it is whole")
    seat, person, ends = _SHAPE.unpack(body)
    if now.timestamp() >= ends:
        raise PassOver("expected a permission that is still good, found one whose time is over; ask for a new one")
    return Pass(seat, person, datetime.fromtimestamp(ends, UTC))


def _mac(key: bytes, purpose: bytes, body: bytes) -> bytes:
    own = hmac.new(key, b"xinshi " + purpose, hashlib.sha256).digest()
    return hmac.new(own, body, hashlib.sha256).digest()[:_MAC]
