"""Callbacks made in advance are what the platform sends, and their answers can be read."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import pytest

from bot.fakes.wechat import Account, FakeWeChat
from bot.fakes.wechat_crypto import BadAnswer
from tests.bot.fakes.wechat_program import Program, together


async def test_a_prepared_crowd_is_answered_over_one_connection() -> None:
    program = Program(Account())
    async with together(FakeWeChat(), program) as fake:
        made = fake.prepare(6, text=lambda place: f"第{place}条", people=3)
        parts = urlsplit(fake.callback_url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        said = []
        for one in [*made, fake.rush.again(made[0], fake.callback_url)]:
            writer.write(one.raw)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            [length] = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            said.append(fake.rush.read(one, await reader.readexactly(length)).text)
        writer.close()
        await writer.wait_closed()
        assert said == [*(f"您说：第{place}条" for place in range(6)), "您说：第0条"]
        assert [one.source for one in program.heard[:4]] == ["rush-0", "rush-1", "rush-2", "rush-0"]
        assert program.heard[6].id == program.heard[0].id == made[0].number
        assert fake.people["rush-2"].message_window.left == 5


def test_an_answer_to_somebody_else_is_refused() -> None:
    fake = FakeWeChat(encrypted=False)
    [one, _] = fake.prepare(2, url="http://127.0.0.1:1/wechat")
    body = b"<xml><ToUserName>rush-1</ToUserName><FromUserName>gh_000000000000</FromUserName><CreateTime>1</CreateTime>"
    with pytest.raises(BadAnswer, match="expected a reply to rush-0"):
        fake.rush.read(one, body + b"<MsgType>text</MsgType><Content>x</Content></xml>")
