"""A fake WeChat and a fake Telegram, each with a phone in the browser: both channels without an account."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from bot.channels import Settings
from bot.fakes.telegram import FakeTelegram
from bot.fakes.wechat import FakeWeChat
from bot.handlers.wechat_asgi import PATH
from bot.handlers.wechat_client import OwnToken, WeChatApi
from bot.settings import ChannelSecrets, Mail, Telegram, WeChat
from scheduler.clock import SimulatedClock, SystemClock

#: Whose phones they are; the expert has a Telegram only.
TELEGRAM_USER, OPENID, EXPERT_USER = 1001, "o-demo-1001", 1002
EXPERT = "赵老师"


@dataclass(frozen=True, slots=True)
class Phones:
    """The two fakes, running, and the settings under which the program talks to them."""

    fake_telegram: FakeTelegram
    fake_wechat: FakeWeChat
    settings: Settings

    async def publish_menu(self, menu: Mapping[str, Any], clock: SystemClock | SimulatedClock) -> None:
        """Publish the account's menu, as `./xinshi wechat menu` does."""
        account = self.fake_wechat.account
        api = WeChatApi(
            app_id=account.app_id, secret=SecretStr(account.secret), tokens=OwnToken(), clock=clock,
            base_url=self.fake_wechat.base_url,
        )  # fmt: skip
        await api.publish_menu(menu)
        await asyncio.to_thread(api.close)

    async def expert_joins(self, code: str) -> None:
        """The expert opens an invitation on the Telegram phone and says a name."""
        expert = self.fake_telegram.person(EXPERT_USER, EXPERT)
        expert.start(code)
        await expert.heard(seconds=30.0)
        expert.say(EXPERT)
        await expert.heard(seconds=30.0)

    def expert(self) -> str:
        """Where the expert's Telegram phone is."""
        return f"{self.fake_telegram.base_url}/phone?user={EXPERT_USER}"

    def telegram(self, code: str = "") -> str:
        """Where the Telegram phone is; with a code, where its invitation is opened."""
        return f"{self.fake_telegram.base_url}/phone?user={TELEGRAM_USER}{f'&start={code}' if code else ''}"

    def wechat(self, code: str = "") -> str:
        """Where the WeChat phone is; with a code, where its QR code is scanned."""
        return f"{self.fake_wechat.base_url}/phone?user={OPENID}{f'&scene={code}' if code else ''}"


@asynccontextmanager
async def fake_phones(clock: SystemClock | SimulatedClock, url: str) -> AsyncIterator[Phones]:
    """Both fakes, until the block ends; `url` is where the program's web server is."""
    fake_telegram, fake_wechat = FakeTelegram(clock=clock), FakeWeChat(clock=clock, callback_url=f"{url}{PATH}")
    fake_telegram.person(TELEGRAM_USER, "小张")
    fake_wechat.person(OPENID, "小张", following=False)
    async with fake_telegram.running(), fake_wechat:
        yield Phones(fake_telegram, fake_wechat, settings_for(fake_telegram, fake_wechat))


def settings_for(
    telegram: FakeTelegram, wechat: FakeWeChat, *, mail: Mail | None = None, pace: float = 1.0, lease: float = 45.0
) -> Settings:
    """The settings under which a program talks to these two; see `Settings` for `pace` and `lease`."""
    account = wechat.account
    secrets = ChannelSecrets(
        telegram_token=SecretStr(telegram.token),
        wechat_secret=SecretStr(account.secret),
        wechat_token=SecretStr(account.token),
        wechat_aes_key=SecretStr(account.aes_key),
        mail_password=SecretStr(""),
    )
    return Settings(
        Telegram.model_validate({"base_url": telegram.base_url, "poll_seconds": 10}),
        WeChat.model_validate(
            {
                "app_id": account.app_id,
                "base_url": wechat.base_url,
                "kind": account.kind,
                "verified": account.verified,
            }
        ),
        mail or Mail.model_validate({}),
        secrets,
        pace,
        lease,
    )
