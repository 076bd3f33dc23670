"""How a message is delivered when something goes wrong on its way, by what it is to its reader.

A crash between "sending" and "sent" leaves a doubt that nobody can resolve. What to do then depends on the message: one
whose repetition changes nothing is sent again; one that must arrive is sent again and says so; one that goes to many is
reported as unknown.
"""

from __future__ import annotations

from enum import StrEnum


class Policy(StrEnum):
    """What to do with a message that may or may not have been delivered."""

    IDEM = "idem"
    MUST = "must"
    ONCE = "once"


#: Kinds that go to many at once and come after everything else.
BULK = frozenset({"broadcast"})
#: Kinds that belong to the address they were written for: answers to what came from there, and codes that try it.
BOUND = frozenset({"reply", "mail_code"})
#: Tries of one message before it becomes a dead letter; with the pauses below about two hours.
MOST_TRIES = 16
_LONGEST_PAUSE = 900.0


def policy(kind: str, *, edits: bool) -> Policy:
    """The policy of a message of a kind; `edits`: it replaces an earlier message, which may well happen twice."""
    if edits or kind in ("card", "mail_code"):
        return Policy.IDEM
    return Policy.ONCE if kind in BULK else Policy.MUST


def rank(kind: str) -> int:
    """Which message goes first of those that wait: answers, then notices, then what goes to many."""
    return 2 if kind in BULK else 0 if kind == "reply" else 1


def pause(tries: int) -> float:
    """Seconds before the next try after `tries` tries that failed: 1, 2, 4 … and 900 at most."""
    return min(2.0 ** max(tries - 1, 0), _LONGEST_PAUSE)
