"""The notice of hongze-quiz-2020 says exactly what its organisers published."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.notice import NoticeFaults, read_notice
from tests.campaigns.shipped import at, labels, notice, text_of


def test_hongze_quiz_is_open_for_exactly_a_week_and_its_code_is_kept_back_until_then() -> None:
    quiz = notice("hongze-quiz-2020").quiz
    assert quiz is not None
    assert (quiz.stage.opens, quiz.stage.closes) == (at("2020-07-08"), at("2020-07-15"))
    assert quiz.stage.closes - quiz.stage.opens == timedelta(days=7)
    assert quiz.embargo.until == quiz.stage.opens
    assert quiz.stay_until is not None and quiz.stay_until.first_late == at("2020-07-15")


def test_hongze_quiz_draws_ten_passes_with_five_and_gives_one_packet() -> None:
    quiz = notice("hongze-quiz-2020").quiz
    assert quiz is not None
    assert (quiz.draw, quiz.correct, quiz.attempts, quiz.shuffle, quiz.late) == (10, 5, None, True, "void")
    packets = quiz.packets
    assert (packets.per_person, packets.rights, packets.chance, packets.when_gone) == (1, 1, "certain", "play_on")
    assert (packets.leaving, quiz.referral.on, quiz.referral.chances) == ("lose_unpaid", False, 1)


def test_hongze_units_owe_a_liaison_form_an_event_and_a_report() -> None:
    tasks = {task.key: task for task in notice("hongze-quiz-2020").tasks}
    assert {key: task.due.first_late for key, task in tasks.items()} == {
        "liaison": at("2020-07-06 18:00:01"),
        "event": at("2020-07-11"),
        "report": at("2020-07-16"),
    }
    assert (tasks["event"].classes, tasks["event"].people, tasks["event"].opens) == (("area",), 100, at("2020-07-08"))
    form = notice("hongze-quiz-2020").form("liaison")
    assert labels("hongze-quiz-2020", "liaison") == [
        "单位",
        "姓名",
        "职务",
        "联系电话",
        "需要宣传海报数量",
        "需要倡议书数量",
    ]
    assert form.rows is not None and (form.rows.least, form.rows.most) == (3, 4)
    [launch] = notice("hongze-quiz-2020").meetings
    assert (launch.at, launch.early) == (at("2020-07-07 14:30"), 15)


@pytest.mark.parametrize(("questions", "opens"), [(None, True), (10, True), (9, False), (0, False)])
def test_hongze_refuses_a_bank_of_fewer_than_ten(questions: int | None, opens: bool) -> None:
    text = text_of("hongze-quiz-2020")
    if opens:
        assert read_notice(text, name="hongze-quiz-2020", questions=questions) == notice("hongze-quiz-2020")
        return
    with pytest.raises(NoticeFaults) as caught:
        read_notice(text, name="hongze-quiz-2020", questions=questions)
    [fault] = caught.value.faults
    assert (fault.path, text.splitlines()[fault.line - 1]) == ("quiz.draw", "draw = 10")


def test_close_of_work_is_one_setting() -> None:
    text = text_of("hongze-quiz-2020").replace('reading = "six"', 'reading = "half_past_five"')
    task = read_notice(text, name="x").tasks[0]
    assert (task.due.first_late, task.due.clock) == (at("2020-07-06 17:30:01"), "下班前（17:30）")


@pytest.mark.parametrize(
    ("settings", "place", "said"),
    [
        ('payout = "cash"', "quiz.packets.payout", "treasury"),
        ('payout = "voucher"\notherwise = "voucher"', "quiz.packets.otherwise", '只能与 payout = "wechat" 一起写'),
        ('pays = "after_stay"', "quiz.packets.pays", "由财务付款"),
        (f'wishing = "{"谢" * 41}"', "quiz.packets.wishing", "最多 40 字，现在是 41 字"),
    ],
)
def test_a_way_of_paying_that_does_not_fit_is_told_where_it_stands(settings: str, place: str, said: str) -> None:
    text = text_of("hongze-quiz-2020").replace("rights = 1\n", f"rights = 1\n{settings}\n")
    with pytest.raises(NoticeFaults) as caught:
        read_notice(text, name="hongze-quiz-2020")
    [fault] = caught.value.faults
    assert (fault.path, said in str(fault)) == (place, True), str(fault)


def test_paying_by_wechat_with_codes_for_the_others_is_one_setting() -> None:
    settings = 'rights = 1\npayout = "wechat"\notherwise = "voucher"\npays = "after_stay"\n'
    quiz = read_notice(text_of("hongze-quiz-2020").replace("rights = 1\n", settings), name="x").quiz
    assert quiz is not None
    assert (quiz.packets.payout, quiz.packets.gives_codes) == ("wechat", True)
