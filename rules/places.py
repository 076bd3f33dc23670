"""Where everything stands in a TOML text: the values that tomllib reads, each with its line and its path.

tomllib is the judge of what is TOML and what it means, but it forgets places. So the text is read twice: tomllib gives
the values, and a small scan of the same, now known to be sound, text gives the line of every key and element. The
packages that keep positions were not worth another dependency: what is missing is the walk in `_Scan`.

A path names a table by its `key` where it has one, else by its number counted from 1: `form.case.field.theme.limit`,
`track.case.quota[2].floor`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Step = str | int
Trail = tuple[Step, ...]

_TOKEN = re.compile(
    r"(?P<space>[ \t\r]+|\#[^\n]*)|(?P<newline>\n)|(?P<mark>[\[\]{}=,])"
    r'|(?P<text>"""(?:[^\\]|\\.)*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:\'{0,2})|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\')'
    r'|(?P<bare>[^\s\[\]{}=,\#"\']+)',
    re.DOTALL,
)
_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$")


class NotToml(ValueError):
    """The text is not TOML. `line` (from 1) and `path` (may be empty) say where, `reason` is tomllib's own."""

    def __init__(self, *, line: int, path: str, reason: str) -> None:
        super().__init__(f"第 {line} 行：{reason}")
        self.line, self.path, self.reason = line, path, reason


@dataclass(frozen=True, slots=True)
class Node:
    """One value of the text: a table (dict of nodes), an array (list of nodes) or a plain TOML value."""

    value: Any
    path: str
    line: int

    def find(self, path: str) -> Node | None:
        """The node that a path leads to from here, None when it leads nowhere."""
        return self._walk(_steps(path))[0]

    def nearest(self, path: str) -> Node:
        """The last node on the way that a path describes from here."""
        return self._walk(_steps(path))[1]

    def _walk(self, steps: list[str]) -> tuple[Node | None, Node]:
        if not steps:
            return self, self
        child = self._child(steps[0])
        return child._walk(steps[1:]) if child else (None, self)

    def _child(self, step: str) -> Node | None:
        match self.value:
            case dict(table):
                return table.get(step)
            case list(array):
                return next((each for index, each in enumerate(array) if _element(plain(each), index) == step), None)
        return None


def _steps(path: str) -> list[str]:
    return [step for step in re.split(r"\.|(?=\[)", path) if step]


def plain(node: Node) -> Any:
    """The value of a node as TOML gives it, without places."""
    match node.value:
        case dict(table):
            return {key: plain(child) for key, child in table.items()}
        case list(array):
            return [plain(child) for child in array]
        case value:
            return value


def locate(text: str) -> Node:
    """The whole text as a tree of nodes. Raises `NotToml`."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _explained(text, error) from None
    return _node(values, (), "", _Scan(text).lines, 1)


def _node(value: Any, trail: Trail, path: str, lines: dict[Trail, int], line: int) -> Node:
    line = lines.get(trail, line)
    if isinstance(value, dict):
        return Node(
            {key: _node(each, (*trail, key), _joined(path, key), lines, line) for key, each in value.items()},
            path,
            line,
        )
    if isinstance(value, list):
        return Node(
            [_node(each, (*trail, i), _joined(path, _element(each, i)), lines, line) for i, each in enumerate(value)],
            path,
            line,
        )
    return Node(value, path, line)


def _joined(path: str, step: str) -> str:
    return f"{path}{step}" if step.startswith("[") or not path else f"{path}.{step}"


def _element(value: Any, index: int) -> str:
    key = value.get("key") if isinstance(value, dict) else None
    return key if isinstance(key, str) and key else f"[{index + 1}]"


def _explained(text: str, error: tomllib.TOMLDecodeError) -> NotToml:
    message = str(error)
    found = _AT_LINE.search(message)
    line = int(found[1]) if found else text.count("\n") + 1
    head = "\n".join(text.splitlines()[: line if found else None])
    trails = [trail for trail, at in _Scan(head).lines.items() if at == line]
    path = ".".join(str(step) for step in trails[-1] if isinstance(step, str)) if trails else ""
    return NotToml(line=line, path=path, reason=_AT_LINE.sub("", message))


class _Scan:
    """The line of every key and array element, by trail. Text that is not TOML is scanned as far as it goes."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Trail, int] = {}
        self._counts: dict[Trail, int] = {}
        self._tokens = list(self._split(text))
        self._at = 0
        table: Trail = ()
        while self._at < len(self._tokens):
            table = self._statement(table)

    @staticmethod
    def _split(text: str) -> Iterator[tuple[str, str, int]]:
        line = 1
        for token in _TOKEN.finditer(text):
            kind, piece = token.lastgroup or "", token[0]
            if kind != "space":
                yield kind, piece, line
            line += piece.count("\n")

    def _peek(self) -> tuple[str, str, int]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "", 0)

    def _take(self) -> tuple[str, str, int]:
        token = self._peek()
        self._at += 1
        return token

    def _statement(self, table: Trail) -> Trail:
        kind, piece, _ = self._peek()
        if kind == "newline":
            self._at += 1
        elif piece == "[" and kind == "mark":
            table = self._header()
        elif kind in ("bare", "text"):
            self._pair(table)
        else:
            self._at += 1
        return table

    def _header(self) -> Trail:
        line = self._take()[2]
        array = self._peek()[1] == "["
        self._at += array
        trail: Trail = ()
        steps = self._key()
        for step in steps[:-1]:
            trail = self._inside((*trail, step))
        trail = (*trail, *steps[-1:])
        if array:
            self.lines.setdefault(trail, line)
            self._counts[trail] = self._counts.get(trail, -1) + 1
            trail = (*trail, self._counts[trail])
        self.lines[trail] = line
        self._at += 1 + array
        return trail

    def _inside(self, trail: Trail) -> Trail:
        return (*trail, self._counts[trail]) if trail in self._counts else trail

    def _key(self) -> tuple[str, ...]:
        """A dotted key up to the mark that ends it; a quoted part is one step."""
        steps: list[str] = []
        while self._peek()[0] in ("bare", "text"):
            kind, piece, _ = self._take()
            if kind == "text":
                steps.append(str(tomllib.loads(f"k = {piece}")["k"]))
            else:
                steps += [step for step in piece.split(".") if step]
        return tuple(steps)

    def _pair(self, table: Trail) -> None:
        line = self._peek()[2]
        trail = table
        for step in self._key():
            trail = (*trail, step)
            self.lines.setdefault(trail, line)
        self.lines[trail] = line
        self._at += self._peek()[1] == "="
        self._value(trail)

    def _value(self, trail: Trail) -> None:
        _, piece, _ = self._peek()
        if piece == "[":
            self._array(trail)
        elif piece == "{":
            self._inline(trail)
        else:
            while self._peek()[0] in ("bare", "text"):
                self._at += 1

    def _array(self, trail: Trail) -> None:
        self._at += 1
        index = 0
        while self._peek()[0] != "end" and self._peek()[1] != "]":
            kind, piece, line = self._peek()
            if kind == "newline" or piece in (",", "=", "}"):
                self._at += 1
                continue
            self.lines[(*trail, index)] = line
            self._value((*trail, index))
            index += 1
        self._at += 1

    def _inline(self, trail: Trail) -> None:
        self._at += 1
        while self._peek()[0] != "end" and self._peek()[1] != "}":
            if self._peek()[0] in ("bare", "text"):
                self._pair(trail)
            else:
                self._at += 1
        self._at += 1
