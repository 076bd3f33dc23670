"""The fake Telegram answers as Telegram does, and refuses what Telegram refuses."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from bot.fakes import NoSuchChoice, Silence
from bot.fakes.telegram import FakeTelegram
from bot.fakes.trouble import HandPulse, Step, Trouble
from tests.bot.fakes.telegram_client import CHAT, keys, telegram

MARKDOWN = "Bad Request: unsupported parse_mode; this server reads HTML only"
ROW = "Bad Request: reply markup has more than 8 buttons in a row"


async def test_a_text_arrives_as_its_reader_sees_it() -> None:
    async with telegram() as client:
        sent = await client.text("<b>你好</b> 🙂 <i>甲</i> &lt;x&gt;", parse_mode="HTML", protect_content=True)
        [message] = client.fake.person(CHAT).messages
        assert (message.text, message.protected) == ("你好 🙂 甲 <x>", True)
        assert sent["entities"] == [
            {"type": "bold", "offset": 0, "length": 2},
            {"type": "italic", "offset": 6, "length": 1},
        ]
        assert (sent["chat"], sent["from"]["is_bot"]) == ({"id": CHAT, "type": "private", "first_name": "张"}, True)


@pytest.mark.parametrize("style", ["json", "form", "query"])
async def test_json_forms_and_addresses_are_understood_alike(style: str) -> None:
    async with telegram() as client:
        given = {
            "chat_id": "7",
            "text": "好",
            "reply_markup": '{"inline_keyboard":[[{"text":"甲","callback_data":"a"}]]}',
        }
        how: dict[str, Any] = {"json": {"json": given}, "form": {"data": given}, "query": {"params": given}}[style]
        async with client.session.post(client.url("sendMessage"), **how) as answer:
            assert answer.status == 200
        assert [(each.text, each.labels) for each in client.fake.person(CHAT).messages] == [("好", ["甲"])]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"text": ""}, "400 Bad Request: message text is empty"),
        ({"text": " \n "}, "400 Bad Request: message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "400 Bad Request: message text is empty"),
        ({"text": "字" * 4097}, "400 Bad Request: message is too long"),
        ({"text": "🙂" * 2049}, "400 Bad Request: message is too long"),
        (
            {"text": "x", "parse_mode": "MarkdownV2"},
            f"400 {MARKDOWN}",
        ),
        ({"text": "x", "colour": "red"}, "400 Bad Request: parameter colour is unknown to this method"),
        ({}, "400 Bad Request: parameter text is required"),
        ({"text": 5}, "400 Bad Request: parameter text must be a string"),
        ({"text": "x", "chat_id": 999}, "400 Bad Request: chat not found"),
        ({"text": "x", "chat_id": "@name"}, "400 Bad Request: parameter chat_id must be an integer"),
        (
            {"text": "x", "reply_markup": keys(["甲"] * 9)},
            f"400 {ROW}",
        ),
        ({"text": "x", "reply_markup": keys(*[["甲"]] * 101)}, "400 Bad Request: reply markup is too long"),
        ({"text": "x", "reply_markup": keys(["字" * 22])}, "400 Bad Request: BUTTON_DATA_INVALID"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "", "callback_data": "a"}]]}},
            "400 Bad Request: can't parse inline keyboard button: text must be non-empty",
        ),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "甲"}]]}},
            "400 Bad Request: can't parse inline keyboard button: text buttons are unallowed in the inline keyboard",
        ),
    ],
)
async def test_what_telegram_refuses_is_refused_and_taken_down(given: dict[str, Any], said: str) -> None:
    async with telegram() as client:
        assert await client.said("sendMessage", **({"chat_id": CHAT} | given)) == said
        [violation] = client.fake.violations
        assert (violation.method, f"{violation.code} {violation.why}") == ("sendMessage", said)
        assert client.fake.person(CHAT).messages == []


async def test_what_just_fits_is_taken() -> None:
    async with telegram() as client:
        await client.text("字" * 4096)
        await client.text(f"<b>{'🙂' * 2048}</b>", parse_mode="HTML")
        await client.text("x", reply_markup=keys(*[["键" * 21] * 8] * 12, ["x" * 64] * 4))
        assert client.fake.violations == []


async def test_unknown_methods_and_wrong_tokens() -> None:
    async with telegram() as client:
        assert await client.said("sendPigeon") == "404 Not Found: method not found"
        assert (await client.call("getMe", token="12345678:other"))["description"] == "Unauthorized"
        assert [each.code for each in client.fake.violations] == [404]


async def test_who_blocked_the_bot_gets_nothing_and_no_one_is_blamed() -> None:
    async with telegram() as client:
        zhang = client.fake.person(CHAT)
        zhang.block()
        assert await client.said("sendMessage", chat_id=CHAT, text="x") == "403 Forbidden: bot was blocked by the user"
        zhang.unblock()
        await client.text("回来了")
        news = [each["my_chat_member"]["new_chat_member"]["status"] for each in await client.good("getUpdates")]
        assert (news, zhang.text, client.fake.violations) == (["kicked", "member"], "回来了", [])


async def test_a_press_comes_back_and_is_answered_once() -> None:
    async with telegram() as client:
        zhang = client.fake.person(CHAT)
        await client.text("选", reply_markup=keys(["甲", "乙"]))
        zhang.press("乙")
        [update] = await client.good("getUpdates")
        query = update["callback_query"]
        assert (query["data"], query["from"]["id"], query["message"]["text"]) == ("乙", CHAT, "选")
        wanted = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
        assert await client.said("answerCallbackQuery", callback_query_id=query["id"], text="字" * 201) == (
            "400 Bad Request: MESSAGE_TOO_LONG"
        )
        await client.good("answerCallbackQuery", callback_query_id=query["id"], text="记下了", show_alert=True)
        assert [(each.text, each.alert) for each in zhang.answers] == [("记下了", True)]
        assert await client.said("answerCallbackQuery", callback_query_id=query["id"]) == wanted
        assert await client.said("answerCallbackQuery", callback_query_id="1") == wanted
        assert len(client.fake.violations) == 2  # the text, and the invented id


async def test_a_late_answer_to_a_press_is_refused() -> None:
    pulse = HandPulse()
    async with telegram(FakeTelegram(limits=False, pulse=pulse)) as client:
        await client.text("选", reply_markup=keys(["甲"]))
        client.fake.person(CHAT).press()
        [update] = await client.good("getUpdates")
        pulse.pass_by(61)
        said = await client.said("answerCallbackQuery", callback_query_id=update["callback_query"]["id"])
        assert said.startswith("400 Bad Request: query is too old")


async def test_edits_are_applied_in_place() -> None:
    async with telegram() as client:
        sent = await client.text("一", reply_markup=keys(["甲"]))
        place = {"chat_id": CHAT, "message_id": sent["message_id"]}
        await client.good("editMessageText", **place, text="二", reply_markup=keys(["乙"]))
        zhang = client.fake.person(CHAT)
        [message] = zhang.messages
        assert (message.text, message.labels, message.edits) == ("二", ["乙"], 1)
        same = await client.said("editMessageText", **place, text="二", reply_markup=keys(["乙"]))
        assert same.startswith("400 Bad Request: message is not modified")
        await client.good("editMessageReplyMarkup", **place)
        assert (message.text, message.labels) == ("二", [])
        assert client.fake.violations == []
        lost = await client.said("editMessageText", chat_id=CHAT, message_id=99, text="三")
        theirs = await client.said("editMessageText", chat_id=CHAT, message_id=zhang.conversation[0].id, text="三")
        assert (lost, theirs) == (
            "400 Bad Request: message to edit not found",
            "400 Bad Request: message can't be edited",
        )
        await client.good("deleteMessage", **place)
        assert (zhang.messages, await client.said("deleteMessage", **place)) == (
            [],
            "400 Bad Request: message to delete not found",
        )


async def test_commands_are_kept_by_scope() -> None:
    async with telegram() as client:
        chat = {"type": "chat", "chat_id": CHAT}
        menu = [{"command": "menu", "description": "菜单"}]
        await client.good("setMyCommands", commands=menu, scope=chat)
        assert await client.good("getMyCommands", scope=chat) == menu
        assert (await client.good("getMyCommands"), client.fake.commands(chat)) == ([], [("menu", "菜单")])
        await client.good("deleteMyCommands", scope=chat)
        assert client.fake.commands(chat) == []
        wrong = [{"command": "菜单", "description": "x"}], [{"command": "x", "description": ""}]
        said = [await client.said("setMyCommands", commands=each) for each in wrong]
        assert said == ["400 Bad Request: BOT_COMMAND_INVALID", "400 Bad Request: BOT_COMMAND_DESCRIPTION_INVALID"]
        stranger = await client.said("setMyCommands", commands=menu, scope={"type": "chat", "chat_id": 5})
        assert stranger == "400 Bad Request: chat not found"


async def test_rates_are_kept_and_every_breach_is_a_violation() -> None:
    pulse = HandPulse()
    async with telegram(FakeTelegram(pulse=pulse)) as client:
        for number in range(3):
            await client.text(str(number))
        refused = await client.call("sendMessage", chat_id=CHAT, text="x")
        assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 1})
        pulse.pass_by(1)
        await client.text("3")
        assert [each.code for each in client.fake.violations] == [429]


async def test_trouble_by_script_and_the_ambiguous_case() -> None:
    async with telegram(FakeTelegram(limits=False, trouble=Trouble(wait=4))) as client:
        mischief = client.fake.mischief
        mischief.script(Step.TOO_MANY, Step.BROKEN, Step.GARBAGE, Step.CUT_BEFORE, Step.CUT_AFTER, call="sendMessage")
        busy = await client.call("sendMessage", chat_id=CHAT, text="x")
        assert (busy["error_code"], busy["parameters"]) == (429, {"retry_after": 4})
        assert (await client.call("sendMessage", chat_id=CHAT, text="x"))["error_code"] == 502
        with pytest.raises(ValueError, match=r"Expecting|Unterminated|Invalid"):
            await client.call("sendMessage", chat_id=CHAT, text="x")
        for text in ("不到", "到了"):
            with pytest.raises(aiohttp.ClientError):
                await client.call("sendMessage", chat_id=CHAT, text=text)
        assert [each.text for each in client.fake.person(CHAT).messages] == ["到了"]
        assert [each.text for each in client.fake.ambiguous] == ["到了"]
        assert (client.fake.counts["sendMessage"], client.fake.counts["sendMessage cut"]) == (5, 2)
        assert client.fake.violations == []


async def test_the_server_may_go_away_and_come_back() -> None:
    fake = FakeTelegram(limits=False)
    async with telegram(fake):
        port = int(fake.base_url.rpartition(":")[2])
        fake.person(CHAT).say("还在吗")
    async with fake.running(port) as url:
        fake.person(CHAT).say("在")
        async with aiohttp.ClientSession() as session, session.get(f"{url}/bot{fake.token}/getUpdates") as answer:
            told = await answer.json()
    assert [each["message"]["text"] for each in told["result"]][-1] == "在"


def test_no_repr_tells_the_token() -> None:
    fake = FakeTelegram()
    held = [value for name, value in vars(fake).items() if name != "token"]
    assert fake.token not in f"{fake!r} {fake.person(1)!r} {held!r}"


async def test_waiting_in_vain_says_what_was_heard_instead() -> None:
    async with telegram() as client:
        await client.text("别的")
        with pytest.raises(Silence, match="别的"):
            await client.fake.person(CHAT).heard("欢迎", seconds=0.05)
        with pytest.raises(NoSuchChoice, match="none"):
            client.fake.person(CHAT).press("甲")
