"""The package of an entry: the notice's items, which of them are there, and what of it is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.flows.findings import HOLD, has, told
from bot.talk.fields import Option
from bot.talk.handing import HandIn
from bot.talk.lines import line
from bot.talk.messages import File
from bot.talk.replay import Talk
from rules.handed import Material, guess
from rules.tracks import Track


async def pictures_step(talk: Talk, track: Track) -> tuple[Material, ...]:
    """Pictures that go with the text, where the notice takes any."""
    item = track.item("pictures")
    if item is None:
        return ()
    skip = () if item.required else (Option("none", "没有配图"),)
    later = (Option("later", "以后补交"),) if item.later else ()
    question = HandIn(
        text=line("material.pictures", label=item.label, clause=item.clause, formats=_formats(item.formats)),
        label=item.label,
        hint=line("material.pictures_please", label=item.label),
        wanted=_is_picture,
        several=True,
        options=(*skip, *later),
    )
    handed = await talk.ask("pictures", question)
    files = handed.get("files", ())
    return tuple(Material("pictures", each["sha256"], each["name"], each["size"]) for each in files)


def _is_picture(file: File) -> bool:
    return guess(file.name) == "picture"


def _formats(formats: Sequence[str]) -> list[str]:
    return [each.upper() for each in formats]


def needed(track: Track) -> tuple[str, ...]:
    """The items, beside the form, without which a work cannot be entered."""
    return tuple(item.key for item in track.package if item.key != "form" and item.required and not item.later)


def listed(track: Track, materials: Sequence[Material]) -> list[dict[str, Any]]:
    """Every item of the package: there, held for a decision, following later, or left out."""
    return [_row(item.key, item.label, materials, later=item.later) for item in track.package]


def _row(key: str, label: str, materials: Sequence[Material], *, later: bool) -> dict[str, Any]:
    mine = [one for one in materials if one.key == key]
    state = "there" if mine or key == "form" else "later" if later else "without"
    held = any(has(told(one.facts), HOLD) for one in mine)
    return {"label": label, "state": state, "held": held, "names": [one.name for one in mine]}


def to_follow(track: Track, materials: Sequence[Material]) -> list[str]:
    """The labels of what may still follow and is not there yet."""
    there = {one.key for one in materials}
    return [item.label for item in track.package if item.later and item.key not in there]
