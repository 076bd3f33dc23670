"""Runs of a plan on both channels: a quiet one, and ones whose program is killed while people go on writing."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import sys
from collections import Counter
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from bot.app import ROOT, running
from bot.fakes.phones import settings_for
from bot.fakes.telegram import FakeTelegram
from bot.fakes.wechat import FakeWeChat
from bot.people import make_invite, take_roster
from rules.delivery import policy
from rules.looks import UnitsOf
from rules.people import Role
from storage.units import units_of
from tests.crash.channels_people import Crowd
from tests.crash.channels_plan import BEGIN, NEWS, CommonClock, Lane
from tests.crash.driver import KEY
from tests.crash.places import Place
from tests.crash.plan import CAMPAIGN

#: Longest pause between what calls the killer and the kill, in seconds; and after a start that nobody waits for.
_AIM, _START = 0.012, 0.4
#: Real seconds after which WeChat calls its callback again: more than a start takes.
_PAUSE, _WITHIN = 0.6, 3.0
#: Seconds that pass at once in the quiet time after a run, and how often at most.
_SKIP, _SKIPS = 60.0, 12
#: Real seconds between looks at what is on its way, how many looks, and how many in a row that find nothing.
_REST, _RESTS, _STILL = 0.05, 20, 6
_NAP = 0.001
#: Twins that answer so badly that a quiet time would never end; they are known by what they lose.
_UNHEARD = ("eager", "hasty")
#: A run that takes longer has failed.
LONGEST = 240.0


@dataclass(slots=True)
class Run:
    """One run of a plan in a place of its own, which is made when it is performed, and what is left of it."""

    name: str
    lanes: list[Lane]
    seed: int
    twin: str = ""
    wanted: int = 0
    kills: int = 0
    #: Messages that a killed program was sending: the policy by number and instant of the claim.
    doubts: dict[tuple[int, int], str] = field(default_factory=dict)
    crowd: Crowd | None = None
    violations: list[str] = field(default_factory=list)
    made: Place | None = None

    @property
    def place(self) -> Place:
        """Where its data are."""
        assert self.made is not None, "a run has its place once it is performed"
        return self.made

    @property
    def ambiguous(self) -> Counter[str]:
        """How many messages were being sent when the program was killed, by policy."""
        return Counter(self.doubts.values())


class Nursery:
    """The nursery of `tests.crash.channels_driver`; every program is a process of its own there."""

    async def __aenter__(self) -> Nursery:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.crash.channels_driver",
            cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def start(self, job: dict[str, Any], *, wait: bool) -> int:
        """Start a program; gives its process number, when its doors are open if `wait`."""
        self._tell(json.dumps(job))
        pid = int((await self._hear("pid"))[0])
        if wait:
            await self._hear("ready")
        return pid

    async def kill(self, pid: int) -> None:
        """Kill a program and wait for its end."""
        os.kill(pid, signal.SIGKILL)
        [status] = await self._hear("end")
        self._tell("")
        assert status == str(-signal.SIGKILL), f"expected a program that is killed, found status {status}"

    def _tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())

    async def _hear(self, word: str) -> list[str]:
        assert self._process.stdout is not None
        async with asyncio.timeout(LONGEST):
            while line := (await self._process.stdout.readline()).decode().split():
                if line[0] == word:
                    return line[1:]
                assert line[0] != "end" or word == "end", f"the program ended by itself: {line}; see program.log"
        raise AssertionError("the nursery ended before its programs did")


async def prepare(place: Place, people: int) -> tuple[list[str], str]:
    """Fills a place with units, an invitation for the liaison of each of the first ones, and one for an admin."""
    async with running(data=place.data, database_url=place.url, campaign_ids=(CAMPAIGN,), key=KEY) as app:
        await take_roster(app, CAMPAIGN, ROOT / "campaigns" / f"{CAMPAIGN}.roster.csv")
        async with app.database.read() as connection:
            units = await units_of(connection, UnitsOf(CAMPAIGN))
        codes = [
            (await make_invite(app, CAMPAIGN, Role.LIAISON, units[number % len(units)], at=BEGIN)).code
            for number in range(people)
        ]
        return codes, (await make_invite(app, CAMPAIGN, Role.ADMIN, None, at=BEGIN)).code


async def perform(nursery: Nursery, prepared: Place, run: Run) -> Run:
    """Play a run to its end, killing the program as often as wanted, and let a quiet time pass."""
    run.made = place = prepared.copied(run.name)
    clock = CommonClock(place.data / "clock")
    port = _free_port()
    telegram = FakeTelegram(limits=False, clock=clock)
    url = f"http://127.0.0.1:{port}/wechat"
    wechat = FakeWeChat(callback_url=url, clock=clock, within=_WITHIN, pause=_PAUSE, seed=run.seed)
    async with asyncio.timeout(LONGEST), telegram.running(), wechat:
        job = _job(run, telegram, wechat, port)
        run.crowd = Crowd(telegram, wechat, run.lanes)
        people = asyncio.create_task(run.crowd.play())
        pid = await _Killer(nursery, run, job, clock, run.crowd).work(people)
        await people
        if run.twin not in _UNHEARD:
            await _quiet(run, clock, run.crowd)
        await nursery.kill(pid)
        await wechat.settled()
    run.violations = [*wechat.violations, *(str(each) for each in telegram.violations)]
    return run


class _Killer:
    """Kills a program at seeded moments of its plan, and starts it again."""

    def __init__(self, nursery: Nursery, run: Run, job: dict[str, Any], clock: CommonClock, crowd: Crowd) -> None:
        self._nursery, self._run, self._job, self._clock, self._crowd = nursery, run, job, clock, crowd
        self._dice = random.Random(run.seed)
        self._deeds = sum(len(lane.deeds) for lane in run.lanes)
        self._announced = False

    async def work(self, people: asyncio.Task[None]) -> int:
        """Until there were enough kills or everything is said; gives the number of the program that lives on."""
        run, dice = self._run, self._dice
        while run.kills < run.wanted and not people.done():
            early = dice.random() < 0.15
            pid = await self._nursery.start(self._job, wait=not early)
            if early:
                await asyncio.sleep(dice.uniform(0, _START))
            else:
                await self._moment(people)
            await self._nursery.kill(pid)
            run.kills += 1
            run.doubts |= doubtful(run.place)
            if dice.random() < 0.5:
                self._clock.skip(dice.choice((20, 60)))
        return await self._nursery.start(self._job, wait=True)

    async def _moment(self, people: asyncio.Task[None]) -> None:
        """Wait for the moment of the next kill: some deeds on, then perhaps a message on its way, then a little."""
        spacing = max(1, self._deeds // (self._run.wanted or 1))
        until, aimed = self._crowd.done + self._dice.randint(1, spacing), self._dice.random() < 0.7
        while self._crowd.done < until and not people.done():
            if not self._announced and self._crowd.seen(NEWS):
                self._announced = True  # in the middle of what goes to many
                break
            await asyncio.sleep(_NAP)
        else:
            calls = self._calls()
            for _ in range(300):
                if not aimed or self._calls() != calls or people.done():
                    break
                await asyncio.sleep(_NAP)
        await asyncio.sleep(self._dice.uniform(0, _AIM))

    def _calls(self) -> int:
        crowd = self._crowd
        return crowd.telegram.counts["sendMessage"] + crowd.wechat.book.calls["message/custom/send"]


async def _quiet(run: Run, clock: CommonClock, crowd: Crowd) -> None:
    """Wait until nothing is on its way. What waits for time gets it at once; what waits for its reader is asked for."""
    await _flown(run.place, clock)
    await crowd.menus()
    await _flown(run.place, clock)


async def _flown(place: Place, clock: CommonClock) -> None:
    for _ in range(_SKIPS):
        if await _settled(place):
            return
        clock.skip(_SKIP)


async def _settled(place: Place) -> bool:
    """Whether nothing is on its way for a moment, or will be so soon."""
    still = 0
    for _ in range(_RESTS):
        await asyncio.sleep(_REST)
        still = 0 if _left(place).keys() - {"held"} else still + 1
        if still == _STILL:
            return True
    return False


def _left(place: Place) -> dict[str, int]:
    """Messages that are still on their way, by state."""
    found = "SELECT state, count(*) FROM outbox WHERE state IN ('due','sending','passive','held') GROUP BY state"
    going = "SELECT state, count(*) FROM broadcasts WHERE state = 'running' GROUP BY state"
    return dict(place.rows(found)) | dict(place.rows(going))


def doubtful(place: Place) -> dict[tuple[int, int], str]:
    """What a killed program was sending, by policy."""
    rows = place.untouched_rows("SELECT id, claimed, kind, edits FROM outbox WHERE state = 'sending'")
    return {(number, claimed): policy(kind, edits=bool(edits)).value for number, claimed, kind, edits in rows}


def _job(run: Run, telegram: FakeTelegram, wechat: FakeWeChat, port: int) -> dict[str, Any]:
    settings = settings_for(telegram, wechat)
    return {
        "data": str(run.place.data), "database": run.place.url, "clock": str(run.place.data / "clock"), "port": port,
        "twin": run.twin,
        "telegram": settings.telegram.model_dump(), "wechat": settings.wechat.model_dump(),
        "secrets": {name: value.get_secret_value() for name, value in settings.secrets},
    }  # fmt: skip


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
