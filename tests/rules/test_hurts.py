"""What will hurt in a notice is found from the notice alone, and a notice that was mended is left in peace."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

import rules.hurts
from rules.hurts.days import days_off_before, neighbours, workdays
from rules.hurts.hurt import ORDER, UNCLEAR, Hurt
from rules.hurts.notice import notice_hurts
from rules.notice import Notice, read_notice
from tests.campaigns.shipped import IDS, at, notice, text_of

#: A change of a campaign's text: what stood there, what stands there now.
Change = tuple[str, str]

QUOTA = '[[track.quota]]\nclasses = ["department"]\nfloor = 1\n'
DEPARTMENT = 'label = "市级部门"\nclause = "二（一）"'
REMINDERS = "[retention]\nmonths"
SELECT = 'closes = { same = "stage.activity.closes" }\nclause = "三（二）"'
TOP = 'reading = "top100"'
TOP_OF = '    { key = "top100", label = "最高票记100分，其余按比例" },'
PICTURE = 'sizes = ["1080×1920"]'
CONTAINERS = '\n[track.film.containers]\nformats = ["mkv"]\nothers = "refuse"\nclause = "二（二）"\n'


RATE = '\n[track.film.bit_rate]\nleast = "8 Mbps"\nclause = "二"\n'


def weighing(most: str) -> str:
    return f'\n[track.film.weight]\nmost = "{most}"\nclause = "二"\n'


def reminding(*lines: str) -> Change:
    return REMINDERS, '[reminders]\nclause = "四"\n' + "\n".join(lines) + f"\n\n{REMINDERS}"


def switched(key: str, old: str, new: str) -> Change:
    return f'reading = "{old}"', f'reading = "{new}" # {key}'


#: For each rule: the campaign, the changes that make it speak, and those under which it has nothing to say.
RULES: dict[str, tuple[str, list[Change], list[Change]]] = {
    "holidays_unknown": ("industry-2024", [("2024-0", "2198-0")], []),
    "closing_off": ("xian-2024", [('value = "2024-04-23 24:00"', 'value = "2024-04-21 17:00"')], []),
    "closing_after_holiday": (
        "xian-2024", [('value = "2024-04-23 24:00"', 'value = "2024-04-07 17:00"')],
        [('value = "2024-04-23 24:00"', 'value = "2024-04-08 17:00"')],
    ),
    "closing_night": ("xian-2024", [], [('value = "2024-04-23 24:00"', 'value = "2024-04-23 17:00"')]),
    "stage_ends_off": ("xian-2024", [], [('closes = "2024-06-30 24:00"', 'closes = "2024-06-28 24:00"')]),
    "meeting_off": ("hongze-quiz-2020", [('at = "2020-07-07 14:30"', 'at = "2020-07-05 14:30"')], []),
    "no_reminder": ("xian-2024", [reminding("before = []")], [reminding('before = ["3 天"]')]),
    "reminder_late": ("xian-2024", [reminding('before = ["2 小时"]')], [reminding('before = ["3 天", "2 小时"]')]),
    "reminders_moved": ("xian-2024", [], [reminding('before = ["7 天", "1 天", "2 小时"]')]),
    "reminder_never": (
        "xian-2024", [reminding('at = ["2024-05-08 10:00"]')], [reminding('at = ["2024-04-08 10:00"]')],
    ),
    "reminders_crowded": (
        "xian-2024", [reminding('at = ["2024-04-23 10:00", "2024-04-23 15:00"]')],
        [reminding("most = 4", 'at = ["2024-04-23 10:00", "2024-04-23 15:00"]')],
    ),
    "rules_off": ("xian-2024", [reminding('off = ["floor"]')], [reminding('off = ["draft"]')]),
    "gap": (
        "xian-2024", [('value = "2024-04-24" }', 'value = "2024-04-28" }')], [],
    ),
    "overlap": ("weifang-2023", [], [('opens = "2023-09-10"', 'opens = "2023-09-11"'),
                                     ('opens = "2023-09-15"', 'opens = "2023-09-16"')]),
    "too_short": ("xinhua-2021", [('opens = "2021-10-11"', 'opens = "2021-10-15"')], []),
    "screening_short": ("xian-2024", [('closes = "2024-04-29 24:00"', 'closes = "2024-04-25 24:00"')], []),
    "screening_shared": ("industry-2024", [], [
        ('label = "评选"\nopens = "2024-08-01"', 'label = "评选"\nopens = "2024-08-12"'),
        ('[[stage]]\nkey = "review"', '[[stage]]\nkey = "screen"\nlabel = "初筛"\nopens = "2024-08-01"\n'
         'closes = "2024-08-09"\nclause = "八"\n\n[[stage]]\nkey = "review"'),
        ('method = "pass"\nstage = "review"', 'method = "pass"\nstage = "screen"'),
    ]),
    "no_screening": ("xinhua-2021", [], [('opens = "2021-10-26"', 'opens = "2021-10-30"')]),
    "before_issue": ("hongze-quiz-2020", [], [('issued = "2020-07-06"', 'issued = "2020-06-28"')]),
    "weights_unset": ("weifang-2023", [], [switched("weights", "unset", "seventy")]),
    "normalise_unset": (
        "xian-2024", [(TOP, 'reading = "unset"'), (TOP_OF, f'{TOP_OF}\n    {{ key = "unset", label = "未定" }},')],
        [(TOP, 'reading = "share"')],
    ),
    "window_unset": ("xinhua-2021", [], [('method = "vote"\nclause', 'method = "vote"\nstage = "review"\nclause')]),
    "slots_open": ("weifang-2023", [], [('slots = "未定"', "slots = 5")]),
    "ties_committee": ("weifang-2023", [], [('key = "ties"\nclause = "十"\nquestion = "名额的最后一名同分怎么办？"\n'
                                             'reading = "committee"', 'key = "ties"\nclause = "十"\n'
                                             'question = "名额的最后一名同分怎么办？"\nreading = "rule"')]),
    "exclusive_unset": ("industry-2024", [], [switched("gold", "unset", "no")]),
    "floor_barred": ("xian-2024", [(DEPARTMENT, f"{DEPARTMENT}\nenters = false")], []),
    "film_shape": (
        "xian-2024", [(PICTURE, 'sizes = ["1920×1080"]')],
        [(PICTURE, 'at_least = "1080×1920"')],
    ),
    "film_formats": ("xian-2024", [("\n[[track.check]]", f"{CONTAINERS}\n[[track.check]]")], [
        ("\n[[track.check]]", f"{CONTAINERS.replace('mkv', 'mp4')}\n[[track.check]]"),
    ]),
    "film_weight": (
        "xian-2024", [("\n[[track.check]]", f"{weighing('20 MB')}{RATE}\n[[track.check]]")],
        [("\n[[track.check]]", f"{weighing('400 MB')}{RATE}\n[[track.check]]")],
    ),
    "film_weight_tight": (
        "xian-2024", [("\n[[track.check]]", f"{weighing('200 MB')}\n[[track.check]]")],
        [("\n[[track.check]]", f"{weighing('500 MB')}\n[[track.check]]")],
    ),
    "provisional": ("industry-2024", [], [
        ("provisional = true\n", ""),
        ('note = "主办方的附件2', '#'),
    ]),
    "quiz_at_night": ("hongze-quiz-2020", [], [('opens = "2020-07-08 00:00"', 'opens = "2020-07-08 09:00"')]),
    "quiz_closes": ("hongze-quiz-2020", [switched("pool_gone", "play_on", "close")], []),
    "packets_first": ("hongze-quiz-2020", [], [switched("chance", "certain", "draw")]),
    "referral": ("hongze-quiz-2020", [switched("referral", "off", "on")], []),
    "counted_early": ("hongze-quiz-2020", [switched("before_fifteenth", "inclusive", "exclusive")], []),
    "counted_tight": ("hongze-quiz-2020", [], [('value = "2020-07-15 24:00"', 'value = "2020-07-17 24:00"')]),
    "embargo_blind": ("hongze-quiz-2020", [], [("words = []", 'words = ["信用洪泽2020"]')]),
    "embargo_night": ("hongze-quiz-2020", [], [('opens = "2020-07-08 00:00"', 'opens = "2020-07-08 09:00"')]),
    "unclear": ("xian-2024", [], []),
}  # fmt: skip


def changed(name: str, changes: Iterable[Change]) -> Notice:
    text = text_of(name)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new) if old == "2024-0" else text.replace(old, new, 1)
    return read_notice(text, name=name)


def of(key: str, found: Iterable[Hurt]) -> list[Hurt]:
    return [each for each in found if each.key == key]


@pytest.mark.parametrize("key", [key for key in RULES if key != UNCLEAR])
def test_each_rule_speaks_where_it_hurts_and_is_silent_in_the_twin(key: str) -> None:
    name, hurting, peaceful = RULES[key]
    found = of(key, notice_hurts(changed(name, hurting)))
    assert found, "the rule is silent where it hurts"
    assert all(each.what and each.rests and each.mend and (each.clause or key == "holidays_unknown") for each in found)
    assert of(key, notice_hurts(changed(name, peaceful))) == []


def test_every_rule_of_the_house_has_such_a_pair() -> None:
    folder = Path(rules.hurts.__file__).parent
    code = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    called = set(re.findall(r'Hurt\(\s+"\w+"[^\n]*?, "(\w+)", ', code))
    assert called | {UNCLEAR} == set(RULES)


@pytest.mark.parametrize("name", IDS)
def test_the_gravest_come_first_and_every_place_is_in_the_file(name: str) -> None:
    found = notice_hurts(notice(name))
    assert [ORDER.index(each.severity) for each in found] == sorted(ORDER.index(each.severity) for each in found)
    assert len(of(UNCLEAR, found)) == len(notice(name).switches) - sum(
        set(each.decides) <= {"judging.weights", "judging.normalise", "awards.exclusive", "awards.ties"}
        for each in notice(name).switches
    )
    keys = {each.key for each in notice(name).switches}
    assert all(each.place.split(".")[1] in keys for each in found if each.place.startswith("switch."))


def test_a_closing_on_a_holiday_says_which_days_would_do_and_where_to_change_it() -> None:
    changes = [('value = "2024-04-23 24:00"', 'value = "2024-05-03 17:00"'), ('"2024-04-24" }', '"2024-05-06" }'),
               ('closes = "2024-04-29 24:00"', 'closes = "2024-05-09 24:00"')]  # fmt: skip
    [hurt] = of("closing_off", notice_hurts(changed("xian-2024", changes)))
    assert (hurt.severity, hurt.clause, hurt.place) == ("hurt", "三（一）", "switch.deadline.reading")
    assert "节假日" in hurt.what
    assert hurt.mend == "改到工作日，例如 2024-04-30 或 2024-05-06。"


def test_a_weekend_that_is_worked_in_exchange_is_no_day_off() -> None:
    assert of("closing_off", notice_hurts(changed(
        "xian-2024", [('value = "2024-04-23 24:00"', 'value = "2024-04-28 17:00"')]
    ))) == []  # fmt: skip
    day = at("2024-05-06").date()
    assert (days_off_before(day), neighbours(day)) == (5, "2024-04-30 或 2024-05-07")
    assert workdays(at("2024-04-28").date(), day) == 4


def test_a_large_picture_of_both_rules_is_worked_out() -> None:
    wide = changed("xian-2024", [(PICTURE, 'at_least = "1920×1080"')])
    [hurt] = of("film_shape", notice_hurts(wide))
    assert "1920×3413" in hurt.what
    turned = changed("xian-2024", [(PICTURE, 'at_least = "1920×1080"\nturned = "pass"')])
    assert of("film_shape", notice_hurts(turned)) == []


def test_sizes_and_aspects_that_exclude_each_other_stop_a_campaign_where_larger_pictures_are_refused() -> None:
    sizes = (PICTURE, 'sizes = ["1920×1080"]')
    found = [of("film_shape", notice_hurts(changed("xian-2024", [sizes, *more]))) for more in (
        [], [switched("larger", "warn", "refuse")],
    )]  # fmt: skip
    assert [[each.severity for each in one] for one in found] == [["hurt"], ["stop"]]
