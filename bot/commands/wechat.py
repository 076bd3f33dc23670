"""`./xinshi wechat`: the official account's menu, and invitations as QR codes that one scans with WeChat."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import segno
import typer

from bot import config as settings
from bot.commands.stop import Stop, stopped
from bot.handlers.wechat_client import Broken, OwnToken, QrCode, Refused, Unreached, WeChatApi
from bot.settings import ChannelSecrets
from rules.accounts import QRCODE_SECONDS, Power, may
from rules.codes import read_code, shown
from scheduler.clock import SystemClock

R = TypeVar("R")
ConfigFile = Annotated[Path, typer.Option(help="配置文件")]
HERE = settings.ROOT / "config.toml"
_DAY = 24 * 3600
#: The menu: a name, and a word that works in any conversation or the buttons below.
MENU: tuple[tuple[str, str | tuple[tuple[str, str], ...]], ...] = (
    ("填报", "填报"),
    ("我的报送", (("我的报送", "我的报送"), ("接着填", "继续"))),
    ("更多", (("菜单", "菜单"), ("连另一个软件", "绑定"), ("换单位", "换单位"), ("帮助", "帮助"))),
)
#: What to do about a refusal, by errcode.
HINTS: Mapping[int, str] = {
    40001: "请核对环境变量 XINSHI_WECHAT_SECRET 是不是这个公众号现在的 AppSecret",
    40013: "请核对 [wechat] 的 app_id",
    40125: "请核对环境变量 XINSHI_WECHAT_SECRET 是不是这个公众号现在的 AppSecret",
    40164: "请把本机的公网地址加进公众平台“基本配置”的 IP 白名单",
    45009: "今天的调用次数用完了，请明天再试",
    48001: "这个公众号没有此项接口权限，请核对 [wechat] 的 kind 和 verified，并看公众平台“接口权限”",
}


def register(app: typer.Typer) -> None:
    """Mount the commands."""
    wechat = typer.Typer(help="微信公众号：菜单和邀请二维码。", no_args_is_help=True)
    wechat.command("menu")(menu)
    wechat.command("qr")(qr)
    app.add_typer(wechat, name="wechat")


@stopped
def menu(
    show: Annotated[bool, typer.Option("--show", help="只看现在的菜单")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看将要发布的菜单，不联网")] = False,
    config: ConfigFile = HERE,
) -> None:
    """发布公众号的菜单（填报、我的报送、更多）。

    例：./xinshi wechat menu --dry-run
    """
    if dry_run:
        typer.echo(_written(house_menu()))
        return
    found = settings.load(config)
    _demand(found, Power.MENU, "联络员可以打字：填报、我的报送、帮助")
    if show:
        published = asyncio.run(ask(found, lambda api: api.menu()))
        typer.echo(_written(published) if published else "现在没有用接口发布的菜单。")
        return
    asyncio.run(ask(found, lambda api: api.publish_menu(house_menu())))
    typer.echo("菜单已发布；已经关注的人 5 分钟后重新进入公众号就能看到。")


@stopped
def qr(
    code: Annotated[str, typer.Argument(help="邀请码，由 ./xinshi invite 给出")],
    out: Annotated[Path | None, typer.Option(help="把二维码存成 PNG；不写就画在终端里")] = None,
    days: Annotated[int, typer.Option(min=1, max=QRCODE_SECONDS // _DAY, help="二维码有效几天")] = 30,
    permanent: Annotated[bool, typer.Option("--permanent", help="永久二维码，每个公众号只有 10 万个")] = False,
    config: ConfigFile = HERE,
) -> None:
    """把邀请码做成公众号的二维码：微信扫一扫就关注并加入。

    例：./xinshi wechat qr K7M2P-9QRST --out 邀请.png
    """
    scene = read_code(code)
    if scene is None:
        raise Stop(f"“{code}”不是邀请码，应为 10 个字母和数字，请从 ./xinshi invite 的结果里复制。")
    if out is not None and out.suffix.lower() != ".png":
        raise Stop(f"“{out}”不是 PNG 文件名，请写成 --out 邀请.png 这样。")
    found = settings.load(config)
    _demand(found, Power.QRCODE, "请改发邀请链接或邀请码：./xinshi invite")
    seconds = None if permanent else days * _DAY
    made: QrCode = asyncio.run(ask(found, lambda api: api.qrcode(scene, seconds=seconds)))
    drawn = segno.make(made.url, error="m")
    if out is None:
        drawn.terminal(compact=True)
    else:
        drawn.save(str(out), scale=10)
    until = "永久有效" if made.seconds is None else f"{made.seconds // _DAY} 天内有效"
    typer.echo(f"邀请码 {shown(scene)} 的二维码：{out or made.url}（{until}；邀请码自己的有效期另算）。")


def house_menu() -> dict[str, Any]:
    """The menu as the platform wants it."""
    return {
        "button": [
            {"name": name, "sub_button": [_click(*each) for each in does]}
            if isinstance(does, tuple)
            else _click(name, does)
            for name, does in MENU
        ]
    }


def api_of(config: settings.Config, given: ChannelSecrets) -> WeChatApi:
    """The platform as a command speaks with it, by a token of its own; close it afterwards."""
    return WeChatApi(
        app_id=config.wechat.app_id,
        secret=given.wechat_secret,
        tokens=OwnToken(),
        clock=SystemClock(),
        base_url=config.wechat.base_url,
    )


async def ask(config: settings.Config, call: Callable[[WeChatApi], Awaitable[R]]) -> R:
    """What the platform answers one call of a command. Raises `Stop` with a sentence where it does not."""
    api = api_of(config, config.channel_secrets())
    try:
        return await call(api)
    except (Refused, Unreached, Broken) as wrong:
        raise Stop(told(wrong)) from None
    finally:
        api.close()


def told(wrong: Refused | Unreached | Broken) -> str:
    """What went wrong between us and the platform, and what to do, in a sentence."""
    if isinstance(wrong, Refused):
        return f"微信平台没有照办（{wrong.code}）：{HINTS.get(wrong.code, f'原话是 {wrong.said}')}。"
    if isinstance(wrong, Unreached):
        return "连不上微信平台，请核对网络和 [wechat] 的 base_url。"
    return "微信平台的回答不完整，不知道办成了没有，请再试一次。"


def _demand(config: settings.Config, power: Power, instead: str) -> None:
    wechat = config.wechat
    if not wechat.app_id:
        raise Stop("还没有启用微信：请在配置的 [wechat] 里写 app_id，见 docs/wechat.md。")
    if not may(wechat.kind, verified=wechat.verified, power=power):
        raise Stop(f"{called(wechat.kind, wechat.verified)}没有这项接口权限。{instead}。")


def called(kind: str, verified: bool) -> str:
    """What people call an account of a kind."""
    return f"{'已认证' if verified else '未认证'}的{'服务号' if kind == 'service' else '订阅号'}"


def _click(name: str, word: str) -> dict[str, str]:
    return {"type": "click", "name": name, "key": word}


def _written(menu: Mapping[str, Any]) -> str:
    return json.dumps(menu, ensure_ascii=False, indent=2)
