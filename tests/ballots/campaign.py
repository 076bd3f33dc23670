"""A campaign's judging from the first work to the closing dossier, with people as they are; what everybody is told.

    python -m tests.ballots.campaign weifang-2023 --seed 1 --out played

prints what came of it, and writes what each person wrote and was told (`people/`), every file that was made
(`files/`), and the dossier. Exit code 1 where something was not as it should be.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from rules.people import Role
from tests.ballots import campaign_checks as checks
from tests.ballots import campaign_prizes as prizes
from tests.ballots import campaign_public as public
from tests.ballots import campaign_round as experts
from tests.ballots.campaign_entering import hand_in, screen_all
from tests.ballots.campaign_house import house, running
from tests.ballots.campaign_report import Report
from tests.ballots.campaign_script import SCRIPTS, Script, roster_of, small
from tests.campaigns.shipped import notice as shipped
from tests.reminders.campaign import told as chat_of
from tests.reminders.campaign_stage import Chat

#: People of the public who vote on the page.
VOTERS = 60


@dataclass(slots=True)
class Played:
    """What came of a play."""

    report: Report
    chats: list[tuple[str, Chat]] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    dossier: Path | None = None


class Judged:
    """One notice in play, with what its steps hand on to each other."""

    def __init__(self, folder: Path, script: Script, seed: int, voters: int) -> None:
        self._folder, self._script, self._dice, self._voters = folder, script, Random(seed), voters
        self._notice = shipped(script.campaign)
        self.report = Report(f"{self._notice.title}（种子 {seed}）")
        self.done = Played(self.report)
        self._taste: dict[str, float] = {}
        self._votes: dict[int, int] = {}

    async def play(self) -> Played:
        """From the first work to the dossier."""
        roster, units = roster_of(self._script, self._notice, self._folder)
        data = self._folder / "data"
        async with house(data, self._script.campaign, self._script.reports, roster) as self._house:
            self._admin = await self._house.joins("张处长", "web", Role.ADMIN)
            self._other = await self._house.joins("李主任", "wechat", Role.ADMIN)
            await self._collect(units)
            await self._ballot()
        async with running(self._house, data, self._script.campaign):
            await self._count()
            await self._award()
        self.report.step("有人拿到了数据库")
        checks.attack(data / "xinshi.db", self._voted, self._dice, self.report)
        self.report.step("结项档案")
        self.done.dossier = await checks.dossier(self._folder, self._script.campaign, self.report)
        names = {each.where: each.name for each in self._house.citizens}
        self.done.chats = [(names[address], chat) for address, chat in self._house.chats.items()]
        return self.done

    async def _collect(self, units: list[str]) -> None:
        """Works come in and are screened, level by level."""
        here, script, report = self._house, self._script, self.report
        report.step("征集")
        self._liaisons = await hand_in(here, script, units, self._dice, report)
        report.step("审核")
        await screen_all(here, script, self._admin, self._liaisons, report)

    async def _ballot(self) -> None:
        """The public votes, the experts vote; the program is stopped before all have."""
        here, script, report = self._house, self._script, self.report
        report.step("评审准备")
        await experts.invite(here, script, report)
        if script.public:
            await public.settle(here, script, self._admin, report)
            report.step("网络投票")
            self._votes = await public.vote(here, script, self._voters, self._dice, report)
            await public.watch(here, self._admin, report)
        report.step("专家投票")
        self._voted = await experts.open_round(here, script, self._admin, report)
        opening = self._voted.round.opening
        assert opening is not None, "an open round has an opening"
        self._taste = {f"{entry}": self._dice.uniform(0.35, 0.95) for entry in opening.paper.entries}
        await experts.vote(here, self._voted, self._taste, self._dice)
        await experts.remind(here, self._admin, report, (experts.HALF, experts.SILENT))
        await here.at(script.restarts)

    async def _count(self) -> None:
        """After the restart: the last paper, the tally, the publication, and the count once more."""
        here, script, report = self._house, self._script, self.report
        report.step("程序重启之后")
        await experts.go_on(here, self._voted, self._taste, self._dice, report)
        await experts.remind(here, self._admin, report, (experts.SILENT,))
        report.step("开票和公布")
        await experts.tally(here, script, self._admin, self._voted, report)
        key = await experts.publish(here, script, self._admin, report)
        await checks.know_roll(here, self._voted)
        bundle = await checks.recount(here, key, self._folder, report)
        checks.points(self._voted, bundle, self._votes, report)

    async def _award(self) -> None:
        """Prizes, 公示, an objection, results, certificates, and a change after all."""
        here, script, report = self._house, self._script, self.report
        report.step("评奖")
        await prizes.award(here, script, self._admin, report)
        await prizes.agree(here, self._other, report)
        report.step("公示和异议")
        liaison = list(self._liaisons.values())[-1]
        await prizes.object_to(here, self._admin, liaison, report, upheld=script.campaign == "weifang-2023")
        await prizes.confirm(here, script, self._admin, report)
        report.step("发布结果")
        await prizes.publish(here, self._admin, report)
        report.step("证书")
        await prizes.certificates(here, self._admin, report, self.done.files)
        report.step("公示之后的变动")
        await prizes.change(here, self._admin, report)


async def play(folder: Path, script: Script, *, seed: int, voters: int = VOTERS) -> Played:
    """Play one notice in a folder."""
    return await Judged(folder, script, seed, voters).play()


def write(done: Played, out: Path) -> None:
    """Write down what everybody was told, and what was made."""
    shutil.rmtree(out, ignore_errors=True)
    for name in ("people", "files"):
        (out / name).mkdir(parents=True)
    for number, (name, chat) in enumerate(done.chats):
        (out / "people" / f"{number:02d} {name}.txt").write_text(chat_of(chat), "utf-8")
    for name, data in done.files.items():
        (out / "files" / name).write_bytes(data)
    if done.dossier is not None:
        shutil.copytree(done.dossier, out / "档案")
    (out / "report.txt").write_text(done.report.text, "utf-8")


def main() -> int:
    """Play and tell. Gives the exit code."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("campaign", choices=SCRIPTS)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--out", type=Path)
    arguments.add_argument("--small", action="store_true", help="six works of each track")
    given = arguments.parse_args()
    script = SCRIPTS[given.campaign]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="xinshi-campaign-") as folder:
        done = asyncio.run(play(Path(folder), small(script) if given.small else script, seed=given.seed))
        if given.out is not None:
            write(done, given.out)
    sys.stdout.write(f"{done.report.text}\n{time.monotonic() - began:.0f} s\n")
    return 1 if done.report.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
