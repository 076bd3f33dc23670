"""What a rehearsal's people suffered is found in what came of it, and a calm rehearsal is left in peace."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.fakes.person import bare
from bot.talk.lines import Line as Said
from bot.wording import house_wording
from rehearsal import hurts_post
from rehearsal.chats import CAP, LATE, RULE, late_letters, packets_gone, refusals, returns
from rehearsal.hurts import hurts
from rehearsal.record import Line, Moment, Record, Unreached
from rules.hurts.hurt import ORDER, Hurt
from rules.hurts.notice import notice_hurts
from tests.campaigns.shipped import at
from tests.house.tree import ROOT
from tests.rehearsal.records import UNITS, having, letter, owing, own, person, record, reply, with_lines

CLOSES = at("2024-04-24 00:00")
DISTRICTS = [unit for unit, klass in UNITS.items() if klass == "district"]
FILM = "✗ 画面是横屏 1920×1080（16:9），要求竖屏 9:16、1080×1920（《通知》二（二））。请重新构图。\n△ 没有声音。"
OTHER_FILM = "✗ 时长 6 分，要求 2–5 分钟（《通知》二（二）），超出 1 分钟。请剪短后重新导出。"
CAPPED = "贵单位的案例已报 10 个，达到上限 10 个（《通知》一（四）2），不能再报新的。"
CLOSED = "信用案例已于 4月23日（周二）24:00 截止，晚了 7 分钟，没有收下。您填的都已存为草稿，不会丢。"
BACK = "“一码通管”（XA-A0001）需要补充，请在 {} 前改好：\n· 案例内容：请补充数据"
TARDY = "（以下是 {} 天前发的，当时没能送到您这里）\n距截止只有一周了，请抓紧报送。"
GONE = "红包已经领完了，您的成绩有效，谢谢参与。"


def reminders(*moments: str) -> list[Line]:
    return [letter(at(f"2024-{moment}")) for moment in moments]


def quiz(gone: str) -> Record:
    players = tuple(
        person(f"答题的人{place}", "", [own(at("2020-07-08 00:01"), "答题"), reply(at(gone), GONE)])
        for place in range(3)
    )
    return record("hongze-quiz-2020", people=players)


def moved(count: int, moment: str) -> Record:
    """So many people write many more messages at an instant."""
    return with_lines(record(), [own(at(f"2024-{moment}") + timedelta(seconds=n)) for n in range(4)], people=count)


def silenced(name: str = "区县1联络员") -> Record:
    """Somebody blocks the program after ten days, and nothing reaches them any more."""
    calm = record()
    cut = at("2024-03-10 10:00")
    people = tuple(
        replace(each, lines=tuple(line for line in each.lines if line.at < cut)) if each.name == name else each
        for each in calm.people
    )
    return replace(calm, people=people, unreached=(Unreached(cut, name, "提醒", "对方停用了机器人"),))


def without(count: int) -> Record:
    """So many units never say a word."""
    calm = record()
    return replace(calm, people=(*(replace(each, lines=()) for each in calm.people[:count]), *calm.people[count:]))


#: For each rule: a rehearsal in which it speaks, one like it in which it is silent.
CASES: dict[str, tuple[Callable[[], Record], Callable[[], Record]]] = {
    "floor_unmet": (
        lambda: having(record(), DISTRICTS[:3], [("04-01 10:00", 0), ("04-24 00:00", 2)]),
        lambda: having(record(), DISTRICTS[:3], [("04-01 10:00", 0), ("04-24 00:00", 3)]),
    ),
    "owed_to_the_last_day": (
        lambda: having(record(), DISTRICTS[:3], [("04-22 10:00", 1), ("04-24 00:00", 3)]),
        lambda: having(record(), DISTRICTS[:3], [("04-22 10:00", 3), ("04-24 00:00", 3)]),
    ),
    "nobody_joined": (lambda: without(5), lambda: without(0)),
    "rule_hard": (
        lambda: with_lines(record(), [reply(at("2024-04-01 10:00"), FILM)], people=4),
        lambda: with_lines(with_lines(record(), [reply(at("2024-04-01 10:00"), FILM)], people=2),
                           [reply(at("2024-04-01 11:00"), OTHER_FILM)], people=2),
    ),
    "cap_refused": (
        lambda: with_lines(record(), [reply(at("2024-04-01 10:00"), CAPPED)]),
        lambda: with_lines(record(), [reply(at("2024-04-01 10:00"), "还可以再报 2 个（上限 10 个）。")]),
    ),
    "too_late": (
        lambda: with_lines(record(), [reply(CLOSES + timedelta(minutes=7), CLOSED)]),
        lambda: with_lines(record(), [reply(CLOSES + timedelta(minutes=7), "已于 4月23日（周二）24:00 截止。")]),
    ),
    "returned_late": (
        lambda: with_lines(record(), [letter(at("2024-04-25 16:00"), BACK.format("4月26日（周五）12:00"), "notice")]),
        lambda: with_lines(record(), [letter(at("2024-04-25 16:00"), BACK.format("4月28日（周日）12:00"), "notice")]),
    ),
    "packets_gone": (lambda: quiz("2020-07-08 06:12"), lambda: quiz("2020-07-15 00:30")),
    "reminded_daily": (
        lambda: with_lines(record(), reminders("04-18 09:00", "04-18 12:00", "04-18 16:00")),
        lambda: with_lines(record(), reminders("04-18 09:00", "04-18 12:00", "04-19 16:00")),
    ),
    "reminded_weekly": (
        lambda: with_lines(record(), reminders(*(f"04-{day} {hour}:00" for day in (15, 16, 17) for hour in (10, 15)))),
        lambda: with_lines(record(), reminders(*(f"04-{day} 10:00" for day in range(10, 22, 2)))),
    ),
    "reminded_late": (
        lambda: having(_unreminded(), DISTRICTS[:3], [("04-22 10:00", 1), ("04-24 00:00", 3)]),
        lambda: having(record(), DISTRICTS[:3], [("04-22 10:00", 1), ("04-24 00:00", 3)]),
    ),
    "unreached": (silenced, lambda: with_lines(silenced(), [letter(at("2024-04-02 09:00"))], people=len(UNITS))),
    "letters_late": (
        lambda: with_lines(record(), [letter(at("2024-04-10 09:00"), TARDY.format(5), "notice")], people=2),
        lambda: with_lines(record(), [letter(at("2024-04-10 09:00"), TARDY.format(1), "notice")], people=2),
    ),
    "load": (lambda: record(), lambda: record()),
    "rush": (lambda: moved(len(UNITS), "04-23 20:00"), lambda: moved(len(UNITS), "04-19 20:00")),
}  # fmt: skip


def _unreminded() -> Record:
    """Nobody hears anything before the last morning."""
    calm = record()
    people = tuple(
        replace(each, lines=(*(line for line in each.lines if line.kind != "reminder"), letter(at("2024-04-23 08:00"))))
        for each in calm.people
    )
    return replace(calm, people=people)


def of(key: str, whole: Record) -> list[Hurt]:
    return [each for each in hurts(whole) if each.key == key]


@pytest.mark.parametrize("key", [key for key in CASES if key != "load"])
def test_each_rule_speaks_where_somebody_suffered_and_is_silent_in_the_twin(key: str) -> None:
    hurting, calm = CASES[key]
    found = of(key, hurting())
    assert found, "the rule is silent where it hurts"
    assert all(each.what and each.rests and each.mend for each in found)
    assert of(key, calm()) == []


def test_every_rule_on_a_play_has_such_a_pair() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "rehearsal").glob("hurts*.py"))
    assert set(re.findall(r'Hurt\(\s+"\w+"[^\n]*?, "(\w+)", ', code)) == set(CASES)


@pytest.mark.parametrize("name", ["xian-2024", "hongze-quiz-2020"])
def test_a_calm_rehearsal_leaves_only_what_the_notice_shows(name: str) -> None:
    calm = record(name)
    assert hurts(calm) == notice_hurts(calm.notice)


def test_more_messages_in_a_minute_than_were_measured_hurt(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = with_lines(record(), [own(at("2024-04-01 10:00"))], people=12)
    assert of("load", busy) == []
    monkeypatch.setattr(hurts_post, "MEASURED", 11)
    [hurt] = of("load", busy)
    assert "12 条" in hurt.what
    monkeypatch.setattr(hurts_post, "MEASURED", 12)
    assert of("load", busy) == []


def test_the_gravest_come_first_and_what_was_suffered_before_what_is_foreseen() -> None:
    found = hurts(having(record(), DISTRICTS, [("04-01 10:00", 0), ("04-24 00:00", 2)]))
    assert [ORDER.index(each.severity) for each in found] == sorted(ORDER.index(each.severity) for each in found)
    keys = [each.key for each in found]
    assert keys.index("floor_unmet") < keys.index("slots_open")


def test_a_floor_that_was_not_reached_is_told_with_class_share_and_place() -> None:
    [hurt] = of("floor_unmet", having(record(), DISTRICTS[:3], [("04-24 00:00", 1)]))
    assert hurt.severity == "hurt"
    assert hurt.what.startswith("区县 8 家里有 3 家到最后也没有报够信用案例：每家 3 个")
    assert hurt.rests == "8 家里 3 家，共差 6 个：区县1、区县2、区县3"
    assert (hurt.clause, hurt.place) == ("二（一）", "track.case.quota[2].floor")


def test_whoever_joins_on_the_last_day_cannot_have_been_reminded_before() -> None:
    spoilt = having(_unreminded(), DISTRICTS[:3], [("04-22 10:00", 1), ("04-24 00:00", 3)])
    [hurt] = of("reminded_late", spoilt)
    assert "3 家里 3 家" in hurt.rests
    assert "没有送到" in hurt.mend
    late = tuple(
        replace(each, lines=(own(at("2024-04-23 18:00")),)) if each.unit in DISTRICTS[:3] else each
        for each in spoilt.people
    )
    assert of("reminded_late", replace(spoilt, people=late)) == []


def test_units_that_were_not_played_owe_nothing_to_a_rehearsal() -> None:
    spoilt = having(record(), DISTRICTS[:3], [("04-24 00:00", 1)])
    small = replace(spoilt, people=tuple(each for each in spoilt.people if each.unit not in DISTRICTS[:3]))
    assert of("floor_unmet", small) == []
    assert of("nobody_joined", small) == []


def test_a_floor_in_principle_weighs_less_and_is_not_told_to_become_one() -> None:
    rows = [row for number in range(4) for row in owing(f"县{number}", "county", [(at("2023-08-30 12:00"), 0)], floor=2,
                                                         track="text")]  # fmt: skip
    [hurt] = of("floor_unmet", record("weifang-2023", people=(), owing=tuple(rows)))
    assert (hurt.severity, hurt.clause) == ("watch", "四")
    assert "soft" not in hurt.mend


def test_somebody_who_is_called_as_they_named_themselves_in_the_chat_is_known_to_have_heard_again() -> None:
    named = with_lines(record(), [own(at("2024-03-01 10:00"), "王老师")])
    missed = Unreached(at("2024-03-10 10:00"), "王老师", "提醒", "没有可用的渠道")
    assert of("unreached", replace(named, unreached=(missed,))) == []
    stranger = replace(missed, name="李老师")
    [hurt] = of("unreached", replace(named, unreached=(missed, stranger)))
    assert hurt.rests.startswith("李老师；")


def test_a_class_may_be_named_by_its_label_too() -> None:
    spoilt = having(record(), DISTRICTS[:3], [("04-24 00:00", 1)])
    labelled = replace(spoilt, owing=tuple(replace(each, klass="区县", track="信用案例") for each in spoilt.owing
                                           if each.klass == "district" and each.track == "case"))  # fmt: skip
    assert [each.place for each in of("floor_unmet", labelled)] == ["track.case.quota[2].floor"]


def test_a_task_is_told_by_its_name_and_closes_when_its_report_does() -> None:
    counts = [("2020-07-14 10:00", 0), ("2020-07-15 20:00", 1)]
    rows = [
        row for number in range(12) for row in owing(
            f"镇街{number}", "area", [(at(moment), count if number < 9 else 0) for moment, count in counts], floor=1,
            track="event",
        )
    ]  # fmt: skip
    whole = record("hongze-quiz-2020", owing=tuple(rows))
    [unmet] = of("floor_unmet", whole)
    assert "园区和镇街里有 25 % 的单位到最后也没有报够“组织诚信专题宣传活动”" in unmet.what
    assert (unmet.clause, unmet.place) == ("六（三）、附件3第26行", "task.event.due")
    [waited] = of("owed_to_the_last_day", whole)
    assert "7月15日（周三）24:00 截止" in waited.rests


def test_what_chats_say_is_read_as_the_house_words_it() -> None:
    wording = house_wording()
    quota = {
        "noun": "案例",
        "reported": 10,
        "measure": "个",
        "cap": 10,
        "clause": "一（四）2",
        "draft": True,
        "moves": True,
    }
    late = {"label": "信用案例", "closes": "4月23日（周二）24:00", "late": "7 分钟"}
    back = {
        "title": "一码通管",
        "number": "XA-A0001",
        "until": "4月26日（周五）12:00",
        "reasons": [],
        "contact": "信用办",
    }
    texts = [
        wording.line(Said("enter.cap_reached", quota)),
        *(wording.line(Said("enter.closed", late | {"draft": draft})) for draft in (True, False)),
        FILM,
    ]
    moment = at("2024-04-25 10:00")
    lines = [reply(moment, bare(text)) for text in texts]
    told = letter(moment, bare(wording.line(Said("return.announced", back))), "notice")
    tardy = letter(moment, wording.line(Said("channel.late", {"ago": "5 天"})), "notice")
    whole = record(people=(person("甲", "区县1", [*lines, told, tardy]),))
    assert [(who.name, days) for who, days in late_letters(whole)] == [("甲", 5)]
    assert [(each.kind, each.rule, each.clause) for each in refusals(whole)] == [
        (CAP, "10 个", "一（四）2"), (LATE, "信用案例", ""), (LATE, "信用案例", ""),
        (RULE, "竖屏 9:16、1080×1920", "二（二）"),
    ]  # fmt: skip
    [mending] = returns(whole)
    assert (mending.number, mending.until) == ("XA-A0001", at("2024-04-26 12:00") + timedelta(seconds=1))


def test_the_words_for_packets_that_are_gone_are_those_of_the_house() -> None:
    play = (ROOT / "templates" / "wording" / "zh" / "play.toml").read_text("utf-8")
    said = re.findall(r"红包已经[^，。]*领完", play)
    assert len(said) == 3
    for text in said:
        whole = record(people=(person("甲", "", [reply(at("2024-04-01 10:00"), f"{text}，谢谢。")]),))
        assert packets_gone(whole) == at("2024-04-01 10:00")


def test_a_moment_of_the_timeline_hurts_nobody() -> None:
    calm = record()
    assert hurts(replace(calm, timeline=(*calm.timeline, Moment(CLOSES, "程序重新启动")))) == hurts(calm)
