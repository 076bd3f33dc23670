"""The same calls to our fake and to a Bot API emulator that nobody here wrote (telemelya) have answers of one shape.

The peer wants Redis and MinIO. It gets `fakeredis` and a dict, so that it needs nothing but this process; its routes,
answers and updates are its own. It knows neither getUpdates nor sendDocument nor commands, refuses nothing and answers
errors with status 200: compared are the fields and kinds of what it does know. Ours may have more fields, never fewer.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from aiohttp import web

from bot.fakes.telegram import TOKEN, FakeTelegram
from tests.bot.fakes.telegram_client import CHAT, keys

PICTURE = b"\xff\xd8\xff\xe0" + bytes(100)
Shape = dict[str, Any] | list[Any] | str


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The peer's modules, with a Redis and a file store that live in memory."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the peer's libraries warn of is the peer's affair
        pytest.importorskip("telemelya", reason="the peer emulator is not installed")
        fakeredis = pytest.importorskip("fakeredis", reason="the peer's Redis is not installed")
        state, media, app = (importlib.import_module(f"telemelya.server.{name}") for name in ("state", "media", "app"))
    files: dict[str, bytes] = {}

    async def upload(_: Any, session: str, file: str, name: str, data: bytes, kind: str = "") -> str:
        files[key := f"{session}/{file}/{name}"] = data
        return key

    async def download(_: Any, key: str) -> bytes | None:
        return files.get(key)

    redis = fakeredis.FakeAsyncRedis(decode_responses=True)
    monkeypatch.setattr(state.state_manager, "_redis", redis)
    monkeypatch.setattr(media.MediaManager, "upload", upload)
    monkeypatch.setattr(media.MediaManager, "download_by_key", download)
    monkeypatch.setattr(state.settings, "strict_edit", True)
    return app.app


class Side:
    """One of the two servers, called over HTTP; it keeps what it answered."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.answers: dict[str, Any] = {}

    async def call(self, method: str, **given: Any) -> Any:
        """Calls with JSON; the answer's body."""
        answer = await self.http.post(f"/bot{TOKEN}/{method}", json=given)
        self.answers[method] = answer.json()
        return self.answers[method].get("result")


async def script(side: Side, hook: str) -> None:
    """The calls that both know."""
    await side.call("getMe")
    sent = await side.call("sendMessage", chat_id=CHAT, text="选", reply_markup=keys(["甲", "乙"]))
    place = {"chat_id": CHAT, "message_id": sent["message_id"]}
    await side.call("editMessageText", **place, text="改", reply_markup=keys(["丙"]))
    await side.call("editMessageReplyMarkup", **place, reply_markup=keys(["丁"]))
    form = {"chat_id": str(CHAT), "caption": "图"}
    answer = await side.http.post(f"/bot{TOKEN}/sendPhoto", data=form, files={"photo": ("a.jpg", PICTURE)})
    side.answers["sendPhoto"] = answer.json()
    told = await side.call("getFile", file_id=answer.json()["result"]["photo"][-1]["file_id"])
    content = (await side.http.get(f"/file/bot{TOKEN}/{told['file_path']}")).content
    side.answers["download"] = {"ok": content == PICTURE}
    await side.call("sendChatAction", chat_id=CHAT, action="typing")
    await side.call("deleteMessage", **place)
    await side.call("setWebhook", url=hook)
    await side.call("getWebhookInfo")


def shape(value: Any) -> Shape:
    """Which fields there are, and of which kind; what is null is not there."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [shape(each) for each in value[:1]]
    return type(value).__name__


def lacks(ours: Shape, theirs: Shape, where: str = "") -> list[str]:
    """What the peer has and we have not, or have of another kind."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        missing = [f"{where}/{key}" for key in theirs if key not in ours]
        return missing + [
            lack for key in theirs.keys() & ours for lack in lacks(ours[key], theirs[key], f"{where}/{key}")
        ]
    if isinstance(ours, list) and isinstance(theirs, list) and ours and theirs:
        return lacks(ours[0], theirs[0], f"{where}[]")
    return [] if type(ours) is type(theirs) and (ours == theirs or isinstance(ours, list)) else [f"{where}: {ours}"]


@asynccontextmanager
async def hooked() -> AsyncIterator[tuple[str, asyncio.Queue[Any]]]:
    """A webhook that takes everything."""
    got: asyncio.Queue[Any] = asyncio.Queue()

    async def take(request: web.Request) -> web.Response:
        got.put_nowait(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", got
    finally:
        await runner.cleanup()


async def send_from_peer(http: httpx.AsyncClient, **what: Any) -> None:
    """Lets the peer's person do something."""
    asked = {"chat_id": CHAT, "from_user": {"id": CHAT, "first_name": "张"}} | what
    headers = {"authorization": "Bearer any"}
    address = f"/api/v1/test/send_update?bot_token={TOKEN}"
    answer = await http.post(address, content=json.dumps(asked), headers=headers | {"content-type": "application/json"})
    assert answer.status_code == 200, answer.text


# The peer does not close what is uploaded to it.
@pytest.mark.filterwarnings("ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning")
async def test_answers_and_updates_have_the_peers_shape(peer: Any) -> None:
    fake = FakeTelegram(limits=False)
    async with fake.running() as url, hooked() as (hook, got), httpx.AsyncClient(base_url=url) as http:
        zhang = fake.person(CHAT, "张")
        zhang.say("/start")
        fake.updates.drop()
        transport = httpx.ASGITransport(peer)
        async with httpx.AsyncClient(base_url="http://peer", transport=transport) as peers:
            ours, theirs = Side(http), Side(peers)
            await script(ours, hook)
            await script(theirs, hook)
            assert [call for call, answer in theirs.answers.items() if not answer["ok"]] == []
            assert {call: lacks(shape(ours.answers[call]), shape(theirs.answers[call])) for call in theirs.answers} == {
                call: ["/description"] if call == "setWebhook" else [] for call in theirs.answers
            }
            await ours.call("sendMessage", chat_id=CHAT, text="选", reply_markup=keys(["甲"]))
            deeds: list[tuple[Callable[[], int], Callable[[], Awaitable[None]]]] = [
                (lambda: zhang.say("你好"), lambda: send_from_peer(peers, text="你好")),
                (lambda: zhang.say("/menu"), lambda: send_from_peer(peers, command="/menu")),
                (lambda: zhang.press("甲"), lambda: send_from_peer(peers, callback_data="甲")),
            ]
            for mine, its in deeds:
                mine()
                told = await asyncio.wait_for(got.get(), 5)
                await its()
                assert lacks(shape(told), shape(await asyncio.wait_for(got.get(), 5))) == []


async def test_an_unknown_message_is_refused_in_the_same_words(peer: Any) -> None:
    fake = FakeTelegram(limits=False)
    async with fake.running() as url, httpx.AsyncClient(base_url=url) as http:
        fake.person(CHAT).say("/start")
        async with httpx.AsyncClient(base_url="http://peer", transport=httpx.ASGITransport(peer)) as peers:
            said = []
            for side in (Side(http), Side(peers)):
                await side.call("editMessageText", chat_id=CHAT, message_id=99, text="x")
                said.append({key: value for key, value in side.answers["editMessageText"].items() if value is not None})
    assert (
        said[0]
        == said[1]
        == {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: message to edit not found",
        }
    )
