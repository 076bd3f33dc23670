"""What a rule says about an answer: the value it read, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the key of its sentence in the wording ("field.too_long") and the plain values it needs.

    Every fault of a field carries `label` and `clause` ("" when the notice gives none).
    """

    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Value:
    """An answer in its JSON-plain form, with notices that do not stand in its way."""

    value: Any
    notes: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Faulty:
    """An answer that cannot be taken, with all its faults, in the order of the text."""

    faults: tuple[Fault, ...]


Read = Value | Faulty


class Unreadable(Exception):
    """Raised inside a reader for what ends reading; `reason` is a wording key without "field."."""

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(f"expected an answer of this kind, found {reason} {facts}: see the wording field.{reason}")
        self.reason, self.facts = reason, facts

    @property
    def all(self) -> tuple[Unreadable, ...]:
        """Every reason, in the order of the text."""
        return (self,)


class Misread(Unreadable):
    """Several reasons at once."""

    def __init__(self, reasons: Sequence[Unreadable]) -> None:
        super().__init__("several", reasons=[each.reason for each in reasons])
        self._all = tuple(each for some in reasons for each in some.all)

    @property
    def all(self) -> tuple[Unreadable, ...]:
        return self._all


def faults_of(wrong: Sequence[Unreadable], facts: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Reasons as faults of one field; `facts` are what all of them share."""
    return tuple(Fault(f"field.{each.reason}", {**facts, **each.facts}) for some in wrong for each in some.all)
