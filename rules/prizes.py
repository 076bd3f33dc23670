"""Who wins what: places fill the prizes of the notice, and what only people may decide is named, never guessed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import Literal

from rules.judging import Awards, Prize

#: The theme of a work that was decided to be in none.
NOWHERE = "-"


@dataclass(frozen=True, slots=True)
class Contender:
    """An entry in the running: its place in its list, and what the prizes ask about it. `fit` by prize, 0 to 100."""

    entry: int
    unit: int
    track: str
    rank: int
    theme: str = ""
    category: str = ""
    fit: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where one prize is given: the prize, and the track, theme or category it is given in ("" for all at once)."""

    prize: str
    within: str = ""


@dataclass(frozen=True, slots=True)
class Award:
    """One prize won by one entry, with its gift in yuan."""

    scope: Scope
    entry: int
    gift: int = 0


Why = Literal["slots", "tie", "exclusive", "committee", "counts", "fit", "waits", "unsaid"]


@dataclass(frozen=True, slots=True)
class Question:
    """What people must decide before a prize can be given, and among which entries (best first).

    `slots`: how many are to be given. `tie`: which of `entries` take the last `open` places. `exclusive`: whether a
    winner of the first group may win here. `committee`, `counts`: whom, by judgement or by the counts. `fit`: nobody
    was scored for it yet. `waits`: an earlier prize of the same list is undecided. `unsaid`: a contender does not say
    its theme or category.
    """

    scope: Scope
    why: Why
    entries: tuple[int, ...] = ()
    open: int = 0


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was decided, with record, before the awards are settled.

    `slots`: for open prizes, by prize. `chosen`: entries picked for a prize in a tie or by the committee, by scope; for
    a prize by judgement they may be fewer than the notice has, never more.
    `exclusive`: the answer where the notice leaves it open.
    """

    slots: Mapping[str, int] = field(default_factory=dict)
    chosen: Mapping[Scope, tuple[int, ...]] = field(default_factory=dict)
    exclusive: bool | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """All prizes that can be given, what is still to be decided, and what the gifts cost in yuan."""

    awards: tuple[Award, ...]
    questions: tuple[Question, ...]
    cost: int

    @property
    def settled(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.questions


def settle(rules: Awards, contenders: Sequence[Contender], decisions: Decisions) -> Settlement:
    """Fill the prizes in the notice's order. A decision that does not fit its prize is asked again."""
    exclusive = _excludes(rules, decisions)
    groups = [list(prizes) for _, prizes in groupby(rules.prizes, key=lambda prize: prize.group)]
    awards: list[Award] = []
    questions: list[Question] = []
    foremost: frozenset[int] = frozenset()
    undecided = False
    for place, prizes in enumerate(groups):
        barred: frozenset[int] = frozenset()
        if place and any(prize.basis in ("rank", "fit") for prize in prizes):
            if foremost and exclusive is None:
                questions += [Question(Scope(prize.key), "exclusive") for prize in prizes]
                continue
            if undecided and exclusive is not False:
                questions += [Question(Scope(prize.key), "waits") for prize in prizes]
                continue
            barred = foremost if exclusive else barred
        chain = _Chain(contenders, decisions, barred)
        for prize in prizes:
            chain.give(prize)
        awards += chain.awards
        questions += chain.questions
        if not place:
            foremost, undecided = frozenset(award.entry for award in awards), bool(questions)
    return Settlement(tuple(awards), tuple(questions), sum(award.gift for award in awards))


def _excludes(rules: Awards, decisions: Decisions) -> bool | None:
    if rules.exclusive == "unset":
        return decisions.exclusive
    return rules.exclusive == "yes"


