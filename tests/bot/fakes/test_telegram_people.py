"""People of the fake Telegram do what people do, within what a client lets them do, and see what they would see."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram import Update

from bot.fakes.telegram import FakeTelegram
from tests.bot.fakes.telegram_client import CHAT, keys, telegram


async def test_everything_a_person_sends_is_an_update_that_a_library_reads() -> None:
    async with telegram() as client:
        zhang = client.fake.person(CHAT)
        sent = [
            zhang.say("你好"),
            zhang.send_file("表.docx", b"1", caption="填好了"),
            zhang.send_photo(b"\xff\xd8\xff"),
            zhang.send_video("片.mp4", b"1"),
            zhang.sticker(),
            zhang.voice(),
            zhang.video_note(),
            zhang.location(),
            zhang.contact(),
            zhang.edit(None, "改"),
            zhang.block(),
            zhang.unblock(),
            zhang.in_group(-5).say("/help"),
        ]
        updates = [Update.de_json(each) for each in await client.good("getUpdates")]
        assert [each.update_id for each in updates] == [*sent[:12], sent[11] + 1, sent[12]]
        kinds = [each.effective_message.effective_attachment for each in updates[:9] if each.effective_message]
        assert [type(each).__name__ for each in kinds] == [
            "NoneType",
            "Document",
            "tuple",
            "Video",
            "Sticker",
            "Voice",
            "VideoNote",
            "Location",
            "Contact",
        ]
        assert {each.effective_user.id for each in updates if each.effective_user} == {CHAT}


async def test_a_long_text_is_cut_as_clients_cut_it() -> None:
    async with telegram() as client:
        client.fake.person(CHAT).say("字" * 10_000)
        assert [len(each["message"]["text"]) for each in await client.good("getUpdates")] == [4096, 4096, 1808]


@pytest.mark.parametrize("opened", ["ABC_1-x", "https://t.me/xinshi_fake_bot?start=ABC_1-x"])
async def test_a_deep_link_starts_with_its_code(opened: str) -> None:
    async with telegram() as client:
        client.fake.person(8).start(opened)
        [update] = await client.good("getUpdates")
        assert update["message"]["text"] == "/start ABC_1-x"
        assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


@pytest.mark.parametrize("code", ["x" * 65, "a b", "两"])
def test_a_deep_link_that_telegram_would_drop_is_a_violation(code: str) -> None:
    fake = FakeTelegram()
    with pytest.raises(ValueError, match="at most 64"):
        fake.person(8).start(code)
    assert [(each.method, each.chat) for each in fake.violations] == [("start", 8)]


async def test_who_never_wrote_cannot_be_written_to() -> None:
    async with telegram() as client:
        li = client.fake.person(8, "李")
        assert await client.said("sendMessage", chat_id=8, text="x") == "400 Bad Request: chat not found"
        li.say("你好")
        await client.good("sendMessage", chat_id=8, text="好")
        assert ([each.text for each in li.messages], client.fake.person(CHAT).messages) == (["好"], [])


async def test_old_forged_and_foreign_buttons_can_be_pressed() -> None:
    async with telegram() as client:
        zhang, li = client.fake.person(CHAT), client.fake.person(8)
        li.say("/start")
        await client.text("旧", reply_markup=keys(["甲"]))
        old = zhang.messages[0]
        await client.text("新", reply_markup=keys(["乙", "丙"]))
        await client.good("sendMessage", chat_id=8, text="李的")
        zhang.press(1)
        zhang.press("甲", on=old)
        zhang.forge("'; drop")
        li.forge(zhang.messages[0].buttons[0].data)
        queries = [each["callback_query"] for each in await client.good("getUpdates") if "callback_query" in each]
        assert [(each["data"], each["message"]["text"], each["from"]["id"]) for each in queries] == [
            ("丙", "新", CHAT),
            ("甲", "旧", CHAT),
            ("'; drop", "新", CHAT),
            ("甲", "李的", 8),
        ]


async def test_groups_pass_on_commands_only_unless_privacy_is_off() -> None:
    heard: dict[bool, list[Any]] = {}
    for privacy in (True, False):
        async with telegram(FakeTelegram(limits=False, privacy=privacy)) as client:
            inside = client.fake.person(CHAT).in_group(-5)
            for text in ("大家好", "/stats", "@xinshi_fake_bot 在吗"):
                inside.say(text)
            heard[privacy] = [each["message"]["text"] for each in await client.good("getUpdates") if "message" in each]
            await client.good("sendMessage", chat_id=-5, text="群里")
            assert ([each.text for each in inside.messages], client.fake.person(CHAT).messages) == (["群里"], [])
            inside.remove_bot()
            said = await client.said("sendMessage", chat_id=-5, text="x")
            assert said == "403 Forbidden: bot was kicked from the group chat"
    assert heard == {
        True: ["/stats", "@xinshi_fake_bot 在吗"],
        False: ["大家好", "/stats", "@xinshi_fake_bot 在吗"],
    }


async def test_what_is_fresh_came_after_the_last_deed() -> None:
    async with telegram() as client:
        zhang = client.fake.person(CHAT)
        sent = await client.text("一")
        waiting = asyncio.create_task(zhang.heard(2))
        await client.text("二")
        assert [each.text for each in await waiting] == ["一", "二"]
        zhang.say("好")
        assert zhang.fresh == []
        waiting = asyncio.create_task(zhang.heard(lambda message: message.edits == 1))
        await client.good("editMessageText", chat_id=CHAT, message_id=sent["message_id"], text="壹")
        assert ([each.text for each in await waiting], zhang.text) == (["壹"], "壹")


async def test_who_shut_the_bot_out_must_let_it_in_first() -> None:
    async with telegram() as client:
        client.fake.person(CHAT).block()
        with pytest.raises(ValueError, match="unblock first"):
            client.fake.person(CHAT).say("x")
