"""How `./xinshi reminders` names rules, reasons and occasions for whoever runs the program."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.screen import safe
from rules.instants import from_micros, spoken_span
from rules.notice import Notice
from rules.occasions import DAILY, NOW, Occasion
from rules.reminder_message import spoken_closing
from rules.reminders import Item

RULES = {
    "floor": "数量",
    "deadline": "截止",
    "draft": "草稿",
    "scan": "扫描件",
    "returned": "退回",
    "task": "任务",
}
#: What a notice can turn off; screeners are told by `scheduler/ageing.py`, and not at the occasions of these.
OFF = {**RULES, "screening": "审核"}
SILENCE = {
    "off": "通知里关着（reminders.off）",
    "closed": "没有还在征集的",
    "no_floor": "这一类单位没有数量下限",
    "met": "数量已达到",
    "has_floor": "有数量下限，由“数量”提醒",
    "begun": "已经有报送、草稿或退回的",
    "not_entering": "这一类单位不报送作品",
    "resting": "一小时内还在填",
    "none": "没有这样的事",
}
WHY = {
    "": "",
    "muted": "本人说今天不再提醒",
    "by_hand": "管理员手动提醒",
    "cap": "当天已经提醒够次数",
    "late": "到点时程序没有运行，截止已过",
    "quiet": "到点时程序没有运行，截止前剩下的都是免打扰时段",
}
STATES = {"sent": "发出", "merged": "并入同一条", "dropped": "没有发"}
_SHIFTED = {
    "quiet": "原定 {nominal} 是免打扰时段，顺延",
    "workday": "原定 {nominal} 不是工作日，顺延",
    "early": "原定 {nominal} 不能打扰，顺延会过截止，提前",
}


def clock(at: int, notice: Notice) -> str:
    """An instant in the notice's zone, to the minute."""
    return f"{from_micros(at).astimezone(ZoneInfo(notice.zone)):%Y-%m-%d %H:%M}"


def occasion_told(occasion: Occasion, notice: Notice) -> str:
    """What an occasion is, and why it is not when its rule means it."""
    if occasion.kind == NOW:
        return "管理员手动提醒"
    if occasion.kind == DAILY:
        idle = f" {spoken_span(notice.reminders.idle)} " if notice.reminders.idle else ""
        return f"每天查看：搁置满{idle}的草稿、扫描件和退回"
    before = spoken_span(timedelta(microseconds=occasion.closes - occasion.nominal))
    told = f"{spoken_closing(occasion.closes, ZoneInfo(notice.zone))} 截止前 {before}"
    shifted = _SHIFTED.get(occasion.shifted, "").format(nominal=clock(occasion.nominal, notice))
    return f"{told}（{shifted}）" if shifted else told


def item_told(item: Item) -> str:
    """What one reminder is about."""
    facts = item.facts
    match item.rule:
        case "floor":
            return f"还差 {'、'.join(_owed(each) for each in facts['owes'])}"
        case "deadline":
            return f"还没有报送{'或'.join(facts['labels'])}"
        case "task":
            return f"还没有完成“{facts['label']}”（通知 {facts['clause']}）"
        case "returned":
            return f"{facts['number']}“{safe(facts['title'])}”已退回，还没有重新报送"
        case "scan":
            return f"“{safe(facts['title'])}”只差盖章扫描件"
        case _:
            return f"“{safe(facts['title'])}”没填完{'，停在“' + safe(facts['step']) + '”' if facts['step'] else ''}"


def _owed(each: Mapping[str, Any]) -> str:
    soft = "原则上" if each["soft"] else "要求"
    return (
        f"{each['noun']} {each['owes']} {each['measure']}"
        f"（{soft}不少于 {each['floor']}，已报 {each['reported']}；通知 {each['clause']}）"
    )
