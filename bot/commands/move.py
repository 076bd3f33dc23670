"""`./xinshi move`: a deployment from SQLite to PostgreSQL, while it runs or not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.exc import DatabaseError

from bot import config as settings
from bot.commands.people import HERE, ConfigFile
from bot.commands.stop import Stop, stopped
from bot.config import Config
from storage.database import Database
from storage.migrate import MovedDatabase
from storage.moving import move as carry
from storage.snapshots import Damaged, NotEmpty


def register(app: typer.Typer) -> None:
    """Mount the command."""
    app.command("move")(move)


@stopped
def move(
    to: Annotated[
        str, typer.Option(metavar="URL", help="空的 PostgreSQL 数据库，如 postgresql+psycopg://xinshi@host/xinshi")
    ],
    config: ConfigFile = HERE,
) -> None:
    """把 SQLite 里的全部数据搬到 PostgreSQL，逐行核对；搬完以后旧库不再接受改动。

    例：./xinshi move --to postgresql+psycopg://xinshi@db.example:5432/xinshi
    """
    loaded = settings.load(config)
    source = make_url(loaded.database_url())
    if source.get_backend_name() != "sqlite":
        raise Stop("配置里的 database 已经是 PostgreSQL，不用再搬。")
    if not Path(source.database or "").is_file():
        raise Stop(f"还没有数据库 {source.database}，没有可以搬的；直接在配置里写上 PostgreSQL 的地址就行。")
    asyncio.run(_move(loaded, source.database or "", to))


async def _move(config: Config, place: str, to: str) -> None:
    old, new = Database.open(config.database_url()), Database.open(_target(to))
    try:
        contents = await carry(old, new, at=datetime.now(UTC).isoformat(), folder=config.data)
    except NotEmpty:
        raise Stop(f"数据库 {new.place} 里已经有表，没有改动。请换一个空的数据库。") from None
    except MovedDatabase as moved:
        raise Stop(str(moved)) from None
    except Damaged as damaged:
        raise Stop(f"数据库有损坏，没有搬：{damaged}。请先从备份恢复。") from None
    except DatabaseError as wrong:
        raise Stop(
            f"没有搬成：{str(wrong.orig).strip().splitlines()[0]}。"
            "旧库没有改动；请核对地址、PGPASSWORD 和权限后再来一次。"
        ) from None
    finally:
        await old.close()
        await new.close()
    rows = sum(content.rows for content in contents.values())
    typer.echo(f"已搬到 {new.place}：{len(contents)} 张表 {rows} 行，逐行核对一致。")
    typer.echo(f'请在配置里写：database = "{to}"，然后重新启动信使。')
    typer.echo(f"旧库 {place} 从现在起拒绝改动；还开着的旧进程收到的消息不会确认，重启后平台会重新送来。")


def _target(to: str) -> str:
    if not to.startswith("postgresql"):
        raise Stop("--to 应为 PostgreSQL 的地址，例如 postgresql+psycopg://xinshi@db.example:5432/xinshi。")
    try:
        return Config.model_validate({"database": to}).database
    except ValidationError as wrong:
        said = "；".join(str(fault["ctx"]["error"]) for fault in wrong.errors())
        raise Stop(f"--to {said}。") from None
