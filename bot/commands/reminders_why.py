"""`./xinshi reminders why`: which rule speaks to somebody and which is silent, and every reminder they had."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import campaigns
from bot import config as settings
from bot.commands.outbox_words import STATES as DELIVERY
from bot.commands.reminders_words import OFF, RULES, SILENCE, STATES, WHY, clock, item_told, occasion_told
from bot.commands.screen import opened, safe
from bot.commands.stop import Stop, stopped
from rules.instants import UnreadableInstant, micros, opening, spoken_span
from rules.looks import UnitsLike
from rules.looks_screening import Queue, Screens
from rules.notice import Notice
from rules.occasions import Calendar
from rules.people import CHANNELS, Unit
from rules.reminders import Reader, Rules
from rules.screening import chains_of
from scheduler.clock import SystemClock
from storage.reminders import calendar_of
from storage.reminders_asked import everybody
from storage.reminders_read import decided, liaisons_called, names_of
from storage.screenings_read import queue, screens
from storage.units import units_called, units_like

ConfigFile = Annotated[Path, typer.Option(help="配置文件")]
Campaign = Annotated[str, typer.Argument(help="活动的编号")]
At = Annotated[str, typer.Option("--at", help="假设现在是这个时候，如 “2024-04-20 08:00”；不写就是现在")]
HERE = settings.ROOT / "config.toml"
#: Occasions and reminders that are shown of the past.
MOST_PAST = 20
_DAY = 86_400_000_000


@stopped
def why(
    campaign: Campaign,
    who: Annotated[str, typer.Argument(metavar="UNIT|PERSON", help="单位名称、简称或别名；或联络员的称呼或编号")],
    at: At = "",
    config: ConfigFile = HERE,
) -> None:
    """说明一个单位或一位联络员为什么会被提醒、不会被提醒，以及过去的每一次。

    例：./xinshi reminders why xian-2024 碑林区 --at "2024-04-20 08:00"
    """
    for line in asyncio.run(_why(settings.load(config), campaign, who, at)):
        typer.echo(line)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom somebody asks about: the people, and the units that matter (none: all of theirs)."""

    people: frozenset[int]
    units: frozenset[int]
    readers: tuple[Reader, ...]


async def _why(config: settings.Config, campaign: str, who: str, at: str) -> list[str]:
    notice, instant = notice_of(config, campaign), instant_of(config, campaign, at)
    async with opened(config) as database, database.read() as connection:
        calendar = await calendar_of(connection, notice)
        asked = await _found(connection, notice, calendar, who, instant)
        if not asked.readers:
            return [f"“{safe(who)}”还没有人加入，收不到提醒。先发邀请：./xinshi invite {campaign} {safe(who)}"]
        names = await names_of(connection, sorted(asked.people))
        lines: list[str] = []
        for reader in asked.readers:
            lines += _reader(reader, asked, notice, calendar, names, instant)
            lines += await _screening(connection, reader, asked, notice, instant)
        lines += await _history(connection, notice, asked, names)
        return lines


async def _found(connection: AsyncConnection, notice: Notice, calendar: Calendar, who: str, instant: int) -> _Asked:
    units = await units_called(connection, notice.id, who)
    if len(units) > 1:
        raise Stop(f"名单里有 {len(units)} 个单位都叫“{safe(who)}”，请写全称：{_listed(units)}。")
    persons = [] if units else await liaisons_called(connection, notice.id, who)
    if not units and not persons:
        near = await units_like(connection, UnitsLike(notice.id, who))
        hint = f"；相近的单位有：{_listed(near)}" if near else ""
        raise Stop(f"“{notice.id}”里没有叫“{safe(who)}”的单位或联络员{hint}。")
    only = frozenset(unit.id for unit in units)
    found = [
        reader
        async for reader in everybody(connection, notice.id, instant, calendar.day_of(instant))
        if reader.person in persons or any(place.unit in only for place in reader.places)
    ]
    return _Asked(frozenset(reader.person for reader in found), only, tuple(found))


def _listed(units: tuple[Unit, ...]) -> str:
    return "、".join(safe(unit.name) for unit in units)


