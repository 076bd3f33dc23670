"""A TOML text to frozen dataclasses, strictly: the dataclass *is* the schema, and every fault is found with its place.

A class says what it looks like in the file by its annotations; `Written` adds what an annotation cannot say (another
name, a reference, a bound, a reading of text). A class that must agree with itself has `problems()`, which yields
pairs (key, message). Nothing is coerced; a key nobody knows is a fault; reading goes on after a fault.

Two words of `rules/references.py` may stand wherever a value may stand, so that no fact is written twice. Every
alternative of a switch is checked wherever the switch is used: flipping it cannot break a file.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import (
    Any,
    Literal,
    TypeVar,
    Union,
    get_args,
    get_origin,
)

from rules.places import Node, NotToml, locate, plain
from rules.references import References
from rules.schema import Spec, Via, shown, specs

T = TypeVar("T")
#: What may be written for a value that is absent on purpose.
NONE_WRITTEN = ("无", "不限", "若干", "未定")
_KINDS: dict[Any, str] = {str: "文字", int: "整数", bool: "true 或 false"}


@dataclass(frozen=True, slots=True)
class NoticeFault:
    """One fault: the dotted path of the value, its line (from 1), and what was expected and found."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"第 {self.line} 行 {self.path or '（全文）'}：{self.message}"


class NoticeFaults(ValueError):
    """A file of rules cannot be used; `faults` lists everything that is wrong with it, in the order of its lines."""

    def __init__(self, faults: Iterable[NoticeFault]) -> None:
        self.faults = tuple(sorted(set(faults), key=lambda fault: (fault.line, fault.path, fault.message)))
        super().__init__("\n".join(map(str, self.faults)))


def read(
    cls: type[T], text: str, *, supplied: Mapping[str, Any] | None = None
) -> tuple[T, Mapping[str, tuple[str, ...]]]:
    """The text as one `cls`, and for each switch the paths it decides. Raises `NoticeFaults` with every fault.

    `supplied` holds the root's `given` attributes.
    """
    try:
        root = locate(text)
    except NotToml as error:
        raise NoticeFaults([NoticeFault(error.path, error.line, f"不是有效的 TOML：{error.reason}")]) from None
    reader = _Reader(root)
    reader.take_settings(cls)
    thing = reader.table(cls, root, supplied=supplied or {})
    reader.unused_switches()
    if reader.faults:
        raise NoticeFaults(reader.faults)
    return thing, {key: tuple(places) for key, places in reader.decides.items()}


class _Broken:
    """Stands for a value whose faults were already reported."""


_BROKEN = _Broken()


def _union_arms(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, types.UnionType) else (kind,)


