"""`./xinshi backup` and `./xinshi restore`: a copy of a running deployment, and a deployment from a copy."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError

from bot import config as settings
from bot.backups import Backups, Done, NoBackup
from bot.commands.people import HERE, ConfigFile
from bot.commands.stop import Stop, stopped
from bot.config import Config
from sealing.vaults import LEAST, NotThisPassphrase, Tampered
from storage.database import Database
from storage.files import FileStore
from storage.snapshots import Damaged, NotEmpty

#: The variable of the environment that holds the passphrase.
PASSPHRASE = "XINSHI_BACKUP_PASSPHRASE"  # noqa: S105  a name
_MEGABYTE = 10**6
#: Damaged files that are named.
_MOST = 10
_PLAIN = f"没有加密：备份里有联系人和手机号。请把目录保管好；要加密，请设环境变量 {PASSPHRASE}，另用一个新目录。"


def register(app: typer.Typer) -> None:
    """Mount the commands."""
    app.command("backup")(backup)
    app.command("restore")(restore)


@stopped
def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="备份目录：还没有的、空的，或以前的备份目录")],
    keep: Annotated[int, typer.Option(min=0, help="只留最近这么多份；0 表示都留着")] = 0,
    config: ConfigFile = HERE,
) -> None:
    """不停机备份数据库和收到的文件，写好后再读一遍核对；以前备份过的文件不重复存。

    例：./xinshi backup /backup/xinshi --keep 14
    """
    with _told():
        asyncio.run(_back_up(settings.load(config), folder, keep))


async def _back_up(config: Config, folder: Path, keep: int) -> None:
    database = _database(config, there=True)
    try:
        there = Backups.open(folder, _passphrase(), new=True)
        done = await there.take(database, _store(config), config.data, datetime.now(UTC))
    finally:
        await database.close()
    rows = sum(done.tables.values())
    typer.echo(f"已备份：{folder / done.name}（{len(done.tables)} 张表 {rows} 行，已读回核对）。")
    typer.echo(_files_said(config, f"文件 {done.files} 个，这次新存 {done.new} 个、{done.size / _MEGABYTE:.1f} MB"))
    if keep:
        copies, files = there.prune(keep)
        typer.echo(f"删去更早的备份 {copies} 份、只有它们用到的文件 {files} 个。")
    typer.echo("密钥 secret.key 和目录 rounds 不在备份里：密钥请另外保管；rounds 按无记名投票的规定不备份。")
    if not there.encrypted:
        typer.echo(_PLAIN)
    _name_damaged(done, "文件库里的内容和登记的不符，没有备份；请从更早的备份里找回")


@stopped
def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="备份目录")],
    at: Annotated[str, typer.Option(help="哪一份，如 20261129-050000；不写就用最近的")] = "",
    config: ConfigFile = HERE,
) -> None:
    """从备份恢复到空的数据库：先核对整份备份，再一次写入、读回核对；已有数据时不动它。

    例：./xinshi restore /backup/xinshi --at 20261129-050000
    """
    with _told():
        asyncio.run(_restore(settings.load(config), folder, at))


async def _restore(config: Config, folder: Path, at: str) -> None:
    there = Backups.open(folder, _passphrase(), new=False)
    names = [name for name in there.names() if name.startswith(at)]
    if not names:
        listed = "、".join(name.partition(".")[0] for name in there.names()) or "没有"
        raise Stop(f"备份目录“{folder}”里没有“{at or '完整的备份'}”。现有：{listed}。")
    database = _database(config, there=False)
    config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        done = await there.restore(names[-1], database, _store(config))
    except NotEmpty:
        raise Stop(
            f"数据库 {database.place} 里已经有数据，没有改动。"
            "恢复只写进空的数据库：请先停下信使，把原来的数据库移开（不要删），或在配置里换一个。"
        ) from None
    finally:
        await database.close()
    typer.echo(f"已恢复 {done.name}：{len(done.tables)} 张表 {sum(done.tables.values())} 行，已读回核对。")
    typer.echo(_files_said(config, f"文件 {done.files} 个，其中 {done.new} 个写回文件库"))
    if done.doubtful:
        typer.echo(
            f"备份时有 {done.doubtful} 条消息正要发出，之后可能已经发过，所以不会自动再发。"
            "请看 ./xinshi outbox list --state unknown，要重发的用 ./xinshi outbox again。"
        )
    for line in _missing(config):
        typer.echo(line)
    _name_damaged(done, "备份里没有，或内容不符，没有写回")


def _missing(config: Config) -> Iterator[str]:
    """What a backup does not hold, and whoever restores has to see to."""
    if config.secret is None and not (config.data / "secret.key").exists():
        path = config.data / "secret.key"
        yield f"请把原来的密钥放回 {path}（或设 XINSHI_SECRET）再启动；没有它，已发的邀请码和链接都会失效。"
    yield "备份以后删除过的个人数据又回来了，请照删除登记再删一次；备份以后收到的材料和投票不在里面，请通知有关单位。"
    yield (
        "正在进行的专家投票：已投的选票还在，凭监票人的密钥份额照常开票，没投出的草稿要重新填；"
        "原来的目录 rounds 也没有了的，不能再投，请开票或作废后重投。"
    )


def _name_damaged(done: Done, why: str) -> None:
    if not done.damaged:
        return
    more = f"等 {len(done.damaged)} 个" if len(done.damaged) > _MOST else ""
    typer.echo(f"{why}：{'、'.join(done.damaged[:_MOST])}{more}。", err=True)
    raise typer.Exit(1)


def _files_said(config: Config, said: str) -> str:
    return (
        f"{said}。"
        if config.files.store == "local"
        else "文件在存储桶里，不在这份备份里；请打开存储桶的版本控制或另行复制。"
    )


def _database(config: Config, *, there: bool) -> Database:
    url = make_url(config.database_url())
    if there and url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise Stop(f"还没有数据库 {url.database}，没有可以备份的。")
    if not there and url.get_backend_name() == "sqlite":
        Path(url.database or "").parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Database.open(config.database_url())


def _store(config: Config) -> FileStore | None:
    return FileStore(config.data / "files") if config.files.store == "local" else None


def _passphrase() -> str:
    given = os.environ.get(PASSPHRASE, "")
    if given and len(given) < LEAST:
        raise Stop(f"环境变量 {PASSPHRASE} 只有 {len(given)} 个字符，至少要 {LEAST} 个。")
    return given


@contextmanager
def _told() -> Iterator[None]:
    """What can be wrong with a backup, as a sentence."""
    try:
        yield
    except NoBackup as wrong:
        raise Stop(str(wrong)) from None
    except NotThisPassphrase as wrong:
        said = {
            "有": f"这个备份目录是加密的，请设环境变量 {PASSPHRASE}。",
            "没有": f"这个备份目录没有加密。请去掉环境变量 {PASSPHRASE}，或另用一个新目录。",
        }
        raise Stop(said.get(str(wrong), f"环境变量 {PASSPHRASE} 和这个备份目录的口令不一样，请核对。")) from None
    except Tampered as wrong:
        raise Stop(f"备份被改过或不完整，没有恢复（{wrong}）。请用另一份。") from None
    except Damaged as wrong:
        raise Stop(f"内容和登记的不符：{wrong}。没有写成；请核对磁盘，备份请用另一份。") from None
    except OSError as wrong:
        if wrong.errno != errno.ENOSPC:
            raise
        raise Stop("磁盘满了，这一次没有写成；以前的备份和原来的数据都没有动。请清理磁盘，或换一个目录。") from None
    except DatabaseError as wrong:
        raise Stop(
            f"数据库用不了：{str(wrong.orig).strip().splitlines()[0]}。请核对配置里的 database 和权限。"
        ) from None
