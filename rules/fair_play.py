"""What looks like play by programs or by one hand with many accounts. Signs for a person to judge, never verdicts.

Nothing here takes anything from anybody. Every threshold is a setting of the notice (`[quiz.watch]`) and is told with
the sign. Instants are UTC microseconds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from statistics import median
from typing import Annotated, Literal

from rules.fair_groups import Pair, alike, groups
from rules.fair_picks import Picks, Run
from rules.schema import Written

Kind = Literal["swift", "rhythm", "together", "wrong", "harvest", "left"]
KINDS: tuple[Kind, ...] = ("swift", "rhythm", "together", "wrong", "harvest", "left")
_MINUTE, _MILLI = 60_000_000, 1000
#: Standard deviations above pure guessing within which right answers are taken for guesses.
_GUESS = 2.0


@dataclass(frozen=True, slots=True)
class Watch:
    """From where on something is a sign.

    `swift`: ms of a median gap. `accounts`: how many must do the same. `rhythm`, `together`: ms by which equal gaps, or
    answers at the same moment, may differ. `newcomers`: minutes in which new accounts give the same wrong answers,
    more often than happens to one in `chance` honest ones. `seen`: questions seen by one who guesses.
    `leavers`: attempts of one minute that are left at once, most of those begun in it.
    """

    clause: str = "通知未写，建议值"
    swift: Annotated[int, Written(at_least=100)] = 1000
    accounts: Annotated[int, Written(at_least=3)] = 3
    rhythm: Annotated[int, Written(at_least=1)] = 150
    together: Annotated[int, Written(at_least=1)] = 500
    newcomers: Annotated[int, Written(at_least=1)] = 10
    chance: Annotated[int, Written(at_least=100)] = 100_000
    seen: Annotated[int, Written(at_least=20)] = 100
    leavers: Annotated[int, Written(at_least=5)] = 20


#: What holds for a quiz that says nothing of it.
SUGGESTION = Watch()


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign: the people whom it concerns, how many attempts, since when, and the unit where it is of one (0).

    `measure` is what was measured: ms (swift, rhythm, together), how often each at least picked what another picked
    wrongly (wrong), the hundredths of right answers (harvest), or the attempts begun in the same minute (left).
    """

    kind: Kind
    people: tuple[int, ...]
    attempts: int
    at: int
    measure: int
    unit: int = 0


def signs(runs: Sequence[Run], watch: Watch, options: Mapping[str, int]) -> tuple[Sign, ...]:
    """Everything that stands out, kind by kind, the most people first. `options`: by code, how many to choose from."""
    ended = [run for run in runs if run.ended and len(run.answers) > 1]
    found = [
        *_swift(ended, watch), *_rhythm(ended, watch), *_together(ended, watch), *_wrong(ended, watch),
        *_harvest(ended, watch, options), *_left(runs, watch),
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda sign: (KINDS.index(sign.kind), -len(sign.people), -sign.attempts, sign.at)))


