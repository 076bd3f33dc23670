"""`./xinshi doctor`: looks at one deployment and says, line by line, what was found and what to do about it."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from bot import config as settings
from bot.campaigns import NoSuchCampaign, UnusableNotices, load
from bot.commands.doctor_bank import question_bank
from bot.commands.doctor_channels import channels
from bot.commands.doctor_files import files
from bot.commands.doctor_finding import Finding, Level, fine, mend, note
from bot.commands.doctor_media import media
from bot.commands.doctor_online import probed
from bot.commands.doctor_pay import pay
from bot.commands.stop import stopped
from bot.settings import ChannelSecrets
from media.fonts import NoFont, cjk_font
from storage.database import Database
from storage.migrate import revision, versions

HERE = settings.ROOT / "config.toml"
#: SQLite with the WAL-reset defect, first and last; 3.51.3 mended it (docs/decisions/0009-checkpoints.md).
WAL_RESET = ((3, 7, 0), (3, 51, 2))
_GIGABYTE = 1024**3
_LEAST_DISK, _LITTLE_DISK = _GIGABYTE, 5 * _GIGABYTE
_DATABASE_SECONDS = 10
#: A file of ours may be this much younger than the clock says, for clocks that were just set.
_SLACK = timedelta(minutes=2)
_SIGNS = {Level.FINE: "✓", Level.NOTE: "△", Level.MEND: "✗"}


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("doctor")(doctor)


@stopped
def doctor(
    config: Annotated[Path, typer.Option(help="配置文件")] = HERE,
    online: Annotated[bool, typer.Option("--online", help="也联网问各个平台")] = False,
) -> None:
    """检查配置、数据库、磁盘、时钟和各个渠道，逐条说明该怎么办；有必须处理的就以 1 退出。

    例：./xinshi doctor --online
    """
    findings: list[Finding] = []
    for finding in asyncio.run(_examined(config, online=online)):
        findings.append(finding)
        typer.echo(f"{_SIGNS[finding.level]} {finding.subject}：{finding.found}。{finding.advice}。")
    counts = [sum(finding.level is level for finding in findings) for level in (Level.MEND, Level.NOTE)]
    typer.echo(f"共 {len(findings)} 条：必须处理 {counts[0]} 条，请留意 {counts[1]} 条。")
    if counts[0]:
        raise typer.Exit(1)


async def _examined(path: Path, *, online: bool) -> list[Finding]:
    try:
        config = settings.load(path)
    except settings.BadConfig as wrong:
        return [mend("配置", str(wrong).rstrip("。"), "请改好以后再检查一次，其余各项还没有查")]
    given = ChannelSecrets()  # type: ignore[call-arg]  # pydantic-settings fills them from the environment
    findings = [
        fine("配置", f"{path} 读得懂"),
        *campaigns(config),
        *secrets(config, given),
        *clock(config, path, datetime.now(UTC)),
    ]
    findings += [*await database(config), *sqlite_version(config, sqlite3.sqlite_version_info[:3])]
    findings += [public_url(config), disk(config.data), *await files(config), *await media(config.media)]
    findings += [lettering(), *channels(config, given), *pay(config)]
    if online:
        findings += await probed(config, given)
    return findings


def campaigns(config: settings.Config) -> Iterable[Finding]:
    """Whether the notices of the campaigns can be read, and what lies beside them is enough to begin."""
    folder = settings.ROOT / "campaigns"
    for name in config.campaigns:
        try:
            notice = load(folder, name)
        except (NoSuchCampaign, UnusableNotices) as wrong:
            reason = str(wrong).splitlines()[0].rstrip("。")
            yield mend("活动", reason, f"请改配置里的 campaigns，或用 ./xinshi notice check {name} 看详情")
        else:
            yield fine("活动", f"{name} 读得懂")
            if notice.quiz:
                yield question_bank(folder / f"{name}.toml", notice.quiz)


def secrets(config: settings.Config, given: ChannelSecrets) -> Iterable[Finding]:
    """The deployment's own secret and those of the channels, without any value."""
    kept = config.data / "secret.key"
    if config.secret is not None or kept.exists():
        try:
            config.key()
        except settings.BadConfig as wrong:
            yield mend("密钥", str(wrong).rstrip("。"), "请照上面说的改")
        else:
            where = "环境变量 XINSHI_SECRET" if config.secret is not None else str(kept)
            yield fine("密钥", f"在 {where}", "请另外备份，和数据库的备份分开存放")
    else:
        yield note("密钥", "还没有，第一次启动时会生成在数据目录", "生成以后请备份 secret.key")
    for fault in settings.channel_faults(config, given):
        yield mend("渠道密钥", fault, "请改好环境变量再启动")


