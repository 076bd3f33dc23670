"""Bringing a database to the newest shape, by itself, at start."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import DatabaseError, OperationalError

from storage.database import Database

SCRIPTS = Path(__file__).resolve().parent / "migrations"
#: Of several processes that start at once on PostgreSQL, the holder of this advisory lock migrates.
_LOCK = 0x78696E736869


#: Where Alembic keeps the version of the shape; the version of a database whose content was carried elsewhere.
VERSIONS, MOVED = "alembic_version", "moved"
MOVED_BEFORE = (
    "这个数据库已经搬到 PostgreSQL，不再使用。请在配置里把 database 改成新的地址；"
    "确认新的运行正常以后，旧文件可以删除。"
)


class UnusableDatabase(Exception):
    """The database cannot be opened: it is out of reach, no database, or not to be written; the message says which."""


class MovedDatabase(UnusableDatabase):
    """The database was carried over to another one, and is no longer the one that counts."""


class NewerDatabase(UnusableDatabase):
    """The database was shaped by a newer version of the program; this one does not know its tables."""


async def migrate(database: Database) -> None:
    """Run what migrations are missing. Raises `UnusableDatabase`, `NewerDatabase`; nothing is changed then."""
    try:
        async with database.write() as connection:
            if not database.sqlite:
                await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            await connection.run_sync(shape)
    except DatabaseError as wrong:
        # Its other subclasses are faults of our own statements, which nobody can mend from outside.
        if type(wrong) not in (OperationalError, DatabaseError):
            raise
        what = f"打不开数据库 {database.place}：{_reason(wrong)}。"
        raise UnusableDatabase(f"{what}请核对设置里的 database 和 data。") from wrong


def shape(connection: Connection, to: str = "head") -> None:
    """Bring a database to a version of its shape, the newest unless said otherwise. Raises `NewerDatabase`."""
    known, found = versions(), revision(connection)
    if found == MOVED:
        raise MovedDatabase(MOVED_BEFORE)
    if unknown := {found, to} - {*known, "head", ""}:
        raise NewerDatabase(
            f"数据库已由更新版本的信使升级（到 {'、'.join(sorted(unknown))}），本程序只认识到 {max(known)}。"
            "请改用新版本的程序，或恢复升级之前的备份。"
        )
    if found != (max(known) if to == "head" else to):
        _upgrade(connection, to)


def _upgrade(connection: Connection, to: str) -> None:
    # Most starts have nothing to change; they need not wait until what changes databases is loaded.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def versions() -> set[str]:
    """The versions of the shape that this program knows, by the names of their files; the greatest is the newest."""
    return {path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*_*.py")}


def revision(connection: Connection) -> str:
    """The version of a database's shape, "" for one without any."""
    if not inspect(connection).has_table(VERSIONS):
        return ""
    return connection.execute(text(f"SELECT version_num FROM {VERSIONS}")).scalar_one_or_none() or ""  # noqa: S608  our own


def _reason(wrong: DatabaseError) -> str:
    return str(wrong.orig).strip().splitlines()[0].strip().rstrip("。.")
