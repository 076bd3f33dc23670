"""How works are judged and what they win: rounds, weights, criteria, prizes. Data only; ranking is elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal

from rules.schema import Settings, Unreadable, Written, fraction


@dataclass(frozen=True, slots=True)
class Weight:
    """The share of one round in the total, or of one criterion in an expert's score."""

    of: str
    share: Fraction


def read_weights(found: Any, _: Settings) -> tuple[Weight, ...]:
    """{public = "30 %", expert = "70 %"} -> weights; {} -> () when the notice names none and nobody set them yet."""
    if not isinstance(found, dict):
        raise Unreadable(f"权重应写成 {{ public = “30 %”, expert = “70 %” }}，未定写 {{}}；写的是“{found}”。")
    weights = tuple(Weight(key, fraction(share)) for key, share in found.items())
    total = sum((weight.share for weight in weights), Fraction(0))
    if weights and total != 1:
        raise Unreadable(f"各项权重之和应正好是 1（100 %），现在是 {total}（{_percent(total)}）。")
    if any(weight.share <= 0 for weight in weights):
        raise Unreadable("每项权重都应大于 0。")
    return weights


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g} %"


@dataclass(frozen=True, slots=True)
class Vote:
    """How the public votes here; without it a public round runs elsewhere, and its totals are imported.

    A person has `votes`, in each track or in all of them together, and one for each work; with `daily` anew every day.
    `shows` are the fields of the forms that voters may read; nothing else of a form is shown.
    """

    clause: str
    votes: Annotated[int, Written(at_least=1)]
    each: Literal["track", "all"]
    daily: bool
    shows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """One step of the selection. `stage` names the period in which it runs.

    `method`: pass or return (screening), one vote per public voter, approve up to a number, scores, or decision.
    `secret`: 无记名投票. `of`: the works that reach it: all, or those that passed the round named.
    """

    key: str
    label: str
    kind: Literal["screening", "public", "expert", "committee"]
    method: Literal["pass", "vote", "approve", "scores", "decide"]
    clause: str
    stage: Annotated[str | None, Written(refers="stage")] = None
    secret: bool = False
    of: str | None = None
    #: Whether the totals of the public vote stay hidden from experts until they are done.
    hidden: bool = False
    vote: Vote | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that experts score."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Judging:
    """The rounds in order, and how they make one total.

    `weights` empty: the notice names none, so the round cannot open before an admin sets them, with a record.
    `normalise`: how votes become points: the most-voted work 100 and others in proportion, share of all votes, or
    percentile; "unset" while nobody has chosen. `ties`: who decides a tie at a cut.
    """

    clause: str
    rounds: Annotated[tuple[Round, ...], Written(name="round")]
    weights: Annotated[tuple[Weight, ...], Written(via=read_weights, whole=True)] = ()
    normalise: Literal["top100", "share", "percentile", "unset"] = "unset"
    ties: Literal["rule", "committee"] = "rule"
    criteria: Annotated[tuple[Criterion, ...], Written(name="criterion")] = ()
    #: Empty: all criteria weigh the same.
    criteria_weights: Annotated[tuple[Weight, ...], Written(via=read_weights, whole=True)] = ()
    #: Whether experts also say how well a work fits each single prize (奖项契合度).
    fit: bool = False

    def problems(self) -> Iterator[tuple[str, str]]:
        keys = [each.key for each in self.rounds]
        for weight in self.weights:
            if weight.of not in keys:
                yield "weights", f"没有“{weight.of}”这一轮；有：{'、'.join(keys)}。"
        for index, each in enumerate(self.rounds):
            if each.of is not None and each.of not in keys[:index]:
                yield f"round.{each.key}.of", f"“{each.of}”不是排在它前面的一轮。"
            if each.vote is not None and each.kind != "public":
                yield f"round.{each.key}.vote", "只有网络投票（kind = “public”）这一轮写 vote。"
        weighed = {weight.of for weight in self.criteria_weights}
        if weighed and weighed != {each.key for each in self.criteria}:
            listed = "、".join(each.key for each in self.criteria)
            yield "criteria_weights", f"要么不写（各项标准相等），要么每项都写：{listed}。"

    def round(self, key: str) -> Round:
        """The round of this key. Raises `KeyError`."""
        return next((each for each in self.rounds if each.key == key), None) or _missing("round", key)

    def weight(self, key: str) -> Fraction | None:
        """The share of a round; None while weights are unset, 0 for a round that does not count."""
        if not self.weights:
            return None
        return next((each.share for each in self.weights if each.of == key), Fraction(0))

    def criterion_weight(self, key: str) -> Fraction:
        """The share of a criterion in an expert's score. Raises `KeyError`."""
        if key not in [each.key for each in self.criteria]:
            _missing("criterion", key)
        equal = Fraction(1, len(self.criteria))
        return next((each.share for each in self.criteria_weights if each.of == key), equal)


