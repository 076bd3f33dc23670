"""wechatpy's client with a limit of time and size on every call, in a bounded pool of threads.

wechatpy and requests put tokens into addresses and addresses into what they raise. So everything they raise is turned
here into a fault that holds none, and what they log is masked.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import requests
import urllib3
from wechatpy.client import WeChatClient
from wechatpy.exceptions import WeChatException

R = TypeVar("R")
#: Calls that wait for the platform at once; wechatpy is synchronous.
THREADS = 8
#: Bytes of an answer that is no file.
MOST_ANSWER = 1024 * 1024
_CHUNK = 64 * 1024
_SECRETS = re.compile(r"((?:access_token|secret|media_id)=)[^&\s\"']+")


class Refused(Exception):
    """The platform answered and did nothing. `code` is its errcode, `said` its words for it."""

    def __init__(self, code: int, said: str) -> None:
        super().__init__(f"expected errcode 0 from the platform, found {code}: {said}")
        self.code, self.said = code, said


class Unreached(Exception):
    """The platform was not reached, or the request was turned away before it: nothing was done."""


class Broken(Exception):
    """The request was under way when the answer failed to come whole: done or not, nobody knows."""


#: Everything a call can end in.
FAULTS = (Refused, Unreached, Broken)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for a connection, for the next bytes, and for a whole answer or download."""

    connect: float = 5.0
    read: float = 10.0
    answer: float = 20.0
    download: float = 120.0


class Session(requests.Session):
    """A session whose answers are bounded in time and size, that follows no redirect and reads no environment."""

    def __init__(self, patience: Patience) -> None:
        super().__init__()
        self.trust_env = False
        self.patience = patience
        self.date = ""

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """As requests does it; an answer asked for with `stream` is left to be read by the caller."""
        streamed = bool(kwargs.get("stream"))
        limits = {"timeout": (self.patience.connect, self.patience.read), "allow_redirects": False, "stream": True}
        until = time.monotonic() + self.patience.answer
        response = super().send(request, **{**kwargs, **limits})
        self.date = response.headers.get("Date", "")
        if not streamed:
            body = bytearray()
            for chunk in pieces(response):
                body += chunk
                if time.monotonic() > until or len(body) > MOST_ANSWER:
                    response.close()
                    raise requests.Timeout("the answer took too long or was too large")
            # requests has no public way to hand it a body that was read for it.
            response._content = bytes(body)
        return response


def pieces(response: requests.Response) -> Iterator[bytes]:
    """A body as it comes in. requests' own `iter_content` waits for whole chunks, and so past every limit of time."""
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        yield chunk


class Client(WeChatClient):  # type: ignore[misc]  # wechatpy has no types
    """wechatpy's client with the token handed in for each call, and one that never retries by itself."""

    def __init__(self, app_id: str, base_url: str, patience: Patience) -> None:
        super().__init__(app_id, "", auto_retry=False)
        self.API_BASE_URL = f"{base_url}/cgi-bin/"
        self._http = Session(patience)
        self.bearer = ""

    @property
    def access_token(self) -> str:
        """The token of the call under way."""
        return self.bearer

    def fetch_access_token(self, secret: str = "") -> Any:
        """A stable token: the answer of `stable_token`, which does not rotate it."""
        body = {"grant_type": "client_credential", "appid": self.appid, "secret": secret, "force_refresh": False}
        # That the key is there keeps wechatpy from asking for a token; None is left out of the address.
        return self.post("stable_token", data=body, params={"access_token": None})


class Wire:
    """Calls of the platform for an account, by threads that each have a client of their own."""

    def __init__(self, app_id: str, base_url: str, patience: Patience, threads: int = THREADS) -> None:
        self._app_id, self.base_url, self.patience = app_id, base_url, patience
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="wechat")
        self._own = threading.local()
        self._clients: list[Client] = []
        for name in ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry", "wechatpy.client.base"):
            logging.getLogger(name).addFilter(_masked)

    async def call(self, bearer: str, job: Callable[[Client], R]) -> R:
        """What `job` returns, run in a thread with this token. Raises one of `FAULTS`."""
        outcome = await asyncio.get_running_loop().run_in_executor(self._pool, self._attempt, bearer, job)
        if isinstance(outcome, FAULTS):
            raise outcome
        return outcome

    def dates(self) -> list[str]:
        """The `Date` of the last answer of each thread, as HTTP writes it."""
        return [client._http.date for client in self._clients if client._http.date]

    def close(self) -> None:
        """Begin nothing more; what is under way ends by its own limits."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for client in self._clients:
            client._http.close()

    def _attempt(self, bearer: str, job: Callable[[Client], R]) -> R | Refused | Unreached | Broken:
        client = self._client()
        client.bearer = bearer
        try:
            return job(client)
        except FAULTS as fault:
            return fault
        except (
            WeChatException,
            requests.RequestException,
            urllib3.exceptions.HTTPError,
            OSError,
            LookupError,
            ValueError,
            TypeError,
            AttributeError,
        ) as wrong:
            return _told(wrong, bearer)
        finally:
            client.bearer = ""

    def _client(self) -> Client:
        found: Client | None = getattr(self._own, "client", None)
        if found is None:
            found = self._own.client = Client(self._app_id, self.base_url, self.patience)
            self._clients.append(found)
        return found


def answered(result: Any) -> Mapping[str, Any]:
    """The platform's answer where it is an object of JSON. Raises `Broken` for anything else."""
    if not isinstance(result, Mapping):
        raise Broken("expected a JSON object from the platform, found something else")
    return result


def masked(text: str, *secret: str) -> str:
    """A text without these secrets and without the values of parameters that are secret."""
    for each in filter(None, secret):
        text = text.replace(each, "…")
    return _SECRETS.sub(r"\1…", text)


def _told(wrong: Exception, bearer: str) -> Refused | Unreached | Broken:
    """A fault that holds no address and no token."""
    if isinstance(wrong, WeChatException):
        if wrong.errcode is not None:
            return Refused(int(wrong.errcode), masked(str(wrong.errmsg), bearer)[:200])
        status = getattr(getattr(wrong, "response", None), "status_code", 0)
        said = f"expected HTTP 200 from the platform, found {status}"
        return Unreached(said) if 400 <= status < 500 else Broken(said)
    name = type(wrong).__name__
    if isinstance(wrong, (requests.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.InvalidURL)):
        return Unreached(f"expected a connection to the platform, found {name}")
    if isinstance(wrong, requests.ConnectionError) and _never_began(wrong):
        return Unreached(f"expected a connection to the platform, found {name}")
    return Broken(f"expected the platform's whole answer, found {name}")


def _never_began(wrong: requests.ConnectionError) -> bool:
    reason = getattr(wrong.args[0] if wrong.args else None, "reason", None)
    return isinstance(reason, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError))


class _Masked(logging.Filter):
    """Takes tokens out of the addresses in what libraries log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, masked."""
        record.msg, record.args = masked(record.getMessage()), ()
        return True


_masked = _Masked()
