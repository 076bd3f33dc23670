"""`./xinshi quarantine`: what came in and could not be read."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot import config as settings
from bot.commands.screen import opened, safe, safe_bytes, when
from bot.commands.stop import Stop, stopped
from storage.outbox_read import OutboxRead, Unread

ConfigFile = Annotated[Path, typer.Option(help="配置文件")]
HERE = settings.ROOT / "config.toml"


def register(app: typer.Typer) -> None:
    """Mount the commands."""
    group = typer.Typer(help="读不出来的来件。", no_args_is_help=True)
    group.command("list")(list_)
    group.command("show")(show)
    app.add_typer(group, name="quarantine")


@stopped
def list_(
    most: Annotated[int, typer.Option("--most", "-n", min=1, max=10_000, help="最多列几条")] = 50,
    config: ConfigFile = HERE,
) -> None:
    """列出读不出来、留着待查的来件：编号、时间、字节数、原因。

    例：./xinshi quarantine list
    """
    found = asyncio.run(_list(settings.load(config), most))
    for one in found:
        typer.echo(f"{safe(one.id)}\t{when(one.at)}\t{one.size} 字节\t{safe(one.why)}")
    if not found:
        typer.echo("没有读不出来的来件。", err=True)


async def _list(config: settings.Config, most: int) -> list[Unread]:
    async with opened(config) as database:
        return await OutboxRead(database).unread(most=most)


@stopped
def show(
    number: Annotated[str, typer.Argument(metavar="ID", help="编号，由 ./xinshi quarantine list 给出")],
    config: ConfigFile = HERE,
) -> None:
    """照原样打印一件；控制字符写成 \\x1b 这样，终端不会照办。里面可能有对方写的内容。

    例：./xinshi quarantine show telegram:12345678/901
    """
    body = asyncio.run(_show(settings.load(config), number))
    if body is None:
        raise Stop(f"没有编号是“{safe(number)}”的来件，请从 ./xinshi quarantine list 的结果里复制。")
    typer.echo(safe_bytes(body))


async def _show(config: settings.Config, number: str) -> bytes | None:
    async with opened(config) as database:
        return await OutboxRead(database).contents(number)
