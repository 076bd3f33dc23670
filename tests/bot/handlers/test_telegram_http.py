"""The way to the Bot API: errors by name, bounds, and no token anywhere."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import web
from telegram import InputFile

from bot.handlers import telegram_http
from bot.handlers.telegram_http import AioRequest, CutOff, RawBot, Refused, Unreached, open_bot
from tests.bot.handlers.telegram_script import BOT

SECRET = "AAHsecret-token"
TOKEN = f"{BOT}:{SECRET}"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def server(handler: Handler) -> AsyncIterator[str]:
    app = web.Application(client_max_size=1 << 24)
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def open_to(url: str, proxy: str = "") -> AsyncIterator[tuple[RawBot, AioRequest]]:
    bot, request = open_bot(TOKEN, url, proxy=proxy)
    await request.initialize()
    try:
        yield bot, request
    finally:
        await request.shutdown()


def answering(code: int, body: bytes) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.Response(status=code, body=body, headers={"Location": "http://127.0.0.1:1/"})

    return answer


def says_nothing_secret(failure: BaseException) -> None:
    told = "".join(traceback.format_exception(failure)) + repr(failure) + str(failure)
    assert SECRET not in told


@pytest.mark.parametrize(
    ("code", "body", "description", "retry_after"),
    [
        (400, b'{"ok":false,"description":"Bad Request: no chat"}', "Bad Request: no chat", 0),
        (429, b'{"ok":false,"description":"Too Many","parameters":{"retry_after":7}}', "Too Many", 7),
        (502, b"<html>Bad Gateway</html>", "no description", 0),
        (302, b"", "no description", 0),
        (403, b'["?"]', "no description", 0),
    ],
)  # fmt: skip
async def test_an_error_of_the_server_is_refused(code: int, body: bytes, description: str, retry_after: int) -> None:
    async with server(answering(code, body)) as url, open_to(url) as (bot, _):
        with pytest.raises(Refused) as caught:
            await bot.call("sendMessage", {"chat_id": 1})
    assert (caught.value.code, caught.value.description, caught.value.retry_after) == (code, description, retry_after)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"ok":true}', b'{"result":'])
async def test_an_answer_without_a_result_leaves_it_unknown(body: bytes) -> None:
    async with server(answering(200, body)) as url, open_to(url) as (bot, _):
        with pytest.raises(CutOff):
            await bot.call("sendMessage", {"chat_id": 1})


async def test_half_an_emoji_in_an_answer_is_read() -> None:
    async with server(answering(200, b'{"ok":true,"result":["\\ud83d"]}')) as url, open_to(url) as (bot, _):
        assert await bot.call("getUpdates", {}) == ["\ud83d"]


async def test_without_a_connection_nothing_was_sent() -> None:
    async with server(answering(200, b"")) as url:
        pass  # closed again: the port is known and nobody listens
    for proxy in ("", url):
        async with open_to(url, proxy) as (bot, _):
            with pytest.raises(Unreached) as caught:
                await bot.call("sendMessage", {"chat_id": 1})
            says_nothing_secret(caught.value)


async def test_a_closed_pool_sends_nothing() -> None:
    async with open_to("http://127.0.0.1:1") as (bot, request):
        await request.shutdown()
        with pytest.raises(Unreached):
            await bot.call("sendMessage", {"chat_id": 1})


async def test_a_full_pool_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telegram_http, "CONNECT", 0.05)
    stay = asyncio.Event()

    async def hold(request: web.Request) -> web.Response:
        await asyncio.wait_for(stay.wait(), 5)
        return web.json_response({"ok": True, "result": 1})

    async with server(hold) as url:
        request = AioRequest(size=1)
        await request.initialize()
        bot = RawBot(TOKEN, base_url=f"{url}/bot", request=request, get_updates_request=request)
        first = asyncio.create_task(bot.call("getMe", {}))
        await asyncio.sleep(0.02)
        with pytest.raises(Unreached):
            await bot.call("sendMessage", {"chat_id": 1})
        stay.set()
        assert await first == 1
        await request.shutdown()


async def test_a_connection_cut_after_the_request_leaves_it_unknown() -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        await request.read()
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async with server(cut) as url, open_to(url) as (bot, _):
        with pytest.raises(CutOff) as caught:
            await bot.call("sendMessage", {"chat_id": 1})
    says_nothing_secret(caught.value)


async def test_no_answer_in_time_leaves_it_unknown() -> None:
    async def never(request: web.Request) -> web.StreamResponse:
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 1)
        return web.Response()

    async with server(never) as url, open_to(url) as (bot, _):
        with pytest.raises(CutOff) as caught:
            await bot.call("sendMessage", {"chat_id": 1}, read_timeout=0.05)
    says_nothing_secret(caught.value)


@pytest.mark.parametrize("chunked", [False, True])
async def test_an_answer_is_read_up_to_a_bound(monkeypatch: pytest.MonkeyPatch, chunked: bool) -> None:
    monkeypatch.setattr(telegram_http, "MOST", 100)

    async def long(request: web.Request) -> web.Response:
        answer = web.json_response({"ok": True, "result": "x" * 200})
        if chunked:
            answer.enable_chunked_encoding()
        return answer

    async with server(long) as url, open_to(url) as (bot, _):
        with pytest.raises(CutOff, match="at most 100 bytes"):
            await bot.call("getUpdates", {})


async def test_redirects_are_not_followed_and_the_environments_proxy_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    seen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with server(answer) as url, open_to(url) as (bot, _):
        with pytest.raises(Refused):
            await bot.call("getMe", {})
    assert seen == [f"/bot{TOKEN}/getMe"]


async def test_the_proxy_is_used() -> None:
    seen: list[str] = []

    async def proxied(request: web.Request) -> web.Response:
        seen.append(str(request.raw_path))
        return web.json_response({"ok": True, "result": True})

    async with server(proxied) as proxy, open_to("http://telegram.invalid", proxy) as (bot, _):
        assert await bot.call("getMe", {}) is True
    assert seen == [f"http://telegram.invalid/bot{TOKEN}/getMe"]


async def test_a_file_keeps_its_name_and_content() -> None:
    seen: dict[str, object] = {}

    async def take(request: web.Request) -> web.Response:
        form = await request.post()
        file = form["document"]
        assert isinstance(file, web.FileField)
        seen.update(name=file.filename, data=file.file.read(), chat=form["chat_id"], markup=form["reply_markup"])
        return web.json_response({"ok": True, "result": {}})

    fields = {"chat_id": 1, "reply_markup": {"a": [1]}, "document": InputFile(b"\x00PK", filename="附件1 申报表.docx")}
    async with server(take) as url, open_to(url) as (bot, _):
        await bot.call("sendDocument", fields)
    assert seen == {"name": "附件1 申报表.docx", "data": b"\x00PK", "chat": "1", "markup": '{"a": [1]}'}


async def test_what_cannot_be_written_as_json_is_not_sent() -> None:
    async with open_to("http://127.0.0.1:1") as (bot, _):
        with pytest.raises(Refused, match="cannot be written as JSON"):
            await bot.call("sendMessage", {"text": "a\ud83d"})


async def test_a_failure_nobody_thought_of_is_told_by_its_name_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError(f"https://telegram.invalid/bot{TOKEN}")

    monkeypatch.setattr(AioRequest, "_open", broken)
    async with open_to("http://127.0.0.1:1") as (bot, _):
        with pytest.raises(CutOff, match="found ZeroDivisionError") as caught:
            await bot.call("getMe", {})
    says_nothing_secret(caught.value)


async def test_a_stream_that_breaks_off_is_cut_off() -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "100"})
        await answer.prepare(request)
        await answer.write(b"half")
        assert request.transport is not None
        request.transport.close()
        return answer

    async with server(half) as url, open_to(url) as (_, request):
        with pytest.raises(CutOff) as caught:
            [piece async for piece in request.stream(f"{url}/file/bot{TOKEN}/a")]
    says_nothing_secret(caught.value)


async def test_no_log_and_no_repr_tells_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with server(answering(200, b'{"ok":true,"result":1}')) as url, open_to(url) as (bot, request):
        assert await bot.call("sendMessage", {"chat_id": 1, "text": "秘密"}) == 1
        told = caplog.text + repr(bot) + str(bot) + repr(request) + f"{bot!r}"
    assert (SECRET in told, "秘密" in told, bot.number) == (False, False, BOT)
