"""What hurts in a quiz and in what must not be shown before it: midnight, packets, links that nobody can recognise."""

from __future__ import annotations

from collections.abc import Iterator

from rules.hurts.hurt import Hurt, setting
from rules.instants import micros, spoken
from rules.notice import Notice
from rules.quiz import Quiz


def hurts(notice: Notice) -> Iterator[Hurt]:
    """What an organiser of a quiz, or whoever has an embargo, should know."""
    if notice.quiz is not None:
        yield from _opening(notice, notice.quiz)
        yield from _packets(notice, notice.quiz)
        yield from _counted(notice, notice.quiz)
    yield from _embargoes(notice)


def _opening(notice: Notice, quiz: Quiz) -> Iterator[Hurt]:
    if notice.reminders.hours(notice.zone).is_day(quiz.stage.opens):
        return
    yield Hurt(
        "hurt", "quiz_at_night", quiz.clause,
        "答题在夜里开始：等着的人会在头几分钟一起涌进来，出了问题没有人在岗；第二天早上才看到的人已经晚了。",
        f"{spoken(quiz.stage.opens)} 开始", "改到早上 9 点；或安排人值守，并先排好定时群发。",
        setting(notice, f"stage.{quiz.stage.key}.opens"),
    )  # fmt: skip


def _packets(notice: Notice, quiz: Quiz) -> Iterator[Hurt]:
    packets = quiz.packets
    if packets.when_gone == "close":
        yield Hurt(
            "hurt", "quiz_closes", packets.clause,
            "红包一发完答题就结束：后来的单位还没组织就没有了，人数也报不出来。", "when_gone = \"close\"",
            "改为 play_on，红包发完照样可以答题。", setting(notice, "quiz.packets.when_gone"),
        )  # fmt: skip
    if packets.chance == "certain":
        yield Hurt(
            "watch", "packets_first", packets.clause,
            "红包先到先得，答对就有：多半头一两天就发完，后面几天的人会来问、来投诉。",
            "chance = \"certain\"", "事先说清“发完为止”；或按概率抽取（draw），让几天里都有。",
            setting(notice, "quiz.packets.chance"),
        )  # fmt: skip
    if quiz.referral.on:
        yield Hurt(
            "hurt", "referral", quiz.referral.clause, quiz.referral.warning, "referral.on = true",
            "关闭，或先取得平台的书面许可。", setting(notice, "quiz.referral.on"),
        )  # fmt: skip


def _counted(notice: Notice, quiz: Quiz) -> Iterator[Hurt]:
    """Tasks that want the number of players before it is final."""
    for task in notice.tasks:
        left = task.ends.first_late - quiz.stage.closes
        if task.from_quiz and micros(task.ends.first_late) <= micros(quiz.stage.closes):
            yield Hurt(
                "hurt", "counted_early", task.clause,
                f"“{task.label}”要报{task.from_quiz}，可是截止时答题还没有结束，报的数不作准。",
                f"{task.ends.text} 截止，{quiz.stage.closes_text} 答题结束", "截止推到答题结束后两天。",
                setting(notice, f"task.{task.key}.due"),
            )  # fmt: skip
        elif task.from_quiz and left.days < 2:
            yield Hurt(
                "watch", "counted_tight", task.clause,
                f"“{task.label}”要报{task.from_quiz}，答题结束后只剩 {max(1, left.days)} 天汇总、盖章。",
                f"{quiz.stage.closes_text} 答题结束，{task.ends.text} 截止", "多留一两天。",
                setting(notice, f"task.{task.key}.due"),
            )  # fmt: skip


def _embargoes(notice: Notice) -> Iterator[Hurt]:
    hours = notice.reminders.hours(notice.zone)
    for each in notice.embargoes:
        place = f"embargo.{each.key}"
        if not each.links and not each.words:
            yield Hurt(
                "hurt", "embargo_blind", each.clause,
                f"{each.what}不得提前公布，可是链接和口令还没有填，写在文字里的程序认不出来，拦不住。",
                f"{spoken(each.until)} 解禁；links = []，words = []", "链接和口令一定下来就填进 links 和 words。",
                f"{place}.links",
            )  # fmt: skip
        if not hours.is_day(each.until):
            yield Hurt(
                "watch", "embargo_night", each.clause,
                f"{each.what}在夜里才解禁，那时没有人上班来发。", f"{spoken(each.until)} 解禁",
                "先排好定时群发（到点自动发），或把解禁改到早上。", setting(notice, f"{place}.until"),
            )  # fmt: skip
