"""The second half of a rehearsal: screening, the public's votes, the experts' round, prizes, certificates, dossier."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from rehearsal import experts, prizes, proofs, voters
from rehearsal.collecting import Collected
from rehearsal.experts import Voted
from rehearsal.house import House
from rehearsal.ledger import Ledger
from rehearsal.screeners import screen_all
from rehearsal.scripts import Script
from rehearsal.watch import Watch


@dataclass(slots=True)
class Judged:
    """What came of it: files by name, the ranking, what people voted."""

    files: dict[str, bytes] = field(default_factory=dict)
    dossier: Path | None = None
    votes: dict[int, int] = field(default_factory=dict)
    voted: Voted | None = None


class Judging:
    """One notice in play, with what its steps hand on to each other."""

    def __init__(
        self, play: House, script: Script, collected: Collected, dice: Random, told: Ledger, watch: Watch,
        public: int,
    ) -> None:  # fmt: skip
        """`public` people vote on the page."""
        self._watch = watch
        self._house, self._script, self._dice, self._told, self._public = play, script, dice, told, public
        self._admin, self._other = collected.office.admin, collected.office.other
        self._liaisons = collected.by_unit()
        self.done = Judged()
        self._taste: dict[str, float] = {}
        self._key = ""
        for who in (self._admin, self._other, *self._liaisons.values()):
            play.knows(who)

    async def first(self) -> None:
        """Until the program is stopped in the middle of the experts' round: screening, public votes, most experts."""
        here, script, told = self._house, self._script, self._told
        self._step("审核")
        await screen_all(here, script, self._admin, self._liaisons, told)
        self._step("评审准备")
        await experts.invite(here, script, told)
        if script.public:
            await voters.settle(here, script, self._admin, told)
            self._step("网络投票")
            self.done.votes = await voters.vote(here, script, self._public, self._dice, told)
            await voters.watch(here, self._admin, told)
        self._step("专家投票")
        self.done.voted = voted = await experts.open_round(here, script, self._admin, told)
        opening = voted.round.opening
        assert opening is not None, "an open round has an opening"
        self._taste = {f"{entry}": self._dice.uniform(0.35, 0.95) for entry in opening.paper.entries}
        await experts.vote(here, voted, self._taste, self._dice)
        await experts.remind(here, self._admin, told, (experts.HALF, experts.SILENT))
        await here.at(script.restarts)

    async def rest(self) -> None:
        """After the restart: the last paper, the tally, the publication, the prizes."""
        here, script, told, voted = self._house, self._script, self._told, self.done.voted
        assert voted is not None, "the round was opened before the restart"
        self._step("程序重启之后")
        await experts.go_on(here, voted, self._taste, self._dice, told)
        await experts.remind(here, self._admin, told, (experts.SILENT,))
        self._step("开票和公布")
        await experts.tally(here, script, self._admin, voted, told)
        self._key = await experts.publish(here, script, self._admin, told)
        await proofs.know_roll(here, voted)
        bundle = await proofs.recounted(here, self._key, told)
        proofs.points(voted, bundle, self.done.votes, told)
        await self._award()

    async def _award(self) -> None:
        """Prizes, 公示, an objection, results, certificates, and a change after all."""
        here, script, told = self._house, self._script, self._told
        self._step("评奖")
        await prizes.award(here, script, self._admin, told)
        await prizes.agree(here, self._other, told)
        self._step("公示和异议")
        liaison = list(self._liaisons.values())[-1]
        await prizes.object_to(here, self._admin, liaison, told, upheld=script.campaign == "weifang-2023")
        await prizes.confirm(here, script, self._admin, told)
        self._step("发布结果")
        await prizes.publish(here, self._admin, told)
        self._step("证书")
        await prizes.certificates(here, self._admin, told, self.done.files)
        self._step("公示之后的变动")
        await prizes.change(here, self._admin, told)

    def _step(self, heading: str) -> None:
        self._told.step(heading)
        self._watch.note(heading)

    async def close(self, folder: Path) -> None:
        """The closing dossier, in this folder."""
        self._step("结项档案")
        self.done.dossier = await proofs.dossier(self._house, folder, self._told)