def _swift(ended: Sequence[Run], watch: Watch) -> Iterator[Sign]:
    """Attempts whose median gap is shorter than anybody reads; one sign for each person."""
    theirs: dict[int, list[tuple[Run, int]]] = defaultdict(list)
    for run in ended:
        if (gap := int(median(run.gaps)) // _MILLI) < watch.swift:
            theirs[run.person].append((run, gap))
    for person, fast in theirs.items():
        first = min(run.begun for run, _ in fast)
        yield Sign("swift", (person,), len(fast), first, min(gap for _, gap in fast))


def _rhythm(ended: Sequence[Run], watch: Watch) -> Iterator[Sign]:
    """Accounts whose answers follow each other in the same gaps, whenever that was."""
    found = alike([run.gaps for run in ended], watch.rhythm * _MILLI)
    yield from _of_groups("rhythm", ended, groups(found), watch.accounts, watch.rhythm)


def _together(ended: Sequence[Run], watch: Watch) -> Iterator[Sign]:
    """Accounts of one unit that answer question by question at the same moments."""
    units: dict[int, list[Run]] = defaultdict(list)
    for run in ended:
        if run.unit:
            units[run.unit].append(run)
    for unit, theirs in units.items():
        found = alike([tuple(answer.at for answer in run.answers) for run in theirs], watch.together * _MILLI)
        yield from _of_groups("together", theirs, groups(found), watch.accounts, watch.together, unit)


def _of_groups(
    kind: Kind, runs: Sequence[Run], found: Iterable[Sequence[int]], least: int, measure: int, unit: int = 0
) -> Iterator[Sign]:
    for group in found:
        mine = [runs[place] for place in group]
        people = tuple(sorted({run.person for run in mine}))
        if len(people) >= least:
            yield Sign(kind, people, len(mine), min(run.begun for run in mine), measure, unit)


def _wrong(ended: Sequence[Run], watch: Watch) -> Iterator[Sign]:
    """New accounts of the same minutes that pick the same wrong options more often than chance lets honest players."""
    fresh = sorted((run for run in ended if run.first), key=lambda run: run.begun)
    span = watch.newcomers * _MINUTE
    every, new = Picks(ended, span), Picks(fresh, span)
    struck: list[Run] = []
    least = 0
    for run in fresh:
        wrong = [answer for answer in run.answers if not answer.right]
        same = sum(new.same(answer, run.begun) - 1 for answer in wrong)
        if same < 2:
            continue
        mean = sum((new.asked(answer, run.begun) - 1) * every.usual(answer, run.begun) for answer in wrong)
        if _tail(mean, same) < 1 / watch.chance:
            struck.append(run)
            least = min(least or same, same)
    yield from _of_groups("wrong", struck, groups(_sharing(struck, span)), watch.accounts, least)


def _sharing(struck: Sequence[Run], span: int) -> Iterator[Pair]:
    """Places that share a wrong pick within the span, each with the last one before it."""
    last: dict[tuple[str, str], int] = {}
    for place, run in enumerate(struck):
        for answer in (each for each in run.answers if not each.right):
            before = last.get((answer.code, answer.picked))
            if before is not None and run.begun - struck[before].begun <= span:
                yield before, place
            last[answer.code, answer.picked] = place


def _tail(mean: float, count: int) -> float:
    """The probability of `count` or more where `mean` are usual (Poisson)."""
    term, below = exp(-mean), 0.0
    for place in range(count):
        below += term
        term *= mean / (place + 1)
    return max(0.0, 1 - below)


def _harvest(ended: Sequence[Run], watch: Watch, options: Mapping[str, int]) -> Iterator[Sign]:
    """Who looks at many questions and answers them no better than by guessing: the bank may be copied."""
    theirs: dict[int, list[Run]] = defaultdict(list)
    for run in ended:
        theirs[run.person].append(run)
    for person, mine in theirs.items():
        answers = [answer for run in mine for answer in run.answers]
        if len({answer.code for answer in answers}) < watch.seen:
            continue
        chances = [1 / options.get(answer.code, 4) for answer in answers]
        spread = sqrt(sum(chance * (1 - chance) for chance in chances))
        right = sum(answer.right for answer in answers)
        if right <= sum(chances) + _GUESS * spread:
            yield Sign("harvest", (person,), len(mine), min(run.begun for run in mine), 100 * right // len(answers))


def _left(runs: Sequence[Run], watch: Watch) -> Iterator[Sign]:
    """Minutes in which most attempts are begun and left before a second answer: questions are looked at, not played."""
    minutes: dict[int, list[Run]] = defaultdict(list)
    for run in runs:
        minutes[run.begun // _MINUTE].append(run)
    for minute, begun in sorted(minutes.items()):
        left = [run for run in begun if not run.ended and len(run.answers) < 2]
        if len(left) >= watch.leavers and 2 * len(left) > len(begun):
            people = tuple(sorted({run.person for run in left}))
            yield Sign("left", people, len(left), minute * _MINUTE, len(begun))
