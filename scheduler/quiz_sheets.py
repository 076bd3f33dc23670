"""The quiz as tables: totals, units and their classes, every hour, every question, and signs of unfair play."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from documents.sheets import Sheet
from rules.bank import Question
from rules.instants import from_micros
from rules.notice import Notice
from rules.packets import yuan
from rules.people import CHANNELS
from rules.quiz_view import Group, QuizView
from scheduler.quiz_checking import Checked
from storage.exports import Snapshot

_SIGNS = {
    "swift": "快得不像在读题", "rhythm": "节奏相同的账号", "together": "同一单位的账号同时作答",
    "wrong": "新账号错得一样", "harvest": "像在抄题库", "left": "开了题就走",
}  # fmt: skip
_MEASURES = {
    "swift": "每题中位数（毫秒）", "rhythm": "间隔相差不超过（毫秒）", "together": "时刻相差不超过（毫秒）",
    "wrong": "与别人同错至少（次）", "harvest": "答对（%）", "left": "这一分钟开始（次）",
}  # fmt: skip


def quiz_sheets(
    notice: Notice, seen: QuizView, checked: Checked, shot: Snapshot, bank: Mapping[str, Question]
) -> list[Sheet]:
    """All of them, in the order of the workbook."""
    return [
        _totals(seen), _groups(seen), _units(notice, seen, shot), _hours(seen), _questions(seen, bank),
        _signs(notice, checked),
    ]  # fmt: skip


def _totals(seen: QuizView) -> Sheet:
    figures, stock = seen.figures, seen.figures.stock
    rows = (
        ("统计时间", _when(seen.now)), ("答完的人数", figures.people), ("答完的次数", figures.attempts),
        ("合格的次数", figures.passed), ("截止后答完、不算的次数", figures.void),
        ("没有答完的次数", figures.unfinished), ("快得不像在读题的次数", figures.swift),
        ("单位总数", len(seen.units)), ("有人参加的单位", len(seen.units) - len(seen.silent)),
        ("红包总数", stock.count), ("红包总额（元）", yuan(stock.total)),
        ("红包剩余", stock.left), ("红包已发", stock.paid),
        ("承诺值", stock.commitment),
    )  # fmt: skip
    return Sheet("总体", ("项目", "数值"), rows)


def _groups(seen: QuizView) -> Sheet:
    columns = ("按", "名称", "单位数", "有人参加的单位", "人数", "次数", "合格次数")
    rows = [*_rows("类别", seen.classes), *_rows("上级", seen.above)]
    return Sheet("类别和上级", columns, tuple(rows))


def _rows(by: str, groups: Iterable[Group]) -> Iterable[tuple[object, ...]]:
    for each in groups:
        label = each.label or "以个人身份"
        yield by, label, each.units, each.playing, each.people, each.attempts, each.passed


def _units(notice: Notice, seen: QuizView, shot: Snapshot) -> Sheet:
    """Every unit, also those for which nobody answered."""
    labels, parents = (
        {klass.key: klass.label for klass in notice.classes},
        {each.id: each.parent for each in shot.units},
    )
    rows = tuple(
        (unit.name, labels.get(unit.klass, ""), parents.get(unit.id, ""), play.people, play.attempts, play.passed)
        for unit, play in seen.units
    )
    return Sheet("各单位", ("单位", "类别", "上级", "人数", "次数", "合格次数"), rows)


def _hours(seen: QuizView) -> Sheet:
    rows = tuple((_when(each.begins), each.people, each.attempts) for each in seen.hours)
    return Sheet("每小时", ("从", "人数", "次数"), rows)


def _questions(seen: QuizView, bank: Mapping[str, Question]) -> Sheet:
    """Every question that was answered, the hardest first."""
    rows = tuple(
        (
            each.text or "（题库里已没有这一题）", each.answered, each.right, each.percent,
            bank[each.code].source if each.code in bank else "",
        )
        for each in seen.hard
    )  # fmt: skip
    return Sheet("题目", ("题目", "答题次数", "答对次数", "答对（%）", "来源"), rows)


def _signs(notice: Notice, checked: Checked) -> Sheet:
    """Each person of each sign; signs are no verdicts, and the last column is for the organiser's own."""
    zone = ZoneInfo(notice.zone)
    rows: list[tuple[object, ...]] = []
    for number, sign in enumerate(checked.signs, start=1):
        at = _when(from_micros(sign.at).astimezone(zone))
        for person in sign.people:
            who = checked.players.get(person)
            rows.append((
                number, _SIGNS[sign.kind], at, sign.attempts, _MEASURES[sign.kind], sign.measure, f"{person}",
                who.name if who else "", CHANNELS.get(who.channel, who.channel) if who else "",
                who.unit if who else "", "",
            ))  # fmt: skip
    columns = ("迹象", "种类", "从", "次数", "量的是", "数值", "编号", "称呼", "渠道", "单位", "主办单位的判断")
    return Sheet("迹象（不是结论）", columns, tuple(rows))


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"
