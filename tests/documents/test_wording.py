"""Every way a Word form can be refused has a sentence, and every sentence of this file belongs to one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.talk.messages import BOLD
from bot.wording import house_wording
from documents import guard, read  # noqa: F401  their classes are found through Refused
from documents.kinds import OtherFile, Refused

FILE = Path(__file__).parents[2] / "templates/wording/zh/document.toml"
FACTS: dict[str, list[dict[str, Any]]] = {
    "too_big": [{"mb": 21, "limit": 20}],
    "exploding": [{"limit": 100}],
    "external": [{"kind": kind} for kind in ("template", "picture", "object", "frame", "part")],
    "another_form": [
        {"title": "申报表", "annex": "附件1", "found": found, "all": 9, "is_title": is_title, "is_annex": "附件2"}
        for found, is_title in ((0, ""), (3, ""), (6, "推荐表"))
    ],
}
#: Remarks about a form that was read: key -> facts.
NOTES: dict[str, list[dict[str, Any]]] = {
    "unsure": [{"label": "主题", "options": ["甲"]}, {"label": "主题", "options": ["甲", "乙"]}],
    "unknown_option": [{"label": "主题", "words": ["丙"]}],
    "repeated": [{"label": "联系人", "taken": "张三", "left": ["李四"]}],
    "measured": [{"label": "时长", "text": "3分钟"}],
    "opinion": [{"label": "意见", "text": "同意" * 100}],
    "file_inside": [{}],
    "rows": [{"rows": 2, "least": 3, "most": 4, "clause": "八1"}, {"rows": 2, "least": 3, "most": 4, "clause": ""}],
}


def refusals(kind: type[Refused] = Refused) -> Iterator[type[Refused]]:
    for each in kind.__subclasses__():
        yield from (each, *refusals(each))


CLASSES = sorted({each for each in refusals() if each is not OtherFile}, key=lambda each: each.key)


def test_every_refusal_has_a_key_of_its_own_and_a_meaning() -> None:
    assert len({each.key for each in CLASSES}) == len(CLASSES)
    assert all(each.__doc__ for each in CLASSES)


def test_the_file_holds_the_sentences_of_the_refusals_and_the_notes_and_no_others() -> None:
    written = tomllib.loads(FILE.read_text(encoding="utf-8"))["document"]
    assert set(written) == {each.key.removeprefix("document.") for each in CLASSES} | set(NOTES)


@pytest.mark.parametrize("each", CLASSES, ids=lambda each: each.__name__)
@pytest.mark.parametrize("name", ["申报表.docx", ""])
def test_every_refusal_says_what_was_found_and_how_to_mend_it(each: type[Refused], name: str) -> None:
    for facts in FACTS.get(each.key.removeprefix("document."), [{}]):
        said = house_wording().text(each.key, **each(name, **facts).facts)
        assert BOLD in said
        assert "请" in said or "换成" in said or "粘贴" in said
        assert ("“申报表.docx”" in said) == bool(name)
        assert "  " not in said
        assert "\n\n" not in said


@pytest.mark.parametrize("key", NOTES)
def test_every_note_can_be_said(key: str) -> None:
    for facts in NOTES[key]:
        assert len(house_wording().text(f"document.{key}", **facts)) > 10
