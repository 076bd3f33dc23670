"""A collecting notice from its first day to its dossier: the collection, then the judging of what really came in."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import select

from bot.fakes import FakeClock
from bot.people import take_roster
from rehearsal.collecting import Collected, cast_of, collect
from rehearsal.exporting import exported
from rehearsal.house import House, running
from rehearsal.judging import Judging
from rehearsal.ledger import Ledger
from rehearsal.materials import Materials
from rehearsal.prizes import honours
from rehearsal.record import Record, Rehearsed, Table
from rehearsal.rosters import roster_of
from rehearsal.screeners import Heads
from rehearsal.scripts import Script
from rehearsal.stage import ZONE, Stage
from rehearsal.watch import Watch
from rehearsal.writing import keep
from rules.instants import opening
from rules.notice import Notice
from storage.tables import entries

#: Told how far a play is: what goes on, and the share of its days that have passed.
Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How large a rehearsal is, and by which dice. `public` people vote, `players` play the quiz."""

    units: int
    players: int
    public: int
    seed: int
    small: bool = False


async def rehearse(
    folder: Path, script: Script, notice: Notice, size: Size, materials: Materials, out: Path, progress: Progress
) -> Record:
    """Play a whole notice in `folder`; files that were made are put into `out`."""
    began, dice = time.monotonic(), Random(size.seed)
    play = staged(notice, materials)
    start = play.clock.now()
    play.on_moved = _shares(play, script, progress)
    watch, told, data = Watch(play), Ledger(notice.title), folder / "data"
    async with running(play, data, script.campaign):
        collected = await collection(play, script, folder, size, dice, told, watch)
        judging = Judging(play, script, collected, dice, told, watch, size.public)
        await judging.first()
    watch.note("程序停下又重新启动，投到一半的专家接着投")
    async with running(play, data, script.campaign):
        await judging.rest()
        files = await exported(play, folder / "导出")
        await judging.close(folder / "档案")
        await watch.look_for_lost()
        results = await _results(play, judging)
    assert judging.done.dossier is not None, "the dossier was made"
    folders = {"结项档案": judging.done.dossier, "导出": files}
    return Record(
        notice, size.seed, collected.units, start, play.clock.now(), time.monotonic() - began, everybody(play),
        watch.timeline(start, play.clock.now()), tuple(watch.owing), watch.unreached, results,
        keep(judging.done.files | {"经过.txt": told.text.encode()}, folders, out), tuple(told.wrong),
    )  # fmt: skip


def staged(notice: Notice, materials: Materials) -> House:
    """A play that begins on the morning of the day on which the notice was issued."""
    start = opening(notice.issued or f"{min(track.opens for track in notice.tracks):%Y-%m-%d}", notice.zone)
    return House(FakeClock(start.replace(hour=9)), materials)


async def collection(
    play: House, script: Script, folder: Path, size: Size, dice: Random, told: Ledger, watch: Watch
) -> Collected:
    """Everything up to the day after the closing, and whether the program has what people were told it has."""
    roster, units = roster_of(script, play.notice, folder, size.units)
    await take_roster(play.app, script.campaign, roster)
    watch.note(f"导入名单，{len(units)} 家单位参加，发出邀请码；{play.materials.said}")
    heads = Heads(roster, play.notice, units, told)
    cast = cast_of(script, units, dice, small=size.small)
    collected = await collect(play, script, cast, dice, heads, watch, small=size.small)
    await _compare(play, collected, told)
    return collected


def _shares(play: Stage, script: Script, progress: Progress) -> Callable[[], None]:
    """Tells the share of the days of a campaign that have passed."""
    start = play.clock.now()
    whole = opening(script.publishes, ZONE) - start

    def moved() -> None:
        now = play.clock.now()
        progress(f"{now:%m-%d %H:%M}", min(1.0, (now - start) / whole))

    return moved


async def _compare(play: House, collected: Collected, told: Ledger) -> None:
    """What the program says it has is what people were told it has."""
    asked = select(entries.c.track, entries.c.title).where(entries.c.campaign == play.notice.id)
    async with play.app.database.read() as connection:
        rows = (await connection.execute(asked)).all()
    labels = {track.key: track.label for track in play.notice.tracks}
    kept = Counter((labels[row.track], row.title) for row in rows)
    handed = Counter((track, title) for track, titles in collected.handed.items() for title in titles)
    told.step("征集")
    for label in labels.values():
        told.say(f"{label}：{sum(number for (track, _), number in kept.items() if track == label)} 件")
    told.check("报送成功而程序里没有的作品", [], sorted(title for _, title in (handed - kept).elements()))
    told.check("程序里有而没有人报送过的作品", [], sorted(title for _, title in (kept - handed).elements()))


async def _results(play: House, judging: Judging) -> tuple[Table, ...]:
    prizes = tuple(
        (each.label, each.number or "—", each.title or "—", each.unit_name, f"{each.gift} 元" if each.gift else "—")
        for each in await honours(play) if each.state == "final"
    )  # fmt: skip
    tables = [Table("获奖名单", ("奖项", "编号", "作品", "单位", "奖励"), prizes)]
    if votes := judging.done.votes:
        asked = select(entries.c.id, entries.c.number, entries.c.title).where(entries.c.id.in_(list(votes)))
        async with play.app.database.read() as connection:
            rows = (await connection.execute(asked)).all()
        best = sorted(rows, key=lambda row: (-votes[row.id], row.number))
        tables.append(Table("网络投票", ("编号", "作品", "票数"), tuple(
            (row.number, row.title, f"{votes[row.id]}") for row in best)))  # fmt: skip
    return tuple(tables)


def everybody(play: Stage) -> tuple[Rehearsed, ...]:
    """All who had a part, with their chats."""
    return tuple(
        Rehearsed(
            each.name, each.where, each.about.role, each.unit, each.about.habit, tuple(play.chat(each.where).lines)
        )
        for each in play.citizens
    )
