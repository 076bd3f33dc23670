"""What a button carries through a platform: which message it stood under and which of its choices it is, sealed.

`callback_data` of Telegram holds 64 bytes, and whoever writes their own client may send back any. So a button carries
the number of its message in the outbox, the place of its choice, and a MAC under the deployment's key; what the choice
means is looked up. Source of the limit: Telegram Bot API, InlineKeyboardButton.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

_MAC = 9


def seal(key: bytes, number: int, place: int) -> str:
    """A button's text: ASCII letters, digits, "-" and "_", at most 40 bytes."""
    body = number.to_bytes(8, "big") + place.to_bytes(2, "big")
    return base64.urlsafe_b64encode(body + _mac(key, body)).decode().rstrip("=")


def unseal(key: bytes, text: str) -> tuple[int, int] | None:
    """The message's number and the choice's place; None for anything that this deployment did not seal."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    body, mac = raw[:10], raw[10:]
    if len(body) != 10 or not hmac.compare_digest(mac, _mac(key, body)):
        return None
    return int.from_bytes(body[:8], "big"), int.from_bytes(body[8:], "big")


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.new(key, b"button\x00" + body, hashlib.sha256).digest()[:_MAC]
