"""The webhook: who may call it, what is kept before it is answered, and what is put away."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import orjson
import pytest

from bot.handlers.telegram_door import secret_of
from bot.handlers.telegram_http import Unreached
from bot.handlers.telegram_limits import WEBHOOK
from bot.handlers.telegram_taking import MOST_TRIES
from tests.bot.handlers.telegram_script import BOT, KEY, Room, aside, message, other, until

SECRET = secret_of(KEY, BOT)


async def called(room: Room, update: Any, secret: str = SECRET) -> int:
    return await room.door.webhook(orjson.dumps(update), secret)


async def test_a_webhook_call_is_kept_and_then_answered() -> None:
    room = Room()
    assert [await called(room, message(7, "甲")), await called(room, message(7, "甲"))] == [200, 200]
    assert room.intake.texts == ["甲"]


@pytest.mark.parametrize("secret", ["", "x", SECRET[:-1], SECRET + "a", SECRET.upper(), "密\ud83d"])
async def test_a_webhook_call_without_the_secret_is_refused_unread(secret: str) -> None:
    room = Room()
    assert await called(room, message(7, "甲"), secret) == 403
    assert (room.intake.taken, room.intake.quarantined) == ([], {})


def test_the_secret_is_one_that_telegram_takes_and_differs_by_bot_and_key() -> None:
    assert SECRET.isalnum() and len(SECRET) == 64
    assert len({SECRET, secret_of(KEY, BOT + 1), secret_of(b"x", BOT)}) == 3


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"{", b"[" * 100_000, b"null", b"[]", b"{}", b'{"update_id":1,"message":3}']
)
async def test_a_bad_webhook_body_is_put_away_and_answered_200(body: bytes) -> None:
    room = Room()
    assert await room.door.webhook(body, SECRET) == 200
    assert (len(room.intake.quarantined), room.intake.taken) == (1, [])


async def test_a_webhook_body_is_bounded() -> None:
    room = Room()
    assert await room.door.webhook(b" " * (WEBHOOK + 1), SECRET) == 413
    assert await room.door.webhook(orjson.dumps(message(7, "甲")).ljust(WEBHOOK), SECRET) == 200


async def test_a_webhook_call_that_cannot_be_kept_comes_again_until_quarantine() -> None:
    room = Room()
    room.intake.broken = {f"{BOT}/7": 1000}
    assert [await called(room, message(7, "毒")) for _ in range(MOST_TRIES)] == [503] * (MOST_TRIES - 1) + [200]
    assert list(room.intake.quarantined) == [f"{BOT}/7"]
    room.intake.down = True
    assert [await called(room, message(8, "乙")), await called(room, [])] == [503, 503]


async def test_webhook_calls_of_one_person_keep_their_order() -> None:
    room = Room()
    gate = room.intake.shut[f"{BOT}/7"] = asyncio.Event()
    calls = [asyncio.create_task(called(room, each)) for each in (message(7, "甲1"), message(8, "甲2"), other(9, "乙"))]
    await until(lambda: bool(room.intake.taken))
    gate.set()
    assert await asyncio.gather(*calls) == [200, 200, 200]
    assert (room.intake.texts, room.door._lanes) == (["乙", "甲1", "甲2"], {})


async def test_the_webhook_is_set_with_its_secret_and_nothing_is_polled() -> None:
    room = Room(webhook_url="https://xinshi.example/telegram")
    room.request.script("setWebhook", Unreached("?"), True)
    task = asyncio.create_task(room.door.run())
    await until(lambda: len(room.request.named("setWebhook")) == 2)
    await aside()
    assert [name for name, _ in room.request.calls] == ["getMe", "setWebhook", "getMe", "setWebhook"]
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    fields = room.request.named("setWebhook")[1]
    assert (fields["url"], fields["secret_token"]) == ("https://xinshi.example/telegram", SECRET)