def _reader(
    reader: Reader, asked: _Asked, notice: Notice, calendar: Calendar, names: Mapping[int, str], instant: int
) -> list[str]:
    """Everything about one liaison: what each rule finds, what would stop it, when it speaks next."""
    channel = reader.address.partition(":")[0]
    name = safe(names.get(reader.person, "")) or "未留称呼"
    lines = [f"联络员 {name}（编号 {reader.person}，{CHANNELS.get(channel, channel)}）"]
    rules = Rules(notice, calendar)
    for place in reader.places:
        if asked.units and place.unit not in asked.units:
            continue
        lines.append(f"  {safe(place.name)}，{clock(place.since, notice)} 加入")
        items = list(rules.owed(place, instant, instant))
        for rule, label in RULES.items():
            mine = [item_told(item) for item in items if item.rule == rule]
            told = f"会提醒：{'；'.join(mine)}" if mine else f"不提醒：{SILENCE[rules.silence(place, rule, instant)]}"
            lines.append(f"    {label}  {told}")
    if reader.muted:
        lines.append("  本人说今天不再提醒，今天到点的都不发。")
    lines.append(f"  今天已提醒 {reader.today} 条，最多 {notice.reminders.most} 条。")
    coming = [one for one in calendar.before_closings() if one.moment > instant]
    if coming:
        lines.append(f"  下一次：{clock(coming[0].moment, notice)}，{occasion_told(coming[0], notice)}")
    return lines


async def _screening(
    connection: AsyncConnection, reader: Reader, asked: _Asked, notice: Notice, instant: int
) -> list[str]:
    """What waits for them as screeners, and when they hear of it."""
    chains, idle = chains_of(notice), notice.reminders.idle
    if not chains.asks("recommender", "lead"):
        return []
    lines: list[str] = []
    for place in reader.places:
        if asked.units and place.unit not in asked.units:
            continue
        waiting = await queue(connection, Queue(notice.id, chains, place.unit, reader.person))
        if not waiting and not await screens(connection, Screens(notice.id, place.unit)):
            continue
        told = "不提醒：没有在等这家单位审核的作品"
        if idle is None or "screening" in notice.reminders.off:
            told = f"不提醒：{SILENCE['off']}"
        elif waiting:
            oldest = waiting[0]
            number, days = safe(oldest.entry.number), (instant - oldest.stand.since) // _DAY
            rule = f"每等满 {spoken_span(idle)}，在当天 {notice.reminders.daily} 提醒"
            told = f"会提醒：{len(waiting)} 件在等，最久的 {number} 已等 {days} 天；{rule}"
        lines.append(f"  {safe(place.name)} {OFF['screening']}  {told}")
    return lines


async def _history(connection: AsyncConnection, notice: Notice, asked: _Asked, names: Mapping[int, str]) -> list[str]:
    found = await decided(connection, notice.id, sorted(asked.people), most=MOST_PAST)
    rows = []
    for one in found:
        why = f"（{WHY[one.why]}）" if one.why else ""
        delivery = f"，{DELIVERY.get(one.delivery, one.delivery)}，发件编号 {one.letter}" if one.letter else ""
        name = safe(names.get(one.person, "")) or str(one.person)
        rows.append(f"  {clock(one.at, notice)}  {name}  {RULES[one.rule]}  {STATES[one.state]}{why}{delivery}")
    return ["过去：", *(rows or ["  还没有提醒过。"])]


def notice_of(config: settings.Config, campaign: str) -> Notice:
    """The notice of a campaign of this deployment. Raises `Stop`."""
    if campaign not in config.campaigns:
        raise Stop(f"配置里没有活动“{campaign}”；有：{'、'.join(config.campaigns)}。")
    return campaigns.load(settings.ROOT / "campaigns", campaign)


def instant_of(config: settings.Config, campaign: str, at: str) -> int:
    """The instant that is asked about, now where none is (UTC µs). Raises `Stop`."""
    if not at:
        return micros(SystemClock().now())
    try:
        return micros(opening(at, notice_of(config, campaign).zone))
    except UnreadableInstant as wrong:
        raise Stop(str(wrong)) from None
