"""Rows of a form filled in step by step: every step is a piece, so that the last can be taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import campaigns
from bot.flows.row_form import asked_of
from bot.talk.fields import Outcome, Pieces, Refused, Took, Undo
from bot.talk.messages import Incoming, Press
from bot.talk.rows import MOST, Rows, state_of

FORM = campaigns.load(Path(__file__).parents[3] / "campaigns", "hongze-quiz-2020").form("liaison")
QUESTION = asked_of(FORM)["rows"]
assert isinstance(QUESTION, Rows)
A, B, C = ({"name": name, "post": "科员", "phone": f"1380013800{n}"} for n, name in enumerate(("张三", "李四", "王五")))
ROWS = ({"add": A}, {"add": B}, {"add": C})


def hear(text: str, *pieces: Any, press: str = "") -> Outcome:
    pressed = Press("1/form/rows", press) if press else None
    return QUESTION.hear(pieces, Incoming("fake", "1", "1", datetime(2020, 7, 3, tzinfo=UTC), text, pressed))


def keys(outcome: Outcome) -> list[str]:
    return [said.key for said in outcome.lines]


def test_steps_make_rows() -> None:
    assert state_of(ROWS) == ([A, B, C], None)
    assert state_of((*ROWS, {"change": 1})) == ([A, B, C], 1)
    assert state_of((*ROWS, {"change": 1}, {"put": 1, "row": A})) == ([A, A, C], None)
    assert state_of((*ROWS, {"drop": 0})) == ([B, C], None)
    assert state_of((*ROWS, {"drop": 9}, {"change": 9}, {"put": 9, "row": A}, "x")) == ([A, B, C], None)


def test_words_and_buttons_mean_the_same_steps() -> None:
    for typed in ("改 2", "改2", "修改第2位", "换 2：", "改第２位"):
        assert hear(typed, *ROWS) == Pieces(({"change": 1},))
    for typed in ("删 3", "删除第3位", "去掉3"):
        assert hear(typed, *ROWS) == Pieces(({"drop": 2},))
    assert hear("", *ROWS, press="!change/2") == Pieces(({"change": 1},))
    assert hear("", *ROWS, press="!drop/3") == Pieces(({"drop": 2},))
    assert (hear("完成", *ROWS), hear("", *ROWS, press="!done")) == (Took([A, B, C]), Took([A, B, C]))
    assert isinstance(hear("撤回", *ROWS), Undo)


def test_what_a_button_of_somebody_else_or_an_old_one_says_breaks_nothing() -> None:
    for press in ("!change/9", "!drop/0", "!drop/x", "!put/1", "!add/1", "weird"):
        assert isinstance(hear("", *ROWS, press=press), Refused)


def test_a_changed_row_takes_the_place_of_the_old_one() -> None:
    assert hear("赵六 科长 13800138009", *ROWS, {"change": 0}) == Pieces(
        ({"put": 0, "row": {"name": "赵六", "post": "科长", "phone": "13800138009"}},)
    )
    assert hear("张三 科员 13800138000", *ROWS, {"change": 0}) == Pieces(({"put": 0, "row": A},))


def test_the_same_person_twice_and_a_flood_are_refused_and_nothing_is_lost() -> None:
    assert keys(hear("李四 科员 13800138001", *ROWS)) == ["duty.row_twin"]
    assert keys(hear("赵六 科长 13800138009\n赵六 科长 13800138009", *ROWS)) == ["duty.row_twin"]
    flood = "\n".join(f"人{n} 科员 138001{n:05d}" for n in range(MOST + 1))
    assert keys(hear(flood)) == ["duty.row_flood"]


def test_a_kept_answer_is_opened_again_as_its_rows() -> None:
    assert state_of(QUESTION.reopen([A, B, C])) == ([A, B, C], None)
