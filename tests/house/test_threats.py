"""The register of threats names tests that exist, no number twice, and the page is made from it."""

from __future__ import annotations

from tests.house.threats import PAGE, groups, missing, page

LEAST = 53


def test_every_threat_has_its_number_and_tests_that_exist() -> None:
    threats = [threat for _, listed in groups() for threat in listed]
    numbers = [threat.n for threat in threats]
    assert len(set(numbers)) == len(numbers) >= LEAST
    assert [test for threat in threats for test in threat.tests if missing(test)] == []
    assert [threat.n for threat in threats if not threat.tests] == []


def test_a_test_that_is_gone_would_be_noticed() -> None:
    assert missing("house/test_threats.py::test_that_nobody_wrote")
    assert missing("house/test_nothing.py::test_a_test_that_is_gone_would_be_noticed")
    assert not missing("house/test_threats.py::test_a_test_that_is_gone_would_be_noticed")


def test_the_page_is_the_newest() -> None:
    assert PAGE.read_text("utf-8") == page()
