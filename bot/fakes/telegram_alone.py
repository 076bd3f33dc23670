"""The fake Telegram in a process of its own, for measuring a program without measuring the fake.

python -m bot.fakes.telegram_alone --people 10000        # prints its address; on SIGTERM what it counted, as JSON
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

import uvloop

from bot.fakes.telegram import FakeTelegram
from bot.fakes.trouble import RealPulse


async def serve(fake: FakeTelegram, *, port: int, people: int) -> None:
    """Runs until SIGTERM or SIGINT; `people` of them (numbers from 1) have written to the bot."""
    ended = asyncio.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wanted, ended.set)
    for number in range(1, people + 1):
        fake.person(number).say("/start")
    fake.updates.drop()
    async with fake.running(port) as url:
        sys.stdout.write(f"{url}\n")
        sys.stdout.flush()
        await ended.wait()
    violations = [f"{each.method} {each.code} {each.why}" for each in fake.violations]
    sys.stdout.write(json.dumps({"counts": fake.counts, "violations": violations}, ensure_ascii=False) + "\n")


def main(arguments: list[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bot.fakes.telegram_alone", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 for any that is free")
    parser.add_argument("--people", type=int, default=0, help="how many have written to the bot before")
    parser.add_argument("--limits", action="store_true", help="keep Telegram's rates")
    parser.add_argument("--speed", type=float, default=1.0, help="how fast the time of rates and waits runs")
    asked = parser.parse_args(arguments)
    fake = FakeTelegram(limits=asked.limits, pulse=RealPulse(asked.speed))
    uvloop.run(serve(fake, port=asked.port, people=asked.people))


if __name__ == "__main__":
    main()
