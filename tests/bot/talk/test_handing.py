"""A question for files: one at once, several gathered, words beside it, and old answers that no longer fit."""

from __future__ import annotations

from typing import Any

import pytest

from bot.talk.fields import Command, Option, Pieces, Refused, Took, Undo, Unfit
from bot.talk.handing import MOST_FILES, HandIn
from bot.talk.lines import line
from bot.talk.messages import File, Incoming, Press
from tests.bot.talk.room import START

FILM = File("片.mp4", 5, "aa")
PAGES = (File("一.jpg", 1, "01"), File("二.jpg", 2, "02"), File("表.pdf", 3, "03"))


def question(**changes: Any) -> HandIn:
    given: dict[str, Any] = {
        "text": line("ask"), "label": "材料", "hint": line("hint"), "note": "CODE",
        "wanted": lambda file: not file.name.endswith(".txt"),
        "options": (Option("/暂停", "先存着"), Option("none", "不交")),
    }  # fmt: skip
    return HandIn(**{**given, **changes})


def several() -> HandIn:
    return question(several=True, whole=lambda file: file.name.endswith(".pdf"))


def heard(asked: HandIn, *files: File, pieces: tuple[Any, ...] = (), text: str = "", press: str = "") -> Any:
    pressed = Press("1/scan", press) if press else None
    return asked.hear(pieces, Incoming("test", "1", "1", START, text, pressed, files))


def facts(*files: File) -> tuple[dict[str, Any], ...]:
    return tuple({"name": file.name, "size": file.size, "sha256": file.sha256} for file in files)


def test_one_file_is_the_answer_and_others_are_named() -> None:
    answer = {"files": [*facts(FILM)], "for": "CODE"}
    assert heard(question(), FILM) == Took(answer)
    told = heard(question(), FILM, PAGES[0], PAGES[1])
    assert told == Took(answer, (line("engine.one_file", name="片.mp4", others=2),))


def test_several_are_gathered_until_the_person_is_done() -> None:
    assert heard(several(), *PAGES[:2]) == Pieces(facts(*PAGES[:2]))
    pieces = facts(*PAGES[:2])
    assert heard(several(), PAGES[2], pieces=pieces) == Pieces(facts(PAGES[2]))
    done = Took({"files": [*pieces], "for": "CODE"})
    assert [heard(several(), pieces=pieces, text=" 完成。"), heard(several(), pieces=pieces, press="!done")] == [
        done
    ] * 2
    assert heard(several(), pieces=pieces, text="撤回") == Undo((line("material.undone", name="二.jpg"),))
    assert heard(several(), pieces=pieces, text="还有吗") == Refused((line("hint"),))


def test_a_whole_file_alone_needs_no_end() -> None:
    assert heard(several(), PAGES[2]) == Took({"files": [*facts(PAGES[2])], "for": "CODE"})
    assert heard(several(), PAGES[2], PAGES[0]) == Pieces(facts(PAGES[2], PAGES[0]))


def test_the_same_picture_counts_once_and_too_many_are_refused_together() -> None:
    pieces = facts(*PAGES[:2])
    assert heard(several(), PAGES[0], pieces=pieces) == Refused((line("material.same_file", name="一.jpg"),))
    assert heard(several(), PAGES[0], PAGES[2], PAGES[2], pieces=pieces) == Pieces(facts(PAGES[2]))
    many = tuple(File(f"{number}.jpg", 1, f"f{number}") for number in range(MOST_FILES - 1))
    refused = heard(several(), *many, pieces=pieces)
    assert refused == Refused((line("material.too_many", most=MOST_FILES, names=[file.name for file in many]),))
    assert heard(several(), *many[1:], pieces=pieces) == Pieces(facts(*many[1:]))


@pytest.mark.parametrize(
    ("text", "press", "outcome"),
    [
        ("不交", "", Took({"none": "none"})),
        ("2", "", Took({"none": "none"})),
        ("", "none", Took({"none": "none"})),
        ("1", "", Command("暂停")),
        ("", "/暂停", Command("暂停")),
        ("完成", "", Refused((line("hint"),))),
        ("", "!done", Refused((line("hint"),))),
        ("", "other", Refused((line("hint"),))),
        ("给您", "", Refused((line("hint"),))),
    ],
)
def test_words_pick_an_option_or_change_nothing(text: str, press: str, outcome: Any) -> None:
    assert heard(question(), text=text, press=press) == outcome


def test_it_looks_as_what_was_gathered() -> None:
    assert [choice.label for choice in several().prompt(()).choices] == ["先存着", "不交"]
    prompt = several().prompt(facts(*PAGES[:2]))
    assert prompt.line == line("material.gathered", label="材料", names=["一.jpg", "二.jpg"])
    assert ([choice.label for choice in prompt.choices], prompt.numbered) == (["完成", "撤回"], False)


@pytest.mark.parametrize(
    "kept",
    [
        "一.jpg", None, {}, {"files": []}, {"files": ["一.jpg"]}, {"files": [{"name": "一.jpg", "size": "1"}]},
        {"none": "later"}, {"none": "/菜单"},
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_asked_again(kept: Any) -> None:
    assert isinstance(question().load(kept), Unfit)


def test_an_answer_that_fits_is_given_as_it_was_kept() -> None:
    for kept in ({"files": [*facts(FILM)], "for": ""}, {"none": "none"}):
        assert question().load(kept) == kept
    assert question().told({"files": [*facts(*PAGES[:2])], "for": ""}) == "一.jpg、二.jpg"
    assert [question().takes(File(name, 1, "00")) for name in ("说明.txt", "片.mp4")] == [False, True]
