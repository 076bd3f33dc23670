"""The servers of `bench.scale`: `./xinshi serve` in processes of its own, and what they cost the machine."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from bot import app as roof
from bot.fakes.wechat import Account
from bot.people import make_invite, take_roster, unit_named
from rules.people import Role
from storage.database import Database
from tests.postgres import Postgres

CAMPAIGN = "xian-2024"
_KEY = "k" * 32
_TICK, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
#: Seconds that a server may take to end.
_LONGEST = 60.0


@dataclass(frozen=True, slots=True)
class Serving:
    """A server at work: where it is, its process, and the database server's folder, "" for none."""

    url: str
    process: int
    postgres: str

    @property
    def port(self) -> int:
        """The port."""
        return int(self.url.rpartition(":")[2])

    def workers(self) -> list[int]:
        """The processes that serve: those that the first one started, or itself alone."""
        return _children(self.process) or [self.process]

    def spent(self) -> float:
        """Seconds of processor time used so far by the program, and by PostgreSQL where it is its database."""
        mine = [self.process, *_children(self.process)]
        return sum(_spent(each) for each in [*mine, *(_postgres(self.postgres) if self.postgres else ())])

    def memory(self) -> float:
        """MiB of the largest worker."""
        return max(int(_read(each, "statm").split()[1]) * _PAGE / 2**20 for each in self.workers())


async def prepared(folder: Path, url: str) -> tuple[str, ...]:
    """A database with the sample roster; gives a standing invitation for every unit."""
    async with roof.running(data=folder, database_url=url, campaign_ids=(CAMPAIGN,), key=_KEY.encode()) as app:
        roster, _, _ = await take_roster(app, CAMPAIGN, roof.ROOT / "campaigns" / f"{CAMPAIGN}.roster.csv")
        units = [await unit_named(app, CAMPAIGN, row.name) for row in roster.rows]
        at = app.clock.now()
        made = [await make_invite(app, CAMPAIGN, Role.LIAISON, unit, at=at, uses=1_000_000) for unit in units]
    return tuple(each.code for each in made)


@contextmanager
def served(folder: Path, url: str, workers: int, postgres: Postgres | None) -> Iterator[Serving]:
    """`serve` with so many workers until the block ends; they end as SIGTERM makes them."""
    account = Account()
    config = folder / "config.toml"
    config.write_text(
        f'data = "{folder}"\ncampaigns = ["{CAMPAIGN}"]\ndatabase = "{url.replace(":@", "@")}"\n[web]\nport = 0\n'
        f'[wechat]\napp_id = "{account.app_id}"\nbase_url = "http://127.0.0.1:9"\n',
        encoding="utf-8",
    )
    given = {
        "XINSHI_SECRET": _KEY, "XINSHI_WECHAT_SECRET": account.secret, "XINSHI_WECHAT_TOKEN": account.token,
        "XINSHI_WECHAT_AES_KEY": account.aes_key, "PYTHONPATH": str(roof.ROOT), "PYTHONUTF8": "1",
    }  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XINSHI_")}
    command = [sys.executable, "-P", "-m", "bot.cli", "serve", "--config", str(config), "--workers", str(workers)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=kept | given)
        try:
            assert process.stdout is not None, "its output was asked for"
            said = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", said)
            if found is None:
                log_end = (folder / "log").read_text("utf-8")[-2000:]
                raise RuntimeError(f"expected an address, found {said!r}: {log_end}")
            yield Serving(found[0], process.pid, str(postgres.data) if postgres is not None else "")
            process.send_signal(signal.SIGTERM)
            process.wait(_LONGEST)
        finally:
            process.kill()
            process.wait()


async def settled(url: str) -> int:
    """How many messages a database holds as settled."""
    database = Database.open(url)
    async with database.read() as connection:
        found = (await connection.execute(text("SELECT count(*) FROM inbox"))).scalar_one()
    await database.close()
    return int(found)


def settled_on_sqlite(folder: Path) -> int:
    """The same of a SQLite file."""
    with closing(sqlite3.connect(folder / "xinshi.db")) as database:
        return int(database.execute("SELECT count(*) FROM inbox").fetchone()[0])


def _children(process: int) -> list[int]:
    return [int(each) for each in _read(process, f"task/{process}/children").split()]


def _read(process: int, what: str) -> str:
    return Path(f"/proc/{process}/{what}").read_text(encoding="utf-8")


def _spent(process: int) -> float:
    """Seconds of a process, and of its children that have ended."""
    times = _read(process, "stat").rpartition(")")[2].split()[11:15]
    return sum(map(int, times)) / _TICK


def _postgres(data: str) -> list[int]:
    """The database server's processes."""
    first = int(Path(data, "postmaster.pid").read_text(encoding="utf-8").split()[0])
    return [first, *_children(first)]
