"""`./xinshi erase`: a person's data on request, a campaign's after its retention."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import select

from bot import app as roof
from bot import config as settings
from bot.commands.people import HERE, ConfigFile
from bot.commands.stop import Stop, stopped
from bot.wording import house_wording, named
from rules.erasing import erasable_from, is_over, spelt
from rules.faults import Unreadable
from rules.instants import micros
from rules.people import CHANNELS, Role
from rules.phones import read_phones
from storage import erasures
from storage.database import Database, StillRead
from storage.erasing import Erased, Eraser, Whom
from storage.erasing_policy import POLICIES
from storage.tables import addresses, people, seats, units

#: What the rows of a table are, for a report; others go by the table's own name.
_LABELS = {
    "people": "称呼和地址", "addresses": "渠道地址", "guests": "网页登录", "seats": "登记的身份", "sessions": "对话",
    "log": "对话里的回答", "inbox": "发来的消息", "outbox": "发出的消息", "attempts": "发送记录", "links": "绑定码",
    "grants": "订阅授权", "incidents": "故障记录", "work": "后台任务", "prints": "申报表内容", "materials": "材料",
    "receipts": "任务确认", "handed": "任务报送", "invites": "邀请码", "broadcasts": "群发内容",
    "spool": "待处理的消息",
    "quarantine": "读不懂的原始消息", "reminders": "提醒记录", "mutes": "免打扰", "uploads": "上传",
    "fulfilments": "任务完成", "returns": "退回意见",
}  # fmt: skip
_MOST = 20
Dry = Annotated[bool, typer.Option("--dry-run", help="只报告会删什么，不真的删")]


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody whose data may be meant."""

    person: int
    told: str


def register(app: typer.Typer) -> None:
    """Mount the commands."""
    erase = typer.Typer(help="删除个人信息。", no_args_is_help=True)
    erase.command("person")(person)
    erase.command("campaign")(campaign)
    app.add_typer(erase, name="erase")


@stopped
def person(
    who: Annotated[str, typer.Argument(help="编号、渠道地址（如 telegram:123），或称呼；不确定先写单位名称看编号")],
    name: Annotated[list[str], typer.Option(help="申报表里的姓名，可以写几次")] = [],  # noqa: B006  typer's way
    phone: Annotated[list[str], typer.Option(help="申报表里的电话，可以写几次；写 - 则从输入读")] = [],  # noqa: B006
    forms: Annotated[str, typer.Option(help="进行中活动的申报表：keep 保留，mask 也遮盖")] = "keep",
    dry: Dry = False,
    config: ConfigFile = HERE,
) -> None:
    """删除一个人的信息：称呼、聊天、草稿、地址；已报送的表按 --name 和 --phone 遮盖。

    例：./xinshi erase person 王老师 --name 王某某 --phone 13800138000 --dry-run
    """
    if forms not in ("keep", "mask"):
        raise Stop(f"--forms 写 keep 或 mask，写的是“{forms}”。")
    numbers = [typer.prompt("电话", hide_input=True) if each == "-" else each for each in phone]
    asyncio.run(_person(settings.load(config), who, tuple(name), _numbers(numbers), mask=forms == "mask", dry=dry))


def _numbers(typed: list[str]) -> tuple[str, ...]:
    """Telephone numbers in their printed form."""
    try:
        return tuple(part for each in typed for part in read_phones(each).split("、"))
    except Unreadable:
        raise Stop("有一个电话不完整：请写 11 位手机号，或带区号的座机，例如 029-86780000。") from None


async def _person(
    config: settings.Config, who: str, names: tuple[str, ...], phones: tuple[str, ...], *, mask: bool, dry: bool
) -> None:
    async with _running(config) as app:
        found = await find(app.database, who)
        if len(found) != 1:
            listed = "".join(f"\n{each.person}\t{each.told}" for each in found[:_MOST])
            raise Stop(f"“{who}”对应 {len(found)} 个人，请写编号。{listed}" if found else f"没有找到“{who}”。")
        running = [key for key, notice in app.notices.items() if not is_over(notice, app.clock.now())]
        whom = Whom(found[0].person, names, phones, () if mask else tuple(running))
        if not dry:
            _confirm(f"将删除 {found[0].told} 的信息，不能恢复。确认请输入编号 {whom.person}", str(whom.person))
        erased = await Eraser(app.database, note=app.made.note_unnamed).person(whom, dry=dry)
        await _finish(app, dry=dry)
        if not dry:
            await erasures.done(app.database, whom.person, {"rows": erased.rows}, at=micros(app.clock.now()))
        _tell(erased, dry=dry)
        if whom.spare and (names or phones):
            typer.echo(
                "留下：进行中活动的申报表按原样保留，供联系单位用；活动结束后再运行一次就遮盖，或现在加 --forms mask。"
            )
        _tell_kept("person")


