"""Updates wait until they are confirmed; polls and webhook exclude each other; trouble repeats, swaps and garbles."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from telegram import Update

from bot.fakes.telegram import FakeTelegram
from bot.fakes.trouble import HandPulse, RealPulse, Step
from tests.bot.fakes.telegram_client import CHAT, telegram


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [each["message"]["text"] for each in updates]


async def test_only_a_higher_offset_confirms() -> None:
    async with telegram() as client:
        for text in "一二三":
            client.fake.person(CHAT).say(text)
        first = await client.good("getUpdates", limit=2)
        assert (texts(first), texts(await client.good("getUpdates"))) == (["一", "二"], ["一", "二", "三"])
        assert texts(await client.good("getUpdates", offset=first[0]["update_id"])) == ["一", "二", "三"]
        assert texts(await client.good("getUpdates", offset=first[-1]["update_id"] + 1)) == ["三"]
        assert client.fake.updates.pending == 1


async def test_a_negative_offset_takes_the_last_and_forgets_the_rest() -> None:
    async with telegram() as client:
        for text in "一二三":
            client.fake.person(CHAT).say(text)
        assert texts(await client.good("getUpdates", offset=-1)) == ["三"]
        assert texts(await client.good("getUpdates")) == ["三"]


async def test_a_poll_waits_until_something_comes() -> None:
    async with telegram() as client:
        poll = asyncio.create_task(client.good("getUpdates", timeout=30))
        await asyncio.sleep(0.05)
        assert not poll.done()
        client.fake.person(CHAT).say("来了")
        assert texts(await asyncio.wait_for(poll, 5)) == ["来了"]


async def test_a_poll_ends_empty_when_its_time_is_over() -> None:
    pulse = HandPulse()
    async with telegram(FakeTelegram(limits=False, pulse=pulse)) as client:
        poll = asyncio.create_task(client.good("getUpdates", timeout=30))
        await asyncio.sleep(0.05)
        pulse.pass_by(30)
        assert await asyncio.wait_for(poll, 5) == []


async def test_of_two_polls_the_earlier_ends_with_a_conflict() -> None:
    async with telegram() as client:
        first = asyncio.create_task(client.said("getUpdates", timeout=30))
        await asyncio.sleep(0.05)
        assert await client.good("getUpdates") == []
        assert (await asyncio.wait_for(first, 5)).startswith("409 Conflict: terminated by other getUpdates request")
        assert [each.code for each in client.fake.violations] == [409]


async def test_a_caller_who_hung_up_is_no_second_poll() -> None:
    async with telegram() as client:
        first = asyncio.create_task(client.good("getUpdates", timeout=30))
        await asyncio.sleep(0.05)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await asyncio.sleep(0.05)
        assert (await client.good("getUpdates"), client.fake.violations) == ([], [])


async def test_a_stop_lets_a_waiting_poll_go() -> None:
    async with telegram() as client:
        poll = asyncio.create_task(client.good("getUpdates", timeout=30))
        await asyncio.sleep(0.05)
        client.fake.updates.end()
        assert await asyncio.wait_for(poll, 5) == []


async def test_only_the_kinds_that_were_asked_for_come() -> None:
    async with telegram() as client:
        await client.good("getUpdates", allowed_updates=["callback_query"])
        assert (client.fake.person(CHAT).say("x"), client.fake.updates.pending) == (0, 0)
        await client.good("getUpdates", allowed_updates=[])
        assert client.fake.person(CHAT).say("x") > 0
        assert (await client.said("getUpdates", allowed_updates=["messages"])).startswith(
            "400 Bad Request: unknown kinds"
        )


async def test_trouble_with_updates() -> None:
    async with telegram() as client:
        zhang, mischief = client.fake.person(CHAT), client.fake.mischief
        mischief.script(Step.REPEAT, Step.NOTHING, Step.REORDER, call="update")
        for text in "一二三":
            zhang.say(text)
        batch = await client.good("getUpdates")
        assert texts(batch) == ["一", "三", "二"]
        offset = max(each["update_id"] for each in batch) + 1
        assert await client.good("getUpdates", offset=offset) == [batch[0]]
        assert await client.good("getUpdates", offset=offset) == []


async def test_what_is_malformed_breaks_the_library_that_reads_it_all_at_once() -> None:
    async with telegram() as client:
        client.fake.mischief.script(*[Step.MALFORMED] * 6, call="update")
        for number in range(6):
            client.fake.person(CHAT).say(str(number))
        batch = await client.good("getUpdates")
        assert (len(batch), client.fake.updates.counts["malformed"]) == (12, 6)
        assert texts(batch[::2]) == list("012345")
        unreadable = 0
        for each in batch[1::2]:
            try:
                Update.de_json(each)
            except Exception:  # noqa: BLE001 - whatever the library raises: that it does is what is tested
                unreadable += 1
        assert unreadable == 4


async def test_a_delayed_update_comes_later() -> None:
    pulse = HandPulse()
    async with telegram(FakeTelegram(limits=False, pulse=pulse)) as client:
        client.fake.mischief.script(Step.DELAY, call="update")
        client.fake.person(CHAT).say("迟")
        assert await client.good("getUpdates") == []
        pulse.pass_by(1)
        assert texts(await client.good("getUpdates")) == ["迟"]


class Hook:
    """A program's webhook: it answers with what it is given, then 200, and keeps what it took."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.got: list[tuple[str, dict[str, Any]]] = []
        self.news = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        code = self.answers.pop(0) if self.answers else 200
        if code == 200:
            self.got.append((request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), await request.json()))
            self.news.set()
        return web.Response(status=code)

    async def count(self, wanted: int) -> list[str]:
        """The texts, as soon as there are so many."""
        async with asyncio.timeout(5):
            while len(self.got) < wanted:
                self.news.clear()
                await self.news.wait()
        return texts([update for _, update in self.got if "message" in update])


@asynccontextmanager
async def hooked() -> AsyncIterator[tuple[Hook, str]]:
    hook, app = Hook(), web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    [address] = runner.addresses
    try:
        yield hook, f"http://127.0.0.1:{address[1]}/hook"
    finally:
        await runner.cleanup()


async def test_a_webhook_gets_updates_until_it_takes_them() -> None:
    fake = FakeTelegram(limits=False, pulse=RealPulse(speed=20))
    async with hooked() as (hook, url), telegram(fake) as client:
        hook.answers = [500, 403, 200]
        await client.good("setWebhook", url=url, secret_token="s-1")
        fake.mischief.script(Step.NOTHING, Step.REPEAT, call="update")
        for text in "一二三":
            fake.person(CHAT).say(text)
        assert await hook.count(4) == ["一", "二", "二", "三"]
        assert {secret for secret, _ in hook.got} == {"s-1"}
        told = await client.good("getWebhookInfo")
        assert (told["url"], told["last_error_message"]) == (url, "Wrong response from the webhook: 403")
        assert (await client.said("getUpdates")).startswith("409 Conflict: can't use getUpdates method while webhook")
        await client.good("deleteWebhook")
        fake.person(CHAT).say("四")
        assert (texts(await client.good("getUpdates")), len(hook.got)) == (["四"], 4)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"url": "http://example.com/x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://example.com/x", "secret_token": "两"}, "secret token contains unallowed characters"),
        ({"url": "https://example.com/x", "max_connections": 0}, "max_connections must be 1-100"),
    ],
)
async def test_a_webhook_that_telegram_would_not_take(given: dict[str, Any], said: str) -> None:
    async with telegram() as client:
        assert await client.said("setWebhook", **given) == f"400 Bad Request: {said}"
