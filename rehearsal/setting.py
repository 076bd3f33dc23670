"""What a play is set up from: the notice with what lies beside it, and a stand-in for what is not there yet."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot import campaigns as shelf
from bot.app import ROOT
from rehearsal.blanks import drawn, missing
from rehearsal.record import Assumed
from rehearsal.scripting import NotPlayable
from rehearsal.week_office import with_link
from rules.notice import Notice

#: The questions that stand in where a quiz has none yet.
SAMPLE = "hongze-quiz-2020"
#: What lies beside a notice and is played.
_BESIDE = ("roster.csv", "bank.csv", "duties.toml")


@dataclass(frozen=True, slots=True)
class Setting:
    """The notice, the folder that the play may write into, and in it the campaigns that the program reads.

    `variant` makes the notice that is played: with a link that is kept back, and with blanks that could be drawn.
    """

    notice: Notice
    folder: Path
    campaigns: Path
    variant: Callable[[Notice], Notice]
    assumed: tuple[Assumed, ...]


def set_up(notice: Notice, source: Path, folder: Path) -> Setting:
    """Set a notice of the folder `source` up. Raises `NotPlayable`."""
    place, found = folder / "campaigns", []
    place.mkdir(parents=True)
    shutil.copyfile(source / f"{notice.id}.toml", place / f"{notice.id}.toml")
    for what in _BESIDE:
        if (path := shelf.beside(source / f"{notice.id}.toml", what)).exists():
            shutil.copyfile(path, shelf.beside(place / f"{notice.id}.toml", what))
    if notice.quiz is not None and not shelf.beside(place / f"{notice.id}.toml", "bank.csv").exists():
        found.append(_lent(notice, place))
    if notice.embargoes:
        found.append(Assumed("答题链接和口令是假的，照通知的保密时间拦着。", "[[embargo]]"))
    found += [
        Assumed(f"空白表 {form.blank} 还没有放好，照《{form.title}》的栏目画了一张代替。", f"form.{form.key}.blank")
        for form in missing(notice)
    ]
    return Setting(notice, folder, place, lambda one: drawn(with_link(one), folder / "blanks"), tuple(found))


def _lent(notice: Notice, place: Path) -> Assumed:
    """A sample bank for a quiz that has none."""
    assert notice.quiz is not None, "a bank is for a quiz"
    sample = ROOT / "campaigns" / f"{SAMPLE}.toml"
    known = shelf.questions(sample) or 0
    if not notice.quiz.opens_with(known):
        raise NotPlayable(
            f"活动还没有题库，示例题库只有 {known} 题，不够每次抽 {notice.quiz.draw} 题（quiz.draw）。"
            f"把题库存成 campaigns/{notice.id}.bank.csv 再演（写法见 docs/quiz-bank.md）。"
        )
    shutil.copyfile(shelf.beside(sample, "bank.csv"), shelf.beside(place / f"{notice.id}.toml", "bank.csv"))
    return Assumed(f"还没有题库，用了随程序附带的 {known} 道信用知识题。", f"campaigns/{notice.id}.bank.csv")
