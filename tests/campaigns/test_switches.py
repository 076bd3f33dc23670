"""Every switch of every notice can be flipped in the file, and every rule names its clause."""

from __future__ import annotations

import pytest

from rules.notice import read_notice
from tests.campaigns.shipped import IDS, notice, text_of


@pytest.mark.parametrize("name", IDS)
def test_every_reading_of_every_switch_gives_a_sound_notice(name: str) -> None:
    for switch in notice(name).switches:
        head, tail = text_of(name).split(f'[[switch]]\nkey = "{switch.key}"', 1)
        for each in switch.alternatives:
            flipped = tail.replace(f'reading = "{switch.reading}"', f'reading = "{each.key}"', 1)
            found = read_notice(f'{head}[[switch]]\nkey = "{switch.key}"{flipped}', name=name)
            assert found.switch(switch.key).chosen == each
            others = [other for other in found.switches if other.key != switch.key]
            assert others == [other for other in notice(name).switches if other.key != switch.key]
            assert (found == notice(name)) == (each.key == switch.reading)


@pytest.mark.parametrize("name", IDS)
def test_every_rule_names_its_clause_and_no_opinion_is_asked(name: str) -> None:
    for form in notice(name).forms:
        assert [field.key for field in form.fields if not field.clause] == []
        assert {field.source for field in form.fields if field.kind == "opinion"} <= {"stamp"}
        assert {field.source for field in form.fields if field.kind == "measured"} <= {"film"}
        assert [field.key for field in form.fields if field.source == "ask" and not field.hint.endswith("。")] == []
        # The question itself says that one's own words may be written.
        assert [field.key for field in form.fields if field.open and "自己" in field.hint] == []


def test_the_codes_of_entry_numbers_differ() -> None:
    assert [notice(name).code for name in IDS] == ["XH", "XA", "WF", "GY", "HZ"]
