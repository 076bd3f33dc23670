"""Runs of a plan: a quiet one, and ones with kills at seeded moments and everything unacknowledged sent again."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from types import TracebackType

from bot.app import ROOT, running
from bot.people import make_invite, take_roster
from rules.looks import UnitsOf
from rules.people import Role
from storage.units import units_of
from tests.crash.driver import KEY
from tests.crash.judge import State, Verdict, judge, state
from tests.crash.places import Place
from tests.crash.plan import CAMPAIGN, plan

#: Longest pause between the acknowledgement that calls the killer and the kill, in seconds.
_AIM = 0.012
#: The same after a start without any acknowledgement: opening and migrating take about so long.
_START = 0.4


@dataclass(slots=True)
class Run:
    """One run of a plan in a place of its own."""

    place: Place
    seed: int
    codes: list[str]
    twin: str = ""
    acknowledged: set[str] = field(default_factory=set)
    kills: int = 0
    repeated: int = 0

    def job(self, dice: random.Random) -> dict[str, object]:
        """What is still to be delivered: all that was not acknowledged, now and then with the last that was."""
        done = [sum(f"{lane}/{place}" in self.acknowledged for place in range(999)) for lane in range(len(self.codes))]
        again = [min(count, dice.randint(0, 1)) for count in done]
        self.repeated += sum(again)
        start = [count - repeat for count, repeat in zip(done, again, strict=True)]
        return {
            "data": str(self.place.data), "database": self.place.url, "seed": self.seed, "codes": self.codes,
            "twin": self.twin, "from": start,
        }  # fmt: skip


class Driver:
    """The nursery of `tests.crash.driver`; every run is a process of its own there."""

    def __enter__(self) -> Driver:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.driver"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def drive(self, run: Run, dice: random.Random, *, kill_after: int | None) -> bool:
        """Start the program on what is left of a run; kill it after so many acknowledgements. Whether it finished."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(run.job(dice)) + "\n")
        pid, heard = 0, 0
        for line in self._process.stdout:
            word, _, rest = line.strip().partition(" ")
            if word == "end":
                run.kills += rest == str(-signal.SIGKILL)
                self._process.stdin.write("\n")
                assert rest in ("0", str(-signal.SIGKILL)), f"the driver failed with status {rest}"
                return rest == "0"
            if word == "pid":
                pid = int(rest)
            else:
                run.acknowledged.add(rest)
                heard += 1
            if kill_after is not None and heard == kill_after:
                kill_after = None
                time.sleep(dice.uniform(0, _AIM if heard else _START))
                os.kill(pid, signal.SIGKILL)
        raise AssertionError("the driver ended before its job did")


def prepare(place: Place, people: int) -> list[str]:
    """Fills a place with units, and an invitation for the liaison of each of the first ones."""

    async def invite() -> list[str]:
        async with running(data=place.data, database_url=place.url, campaign_ids=(CAMPAIGN,), key=KEY) as app:
            await take_roster(app, CAMPAIGN, ROOT / "campaigns" / f"{CAMPAIGN}.roster.csv")
            async with app.database.read() as connection:
                units = await units_of(connection, UnitsOf(CAMPAIGN))
            at = plan(0, [""])[0][0].at
            return [
                (await make_invite(app, CAMPAIGN, Role.LIAISON, unit, at=at)).code for unit in units[:people]
            ]  # fmt: skip

    return asyncio.run(invite())


def quiet_run(driver: Driver, prepared: Place, codes: list[str], *, seed: int) -> tuple[State, int]:
    """The state that the plan leaves when nothing happens to the program, and how many messages it has."""
    run = Run(prepared.copied(f"quiet-{seed}"), seed, codes)
    assert driver.drive(run, random.Random(seed), kill_after=None)
    found = state(run.place)
    run.place.gone()
    return found, len(run.acknowledged)


def killed_run(
    driver: Driver, prepared: Place, codes: list[str], *, seed: int, twin: str = "", kills: int, messages: int
) -> Run:
    """A run with about so many kills, spread over its messages."""
    run, dice = Run(prepared.copied(f"killed-{seed}-{twin}"), seed, codes, twin), random.Random(seed)
    while not driver.drive(run, dice, kill_after=_moment(dice, messages // kills) if run.kills < kills else None):
        pass
    return run


def _moment(dice: random.Random, spacing: int) -> int:
    """After how many acknowledgements to kill: now and then before the first, while the database is being opened."""
    return 0 if dice.random() < 0.15 else dice.randint(1, max(1, 2 * spacing))


def verdict(run: Run, quiet: State) -> Verdict:
    """What a run left, against the quiet one."""
    return judge(run.place, quiet, run.acknowledged)
