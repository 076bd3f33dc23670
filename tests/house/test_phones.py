"""Which sentences can show a telephone number, and to whom: a new one must be entered here, with its readers."""

from __future__ import annotations

import re
from pathlib import Path

from tests.house.test_wording import WORDING, written

#: What facts with numbers are called.
NUMBERS = re.compile(r"\b(phone|phones|contacts|mobile|tel)\b")
#: Facts that repeat what somebody wrote in a form, numbers included.
ANSWERS = re.compile(r"\b(row|rows|value)\b")
_CODE = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)

#: Sentences with numbers -> who reads them.
SHOWS = {
    "reach.unreachable": "admins of the campaign, who are to call",
    "unit.page": "admins of the campaign; the numbers are masked",
    "package.body": "the organiser, to whom the notice has the package sent",
    "package.subject_phone": "whoever checks a package by command line",
    "package.name_phone": "whoever checks a package by command line",
}
#: Sentences with answers of a form -> who reads them.
REPEATS = {
    "award.list": "everybody with a seat; it is rows of prizes, with numbers in titles masked, nobody's answers",
    "award.units": "admins; it is rows of units with counts, nobody's answers",
    "award.waiting": "admins; it is rows of prizes, nobody's answers",
    "award.whole": "admins; it is rows of prizes, nobody's answers",
    "award.works": "admins; it is rows of places, nobody's answers",
    "duty.board": "admins; it is rows of the table of duties, nobody's answers",
    "duty.mine": "the unit; it is its row of the table of duties, nobody's answers",
    "duty.one": "liaisons of the unit that handed it in",
    "duty.read": "whoever sent the file",
    "duty.review": "whoever fills in the form",
    "duty.row_change": "whoever fills in the form",
    "duty.row_twin": "whoever fills in the form",
    "duty.rows": "whoever fills in the form",
    "engine.previous": "whoever fills in the form",
    "enter.review": "whoever fills in the form",
    "judging.result": "admins; it is rows of places, nobody's answers",
    "screen.form": "whoever decides on the entry, and is given its annex",
    "vote.sheet_faults": "the admin who sent the table; it is rows of votes, nobody's answers",
    "vote.works": "admins; it is rows of votes, nobody's answers",
}


def naming(sentences: dict[str, str], facts: re.Pattern[str]) -> set[str]:
    """The sentences whose templates name such facts."""
    return {key for key, text in sentences.items() if any(facts.search(code) for code in _CODE.findall(text))}


def test_every_sentence_that_shows_numbers_is_known_with_its_readers() -> None:
    assert naming(written(WORDING), NUMBERS) == set(SHOWS)


def test_every_sentence_that_repeats_answers_of_a_form_is_known_with_its_readers() -> None:
    repeating = naming(written(WORDING), ANSWERS)
    assert {key for key in repeating if not _counts_only(written(WORDING)[key])} == set(REPEATS)


def _counts_only(text: str) -> bool:
    """Whether rows are only counted in it."""
    shown = [code for code in re.findall(r"\{\{(.*?)\}\}", text, re.DOTALL) if re.search(r"\b(row|value)\b|join", code)]
    return not shown


def test_a_new_sentence_with_a_number_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text('[new]\nbad = "电话 {{ each.phone }}"\ngood = "电话在表里"\n', "utf-8")
    assert naming(written(tmp_path), NUMBERS) == {"new.bad"}
