"""What a dataclass says about its place in a TOML file: the annotations are the schema, `Written` says the rest."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass
from fractions import Fraction
from typing import Annotated, Any, get_args, get_origin, get_type_hints

#: What a reading of text may depend on: those values at the top of the file that are marked as `setting`.
Settings = Mapping[str, Any]
Via = Callable[[Any, Settings], Any]


@dataclass(frozen=True, slots=True)
class Written:
    """What a type cannot say about an attribute in the file; it stands beside the type in `Annotated`.

    `name`: its key in the file when that differs.
    `refers`: the table of the file whose `key` it holds; an annotation of text keeps the key, a class gets the thing.
    `via`: reads a plain value (of a tuple: each element, or all of it when `whole`).
    `at_least`: bounds a number.
    `inherits`: takes the value of the enclosing table when the key is left out.
    `given`: not in the file at all, the program supplies it.
    `setting`: at the top of the file, and read before all else, for every `via`.
    """

    name: str = ""
    refers: str = ""
    via: Via | None = None
    whole: bool = False
    at_least: int | None = None
    inherits: bool = False
    given: bool = False
    setting: bool = False


@dataclass(frozen=True, slots=True)
class Spec:
    """How one attribute stands in the file."""

    attribute: str
    kind: Any
    required: bool
    default: Any
    notes: Written

    @property
    def key(self) -> str:
        return self.notes.name or self.attribute


def specs(cls: type[Any]) -> tuple[Spec, ...]:
    """The attributes of a class that the file holds, in order."""
    found = []
    hints = get_type_hints(cls, include_extras=True)
    for each in dataclasses.fields(cls):
        kind, notes = hints[each.name], Written()
        if get_origin(kind) is Annotated:
            kind, notes = get_args(kind)
        if not notes.given:
            found.append(Spec(each.name, kind, each.default is each.default_factory is MISSING, each.default, notes))
    return tuple(found)


class Unreadable(ValueError):
    """A value that a `via` reading refuses; the message says what was expected and found."""


def fraction(found: Any, _: Settings | None = None) -> Fraction:
    """An exact share from "30 %", "3/10", "1" or an integer. Raises `Unreadable`; a float is never exact enough."""
    if isinstance(found, int) and not isinstance(found, bool):
        return Fraction(found)
    if isinstance(found, str):
        text = found.strip()
        try:
            if text.endswith("%"):
                return Fraction(text.removesuffix("%").strip()) / 100
            return Fraction(text)
        except (ValueError, ZeroDivisionError):
            pass
    raise Unreadable(f"应为“30 %”或“3/10”这样的文字（小数不精确，不收），写的是{shown(found)}。")


def shown(value: Any) -> str:
    """A value as a fault quotes it: “文字”, 列表, 一组键值, true, 3."""
    match value:
        case dict():
            return "一组键值"
        case list():
            return "列表"
        case bool():
            return "true" if value else "false"
        case str():
            return f"“{value}”"
        case _:
            return f" {value}"
