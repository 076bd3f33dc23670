"""`./xinshi reminders`: what is due when, why somebody is reminded or not, and a reminder by hand."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import config as settings
from bot.commands.reminders_why import HERE, MOST_PAST, At, Campaign, ConfigFile, instant_of, notice_of, why
from bot.commands.reminders_words import OFF, RULES, STATES, WHY, clock, occasion_told
from bot.commands.screen import opened, safe
from bot.commands.stop import Stop, stopped
from rules.deeds_reminders import RemindNow
from rules.instants import micros
from rules.notice import Notice
from rules.occasions import Calendar
from rules.reminders import Rules
from rules.workdays import is_known
from scheduler.clock import SystemClock
from storage.moments import Moment
from storage.numbers import Numbers
from storage.registry import DEEDS
from storage.reminders import LEFT_OUT, OPEN, calendar_of, known_rounds
from storage.reminders_asked import everybody
from storage.reminders_read import Held, counted, held
from storage.units import units_called


def register(app: typer.Typer) -> None:
    """Mount the commands."""
    group = typer.Typer(help="提醒：什么时候提醒谁，为什么。", no_args_is_help=True)
    group.command("list")(list_)
    group.command("why")(why)
    group.command("now")(now)
    app.add_typer(group, name="reminders")


@stopped
def list_(campaign: Campaign, at: At = "", config: ConfigFile = HERE) -> None:
    """列出一个活动的提醒：以后什么时候提醒，现在谁还欠着什么，过去每一次的结果。

    例：./xinshi reminders list xian-2024
    """
    for line in asyncio.run(_list(settings.load(config), campaign, at)):
        typer.echo(line)


async def _list(config: settings.Config, campaign: str, at: str) -> list[str]:
    notice, instant = notice_of(config, campaign), instant_of(config, campaign, at)
    async with opened(config) as database, database.read() as connection:
        calendar = await calendar_of(connection, notice)
        known = await known_rounds(connection, campaign)
        past = [
            (one, await counted(connection, campaign, one)) for one in await held(connection, campaign, most=MOST_PAST)
        ]
        return [
            *_rules_told(notice, instant),
            *_coming(calendar, notice, known, instant),
            *await _owing(connection, notice, calendar, instant),
            *_past(past, notice),
        ]


def _rules_told(notice: Notice, instant: int) -> list[str]:
    rule = notice.reminders
    told = [f"免打扰 {rule.quiet}" if rule.quiet else "不设免打扰时段", "只在工作日" if rule.workdays else "不分工作日"]
    told += [f"每人每天最多 {rule.most} 条"] + [f"关着：{'、'.join(OFF[each] for each in rule.off)}"] * bool(rule.off)
    year = int(clock(instant, notice)[:4])
    unknown = [] if is_known(year) or not rule.workdays else [f"注意：还不知道 {year} 年的节假日安排，只避开周末。"]
    return [f"规则：{'；'.join(told)}〔{rule.clause}〕", *unknown]


def _coming(calendar: Calendar, notice: Notice, known: Mapping[str, str], instant: int) -> list[str]:
    daily = calendar.next_daily(instant)
    coming = [one for one in calendar.before_closings() if one.closes > instant and one.key not in known]
    coming += [daily] if daily is not None else []
    rows = [
        f"  {clock(max(one.moment, instant), notice)}  {occasion_told(one, notice)}"
        for one in sorted(coming, key=lambda one: one.moment)
    ]
    return ["以后：", *(rows or ["  没有了。"])]


async def _owing(connection: AsyncConnection, notice: Notice, calendar: Calendar, instant: int) -> list[str]:
    """How many units and people still owe something, by rule."""
    rules, units, people, by_rule = Rules(notice, calendar), set[int](), set[int](), Counter[str]()
    async for reader in everybody(connection, notice.id, instant, calendar.day_of(instant)):
        for place in reader.places:
            items = list(rules.owed(place, instant, instant))
            if items:
                units.add(place.unit)
                people.add(reader.person)
            by_rule.update({item.rule for item in items})
    if not units:
        return ["现在：没有要提醒的单位。"]
    told = "，".join(f"{label} {by_rule[rule]}" for rule, label in RULES.items() if by_rule[rule])
    return [f"现在：{len(units)} 个单位的 {len(people)} 位联络员还有要做的（{told}）。"]


def _past(found: Sequence[tuple[Held, Mapping[tuple[str, str], int]]], notice: Notice) -> list[str]:
    rows = [
        f"  {clock(one.began, notice)}  {occasion_told(one.occasion, notice)}：{_result(one, counts)}"
        for one, counts in found
    ]
    return ["过去：", *(rows or ["  还没有。"])]


def _result(one: Held, counts: Mapping[tuple[str, str], int]) -> str:
    told = [
        f"{STATES[state]} {count} 条{f'（{WHY[why]}）' if why else ''}"
        for (state, why), count in sorted(counts.items(), reverse=True)
    ]
    if one.state == LEFT_OUT:
        return "，".join([*told, f"{'其余' if told else ''}没有发，{WHY[one.why]}"])
    return "，".join([*(["正在进行"] if one.state == OPEN else []), *told]) or "没有人需要提醒"


@stopped
def now(
    campaign: Campaign,
    units: Annotated[list[str] | None, typer.Argument(metavar="[UNIT…]", help="单位；不写就是全部")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="不再问")] = False,
    config: ConfigFile = HERE,
) -> None:
    """马上提醒还欠着的单位一次，不管钟点；什么都不欠的和说过今天不再提醒的，不会收到。

    例：./xinshi reminders now xian-2024 碑林区 未央区
    """
    found = settings.load(config)
    if not yes:
        typer.confirm(f"马上提醒 {'、'.join(units) if units else '全部还欠着的单位'}？", abort=True)
    asyncio.run(_now(found, campaign, units or []))
    typer.echo("已经记下；信使在运行的话，半分钟内就会发出。")


async def _now(config: settings.Config, campaign: str, names: list[str]) -> None:
    notice_of(config, campaign)
    async with opened(config) as database:
        numbers = await Numbers.above(database)
        async with database.write() as connection:
            found = [await units_called(connection, campaign, name) for name in names]
            if wrong := [name for name, units in zip(names, found, strict=True) if len(units) != 1]:
                raise Stop(f"名单里没有（或不止一个）：{'、'.join(map(safe, wrong))}。请写单位全称。")
            deed = RemindNow(campaign, tuple(unit.id for units in found for unit in units), by=0)
            await DEEDS[RemindNow](Moment(connection, micros(SystemClock().now()), numbers), deed)
