"""The notice file while it is drafted: tables with values, each with its source, and the questions left for a human."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rules.drafting.clauses import Sentence


@dataclass(frozen=True, slots=True)
class Question:
    """What the notice does not settle, with the place in the file and the clause it arises from."""

    text: str
    clause: str = ""


@dataclass(slots=True)
class Entry:
    """One value, or (`value` None) one that a human must fill: `example` shows how it is written."""

    key: str
    value: Any
    source: Sentence | None = None
    note: str = ""
    question: Question | None = None
    example: str = ""


@dataclass(slots=True)
class Table:
    """One table of the file: [name] or, when `many`, [[name]]."""

    name: str
    many: bool = False
    entries: list[Entry] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def put(
        self,
        key: str,
        value: Any,
        source: Sentence | None = None,
        *,
        note: str = "",
        ask: str = "",
        clause: str = "",
    ) -> None:
        """A value with its source; `ask` is the question that it leaves open."""
        question = Question(ask, clause or (source.clause if source else "")) if ask else None
        self.entries.append(Entry(key, value, source, note, question))

    def remark(self, ask: str, source: Sentence) -> None:
        """A question that stands in this table and belongs to no key of it."""
        self.entries.append(Entry("", None, source, question=Question(ask, source.clause)))

    def lack(self, key: str, ask: str, example: str, source: Sentence | None = None) -> None:
        """A value that must be there and that the notice does not give."""
        question = Question(ask, source.clause if source else "")
        self.entries.append(Entry(key, None, source, "", question, example))

    def table(self, name: str, *, many: bool = False) -> Table:
        """A new table below this one."""
        made = Table(f"{self.name}.{name}" if self.name else name, many)
        self.tables.append(made)
        return made

    def walk(self) -> Iterator[Table]:
        yield self
        for below in self.tables:
            yield from below.walk()

    def get(self, key: str) -> Any:
        """The value of a key, None where it has none."""
        return next((entry.value for entry in self.entries if entry.key == key), None)


@dataclass(slots=True)
class Switches:
    """The unclear clauses with their readings: what is put where a switch decides."""

    root: Table

    def add(
        self, key: str, source: Sentence, question: str, why: str, alternatives: list[tuple[str, str, Any]]
    ) -> dict[str, str]:
        """Registers a switch, the first alternative in force, and gives the value that points to it."""
        table = self.root.table("switch", many=True)
        taken = {other.get("key") for other in self.root.tables if other is not table}
        while key in taken:
            key += "_2"
        table.put("key", key)
        table.put("clause", source.clause)
        table.put("question", question, source, ask=question)
        table.put("reading", alternatives[0][0])
        table.put("why", why)
        listed = [{"key": name, "label": label, "value": value} for name, label, value in alternatives]
        table.put("alternatives", listed)
        return {"switch": key}
