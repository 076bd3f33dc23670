"""What the commands that check a file have in common: their exit codes, the signs of a verdict, how they give up."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import typer

from bot.campaigns import NoSuchCampaign, UnusableNotices, load
from bot.talk.messages import BOLD, PLAIN
from bot.wording import house_wording
from rules.notice import Notice

_CAMPAIGNS = Path(__file__).parents[2] / "campaigns"
#: Exit codes: fits (hints possible), something to mend, not readable as what it should be.
FITS, REFUSED, UNREADABLE = 0, 1, 2
SIGNS = {"refuse": "✗", "hold": "？", "warn": "△", "note": "·"}


class Unusable(Exception):
    """An argument cannot be used; the message is for the person who typed it."""


def notice_of(campaign: str) -> Notice:
    """The notice of a campaign. Raises `Unusable`."""
    try:
        return load(_CAMPAIGNS, campaign)
    except (NoSuchCampaign, UnusableNotices) as refusal:
        raise Unusable(str(refusal)) from None


def said(key: str, facts: Mapping[str, Any]) -> str:
    """A sentence of the house as a terminal shows it, without emphasis."""
    return house_wording().text(key, **facts).replace(BOLD, "").replace(PLAIN, "")


def refuse(sentence: str, code: int = UNREADABLE) -> NoReturn:
    """Say why the command cannot go on, and end with this exit code."""
    typer.echo(sentence, err=True)
    raise typer.Exit(code)
