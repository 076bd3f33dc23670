"""A text becomes frozen dataclasses strictly: each kind of fault is found at its line and path, all of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal

import pytest

from rules.reading import NoticeFaults, read
from rules.schema import Settings, Unreadable, Written, fraction


def shout(found: Any, settings: Settings) -> str:
    if found == "quiet":
        raise Unreadable("too quiet")
    return f"{found}{settings['mark']}"


@dataclass(frozen=True, slots=True)
class Switch:
    key: str
    reading: str
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    key: str
    value: object = None


@dataclass(frozen=True, slots=True)
class Room:
    key: str
    size: Annotated[int, Written(at_least=1)]
    clause: Annotated[str, Written(inherits=True)]
    kind: Literal["hall", "cell"] = "cell"
    doors: tuple[str, ...] = ()
    share: Annotated[Fraction | None, Written(via=fraction)] = None

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.kind == "cell" and self.size > 9:
            yield "size", "too large for a cell"


@dataclass(frozen=True, slots=True)
class House:
    id: Annotated[str, Written(given=True)]
    rooms: Annotated[tuple[Room, ...], Written(name="room")]
    entrance: Annotated[Room, Written(refers="room")]
    clause: str = "零"
    mark: Annotated[str, Written(setting=True)] = "!"
    call: Annotated[str, Written(via=shout)] = "?"
    open: bool = False
    switches: Annotated[tuple[Switch, ...], Written(name="switch")] = ()


GOOD = """\
entrance = "north"
call = "hey"
mark = "!!"
clause = "一"
[[room]]
key = "north"
size = 3
doors = ["a", "b"]
share = "30 %"
[[room]]
key = "south"
size = 2
clause = "二"
share = "无"
"""


def house(text: str) -> House:
    return read(House, text, supplied={"id": "h"})[0]


def faults(text: str) -> list[tuple[int, str]]:
    with pytest.raises(NoticeFaults) as caught:
        house(text)
    return [(fault.line, fault.path) for fault in caught.value.faults]


def test_a_sound_text_is_read_exactly() -> None:
    north = Room("north", 3, "一", doors=("a", "b"), share=Fraction(3, 10))
    south = Room("south", 2, "二", share=None)
    assert house(GOOD) == House("h", (north, south), north, "一", "!!", "hey!!")


@pytest.mark.parametrize(
    ("old", "new", "line", "path"),
    [
        ('call = "hey"', 'cal = "hey"', 2, "cal"),
        ("size = 3", "", 5, "room.north"),
        ("size = 3", 'size = "3"', 7, "room.north.size"),
        ("size = 3", "size = 3.0", 7, "room.north.size"),
        ("size = 3", "size = true", 7, "room.north.size"),
        ("size = 3", "size = 0", 7, "room.north.size"),
        ("size = 3", "size = 10", 7, "room.north.size"),
        ("size = 3", 'size = 3\nkind = "tower"', 8, "room.north.kind"),
        ('doors = ["a", "b"]', 'doors = ["a", "a"]', 8, "room.north.doors[2]"),
        ('doors = ["a", "b"]', 'doors = "a"', 8, "room.north.doors"),
        ('doors = ["a", "b"]', 'doors = ["a", ""]', 8, "room.north.doors[2]"),
        ('doors = ["a", "b"]', 'doors = ["a", " b"]', 8, "room.north.doors[2]"),
        ('share = "30 %"', "share = 0.3", 9, "room.north.share"),
        ('share = "30 %"', 'share = "third"', 9, "room.north.share"),
        ('share = "30 %"', 'share = "1/0"', 9, "room.north.share"),
        ('key = "south"', 'key = "north"', 10, "room.north"),
        ('entrance = "north"', 'entrance = "east"', 1, "entrance"),
        ('entrance = "north"', "entrance = 1", 1, "entrance"),
        ('call = "hey"', 'call = "quiet"', 2, "call"),
    ],
)
def test_each_kind_of_fault_is_found_at_its_place(old: str, new: str, line: int, path: str) -> None:
    assert faults(GOOD.replace(old, new, 1)) == [(line, path)]


def test_all_faults_are_reported_at_once_in_the_order_of_lines() -> None:
    text = GOOD.replace('"hey"', '"quiet"').replace("size = 3", "size = 0").replace("size = 2", "sise = 2")
    assert faults(text) == [(2, "call"), (7, "room.north.size"), (10, "room.south"), (12, "room.south.sise")]


def test_a_broken_thing_is_reported_once_and_not_again_where_it_is_referred_to() -> None:
    assert faults(GOOD.replace("size = 3", "size = 0")) == [(7, "room.north.size")]


SWITCH = """
[[switch]]
key = "width"
reading = "{reading}"
alternatives = [{{ key = "narrow", value = 2 }}, {{ key = "wide", value = {wide} }}]
"""
SWITCHED = GOOD.replace("size = 2", 'size = { switch = "width" }')


@pytest.mark.parametrize(("reading", "size"), [("narrow", 2), ("wide", 7)])
def test_a_switch_puts_its_chosen_value_in_force(reading: str, size: int) -> None:
    found, decides = read(House, SWITCHED + SWITCH.format(reading=reading, wide=7), supplied={"id": "h"})
    assert (found.rooms[1].size, dict(decides)) == (size, {"width": ("room.south.size",)})


def test_an_alternative_that_is_not_in_force_is_checked_all_the_same() -> None:
    assert faults(SWITCHED + SWITCH.format(reading="narrow", wide='"x"')) == [
        (19, "switch.width.alternatives.wide.value")
    ]


def test_a_switch_must_exist_and_decide_something() -> None:
    assert faults(SWITCHED) == [(12, "room.south.size.switch")]
    assert faults(GOOD + SWITCH.format(reading="narrow", wide=3)) == [(16, "switch.width")]


def test_the_same_value_is_taken_from_another_place_and_keys_beside_it_replace_its_own() -> None:
    text = GOOD.replace("size = 2", 'size = { same = "room.north.size" }')
    assert house(text).rooms[1].size == 3
    third = '[[room]]\nsame = "room.north"\nkey = "third"\nsize = 4\n'
    assert house(GOOD + third).rooms[2] == Room("third", 4, "一", doors=("a", "b"), share=Fraction(3, 10))


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ('{ same = "room.east.size" }', "room.south.size.same"),
        ('{ same = "room.south.size" }', "room.south.size"),
        ("{ same = 1 }", "room.south.size.same"),
        ('{ same = "room.north.size", k = 1 }', "room.south.size"),
    ],
)
def test_a_reference_that_leads_nowhere_or_in_a_circle_is_refused(written: str, path: str) -> None:
    assert faults(GOOD.replace("size = 2", f"size = {written}")) == [(12, path)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30 %", Fraction(3, 10)),
        ("30%", Fraction(3, 10)),
        ("7/10", Fraction(7, 10)),
        ("33.5 %", Fraction(67, 200)),
        (1, Fraction(1)),
    ],
)
def test_shares_are_exact(text: str | int, value: Fraction) -> None:
    assert fraction(text) == value


@pytest.mark.parametrize("text", [0.3, "", "%", "a/b", "1/0", True, None])
def test_an_inexact_or_meaningless_share_is_refused(text: Any) -> None:
    with pytest.raises(Unreadable):
        fraction(text)
