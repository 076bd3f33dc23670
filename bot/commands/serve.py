"""`./xinshi serve` and `./xinshi demo`: the web server, on a real deployment or on a throwaway one."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from bot import app as roof
from bot import config as settings
from bot.channels import Settings, with_callbacks
from bot.commands import demo_ballot
from bot.commands.demo_entries import BEGINS, ZONE, enter_some, pass_waiting
from bot.commands.stop import Stop, stopped
from bot.commands.wechat import house_menu
from bot.commands.workers import Workers, arguments, handed, told_ready, until_left_alone
from bot.fakes.phones import Phones, fake_phones
from bot.fakes.samples import Samples
from bot.people import make_invite, take_roster, unit_named
from bot.purse import opened_purse
from bot.siblings import Place, Siblings
from bot.vitals import DeploymentVitals, token
from rules.instants import opening
from rules.people import CHANNELS, Role
from rules.public_vote import key_of
from scheduler.clock import SimulatedClock
from storage.database import sqlite_url
from web.app import create
from web.config import Persona, WebConfig
from web.server import Server

DEMO = "xian-2024"
DEMO_START = "2024-03-01 10:00"
DEPARTMENT, DISTRICT = "西安市市场监督管理局", "碑林区"


def register(app: typer.Typer) -> None:
    """Mount the commands."""
    app.command("serve")(serve)
    app.command("demo")(demo)


@stopped
def serve(
    config: Annotated[Path, typer.Option(help="配置文件")] = settings.ROOT / "config.toml",
    workers: Annotated[int, typer.Option(min=1, max=64, help="同时工作的进程数；多于 1 个要用 PostgreSQL")] = 1,
) -> None:
    """按 config.toml 正式运行。

    例：./xinshi serve --config /etc/xinshi/config.toml；四个进程：./xinshi serve --workers 4
    """
    loaded, place = settings.load(config), Place.here()
    if place is not None or workers == 1:
        asyncio.run(_serve(loaded, place))
    else:
        asyncio.run(_serve_together(loaded, config, workers))


async def _serve_together(config: settings.Config, path: Path, count: int) -> None:
    if not config.database.startswith("postgresql"):
        raise Stop(
            f"--workers {count} 要用 PostgreSQL：SQLite 同一时刻只有一个进程能写，多开进程不会更快。"
            "请在配置里写 database，或去掉 --workers。"
        )
    config.key()
    with _listen_at(config) as listening:
        workers = Workers(count, arguments(path), listening)
        await workers.run(lambda: _say_open(config, listening, workers=f"（{count} 个进程）"))


def _listen_at(config: settings.Config) -> socket.socket:
    return handed() or _listen(config.web.host, config.web.port, "请改配置里 [web] 的 host 和 port")


def _say_open(config: settings.Config, listening: socket.socket, *, workers: str = "", channels: str = "") -> None:
    url = config.web.public_url or _url(listening)
    typer.echo(f"信使在 {url} 运行{workers}，按 Ctrl+C 停止。{channels}")


async def _serve(config: settings.Config, place: Place | None) -> None:
    key, count = config.key(), place.count if place is not None else 1
    async with (
        opened_purse(config) as purse,
        roof.running(
            data=config.data,
            database_url=config.database_url(),
            campaign_ids=config.campaigns,
            key=key,
            public_url=config.web.public_url,
            # Each worker keeps to its part of what a platform allows in a second.
            channels=Settings(config.telegram, config.wechat, config.mail, config.channel_secrets(), pace=float(count)),
            files=(config.files, config.store_secrets()),
            media=config.media,
            ticking=True,
            approve_above=config.admin.approve_above,
            siblings=Siblings(place),
            purse=purse,
        ) as app,
    ):
        listening = _listen_at(config) if place is None else socket.socket(fileno=place.listening)
        web = WebConfig(
            secret=key, secure=config.web.public_url.startswith("https:"), public_url=config.web.public_url,
            metrics_token=token(),
        )  # fmt: skip
        if place is None:
            _say_open(config, listening, channels=_opened(app))
        vitals = DeploymentVitals(app.database, config.data, app.clock)
        await _run(app, web, listening, vitals=vitals, place=place)


def _opened(app: roof.App) -> str:
    """Which channels are open, for whoever started the program."""
    names = [CHANNELS[name] for name in (app.channels.senders if app.channels is not None else ())]
    return f"网页之外还开着：{'、'.join(names)}。" if names else ""


@stopped
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="端口；0 表示任选一个空闲的")] = 8080,
    channels: Annotated[bool, typer.Option("--channels", help="另开模拟的微信和 Telegram，各有一部网页手机")] = False,
) -> None:
    """不用账号，马上试用：网页对话、演示时钟、用完即弃的数据库。

    例：./xinshi demo；连同模拟的微信和 Telegram：./xinshi demo --channels
    """
    with tempfile.TemporaryDirectory(prefix="xinshi-demo-") as folder:
        asyncio.run(_demo(port, Path(folder), with_channels=channels))


async def _demo(port: int, data: Path, *, with_channels: bool) -> None:
    listening = _listen("127.0.0.1", port, "换一个端口：./xinshi demo --port 0")
    url, key = _url(listening), secrets.token_bytes(32)
    clock = SimulatedClock(opening(BEGINS, ZONE))
    async with contextlib.AsyncExitStack() as stack:
        phones = await stack.enter_async_context(fake_phones(clock, url)) if with_channels else None
        app = await stack.enter_async_context(
            roof.running(
                data=data,
                database_url=sqlite_url(data),
                campaign_ids=(DEMO,),
                key=key,
                clock=clock,
                public_url=url,
                channels=phones.settings if phones is not None else None,
                ticking=True,
            )
        )
        await take_roster(app, DEMO, roof.ROOT / "campaigns" / f"{DEMO}.roster.csv")
        samples = Samples(app.database, app.notices, data)
        await enter_some(app, DEMO, clock, samples)
        clock.move(opening(DEMO_START, ZONE))
        personas = await _personas(app)
        if phones is not None:
            await _expert_phone(app, phones)
        personas = await _with_round(app, clock, key, personas)
        notice = app.notices[DEMO]
        web = WebConfig(
            secret=key,
            secure=False,
            public_url=url,
            demo=True,
            personas=personas,
            deadline=notice.tracks[0].closes,
            vote=key_of(DEMO, "public"),
            vote_opens=notice.stage("select").opens,
        )
        _screen_by(app, clock, notice.stage("select").opens)
        _print_welcome(url, notice.title, personas)
        if phones is not None:
            await phones.publish_menu(house_menu(), clock)
            _print_phones(phones, personas)
        await _run(app, web, listening, samples)


def _screen_by(app: roof.App, clock: SimulatedClock, opens: datetime) -> None:
    """When the clock is set past the opening of the vote, what nobody screened until then passes."""
    under_way: set[asyncio.Future[None]] = set()

    def moved() -> None:
        if clock.now() >= opens:
            passing = asyncio.ensure_future(pass_waiting(app, DEMO))
            under_way.add(passing)
            passing.add_done_callback(under_way.discard)

    clock.on_moved.append(moved)


async def _personas(app: roof.App) -> tuple[Persona, ...]:
    """One standing invitation for everybody the demonstration can be tried as."""
    wanted = (
        (Role.LIAISON, DEPARTMENT, f"{DEPARTMENT} 联络员", "至少报 1 个案例"),
        (Role.LIAISON, DISTRICT, f"{DISTRICT} 联络员", "至少报 3 个案例"),
        (Role.ADMIN, "", "管理员", "看报送情况和看板、群发、退回、延期、评审"),
        (Role.EXPERT, "", "评审专家", "发“选票”，给 6 件作品无记名评分"),
        (Role.ADMIN, "", "监票人", "投票截止后发“监票”，和管理员一起开票"),
    )
    personas = []
    for role, name, label, note in wanted:
        unit = await unit_named(app, DEMO, name) if name else None
        invited = await make_invite(app, DEMO, role, unit, at=app.clock.now(), uses=100_000, days=3650)
        personas.append(Persona(label, note, invited.code))
    return tuple(personas)


async def _with_round(
    app: roof.App, clock: SimulatedClock, key: bytes, personas: tuple[Persona, ...]
) -> tuple[Persona, ...]:
    """Open a round of experts in which these personas have their part; the shares stand beside their holders."""
    *liaisons, admin, expert, scrutineer = personas
    parts = (admin, expert, scrutineer)
    seated = {each.label: await demo_ballot.seated(app, clock, key, each, each.label) for each in parts}
    shares = await demo_ballot.open_round(app, clock, DEMO, seated[admin.label], seated)
    return (*liaisons, *(demo_ballot.told(each, shares.get(each.label, "")) for each in parts))


async def _expert_phone(app: roof.App, phones: Phones) -> None:
    """Somebody with a Telegram phone who is an expert."""
    invited = await make_invite(app, DEMO, Role.EXPERT, None, at=app.clock.now())
    await phones.expert_joins(invited.code)


def _print_welcome(url: str, title: str, personas: tuple[Persona, ...]) -> None:
    typer.echo(f"\n信使演示：{title}")
    typer.echo(f"演示时钟停在征集期内：{DEMO_START}（网页顶部可以拨快）。邀请码在演示里可以反复用。")
    typer.echo("数据用完即弃，按 Ctrl+C 结束。\n")
    for persona in personas:
        typer.echo(f"  {persona.label}（{persona.note}）\n    {url}/i/{persona.code}")
    typer.echo(f"\n  全部身份，还有可以拿来试的样片和扫描件：{url}/demo\n")


def _print_phones(phones: Phones, personas: tuple[Persona, ...]) -> None:
    typer.echo("  模拟的手机（不联网；邀请码可以直接发进去，在一部里发“绑定”，按提示就能把两部连成一个人）：")
    for name, phone in (("微信", phones.wechat), ("Telegram", phones.telegram)):
        typer.echo(f"    {name}：{phone(personas[0].code)}")
    typer.echo(f"    评审专家的 Telegram（发“选票”，用按钮投票）：{phones.expert()}")
    typer.echo("")


def _listen(host: str, port: int, advice: str) -> socket.socket:
    """A socket that takes connections from now on, also those that come before the server is ready."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(socket.SOMAXCONN)
    except OSError as wrong:
        listening.close()
        raise Stop(f"{host}:{port} 不能用（{wrong.strerror}）。{advice}。") from None
    return listening


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class _Server(Server):
    """Leaves signals to `_run`: uvicorn raises them again when it has stopped, before the desk has finished."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def _run(
    app: roof.App, web: WebConfig, listening: socket.socket, samples: Samples | None = None,
    *, vitals: DeploymentVitals | None = None, place: Place | None = None,
) -> None:  # fmt: skip
    """Serve until Ctrl+C or SIGTERM, a worker also until whoever started it is gone."""
    site = create(replace(app.web_ports(), samples=samples, vitals=vitals), config=web)
    server = _Server(
        uvicorn.Config(
            with_callbacks(site, app.channels),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=3,
            server_header=False,
        ),
        ending=site.state.end_streams,
    )
    for wanted in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wanted, server.handle_exit, wanted, None)
    if place is not None:
        until_left_alone(lambda: server.handle_exit(signal.SIGTERM, None))
        told_ready(place)
    await server.serve(sockets=[listening])