class _Chain:
    """The prizes of one group, given one after another: whoever has one does not get the next of the same basis."""

    def __init__(self, contenders: Sequence[Contender], decisions: Decisions, barred: frozenset[int]) -> None:
        self._contenders = [each for each in contenders if each.entry not in barred]
        self._decisions = decisions
        self._taken: set[int] = set()
        self._stuck: set[str] = set()
        self.awards: list[Award] = []
        self.questions: list[Question] = []

    def give(self, prize: Prize) -> None:
        """One prize, everywhere it is given."""
        for scope, running in self._scopes(prize):
            self._fill(prize, scope, running)

    def _scopes(self, prize: Prize) -> Iterator[tuple[Scope, list[Contender]]]:
        running = [each for each in self._contenders if not prize.tracks or each.track in prize.tracks]
        match prize.each:
            case "all":
                yield Scope(prize.key), running
            case "track":
                for track in prize.tracks or sorted({each.track for each in running}):
                    yield Scope(prize.key, track), [each for each in running if each.track == track]
            case "category":
                within = [each for each in running if each.category == prize.category]
                yield Scope(prize.key, prize.category), within
            case "theme":
                for theme in sorted({each.theme for each in running} - {"", NOWHERE}):
                    yield Scope(prize.key, theme), [each for each in running if each.theme == theme]
                if unsaid := tuple(each.entry for each in running if not each.theme):
                    self.questions.append(Question(Scope(prize.key), "unsaid", unsaid))

    def _fill(self, prize: Prize, scope: Scope, running: Sequence[Contender]) -> None:
        slots = prize.slots if prize.slots is not None else self._decisions.slots.get(prize.key)
        if prize.basis == "fit" and slots != 0:
            running = [each for each in running if prize.key in each.fit]
        ordered = _ordered(prize, [each for each in running if not self._has(prize, each)])
        listed = tuple(each.entry for each in ordered)
        if prize.basis in ("committee", "counts"):
            self._by_people(prize, scope, listed, slots)
        elif prize.basis == "rank" and scope.within in self._stuck:
            self.questions.append(Question(scope, "waits", listed))
        elif slots is None:
            self.questions.append(Question(scope, "slots", listed))
            self._hold_up(prize, scope)
        elif prize.basis == "fit" and slots and not running:
            self.questions.append(Question(scope, "fit", (), slots))
        else:
            self._by_place(prize, scope, ordered, slots)

    def _has(self, prize: Prize, contender: Contender) -> bool:
        """A single prize for a special strength goes beside a place; a second place of the same list does not."""
        return prize.basis == "rank" and contender.entry in self._taken

    def _by_place(self, prize: Prize, scope: Scope, ordered: Sequence[Contender], slots: int) -> None:
        sure = list(ordered[:slots])
        if len(ordered) > slots and slots and _merit(prize, ordered[slots]) == _merit(prize, ordered[slots - 1]):
            cut = _merit(prize, ordered[slots - 1])
            sure = [each for each in ordered if _merit(prize, each) < cut]
            tied = tuple(each.entry for each in ordered if _merit(prize, each) == cut)
            left = slots - len(sure)
            picked = self._decisions.chosen.get(scope, ())
            if not len(picked) == len(set(picked)) == left or not set(picked) <= set(tied):
                self.questions.append(Question(scope, "tie", tied, left))
                self._hold_up(prize, scope)
                picked = ()
            sure += [each for each in ordered if each.entry in picked]
        self._award(prize, scope, [each.entry for each in sure])

    def _by_people(self, prize: Prize, scope: Scope, listed: tuple[int, ...], slots: int | None) -> None:
        picked = self._decisions.chosen.get(scope)
        known = prize.basis == "counts" or set(picked or ()) <= set(listed)
        once = len(picked or ()) == len(set(picked or ()))
        if picked is None or (slots is not None and len(picked) > slots) or not (known and once):
            why: Why = "counts" if prize.basis == "counts" else "committee"
            self.questions.append(Question(scope, why, listed if prize.basis == "committee" else (), slots or 0))
        else:
            self._award(prize, scope, picked)

    def _hold_up(self, prize: Prize, scope: Scope) -> None:
        """What comes after an undecided place waits; a prize for a strength holds up nothing."""
        if prize.basis == "rank":
            self._stuck.add(scope.within)

    def _award(self, prize: Prize, scope: Scope, entries: Sequence[int]) -> None:
        self.awards += [Award(scope, entry, prize.gift) for entry in entries]
        if prize.basis == "rank":
            self._taken |= set(entries)


def _merit(prize: Prize, contender: Contender) -> tuple[Fraction, int]:
    """Smaller is better. Of works that fit a prize as well the one with the better place comes first."""
    fit = contender.fit.get(prize.key, Fraction(0)) if prize.basis == "fit" else Fraction(0)
    return -fit, contender.rank


def _ordered(prize: Prize, running: Sequence[Contender]) -> list[Contender]:
    return sorted(running, key=lambda each: (_merit(prize, each), each.entry))
