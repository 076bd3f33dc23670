"""What people ask about reminders: peace, a preview, a reminder by hand, a task that is done, a colleague let in."""

from __future__ import annotations

import asyncio

from rules.deeds import Declined, Invited, Redeem
from rules.deeds_duty import HandIn, TakeBack
from rules.deeds_reminders import Fulfil, InviteColleague, MuteReminders, RemindNow
from rules.instants import opening
from rules.looks_reminders import DueReminders, TasksOf
from storage.people import DAY
from tests.reminders.test_reminding import peopled
from tests.reminders.town import ZONE, Town, persons, us


async def test_by_hand_those_who_owe_hear_it_at_any_hour_and_each_thing_once(town: Town) -> None:
    owes, _, both = await peopled(town)
    third = await town.liaison(await town.unit("市教育局", "member"))
    town.clock.move(opening("2023-08-12 23:00", ZONE))
    await town.do(RemindNow(town.notice.id, (1, 2), by=0))
    assert persons(await town.act()) == [owes, both]
    assert await town.act() == []
    await town.do(MuteReminders(both, town.notice.id, us("2023-08-14 00:00")))
    town.clock.move(opening("2023-08-13 10:00", ZONE))
    await town.do(RemindNow(town.notice.id, (), by=0))
    await town.do(RemindNow(town.notice.id, (), by=0))  # two admins at once
    assert persons(await town.act()) == [owes, third]


async def test_a_reminder_by_hand_takes_nothing_from_those_that_come_by_themselves(town: Town) -> None:
    owes, _, both = await peopled(town)
    for clock in ("09:00", "10:00", "11:00"):
        town.clock.move(opening(f"2023-08-30 {clock}", ZONE))
        await town.do(RemindNow(town.notice.id, (), by=0))
        await town.act()
    assert persons(await town.at("2023-08-30 20:50")) == [owes, both]


async def test_a_preview_tells_who_would_be_reminded(town: Town) -> None:
    _, _, both = await peopled(town)
    await town.do(MuteReminders(both, town.notice.id, us("2023-07-16 00:00")))
    [owing] = await town.look(DueReminders(town.notice, town.now))
    assert (owing.unit, owing.name, owing.klass, owing.people, owing.muted) == (1, "奎文区", "county", 2, 1)
    assert [each["owes"] for each in owing.facts["closings"][0]["floors"][0]["owes"]] == [2, 2]


async def test_a_task_is_reminded_of_until_somebody_says_it_is_done(town: Town) -> None:
    quiz = Town(town.database, "hongze-quiz-2020", "2020-07-01 10:00")
    one, two = await quiz.unit("高良涧街道", "area"), await quiz.unit("区人行", "department")
    first, second = await quiz.liaison(one), await quiz.liaison(two)
    said = await quiz.at("2020-07-03 18:00")
    assert persons(said) == [first, second]
    assert said[0].text.splitlines()[1] == "贵单位还没有完成：报送信用知识竞赛工作联络表（《通知》八1）。"
    assert said[0].buttons == ["我的任务", "已经办好", "今天不再提醒", "换人负责"]
    await quiz.do(Fulfil(quiz.notice.id, one, "liaison", person=first))
    await quiz.do(Fulfil(quiz.notice.id, one, "liaison", person=first))
    assert persons(await quiz.at("2020-07-06 08:00")) == [second]


async def test_a_task_is_not_reminded_of_once_it_is_handed_in_until_it_is_taken_back(town: Town) -> None:
    quiz = Town(town.database, "hongze-quiz-2020", "2020-07-15 00:30")
    one = await quiz.unit("区人行", "department")
    first, form = await quiz.liaison(one), us("2020-07-16")
    deed = HandIn(quiz.notice.id, "report", one, first, opens=0, closes=form, marks=True, counts={"参加答题人数": 3})
    taken = TakeBack(quiz.notice.id, "report", one, first, "", form)
    await quiz.do(deed)
    assert persons(await quiz.at("2020-07-15 08:00")) == []
    await quiz.do(taken)
    assert persons(await quiz.at("2020-07-15 20:50")) == [first]


async def test_a_liaison_may_invite_one_colleague_of_their_own_unit_at_a_time(town: Town) -> None:
    mine, other = await town.unit("奎文区", "county"), await town.unit("寿光市", "county")
    me, colleague = await town.liaison(mine), await town.liaison()
    made = await town.do(InviteColleague(town.notice.id, mine, by=me))
    assert isinstance(made, Invited)
    assert made.expires == town.now + 14 * DAY
    again = await town.do(InviteColleague(town.notice.id, mine, by=me))
    assert again == Declined("remind.invited_already", {"until": made.expires})
    assert await town.do(InviteColleague(town.notice.id, other, by=me)) == Declined("remind.not_liaison", {})
    assert await town.do(InviteColleague(town.notice.id, mine, by=colleague)) == Declined("remind.not_liaison", {})
    joined = await town.do(Redeem(colleague, made.code))
    assert (joined.role, joined.unit) == ("liaison", "奎文区")
    assert isinstance(await town.do(InviteColleague(town.notice.id, mine, by=me)), Invited)
    assert InviteColleague.dump(made) == {"code": "", "expires": made.expires}


async def test_two_presses_at_once_make_one_invitation(town: Town) -> None:
    mine = await town.unit("奎文区", "county")
    me = await town.liaison(mine)
    made = await asyncio.gather(*(town.do(InviteColleague(town.notice.id, mine, by=me)) for _ in range(4)))
    assert sorted(type(each).__name__ for each in made) == ["Declined", "Declined", "Declined", "Invited"]


async def test_an_invitation_that_ran_out_makes_room_for_another(town: Town) -> None:
    mine = await town.unit("奎文区", "county")
    me = await town.liaison(mine)
    await town.do(InviteColleague(town.notice.id, mine, by=me, days=1))
    town.clock.move(opening("2023-07-16 10:00", ZONE))
    assert isinstance(await town.do(InviteColleague(town.notice.id, mine, by=me)), Invited)


async def test_what_one_has_done_stands_for_the_unit(town: Town) -> None:
    unit = await town.unit("奎文区", "county")
    me = await town.liaison(unit)
    await town.do(Fulfil(town.notice.id, unit, "report", person=me))
    assert await town.look(TasksOf(town.notice.id, unit)) == frozenset({"report"})
    assert await town.look(TasksOf(town.notice.id, unit + 1)) == frozenset()
