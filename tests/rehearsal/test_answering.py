"""What people of a rehearsal answer is taken by the field that asks, whatever its notice calls it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from documents.fill import Blank
from rehearsal.answering import answer_of
from rehearsal.blanks import drawn, missing
from rehearsal.chores import rows_of
from rules.answers import read_answer
from rules.faults import Faulty
from rules.forms import Field, Form
from rules.notice import Notice, read_notice
from rules.rows import own as columns
from rules.rows import read_rows
from tests.campaigns.shipped import IDS, at, notice
from tests.drafting.words import drafted
from tests.rehearsal.own import WORKS, own

DRAFTS = ("lanhe", "anju", "binzhou", "danxia", "longquan", "yunmeng")
NOW = at("2026-03-10 10:00")


def _notice(name: str) -> Notice:
    return notice(name) if name in IDS else read_notice(drafted(name).text, name=name)


def taken(form: Form, field: Field, title: str, now: datetime = NOW) -> bool:
    """Whether the field takes what is said to it; of several pieces the last only ends it."""
    said = answer_of(field, title, now)[0]
    return said == "跳过" or not isinstance(read_answer(field, said), Faulty)


@pytest.mark.parametrize("name", [*IDS, *DRAFTS])
def test_every_field_of_every_notice_takes_its_answer(name: str) -> None:
    asked = [(form, field) for form in _notice(name).forms for field in form.fields if field.source == "ask"]
    assert [(form.key, field.key) for form, field in asked if not taken(form, field, "诚信菜市场（东岭区9）")] == []


def test_a_form_for_several_kinds_is_answered_with_its_own() -> None:
    danxia = _notice("danxia")
    kind = next(field for field in danxia.forms[0].fields if field.kind == "boxes")
    said = {track.label: kind.options[int(answer_of(kind, "题", NOW, track)[0]) - 1] for track in danxia.tracks}
    assert said == {"实践案例": "实践案例", "助农短视频": "助农短视频"}


def test_a_text_keeps_its_limit_and_says_the_whole_where_there_is_room() -> None:
    story = own(WORKS).form("case").field("story")
    short, long = (answer_of(replace(story, limit=limit), "题", NOW)[0] for limit in (20, 2000))
    assert len(short) == 20
    assert "一、要解决的问题" in long and len(long) > 150


@pytest.mark.parametrize(("name", "form"), [("hongze-quiz-2020", "liaison"), ("binzhou", None), ("danxia", None)])
def test_rows_of_people_are_read_as_they_are_typed(name: str, form: str | None) -> None:
    forms = [each for each in _notice(name).forms if each.rows is not None and form in (None, each.key)]
    assert forms
    for each in forms:
        assert each.rows is not None
        read = read_rows(columns(each), rows_of(each, NOW))
        assert not isinstance(read, Faulty), read.faults
        assert len(read.value) == each.rows.least


@pytest.mark.parametrize("name", DRAFTS)
def test_a_blank_that_is_not_in_place_is_drawn_with_every_label_of_its_form(name: str, tmp_path: Path) -> None:
    one = _notice(name)
    ready = drawn(one, tmp_path)
    assert len(missing(one)) == len(one.forms)
    assert missing(ready) == ()
    assert [Blank.open(Path(form.blank)).missing(form) for form in ready.forms] == [()] * len(one.forms)
    assert {id(track.form) for track in ready.entered} <= {id(form) for form in ready.forms}
    assert drawn(notice("xian-2024"), tmp_path) is notice("xian-2024")
