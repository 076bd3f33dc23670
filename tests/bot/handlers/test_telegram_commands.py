"""Command menus by role."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from bot.handlers.telegram_commands import CommandMenus
from bot.handlers.telegram_http import Refused, Unreached
from tests.bot.handlers.telegram_script import Scripted, scripted

EVERYBODY = {"menu": "菜单", "help": "帮助"}
ADMINS = {**EVERYBODY, "owing": "谁还没报"}
ALL = [{"command": "menu", "description": "菜单"}, {"command": "help", "description": "帮助"}]


def menus() -> tuple[CommandMenus, Scripted]:
    bot, request = scripted()
    request.usual |= {"getMyCommands": [], "setMyCommands": True, "deleteMyCommands": True}
    return CommandMenus(bot, everybody=EVERYBODY, admins=ADMINS), request


def changes(request: Scripted) -> list[tuple[str, object]]:
    told = [(name, fields["scope"].get("chat_id", "default")) for name, fields in request.calls if name[:3] != "get"]
    request.calls.clear()
    return told


async def test_everybody_has_one_list_and_each_admin_another() -> None:
    lists, request = menus()
    assert await lists.refresh(["138", "139"])
    assert request.named("setMyCommands")[0] == {"commands": ALL, "scope": {"type": "default"}}
    assert request.named("setMyCommands")[2]["commands"][-1] == {"command": "owing", "description": "谁还没报"}
    assert request.named("setMyCommands")[2]["scope"] == {"type": "chat", "chat_id": 139}
    assert len(request.named("setMyCommands")) == 3


async def test_a_list_is_set_only_when_it_changed() -> None:
    lists, request = menus()
    request.script("getMyCommands", ALL)
    assert await lists.refresh(["138"])
    assert changes(request) == [("setMyCommands", 138)]
    assert await lists.refresh(["138"])
    assert request.calls == []
    assert await lists.refresh(["139"])
    assert changes(request) == [("setMyCommands", 139), ("deleteMyCommands", 138)]
    assert await lists.refresh(["138", "139"])
    assert changes(request) == [("setMyCommands", 138)]


@pytest.mark.parametrize(
    "error", [Refused(429, "slow", 3), Unreached("?"), Refused(400, "Bad Request: chat not found")]
)
async def test_a_failure_harms_no_other_list_and_is_tried_again(error: Exception) -> None:
    lists, request = menus()
    request.script("setMyCommands", True, error, True)
    assert await lists.refresh(["138", "139"]) is False
    assert changes(request) == [("setMyCommands", "default"), ("setMyCommands", 138), ("setMyCommands", 139)]
    assert await lists.refresh(["138", "139"])
    assert changes(request) == [("setMyCommands", 138)]


async def test_the_round_goes_on_whatever_breaks() -> None:
    lists, _ = menus()
    looked = asyncio.Event()
    looks: list[int] = []

    async def admins() -> list[str]:
        looks.append(1)
        if len(looks) == 1:
            raise OSError("database gone")
        looked.set()
        return []

    task = asyncio.create_task(lists.run(admins, every=0.001))
    await asyncio.wait_for(looked.wait(), 5)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert len(looks) >= 2


@pytest.mark.parametrize(
    "commands",
    [
        {"菜单": "?"},
        {"Menu": "?"},
        {"a" * 33: "?"},
        {"menu": ""},
        {"menu": "长" * 257},
        {f"c{n}": "?" for n in range(101)},
    ],
)
async def test_a_list_that_telegram_would_not_take_is_refused_at_once(commands: dict[str, str]) -> None:
    bot, _ = scripted()
    with pytest.raises(ValueError, match="expected"):
        CommandMenus(bot, everybody=commands, admins={})
