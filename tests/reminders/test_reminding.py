"""Whoever owes something is reminded once at each occasion, whatever restarts, late ticks and clocks do meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from bot.fakes import FakeClock
from rules.deeds_reminders import MuteReminders
from rules.instants import opening
from scheduler.clock import SimulatedClock
from scheduler.reminding import Reminding
from storage.leases import LEASE, Leadership
from storage.reminders import remind
from storage.tables import entries, sessions
from storage.tables_reminders import leases, reminders, rounds
from tests.reminders.town import ZONE, Town, persons, us


async def peopled(town: Town) -> tuple[int, int, int]:
    """A county that owes and has its liaison, one that owes nothing, and a liaison who speaks for both."""
    owing, done = await town.unit("奎文区", "county"), await town.unit("寿光市", "county")
    for track in ("text", "video"):
        await town.entry(done, track)
        await town.entry(done, track)
    return await town.liaison(owing), await town.liaison(done), await town.liaison(owing, done)


async def test_before_a_closing_those_who_owe_hear_it_once_and_the_others_nothing(town: Town) -> None:
    owes, _, both = await peopled(town)
    assert await town.at("2023-08-24 07:59") == []
    said = await town.at("2023-08-24 08:00")
    assert persons(said) == [owes, both]
    assert said[0].text == (
        "2023年信用典型案例评选：距截止还有 6 天 16 小时（8月30日（周三）24:00）。\n"
        "贵单位还差：文字案例 2 篇、视频案例 2 部"
        "（文字案例原则上不少于 2 篇，已报 0 篇；视频案例原则上不少于 2 部，已报 0 部）。"
    )
    assert said[0].buttons == ["填报", "今天不再提醒", "换人负责"]
    assert said[1].text.splitlines()[1].startswith("奎文区还差：")
    assert await town.act() == []
    assert await town.at("2023-08-24 20:00") == []


async def test_a_restart_and_a_clock_set_back_repeat_nothing(town: Town) -> None:
    owes, _, both = await peopled(town)
    assert persons(await town.at("2023-08-24 08:00")) == [owes, both]
    town.restarted()
    assert await town.act() == []
    town.clock = FakeClock(opening("2023-08-20 10:00", ZONE))
    town.restarted()
    assert await town.act() == []
    assert await town.at("2023-08-24 08:00") == []
    assert persons(await town.at("2023-08-28 08:00")) == [owes, both]


async def test_a_late_tick_says_it_once_with_the_time_that_is_left_and_at_night_not_at_all(town: Town) -> None:
    owes, _, both = await peopled(town)
    assert await town.at("2023-08-28 23:00") == []
    said = await town.at("2023-08-29 08:00")
    assert persons(said) == [owes, both]
    assert said[0].text.startswith("2023年信用典型案例评选：距截止还有 1 天 16 小时")
    assert await town.rounds() == [("08-24 00:00", "over", ""), ("08-28 00:00", "over", "")]
    assert await town.at("2023-08-30 21:00") == []
    assert await town.at("2023-08-31 08:00") == []
    assert (await town.rounds())[2:] == [("08-30 00:00", "left_out", "quiet"), ("08-30 22:00", "left_out", "quiet")]


async def test_what_comes_after_the_deadline_is_left_out_and_reported(town: Town) -> None:
    await peopled(town)
    assert await town.at("2023-09-02 10:00") == []
    assert {(state, why) for _, state, why in await town.rounds()} == {("left_out", "late")}
    assert len(await town.rounds()) == 4


async def test_once_it_is_done_nobody_is_reminded_any_more(town: Town) -> None:
    owes, _, both = await peopled(town)
    assert persons(await town.at("2023-08-24 08:00")) == [owes, both]
    for track in ("text", "video"):
        await town.entry(1, track)
        await town.entry(1, track)
    assert await town.at("2023-08-28 08:00") == []
    await town.change(entries, await town.entry(1, "text", state="withdrawn"), state="withdrawn")
    assert await town.at("2023-08-30 08:00") == []


async def test_a_draft_that_rests_is_told_of_once_until_it_is_touched_again(town: Town) -> None:
    person = await town.liaison(await town.unit("某协会", "other"))
    draft = await town.draft(person, title="诚信菜市场")
    assert await town.at("2023-07-18 09:30") == []
    [said] = await town.at("2023-07-19 09:30")
    assert said.text.splitlines()[1] == (
        "您有 1 份没填完：“诚信菜市场”，停在“联系电话”。不再需要的，打开后发“取消”即可。"
    )
    assert said.buttons == ["接着填", "今天不再提醒", "换人负责"]
    assert await town.at("2023-07-26 09:30") == []
    await town.change(sessions, draft, touched=town.now)
    assert await town.at("2023-07-28 09:30") == []
    assert persons(await town.at("2023-07-31 09:30")) == [person]


async def test_only_the_scan_is_missing_and_what_was_sent_back(town: Town) -> None:
    unit = await town.unit("某协会", "other")
    person = await town.liaison(unit)
    await town.draft(person, title="信用惠民", shown="scan/form")
    await town.entry(unit, "text", state="returned", title="守信\n激励")
    [said] = await town.at("2023-08-24 08:00")
    assert said.text.splitlines()[1:] == [
        "WF-0005“守信\n激励”已退回，请修改后重新报送。".split("\n")[0],
        "激励”已退回，请修改后重新报送。",
        "您有 1 份已经填好，只差盖章扫描件：“信用惠民”。",
    ]
    assert said.buttons == ["接着填", "我的报送", "今天不再提醒", "换人负责"]


async def test_who_asked_for_peace_has_it_for_that_day(town: Town) -> None:
    owes, _, both = await peopled(town)
    town.clock.move(opening("2023-08-24 07:00", ZONE))
    await town.do(MuteReminders(owes, town.notice.id, us("2023-08-25 00:00")))
    await town.do(MuteReminders(both, town.notice.id, us("2023-09-24 00:00")))  # by a clock that was far ahead
    assert persons(await town.at("2023-08-24 08:00")) == [both]
    assert (owes, "floor", "dropped", "muted") in await town.fates()
    assert persons(await town.at("2023-08-28 08:00")) == [owes, both]


async def test_enough_for_one_day_is_enough(town: Town) -> None:
    town.notice = replace(town.notice, reminders=replace(town.notice.reminders, most=1))
    town.restarted()
    owes, _, both = await peopled(town)
    assert persons(await town.at("2023-08-30 08:00")) == [owes, both]
    assert await town.at("2023-08-30 20:50") == []
    assert [fate for fate in await town.fates() if fate[3]] == [
        (owes, "floor", "dropped", "cap"), (both, "floor", "dropped", "cap"),
    ]  # fmt: skip


async def test_whoever_joins_late_is_not_told_what_their_welcome_just_said(town: Town) -> None:
    unit = await town.unit("奎文区", "county")
    assert await town.at("2023-08-24 08:00") == []
    late = await town.liaison(unit)
    assert await town.act() == []
    assert persons(await town.at("2023-08-28 08:00")) == [late]


async def test_a_leave_is_reminded_of_before_its_own_end(town: Town) -> None:
    owes, *_ = await peopled(town)
    await town.at("2023-08-30 20:50")
    town.clock.move(opening("2023-08-31 09:00", ZONE))
    await town.leave(1, "text", "2023-09-05 00:00")
    assert await town.at("2023-09-03 10:00") == []
    said = await town.at("2023-09-04 08:00")
    assert said[0].person == owes
    assert said[0].text.splitlines() == [
        "2023年信用典型案例评选：距截止还有 16 小时（9月4日（周一）24:00）。",
        "贵单位还差：文字案例 2 篇（原则上不少于 2 篇，已报 0 篇）。",
    ]


@pytest.mark.parametrize("pages", [1, 2, 5])
async def test_a_crash_between_pages_loses_and_repeats_nothing(
    town: Town, pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = await town.unit("奎文区", "county")
    everybody = [await town.liaison(unit) for _ in range(7)]
    town.restarted(page=2)
    left = pages

    async def crashing(*given: object, **named: object) -> object:
        nonlocal left
        if not left:
            raise KeyboardInterrupt
        left -= 1
        told = await remind(*given, **named)  # type: ignore[arg-type]
        if not left:
            raise KeyboardInterrupt  # after the page was written, before it was committed
        return told

    monkeypatch.setattr("scheduler.reminding.remind", crashing)
    with pytest.raises(KeyboardInterrupt):
        await town.at("2023-08-24 08:00")
    monkeypatch.undo()
    first = persons(await town.said())
    assert len(first) == 2 * (pages - 1) if pages < 5 else len(first) == 7
    town.restarted(page=3)
    assert first + persons(await town.act()) == everybody


async def test_broken_off_in_the_evening_it_goes_on_in_the_morning(town: Town) -> None:
    unit = await town.unit("奎文区", "county")
    everybody = [await town.liaison(unit) for _ in range(3)]
    town.restarted(page=1)
    assert persons(await town.at("2023-08-24 20:59")) == everybody
    async with town.database.write() as connection:
        await connection.execute(update(rounds).values(state="open", cursor=everybody[0]))
        await connection.execute(delete(reminders).where(reminders.c.person > everybody[0]))
    assert await town.at("2023-08-24 23:00") == []
    assert persons(await town.at("2023-08-25 08:00")) == everybody[1:]
    await town.at("2023-08-30 20:50")
    async with town.database.write() as connection:
        await connection.execute(update(rounds).values(state="open", cursor=0).where(rounds.c.began == town.now))
    assert await town.at("2023-08-30 21:30") == []
    assert [why for _, state, why in await town.rounds() if state == "left_out"] == ["quiet", "quiet", "quiet"]


async def test_two_programs_on_one_database_say_it_once(town: Town) -> None:
    unit = await town.unit("奎文区", "county")
    everybody = [await town.liaison(unit) for _ in range(5)]
    other = Reminding(town.database, {town.notice.id: town.notice}, town.numbers, town.clock, page=1)
    town.restarted(page=1)
    town.clock.move(opening("2023-08-24 08:00", ZONE))
    for _ in range(4):
        await other.act()
        await town.reminding.act()
    assert persons(await town.said()) == everybody


async def test_of_two_programs_one_leads_until_it_is_gone(town: Town) -> None:
    if town.database.sqlite:
        one, two = Leadership(), Leadership()

        async def leads(which: Leadership) -> bool:
            async with town.database.write() as connection:
                return await which.lead(connection)

        assert [await leads(one), await leads(two), await leads(one)] == [True, False, True]
        for until in (0, 10**17 + LEASE):  # run out, or written by a clock that was far ahead
            async with town.database.write() as connection:
                await connection.execute(update(leases).values(until=until, holder=one.holder))
            assert [await leads(two), await leads(one)] == [True, False]
            async with town.database.write() as connection:
                await connection.execute(update(leases).values(until=0))
    else:
        async with town.database.write() as held, town.database.write() as other:
            assert [await Leadership().lead(held), await Leadership().lead(other)] == [True, False]
        async with town.database.write() as other:
            assert await Leadership().lead(other)


async def test_a_clock_that_runs_on_while_it_is_worked_out_what_is_due_changes_nothing(town: Town) -> None:
    owes, _, both = await peopled(town)
    clock = SimulatedClock(opening("2023-08-24 08:00", ZONE))
    await Reminding(town.database, {town.notice.id: town.notice}, town.numbers, clock).act()
    assert persons(await town.said()) == [owes, both]


async def test_the_database_itself_takes_no_reminder_twice(town: Town) -> None:
    row = {"instant": 1, "person": 2, "campaign": "c", "rule": "floor", "subject": "1"}
    await town.put(reminders, **row)
    with pytest.raises(IntegrityError):
        await town.put(reminders, **row)
    await town.put(reminders, **row | {"instant": 2})


async def test_a_year_without_a_known_calendar_is_reminded_with_weekends_free(town: Town) -> None:
    closes = town.notice.tracks[0].stage.ends
    later = replace(closes, first_late=opening("2199-01-08 00:00", ZONE))  # Tuesday the 7th is its last day
    stage = replace(town.notice.tracks[0].stage, ends=later, opens=opening("2198-12-01", ZONE))
    town.notice = replace(town.notice, tracks=tuple(replace(track, stage=stage) for track in town.notice.tracks))
    town.clock.move(later.first_late - timedelta(days=20))
    town.restarted()
    await town.liaison(await town.unit("奎文区", "county"))
    assert len(await town.at("2199-01-01 10:00")) == 1