@stopped
def campaign(
    id: Annotated[str, typer.Argument(help="活动的编号")],  # noqa: A002  the word of the whole program for it
    now: Annotated[bool, typer.Option("--now", help="保存期未满也删")] = False,
    dry: Dry = False,
    config: ConfigFile = HERE,
) -> None:
    """保存期满后删除一个活动的个人信息和文件，留下评选结果和操作记录。

    例：./xinshi erase campaign xian-2024 --dry-run
    """
    asyncio.run(_campaign(settings.load(config), id, now=now, dry=dry))


async def _campaign(config: settings.Config, name: str, *, now: bool, dry: bool) -> None:
    if name not in config.campaigns:
        raise Stop(f"配置里没有活动“{name}”；有：{'、'.join(config.campaigns)}。")
    async with _running(config) as app:
        notice = app.notices[name]
        since = erasable_from(notice)
        early = app.clock.now() < since
        day = spelt(since.astimezone(ZoneInfo(notice.zone)))
        if early and not now and not dry:
            kept = f"保存 {notice.retention.months} 个月（{notice.retention.clause}）"
            raise Stop(f"“{name}”的资料{kept}，{day}起才能删除。先看会删什么，加 --dry-run；确需提前，加 --now。")
        if not dry:
            what = "保存期还没有满。" if early else ""
            _confirm(f"{what}将删除{named(notice.title)}的个人信息和文件，不能恢复。确认请输入活动编号", name)
        erased = await Eraser(app.database, note=app.made.note_unnamed).campaign(name, dry=dry)
        if not dry:
            await asyncio.to_thread(shutil.rmtree, app.made.folder / name, ignore_errors=True)
        await _finish(app, dry=dry)
        _tell(erased, dry=dry)
        _tell_kept("campaign")


def _confirm(question: str, wanted: str) -> None:
    if typer.prompt(question).strip() != wanted:
        raise Stop("输入的不一样，什么都没有删。")


async def _finish(app: roof.App, *, dry: bool) -> None:
    """Remove the files, and make the bytes go."""
    if dry:
        return
    await app.made.remove_unnamed(app.database)
    await app.made.forget(before=micros(app.clock.now()) + 1)
    try:
        await app.database.scrub()
    except StillRead:
        raise Stop("都删了，但数据库的日志正被读取，没能清空；请稍后再运行一次，或先停下程序。") from None


async def find(database: Database, who: str) -> list[Found]:
    """People by number, address, name, or unit."""
    matches = (
        (people.c.id == int(who)) if who.isdecimal() and len(who) < 20 else
        (people.c.name == who) | (addresses.c.id == who) | (units.c.name == who) | (units.c.short == who)
    )  # fmt: skip
    rows = (
        select(people.c.id, people.c.name, people.c.channel, units.c.name.label("unit"), seats.c.role)
        .select_from(
            people.outerjoin(addresses, addresses.c.person == people.c.id)
            .outerjoin(seats, seats.c.person == people.c.id)
            .outerjoin(units, units.c.id == seats.c.unit)
        )
        .where(matches, people.c.merged == 0)
        .order_by(people.c.id)
    )
    found: dict[int, list[str]] = {}
    async with database.read() as connection:
        for row in await connection.execute(rows):
            place = row.unit or {Role.ADMIN.value: "管理员", Role.EXPERT.value: "专家"}.get(row.role, "")
            found.setdefault(row.id, [row.name or "（未留称呼）", CHANNELS.get(row.channel, row.channel)]).append(place)
    return [Found(key, " ".join(dict.fromkeys(filter(None, told)))) for key, told in found.items()]


def _running(config: settings.Config) -> AbstractAsyncContextManager[roof.App]:
    return roof.running(
        data=config.data, database_url=config.database_url(), campaign_ids=config.campaigns, key=config.key()
    )


def _tell(erased: Erased, *, dry: bool) -> None:
    counts = [f"{_LABELS.get(table, table)} {count}" for table, count in erased.rows.items()]
    verb = "会删除" if dry else "已删除"
    typer.echo(f"{verb}：{'，'.join(counts) or '没有找到什么'}；文件 {len(erased.files)} 个。")
    typer.echo(f"{'会遮盖' if dry else '已遮盖'}：姓名、电话 {erased.masked} 处。")


def _tell_kept(what: str) -> None:
    """What stays, and why."""
    words = house_wording()
    for why in dict.fromkeys(policy.why for policy in POLICIES.values() if policy.why):
        if what == "campaign" or why.endswith(("entries", "pledges", "audit", "erasures")):
            typer.echo(f"留下：{words.text(why)}。")
