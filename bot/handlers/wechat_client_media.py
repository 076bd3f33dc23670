"""Files that people sent to the account, streamed from the platform or from the hosts where it keeps them."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from bot.handlers.wechat_client_wire import Broken, Client, Refused, Unreached, masked, pieces

#: Whose hosts the platform itself names for videos and pictures.
_PLATFORM_HOSTS = ("qq.com", "qpic.cn", "wechat.com")
#: Bytes of an answer that is an object of JSON and no file.
_MOST_JSON = 64 * 1024
#: Addresses followed at most: the dict with `video_url`, and redirects of the host that keeps the file.
_MOST_HOPS = 4


class TooLarge(Exception):
    """A file is larger than what is taken. The message says the limit."""


class Download:
    """An open download, read piece by piece by whichever thread is free."""

    def __init__(self, response: requests.Response, first: bytes, chunks: Iterator[bytes], until: float) -> None:
        self._response, self._first, self._chunks, self._until = response, first, chunks, until
        self._read = 0

    def read(self, limit: int) -> bytes:
        """The next bytes, b"" at the end. Raises `TooLarge`, `Broken`, and what requests raises."""
        declared = self._response.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared) > limit:
            raise TooLarge(f"expected at most {limit} bytes, found {declared} declared")
        chunk, self._first = self._first or next(self._chunks, b""), b""
        self._read += len(chunk)
        if self._read > limit:
            raise TooLarge(f"expected at most {limit} bytes, found more")
        if time.monotonic() > self._until:
            raise Broken("expected the whole file in time, found it still coming")
        return chunk

    def close(self) -> None:
        """Let the connection go."""
        self._response.close()


def opened(client: Client, ref: str, base_url: str) -> Download:
    """A download of a MediaId, or of an address of the platform. Raises `Refused` (40007: expired), `Unreached`."""
    until = time.monotonic() + client._http.patience.download
    if ref.startswith(("http://", "https://")):
        url, params = _allowed(ref, base_url), None
    else:
        url, params = f"{client.API_BASE_URL}media/get", {"access_token": client.bearer, "media_id": ref}
    for _ in range(_MOST_HOPS):
        response = client._http.get(url, params=params, stream=True)
        params = None
        if response.is_redirect:
            url = _allowed(urljoin(url, response.headers["Location"]), base_url)
            response.close()
            continue
        _check_status(response)
        chunks = pieces(response)
        first = next(chunks, b"")
        if not first.startswith(b"{"):
            return Download(response, first, chunks, until)
        url = _allowed(_video_url(_object(response, first, chunks), client.bearer), base_url)
    raise Unreached(f"expected the file after at most {_MOST_HOPS} addresses, found another address")


def _check_status(response: requests.Response) -> None:
    status = response.status_code
    if status != 200:
        response.close()
        if status in (404, 410):
            raise Refused(40007, f"the file is no longer there (HTTP {status})")
        raise Unreached(f"expected HTTP 200 for the file, found {status}")


def _object(response: requests.Response, first: bytes, chunks: Iterator[bytes]) -> Any:
    """The answer that is no file. No picture, sound or film begins with a brace."""
    body = first
    while len(body) <= _MOST_JSON and (chunk := next(chunks, b"")):
        body += chunk
    response.close()
    return json.loads(body[: _MOST_JSON + 1])


def _video_url(found: Any, bearer: str) -> str:
    if isinstance(found, dict):
        if found.get("errcode"):
            raise Refused(int(found["errcode"]), masked(str(found.get("errmsg", "")), bearer)[:200])
        if isinstance(found.get("video_url"), str):
            return str(found["video_url"])
    raise Broken("expected a file, video_url or errcode from the platform, found something else")


def _allowed(url: str, base_url: str) -> str:
    """The address to follow: of the configured server as it is, of the platform's hosts by https, of nobody else."""
    parts = urlsplit(url)
    if (parts.scheme, parts.netloc) == urlsplit(base_url)[:2]:
        return url
    host = parts.hostname or ""
    known = any(host == each or host.endswith(f".{each}") for each in _PLATFORM_HOSTS)
    plain = parts.scheme in ("http", "https") and parts.username is None and parts.port in (None, 80, 443)
    if known and plain:
        return parts._replace(scheme="https", netloc=host).geturl()
    raise Unreached(f"expected an address of the platform, found one at {host[:80] or 'no host'}")
