"""Tests of what stands around every page: headers, bounds of a body, plain errors, files for their owner only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.talk.messages import Attachment, Outgoing
from tests.web.fakes import demonstration, settings
from tests.web.visitor import OURS, Visitor
from web.downloads import disposition

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "no-store",
}
EVERYWHERE = ["/", "/i/ABCDE23456", "/chat", "/chat/events", "/demo", "/nothing", "/files/1/a", "/chat/send", "/i"]


@pytest.mark.parametrize("path", EVERYWHERE)
async def test_every_answer_carries_every_header(path: str) -> None:
    visitor = Visitor(config=demonstration(stream_life=0.0))
    for entered in (False, True):
        if entered:
            await visitor.enter("DEPT222222")
        headers = (await visitor.get(path)).headers
        assert {name: headers.get(name) for name in HEADERS} == HEADERS
        assert "strict-transport-security" not in headers


async def test_https_is_remembered_where_there_is_https() -> None:
    headers = (await Visitor(config=settings(secure=True)).get("/")).headers
    assert headers["strict-transport-security"] == "max-age=31536000"


async def test_a_fault_of_ours_carries_them_too() -> None:
    visitor = Visitor()
    await visitor.enter()
    visitor.world.broken = True
    with capture_logs():
        headers = (await visitor.post({"text": "x"})).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS


async def test_pages_hold_no_inline_script_or_style_and_name_nobody_else() -> None:
    visitor = Visitor(config=demonstration())
    await visitor.enter("DEPT222222")
    for path in ("/", "/chat", "/demo", "/i/DEPT222222", "/nothing"):
        page = (await visitor.get(path)).text
        assert '<html lang="zh-Hans">' in page
        assert [
            word for word in ("style=", "<style", "onclick", "<script>", "http://", "https://", "//") if word in page
        ] == []


async def test_script_and_style_are_kept_for_ever_under_their_hash_only() -> None:
    visitor = Visitor()
    page = (await visitor.get("/")).text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert (await visitor.get(address)).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (await visitor.get(address[:-1])).headers["cache-control"] == "no-cache"
    assert (await visitor.get("/static/%2e%2e%2fapp.py")).status_code == 404
    assert (await visitor.get("/favicon.ico")).headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize("name", ["chat.css", "chat.js", "files.js"])
def test_script_and_style_stay_small(name: str) -> None:
    assert (Path(__file__).parents[2] / "web" / "static" / name).stat().st_size < 16_000


@pytest.mark.parametrize(
    ("method", "path", "status", "title"),
    [
        ("GET", "/nothing", 404, "没有找到"),
        ("GET", "/i/!!", 404, "没有找到"),
        ("GET", "/demo", 404, "没有找到"),
        ("POST", "/chat", 405, "这一步没有完成"),
        ("GET", "/chat/send", 405, "这一步没有完成"),
        ("GET", "/static/none.css", 404, "没有找到"),
    ],
)
async def test_errors_are_pages_that_say_what_to_do_next(method: str, path: str, status: int, title: str) -> None:
    answer = await Visitor().http.request(method, path)
    assert answer.status_code == status
    assert f"<h1>{title}</h1>" in answer.text
    assert 'href="/chat">回到对话</a>' in answer.text


def multipart(*parts: bytes, end: bytes = b"--b--\r\n") -> bytes:
    return b"".join(b"--b\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + end


def named(name: str, value: str) -> bytes:
    return f'name="{name}"\r\n\r\n{value}'.encode()


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("fine", 303),
        ("cut off", 400),
        ("no boundary", 415),
        ("another kind", 415),
        ("no form at all", 415),
        ("too many fields", 400),
        ("too many headers", 400),
        ("a header too long", 400),
        ("too long", 413),
        ("said to be too long", 413),
        ("a length that is none", 400),
        ("a short number", 400),
        ("the key after the file", 403),
    ],
)
async def test_bodies_are_bounded_and_well_formed(case: str, status: int) -> None:
    visitor = Visitor(config=settings(max_fields=20))
    await visitor.enter()
    own = [named(name, value) for name, value in visitor.hidden().items()]
    text = named("text", "你好")
    kind, body, headers = "multipart/form-data; boundary=b", multipart(*own, text), dict(OURS)
    match case:
        case "cut off":
            body = multipart(*own, text, end=b"")[:-4]
        case "no boundary":
            kind = "multipart/form-data"
        case "another kind":
            kind = "application/json"
        case "no form at all":
            kind = ""
        case "too many fields":
            body = multipart(*own, *[text] * 20)
        case "too many headers":
            body = multipart(*own, b'name="text"' + b"\r\nX: y" * 50 + b"\r\n\r\nx")
        case "a header too long":
            body = multipart(*own, b'name="' + b"x" * 9000 + b'"\r\n\r\nx')
        case "too long":
            body = multipart(*own, named("text", "x" * 300_000))
        case "said to be too long":
            headers["content-length"] = str(10**9)
        case "a length that is none":
            headers["content-length"] = "-5"
        case "a short number":
            body = multipart(own[0], named("mid", "1"), text)
        case "the key after the file":
            body = multipart(b'name="file"; filename="a"\r\n\r\nx', *own, text)
    answer = await visitor.http.post("/chat/send", content=body, headers={"content-type": kind} | headers)
    assert (answer.status_code, len(visitor.world.heard)) == (status, 2 if status == 303 else 1)
    assert visitor.world.stored == {}


async def test_a_body_that_trickles_is_given_up() -> None:
    visitor = Visitor(config=settings(idle=0.05))
    await visitor.enter()

    async def trickle() -> AsyncIterator[bytes]:
        yield b"--b\r\n"
        await asyncio.sleep(1)
        yield b"never"

    kind = {"content-type": "multipart/form-data; boundary=b"}
    answer = await asyncio.wait_for(visitor.http.post("/chat/send", content=trickle(), headers=OURS | kind), 0.8)
    assert answer.status_code == 408
    assert "上传中断了太久" in answer.text


async def test_a_body_may_not_take_for_ever_either() -> None:
    visitor = Visitor(config=settings(patience=0.05))
    await visitor.enter()

    async def drip() -> AsyncIterator[bytes]:
        while True:
            yield b""
            yield b"-"
            await asyncio.sleep(0.01)

    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = await asyncio.wait_for(visitor.http.post("/chat/send", content=drip(), headers=OURS | kind), 2)
    assert answer.status_code == 408


async def test_a_file_goes_to_its_owner_only() -> None:
    owner = Visitor()
    await owner.enter()
    other = Visitor(owner.world, app=owner.app)
    await other.enter("OTHER23456")
    name = "附件1 “申报表”;\r\n.docx"
    address = owner.address_of(0)
    shown = owner.world.push(address, Outgoing("表", attachment=Attachment("form", "form/9", name)))
    path = f"/files/{shown.id}/x"
    assert (await owner.get(path)).status_code == 404
    owner.world.owned[address].add("form/9")
    answer = await owner.get(path)
    assert (answer.status_code, answer.content) == (200, b"PK a Word form")
    assert answer.headers["content-disposition"] == (
        "attachment; filename=\"download.docx\"; filename*=UTF-8''"
        "%E9%99%84%E4%BB%B61%20%E2%80%9C%E7%94%B3%E6%8A%A5%E8%A1%A8%E2%80%9D%3B%20.docx"
    )
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")
    assert [(await visitor.get(path)).status_code for visitor in (other, Visitor(owner.world, app=owner.app))] == [
        404,
        404,
    ]
    for nonsense in (f"/files/{shown.id - 1}/x", "/files/0/x", "/files/-1/x", "/files/x/x", f"/files/{10**25}/x"):
        assert (await owner.get(nonsense)).status_code == 404
    owner.world.erased = True
    gone = await owner.get(path)
    assert (gone.status_code, "这个文件已经不再提供" in gone.text) == (410, True)


def test_a_name_without_an_ending_is_saved_without_one() -> None:
    assert disposition("表") == "attachment; filename=\"download\"; filename*=UTF-8''%E8%A1%A8"
