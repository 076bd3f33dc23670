"""Ballots by buttons: a press is decoded in memory, changes the sealed draft, and is stored nowhere.

Every press on a paper writes the same: one hash and one sealed draft of one length, also where only another entry was
looked at. So not even the order of writes tells which of the buttons it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.ballot_card_views import CardViews, Sheet, sheet
from bot.ballot_drafts import Draft
from bot.ballot_pages import WebBallots
from bot.ballots import ByCard
from bot.handlers.ports import Answer, Card
from bot.wording import Wording
from rules import ballot_card as rules
from rules.ballot_card import Act, Spot
from rules.ballots import YES, Choices, Opening, faults
from rules.deeds import Declined
from rules.deeds_ballot import OnRoll
from rules.faults import Fault
from rules.notice import Notice
from sealing.drawer import KeyDestroyed, Purpose
from sealing.presses import NotThisCard, Step, new_card
from storage.database import Database
from storage.judging import person_at
from web.ballot_ports import Member, Paper

#: Characters of a pop-up (Telegram Bot API, answerCallbackQuery), and cards that are sent at once.
POPUP, MOST_CARDS = 200, 3
#: Tries to change a draft that changes at the same time elsewhere, and numbers that a list of what is missing shows.
_TRIES, _LISTED = 5, 10


@dataclass(frozen=True, slots=True)
class _Held:
    """A press, decoded: whose, on which paper, of which card, and what it does."""

    member: Member
    mine: OnRoll
    opening: Opening
    secret: bytes
    step: Step
    press: str
    at: datetime


class BallotCards:
    """What the channels with buttons ask for."""

    def __init__(
        self, database: Database, web: WebBallots, wording: Wording, notices: Mapping[str, Notice], public_url: str
    ) -> None:
        """`public_url` is where the files of entries are, "" nowhere."""
        self._database, self._web, self._office = database, web, web.office
        self._wording, self._views = wording, CardViews(wording)
        self._notices, self._public_url = notices, public_url

    async def begin(self, address: str, at: datetime) -> Sequence[Card]:
        """New cards for what somebody can vote on or check now, each with a secret of its own."""
        member = await self._member(address)
        if member is None:
            return ()
        cards: list[Card] = []
        for mine in await self._papers(member):
            paper = await self._web.paper(member, mine.round.key, at)
            if paper is None or mine.round.opening is None or not _by_buttons(paper):
                continue
            if paper.state == "due":
                cards.append(await self._new(mine, mine.round.opening, paper, at))
            elif paper.check_until is not None:
                cards.append(self._views.rows(self._sheet(mine, mine.round.opening, paper, new_card(), "view", at), 0))
        return cards[:MOST_CARDS]

    async def press(self, address: str, data: str, number: str, at: datetime) -> Answer:
        """Do what a button says."""
        member = await self._member(address)
        papers = await self._papers(member) if member is not None else ()
        purposes: tuple[Purpose, ...] = ("draft", "view")
        for mine in papers:
            for purpose in purposes:
                try:
                    secret, step = self._office.presses.read(mine.round.key, purpose, mine.number, data)
                except (NotThisCard, KeyDestroyed):
                    continue
                assert member is not None and mine.round.opening is not None, "somebody with papers is known"
                held = _Held(member, mine, mine.round.opening, secret, step, f"{address}/{number}", at)
                return await (self._check(held) if purpose == "view" else self._press(held))
        return Answer(self._said("card.popup.gone"), alert=True)

    async def _press(self, held: _Held) -> Answer:
        paper = await self._paper(held)
        if paper.state != "due":
            return self._ended(paper)
        on = self._sheet(held.mine, held.opening, paper, held.secret, "draft", held.at)
        for _ in range(_TRIES):
            draft = await self._office.draft(held.mine, held.secret)
            if draft.where == "other" and held.step.act != Act.ANEW:
                return Answer(self._said("card.popup.other"), alert=True, card=self._views.other(on))
            if draft.where == "card" and held.step.act == Act.CAST:
                return await self._cast(held, on, draft.choices)
            choices = self._changed(held, draft)
            by = ByCard(held.secret, held.press, draft.sealed)
            done = await self._office.keep(held.mine, held.member.person, choices, held.at, by=by)
            if done is None:
                return self._answer(held, on, choices, taken_over=draft.where == "page")
            if done.why != "ballot.changed_meanwhile":
                return await self._refused(held, done)
        return Answer(self._said("ballot.changed_meanwhile"), alert=True)

    def _changed(self, held: _Held, draft: Draft) -> Choices:
        step = held.step
        if step.act == Act.MARK:
            return rules.marked(held.opening.paper, draft.choices, Spot(step.entry, step.criterion), step.level)
        return draft.choices

    def _answer(self, held: _Held, on: Sheet, choices: Choices, *, taken_over: bool) -> Answer:
        """What a press comes to, once its draft is kept."""
        step, spot = held.step, Spot(held.step.entry, held.step.criterion)
        match step.act:
            case Act.MARK:
                found = self._marked(on, choices, held)
            case Act.OWN:
                found = Answer(self._own(on, choices, spot), alert=True)
            case Act.MISSING:
                found = self._missing(on, choices, spot)
            case Act.REVIEW | Act.CONFIRM | Act.CAST:
                found = self._looked_over(held, on, choices, spot)
            case Act.ANEW:
                found = Answer("", card=self._at(on, choices, rules.first(on.plan, choices, on.offered)))
            case _:
                found = Answer("", card=self._views.spot(on, choices, spot))
        if taken_over:
            return Answer(f"{self._said('card.popup.taken_over')}{found.popup}"[:POPUP], found.alert, found.card)
        return found

    def _marked(self, on: Sheet, choices: Choices, held: _Held) -> Answer:
        step, paper = held.step, on.paper
        approved = sum(levels == (YES,) for levels in choices.values())
        most = paper.most if paper.kind == "approve" else None
        said = self._said(
            "card.popup.marked", number=on.item(step.entry).number, criterion=paper.criteria[step.criterion][0],
            level=paper.levels[step.level - 1], scores=paper.kind == "scores", approved=approved, most=most,
        )  # fmt: skip
        spot = rules.following(on.plan, choices, on.offered, Spot(step.entry, step.criterion))
        return Answer(said, alert=most is not None and approved > most, card=self._at(on, choices, spot))

    def _own(self, on: Sheet, choices: Choices, spot: Spot) -> str:
        words = ("", *on.paper.levels)
        marks = [
            {"criterion": label, "level": words[level]}
            for (label, _), level in zip(on.paper.criteria, rules.levels(on.plan, choices, spot.entry), strict=True)
        ]
        return self._said("card.popup.own", number=on.item(spot.entry).number, marks=marks)

    def _missing(self, on: Sheet, choices: Choices, spot: Spot) -> Answer:
        left = rules.missing(on.plan, choices, on.offered)
        if not left:
            return Answer(self._said("card.popup.nothing_missing"), alert=True)
        numbers = [on.item(place).number for place in left[:_LISTED]]
        card = self._views.spot(on, choices, rules.first(on.plan, choices, on.offered))
        return Answer(self._said("card.popup.missing", left=len(left), numbers=numbers), alert=True, card=card)

    def _looked_over(self, held: _Held, on: Sheet, choices: Choices, spot: Spot) -> Answer:
        """The last look and the first confirmation; what is missing or too much leads back to the paper.

        A cast of what was chosen on the page meanwhile begins with the last look, too.
        """
        whole = rules.finished(on.plan, choices, on.offered)
        if wrong := faults(on.plan, whole, held.mine.recused):
            return self._wrong(on, choices, spot, wrong)
        if held.step.act == Act.CONFIRM:
            return Answer(self._said("card.popup.once_more"), card=self._views.confirm(on, choices, spot))
        return Answer("", card=self._views.review(on, choices, spot))

    async def _cast(self, held: _Held, on: Sheet, choices: Choices) -> Answer:
        whole = rules.finished(on.plan, choices, on.offered)
        done = await self._office.cast(held.mine, held.member.person, whole, held.at)
        if isinstance(done, tuple):
            return self._wrong(on, choices, Spot(held.step.entry), done)
        if isinstance(done, Declined):
            return await self._refused(held, done)
        card = self._views.ended(await self._paper(held))
        return Answer(self._said("card.popup.cast", receipt=done.shown), alert=True, card=card)

    async def _refused(self, held: _Held, done: Declined) -> Answer:
        """Storage said no: the paper is looked at again, and the card shows how it stands."""
        paper = await self._paper(held)
        return self._ended(paper) if paper.state != "due" else Answer(self._said(done.why, **done.facts), alert=True)

    def _ended(self, paper: Paper) -> Answer:
        if paper.receipt is None:
            return Answer(self._said("card.popup.over"), alert=True, card=self._views.ended(paper))
        said = self._said("card.popup.cast_already", receipt=paper.receipt.shown)
        return Answer(said, alert=True, card=self._views.ended(paper))

    def _wrong(self, on: Sheet, choices: Choices, spot: Spot, wrong: Sequence[Fault]) -> Answer:
        """All faults at once, and the way to the first entry that is concerned."""
        said = "".join(self._wording.text(fault.key, **fault.facts) for fault in wrong)
        first = rules.first(on.plan, choices, on.offered)
        at = spot if first.end else first
        return Answer(said[:POPUP], alert=True, card=self._views.spot(on, choices, at))

    async def _check(self, held: _Held) -> Answer:
        """核对, in a pop-up."""
        paper = await self._paper(held)
        marks = await self._web.marks(held.member, paper.key) if paper.check_until is not None else None
        if marks is None:
            return Answer(self._said("card.popup.check_over"), alert=True)
        on = self._sheet(held.mine, held.opening, paper, held.secret, "view", held.at)
        if held.step.act == Act.ROWS:
            return Answer("", card=self._views.rows(on, held.step.entry))
        number = on.item(held.step.entry).number
        mark = next(each for each in marks if each.number == number)
        labels = [label for label, _ in paper.criteria]
        said = [{"criterion": label, "level": level} for label, level in zip(labels, mark.levels, strict=True)]
        return Answer(self._said("card.popup.row", number=number, tracker=mark.tracker, marks=said), alert=True)

    async def _new(self, mine: OnRoll, opening: Opening, paper: Paper, at: datetime) -> Card:
        """A card with a secret of its own; it takes over the page's draft, and asks before it replaces a card's."""
        secret = new_card()
        on, draft = self._sheet(mine, opening, paper, secret, "draft", at), await self._office.draft(mine, secret)
        if draft.where == "other":
            return self._views.other(on)
        return self._at(on, draft.choices, rules.first(on.plan, draft.choices, on.offered))

    def _at(self, on: Sheet, choices: Choices, spot: Spot) -> Card:
        """A spot, or the last look where nothing is missing."""
        return (self._views.review if spot.end else self._views.spot)(on, choices, spot)

    def _sheet(
        self, mine: OnRoll, opening: Opening, paper: Paper, secret: bytes, purpose: Purpose, at: datetime
    ) -> Sheet:
        def code(step: Step) -> str:
            return self._office.presses.write(mine.round.key, purpose, mine.number, secret, step)

        def link(path: str) -> str:
            return f"{self._public_url}{path}" if self._public_url else ""

        now = at.astimezone(ZoneInfo(self._notices[mine.round.campaign].zone))
        return sheet(paper, opening.paper, now, code, link)

    async def _member(self, address: str) -> Member | None:
        async with self._database.read() as connection:
            person = await person_at(connection, address)
        return Member(person, address) if person is not None else None

    async def _papers(self, member: Member) -> Sequence[OnRoll]:
        return [each for each in await self._office.papers(member.person) if each.round.campaign in self._notices]

    async def _paper(self, held: _Held) -> Paper:
        paper = await self._web.paper(held.member, held.mine.round.key, held.at)
        assert paper is not None, "somebody on a roll has a paper"
        return paper

    def _said(self, key: str, **facts: object) -> str:
        return self._wording.text(key, **facts)[:POPUP]


def _by_buttons(paper: Paper) -> bool:
    """Whether a paper can be filled in by buttons: rankings, ticks and papers with nothing to judge have their page."""
    return paper.kind in rules.BY_BUTTONS and not paper.fits and any(not item.recused for item in paper.items)