def _missing(what: str, key: str) -> Any:
    raise KeyError(f"the notice has no {what} {key!r}")


@dataclass(frozen=True, slots=True)
class Prize:
    """One prize, given once in each of `each`: per track, per theme, per category, or once in all.

    `slots` None: open (若干, or not said). `gift` in yuan per winner. `basis`: by rank, by how well a work fits the
    prize, by the counts that a body reported, or as the committee decides. `group`: 综合奖, 单项奖 and the like.
    """

    key: str
    label: str
    clause: str
    slots: Annotated[int | None, Written(at_least=1)]
    each: Literal["track", "theme", "category", "all"]
    basis: Literal["rank", "fit", "counts", "committee"]
    tracks: Annotated[tuple[str, ...], Written(refers="track")] = ()
    gift: Annotated[int, Written(at_least=0)] = 0
    certificate: bool = False
    trophy: bool = False
    category: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """What all fixed prizes come to, so that a slip in one line is noticed; gifts in yuan."""

    winners_per_track: Annotated[int, Written(at_least=0)]
    cost_per_track: Annotated[int, Written(at_least=0)]
    winners: Annotated[int, Written(at_least=0)]
    cost: Annotated[int, Written(at_least=0)]


@dataclass(frozen=True, slots=True)
class Awards:
    """The prizes, most honoured first.

    `open_list`: the notice's own list ends in 等, so prizes may be added. `exclusive`: whether a work that wins in the
    first group may win in another; "unset" must be settled before awarding. `ties`: who decides a tie at a prize cut.
    """

    prizes: Annotated[tuple[Prize, ...], Written(name="prize")]
    clause: str
    open_list: bool = False
    exclusive: Literal["yes", "no", "unset"] = "no"
    ties: Literal["committee", "rule"] = "committee"
    totals: Totals | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.totals is None:
            return
        tracks = sorted({track for prize in self.prizes for track in prize.tracks})
        for found, told, key in (
            ({self.winners(track) for track in tracks}, self.totals.winners_per_track, "winners_per_track"),
            ({self.cost(track) for track in tracks}, self.totals.cost_per_track, "cost_per_track"),
            ({sum(self.winners(track) for track in tracks)}, self.totals.winners, "winners"),
            ({sum(self.cost(track) for track in tracks)}, self.totals.cost, "cost"),
        ):
            if found != {told}:
                yield f"totals.{key}", f"写的是 {told}，按各奖项名额算出的是 {'、'.join(map(str, sorted(found)))}。"

    def winners(self, track: str) -> int:
        """Winners of the fixed prizes of one track."""
        return sum(prize.slots or 0 for prize in self.prizes if prize.each == "track" and track in prize.tracks)

    def cost(self, track: str) -> int:
        """Yuan for the gifts of the fixed prizes of one track."""
        return sum(
            (prize.slots or 0) * prize.gift for prize in self.prizes if prize.each == "track" and track in prize.tracks
        )
