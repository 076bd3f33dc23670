"""What the commands of red packets share: whose quiz it is, and deeds in a transaction of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bot import campaigns
from bot import config as settings
from bot.commands.screen import opened
from bot.commands.stop import Stop
from rules.deeds import AdminDeed
from rules.instants import micros
from rules.quiz import Quiz
from scheduler.clock import SystemClock
from storage.moments import Moment
from storage.numbers import Numbers
from storage.registry import DEEDS

ConfigFile = Annotated[Path, typer.Option(help="配置文件")]
Campaign = Annotated[str, typer.Argument(help="活动的编号，如 hongze-quiz-2020")]


async def done(config: settings.Config, deed: AdminDeed) -> Any:
    """What performing a deed comes to, in a transaction of its own."""
    async with opened(config) as database:
        numbers = await Numbers.above(database)
        async with database.write() as connection:
            return await DEEDS[type(deed)](Moment(connection, micros(SystemClock().now()), numbers), deed)


def quiz_of(config: settings.Config, campaign: str) -> Quiz:
    """The quiz of a campaign. Raises `Stop`."""
    if campaign not in config.campaigns:
        raise Stop(f"配置里没有活动“{campaign}”；有：{'、'.join(config.campaigns)}。")
    notice = campaigns.load(settings.ROOT / "campaigns", campaign, with_bank=False)
    if notice.quiz is None:
        raise Stop(f"“{campaign}”没有知识竞赛（[quiz]），也就没有红包。")
    return notice.quiz
