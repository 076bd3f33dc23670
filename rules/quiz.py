"""The facts of a quiz: how an attempt is drawn and passed, and what a pass is worth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Annotated, Literal

from rules.fair_play import SUGGESTION, Watch
from rules.instants import Closing
from rules.schema import Written, fraction
from rules.stages import Stage, read_closing, read_opening

#: Characters of the wish on a red packet; its field takes 128 bytes.
MOST_WISHING = 40


@dataclass(frozen=True, slots=True)
class Packets:
    """The red packets.

    `per_person` packets at most, from `rights` chances at the start. `chance`: a pass surely brings one while funds
    last, or with `probability`. The amounts come at random from a fixed pool that the deployment sets.
    """

    clause: str
    rights: Annotated[int, Written(at_least=0)]
    per_person: Annotated[int, Written(at_least=1)]
    chance: Literal["certain", "draw"]
    when_gone: Literal["play_on", "close"]
    probability: Annotated[Fraction | None, Written(via=fraction)] = None
    #: What leaving the account before `Quiz.stay_until` does to a right that is not yet paid.
    leaving: Literal["lose_unpaid", "nothing"] = "lose_unpaid"
    #: How what was won is paid: from an Excel by the treasury, as red packets of WeChat Pay, or by imported codes.
    payout: Literal["treasury", "wechat", "voucher"] = "treasury"
    #: How those are paid whom WeChat Pay does not reach.
    otherwise: Literal["treasury", "voucher"] = "treasury"
    #: When the program pays: as soon as a packet is won, or after `Quiz.stay_until`.
    pays: Literal["at_once", "after_stay"] = "at_once"
    #: What stands on a red packet of WeChat Pay.
    wishing: str = "感谢您的参与"

    @property
    def gives_codes(self) -> bool:
        """Whether anybody may be paid by a code."""
        return "voucher" in (self.payout, self.otherwise)

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.otherwise != "treasury" and self.payout != "wechat":
            yield "otherwise", 'otherwise 是给微信红包发不到的人用的，只能与 payout = "wechat" 一起写。'
        if self.pays != "at_once" and self.payout == "treasury":
            yield "pays", '由财务付款（payout = "treasury"）时程序不发放，不用写 pays。'
        if len(self.wishing) > MOST_WISHING:
            yield "wishing", f"红包祝福语最多 {MOST_WISHING} 字，现在是 {len(self.wishing)} 字。"
        if self.probability is not None and not 0 < self.probability <= 1:
            yield "probability", "概率应大于 0，不超过 1。"
        if self.chance == "draw" and self.probability is None:
            yield "probability", "按概率抽取时要写概率，例如“1/5”。"


@dataclass(frozen=True, slots=True)
class Referral:
    """One more chance for bringing a verified new follower. `warning` is shown to whoever would switch it on."""

    clause: str
    on: bool
    chances: Annotated[int, Written(at_least=1)]
    warning: str
    most: Annotated[int | None, Written(at_least=1)] = None


@dataclass(frozen=True, slots=True)
class Embargo:
    """What nobody may show, forward or preview before `until`."""

    what: str
    until: Annotated[datetime, Written(via=read_opening)]
    clause: str


@dataclass(frozen=True, slots=True)
class Quiz:
    """An attempt draws `draw` different questions at random and is passed with `correct` right ones.

    `attempts`: of one person in all, `daily`: on one day; None: any number. `seconds`: for each question, None: as long
    as one likes; an answer that comes later counts as wrong. `late`: what becomes of an attempt that began in time and
    ended after the close. `stay_until`: followers are asked to stay until then. `watch`: from where on something looks
    like unfair play.
    """

    clause: str
    stage: Annotated[Stage, Written(refers="stage")]
    draw: Annotated[int, Written(at_least=1)]
    correct: Annotated[int, Written(at_least=1)]
    late: Literal["void", "count"]
    packets: Packets
    referral: Referral
    embargo: Embargo
    attempts: Annotated[int | None, Written(at_least=1)] = None
    daily: Annotated[int | None, Written(at_least=1)] = None
    shuffle: bool = True
    seconds: Annotated[int | None, Written(at_least=5)] = None
    explain: Literal["end", "each"] = "end"
    stay_until: Annotated[Closing | None, Written(via=read_closing)] = None
    stay_clause: str = ""
    watch: Watch = SUGGESTION

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.correct > self.draw:
            yield "correct", f"要求答对 {self.correct} 题，多于每次抽取的 {self.draw} 题。"
        if self.embargo.until > self.stage.opens:
            yield "embargo.until", "保密期晚于答题开始，公众将无法进入。"
        if self.packets.pays == "after_stay" and self.stay_until is None:
            yield "packets.pays", 'pays = "after_stay" 要同时写 stay_until，否则不知道从什么时候开始发。'
        if (self.stay_until is None) != (not self.stay_clause):
            yield "stay_clause", "stay_until 与 stay_clause 要同时写。"

    def opens_with(self, questions: int) -> bool:
        """Whether a bank of this many valid questions is enough to open."""
        return questions >= self.draw