class _Reader:
    def __init__(self, root: Node) -> None:
        self.root = root
        self.faults: list[NoticeFault] = []
        self.decides: dict[str, dict[str, None]] = {}
        self._specs: dict[type, tuple[Spec, ...]] = {}
        self._things: dict[tuple[str, str], Any] = {}
        self._references = References(root, self.fault)
        self._settings: dict[str, Any] = {}

    def take_settings(self, cls: type[Any]) -> None:
        """Read the settings at the top; a broken one is reported at its place and counts as its default."""
        for spec in specs(cls):
            if spec.notes.setting:
                node = self.root.value.get(spec.key)
                value = _BROKEN if node is None else self.value(spec, spec.kind, node, self.root)
                self._settings[spec.attribute] = spec.default if value is _BROKEN else value

    def fault(self, node: Node, message: str) -> _Broken:
        self.faults.append(NoticeFault(node.path, node.line, message))
        return _BROKEN

    # ── tables ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def table(self, cls: type[Any], node: Node, *, outer: Node | None = None, supplied: Mapping[str, Any]) -> Any:
        if not isinstance(node.value, dict):
            return self.fault(node, f"应为一组键值，写的是{shown(node.value)}。")
        known = self._specs[cls] = self._specs.get(cls) or specs(cls)
        keys = [spec.key for spec in known]
        unknown = [key for key in node.value if key not in keys]
        for key in unknown:
            self.fault(node.value[key], f"不认识的键“{key}”。这里可用的键：{'、'.join(keys)}。")
        values: dict[str, Any] = dict(supplied)
        for spec in known:
            child = node.value.get(spec.key)
            if child is None and spec.notes.inherits and outer is not None:
                child = outer.value.get(spec.key)
            if child is not None:
                values[spec.attribute] = self.value(spec, spec.kind, child, node)
            elif spec.required:
                values[spec.attribute] = self.fault(node, f"缺少“{spec.key}”。")
        if unknown or any(value is _BROKEN for value in values.values()):
            return _BROKEN
        thing = cls(**values)
        return thing if self._agrees(thing, node) else _BROKEN

    def _agrees(self, thing: Any, node: Node) -> bool:
        found = list(thing.problems()) if hasattr(thing, "problems") else []
        for key, message in found:
            self.fault(node.nearest(key), message)
        return not found

    # ── values ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def value(self, spec: Spec, kind: Any, node: Node, outer: Node) -> Any:
        if (switch := self._references.switch_at(node)) is not None:
            return self._switched(spec, kind, node, outer, switch)
        node = self._references.resolve(node)
        if node.value is None:
            return _BROKEN
        arms = _union_arms(kind)
        if type(None) in arms:
            if isinstance(node.value, str) and node.value in NONE_WRITTEN:
                return None
            (kind,) = (arm for arm in arms if arm is not type(None))
        if spec.notes.via and (spec.notes.whole or get_origin(kind) is not tuple):
            return self._via(spec.notes.via, node)
        if get_origin(kind) is tuple:
            return self._array(spec, get_args(kind)[0], node, outer)
        if spec.notes.refers:
            return self._reference(spec, kind, node)
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            return self.table(kind, node, outer=outer, supplied={})
        if get_origin(kind) is Literal:
            return self._one_of(get_args(kind), node)
        return self._scalar(spec, kind, node)

    def _scalar(self, spec: Spec, kind: type, node: Node) -> Any:
        found = node.value
        if kind is object:
            return plain(node)
        if type(found) is not kind:
            return self.fault(node, f"应为{_KINDS[kind]}，写的是{shown(found)}。")
        if isinstance(found, str) and (not found.strip() or found != found.strip()):
            return self.fault(node, "文字不能为空，首尾也不能有空白；没有这一项就不写这个键。")
        least = spec.notes.at_least
        if isinstance(found, int) and least is not None and found < least:
            return self.fault(node, f"应不小于 {least}，写的是 {found}。")
        return found

    def _one_of(self, allowed: tuple[Any, ...], node: Node) -> Any:
        if not any(node.value == each and type(node.value) is type(each) for each in allowed):
            return self.fault(node, f"应为其中之一：{'、'.join(map(str, allowed))}；写的是{shown(node.value)}。")
        return node.value

    def _via(self, via: Via, node: Node) -> Any:
        try:
            return via(plain(node), self._settings)
        except ValueError as error:
            return self.fault(node, str(error))

    def _reference(self, spec: Spec, kind: Any, node: Node) -> Any:
        table, found = spec.notes.refers, node.value
        declared = self._references.keyed(table)
        if not isinstance(found, str) or found not in declared:
            return self.fault(node, f"[[{table}]] 里没有{shown(found)}；有：{'、'.join(declared) or '（空）'}。")
        return found if kind is str else self._things.get((table, found), _BROKEN)

    def _array(self, spec: Spec, kind: Any, node: Node, outer: Node) -> Any:
        if not isinstance(node.value, list):
            return self.fault(node, f"应为列表，写的是{shown(node.value)}。")
        values: dict[int, Any] = {}
        seen: set[str] = set()
        for index, child in enumerate(node.value):
            value = values[index] = self.value(spec, kind, child, outer)
            if (name := _name(child, value)) is None:
                continue
            if name in seen:
                self.fault(child, f"“{name}”写了两次。")
            seen.add(name)
            if outer is self.root:
                self._things[spec.key, name] = value
        return _BROKEN if any(value is _BROKEN for value in values.values()) else tuple(values.values())

    def _switched(self, spec: Spec, kind: Any, node: Node, outer: Node, switch: Node) -> Any:
        if not isinstance(switch.value, str) or switch.value not in self._references.keyed("switch"):
            return self.fault(switch, f"[[switch]] 里没有{shown(switch.value)}。")
        self.decides.setdefault(switch.value, {})[node.path] = None
        result: Any = _BROKEN
        for alternative, in_force in self._references.alternatives(switch.value):
            value = self.value(spec, kind, alternative, outer)
            result = value if in_force else result
        return result

    def unused_switches(self) -> None:
        for key, node in self._references.keyed("switch").items():
            if key not in self.decides:
                self.fault(node, f"没有任何一处写着 {{ switch = “{key}” }}，这个开关不起作用。")


def _name(node: Node, value: Any) -> str | None:
    """By what an element is told from its neighbours: itself when it is text, else its key."""
    raw = plain(node.value["key"]) if isinstance(node.value, dict) and "key" in node.value else None
    name = value if isinstance(value, str) else raw or getattr(value, "key", None)
    return name if isinstance(name, str) else None
