"""The headers of tus 1.0: numbers that are numbers, metadata that can be read, and nothing too long.

tus.io/protocols/resumable-upload, version 1.0.0 with the extensions creation, creation-with-upload, termination,
checksum and expiration.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from bot.handlers.webchat import file_name
from rules.cleaning import one_line
from rules.instants import from_micros
from storage.uploads import OPEN, Upload
from web.receiving import ALGORITHMS
from web.refused import Refused

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination,checksum,expiration"
#: The media type that a body of bytes must have.
OCTETS = "application/offset+octet-stream"
#: Bytes of the metadata header, and characters of the browser's mark of a file.
_MOST_METADATA, _MOST_MARK = 4096, 64
_NUMBER = re.compile(r"[0-9]{1,15}")
_KEY = re.compile(r"[!-+\--~]{1,64}")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a sender says of a file: its cleaned name, the browser's mark of its state, and the header as it came."""

    name: str
    mark: str
    labels: str


def number(raw: str | None) -> int:
    """A size or an offset in bytes. Raises `Refused`: no sign, no spaces, at most 15 digits."""
    if raw is None or not _NUMBER.fullmatch(raw):
        raise Refused(400, "upload_bad")
    return int(raw)


def metadata(header: str) -> Metadata:
    """The header `Upload-Metadata`. Raises `Refused` for one that is misshapen or too long."""
    if len(header) > _MOST_METADATA:
        raise Refused(431, "upload_bad")
    values: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _, text = pair.partition(" ")
        if not _KEY.fullmatch(key) or key in values:
            raise Refused(400, "upload_bad")
        try:
            values[key] = base64.b64decode(text, validate=True).decode("utf-8", "replace")
        except ValueError:
            raise Refused(400, "upload_bad") from None
    name = file_name(one_line(values.get("filename") or values.get("name") or ""))
    return Metadata(name, one_line(values.get("mark", ""))[:_MOST_MARK], header)


def standing(upload: Upload) -> dict[str, str]:
    """The headers that tell how far an upload is."""
    told = {"upload-offset": str(upload.arrived), "upload-length": str(upload.length)}
    if upload.labels:
        told["upload-metadata"] = upload.labels
    return told | expiry(upload)


def expiry(upload: Upload) -> dict[str, str]:
    """Until when an unfinished upload may be resumed."""
    if upload.state != OPEN:
        return {}
    at: datetime = from_micros(upload.expires).astimezone(UTC)
    return {"upload-expires": format_datetime(at, usegmt=True)}


def abilities(largest: int) -> dict[str, str]:
    """What the server can do, for OPTIONS."""
    return {
        "tus-version": VERSION,
        "tus-extension": EXTENSIONS,
        "tus-max-size": str(largest),
        "tus-checksum-algorithm": ",".join(ALGORITHMS),
    }
