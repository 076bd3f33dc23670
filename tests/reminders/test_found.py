"""What the last trial of a whole campaign found: contradictions, numbers that were wrong, things said too late."""

from __future__ import annotations

from storage.tables import log, units
from storage.tables_steering import returns
from tests.reminders.town import Town, persons, us


async def work_of(town: Town, draft: int, *tracks: str) -> None:
    """The track of a draft, as its liaison answered, once or again."""
    for seq, track in enumerate(tracks, 1):
        await town.put(log, session=draft, seq=seq, kind="answer", key="track", value=f'"{track}"', at=town.now)


async def test_a_draft_is_told_of_before_the_closing_of_its_own_track(town: Town) -> None:
    unit = await town.unit("奎文区", "county")
    me = await town.liaison(unit)
    await work_of(town, await town.draft(me, title="文字的草稿"), "video", "text")
    await work_of(town, await town.draft(me, title="视频的草稿"), "video")
    await town.at("2023-08-30 08:00")
    await town.leave(unit, "text", "2023-09-05 00:00")
    [said] = await town.at("2023-08-30 20:50")
    assert said.text.splitlines()[1:] == [
        "贵单位还差：视频案例 2 部（原则上不少于 2 部，已报 0 部）。",
        "您有 1 份没填完：“视频的草稿”，停在“联系电话”。不再需要的，打开后发“取消”即可。",
    ]
    [said] = await town.at("2023-09-04 08:00")
    assert said.text.splitlines() == [
        "2023年信用典型案例评选：距截止还有 16 小时（9月4日（周一）24:00）。",
        "贵单位还差：文字案例 2 篇（原则上不少于 2 篇，已报 0 篇）。",
        "您有 1 份没填完：“文字的草稿”，停在“联系电话”。不再需要的，打开后发“取消”即可。",
    ]


async def test_a_draft_that_rested_is_told_of_with_the_closing_of_its_own_track(town: Town) -> None:
    unit = await town.unit("奎文区", "county")
    me = await town.liaison(unit)
    await town.leave(unit, "video", "2023-09-05 00:00")
    await work_of(town, await town.draft(me, title="文字的草稿"), "text")
    [said] = await town.at("2023-07-19 09:30")
    assert said.text.splitlines()[0] == "2023年信用典型案例评选：距截止还有 42 天 14 小时（8月30日（周三）24:00）。"


async def test_works_of_units_under_a_unit_count_where_the_notice_says_so(town: Town) -> None:
    county = await town.unit("寿光市", "county")
    mine = await town.liaison(county)
    for name, above in (("蔬菜协会", "寿光市"), ("大棚合作社", "蔬菜协会")):
        under = await town.unit(name, "other")
        await town.change(units, under, parent=above)
        await town.entry(under, "text")
    await town.entry(county, "video")
    [said] = await town.at("2023-08-24 08:00")
    assert said.person == mine
    assert said.text.splitlines()[1] == "贵单位还差：视频案例 1 部（原则上不少于 2 部，已报 1 部）。"
    await town.entry(county, "video")
    assert persons(await town.at("2023-08-28 08:00")) == []


async def test_units_that_are_under_each_other_are_counted_once(town: Town) -> None:
    one, two = await town.unit("奎文区", "county"), await town.unit("寿光市", "county")
    await town.liaison(one)
    await town.change(units, one, parent="寿光市")
    await town.change(units, two, parent="奎文区")
    await town.entry(two, "text")
    [said] = await town.at("2023-08-24 08:00")
    assert "文字案例原则上不少于 2 篇，已报 1 篇" in said.text


async def test_what_was_sent_back_is_not_asked_for_as_if_it_were_missing(town: Town) -> None:
    unit = await town.unit("市教育局", "member")
    await town.liaison(unit)
    await town.entry(unit, "video")
    await town.entry(unit, "text", state="returned", title="守信")
    [said] = await town.at("2023-08-24 08:00")
    assert said.text.splitlines()[1:] == [
        "贵单位还差：文字案例 1 篇（原则上不少于 1 篇，已报 0 篇，另有 1 篇退回，改好重新报送就算）。",
        "WF-0005“守信”已退回，请修改后重新报送。",
    ]


async def test_what_was_sent_back_is_wanted_by_the_day_that_was_named(town: Town) -> None:
    unit = await town.unit("市教育局", "member")
    await town.liaison(unit)
    await town.entry(unit, "video")
    back = await town.entry(unit, "text", state="returned", title="守信")
    await town.put(returns, entry=back, version=1, reasons="{}", until=us("2023-08-26 00:00"), by=0, at=town.now)
    [said] = await town.at("2023-08-24 08:00")
    assert said.text.splitlines()[2] == "WF-0005“守信”已退回，请在 8月25日（周五）24:00 前改好，重新报送。"
    [said] = await town.at("2023-08-28 08:00")
    assert said.text.splitlines()[2] == ("WF-0005“守信”已退回，请尽快改好（原定 8月25日（周五）24:00 前），重新报送。")
