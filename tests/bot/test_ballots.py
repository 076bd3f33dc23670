"""A secret round through the office: no choice can be read from what is kept, and everybody can check the end."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.ballot_deeds import BallotDeeds
from bot.ballots import BallotOffice, NotYet, SharesGone
from rules.ballots import Opening, Paper, encode
from rules.deeds import Declined
from rules.deeds_ballot import BallotRound, ExtendRound
from rules.deeds_judging import BeginRound, Planned, PlanRound, PublishRound
from rules.instants import from_micros, micros
from rules.recount import recount
from sealing.drawer import Drawer, KeyDestroyed
from sealing.receipts import Notary, Receipt, genuine
from sealing.shares import BadShare
from sealing.tally import WrongKey
from storage.ballots import Ballots
from storage.database import Database, sqlite_url
from storage.migrate import migrate
from storage.numbers import Numbers
from storage.tables import outbox, people, seats
from storage.turns import Turns
from tests.commands.program import call
from tests.sealing.round import RULE

AT = from_micros(1_710_000_000_000_000)
CLOSE = AT + timedelta(days=2)
HOLDERS = (201, 202, 203)
KEY = b"k" * 32
ENTRIES = tuple(range(1, 9))
LISTS = {"case": (1, 2, 3, 4), "video": (5, 6, 7, 8)}


@dataclass
class Hall:
    """Where a round takes place: the office, its database and its drawer of keys."""

    office: BallotOffice
    database: Database
    folder: Path
    shares: list[str] = field(default_factory=list)

    async def opened(self, experts: int = 6) -> Opening:
        """A round that is open, with expert 1 recused from the first two entries."""
        key = await self.prepared()
        self.shares = [await self.office.share(key, number) for number in (1, 2, 3)]
        for person, share in zip(HOLDERS, self.shares, strict=True):
            assert await self.office.confirm(key, person, share.lower(), AT) is None
        paper = Paper(key, "scores", ENTRIES, ("a", "b"), 10)
        roll = {number: (1, 2) if number == 1 else () for number in range(1, experts + 1)}
        opening = Opening(paper, roll, 3, RULE, micros(AT), micros(CLOSE), "", "", 2, 3)
        people = {number: 100 + number for number in roll}
        begun = await self.office._do(BeginRound("xian-2024", key, opening, people, by=0), AT)
        assert begun == Planned(key)
        mine = await self.office.mine(101, key)
        assert mine is not None
        assert mine.round.opening is not None
        return mine.round.opening

    async def prepared(self) -> str:
        """The key of a round whose shares are being handed out."""
        planned = await self.office._do(PlanRound("xian-2024", "expert", HOLDERS, 2, {}, by=0), AT)
        assert isinstance(planned, Planned)
        return planned.key

    async def published(self, opening: Opening, votes: Mapping[int, int]) -> Any:
        return await self.office._do(PublishRound("xian-2024", opening.paper.round, votes, LISTS, by=0), CLOSE)

    async def vote(self, opening: Opening, number: int, choices: Mapping[int, tuple[int, ...]]) -> Any:
        mine = await self.office.mine(100 + number, opening.paper.round)
        assert mine is not None
        return await self.office.cast(mine, 100 + number, choices, AT)


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    database = Database.open(sqlite_url(tmp_path))
    await migrate(database)
    yield Hall(office(database, tmp_path), database, tmp_path)
    await database.close()


def office(database: Database, folder: Path) -> BallotOffice:
    turns = Turns(database, Numbers())
    found = BallotOffice(turns, Ballots(database), Drawer(folder / "rounds"), Notary(KEY))
    turns.deeds |= BallotDeeds(found).performers()
    return found


def choices(number: int, seed: int = 1) -> dict[int, tuple[int, ...]]:
    dice = random.Random(f"{number}/{seed}")
    return {entry: (dice.randint(1, 10), dice.randint(1, 10)) for entry in ENTRIES if not (number == 1 and entry < 3)}


async def test_from_preparation_to_the_published_bundle(hall: Hall, tmp_path: Path) -> None:
    opening = await hall.opened()
    receipts = {number: await hall.vote(opening, number, choices(number)) for number in (1, 2, 3, 4, 5)}
    assert all(isinstance(each, Receipt) for each in receipts.values())
    assert await hall.office.tally(opening, hall.shares[1:], CLOSE) is True
    assert await hall.published(opening, dict.fromkeys(ENTRIES, 3)) == Planned(opening.paper.round)
    found = json.loads(await Ballots(hall.database).bundle(opening.paper.round))
    assert (recount(found), found["cast"], len(found["board"])) == ((), [1, 2, 3, 4, 5], 8 * 5 - 2 - 8)
    assert found["withheld"] == [1, 2], "four experts are too few to show their marks"
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    asked = ("--receipt", receipts[3].shown, "--commitment", opening.commitment())
    result = call("recount", path, *asked, "--verify-key", hall.office.verify_key)
    assert (result.exit_code, result.stdout.splitlines()[0]) == (
        0, "一致：5 张选票（名单 6 人），30 个评分，名次逐项相同，签名验过。",
    )  # fmt: skip
    place = found["leaves"].index(receipts[3].leaf) + 1
    assert f"您的选票在内：第 {place} 个封印。" in result.stdout.splitlines()
    again = await hall.published(opening, {})
    assert (isinstance(again, Declined), again.why) == (True, "judging.not_tallied"), "a round is published once"


def named(here: BallotRound) -> dict[str, str]:
    return {"title": here.campaign, "label": here.round}


async def torn(*_: object) -> None:
    raise ConnectionError("the program ends here")


async def with_an_admin(hall: Hall) -> None:
    async with hall.database.write() as connection:
        await connection.execute(insert(people).values(id=9, name="", channel="telegram", address="9"))
        await connection.execute(insert(seats).values(id=10, person=9, campaign="xian-2024", role="admin", since=1))


async def heard(hall: Hall, said: str) -> int:
    """How many messages of this wording key wait for their readers."""
    async with hall.database.read() as connection:
        return sum(said in body for body in (await connection.execute(select(outbox.c.body))).scalars())


async def test_that_all_shares_are_on_paper_is_told_in_the_transaction_that_notes_the_last(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_an_admin(hall)
    key = await hall.prepared()
    shares = [await hall.office.share(key, number) for number in (1, 2, 3)]
    for person, share in zip(HOLDERS[:2], shares[:2], strict=True):
        assert await hall.office.confirm(key, person, share, AT, named) is None
    with monkeypatch.context() as patch:
        patch.setattr("bot.ballots.tell_admins", torn)
        with pytest.raises(ConnectionError):
            await hall.office.confirm(key, HOLDERS[2], shares[2], AT, named)
    assert await hall.office.share(key, 3) == shares[2], "it is not noted, and so it is not gone"
    assert await heard(hall, "shares_kept") == 0
    assert await hall.office.confirm(key, HOLDERS[2], shares[2], AT, named) is None
    assert await heard(hall, "shares_kept") == 1


async def test_that_a_round_is_opened_is_told_in_the_transaction_that_opens_it(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = await hall.opened()
    for number in (1, 2, 3):
        await hall.vote(opening, number, choices(number))
    await with_an_admin(hall)

    async def give(place: int) -> int:
        [mine] = await hall.office.papers(101)
        return await hall.office.hand_in(mine.round, HOLDERS[place], hall.shares[place], CLOSE, named(mine.round))

    assert await give(0) == 1
    with monkeypatch.context() as patch:
        patch.setattr("bot.ballots.tell_admins", torn)
        with pytest.raises(ConnectionError):
            await give(1)
    assert (await Ballots(hall.database).board(opening.paper.round), await heard(hall, "tallied")) == ((), 0), (
        "neither without both"
    )
    assert [await give(0), await give(1), await heard(hall, "tallied")] == [1, 0, 1]
    assert len(await Ballots(hall.database).board(opening.paper.round)) == 3 * 8 - 2
    with pytest.raises(NotYet):
        await give(1)
    assert await heard(hall, "tallied") == 1


async def test_a_receipt_is_genuine_and_the_same_every_time(hall: Hall) -> None:
    opening = await hall.opened()
    receipt = await hall.vote(opening, 2, choices(2))
    key, leaf = opening.paper.round, bytes.fromhex(receipt.leaf)
    assert genuine(key, leaf, bytes.fromhex(receipt.signature), hall.office.verify_key)
    assert hall.office.receipt(key, leaf) == receipt
    again = await hall.vote(opening, 2, choices(3))
    assert isinstance(again, Declined)
    assert again.why == "ballot.cast_already"


async def test_a_paper_with_faults_is_not_cast_and_its_draft_survives_a_restart(hall: Hall) -> None:
    opening = await hall.opened()
    some = {entry: levels for entry, levels in choices(2).items() if entry > 3}
    mine = await hall.office.mine(102, opening.paper.round)
    assert mine is not None
    assert await hall.office.keep(mine, 102, some, AT) is None
    assert [fault.key for fault in await hall.vote(opening, 2, some)] == ["ballot.incomplete"]
    restarted = office(hall.database, hall.folder)
    assert (await restarted.draft(mine)).choices == some
    assert isinstance(await restarted.cast(mine, 102, choices(2), AT), Receipt)
    assert (await restarted.draft(mine)).choices == {}


async def test_an_expert_finds_their_own_rows_until_the_key_is_destroyed(hall: Hall) -> None:
    opening = await hall.opened()
    for number in (1, 2, 3):
        await hall.vote(opening, number, choices(number))
    await hall.office.tally(opening, hall.shares[:2], CLOSE)
    board = {(row.entry, row.tracker): row.levels for row in await Ballots(hall.database).board(opening.paper.round)}
    mine = await hall.office.mine(101, opening.paper.round)
    assert mine is not None
    rows = await hall.office.own_rows(mine)
    assert {entry: board[entry, tracker] for entry, tracker in rows.items()} == choices(1)
    await hall.published(opening, {})
    almost = CLOSE + timedelta(hours=48) - timedelta(microseconds=1)
    assert (await hall.office.expire(almost), len(await hall.office.own_rows(mine))) == (0, 6)
    assert await hall.office.expire(CLOSE + timedelta(hours=48)) == 1
    assert [path.suffix for path in (hall.folder / "rounds").iterdir()] == [".lots"]
    assert await hall.office.expire(CLOSE + timedelta(days=30)) == 1
    assert list((hall.folder / "rounds").iterdir()) == []
    with pytest.raises(KeyDestroyed):
        await hall.office.own_rows(mine)


async def test_one_share_a_wrong_one_and_the_same_twice_open_nothing(hall: Hall) -> None:
    opening = await hall.opened()
    await hall.vote(opening, 2, choices(2))
    first, second, _ = hall.shares
    with pytest.raises(WrongKey):
        await hall.office.tally(opening, [first], CLOSE)
    with pytest.raises(BadShare):
        await hall.office.tally(opening, [first, first], CLOSE)
    with pytest.raises(BadShare):
        await hall.office.tally(opening, [first, second[:-1] + ("2" if second[-1] != "2" else "3")], CLOSE)
    assert await hall.office.tally(opening, [first, second], CLOSE - timedelta(seconds=1)) is False, "before the close"
    assert await hall.office.tally(opening, [first, second], CLOSE) is True


async def test_a_share_is_shown_until_it_was_typed_back_and_never_after_a_restart(hall: Hall) -> None:
    key = await hall.prepared()
    share, other = await hall.office.share(key, 1), await hall.office.share(key, 2)
    assert isinstance(await hall.office.confirm(key, 201, other, AT), Declined), "somebody else's share"
    assert await hall.office.confirm(key, 201, share, AT) is None
    with pytest.raises(SharesGone):
        await hall.office.share(key, 1)
    with pytest.raises(SharesGone):
        await office(hall.database, hall.folder).share(key, 2)


async def test_a_late_ballot_is_declined_and_an_extension_takes_it(hall: Hall) -> None:
    opening = await hall.opened()
    mine = await hall.office.mine(103, opening.paper.round)
    assert mine is not None
    late = await hall.office.cast(mine, 103, choices(3), CLOSE)
    assert isinstance(late, Declined)
    await hall.office._do(ExtendRound(mine.round.key, micros(CLOSE) + 1), AT)
    assert isinstance(await hall.office.cast(mine, 103, choices(3), CLOSE), Receipt)


def written(folder: Path) -> bytes:
    """Every byte that the deployment wrote, but for the keys that live outside of its database."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and "rounds" not in path.parts]
    return b"".join(path.read_bytes() for path in files)


async def test_what_was_chosen_is_found_nowhere_before_the_tally(hall: Hall) -> None:
    opening = await hall.opened()
    for number in (2, 3, 4):
        mine = await hall.office.mine(100 + number, opening.paper.round)
        assert mine is not None
        assert await hall.office.keep(mine, 100 + number, choices(number), AT) is None
        await hall.vote(opening, number, choices(number))
    kept = written(hall.folder)
    for number in (2, 3, 4):
        assert encode(opening.paper, choices(number)) not in kept
        assert json.dumps([list(each) for each in choices(number).values()])[1:-1].encode() not in kept
    assert [share.encode() in kept or share.replace("-", "").encode() in kept for share in hall.shares] == [False] * 3
