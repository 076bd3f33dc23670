"""Machines are told whether the program can take messages; figures go to this machine or to whoever has the token."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import httpx
import pytest

from tests.web.fakes import World, settings
from web.app import create
from web.vitals import Figure

URL = "http://127.0.0.1:8080"


class Told:
    """Vitals that are as the test says."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    async def faults(self) -> Sequence[str]:
        return self.wrong

    async def figures(self) -> Sequence[Figure]:
        by_state = [({"state": "due"}, 3), ({"state": 'a"b\\c\nd'}, 0.5)]
        return [
            Figure("xinshi_letters", "By state.", by_state),
            Figure("xinshi_seconds", "Used.", [({}, 2.0)], "counter"),
        ]


@pytest.fixture
def vitals() -> Told:
    return Told()


def site(vitals: Told, *, token: str = "", client: str = "127.0.0.1") -> httpx.AsyncClient:
    app = create(replace(World().ports(), vitals=vitals), config=settings(metrics_token=token))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(client, 5)), base_url=URL)


async def asked(at: httpx.AsyncClient, path: str, **headers: str) -> tuple[int, str]:
    answer = await at.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    return answer.status_code, answer.text


async def test_a_program_that_cannot_take_messages_is_alive_and_not_ready(vitals: Told) -> None:
    async with site(vitals, client="203.0.113.9") as at:
        assert (await asked(at, "/healthz"), await asked(at, "/readyz")) == ((200, "ok\n"), (200, "ready\n"))
        vitals.wrong = ["database", "disk"]
        assert (await asked(at, "/healthz"))[0] == 200
        assert await asked(at, "/readyz") == (503, "not ready: database, disk\n")


async def test_figures_are_in_the_format_of_prometheus(vitals: Told) -> None:
    async with site(vitals) as at:
        answer = await at.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.text == (
        "# HELP xinshi_letters By state.\n# TYPE xinshi_letters gauge\n"
        'xinshi_letters{state="due"} 3\nxinshi_letters{state="a\\"b\\\\c\\nd"} 0.5\n'
        "# HELP xinshi_seconds Used.\n# TYPE xinshi_seconds counter\nxinshi_seconds 2\n"
    )


@pytest.mark.parametrize(
    ("headers", "client", "status"),
    [
        ({}, "127.0.0.1", 200), ({"host": "localhost:8080"}, "::1", 200), ({"host": "[::1]:8080"}, "::1", 200),
        ({}, "203.0.113.9", 404), ({"x_forwarded_for": "203.0.113.9"}, "127.0.0.1", 404),
        ({"host": "xinshi.example.gov.cn"}, "127.0.0.1", 404), ({"via": "1.1 proxy"}, "127.0.0.1", 404),
    ],
)  # fmt: skip
async def test_without_a_token_figures_stay_on_this_machine(
    vitals: Told, headers: Mapping[str, str], client: str, status: int
) -> None:
    async with site(vitals, client=client) as at:
        assert (await asked(at, "/metrics", **headers))[0] == status


async def test_with_a_token_figures_are_given_for_it_only(vitals: Told) -> None:
    async with site(vitals, token="kept-quiet", client="203.0.113.9") as at:
        statuses = [
            (await asked(at, "/metrics", **headers))[0]
            for headers in ({"authorization": "Bearer kept-quiet"}, {"authorization": "Bearer kept"}, {})
        ]
    async with site(vitals, token="kept-quiet") as here:
        assert [*statuses, (await asked(here, "/metrics"))[0]] == [200, 404, 404, 404]
