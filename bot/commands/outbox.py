"""`./xinshi outbox`: messages that are not through yet, why, and sending one again."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot import config as settings
from bot.channels import Settings, powers_of
from bot.commands.outbox_words import KINDS, POLICIES, STATES, reader, reason, tried, via
from bot.commands.screen import opened, safe, when
from bot.commands.stop import Stop, stopped
from bot.reply import worded
from bot.settings import ChannelSecrets
from bot.talk.messages import BOLD, PLAIN, UPLOAD
from bot.wording import house_wording
from rules.contact import explain
from rules.delivery import policy
from rules.instants import micros
from rules.masking import masked_phones
from rules.people import CHANNELS
from scheduler.clock import SystemClock
from scheduler.outcome import FREE, planned_for
from storage.contacts import Contacts
from storage.database import Database
from storage.numbers import Numbers
from storage.outbox import DEAD, DUE, HELD, PASSIVE, PULLED, SENDING, SENT, UNKNOWN
from storage.outbox_read import AGAIN, Listed, OutboxRead, Tried, doubtful

ConfigFile = Annotated[Path, typer.Option(help="配置文件")]
Number = Annotated[int, typer.Argument(metavar="ID", help="编号，由 ./xinshi outbox list 给出")]
WithText = Annotated[bool, typer.Option("--text", help="连同内容和完整地址；注意旁边有没有人")]
HERE = settings.ROOT / "config.toml"
#: Messages that a later one took the place of; nobody needs them any more.
SUPERSEDED = "superseded"
#: Codes of invitations and of 绑定 (`rules/codes.py`), as they are shown and at the end of a link.
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}(?![0-9A-Z])|(?<=start=)\w+|(?<=/i/)\w+")


class State(StrEnum):
    """The states that can be listed."""

    DEAD = DEAD
    HELD = HELD
    DUE = DUE
    UNKNOWN = UNKNOWN
    SENDING = SENDING


@dataclass(frozen=True, slots=True)
class Told:
    """One message with all that is known of it: its tries, and each way that was thought of now."""

    one: Listed
    tries: list[Tried]
    ladder: list[str]


def register(app: typer.Typer) -> None:
    """Mount the commands."""
    outbox = typer.Typer(help="发件：没有送到的消息，原因，重发。", no_args_is_help=True)
    outbox.command("list")(list_)
    outbox.command("why")(why)
    outbox.command("again")(again)
    app.add_typer(outbox, name="outbox")


@stopped
def list_(
    state: Annotated[State | None, typer.Option(help="只列一种状态；不写就列全部五种")] = None,
    campaign: Annotated[str, typer.Option(help="只列一个活动的")] = "",
    most: Annotated[int, typer.Option("--most", "-n", min=1, max=10_000, help="最多列几条，新的在前")] = 50,
    text: WithText = False,
    config: ConfigFile = HERE,
) -> None:
    """列出还没有送到的消息：编号、时间、给谁、状态。默认不显示内容和地址。

    例：./xinshi outbox list --state dead -n 20
    """
    found = asyncio.run(_list(settings.load(config), [state] if state else list(State), campaign, most))
    for one in found:
        typer.echo("\t".join(_row(one, text=text)))
    if not found:
        typer.echo("没有这样的消息。", err=True)


async def _list(config: settings.Config, states: list[State], campaign: str, most: int) -> list[Listed]:
    if campaign and campaign not in config.campaigns:
        raise Stop(f"配置里没有活动“{campaign}”；有：{'、'.join(config.campaigns)}。")
    async with opened(config) as database:
        return await OutboxRead(database).listed([each.value for each in states], campaign=campaign, most=most)


def _row(one: Listed, *, text: bool) -> list[str]:
    channel, _, address = one.letter.address.partition(":")
    row = [str(one.letter.id), when(one.letter.at), reader(one.reader), CHANNELS.get(channel, channel)]
    row += [KINDS.get(one.letter.outgoing.kind, one.letter.outgoing.kind), STATES[one.state]]
    row += [reason(one.why)] if one.why else [""]
    return [*row, safe(address), safe(_text(one))] if text else row


def _text(one: Listed) -> str:
    """What a message says, without marks; a code that opens something is nobody's but its reader's."""
    if one.letter.outgoing.kind == "mail_code":
        return "（验证码，不显示）"
    text = worded(one.letter.outgoing, house_wording(), one.letter.address.partition(":")[0]).text
    text = masked_phones(_CODE.sub("（码，不显示）", text))
    return text.translate(dict.fromkeys(map(ord, (BOLD, PLAIN)))).replace(UPLOAD, "（上传页）")


@stopped
def why(number: Number, text: WithText = False, config: ConfigFile = HERE) -> None:
    """说明一条消息的来龙去脉：处理办法、每一次尝试、现在走哪条路，别的路为什么走不通。

    例：./xinshi outbox why 7123456789012345678
    """
    told = asyncio.run(_why(settings.load(config), number))
    one, letter = told.one, told.one.letter
    channel, _, address = letter.address.partition(":")
    kind = letter.outgoing.kind
    typer.echo(f"{KINDS.get(kind, kind)}，{STATES[one.state]}{f'：{reason(one.why)}' if one.why else ''}")
    full = f" {safe(address)}" if text else ""
    typer.echo(f"  写于  {when(letter.at)}\n  给    {reader(one.reader)}，{CHANNELS.get(channel, channel)}{full}")
    if text:
        typer.echo(f"  内容  {safe(_text(one))}")
    if one.state == DUE and letter.tries:
        typer.echo(f"  再试  {when(one.due)} 起，已试过 {letter.tries} 次没有成")
    if one.via and one.state == SENT:
        typer.echo(f"  经由  {via(one.via, full=text)}")
    if letter.done:
        typer.echo(f"  分条  已送到 {letter.done} 条")
    typer.echo(f"  万一  {POLICIES[policy(kind, edits=bool(letter.edits))]}")
    typer.echo("尝试：" if told.tries else "尝试：没有逐次记录（Telegram 和邮件只记最后一次的原因）。")
    for each in told.tries:
        typer.echo(f"  {when(each.at)}  {tried(each)}")
    if told.ladder:
        typer.echo("现在来看（按这里的配置和环境变量）：")
    for place, sentence in enumerate(told.ladder, 1):
        typer.echo(f"  {place}. {sentence}")


async def _why(config: settings.Config, number: int) -> Told:
    async with opened(config) as database:
        read = OutboxRead(database)
        one = await _found(read, number)
        over = one.state in (SENT, PULLED) or one.why == SUPERSEDED
        return Told(one, await read.tries(number), [] if over else await _ladder(config, database, one))


async def _ladder(config: settings.Config, database: Database, one: Listed) -> list[str]:
    """Each way that the dispatcher would think of now; the last is what comes of it."""
    given = ChannelSecrets()  # type: ignore[call-arg]  # pydantic-settings fills them from the environment
    powers = powers_of(Settings(config.telegram, config.wechat, config.mail, given))
    contacts, words = Contacts(database), house_wording()
    channel, code = one.letter.address.partition(":")[0], one.letter.outgoing.kind == "mail_code"
    # As in `scheduler.outcome.way_of`: these go to where they are addressed without planning, codes there or nowhere.
    if channel in FREE and channel in powers and (code or one.letter.address not in await contacts.shut()):
        return [words.text(f"contact.{FREE[channel]}")]
    if code:
        return [words.text("contact.not_running", channel=channel)]
    plan = await planned_for(one.letter, contacts, powers, now=micros(SystemClock().now()))
    return [words.text(key, **facts) for key, facts in explain(plan)]


async def _found(read: OutboxRead, number: int) -> Listed:
    one = await read.one(number)
    if one is None:
        raise Stop(f"没有编号是 {number} 的消息，请从 ./xinshi outbox list 的结果里复制。")
    return one


@stopped
def again(
    number: Number,
    yes: Annotated[bool, typer.Option("--yes", help="可能已经送到的也重发，不再问")] = False,
    config: ConfigFile = HERE,
) -> None:
    """把没有送到、不能确定或在等对方来消息的一条改为待发；可能已经送到的，先问一句。

    例：./xinshi outbox again 7123456789012345678
    """
    found = settings.load(config)
    if asyncio.run(_doubtful(found, number)) and not yes:
        typer.confirm("这一条可能已经送到。要重发吗？", abort=True)
    asyncio.run(_again(found, number))
    typer.echo("已改为待发；信使在运行的话，10 秒内就会去送。")


async def _doubtful(config: settings.Config, number: int) -> bool:
    async with opened(config) as database:
        read = OutboxRead(database)
        one = await _found(read, number)
        if one.state not in AGAIN:
            raise Stop(f"这一条{_NOT_AGAIN[one.state]}，不用重发。")
        if one.why == SUPERSEDED:
            raise Stop("这一条已经被后来的一条取代，不用重发。")
        return doubtful(one, await read.tries(number))


async def _again(config: settings.Config, number: int) -> None:
    async with opened(config) as database:
        done = await OutboxRead(database).again(
            number, numbers=await Numbers.above(database), now=micros(SystemClock().now())
        )
    if not done:
        raise Stop("这一条的状态刚刚变了，没有改动；请再看一次：./xinshi outbox why。")


_NOT_AGAIN = {
    SENT: "已经送到",
    PULLED: "在网页里等对方来看",
    PASSIVE: "正在当场答复",
    DUE: "已经在待发",
    SENDING: "正在发送",
}
