"""From a published ranking to prizes: who is in the running, what was decided, and what is given in the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from rules.forms import Form
from rules.judging import Awards, Prize
from rules.looks_awards import Decided, Honour, Ranked
from rules.notice import Notice
from rules.people import Unit
from rules.prizes import Contender, Decisions, Scope, Settlement
from rules.twin_texts import theme_of

#: The group of prizes that were added to a list that ends in 等.
ADDED = "加设奖项"
SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class Given:
    """One prize as it is to be given, to an entry or (`entry` 0) to a unit; see `rules.looks_awards.Honour`."""

    prize: str
    within: str
    label: str
    entry: int
    unit: int
    track: str
    gift: int


@dataclass(frozen=True, slots=True)
class Slip:
    """Where what is given differs from what the notice states: "winners" or "cost", in one track or ("") in all."""

    what: str
    track: str
    stated: int
    found: int


def in_force(made: Sequence[Decided]) -> dict[tuple[str, str, str], Decided]:
    """The newest decision of each kind, prize and place that was not undone, in the order in which they were made."""
    undone = {int(each.value["id"]) for each in made if each.kind == "undone"}
    standing = [each for each in made if each.kind != "undone"]
    newest = {(each.kind, each.prize, each.within): each for each in standing}
    return {key: each for key, each in newest.items() if each.id not in undone}


def decisions_of(made: Sequence[Decided]) -> Decisions:
    """What was decided, as the solver takes it."""
    slots: dict[str, int] = {}
    chosen: dict[Scope, tuple[int, ...]] = {}
    exclusive: bool | None = None
    for each in in_force(made).values():
        match each.kind:
            case "slots":
                slots[each.prize] = int(each.value["slots"])
            case "chosen":
                chosen[Scope(each.prize, each.within)] = tuple(map(int, each.value["chosen"]))
            case "exclusive":
                exclusive = bool(each.value["exclusive"])
    return Decisions(slots, chosen, exclusive)


def awards_of(rules: Awards, made: Sequence[Decided]) -> Awards:
    """The prizes of the notice with those that were added to its open list, which the committee gives by name."""
    added = [each for each in in_force(made).values() if each.kind == "added"]
    more = (
        Prize(
            each.prize, each.value["label"], rules.clause, None, "all", "committee", tuple(each.value["tracks"]),
            group=ADDED,
        )
        for each in added
    )  # fmt: skip
    return replace(rules, prizes=(*rules.prizes, *more))


def contenders_of(notice: Notice, ranked: Sequence[Ranked], made: Sequence[Decided]) -> tuple[Contender, ...]:
    """Who is in the running: the ranked works that are still in, with theme, category and fit.

    Fit is what the experts ticked; scores that were typed for a prize take the place of that.
    """
    typed = {each.prize: each.value["fit"] for each in in_force(made).values() if each.kind == "fit"}
    forms = {form.key: form for form in notice.forms}
    themes = {int(each.within): each.value["theme"] for each in in_force(made).values() if each.kind == "theme"}
    return tuple(
        Contender(
            one.entry, one.unit, one.track, one.rank,
            themes.get(one.entry) or _theme(forms.get(one.form), one.answers),
            category_of(forms.get(one.form), one.answers), _fit(one, typed),
        )
        for one in ranked
        if one.state == SUBMITTED
    )  # fmt: skip


def _fit(one: Ranked, typed: Mapping[str, Mapping[str, str]]) -> dict[str, Fraction]:
    """Of the prizes whose scores were typed those, of the others what the experts ticked."""
    said = {prize: Fraction(found[f"{one.entry}"]) for prize, found in typed.items() if f"{one.entry}" in found}
    return {prize: score for prize, score in one.fit.items() if prize not in typed} | said


def _theme(form: Form | None, answers: Mapping[str, Any]) -> str:
    return theme_of(form, answers) if form is not None else ""


def category_of(form: Form | None, answers: Mapping[str, Any]) -> str:
    """The category that a work is entered in; "" where the form has none."""
    for field in form.fields if form is not None else ():
        value = answers.get(field.key)
        if field.kind == "boxes" and "类别" in field.label and isinstance(value, Mapping):
            return str(next(iter(value.get("picked", ())), value.get("other", "")))
    return ""


def label_of(notice: Notice, prize: Prize, within: str) -> str:
    """A prize's full name as it is printed: 一等奖（文字案例）, 主题奖一等奖（绿色低碳）.

    Without a place (`within` "") it is that of all its places at once: 一等奖.
    """
    group = prize.group if prize.each == "theme" else ""
    if within and prize.each == "track" and len(prize.tracks) > 1:
        return f"{group}{prize.label}（{notice.track(within).label}）"
    return f"{group}{prize.label}（{within}）" if within and prize.each == "theme" else prize.label


def given_of(
    notice: Notice, rules: Awards, settlement: Settlement, ranked: Sequence[Ranked], units: Sequence[Unit]
) -> tuple[Given, ...]:
    """What a settlement gives, in the order of the notice."""
    works = {each.entry: each for each in ranked}
    prizes = {prize.key: prize for prize in rules.prizes}
    known = {unit.id for unit in units}
    found: list[Given] = []
    for award in settlement.awards:
        prize, scope = prizes[award.scope.prize], award.scope
        label = label_of(notice, prize, scope.within)
        if prize.basis == "counts":
            if award.entry in known:
                found.append(Given(prize.key, scope.within, label, 0, award.entry, "", award.gift))
            continue
        work = works[award.entry]
        found.append(Given(prize.key, scope.within, label, work.entry, work.unit, work.track, award.gift))
    return tuple(found)


def slips(rules: Awards, given: Sequence[Given | Honour]) -> tuple[Slip, ...]:
    """Every total that the notice states and these prizes do not come to."""
    return tuple(_slips(rules, given))


def _slips(rules: Awards, given: Sequence[Given | Honour]) -> Iterator[Slip]:
    if rules.totals is None:
        return
    fixed = {prize.key for prize in rules.prizes if prize.each == "track" and prize.slots is not None}
    counted = [each for each in given if each.prize in fixed]
    for track in sorted({track for prize in rules.prizes for track in prize.tracks}):
        mine = [each for each in counted if each.track == track]
        if len(mine) != rules.totals.winners_per_track:
            yield Slip("winners", track, rules.totals.winners_per_track, len(mine))
        if (cost := sum(each.gift for each in mine)) != rules.totals.cost_per_track:
            yield Slip("cost", track, rules.totals.cost_per_track, cost)
    if len(counted) != rules.totals.winners:
        yield Slip("winners", "", rules.totals.winners, len(counted))
    if (cost := sum(each.gift for each in counted)) != rules.totals.cost:
        yield Slip("cost", "", rules.totals.cost, cost)
