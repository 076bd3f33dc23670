"""Online the doctor hears who the Telegram bot is and whether the mail server lets us in; no secret is told."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from bot.commands.doctor_finding import Finding, Level
from bot.commands.doctor_online import ask_mail, ask_telegram
from bot.config import Config
from bot.fakes.telegram import FakeTelegram
from bot.fakes.trouble import Trouble
from bot.settings import ChannelSecrets

PASSWORD = "kept-quiet"
WELL, WRONG = Level.FINE, Level.MEND


@pytest.fixture(autouse=True)
def _no_secrets_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ChannelSecrets.model_fields:
        monkeypatch.delenv(f"XINSHI_{name.upper()}", raising=False)


def told(findings: list[Finding]) -> list[tuple[Level, str]]:
    return [(each.level, each.found) for each in findings]


def given(**secrets: str) -> ChannelSecrets:
    empty = dict.fromkeys(ChannelSecrets.model_fields, "")
    return ChannelSecrets.model_validate({**empty, **secrets})


async def telegram(url: str, token: str) -> list[tuple[Level, str]]:
    config = Config.model_validate({"telegram": {"base_url": url}})
    return told(await ask_telegram(config, given(telegram_token=token)))


async def mail(port: int, password: str = PASSWORD, user: str = "office") -> list[tuple[Level, str]]:
    config = Config.model_validate({"mail": {"host": "127.0.0.1", "port": port, "security": "none", "user": user}})
    return told(await ask_mail(config, given(mail_password=password)))


@pytest.fixture
def closed() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.asynccontextmanager
async def office() -> AsyncIterator[int]:
    """A mail server that knows one password; gives its port."""

    def known(server: object, session: object, envelope: object, mechanism: str, given: object) -> AuthResult:
        right = isinstance(given, LoginPassword) and given.password == PASSWORD.encode()
        return AuthResult(success=right, handled=right)

    def made() -> SMTP:
        return SMTP(object(), authenticator=known, auth_require_tls=False)

    server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


async def test_telegram_says_who_the_bot_is() -> None:
    fake = FakeTelegram()
    async with fake.running() as url:
        assert await telegram(url, fake.token) == [(WELL, "密钥对，机器人是 @xinshi_fake_bot")]


async def test_a_token_that_telegram_does_not_know_is_to_be_mended() -> None:
    fake, other = FakeTelegram(), "87654321:" + "x" * 35
    async with fake.running() as url:
        assert await telegram(url, other) == [(WRONG, "不认这个密钥")]


async def test_a_telegram_in_trouble_is_told_as_it_answers(closed: int) -> None:
    fake = FakeTelegram(trouble=Trouble(seed=1, broken=1.0, most=9))
    async with fake.running() as url:
        [(level, said)] = await telegram(url, fake.token)
    assert (level, said.partition("：")[0]) == (WRONG, "回答了 502")
    assert await telegram(f"http://127.0.0.1:{closed}", fake.token) == [(WRONG, f"连不上 http://127.0.0.1:{closed}")]


async def test_a_mail_server_lets_us_in_or_says_why_not(closed: int) -> None:
    async with office() as port:
        assert await mail(port) == [(WELL, f"127.0.0.1:{port} 连得上、登得进，没有发信")]
        assert await mail(port, user="") == [(WELL, f"127.0.0.1:{port} 连得上，没有发信")]
        [(level, said)] = await mail(port, "another")
    assert (level, said.partition("：")[0], "another" in said) == (WRONG, f"127.0.0.1:{port} 不让登录", False)
    [(level, said)] = await mail(closed)
    assert (level, said.partition("（")[0]) == (WRONG, f"127.0.0.1:{closed} 连不上")
