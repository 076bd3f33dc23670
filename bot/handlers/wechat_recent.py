"""What was answered lately, so that a retried or replayed request gets the same answer and changes nothing."""

from __future__ import annotations

from typing import Generic, TypeVar

_Value = TypeVar("_Value")


class Recent(Generic[_Value]):
    """Values by key, kept for at least `seconds` or until `most` newer ones came, and at most twice as long.

    Two generations instead of single expiries: nothing is searched, and a value costs two look-ups.
    """

    def __init__(self, *, seconds: float, most: int) -> None:
        self._seconds, self._most = seconds, most
        self._young: dict[str, _Value] = {}
        self._old: dict[str, _Value] = {}
        self._born = 0.0

    def get(self, key: str) -> _Value | None:
        """The value under a key, None where there is none (any more)."""
        found = self._young.get(key)
        return self._old.get(key) if found is None else found

    def put(self, key: str, value: _Value, now: float) -> None:
        """Keep a value; `now` in seconds of any clock that does not go back."""
        if len(self._young) >= self._most or now - self._born > self._seconds:
            self._old, self._young, self._born = self._young, {}, now
        self._young[key] = value

    def drop(self, key: str) -> None:
        """Forget a value."""
        self._young.pop(key, None)
        self._old.pop(key, None)
