"""The Telegram channel against a Bot API server that speaks HTTP and checks every call: what goes out."""

from __future__ import annotations

from typing import Any

import pytest

from bot.fakes.trouble import Step
from bot.handlers.post import Later, Left, Letter, Sent, Unsure
from bot.handlers.telegram_commands import CommandMenus
from bot.talk.messages import UPLOAD as UPLOAD_MARK
from bot.talk.messages import Choice, Outgoing
from tests.bot.handlers.telegram_channel import FILE, channel, soon


async def test_long_messages_files_and_links_keep_within_the_limits() -> None:
    async with channel() as on:
        ann = on.fake.person(138, "甲")
        ann.start()
        link = Outgoing("😀" * 4096 + UPLOAD_MARK, (Choice("a", "甲"),), "7/q", id=1)
        await on.post_whole(link, again=True)
        assert [len(each.text.encode("utf-16-le")) // 2 <= 4096 for each in ann.messages] == [True] * 3
        many = tuple(Choice(f"c/{n}", "以信用承诺制为抓手，推动市场主体自律与社会共治相结合" * 2) for n in range(130))
        await on.post_whole(Outgoing("选", many, "7/q", id=1 << 62))
        assert len(ann.labels) == 100
        assert "\n130. 以信用" in ann.messages[-1].text
        await on.post_whole(Outgoing("长" * 1024, (Choice("a", "甲"),), attachment=FILE, id=3, protected=True))
        shown = ann.messages[-1]
        assert shown.file is not None
        assert (shown.file.name, shown.file.data, shown.protected) == (FILE.name, b"PK" * 500, True)


async def test_progress_is_one_message_that_changes() -> None:
    async with channel() as on:
        ann = on.fake.person(138, "甲")
        ann.start()
        first = await on.post(Outgoing("已发 1/3", id=1))
        assert isinstance(first, Sent)
        for text in ("已发 2/3", "已发 2/3", "已发 3/3"):
            assert await on.post(Outgoing(text, id=1), edits=first.remote) == Sent(1, True, first.remote)
        assert [each.text for each in ann.messages] == ["已发 3/3"]
        ann.messages[0].deleted = True
        anew = await on.post(Outgoing("完成", id=1), edits=first.remote)
        assert isinstance(anew, Sent) and anew.remote != first.remote and ann.messages[-1].text == "完成"


@pytest.mark.parametrize(
    ("step", "expected", "arrives"),
    [
        (Step.TOO_MANY, Later(1, "Too Many Requests: retry after 1", everybody=True), False),
        (Step.BROKEN, Later(5, "502: Bad Gateway"), False),
        (Step.GARBAGE, Unsure, False),
        (Step.CUT_BEFORE, Unsure, False),
        (Step.CUT_AFTER, Unsure, True),
    ],
)
async def test_what_goes_wrong_in_a_send_has_its_outcome(step: Step, expected: Any, arrives: bool) -> None:
    async with channel() as on:
        ann = on.fake.person(138, "甲")
        ann.start()
        on.fake.mischief.script(step, call="sendMessage")
        told = await on.post(Outgoing("您好", id=1))
        assert told == expected if isinstance(expected, Later) else isinstance(told, expected)
        assert [each.text for each in ann.messages] == (["您好"] if arrives else [])
        assert isinstance(await on.post(Outgoing("您好", id=1), again=True), Sent)
        assert ann.messages[-1].text == "（重发）您好"


async def test_a_server_that_is_away_is_later() -> None:
    async with channel() as on:
        on.fake.person(138, "甲").start()
        await on.bot.call("getMe", {})
        sender = on.sender
    told = await sender.send(Letter(1, "138", Outgoing("您好", id=1)), "message")
    assert isinstance(told, Later)


async def test_blocking_in_the_middle_is_heard_and_sends_end() -> None:
    async with channel() as on:
        on.polling()
        ann = on.fake.person(138, "甲")
        ann.start()
        await on.kept(1)
        ann.block()
        assert isinstance(await on.post(Outgoing("您好", id=1)), Left)
        await soon(lambda: on.intake.reached == [("telegram:138", "blocked")])
        ann.unblock()
        ann.say("又来了")
        await on.kept(2)
        assert on.intake.reached[-1] == ("telegram:138", "")


async def test_menus_differ_by_role() -> None:
    async with channel() as on:
        on.fake.person(138, "甲").start()
        menus = CommandMenus(on.bot, everybody={"menu": "菜单"}, admins={"menu": "菜单", "owing": "谁还没报"})
        assert await menus.refresh(["138"])
        assert on.fake.commands() == [("menu", "菜单")]
        assert on.fake.commands({"type": "chat", "chat_id": 138}) == [("menu", "菜单"), ("owing", "谁还没报")]
        again = CommandMenus(on.bot, everybody={"menu": "菜单"}, admins={"menu": "菜单", "owing": "谁还没报"})
        assert await again.refresh(["138"]) and on.fake.counts["setMyCommands"] == 2
        assert await menus.refresh([])
        assert on.fake.commands({"type": "chat", "chat_id": 138}) == []
