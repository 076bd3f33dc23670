"""The two words by which a file says each fact once: `same` and `switch`.

`{ switch = "several_themes" }`        the value of the alternative that the organiser chose in the register
`{ same = "form.text.field.phone" }`   the value at another place of the file; further keys replace its own
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rules.places import Node

#: No honest chain of references is longer.
DEEPEST = 8


class References:
    """The keyed tables of one file, and where its references lead. `fault` hears of those that lead nowhere."""

    def __init__(self, root: Node, fault: Callable[[Node, str], Any]) -> None:
        self._root, self._fault = root, fault
        self._keyed = {name: _keyed(node) for name, node in root.value.items()}

    def keyed(self, table: str) -> Mapping[str, Node]:
        """The elements of `[[table]]` by their keys."""
        return self._keyed.get(table, {})

    def switch_at(self, node: Node) -> Node | None:
        """The name of the switch that stands in the place of a value, None when a value stands there."""
        return node.value["switch"] if isinstance(node.value, dict) and list(node.value) == ["switch"] else None

    def alternatives(self, switch: Any) -> list[tuple[Node, bool]]:
        """The values of a switch's alternatives, each with whether it is the reading in force."""
        register = self.keyed("switch").get(switch) if isinstance(switch, str) else None
        listed = register.value.get("alternatives") if register else None
        tables = self.resolve(listed).value if listed is not None else None
        if register is None or not isinstance(tables, list):
            return []
        reading = register.value.get("reading")
        keyed = [each for each in tables if isinstance(each.value, dict) and "key" in each.value]
        chosen = reading.value if reading is not None else None
        return [(each.value.get("value", each.value["key"]), each.value["key"].value == chosen) for each in keyed]

    def resolve(self, node: Node, *, depth: int = 0) -> Node:
        """The node itself, or what its reference leads to."""
        if depth > DEEPEST:
            return self._lost(node, "引用绕成了圈，请指向真正写有内容的一处。")
        if (switch := self.switch_at(node)) is not None:
            chosen = (value for value, in_force in self.alternatives(switch.value) if in_force)
            return self.resolve(next(chosen, node), depth=depth + 1)
        if not isinstance(node.value, dict) or "same" not in node.value:
            return node
        path = node.value["same"]
        target = self._root.find(path.value) if isinstance(path.value, str) else None
        if target is None:
            return self._lost(path, f"文件里没有“{path.value}”这个位置。")
        target = self.resolve(target, depth=depth + 1)
        own = {key: child for key, child in node.value.items() if key != "same"}
        if own and not isinstance(target.value, dict):
            return self._lost(node, "“same”指向单个值时，旁边不能再写别的键。")
        return Node({**target.value, **own}, node.path, node.line) if own else target

    def _lost(self, node: Node, message: str) -> Node:
        self._fault(node, message)
        return Node(None, node.path, node.line)


def _keyed(node: Node) -> dict[str, Node]:
    tables = node.value if isinstance(node.value, list) else []
    named = [table for table in tables if isinstance(table.value, dict) and "key" in table.value]
    return {table.value["key"].value: table for table in named if isinstance(table.value["key"].value, str)}