async def database(config: settings.Config) -> list[Finding]:
    """Whether the database can be opened, and which kind it is."""
    url = make_url(config.database_url())
    kind = "SQLite" if url.get_backend_name() == "sqlite" else "PostgreSQL"
    if kind == "SQLite" and (absent := _absent(Path(url.database or ""))):
        return [absent]
    opened = Database.open(config.database_url())
    try:
        async with asyncio.timeout(_DATABASE_SECONDS), opened.read() as connection:
            await connection.execute(text("SELECT 1"))
            shaped = await connection.run_sync(revision)
    except (SQLAlchemyError, OSError) as wrong:
        reason = str(getattr(wrong, "orig", None) or wrong).strip().splitlines()[0].strip().rstrip("。.")
        return [
            mend("数据库", f"{kind} 打不开：{opened.place}：{reason}", "请核对配置里的 database、PGPASSWORD 和权限")
        ]
    finally:
        await opened.close()
    return [fine("数据库", f"{kind} 打得开：{opened.place}"), shape(shaped, versions())]


def shape(shaped: str, known: set[str]) -> Finding:
    """Whether the tables are those of this version of the program."""
    newest = max(known)
    if not shaped:
        return note("表结构", "数据库还是空的", "第一次启动时会建好")
    if shaped not in known:
        said = f"版本 {shaped} 比本程序认识的 {newest} 新"
        return mend("表结构", said, "请改用新版本的程序，或恢复升级之前的备份（./xinshi restore）")
    if shaped != newest:
        said = f"版本 {shaped}，本程序用的是 {newest}"
        return note("表结构", said, "下次启动时会自动升级，请先备份（./xinshi backup）")
    return fine("表结构", f"版本 {shaped}，是最新的")


def _absent(file: Path) -> Finding | None:
    """What to say of a file of SQLite that is not there, None of one that is."""
    if file.is_file():
        return None
    if os.access(_standing(file), os.W_OK):
        return note("数据库", f"SQLite 文件 {file} 还没有", "第一次启动时会建好")
    return mend("数据库", f"SQLite 文件 {file} 还没有，所在目录也不能写", "请改目录的权限或配置里的 data")


def sqlite_version(config: settings.Config, version: tuple[int, ...]) -> Iterable[Finding]:
    """Whether this SQLite has the WAL-reset defect; no matter to PostgreSQL."""
    if make_url(config.database_url()).get_backend_name() != "sqlite":
        return
    said = ".".join(map(str, version))
    if version < WAL_RESET[0]:
        yield mend("SQLite", f"版本 {said} 没有 WAL", "请换用自带较新 SQLite 的 Python")
    elif version <= WAL_RESET[1]:
        yield note(
            "SQLite",
            f"版本 {said}，3.51.2 以前几个连接同时整理 WAL 会出错；信使只用一个连接写，已经避开",
            "请不要让别的程序写这个数据库，有机会换用 3.51.3 或更新的版本",
        )
    else:
        yield fine("SQLite", f"版本 {said}，没有 WAL 重置的毛病")


def public_url(config: settings.Config) -> Finding:
    """Whether people and platforms can reach this deployment."""
    url = config.web.public_url
    if not url:
        return note("网址", "没有写 web.public_url", "邀请里只有邀请码、没有链接；上了公网请写上 https:// 的网址")
    if urlsplit(url).scheme == "https":
        return fine("网址", f"{url}", "请确认前面的网页服务器会把它转到信使")
    return mend("网址", f"{url} 不是 https", "密码和材料会明文经过网络，请配好证书，改成 https://")


def disk(data: Path) -> Finding:
    """The room that is left where the data lie."""
    free = shutil.disk_usage(_standing(data)).free
    said = f"{data} 所在的磁盘还剩 {free / _GIGABYTE:.1f} GB"
    if free < _LEAST_DISK:
        return mend("磁盘", said, "写满以后就不能再收消息，请马上清理或扩容")
    return note("磁盘", said, "收视频很快会用完，请准备扩容") if free < _LITTLE_DISK else fine("磁盘", said)


def lettering() -> Finding:
    """Whether charts and certificates can be lettered."""
    try:
        return fine("中文字体", f"{cjk_font()}", "进度图和证书用它写字")
    except NoFont as absent:
        return note("中文字体", "没有找到，“报送情况”没有进度图，证书做不出 PDF", str(absent).rstrip("。"))


def clock(config: settings.Config, path: Path, now: datetime) -> Iterable[Finding]:
    """Whether the clock is behind files that were written already: deadlines are judged by it."""
    url = make_url(config.database_url())
    files = [path, config.data / "secret.key", Path(__file__)]
    if url.get_backend_name() == "sqlite" and url.database:
        files.append(Path(url.database))
    newest = max(datetime.fromtimestamp(file.stat().st_mtime, UTC) for file in files if file.exists())
    said = f"现在是 {now.astimezone():%Y-%m-%d %H:%M:%S %z}"
    if newest > now + _SLACK:
        yield mend("时钟", f"{said}，比已有的文件还早", "截止时间按时钟判断，请先校准（timedatectl set-ntp true）")
    else:
        yield fine("时钟", said, "请确认开着自动校时")


def _standing(path: Path) -> Path:
    """The nearest folder above that is there."""
    while not path.is_dir():
        path = path.parent
    return path
