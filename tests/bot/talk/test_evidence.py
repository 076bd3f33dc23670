"""A text and pictures in any number of messages: what is taken, what is not and why, and when it is enough."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.talk.evidence import MOST_FILES, Evidence
from bot.talk.fields import Outcome, Pieces, Refused, Took, Undo
from bot.talk.lines import line
from bot.talk.messages import File, Incoming, Press

QUESTION = Evidence(text=line("duty.evidence"), needs=("图文资料",), pictures=True)


def message(text: str = "", *names: str, press: str = "") -> Incoming:
    files = tuple(File(name, 3, name.rpartition("/")[0] or name) for name in names)
    pressed = Press("1/evidence", press) if press else None
    return Incoming("fake", "1", "1", datetime(2020, 7, 8, tzinfo=UTC), text, pressed, files)


def hear(incoming: Incoming, *pieces: Any) -> Outcome:
    return QUESTION.hear(pieces, incoming)


def keys(outcome: Outcome) -> list[str]:
    return [said.key for said in outcome.lines]


def picture(name: str = "a.jpg") -> dict[str, Any]:
    return {"file": [name, 3, name]}


def test_a_text_and_a_picture_are_enough_and_either_alone_is_not() -> None:
    done = message("完成")
    assert keys(hear(done)) == ["duty.evidence_words", "duty.evidence_pictures"]
    assert keys(hear(done, {"words": "办了活动"})) == ["duty.evidence_pictures"]
    assert keys(hear(done, picture())) == ["duty.evidence_words"]
    answer = {"words": "办了活动\n很热闹", "files": [["a.jpg", 3, "a.jpg"]]}
    assert hear(done, {"words": "办了活动"}, picture(), {"words": "很热闹"}) == Took(answer)
    assert hear(message(press="!done"), {"words": "办了活动\n很热闹"}, picture()) == Took(answer)


def test_a_document_may_stand_for_both() -> None:
    assert hear(message("完成"), picture("总结.docx")) == Took({"words": "", "files": [["总结.docx", 3, "总结.docx"]]})


def test_all_files_of_one_message_are_taken_but_those_of_other_kinds_and_twins() -> None:
    outcome = hear(message("", "b.PNG", "c.exe", "无后缀", "a.jpg"), picture("a.jpg"))
    assert outcome == Pieces(({"file": ["b.PNG", 3, "b.PNG"]},), outcome.lines)
    assert [(said.key, said.facts.get("names"), said.facts.get("count")) for said in outcome.lines] == [
        ("duty.evidence_kind", ["c.exe", "无后缀"], None), ("duty.evidence_again", None, 1),
    ]  # fmt: skip


def test_more_files_than_a_report_takes_are_named_and_not_lost_in_silence() -> None:
    full = [picture(f"{n}.jpg") for n in range(MOST_FILES - 1)]
    outcome = hear(message("", "x.jpg", "y.jpg", "z.jpg"), *full)
    assert isinstance(outcome, Pieces)
    assert [each["file"][0] for each in outcome.values] == ["x.jpg"]
    assert outcome.lines[0].facts["left"] == ["y.jpg", "z.jpg"]
    assert isinstance(hear(message("", "w.jpg"), *full, picture("x.jpg")), Refused)


def test_the_last_step_is_taken_back_and_an_endless_text_is_refused() -> None:
    assert keys(hear(message("撤回"))) == ["duty.evidence_nothing"]
    assert isinstance(hear(message("撤回"), picture()), Undo)
    assert keys(hear(message("长" * 20_001))) == ["duty.evidence_long"]
    assert keys(hear(message(" "))) == ["engine.text_please"]


def test_an_answer_is_opened_again_as_it_was_given() -> None:
    answer = {"words": "办了活动", "files": [["a.jpg", 3, "a.jpg"]]}
    assert hear(message("完成"), *QUESTION.reopen(answer)) == Took(answer)
