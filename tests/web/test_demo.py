"""Tests of the demonstration: its personas and its clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.web.fakes import BEGIN, DEADLINE, ZONE, World, demonstration, settings
from tests.web.visitor import OURS, Visitor
from web.app import create
from web.ports import Gone


@pytest.fixture
async def visitor() -> Visitor:
    visitor = Visitor(config=demonstration())
    await visitor.enter("DEPT222222")
    return visitor


async def move(visitor: Visitor, step: str, **fields: str) -> int:
    form = {"key": visitor.hidden().get("key", ""), "step": step} | fields
    return (await visitor.http.post("/demo/clock", data=form, headers=OURS)).status_code


async def test_the_page_has_a_link_for_each_persona(visitor: Visitor) -> None:
    page = (await visitor.get("/demo")).text
    assert [link in page for link in ('href="/i/DEPT222222"', 'href="/i/DXST333333"')] == [True, True]
    assert 'href="/demo"' in (await visitor.get("/")).text


@pytest.mark.parametrize(
    ("step", "then"),
    [
        ("hour", BEGIN + timedelta(hours=1)),
        ("day", BEGIN + timedelta(days=1)),
        ("deadline", datetime(2024, 4, 23, 23, 59, tzinfo=ZONE)),
    ],
)
async def test_the_clock_is_set_forward(visitor: Visitor, step: str, then: datetime) -> None:
    assert await move(visitor, step) == 303
    assert visitor.world.now_at == then
    await visitor.get("/chat")
    assert f"演示时钟 {then:%Y-%m-%d %H:%M}" in visitor.page


async def test_the_clock_jumps_to_the_public_vote_where_there_is_one() -> None:
    opens = datetime(2024, 4, 30, tzinfo=ZONE)
    visitor = Visitor(config=demonstration(vote="xian-2024.public", vote_opens=opens))
    await visitor.enter("DEPT222222")
    assert 'href="/vote/xian-2024.public"' in (await visitor.get("/demo")).text
    await visitor.get("/chat")
    assert visitor.buttons("step") == ["hour", "day", "deadline", "vote"]
    assert (await move(visitor, "vote"), visitor.world.now_at) == (303, opens)
    await visitor.get("/chat")
    assert visitor.buttons("step") == ["hour", "day"]
    assert (await move(visitor, "vote"), visitor.world.now_at) == (303, opens)


async def test_the_clock_never_goes_back(visitor: Visitor) -> None:
    visitor.world.now_at = DEADLINE + timedelta(days=1)
    assert await move(visitor, "deadline") == 303
    assert visitor.world.now_at == DEADLINE + timedelta(days=1)
    await visitor.get("/chat")
    assert visitor.buttons("step") == ["hour", "day"]


async def test_only_our_own_form_moves_it(visitor: Visitor) -> None:
    statuses = [await move(visitor, "century"), await move(visitor, "day", key="x")]
    visitor.http.cookies.clear()
    statuses.append(await move(visitor, "day"))
    assert (statuses, visitor.world.now_at) == ([400, 403, 403], BEGIN)


async def test_a_real_deployment_has_neither() -> None:
    visitor = Visitor(config=settings())
    await visitor.enter()
    assert "演示时钟" not in visitor.page
    assert [(await visitor.get("/demo")).status_code, await move(visitor, "day", key="x")] == [404, 404]


class Samples:
    """Has a film, and no scan yet."""

    async def make(self, name: str, address: str) -> tuple[bytes, str, str]:
        """One sample."""
        if name == "scan":
            raise Gone("expected a form that was filled in, found none yet")
        return f"{name} for {address}".encode(), "video/mp4", "样片.mp4"


async def test_samples_are_had_by_whoever_is_somebody_here(visitor: Visitor) -> None:
    assert "样片和样张" not in (await visitor.get("/demo")).text
    assert (await visitor.get("/demo/sample/film")).status_code == 404
    world = World()
    app = create(replace(world.ports(), samples=Samples()), config=demonstration())
    with_samples = Visitor(world, demonstration(), app)
    assert (await with_samples.get("/demo/sample/film")).status_code == 403
    await with_samples.enter("DEPT222222")
    page = (await with_samples.get("/demo")).text
    assert [f'href="/demo/sample/{name}"' in page for name in ("film", "film-wrong", "scan")] == [True] * 3
    answer = await with_samples.get("/demo/sample/film")
    assert answer.text.startswith("film for web:")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%E6%A0%B7%E7%89%87.mp4"
    missing = await with_samples.get("/demo/sample/scan")
    assert (missing.status_code, "请先在对话里填完一份申报表" in missing.text) == (404, True)
    assert (await with_samples.get("/demo/sample/other")).status_code == 404
