"""A round goes its way once: shares, opening, one vote each, one tally; late, twice and strange votes are declined."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rules.ballots import Opening, Paper
from rules.deeds import Declined, Done
from rules.deeds_ballot import (
    BallotsFor,
    Cast,
    CastBallot,
    ConfirmShare,
    ExtendRound,
    KeepDraft,
    OpenRound,
    PrepareRound,
    RoundsOf,
    SharesOf,
    VoidRound,
)
from rules.deeds_judging import NoteKey
from rules.recount import Row
from storage.ballots import Ballots, publish
from storage.moments import Moment
from storage.tables_judging import ballot_drafts, board, envelopes, presses, roll
from tests.sealing.round import RULE
from tests.storage.world import CAMPAIGN, MINUTE, NOW, World

KEY = "r1"
OPENING = Opening(
    Paper(KEY, "scores", (1, 2), ("a", "b"), 10), {1: (), 2: (2,), 3: ()}, 2, RULE, NOW, NOW + 10 * MINUTE, "aa", "bb",
    2, 3,
)  # fmt: skip
EXPERTS = {1: 101, 2: 102, 3: 103}
LATE = NOW + 10 * MINUTE


def why(result: Any) -> str:
    return result.why if isinstance(result, Declined) else ""


def ballot(person: int, **changes: Any) -> CastBallot:
    facts = {"key": KEY, "person": person, "ciphertext": b"c%d" % person, "leaf": f"{person}", "seed": b"s"}
    return CastBallot(**{**facts, **changes})


async def prepared(world: World, key: str = KEY) -> None:
    shares = {number: (200 + number, f"print{number}") for number in (1, 2, 3)}
    assert await world.do(PrepareRound(key, CAMPAIGN, "expert", 2, shares, by=9)) == Done()


@pytest.fixture
async def opened(world: World) -> World:
    await prepared(world)
    for number in (1, 2, 3):
        assert await world.do(ConfirmShare(KEY, 200 + number, f"print{number}")) == Done()
    assert await world.do(OpenRound(KEY, OPENING, EXPERTS)) == Done()
    return world


async def test_a_round_opens_only_when_every_share_was_typed_back(world: World) -> None:
    await prepared(world)
    for number in (1, 2):
        await world.do(ConfirmShare(KEY, 200 + number, f"print{number}"))
    assert why(await world.do(ConfirmShare(KEY, 203, "print1"))) == "ballot.share_wrong"
    assert why(await world.do(ConfirmShare(KEY, 201, "print3"))) == "ballot.share_wrong"
    assert why(await world.do(OpenRound(KEY, OPENING, EXPERTS))) == "ballot.not_ready"
    [(round_, number, confirmed)] = await world.look(SharesOf(203))
    assert (round_.state, round_.confirmed, round_.scrutineers, number, confirmed) == ("setup", 2, 3, 3, False)
    await world.do(ConfirmShare(KEY, 203, "print3"))
    assert await world.do(OpenRound(KEY, OPENING, EXPERTS)) == Done()
    assert why(await world.do(OpenRound(KEY, OPENING, EXPERTS))) == "ballot.not_ready"


async def test_a_new_preparation_replaces_one_that_never_opened_and_none_that_did(world: World) -> None:
    await prepared(world)
    await prepared(world, "r2")
    assert [(each.key, each.state) for each in await world.look(RoundsOf(CAMPAIGN))] == [
        ("r1", "void"),
        ("r2", "setup"),
    ]
    for number in (1, 2, 3):
        await world.do(ConfirmShare("r2", 200 + number, f"print{number}"))
    await world.do(OpenRound("r2", OPENING, EXPERTS))
    shares = {1: (201, "x")}
    assert why(await world.do(PrepareRound("r3", CAMPAIGN, "expert", 2, shares, by=9))) == "ballot.under_way"


async def test_what_is_fixed_at_the_opening_can_be_read_by_everybody(opened: World) -> None:
    [round_] = await opened.look(RoundsOf(CAMPAIGN))
    assert (round_.opening, round_.commitment) == (OPENING, OPENING.commitment())
    assert (round_.experts, round_.cast, round_.opens, round_.closes) == (3, 0, NOW, LATE)
    [mine] = await opened.look(BallotsFor(102))
    assert (mine.number, mine.recused, mine.cast, mine.leaf) == (2, (2,), False, "")


async def test_everybody_votes_once_and_drops_the_draft(opened: World) -> None:
    assert await opened.do(KeepDraft(KEY, 101, b"first")) == Done()
    assert await opened.do(KeepDraft(KEY, 101, b"draft")) == Done()
    assert await Ballots(opened.database).draft(KEY, 1) == b"draft"
    assert await opened.do(ballot(101)) == Cast("101")
    assert await Ballots(opened.database).draft(KEY, 1) is None
    assert why(await opened.do(ballot(101, leaf="other"))) == "ballot.cast_already"
    assert why(await opened.do(KeepDraft(KEY, 101, b"x"))) == "ballot.cast_already"
    [mine] = await opened.look(BallotsFor(101))
    assert (mine.cast, mine.leaf) == (True, "101")


@pytest.mark.parametrize(
    ("at", "reason"), [(NOW - 1, "ballot.too_early"), (LATE, "ballot.too_late"), (LATE - 1, ""), (NOW, "")]
)
async def test_the_round_is_open_from_its_first_instant_to_the_last_before_the_close(
    opened: World, at: int, reason: str
) -> None:
    assert why(await opened.do(KeepDraft(KEY, 103, b"x"), at=at)) == reason
    assert why(await opened.do(ballot(103), at=at)) == reason


async def test_a_press_counts_once_and_only_on_the_draft_it_was_made_from(opened: World) -> None:
    kept, ballots = KeepDraft(KEY, 101, b"one", "p1", b""), Ballots(opened.database)
    assert await opened.do(kept) == Done()
    assert await opened.do(KeepDraft(KEY, 101, b"two", "p2", b"one")) == Done()
    assert await opened.do(kept) == Done()
    assert await ballots.draft(KEY, 1) == b"two", "the same press again changes nothing"
    for before in (b"", b"one"):
        late = KeepDraft(KEY, 101, b"three", "p3", before)
        assert why(await opened.do(late)) == "ballot.changed_meanwhile"
    assert await opened.do(KeepDraft(KEY, 101, b"three", "p3", b"two")) == Done(), "a press that was declined is new"
    assert await opened.do(KeepDraft(KEY, 101, b"page")) == Done(), "the page takes the place of whatever is kept"
    assert why(await opened.do(KeepDraft(KEY, 101, b"four", "p4", b""), at=LATE)) == "ballot.too_late"
    assert (await ballots.draft(KEY, 1), await opened.rows(presses, "press")) == (b"page", [("p1",), ("p2",), ("p3",)])
    await opened.do(VoidRound(KEY))
    assert await opened.rows(presses, "press") == []


async def test_nobody_else_votes(opened: World) -> None:
    assert why(await opened.do(ballot(999))) == "ballot.not_on_roll"
    assert why(await opened.do(ballot(101, key="r9"))) == "ballot.not_on_roll"
    assert await opened.rows(envelopes, "number") == []


async def test_an_extended_round_takes_votes_until_its_new_close(opened: World) -> None:
    assert why(await opened.do(ExtendRound(KEY, LATE))) == "ballot.not_extended"
    assert await opened.do(ExtendRound(KEY, LATE + MINUTE)) == Done()
    assert await opened.do(ballot(103), at=LATE) == Cast("103")
    [round_] = await opened.look(RoundsOf(CAMPAIGN))
    assert (round_.closes, round_.opening) == (LATE + MINUTE, OPENING)


async def test_the_tally_happens_once_after_the_close_and_leaves_nothing_that_can_be_opened(opened: World) -> None:
    ballots = Ballots(opened.database)
    for person in (101, 102):
        await opened.do(ballot(person))
    await opened.do(KeepDraft(KEY, 103, b"unfinished"))
    rows = [Row(2, "B", (1, 2)), Row(1, "Z", (3, 4)), Row(1, "A", (5, 6))]
    assert [(each.number, each.ciphertext, each.leaf) for each in await ballots.envelopes(KEY)] == [
        (1, b"c101", "101"), (2, b"c102", "102"),
    ]  # fmt: skip
    assert await ballots.tallied(KEY, rows, 2, LATE - 1) is False
    assert await ballots.tallied(KEY, rows, 3, LATE) is False, "one envelope came in that was not counted"
    assert (await opened.rows(board, "entry"), await ballots.draft(KEY, 3)) == ([], b"unfinished")
    assert await ballots.tallied(KEY, rows, 2, LATE) is True
    assert await ballots.tallied(KEY, rows, 2, LATE) is False
    assert await ballots.board(KEY) == tuple(sorted(rows))
    assert await opened.rows(envelopes, "ciphertext", "leaf") == [(b"", "101"), (b"", "102")]
    assert await opened.rows(ballot_drafts, "sealed") == []
    assert why(await opened.do(ballot(103))) == "ballot.too_late"


async def published(world: World, bundle: str) -> bool:
    async with world.database.write() as connection:
        return await publish(Moment(connection, LATE, world.numbers), KEY, bundle)


async def test_a_tallied_round_is_published_once_and_its_seeds_go_with_their_key(opened: World) -> None:
    ballots = Ballots(opened.database)
    await opened.do(ballot(101))
    assert await published(opened, "{}") is False
    await ballots.tallied(KEY, [], 1, LATE)
    assert (await published(opened, "{}"), await published(opened, "{1}")) == (True, False)
    assert (await ballots.bundle(KEY), await ballots.seed(KEY, 1), await ballots.seed(KEY, 2)) == ("{}", b"s", None)
    assert await opened.do(NoteKey(CAMPAIGN, KEY, "view")) == Done()
    assert why(await opened.do(NoteKey(CAMPAIGN, KEY, "view"))) == "judging.key_gone"
    assert (await ballots.seed(KEY, 1), await opened.rows(envelopes, "seed")) == (None, [(b"",)])


async def test_a_voided_round_is_deleted_unopened_and_a_tallied_one_is_not_voided(opened: World) -> None:
    await opened.do(ballot(101))
    await opened.do(KeepDraft(KEY, 102, b"x"))
    assert await opened.do(VoidRound(KEY)) == Done()
    assert (await opened.rows(envelopes, "leaf"), await opened.rows(ballot_drafts, "sealed")) == ([], [])
    assert why(await opened.do(ballot(102))) == "ballot.too_late"
    assert why(await opened.do(VoidRound(KEY))) == "ballot.tallied_already"
    assert await opened.look(BallotsFor(101)) == ()
    assert await opened.rows(roll, "number", "state") == [(1, "voted"), (2, "called"), (3, "called")]


def test_an_opening_of_another_paper_is_another_commitment() -> None:
    other = replace(OPENING, paper=replace(OPENING.paper, top=5))
    assert other.commitment() != OPENING.commitment()
