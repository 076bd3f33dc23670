"""What is wrong with a film whatever the notice asks: refused only where it cannot be played to its end."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from rules.film_defects import unreadable
from rules.film_judge import judge
from rules.measured import Stretch, Whole, edge, plain
from tests.rules.test_film_encoding import ANY, found
from tests.rules.test_film_judge import GOOD

FINE = Whole(Fraction(180), 4500, loudness=Fraction(-20))


def stretch(start: float, end: float) -> Stretch:
    return Stretch(Fraction(str(start)), Fraction(str(end)))


def heard(**changes: object) -> list[tuple[str, str]]:
    return found(ANY, replace(GOOD, whole=replace(FINE, **changes)))  # type: ignore[arg-type]


def test_a_sound_film_has_no_finding() -> None:
    assert heard() == []


@pytest.mark.parametrize(
    ("changes", "verdicts"),
    [
        ({"seconds": Fraction(178)}, [("refuse", "film.cut_short")]),
        ({"seconds": Fraction(179)}, []),
        ({"spoiled": 3, "faults": 9}, [("warn", "film.faulty")]),
        ({"spoiled": 225}, [("warn", "film.faulty")]),
        ({"spoiled": 226}, [("refuse", "film.damaged")]),
        ({"black": (stretch(90, 96),)}, [("warn", "film.black")]),
        ({"black": (stretch(90, 91.9),)}, []),
        ({"black": (stretch(0, 3), stretch(176, 180))}, []),
        ({"black": (stretch(0, 16),)}, [("warn", "film.black")]),
        ({"black": (stretch(1, 175),)}, [("warn", "film.all_black")]),
        ({"frozen": (stretch(60, 71),)}, [("warn", "film.frozen")]),
        ({"frozen": (stretch(60, 69),)}, []),
        ({"frozen": (stretch(60, 71),), "black": (stretch(60, 70),)}, [("warn", "film.black")]),
        ({"frozen": (stretch(0, 180),)}, [("warn", "film.all_frozen")]),
        ({"silent": (stretch(20, 40),)}, [("warn", "film.silent")]),
        ({"silent": (stretch(0, 180),), "loudness": Fraction(-70)}, [("warn", "film.all_silent")]),
    ],
)
def test_stretches_and_damage_are_named_from_their_bounds_on(
    changes: dict[str, object], verdicts: list[tuple[str, str]]
) -> None:
    assert heard(**changes) == verdicts


def test_places_are_told_as_a_player_shows_them() -> None:
    black = (stretch(190, 196), stretch(200, 202), stretch(210, 213), stretch(220, 224))
    longer = replace(GOOD, seconds=Fraction(300), picture_seconds=Fraction(300), sound_seconds=Fraction(300))
    [finding] = judge(ANY, replace(longer, whole=replace(FINE, seconds=Fraction(300), black=black)))
    assert finding.facts == {"places": "3:10–3:16、3:20–3:22、3:30–3:33 等 4 处", "total": "15 秒", "clause": ""}


def test_the_total_of_places_is_what_a_reader_adds_up() -> None:
    black = (Stretch(Fraction(130, 2), Fraction(171, 2)),)  # 1:05 to 1:25.5
    [finding] = judge(ANY, replace(GOOD, whole=replace(FINE, black=black)))
    assert (finding.facts["places"], finding.facts["total"]) == ("1:05–1:25", "20 秒")


def test_missing_bytes_are_told_once_though_decoding_stumbles_over_them_too() -> None:
    cut = replace(GOOD, size=60, missing=40, whole=replace(FINE, seconds=Fraction(108), faults=2))
    [finding] = judge(ANY, cut)
    assert (finding.verdict, finding.key) == ("refuse", "film.incomplete")
    assert finding.facts == {"size": "60 字节", "expected": "100 字节", "share": "40 %", "clause": ""}


def test_picture_and_sound_that_end_apart_are_remarked() -> None:
    assert found(ANY, replace(GOOD, sound_seconds=Fraction(190))) == [("warn", "film.apart")]
    assert found(ANY, replace(GOOD, sound_seconds=Fraction(182))) == []


def test_a_file_that_is_no_film_says_why() -> None:
    finding = unreadable("incomplete", {"size": 3 * 1024 * 1024, "missing": 1024 * 1024})
    assert (finding.verdict, finding.key) == ("refuse", "film.unreadable.incomplete")
    assert finding.facts["expected"] == "4 MB" and finding.facts["share"] == "25 %"


@pytest.mark.parametrize(
    ("changes", "hints"),
    [
        ({}, ("moving", "moving")),
        ({"frozen": (stretch(0.4, 4), stretch(170, 180))}, ("still", "still")),
        ({"frozen": (stretch(1, 4), stretch(170, 179))}, ("moving", "moving")),
        ({"black": (stretch(0, 2),), "frozen": (stretch(0, 4),)}, ("black", "moving")),
    ],
)
def test_titles_at_either_end_are_hinted(changes: dict[str, object], hints: tuple[str, str]) -> None:
    whole = replace(FINE, **changes)  # type: ignore[arg-type]
    assert (edge(whole, opening=True), edge(whole, opening=False)) == hints


def test_the_facts_of_a_film_are_plain() -> None:
    told = plain(replace(GOOD, whole=replace(FINE, black=(stretch(1, 2.5),))))
    assert (told["shown"], told["seconds"], told["whole"]["black"]) == ("1920×1080", 180.0, [[1.0, 2.5]])
