"""The one exception of the web: a request that is not carried out, and the sentence that says why."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A request is refused for a reason the person can be told.

    `key` names the sentence in the page wording, `facts` its values; `status` is the HTTP status, `retry` the seconds
    after which it may be tried again (0: not by itself).
    """

    def __init__(self, status: int, key: str, *, retry: int = 0, **facts: Any) -> None:
        super().__init__(f"{status} {key}")
        self.status = status
        self.key = key
        self.retry = retry
        self.facts = facts
