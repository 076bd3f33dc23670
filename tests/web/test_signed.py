"""Signed pages: who holds a good link gets the file, or hands one in as a message of their own chat; nobody else."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.links import Links
from bot.talk.messages import BOLD, PLAIN, UPLOAD, Attachment, Choice, Incoming, Outgoing
from tests.web.fakes import BEGIN, DOCX, World, settings
from tests.web.visitor import OURS, Visitor
from web.app import create
from web.config import WebConfig
from web.ports import Ports

READER = "wechat:o" + "0" * 27
NAME = "附件1 典型案例申报表（示例市）.docx"
FORM = Attachment("annex", "XA-1", NAME)
LINKS = Links("https://chat.example", b"k" * 32)
WECHAT = {"user-agent": "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.47"}


@dataclass
class SignedWorld(World):
    """A world with signed pages. `accepted` holds what was handed in; replies wait for `ready`."""

    accepted: list[Incoming] = field(default_factory=list)
    ready: bool = True
    replies: tuple[Outgoing, ...] = (Outgoing("收到 1 个文件。"),)

    def ports(self) -> Ports:
        return replace(World.ports(self), links=LINKS, intake=self)

    async def accept(self, incoming: Incoming) -> asyncio.Future[tuple[Outgoing, ...]]:
        self.accepted.append(incoming)
        answered: asyncio.Future[tuple[Outgoing, ...]] = asyncio.get_running_loop().create_future()
        if self.ready:
            answered.set_result(self.replies)
        return answered


def visitor(world: SignedWorld | None = None, config: WebConfig | None = None) -> Visitor:
    return Visitor(world or SignedWorld(), config)


def accepted(at: Visitor) -> list[Incoming]:
    assert isinstance(at.world, SignedWorld)
    return at.world.accepted


def path(url: str) -> str:
    return url.removeprefix("https://chat.example")


UP, DOWN = path(LINKS.upload(READER, BEGIN)), path(LINKS.file(READER, FORM, BEGIN))


async def posted(
    at: Visitor,
    *files: tuple[str, bytes],
    to: str = UP,
    headers: dict[str, str] | None = None,
    form: dict[str, str] | None = None,
) -> httpx.Response:
    """The page's form, sent with these files."""
    parts: list[tuple[str, Any]] = [(key, (None, value)) for key, value in (form or at.hidden()).items()]
    parts += [("file", (name, body, "application/octet-stream")) for name, body in files or [("", b"")]]
    answer = await at.http.post(to, files=parts, headers=OURS if headers is None else headers)
    at.page = answer.text
    return answer


async def test_without_links_there_are_no_such_pages() -> None:
    plain = Visitor()
    assert [(await plain.get(page)).status_code for page in (UP, DOWN)] == [404, 404]


async def test_a_link_gives_the_file_under_its_name_and_to_no_cache() -> None:
    answer = await visitor().get(DOWN)
    assert (answer.status_code, answer.content) == (200, b"PK a Word form")
    assert [answer.headers[name] for name in ("content-type", "x-content-type-options", "cache-control")] == [
        DOCX,
        "nosniff",
        "no-store",
    ]
    assert answer.headers["content-disposition"].startswith("attachment; filename=\"download.docx\"; filename*=UTF-8''")
    assert "set-cookie" not in answer.headers


async def test_inside_wechat_the_file_is_offered_on_a_page_first() -> None:
    phone = visitor()
    page = await phone.get(DOWN, headers=WECHAT)
    assert (page.headers["content-type"], NAME in page.text) == ("text/html; charset=utf-8", True)
    assert "在浏览器打开" in page.text
    file = await phone.get(f"{DOWN}?get=1", headers=WECHAT)
    assert file.content == b"PK a Word form"


async def test_inside_wechat_a_picture_is_shown_at_once() -> None:
    phone = visitor()
    chart = Attachment("chart", "xian-2024/status/1", "报送情况.png")
    link = path(LINKS.file(READER, chart, BEGIN))
    page = await phone.get(link, headers=WECHAT)
    assert '<img class="whole" src="?get=1" alt="报送情况.png">' in page.text
    assert ("在浏览器打开" in page.text, page.status_code) == (False, 200)
    assert (await phone.get(f"{link}?get=1", headers=WECHAT)).content == b"PK a Word form"


