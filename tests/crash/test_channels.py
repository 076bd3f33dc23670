"""kill -9 while messages flow on both channels: none is lost, nothing counts twice, repeated answers say so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
import pytest_asyncio

from tests.crash.channels_judge import Left, Verdict, differences, judge, left, lost
from tests.crash.channels_plan import Lane, lanes
from tests.crash.channels_runs import Nursery, Run, perform, prepare
from tests.crash.places import Place

PEOPLE, SEED, KILLS, MOST = 9, 20232, 4, 20
#: Those who have only one of the two.
IN_WECHAT, IN_TELEGRAM = slice(0, 6, 3), slice(1, 6, 3)


@dataclass(frozen=True, slots=True)
class Ground:
    """A prepared place, and what the plan leaves there when nothing happens."""

    nursery: Nursery
    prepared: Place
    plan: list[Lane]
    quiet: Run
    left: Left

    async def killed(self, *, twin: str = "", some: slice = slice(None), most: int = 999, kills: int = KILLS) -> Run:
        """A run with kills, of some of the people and their first deeds."""
        plan = [replace(lane, deeds=lane.deeds[:most]) for lane in self.plan[some]]
        run = Run(f"killed-{twin}", plan, SEED, twin=twin, wanted=kills)
        return await perform(self.nursery, self.prepared, run)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    prepared = Place.empty(tmp_path_factory.mktemp("crash") / "prepared")
    codes, admin = await prepare(prepared, PEOPLE)
    plan = lanes(SEED, codes, admin, most=MOST)
    async with Nursery() as nursery:
        quiet = await perform(nursery, prepared, Run("quiet", plan, SEED))
        yield Ground(nursery, prepared, plan, quiet, left(quiet))


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_quiet_run_does_something_that_could_go_wrong(ground: Ground) -> None:
    tables = ground.left.tables
    assert judge(ground.quiet, ground.left) == Verdict()
    assert tables["inbox"].total() > 200
    assert {row[0].partition(":")[0] for row in tables["inbox"]} == {"telegram", "wechat"}
    assert tables["broadcasts"].total() == 1
    assert {"wechat:o-crash-2", "telegram:5002"} < {row[0] for row in tables["sessions"]}  # one person on both
    assert all(not marked for _, marked in ground.left.seen.values())


async def test_killed_again_and_again_everybody_ends_as_if_nothing_had_happened(ground: Ground) -> None:
    run = await ground.killed()
    assert judge(run, ground.left) == Verdict(), differences(run, ground.left)
    assert run.kills >= KILLS // 2
    assert run.ambiguous.total() > 0


async def test_a_program_that_confirms_updates_before_they_are_kept_is_caught(ground: Ground) -> None:
    assert lost(await ground.killed(twin="eager", some=IN_TELEGRAM, most=8, kills=2)) > 0


async def test_a_program_that_answers_wechat_before_the_commit_is_caught(ground: Ground) -> None:
    assert lost(await ground.killed(twin="hasty", some=IN_WECHAT, most=8, kills=2)) > 0


async def test_a_program_that_forgets_what_it_was_sending_is_caught(ground: Ground) -> None:
    run = await ground.killed(twin="unclaimed", some=IN_TELEGRAM, most=10, kills=2)
    assert judge(run, ground.left).repeated > 0
