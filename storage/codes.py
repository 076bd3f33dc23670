"""How codes that people type are kept: never themselves, only as keyed hashes."""

from __future__ import annotations

import hashlib
import hmac


def hashed(code: str, pepper: bytes) -> str:
    """The form in which a code is kept: an HMAC-SHA-256 under the deployment's own key, hex."""
    return hmac.new(pepper, b"invite\x00" + code.encode(), hashlib.sha256).hexdigest()
