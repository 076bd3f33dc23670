"""The program at work in a play, on a data folder, with messengers that note what they deliver."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot import app as roof
from bot.channels import Channels, Settings, Surroundings
from bot.handlers.post import Left, Letter, Outcome, Sent
from bot.settings import ChannelSecrets, Mail, Telegram, WeChat
from rehearsal.stage import KEY, Stage
from rules.contact import Power
from rules.notice import Notice
from scheduler.dispatch import Paces
from storage.database import sqlite_url


class Platform:
    """A messenger that notes what it delivers. Who blocked it is gone until they write again."""

    def __init__(self, stage: Stage, channel: str) -> None:
        self._stage, self.channel = stage, channel

    async def send(self, letter: Letter, way: str) -> Outcome:
        """Deliver a whole message."""
        address = f"{self.channel}:{letter.address}"
        if address in self._stage.blocked:
            return Left("blocked")
        self._stage.note(address, letter.outgoing, way="edit" if letter.edits else way)
        self._stage.arrived(letter.id)
        return Sent(letter.done + 1, remote=f"m{letter.id}")


@asynccontextmanager
async def at_work(play: Stage, folder: Path, campaign: str, variant: Callable[[Notice], Notice]) -> AsyncIterator[None]:
    """The program on a folder until the block ends; on the same folder again it is started again."""
    channels = Channels(
        senders={name: Platform(play, name) for name in ("telegram", "wechat")},
        powers={"telegram": Power("telegram"), "wechat": Power("wechat", customer=True)},
        paces={name: Paces() for name in ("telegram", "wechat")},
    )

    async def opened(_settings: Settings, _around: Surroundings) -> Channels:
        return channels

    async with roof.running(
        data=folder, database_url=sqlite_url(folder), campaign_ids=(campaign,), key=KEY, clock=play.clock,
        channels=_settings(), skills=play.materials.skills(folder), public_url=play.url, variant=variant,
        opening=opened, folder=play.campaigns,
    ) as play.app:  # fmt: skip
        play.notice = play.app.notices[campaign]
        play.materials.begin(play.app)
        for each in play.citizens:
            each.follow(play.app)
        yield


def _settings() -> Settings:
    """A service account that may write first within its windows; nothing is waited for."""
    wechat = WeChat.model_validate({"app_id": "wx0000000000000000", "kind": "service", "verified": True})
    nothing = Telegram.model_validate({}), Mail.model_validate({}), ChannelSecrets.model_construct()
    return Settings(nothing[0], wechat, nothing[1], nothing[2], pace=0.0, gather=0.0)
