"""The table of duties of hongze lies beside its roster: 44 rows, 48 units, two units without a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.campaigns import duties, sheet
from rules.duties import assign, read_duties
from rules.notice import NoticeFaults

CAMPAIGNS = Path(__file__).parents[2] / "campaigns"
NOTICE = CAMPAIGNS / "hongze-quiz-2020.toml"


def names() -> dict[str, str]:
    rows = sheet(CAMPAIGNS / "hongze-quiz-2020.roster.csv")[1:]
    return {name: row[0] for row in rows for name in (row[0], *row[2].split("、")) if name}


def test_the_roster_holds_the_48_units_of_the_notice() -> None:
    assert len(set(names().values())) == 48


def test_the_two_units_without_a_duty_are_found_and_the_host_is_not_on_the_list() -> None:
    table = duties(NOTICE)
    assert table is not None
    found = assign(table, names())
    assert [duty.row for duty in table.rows] == list(range(1, 45))
    assert found.without == ("区民政局", "邮政公司")
    assert {name: duty.row for name, duty in found.beyond.items()} == {"区信用办": 1}


def test_four_areas_share_row_26_and_aliases_lead_to_their_units() -> None:
    table = duties(NOTICE)
    assert table is not None
    rows = {name: duty.row for name, duty in assign(table, names()).rows.items()}
    assert [name for name, row in rows.items() if row == 26] == [
        "经济开发区", "古堰景区管委会", "食品科技产业园", "各镇（街道）",
    ]  # fmt: skip
    called_otherwise = {"人行洪泽支行": 38, "洪泽供电公司": 42, "洪泽自来水公司": 43, "洪泽移动公司": 11, "税务局": 17}
    assert {name: rows[name] for name in called_otherwise} == called_otherwise


def test_an_unknown_kind_and_a_missing_row_are_refused() -> None:
    text = '[[kind]]\nkey = "own"\nlabel = "x"\n[[duty]]\nrow = 1\nunits = ["a"]\nkinds = ["own"]\n'
    broken = text + '[[duty]]\nrow = 3\nunits = ["b"]\nkinds = ["nothing"]\n'
    with pytest.raises(NoticeFaults) as caught:
        read_duties(broken)
    assert [(fault.line, fault.path) for fault in caught.value.faults] == [(11, "duty[2].kinds[1]")]
    with pytest.raises(NoticeFaults) as caught:
        read_duties(broken.replace("nothing", "own"))
    assert [(fault.line, fault.path) for fault in caught.value.faults] == [(9, "duty[2].row")]
