"""The official form: its fields in the order of the annex, and what each may hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from rules.schema import Written

Kind = Literal[
    "line", "text", "phone", "email", "date", "number", "sections", "boxes", "person_phone", "measured", "opinion"
]
Source = Literal["ask", "film", "registration", "stamp"]

#: Who fills a cell of this kind when it is not the liaison.
_SOURCES: dict[str, str] = {"measured": "film", "opinion": "stamp"}


@dataclass(frozen=True, slots=True)
class Field:
    """One cell of the form.

    `label` is what the label cell prints. `source`: asked in chat, measured from the film, known from the registration,
    or left for a stamp. `into` names the field in whose cell this one lies, when the annex gives it none of its own: it
    is asked or stamped like any other, and printed at the end of that cell, behind its label.
    """

    key: str
    label: str
    kind: Kind
    clause: Annotated[str, Written(inherits=True)]
    required: bool = True
    #: Upper limit in 字, inclusive; `near` is the length below which a text is far shorter than was meant.
    limit: Annotated[int | None, Written(at_least=1)] = None
    near: Annotated[int | None, Written(at_least=1)] = None
    #: Sections: the compulsory headings as printed, and one sentence of guidance for each.
    headings: tuple[str, ...] = ()
    guides: tuple[str, ...] = ()
    #: Boxes: what may be picked; `other` is the box that takes a text, `open` allows words of one's own beside them.
    options: tuple[str, ...] = ()
    other: str | None = None
    other_required: bool = False
    open: bool = False
    several: bool = False
    #: A text that must hold figures (要有数据): the liaison is warned when it has no digit.
    figures: bool = False
    hint: str = ""
    example: str = ""
    source: Source = "ask"
    into: str | None = None
    #: In a form with rows: asked once for the whole form, and printed in its first row.
    once: bool = False
    #: Opinions: the promise printed above the stamp, who signs (in the notice's words), whether a date line stands.
    printed: str = ""
    signs: str = ""
    dated: bool = False

    def problems(self) -> Iterator[tuple[str, str]]:
        yield from self._source_problems()
        yield from self._boxes_problems()
        if (self.kind == "sections") != bool(self.headings):
            yield "headings", "分段填写（sections）要列出各段标题，其他类型不列。"
        if self.guides and len(self.guides) != len(self.headings):
            yield "guides", f"有 {len(self.headings)} 个标题，却有 {len(self.guides)} 条说明。"
        if self.limit and self.kind not in ("line", "text", "sections"):
            yield "limit", f"“{self.kind}”没有字数上限。"
        if self.near and (not self.limit or self.near > self.limit):
            yield "near", "“near”是提醒偏短的字数，应与 limit 同写，且不大于 limit。"
        if self.source == "ask" and not self.hint:
            yield "hint", "要向联络员询问的一项，请写一句说明（hint）。"

    def _source_problems(self) -> Iterator[tuple[str, str]]:
        expected = _SOURCES.get(self.kind)
        if expected and self.source != expected:
            yield "source", f"“{self.kind}”不向联络员询问，source 应为“{expected}”。"
        if not expected and self.source in _SOURCES.values():
            yield "source", f"source“{self.source}”只用于“{_kind_of(self.source)}”。"
        if self.kind == "opinion" and not self.signs:
            yield "signs", "盖章意见要写明由谁签章（signs）。"

    def _boxes_problems(self) -> Iterator[tuple[str, str]]:
        if (self.kind == "boxes") != bool(self.options):
            yield "options", "选项（options）与“boxes”类型同用：勾选项要有选项，其他类型没有。"
        if self.other and self.other not in self.options:
            yield "other", f"“{self.other}”不在选项之中。"
        if self.other_required and not self.other:
            yield "other_required", "没有“其他”项，就没有要写明的内容。"
        if (self.several or self.open) and self.kind != "boxes":
            yield "several" if self.several else "open", "只有勾选项（boxes）可以多选或自填。"


def _kind_of(source: str) -> str:
    return next(kind for kind, needed in _SOURCES.items() if needed == source)


@dataclass(frozen=True, slots=True)
class Rows:
    """A form with one row per person or thing: how many rows at least and at most."""

    least: Annotated[int, Written(at_least=1)]
    most: Annotated[int, Written(at_least=1)]
    clause: str

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.most < self.least:
            yield "most", f"最多 {self.most} 行，少于最少的 {self.least} 行。"


@dataclass(frozen=True, slots=True)
class Form:
    """An annex: its heading, its blank Word file (path from the project's root), its fields in order.

    `rows`: the labels are the head of a table and every row below holds one set of answers. `provisional`: the notice
    does not print this form; ours stands in and says so in `note`.
    """

    key: str
    title: str
    annex: str
    blank: str
    clause: str
    fields: Annotated[tuple[Field, ...], Written(name="field")]
    rows: Rows | None = None
    provisional: bool = False
    note: str = ""

    def problems(self) -> Iterator[tuple[str, str]]:
        keys = {field.key for field in self.fields}
        for field in self.fields:
            if field.into is not None and (field.into not in keys or field.into == field.key):
                yield f"field.{field.key}.into", f"表里没有“{field.into}”这一项（或指向了自己）。"
        if not any(field.source == "ask" for field in self.fields):
            yield "field", "表里没有一项要询问的内容。"
        if self.rows is None and any(field.once for field in self.fields):
            yield "field", "once（全表只填一次）只用于一行一位的表（[form.rows]）。"
        if self.provisional != bool(self.note):
            yield "note", "暂用表（provisional）要写一句说明（note），正式表不写。"
        if not self.blank.endswith(".docx"):
            yield "blank", f"空白表应是 .docx 文件，写的是“{self.blank}”。"

    def field(self, key: str) -> Field:
        """The field of this key. Raises `KeyError`."""
        for field in self.fields:
            if field.key == key:
                return field
        raise KeyError(f"form {self.key} has no field {key!r}; it has {', '.join(field.key for field in self.fields)}")
