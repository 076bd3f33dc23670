"""Who is at the browser: the cookie's token, the proof that a form came from our own page, and where a request is from.

A token is 256 bits. We store its SHA-256 only. A cookie that we did not issue never becomes an identity: redeeming an
invite always sets a token that depends on a secret of ours, on the cookie before it and on the invite code. So whoever
planted the earlier cookie cannot work out the new one, and a reply lost on the way is made up for by simply pressing
the button again: the same cookie and code lead to the same new token.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from web.config import WebConfig
from web.ports import Guests
from web.refused import Refused

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_HALF_A_YEAR = 180 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Guest:
    """A web identity at work: the token its browser holds, and its address."""

    token: str
    address: str


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def new_token() -> str:
    """256 random bits as 43 characters."""
    return _text(secrets.token_bytes(32))


def new_address() -> str:
    """A random name for a new web identity, 26 characters."""
    return base64.b32encode(secrets.token_bytes(16)).rstrip(b"=").decode("ascii").lower()


def named_after(hashed: bytes) -> str:
    """The name of the web identity that a token's hash leads to, where it must be the same each time; 26 characters."""
    name = hashlib.sha256(b"named after " + hashed).digest()[:16]
    return base64.b32encode(name).rstrip(b"=").decode("ascii").lower()


def token_hash(token: str) -> bytes:
    """What is stored of a token: 32 bytes."""
    return hashlib.sha256(token.encode("ascii")).digest()


def next_token(secret: bytes, *parts: str) -> str:
    """The token that follows from `parts` and our secret, the same each time."""
    return _text(hmac.new(secret, "\n".join(parts).encode(), hashlib.sha256).digest())


def form_key(token: str) -> str:
    """What a form carries to show that a page made for this token sent it."""
    return _text(hmac.new(token.encode("ascii"), b"form", hashlib.sha256).digest())[:32]


def read_token(request: Request, config: WebConfig) -> str:
    """The cookie's token if it has the shape of one, else ""; whether it is good, `Guests` knows."""
    token = request.cookies.get(config.cookie, "")
    return token if _TOKEN.fullmatch(token) else ""


def set_token(response: Response, token: str, config: WebConfig) -> None:
    """Sets the identity cookie for half a year from now."""
    response.set_cookie(
        config.cookie, token, max_age=_HALF_A_YEAR, path="/", secure=config.secure, httponly=True, samesite="lax"
    )


async def find_guest(request: Request, config: WebConfig, guests: Guests) -> Guest | None:
    """The identity of a request, or None."""
    if not (token := read_token(request, config)):
        return None
    address = await guests.known(token_hash(token))
    return None if address is None else Guest(token, address)


def check_key(token: str, given: str) -> None:
    """Refuses a form that was not made for this token."""
    if not token or not hmac.compare_digest(form_key(token).encode(), given.encode()):
        raise Refused(403, "stale")


def check_origin(request: Request, config: WebConfig) -> None:
    """Refuses a request that another site made. Under our own no-referrer policy a form's Origin is "null"."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise Refused(403, "elsewhere")
        return
    origin = request.headers.get("origin", "null")
    ours = {urlsplit(config.public_url).netloc, request.headers.get("host", "")} - {""}
    if origin != "null" and urlsplit(origin).netloc not in ours:
        raise Refused(403, "elsewhere")
