"""`./xinshi audit`: what admins did from chat, and the proof that nobody changed the record."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from jinja2 import UndefinedError

from bot import config as settings
from bot.commands.screen import opened, safe, when
from bot.commands.stop import Stop, stopped
from bot.wording import NoWording, house_wording
from storage.audit import Act, Audit, Verdict
from storage.units import names_of

ConfigFile = Annotated[Path, typer.Option(help="配置文件")]
HERE = settings.ROOT / "config.toml"
COMMANDS = {
    "invite": "发邀请",
    "extend": "准许补报",
    "broadcast": "群发",
    "stop": "停止群发",
    "approve": "审批群发",
    "pause": "暂停报送",
    "unpause": "恢复报送",
    "return": "退回",
    "quota": "审批名额",
    "embargo": "保密期拦下",
    "certificates": "证书编号",
    "publish": "发布结果",
    "outlet": "发布渠道",
    "dossier": "结项档案",
}
#: Facts whose values are instants in UTC microseconds.
_INSTANTS = frozenset({"until", "due", "expires"})


def register(app: typer.Typer) -> None:
    """Mount the commands."""
    group = typer.Typer(help="操作记录：管理员做过什么，有没有被改动。", no_args_is_help=True)
    group.command("list")(list_)
    group.command("verify")(verify)
    app.add_typer(group, name="audit")


@stopped
def list_(
    campaign: Annotated[str, typer.Option(help="只列一个活动的")] = "",
    command: Annotated[str, typer.Option(help=f"只列一种：{'、'.join(COMMANDS)}")] = "",
    most: Annotated[int, typer.Option("--most", "-n", min=1, max=100_000, help="最多列几条，新的在前")] = 50,
    config: ConfigFile = HERE,
) -> None:
    """列出管理员的操作：序号、时间、活动、谁、做什么、内容、结果。

    例：./xinshi audit list --campaign xian-2024 -n 20
    """
    if command and command not in COMMANDS:
        raise Stop(f"没有“{command}”这种操作；有：{'、'.join(COMMANDS)}。")
    acts, units = asyncio.run(_list(settings.load(config), campaign, command, most))
    for act in acts:
        typer.echo("\t".join(_row(act, units)))
    if not acts:
        typer.echo("没有这样的记录。", err=True)


async def _list(config: settings.Config, campaign: str, command: str, most: int) -> tuple[list[Act], dict[int, str]]:
    async with opened(config) as database:
        acts = await Audit(database).acts(campaign=campaign, command=command, most=most)
        return acts, await names_of(database, sorted({act.what["unit"] for act in acts if act.what.get("unit")}))


def _row(act: Act, units: dict[int, str]) -> list[str]:
    return [
        f"{act.seq}", when(act.at), act.campaign, safe(act.who) or "（命令行或程序）",
        COMMANDS.get(act.command, act.command), safe(_told(act.what, units)), safe(_result(act.result)),
    ]  # fmt: skip


def _told(what: dict[str, Any], units: dict[int, str]) -> str:
    """The facts of a deed, without those that say nothing."""
    parts = []
    for name, value in what.items():
        if name in _INSTANTS and isinstance(value, int):
            value = when(value) if value else ""
        elif name == "unit":
            value = units.get(value, f"{value}") if value else "全部"
        if value not in ("", None, [], {}, False):
            parts.append(f"{name}={value}")
    return " ".join(parts)


def _result(result: dict[str, Any]) -> str:
    if why := result.get("declined"):
        try:
            return f"没有办：{house_wording().text(why)}"
        except (NoWording, UndefinedError):  # a sentence that needs facts is named by its key
            return f"没有办：{why}"
    return " ".join(["已办", *(f"{name}={value}" for name, value in result.items() if value not in ("", 0))])


@stopped
def verify(
    expect: Annotated[str, typer.Option(help="以前记下的校验值；它应当还在其中")] = "",
    config: ConfigFile = HERE,
) -> None:
    """逐条核对操作记录：有没有被改动、插入或删去。记下最后打印的校验值，下次可用 --expect 核对结尾没有被删。

    例：./xinshi audit verify
    """
    verdict = asyncio.run(_verify(settings.load(config), expect.strip().lower()))
    if verdict.broken:
        raise Stop(f"第 {verdict.broken} 条起对不上：记录被改动过，或者有缺失。请保留数据库原样并核查。")
    if not verdict.found:
        raise Stop("这个校验值不在记录里：结尾可能被删过，或者校验值抄错了。")
    if not verdict.rows:
        typer.echo("还没有操作记录。")
        return
    typer.echo(f"{verdict.rows} 条记录完好，最后一条是第 {verdict.head} 条，校验值 {verdict.hash}")


async def _verify(config: settings.Config, expect: str) -> Verdict:
    async with opened(config) as database:
        return await Audit(database).verify(expect=expect)
