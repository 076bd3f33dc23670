"""The database goes away while people write, and comes back: `python -m tests.crash.away --cuts 100 --seed 1`.

The real program works on PostgreSQL through a line that is cut at random: everything under way ends in the middle, and
for a while nobody gets through. People send again whatever was not acknowledged. In the end nothing acknowledged is
lost, everybody is answered, and all is as if the line had held. `--twin careless`: what failed counts as acknowledged.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock
from urllib.parse import parse_qs, urlsplit

from structlog.testing import capture_logs

from bot.app import App, running
from bot.talk.messages import Incoming
from scheduler import housekeeping
from tests.crash.driver import KEY
from tests.crash.judge import State, Verdict, differences, judge, state
from tests.crash.places import Place, server_for
from tests.crash.plan import CAMPAIGN, Sent, plan
from tests.crash.runs import prepare
from tests.flows.variants import form_only, opened_as

#: Seconds between two cuts at most, for which the line is away at most, and before something is sent again.
_BETWEEN, _AWAY, _AGAIN = 0.6, 0.8, 0.05
#: Times that one message is sent at most.
_MOST = 2000
#: Cuts under one plan: more would leave people no time between them on a slow machine.
_ROUND = 40
_CHUNK = 65_536


class Line:
    """A line to PostgreSQL's socket that can be cut. Its own socket lies in `folder`, as a server's would."""

    def __init__(self, server: Path, folder: Path) -> None:
        self._server, self.folder = server, folder
        self._open, self._carrying = set[asyncio.StreamWriter](), set[asyncio.Task[None]]()
        self.away, self.cuts = False, 0

    @asynccontextmanager
    async def laid(self) -> AsyncIterator[Line]:
        """Until the block ends."""
        server = await asyncio.start_unix_server(self._taken, self.folder / self._server.name)
        try:
            yield self
        finally:
            self.cut()
            server.close()
            if self._carrying:
                await asyncio.wait(self._carrying)

    def cut(self) -> None:
        """Cut everything that is under way."""
        self.cuts += 1
        for each in self._open:
            each.transport.abort()

    def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        carrying = asyncio.ensure_future(self._carried(reader, writer))
        self._carrying.add(carrying)
        carrying.add_done_callback(self._carrying.discard)

    async def _carried(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.away:
            writer.transport.abort()
            return
        there, back = await asyncio.open_unix_connection(self._server)
        both = {writer, back}
        self._open |= both
        try:
            await asyncio.gather(_copied(reader, back), _copied(there, writer))  # the end of one ends the other
        finally:
            self._open -= both
            for each in both:
                each.transport.abort()


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    writer.transport.abort()


@dataclass(slots=True)
class People:
    """Everybody at their phones: each sends the next message once the one before is acknowledged."""

    app: App
    careless: bool = False
    acknowledged: set[str] = field(default_factory=set)
    again: int = 0

    async def send(self, lane: Sequence[Sent]) -> None:
        """One person's messages, in order."""
        for sent in lane:
            for _ in range(_MOST):
                try:
                    await self.app.desk.receive(Incoming("console", str(sent.lane), sent.id, sent.at, text=sent.text))
                    break
                except Exception:  # noqa: BLE001  whatever it was: it was not kept, so it comes again
                    self.again += 1
                    if self.careless:
                        break
                    await asyncio.sleep(_AGAIN)
            self.acknowledged.add(sent.id)


async def _run(
    place: Place, url: str, codes: Sequence[str], seed: int, begun: asyncio.Event, *, careless: bool = False
) -> People:
    async with running(data=place.data, database_url=url, campaign_ids=(CAMPAIGN,), key=KEY) as app:
        people = People(app, careless)
        begun.set()
        await asyncio.gather(*(people.send(lane) for lane in plan(seed, codes)))
        return people


async def _cut_often(line: Line, dice: random.Random, cuts: int, until: asyncio.Task[People]) -> None:
    """Cut the line so often, or until everything is said; sometimes only for a blink."""
    while line.cuts < cuts and not until.done():
        await asyncio.sleep(dice.uniform(0.02, _BETWEEN))
        line.away = True
        line.cut()
        await asyncio.sleep(dice.choice((0.0, dice.uniform(0, _AWAY))))
        line.away = False


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a run."""

    cuts: int
    messages: int
    again: int
    verdict: Verdict
    differences: str


def tried(prepared: Place, codes: Sequence[str], quiet: State, *, seed: int, cuts: int, twin: str = "") -> Found:
    """One run with cuts."""
    place = prepared.copied(f"cut-{seed}")
    there = Path(parse_qs(urlsplit(place.url).query)["host"][0])
    [socket] = [each for each in there.iterdir() if each.name.startswith(".s.PGSQL.") and each.suffix != ".lock"]

    async def cut() -> tuple[People, int]:
        with tempfile.TemporaryDirectory(prefix="xinshi-line-") as folder:
            async with Line(socket, Path(folder)).laid() as line:
                url = place.url.replace(str(there), folder)
                assert folder in url, "the database is reached by its socket"
                begun = asyncio.Event()
                speaking = asyncio.ensure_future(_run(place, url, codes, seed, begun, careless=twin == "careless"))
                await begun.wait()
                await _cut_often(line, random.Random(seed), cuts, speaking)
                return await speaking, line.cuts

    with _calm():
        people, done = asyncio.run(cut())
    found = judge(place, quiet, people.acknowledged)
    said = "" if found.clean else differences(place, quiet)
    place.gone()
    return Found(done, len(people.acknowledged), people.again, found, said)


@contextmanager
def _calm() -> Iterator[None]:
    """The campaign with its form alone; what is put away after 20 seconds would depend on how fast the machine is."""
    with opened_as(form_only), capture_logs(), mock.patch.object(housekeeping, "EVERY", 86_400.0):
        yield


def quiet_state(prepared: Place, codes: Sequence[str], *, seed: int) -> State:
    """What the plan leaves when the line holds."""
    place = prepared.copied(f"quiet-{seed}")
    with _calm():
        asyncio.run(_run(place, place.url, codes, seed, asyncio.Event()))
    found = state(place)
    place.gone()
    return found


def main() -> int:
    """Rounds of cuts, every one of another plan. Gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.away", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--cuts", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--twin", choices=("", "careless"), default="")
    given = parser.parse_args()
    began, cuts, messages, again, faults, seed = time.monotonic(), 0, 0, 0, 0, given.seed
    with server_for("postgresql") as server, tempfile.TemporaryDirectory(prefix="xinshi-away-") as folder:
        prepared = Place.empty(Path(folder) / "prepared", server)
        codes = prepare(prepared, given.people)
        while cuts < given.cuts:
            quiet = quiet_state(prepared, codes, seed=seed)
            found = tried(prepared, codes, quiet, seed=seed, cuts=min(_ROUND, given.cuts - cuts), twin=given.twin)
            cuts, messages, again = cuts + found.cuts, messages + found.messages, again + found.again
            faults, seed = faults + (not found.verdict.clean), seed + 1
            sys.stdout.write(f"seed {seed - 1}: {found.cuts} cuts, {found.again} sent again, {found.verdict}\n")
            sys.stdout.write(found.differences)
            sys.stdout.flush()
    sys.stdout.write(
        f"{cuts} cuts under {messages} messages, {again} sent again, {faults} rounds with a fault,"
        f" {time.monotonic() - began:.0f} s\n"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