async def test_a_file_that_is_gone_is_told_with_the_way_to_a_new_one() -> None:
    world = SignedWorld(erased=True)
    answer = await visitor(world).get(DOWN)
    assert answer.status_code == 410
    assert "这个文件已经不再提供" in answer.text
    assert "就能拿到新链接" in answer.text


@pytest.mark.parametrize(("start", "days"), [(UP, 2), (DOWN, 7)])
async def test_a_link_whose_time_is_over_says_how_to_get_a_new_one(start: str, days: int) -> None:
    at = visitor()
    at.world.now_at = BEGIN + timedelta(days=days) - timedelta(microseconds=1)
    assert (await at.get(start)).status_code == 200
    at.world.now_at = BEGIN + timedelta(days=days)
    answer = await at.get(start)
    assert answer.status_code == 410
    assert "需要一个新链接" in answer.text
    assert "请回到聊天里，发“菜单”或“继续”" in answer.text
    assert 'href="/chat"' not in answer.text


@pytest.mark.parametrize(
    "wrong",
    [f"/d{UP[2:]}", f"/u{DOWN[2:]}", UP[:-1], f"{UP}A", "/u/x", "/d/%00", "/d/" + "A" * 5000, "/u/%E8%A1%A8"],
)
async def test_a_link_that_is_not_ours_opens_nothing(wrong: str) -> None:
    at = visitor()
    assert (await at.get(wrong)).status_code == 404
    assert "可能没有复制完整" in at.page
    assert (await posted(at, ("a.docx", b"1"), to=wrong, form={"mid": "m" * 20})).status_code in (404, 405)
    assert (accepted(at), at.world.stored) == ([], {})


async def test_who_tries_many_links_is_slowed_down_and_good_ones_still_open() -> None:
    at = visitor(config=settings(door_burst=3, door_rate=0.001))
    assert [(await at.get("/u/guess")).status_code for _ in range(5)] == [404, 404, 404, 429, 429]
    assert [(await at.get(page)).status_code for page in (UP, DOWN)] == [200, 200]


async def test_the_form_needs_no_script_and_names_no_file_endings() -> None:
    at = visitor()
    await at.get(UP)
    assert ("<script" in at.page, "accept=" in at.page, "在浏览器打开" in at.page) == (False, False, False)
    assert 'enctype="multipart/form-data"' in at.page
    await at.get(UP, headers=WECHAT)
    assert "在浏览器打开" in at.page
    assert accepted(at) == []


async def test_files_become_one_message_of_the_persons_own_chat() -> None:
    text = f"读到 10 项里的 {BOLD}8 项{PLAIN}。<b>\n也可以再发到这里：{UPLOAD}"
    options = (Choice("a", "继续填"), Choice("/menu", "菜单"))
    world = SignedWorld(replies=(Outgoing(text, options, "q", attachment=FORM), Outgoing("请告诉我联系电话。")))
    at = visitor(world)
    await at.get(UP)
    mid = at.hidden()["mid"]
    answer = await posted(at, ("表.docx", b"PK1"), ("C:\\x\\盖章.pdf", b"%PDF"))
    assert answer.status_code == 200
    [message] = world.accepted
    digests = [hashlib.sha256(body).hexdigest() for body in (b"PK1", b"%PDF")]
    assert (message.channel, message.address, message.at) == ("wechat", READER.removeprefix("wechat:"), BEGIN)
    assert (message.origin, message.text, message.press) == ("page", "", None)
    assert [(file.name, file.sha256) for file in message.files] == [("表.docx", digests[0]), ("盖章.pdf", digests[1])]
    assert message.id.startswith(f"{message.address}/page/{mid}/")
    assert len(message.id.rpartition("/")[2]) == 16
    assert "已收到 2 个文件" in at.page
    assert "读到 10 项里的 <strong>8 项</strong>。&lt;b&gt;<br>也可以再发到这里：（就是本页）" in at.page
    assert ("<li>继续填</li>" in at.page, "<li>菜单</li>" in at.page) == (True, False)
    assert f'href="{path(LINKS.file(READER, FORM, BEGIN))}"' in at.page
    assert "请告诉我联系电话。" in at.page
    assert "答复也会发到您的聊天里" in at.page
    assert at.hidden()["mid"] != mid


