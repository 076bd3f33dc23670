"""What experts write for the others between two rounds: how much it may be, and its bytes of one length."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.faults import Fault

#: Characters of one remark, and bytes of everything that one expert writes in a round.
MOST, LENGTH = 300, 32 * 1024


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark on an entry after the tally, nobody's: `text` as it was written, `words` as an admin retyped it."""

    code: str
    entry: int
    text: str
    words: str = ""


def faults(texts: Mapping[int, str], entries: Sequence[int]) -> tuple[Fault, ...]:
    """Everything that keeps remarks from being kept, all at once."""
    return tuple(_faults(texts, entries))


def _faults(texts: Mapping[int, str], entries: Sequence[int]) -> Iterator[Fault]:
    if long := sorted(entry for entry, text in texts.items() if len(text) > MOST):
        yield Fault("remark.long", {"entries": long, "longest": max(len(texts[entry]) for entry in long), "most": MOST})
    if wrong := sorted(set(texts) - set(entries)):
        yield Fault("remark.not_yours", {"entries": wrong})
    size = len(_plain(texts))
    if size > LENGTH:
        yield Fault("remark.too_much", {"size": size, "most": LENGTH})


def encode(texts: Mapping[int, str]) -> bytes:
    """Remarks as bytes; everybody's have the same length. Raises `ValueError` for too many."""
    plain = _plain(texts)
    if len(plain) > LENGTH:
        raise ValueError(f"expected at most {LENGTH} bytes of remarks, found {len(plain)}")
    return plain.ljust(LENGTH)


def decode(raw: bytes) -> dict[int, str]:
    """The remarks by entry."""
    return {int(entry): text for entry, text in json.loads(raw).items()}


def _plain(texts: Mapping[int, str]) -> bytes:
    return json.dumps({str(entry): text for entry, text in texts.items() if text}, ensure_ascii=False).encode()
