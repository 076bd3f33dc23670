"""A collecting notice from its first day to its dossier: the collection, then the judging of what really came in."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from sqlalchemy import select

from bot.fakes import FakeClock
from bot.people import take_roster
from rehearsal.assumed import assumed, left_out, who_plays
from rehearsal.collecting import Collected, cast_of, collect
from rehearsal.course import begun
from rehearsal.exporting import exported
from rehearsal.house import House, running
from rehearsal.judging import Judging
from rehearsal.ledger import Ledger
from rehearsal.materials import Materials
from rehearsal.prizes import honours
from rehearsal.quizzing import faults
from rehearsal.quizzing import results as quiz_results
from rehearsal.record import OWN, Assumed, Record, Rehearsed, Table
from rehearsal.rosters import roster_of
from rehearsal.screeners import Heads
from rehearsal.scripts import Script
from rehearsal.setting import Setting
from rehearsal.size import Progress, Size, shares
from rehearsal.stage import Stage
from rehearsal.watch import Watch
from rehearsal.writing import keep
from rules.instants import opening
from rules.notice import Notice
from storage.tables import entries

#: What the program says where it could not do what it was asked for.
_BROKEN = re.compile(r"[^。，\n]*，是我们这边的问题(?:（编号 \w+）)?")


async def rehearse(
    setting: Setting, script: Script, size: Size, materials: Materials, out: Path, progress: Progress
) -> Record:
    """Play a whole notice; files that were made are put into `out`."""
    began, dice, notice, folder = time.monotonic(), Random(size.seed), setting.notice, setting.folder
    play = staged(notice, materials, setting.variant)
    play.campaigns = setting.campaigns
    start = play.clock.now()
    play.on_moved = shares(play, opening(script.publishes, notice.zone), progress)
    watch, told, data = Watch(play), Ledger(notice.title), folder / "data"
    for each in left_out(notice):
        watch.note(each)
    async with running(play, data, script.campaign):
        collected = await collection(play, script, folder, size, dice, told, watch)
        judging = Judging(play, script, collected, dice, told, watch, size.public)
        await judging.first()
    watch.note(f"程序停下又重新启动{'，投到一半的专家接着投' if judging.done.voted is not None else ''}")
    async with running(play, data, script.campaign):
        await judging.rest()
        files = await exported(play, folder / "导出")
        await judging.close(folder / "档案")
        await watch.look_for_lost()
        results, wrong = await _results(play, judging, collected)
    assert judging.done.dossier is not None, "the dossier was made"
    folders = {"结项档案": judging.done.dossier, "导出": files}
    return Record(
        notice, size.seed, collected.units, start, play.clock.now(), time.monotonic() - began, everybody(play),
        watch.timeline(start, play.clock.now()), tuple(watch.owing), watch.unreached, results,
        keep(judging.done.files | {"经过.txt": told.text.encode()}, folders, out), (*told.wrong, *wrong, *broken(play)),
        (*setting.assumed, *collected.assumed, *assumed(notice, script, size)),
    )  # fmt: skip


def staged(notice: Notice, materials: Materials, variant: Callable[[Notice], Notice] = lambda notice: notice) -> House:
    """A play that begins on the morning of the day on which the notice was issued."""
    return House(FakeClock(begun(notice)), materials, variant)


async def collection(
    play: House, script: Script, folder: Path, size: Size, dice: Random, told: Ledger, watch: Watch
) -> Collected:
    """Everything up to the day after the closing, and whether the program has what people were told it has."""
    listed = roster_of(script, play.notice, play.campaigns, folder, size.units)
    await take_roster(play.app, script.campaign, listed.path)
    watch.note(f"导入名单，{len(listed.units)} 家单位参加，发出邀请码；{play.materials.said}")
    heads = Heads(listed.path, play.notice, listed.units, told)
    cast = cast_of(script, listed.units, dice, small=size.small)
    collected = await collect(play, script, cast, dice, heads, watch, size)
    collected.assumed = (*who_plays(play.notice, listed), Assumed(f"{play.materials.said}。"))
    await _compare(play, collected, told)
    return collected


async def _compare(play: House, collected: Collected, told: Ledger) -> None:
    """What the program says it has is what people were told it has."""
    asked = select(entries.c.track, entries.c.title).where(entries.c.campaign == play.notice.id)
    async with play.app.database.read() as connection:
        rows = (await connection.execute(asked)).all()
    labels = {track.key: track.label for track in play.notice.entered}
    kept = Counter((labels[row.track], row.title) for row in rows)
    handed = Counter((track, title) for track, titles in collected.handed.items() for title in titles)
    told.step("征集")
    for label in labels.values():
        told.say(f"{label}：{sum(number for (track, _), number in kept.items() if track == label)} 件")
    told.check("报送成功而程序里没有的作品", [], sorted(title for _, title in (handed - kept).elements()))
    told.check("程序里有而没有人报送过的作品", [], sorted(title for _, title in (kept - handed).elements()))


async def _results(
    play: House, judging: Judging, collected: Collected
) -> tuple[tuple[Table, ...], Sequence[str]]:  # fmt: skip
    """What came of it as tables, and where the quiz is not what its players did."""
    tables: list[Table] = []
    if play.notice.awards is not None:
        prizes = tuple(
            (each.label, each.number or "—", each.title or "—", each.unit_name,
             f"{each.gift} 元" if each.gift else "—")
            for each in await honours(play) if each.state == "final"
        )  # fmt: skip
        tables.append(Table("获奖名单", ("奖项", "编号", "作品", "单位", "奖励"), prizes))
    if votes := judging.done.votes:
        asked = select(entries.c.id, entries.c.number, entries.c.title).where(entries.c.id.in_(list(votes)))
        async with play.app.database.read() as connection:
            rows = (await connection.execute(asked)).all()
        best = sorted(rows, key=lambda row: (-votes[row.id], row.number))
        tables.append(Table("网络投票", ("编号", "作品", "票数"), tuple(
            (row.number, row.title, f"{votes[row.id]}") for row in best)))  # fmt: skip
    if collected.quiz is None:
        return tuple(tables), ()
    counted = await collected.quiz.counted()
    return (*tables, *quiz_results(counted.figures)), faults(counted, collected.quiz.tally)


def broken(play: Stage) -> list[str]:
    """Where the program says itself that it failed somebody."""
    return [
        f"{line.at:%m-%d %H:%M} {each.name}：{found[0]}"
        for each in play.citizens for line in play.chat(each.where).lines
        if line.kind != OWN and (found := _BROKEN.search(line.text))
    ]  # fmt: skip


def everybody(play: Stage) -> tuple[Rehearsed, ...]:
    """All who had a part, with their chats."""
    return tuple(
        Rehearsed(
            each.name, each.where, each.about.role, each.unit, each.about.habit, tuple(play.chat(each.where).lines)
        )
        for each in play.citizens
    )
