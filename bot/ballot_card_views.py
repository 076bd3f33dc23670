"""How a ballot looks as a card: its text, which never holds a choice, and its rows of buttons under keyed codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.flows.steering import spoken_late
from bot.handlers.ports import Card, Key
from bot.wording import Wording
from rules import ballot_card as rules
from rules.ballot_card import Act, Spot
from rules.ballots import Choices
from rules.ballots import Paper as Plan
from sealing.presses import Step
from web.ballot_ports import Item, Look, Paper

#: Levels, criteria, links and numbers of entries in a row; files of one entry that are linked; entries of one list.
_LEVELS, _CRITERIA, _LINKS, _NUMBERS, _FILES, _LIST = 5, 3, 3, 3, 6, 24
#: Characters of a file's name on a button.
_NAME = 12
_BLANK = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """An expert's paper while a card is drawn.

    `items` and `offered` are the entries in the order in which they are shown, without those of a recusal; `offered`
    holds their places on `plan`. `code` writes a button, `link` makes an address of a path, `now` is in local time.
    """

    paper: Paper
    plan: Plan
    items: tuple[Item, ...]
    offered: tuple[int, ...]
    code: Callable[[Step], str]
    link: Callable[[str], str]
    now: datetime

    def item(self, place: int) -> Item:
        """The entry at a place of the paper."""
        return self.items[self.offered.index(place)]


def sheet(paper: Paper, plan: Plan, now: datetime, code: Callable[[Step], str], link: Callable[[str], str]) -> Sheet:
    """A paper with the order in which its entries are shown."""
    places = {entry: place for place, entry in enumerate(plan.entries)}
    items = tuple(item for item in paper.items if not item.recused)
    offered = tuple(places[item.id] for item in items)
    return Sheet(paper, plan, items, offered, code, link, now)


class CardViews:
    """Draws cards."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def spot(self, on: Sheet, choices: Choices, spot: Spot) -> Card:
        """One entry and criterion, with its levels."""
        item, criteria = on.item(spot.entry), on.paper.criteria
        text = self._text(
            "card.spot", on, choices, number=item.number, name=item.title, track=item.track,
            criterion=criteria[spot.criterion][0], at=spot.criterion + 1, of=len(criteria), kind=on.paper.kind,
            top=on.plan.top, most=on.paper.most if on.paper.kind == "approve" else None,
        )  # fmt: skip
        levels = [
            Key(word, on.code(Step(Act.MARK, spot.entry, spot.criterion, level)))
            for level, word in enumerate(on.paper.levels, start=1)
        ]
        before, behind = rules.beside(on.offered, spot.entry)
        around = (
            self._key(on, "card.key.before", Step(Act.SHOW, before)),
            self._key(on, "card.key.own", Step(Act.OWN, spot.entry, spot.criterion)),
            self._key(on, "card.key.behind", Step(Act.SHOW, behind)),
        )
        ends = (
            self._key(on, "card.key.missing", Step(Act.MISSING, spot.entry, spot.criterion)),
            self._key(on, "card.key.review", Step(Act.REVIEW, spot.entry, spot.criterion)),
        )
        looks = _rows([self._look(on, each) for each in item.looks if on.link(each.href)][:_FILES], _LINKS)
        return Card(text, (*_rows(levels, _LEVELS), *self._criteria(on, spot), around, *looks, ends))

    def review(self, on: Sheet, choices: Choices, spot: Spot) -> Card:
        """The last look: counts only."""
        rest = len(rules.missing(on.plan, choices, on.offered)) if on.paper.kind == "approve" else 0
        row = (
            self._key(on, "card.key.back", Step(Act.SHOW, spot.entry)),
            self._key(on, "card.key.confirm", Step(Act.CONFIRM, spot.entry)),
        )
        return Card(self._text("card.review", on, choices, rest=rest), (row,))

    def confirm(self, on: Sheet, choices: Choices, spot: Spot) -> Card:
        """The second confirmation; its button is another than the first one's."""
        row = (
            self._key(on, "card.key.back", Step(Act.SHOW, spot.entry)),
            self._key(on, "card.key.confirm", Step(Act.CAST, spot.entry)),
        )
        return Card(self._text("card.confirm", on, choices), (row,))

    def other(self, on: Sheet) -> Card:
        """The draft is on another card."""
        row = (self._key(on, "card.key.anew", Step(Act.ANEW)),)
        return Card(self._wording.text("card.other", label=on.paper.label), (row,))

    def ended(self, paper: Paper) -> Card:
        """A paper that was cast, or whose round is over: no buttons are left."""
        if paper.receipt is None:
            return Card(self._wording.text("card.over", label=paper.label))
        return Card(self._wording.text("card.cast", label=paper.label, receipt=paper.receipt.shown))

    def rows(self, on: Sheet, first: int) -> Card:
        """核对: the entries, some at a time, from the one at this place of the list on."""
        until = on.paper.check_until
        assert until is not None, "a list of rows is shown while they can be checked"
        shown = [
            Key(item.number, on.code(Step(Act.ROW, place)))
            for item, place in zip(on.items, on.offered, strict=True)
        ][first : first + _LIST]  # fmt: skip
        turn = []
        if first:
            turn.append(self._key(on, "card.key.before", Step(Act.ROWS, max(0, first - _LIST))))
        if first + _LIST < len(on.items):
            turn.append(self._key(on, "card.key.behind", Step(Act.ROWS, first + _LIST)))
        said = spoken_late(until.astimezone(on.now.tzinfo), on.now)
        text = self._wording.text("card.rows", label=on.paper.label, until=said)
        return Card(text, (*_rows(shown, _NUMBERS), *([tuple(turn)] if turn else [])))

    def _criteria(self, on: Sheet, spot: Spot) -> tuple[tuple[Key, ...], ...]:
        """Where a paper has several criteria, a way to each of them."""
        if len(on.paper.criteria) == 1:
            return ()
        keys = [
            Key(f"{'▸' if at == spot.criterion else ''}{label}", on.code(Step(Act.SHOW, spot.entry, at)))
            for at, (label, _) in enumerate(on.paper.criteria)
        ]
        return _rows(keys, _CRITERIA)

    def _look(self, on: Sheet, look: Look) -> Key:
        words = {"form": "card.key.form", "film": "card.key.film", "picture": "card.key.picture"}
        label = self._wording.text(words[look.kind]) if look.kind in words else look.label
        return Key(label if len(label) <= _NAME else f"{label[: _NAME - 1]}…", url=on.link(look.href))

    def _key(self, on: Sheet, label: str, step: Step) -> Key:
        return Key(self._wording.text(label), on.code(step))

    def _text(self, key: str, on: Sheet, choices: Choices, **facts: object) -> str:
        closes = spoken_late(on.paper.closes.astimezone(on.now.tzinfo), on.now)
        done = len(on.offered) - len(rules.missing(on.plan, choices, on.offered))
        text = self._wording.text(key, label=on.paper.label, done=done, due=len(on.offered), closes=closes, **facts)
        return _BLANK.sub("\n\n", text)


def _rows(keys: Sequence[Key], each: int) -> tuple[tuple[Key, ...], ...]:
    return tuple(tuple(keys[at : at + each]) for at in range(0, len(keys), each))
