"""The fake Telegram runs in a process of its own and tells at its end what it counted."""

from __future__ import annotations

import asyncio
import json
import sys

import aiohttp

from bot.fakes.telegram import TOKEN
from tests.house.tree import ROOT


async def test_it_tells_its_address_and_its_counts() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.fakes.telegram_alone", "--people", "2", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
        async with aiohttp.ClientSession() as session:
            for chat in (1, 2, 3):
                await session.post(f"{url}/bot{TOKEN}/sendMessage", json={"chat_id": chat, "text": "x"})
        process.terminate()
        told = json.loads((await asyncio.wait_for(process.communicate(), 20))[0])
    finally:
        if process.returncode is None:
            process.kill()
    assert told == {
        "counts": {"sendMessage": 3, "sendMessage 200": 2, "sendMessage 400": 1},
        "violations": ["sendMessage 400 Bad Request: chat not found"],
    }