async def test_the_same_form_again_is_the_same_message_and_another_file_another() -> None:
    at = visitor()
    await at.get(UP)
    form = at.hidden()
    for body in (b"1", b"1", b"2"):
        await posted(at, ("a.docx", body), form=form)
    first, again, other = [message.id for message in accepted(at)]
    assert (first == again, first == other) == (True, False)


async def test_without_an_intake_the_desk_is_asked() -> None:
    world = SignedWorld()
    at = Visitor(world, app=create(replace(world.ports(), intake=None), config=settings()))
    await at.get(UP)
    await posted(at, ("a.docx", b"1"))
    assert [message.channel for message in world.heard] == ["wechat"]
    assert "收到 1 个文件。" in at.page


async def test_an_answer_that_takes_long_is_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.signed._WAIT", 0.02)
    at = visitor(SignedWorld(ready=False))
    await at.get(UP)
    answer = await posted(at, ("a.docx", b"1"))
    assert (answer.status_code, len(accepted(at))) == (200, 1)
    assert "文件已经保存" in at.page


async def test_no_file_an_empty_one_too_many_and_too_large_bring_the_form_back() -> None:
    at = visitor(config=settings(max_file_size=2**20, max_files=2))
    await at.get(UP)
    cases = [
        ((), 422, "还没有选文件"),
        ((("a.docx", b""),), 422, "“a.docx”是空文件"),
        ((("a", b"1"), ("b", b"2"), ("c", b"3")), 413, "一次最多发 2 个文件"),
        ((("a.docx", b"1" * (2**20 + 1)),), 413, "文件超出了一次 1 MB 的上限"),
        ((("a.docx", b"1" * 2_500_000),), 413, "文件超出了一次 1 MB 的上限"),
    ]
    for files, status, said in cases:
        answer = await posted(at, *files)
        assert (answer.status_code, said in at.page, "mid" in at.hidden()) == (status, True, True)
    assert accepted(at) == []


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}]
)
async def test_a_form_from_another_site_is_refused(headers: dict[str, str]) -> None:
    at = visitor()
    await at.get(UP)
    answer = await posted(at, ("a.docx", b"1"), headers=headers)
    assert (answer.status_code, accepted(at), at.world.stored) == (403, [], {})


async def test_a_form_without_its_number_is_refused_before_a_file_is_kept() -> None:
    at = visitor()
    answer = await posted(at, ("a.docx", b"1"), form={"mid": "short"})
    assert (answer.status_code, accepted(at), at.world.stored) == (400, [], {})


async def test_files_are_not_read_when_the_link_is_over() -> None:
    at = visitor()
    await at.get(UP)
    at.world.now_at = BEGIN + timedelta(days=2)
    answer = await posted(at, ("a.docx", b"1"))
    assert (answer.status_code, accepted(at), at.world.stored) == (410, [], {})
    assert "需要一个新链接" in at.page


async def test_a_foreign_token_is_refused_before_the_body_is_read() -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(10):
            read += 1
            yield b"x"

    at = visitor()
    headers = OURS | {"content-type": "multipart/form-data; boundary=x"}
    answer = await at.http.post("/u/foreign", content=body(), headers=headers)
    assert (answer.status_code, read) == (404, 0)


async def test_one_link_sends_so_many_and_no_faster() -> None:
    at = visitor(config=settings(send_burst=2, send_rate=0.1))
    await at.get(UP)
    answers = [await posted(at, ("a.docx", bytes([number]))) for number in range(1, 4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 10
    other = path(LINKS.upload("telegram:12345678", BEGIN))
    assert (await posted(at, ("a.docx", b"1"), to=other)).status_code == 200


async def test_our_script_is_told_the_key_of_a_refusal() -> None:
    at = visitor()
    answer = await posted(at, form={"mid": "m" * 20}, headers=OURS | {"accept": "application/json"})
    assert (answer.status_code, answer.json()["key"]) == (422, "no_file")
