"""Handing out files: streamed, by range where a player or a broken download asks for one, saved under their name."""

from __future__ import annotations

import re
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.handlers import webchat
from web.ports import Contents

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def disposition(name: str) -> str:
    """A Content-Disposition that saves under `name`: RFC 6266 with the UTF-8 form of RFC 5987 and a plain fallback."""
    name = webchat.file_name(name)
    ending = webchat.ending(name).lower()
    fallback = f"download.{ending}" if ending else "download"
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"


def handed_out(request: Request, contents: Contents, name: str) -> Response:
    """A file as an answer: all of it, or the one range that is asked for (RFC 9110, 14)."""
    headers = {
        "content-type": contents.kind,
        "content-disposition": disposition(name),
        "x-content-type-options": "nosniff",
        "accept-ranges": "bytes",
        "etag": f'"{contents.mark}"',
        "cache-control": "no-store",
    }
    asked = _asked(request, contents)
    if asked is not None and asked[0] >= asked[1]:
        return Response(status_code=416, headers={"content-range": f"bytes */{contents.size}"})
    start, end = asked or (0, contents.size)
    if asked is not None:
        headers["content-range"] = f"bytes {start}-{end - 1}/{contents.size}"
    headers["content-length"] = str(end - start)
    status = 200 if asked is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    return StreamingResponse(contents.chunks(start, end), status, headers)


def _asked(request: Request, contents: Contents) -> tuple[int, int] | None:
    """The range that is asked for, from and up to; None for all. An empty one cannot be given.

    What is not one plain range of bytes is read as a wish for all, as the standard allows.
    """
    found = _RANGE.fullmatch(request.headers.get("range", ""))
    known = request.headers.get("if-range")
    if found is None or not any(found.groups()) or (known is not None and known.strip('"') != contents.mark):
        return None
    first, last = found.groups()
    if not first:
        return max(0, contents.size - int(last)), contents.size
    end = min(int(last) + 1, contents.size) if last else contents.size
    return int(first), end
