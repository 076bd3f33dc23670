"""The Telegram channel against a Bot API server that speaks HTTP and checks every call: what comes in."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from aiohttp import web

from bot.fakes.trouble import Step, Trouble
from bot.handlers.ports import CannotFetch, Wanted
from bot.handlers.post import Sent
from bot.handlers.telegram_door import TelegramDoor
from bot.handlers.telegram_files import TelegramFetcher
from bot.talk.messages import BOLD, PLAIN, Choice, Outgoing, Press
from tests.bot.handlers.telegram_channel import channel, soon


async def test_a_conversation_goes_to_and_fro() -> None:
    async with channel() as on:
        on.polling()
        ann = on.fake.person(138, "甲")
        ann.start("ABCDE12345")
        await on.kept(1)
        assert on.intake.texts == ["/start ABCDE12345"]
        asked = Outgoing(f"{BOLD}几号{PLAIN}<？>&", (Choice("c/1", "一号"), Choice("/back", "返回")), "7/q", id=40)
        told = await on.post(asked)
        [shown] = await ann.heard("几号<？>&")
        assert (told, ann.labels) == (Sent(1, True, str(shown.id)), ["一号", "返回"])
        assert [(each["type"], each["length"]) for each in shown.entities] == [("bold", 2)]
        ann.press("一号")
        ann.forge("x" * 64)
        await on.kept(3)
        presses = [(each.press, each.unread, each.origin) for each in on.intake.taken[1:]]
        assert presses == [(Press("7/q", "c/1"), "", str(shown.id)), (None, "button", str(shown.id))]
        await soon(lambda: [each.answered for each in ann.answers] == [True, True])


async def test_somebody_elses_button_is_nobodys_press() -> None:
    async with channel() as on:
        on.polling()
        ann, bob = on.fake.person(138, "甲"), on.fake.person(139, "乙")
        ann.start()
        bob.start()
        await on.kept(2)
        await on.post(Outgoing("？", (Choice("c/1", "一号"),), "7/q", id=40))
        [shown] = await ann.heard()
        bob.forge(shown.buttons[0].data, on=shown)
        await on.kept(3)
        assert (on.intake.taken[2].press, on.intake.taken[2].unread) == (None, "button")


async def test_the_list_of_bad_input_is_read_kind_by_kind() -> None:
    async with channel() as on:
        ann = on.fake.person(138, "甲")
        ann.say("长" * 10_000)
        ann.sticker(), ann.voice(), ann.video_note(), ann.location(), ann.contact()
        ann.send_video("大.mp4", b"\0", size=(20 << 20) + 1)
        ann.say("改前")
        ann.edit(None, "改后")
        ann.send(dice={"emoji": "🎲", "value": 2})
        on.polling()
        await on.kept(12)
        assert ["".join(on.intake.texts[:3]), on.intake.texts[8 + 1]] == ["长" * 10_000, "改前"]
        unread = [
            "",
            "",
            "",
            "sticker",
            "voice",
            "video_note",
            "location",
            "contact",
            "too_large",
            "",
            "edited",
            "unknown",
        ]
        assert [each.unread for each in on.intake.taken] == unread


async def test_nothing_is_lost_out_of_order_or_taken_twice_whatever_goes_wrong() -> None:
    trouble = Trouble(seed=7, delay=0.05, repeat=0.1, malformed=0.1, longest=0.02, most=60)
    steps = (Step.BROKEN, Step.GARBAGE, Step.CUT_BEFORE, Step.CUT_AFTER, Step.TOO_MANY, Step.NOTHING)
    async with channel(trouble=trouble) as on:
        on.fake.mischief.script(*steps * 3, call="getUpdates")
        people = [on.fake.person(number, "甲") for number in range(138, 146)]
        on.polling(poll_seconds=1)
        for turn in range(20):
            for person in people:
                person.say(f"{turn}")
            await asyncio.sleep(0.002)
        await soon(lambda: len(on.intake.taken) == 160 and on.fake.updates.pending == 0)
        for person in people:
            heard = [each.text for each in on.intake.taken if each.address == str(person.user["id"])]
            assert heard == [str(turn) for turn in range(20)]
        assert on.fake.updates.counts["malformed"] > 0 and len(on.intake.quarantined) > 0
        assert len(on.pauses) >= 15 and max(on.pauses) <= 30


async def test_in_a_group_an_admin_gets_a_note_and_others_nothing() -> None:
    async with channel() as on:
        on.polling()
        on.intake.admins = {"138"}
        ann, bob = (on.fake.person(number, "甲").in_group(-77) for number in (138, 139))
        ann.say("大家好")
        bob.say("/owing")
        ann.say("/owing@xinshi_fake_bot")
        await ann.heard("请看私聊。")
        assert [(each.address, each.text) for each in on.intake.taken] == [("138", "/owing")]


async def test_two_pollers_are_told_apart() -> None:
    async with channel() as on:
        on.polling()
        await soon(lambda: on.fake.counts["getUpdates"] > 0)
        on.polling()
        on.fake.person(138, "甲").say("您好")
        await on.kept(1)
        await soon(lambda: on.fake.counts["getUpdates 409"] > 0)
        assert on.intake.texts == ["您好"]


async def test_files_come_from_the_public_server_within_its_limit() -> None:
    async with channel() as on:
        ann = on.fake.person(138, "甲")
        on.polling()
        ann.send_file("申报表.docx", b"PK" * 90_000, caption="请看")
        ann.send_photo(b"\xff\xd8\xff" * 1000)
        await on.kept(2)
        fetcher = TelegramFetcher(on.bot, on.request)
        sizes = []
        for [wanted] in on.intake.wanted.values():
            sizes.append((wanted.name, len(b"".join([piece async for piece in fetcher.fetch(wanted)]))))
        assert sizes[0] == ("申报表.docx", 180_000) and sizes[1][1] == 3000
        [document], _ = on.intake.wanted.values()
        twice = (Step.CUT_BEFORE, Step.CUT_BEFORE)  # the library itself asks a second time where nothing came back
        for steps in (twice, (Step.CUT_AFTER,), (Step.BROKEN,)):
            on.fake.mischief.script(*steps, call="download")
            with pytest.raises(CannotFetch) as caught:
                [piece async for piece in fetcher.fetch(document)]
            assert caught.value.kind == "unreachable" and on.fake.token not in str(caught.value)
        big = Wanted(on.fake._world.keep("大.mp4", b"\0", "video/mp4", "videos", (20 << 20) + 1).id, "大.mp4")
        for wanted, kind in ((big, "too_large"), (replace(big, ref="forged"), "expired")):
            with pytest.raises(CannotFetch) as caught:
                [piece async for piece in fetcher.fetch(wanted)]
            assert caught.value.kind == kind
        on.fake.violations.clear()  # those two were asked for on purpose


async def test_ones_own_server_gives_large_files_by_their_path(tmp_path: Path) -> None:
    async with channel(local=tmp_path) as on:
        on.polling(largest=None)
        on.fake.person(138, "甲").send_file("大.mp4", b"x" * 3_000_000)
        await on.kept(1)
        [[wanted]] = on.intake.wanted.values()
        fetcher = TelegramFetcher(on.bot, on.request, largest=None, folder=tmp_path)
        assert len(b"".join([piece async for piece in fetcher.fetch(wanted)])) == 3_000_000
        elsewhere = TelegramFetcher(on.bot, on.request, largest=None, folder=tmp_path / "photos")
        with pytest.raises(CannotFetch):
            [piece async for piece in elsewhere.fetch(wanted)]


async def test_updates_come_by_the_webhook_with_its_secret() -> None:
    doors: list[TelegramDoor] = []

    async def handle(request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        return web.Response(status=await doors[0].webhook(await request.read(), secret))

    app = web.Application()
    app.router.add_post("/telegram", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with channel(trouble=Trouble(seed=3, malformed=0.2, repeat=0.2, most=20)) as on:
        doors.append(on.polling(webhook_url=f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"))
        await soon(lambda: on.fake.counts["setWebhook 200"] == 1)
        ann = on.fake.person(138, "甲")
        for turn in range(20):
            ann.say(f"{turn}")
        await soon(lambda: len(on.intake.taken) == 20 and on.fake.updates.pending == 0)
        assert on.intake.texts == [str(turn) for turn in range(20)]
        assert on.fake.counts["getUpdates"] == 0
        assert orjson.loads(next(iter(on.intake.quarantined.values()))[0])["update_id"] > 0
    await runner.cleanup()
