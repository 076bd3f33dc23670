"""The second half of a rehearsal: screening, the public's votes, the experts' round, prizes, certificates, dossier.

Each as far as the notice has it; what it has not is left out, and said so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from rehearsal import experts, prizes, proofs, voters
from rehearsal.collecting import Collected
from rehearsal.course import public_round, round_of
from rehearsal.experts import Voted
from rehearsal.house import House
from rehearsal.ledger import Ledger
from rehearsal.screeners import screen_all
from rehearsal.scripts import Script
from rehearsal.watch import Watch
from rules.certificates import bears_none


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
        #: Whether any work reached the judging.
        self._judged = False
        for who in (self._admin, self._other, *self._liaisons.values()):
            play.knows(who)

    async def first(self) -> None:
        """Until the program is stopped in the middle of the experts' round: screening, public votes, most experts."""
        here, script, told = self._house, self._script, self._told
        if script.screens:
            await here.at(script.screens)
            self._step("审核")
            await screen_all(here, script, self._admin, self._liaisons, told)
        if not script.prepares:
            return
        await here.at(script.prepares)
        self._judged = await self._has_works()
        if not self._judged:
            self._watch.note("没有作品进入评审：后面的投票、评审、评奖都没有演")
            return
        if script.opens:
            self._step("评审准备")
            await experts.invite(here, told)
        if script.public:
            await self._public_vote()
        if script.opens:
            await self._experts_vote()
        if script.restarts:
            await here.at(script.restarts)

    async def _has_works(self) -> bool:
        """Whether any work reaches every round that is played."""
        rounds = (public_round(self._house.notice), round_of(self._house.notice, "expert"))
        return all([await experts.works(self._house, each) for each in rounds if each is not None])

    async def _public_vote(self) -> None:
        here, script, told = self._house, self._script, self._told
        round_ = public_round(here.notice)
        assert round_ is not None, "a script has a public vote where the notice has a round for it"
        await voters.settle(here, script, self._admin, told)
        if round_.vote is not None:
            await here.at(script.public[1])
            self._step("网络投票")
            self.done.votes = await voters.vote(here, script, self._public, self._dice, told)
            await voters.watch(here, self._admin, told)

    async def _bring_in(self) -> None:
        """The totals of a public vote on another platform, once it is over."""
        round_ = public_round(self._house.notice)
        if self._script.public and round_ is not None and round_.vote is None:
            await self._house.at(self._script.public[1])
            self._step("导入网络投票结果")
            self.done.votes = await voters.bring_in(
                self._house, self._script, self._admin, self._dice, self._told
            )  # fmt: skip

    async def _experts_vote(self) -> None:
        here, told = self._house, self._told
        await here.at(self._script.opens)
        self._step("专家投票")
        self.done.voted = voted = await experts.open_round(here, self._script, self._admin, told)
        opening = voted.round.opening
        assert opening is not None, "an open round has an opening"
        self._taste = {f"{entry}": self._dice.uniform(0.35, 0.95) for entry in opening.paper.entries}
        await experts.vote(here, voted, self._taste, self._dice)
        await experts.remind(here, self._admin, told, (experts.HALF, experts.SILENT))

    async def rest(self) -> None:
        """After the restart: the last paper, the tally, the publication, the prizes."""
        here, script, told, voted = self._house, self._script, self._told, self.done.voted
        if voted is None:
            if self._judged:
                await self._bring_in()
            return
        self._step("程序重启之后")
        await experts.go_on(here, voted, self._taste, self._dice, told)
        await experts.remind(here, self._admin, told, (experts.SILENT,))
        await here.at(f"{script.closes}:01")
        self._step("开票和公布")
        await experts.tally(here, script, self._admin, voted, told)
        await self._bring_in()
        self._key = await experts.publish(here, script, self._admin, told)
        await proofs.know_roll(here, voted)
        bundle = await proofs.recounted(here, self._key, told)
        proofs.points(voted, bundle, self.done.votes, told)
        if here.notice.awards is not None:
            await self._award()

    async def _award(self) -> None:
        """Prizes, 公示, an objection, results, certificates, and a change after all."""
        here, script, told = self._house, self._script, self._told
        self._step("评奖")
        await prizes.award(here, script, self._admin, told)
        await prizes.agree(here, self._other, told)
        if not await prizes.honours(here):
            self._watch.note("一个奖也没有评出来：公示、发布、证书都没有演")
            return
        self._step("公示和异议")
        liaison = list(self._liaisons.values())[-1]
        await prizes.object_to(here, script, self._admin, liaison, told)
        await prizes.confirm(here, script, self._admin, told)
        self._step("发布结果")
        await prizes.publish(here, self._admin, told)
        if bears_none(here.notice):
            self._watch.note("通知没有说发证书，没有做")
        else:
            self._step("证书")
            await prizes.certificates(here, self._admin, told, self.done.files)
        self._step("公示之后的变动")
        await prizes.change(here, self._admin, told)

    def _step(self, heading: str) -> None:
        self._told.step(heading)
        self._watch.note(heading)

    async def close(self, folder: Path) -> None:
        """The closing dossier, in this folder."""
        await self._house.at(self._script.publishes)
        self._step("结项档案")
        self.done.dossier = await proofs.dossier(self._house, folder, self._told)
