"""A quiz without works, from its notice to the day after its report, with units and players as they are."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from bot.fakes import FakeClock
from bot.people import take_roster
from rehearsal.agenda import Agenda
from rehearsal.assumed import assumed, left_out, who_plays
from rehearsal.campaign import broken, everybody
from rehearsal.course import begun, gathered
from rehearsal.exporting import exported
from rehearsal.house import House, running
from rehearsal.materials import StandIns
from rehearsal.passing import passed
from rehearsal.quizzing import Quizzing, faults, results
from rehearsal.record import Record
from rehearsal.rosters import roster_of
from rehearsal.scripts import Script
from rehearsal.setting import Setting
from rehearsal.size import Progress, Size, shares
from rehearsal.stage import About
from rehearsal.watch import Watch
from rehearsal.week_liaisons import Liaison, habits
from rehearsal.writing import keep


async def rehearse(setting: Setting, script: Script, size: Size, out: Path, progress: Progress) -> Record:
    """Play the whole of it; the program looks what is due at every step, and before whatever an office does."""
    began, dice, notice, folder = time.monotonic(), Random(size.seed), setting.notice, setting.folder
    start = begun(notice).replace(hour=8, minute=30)
    play = House(FakeClock(start), StandIns(), setting.variant)
    play.campaigns, play.patience = setting.campaigns, 50
    play.on_moved = shares(play, gathered(notice), progress)
    watch, agenda = Watch(play), Agenda()
    for each in left_out(notice):
        watch.note(each)
    async with running(play, folder / "data", notice.id):
        listed = roster_of(script, play.notice, play.campaigns, folder, size.units)
        await take_roster(play.app, notice.id, listed.path)
        watch.note(f"导入名单，{len(listed.units)} 家单位参加，发出邀请码")
        liaisons = [
            Liaison(play, agenda, unit, habit, dice)
            for unit, habit in zip(listed.units, habits(len(listed.units), dice), strict=True)
        ]
        admin = play.citizen("管理员陈", "telegram", About("管理员", "", "主办方经办人"))
        other = play.citizen("管理员赵", "wechat", About("管理员", "", "主办方分管领导"))

        async def join() -> None:
            for who in (admin, other):
                await who.all(f"/start {await play.code()}", who.name)

        agenda.add(start + timedelta(minutes=5), join)
        for one in liaisons:
            one.plan(start)
        names = [unit.name for unit in listed.units]
        quiz = Quizzing(play, agenda, (admin, other), names, dice, watch, size, start)
        await passed(play, agenda, liaisons, gathered(notice), lambda at: _step(at, small=size.small))
        await watch.look_for_lost()
        counted = await quiz.counted()
        folders = {"导出": await exported(play, folder / "导出")}
    return Record(
        notice, size.seed, len(listed.units), start, play.clock.now(), time.monotonic() - began, everybody(play),
        watch.timeline(start, play.clock.now()), (), watch.unreached, results(counted.figures),
        keep({}, folders, out), (*faults(counted, quiz.tally), *broken(play)),
        (*setting.assumed, *who_plays(notice, listed), *assumed(notice, script, size)),
    )  # fmt: skip


def _step(at: datetime, *, small: bool) -> timedelta:
    return timedelta(hours=6) if small else timedelta(minutes=30)
