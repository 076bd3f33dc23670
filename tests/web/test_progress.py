"""The page of an upload link: what it says it is for, what is unfinished, what is answered, and no more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.talk.messages import UPLOAD, Attachment, Choice, Outgoing
from tests.web.fakes import BEGIN, settings
from tests.web.receiving import BOUND, OTHERS, Desk, receiving
from tests.web.test_signed import LINKS, READER, path
from tests.web.visitor import OURS, Visitor
from web.app import create
from web.ports import Asked, Heading, Shown
from web.progress import purpose_of


@dataclass
class Answers:
    """Conversations with one answer to everything."""

    asked_for: list[tuple[str, tuple[str, ...], int]] = field(default_factory=list)

    async def asked(self, address: str, question: str) -> Asked:
        return Asked("诚信<菜>市场", "上传视频") if (address, question) == (READER, "7/film") else Asked()

    async def heading(self, channel: str, address: str) -> Heading:
        return Heading("典型案例征集", "碑林区")

    async def to(self, address: str, causes: Sequence[str], *, after: int, limit: int) -> list[Shown]:
        self.asked_for.append((address, tuple(causes), after))
        film = Attachment("file", "ab" * 32, "预览.jpg")
        said = f"画面是横屏。<b>\n再传：{UPLOAD}"
        return [
            Shown(2**53 + 5, BEGIN, False, said, (Choice("a", "改好再传"), Choice("/menu", "菜单")), attachment=film)
        ]


@dataclass
class Seen:
    """A page over a server whose conversations answer."""

    desk: Desk
    answers: Answers
    http: httpx.AsyncClient

    async def page(self, to: str) -> str:
        return (await self.http.get(to)).text

    async def news(self, to: str = BOUND, after: str = "") -> dict[str, Any]:
        answer = await self.http.get(f"{to}/news", params={"after": after})
        assert answer.status_code == 200
        told: dict[str, Any] = answer.json()
        return told


@pytest.fixture
async def seen(tmp_path: Path) -> AsyncIterator[Seen]:
    answers = Answers()
    async with receiving(tmp_path) as desk:
        ports = replace(desk.world.ports(), reception=desk.reception, answers=answers)
        transport = httpx.ASGITransport(create(ports, config=settings()))
        async with httpx.AsyncClient(transport=transport, base_url="https://chat.example") as http:
            yield Seen(desk, answers, http)


@pytest.mark.parametrize(
    ("question", "purpose"),
    [("7/film", "film"), ("7/a/scan", "scan"), ("7/pictures", "pictures"), ("7/form/title", "any"), ("", "any")],
)
def test_the_last_word_of_a_question_says_what_is_asked_for(question: str, purpose: str) -> None:
    assert purpose_of(question) == purpose


async def test_the_page_says_for_which_work_and_step_it_is(seen: Seen) -> None:
    page = await seen.page(BOUND)
    assert "<h1>上传视频</h1>" in page
    assert "<strong>诚信&lt;菜&gt;市场</strong> · 上传视频" in page
    assert "典型案例征集 · 碑林区" in page
    assert 'accept="video/mp4,video/*"' in page
    others = await seen.page(OTHERS)
    assert ("<h1>上传文件</h1>" in others, "诚信" in others, "accept=" in others) == (True, False, False)
    assert ("capture" in page, f'action="{BOUND}"' in page) == (False, True)


async def test_what_is_unfinished_is_told_to_its_owner_only(seen: Seen) -> None:
    to = await seen.desk.begin(10, "片.mp4", mark="77")
    await seen.desk.send(to, 0, b"0123")
    expected = {"id": to.rpartition("/")[2], "name": "片.mp4", "mark": "77", "length": 10, "arrived": 4}
    assert await seen.news() == {"uploads": [expected | {"state": "open", "why": ""}], "answers": []}
    assert await seen.news(OTHERS) == {"uploads": [], "answers": []}
    assert seen.answers.asked_for == []  # nothing was handed in, so nothing of the conversation is shown
    seen.desk.world.now_at = BEGIN + timedelta(days=7)
    newer = path(LINKS.upload(READER, seen.desk.world.now_at))
    assert (await seen.news(newer))["uploads"] == []


async def test_answers_to_what_was_handed_in_are_shown_for_two_hours(seen: Seen) -> None:
    to = await seen.desk.begin(3)
    await seen.desk.send(to, 0, b"abc")
    await seen.desk.finish()
    told = await seen.news(after="41")
    [message] = seen.desk.world.accepted
    assert seen.answers.asked_for == [(READER, (f"wechat:{message.id}",), 41)]
    [answer] = told["answers"]
    assert answer["id"] == str(2**53 + 5)
    html = answer["html"]
    assert "<p>画面是横屏。&lt;b&gt;<br>再传：（就是本页）</p>" in html
    assert ("<li>改好再传</li>" in html, "菜单" in html) == (True, False)
    given = path(LINKS.file(READER, Attachment("file", "ab" * 32, "预览.jpg"), BEGIN))
    assert f'href="{given}"' in html
    seen.desk.world.now_at = BEGIN + timedelta(hours=2, microseconds=1)
    assert await seen.news() == {"uploads": [], "answers": []}


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30, "١"])
async def test_an_id_that_is_none_asks_from_the_beginning_or_beyond_the_end(seen: Seen, after: str) -> None:
    to = await seen.desk.begin(3)
    await seen.desk.send(to, 0, b"abc")
    await seen.desk.finish()
    await seen.news(after=after)
    assert seen.answers.asked_for[0][2] in (0, 2**63 - 1)


async def test_a_link_that_is_over_shows_nothing(seen: Seen) -> None:
    seen.desk.world.now_at = BEGIN + timedelta(days=2)
    assert (await seen.http.get(f"{BOUND}/news")).status_code == 410
    assert (await seen.http.get("/u/forged/news")).status_code == 404


async def test_the_form_without_a_script_is_bound_too(seen: Seen) -> None:
    seen.desk.world.replies = (Outgoing("收到。"),)
    parts: list[tuple[str, Any]] = [("mid", (None, "m" * 20)), ("file", ("a.jpg", b"1", "image/jpeg"))]
    answer = await seen.http.post(BOUND, files=parts, headers={"sec-fetch-site": "same-origin"})
    assert (answer.status_code, [message.bound for message in seen.desk.world.accepted]) == (200, ["7/film"])


async def test_the_web_chat_is_given_a_way_for_large_files_bound_to_its_open_question(seen: Seen) -> None:
    world = seen.desk.world
    ports = replace(world.ports(), reception=seen.desk.reception)
    at = Visitor(world, app=create(ports, config=settings()))
    await at.enter()
    stale = await at.http.post("/chat/upload", data={"key": "x" * 32}, headers=OURS)
    assert stale.status_code == 403
    answer = await at.http.post("/chat/upload", data={"key": at.hidden()["key"]}, headers=OURS)
    token = answer.json()["here"].removeprefix("/u/")
    assert LINKS.open_upload(token, BEGIN) == (f"web:{at.address}", "track")
    assert 'data-largest="0"' not in at.page
