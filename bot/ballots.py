"""The office of secret ballots: keys made and split in memory, papers sealed, envelopes opened together once.

What would tell a choice is in this program's memory for a moment and nowhere else. A round whose shares were not all
typed back when the program stops is prepared anew: its secret was never written down.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ballot_drafts import Draft, Drafts
from bot.ballot_remarks import RemarkOffice
from bot.ballot_vault import OwnVault, SharesGone, ShareVault
from rules import filled, merkle
from rules.ballots import Choices, Opening, digest, encode
from rules.codes import spell
from rules.deeds import Declined, Deed, Heard
from rules.deeds_ballot import (
    BallotRound,
    BallotsFor,
    Cast,
    CastBallot,
    ConfirmShare,
    KeepDraft,
    OnRoll,
)
from rules.deeds_judging import NoteKey
from rules.faults import Fault
from rules.instants import micros
from rules.looks import Look
from rules.looks_judging import BoardOf
from rules.recount import bundle
from rules.standings import drawn, sealed
from sealing import receipts
from sealing.drawer import Drawer, KeyDestroyed
from sealing.envelopes import new_seed, public_key, seal
from sealing.presses import Presses
from sealing.receipts import Notary, Receipt
from sealing.shares import BadShare, combine, fingerprint, new_secret, read, split
from sealing.tally import Envelope, tally, trackers
from storage.ballots import Ballots, board_of, envelopes_of
from storage.judging import holds, outlived, round_at
from storage.moments import Moment
from storage.registry import LOOKS
from storage.telling import tell_admins
from storage.turns import Turns

#: Letters of a round's key.
_KEY = 10


@dataclass(frozen=True, slots=True)
class ByCard:
    """What a card's draft is kept with: the card's secret, the press's own name, and the draft it was made from."""

    secret: bytes
    press: str
    before: bytes


class NotYet(Exception):
    """A round cannot be opened now: it is not closed, its quorum is unmet, or it was opened before."""


class BallotOffice:
    """Everything that is done with papers and keys.

    `notary` signs receipts, `drawer` holds what is destroyed later, `vault` what is in memory alone.
    """

    def __init__(
        self, turns: Turns, ballots: Ballots, drawer: Drawer, notary: Notary, vault: ShareVault | None = None
    ) -> None:
        self._turns, self._ballots, self._drawer, self._notary = turns, ballots, drawer, notary
        self.remarks = RemarkOffice(turns, drawer)
        self._drafts, self.presses = Drafts(ballots, drawer), Presses(drawer)
        self._vault = vault or OwnVault()

    @property
    def verify_key(self) -> str:
        """What checks receipts and bundles, in hex."""
        return self._notary.verify_key

    async def prepared(self, holders: Sequence[int], threshold: int) -> tuple[str, dict[int, tuple[int, str]]]:
        """A new round with these holders of shares (persons): its key, and by number each with the share's hash.

        Its secret exists from here to the opening, in memory.
        """
        key = spell(int.from_bytes(new_secret(), "big"), _KEY)
        secret = new_secret()
        shares = dict(enumerate(split(secret, key, threshold=threshold, count=len(holders)), start=1))
        await self._vault.put(key, public_key(secret, key), shares)
        return key, {n: (person, fingerprint(shares[n], key)) for n, person in enumerate(holders, start=1)}

    async def share(self, key: str, number: int) -> str:
        """A scrutineer's share, to be written down. Raises `SharesGone` once it was typed back, or after a restart."""
        if share := await self._vault.share(key, number):
            return share
        raise SharesGone(f"expected the share {number} of round {key} in memory, found none")

    async def confirm(
        self, key: str, person: int, typed: str, at: datetime,
        named: Callable[[BallotRound], Mapping[str, Any]] | None = None,
    ) -> Declined | None:  # fmt: skip
        """A scrutineer types the share back; from then on it is on paper only. Raises `BadShare`, `SharesGone`.

        With the last one the admins hear of it; `named` gives the facts that name the round.
        """
        await self._public(key)
        mark = fingerprint(typed, key)
        async with self._turns.open() as turns:
            done = await turns.perform(ConfirmShare(key, person, mark), at)
            if isinstance(done, Declined):
                return done
            here = await round_at(turns.connection, key)
            if named is not None and here is not None and here.confirmed == here.scrutineers:
                heard = Heard("judging.shares_kept", named(here), ("评审",))
                await tell_admins(turns.moment(at), here.campaign, heard)
        await self._vault.forget(key, mark)
        return None

    async def _public(self, key: str) -> str:
        if public := await self._vault.public(key):
            return public
        raise SharesGone(f"expected round {key} in preparation here, found that it is not")

    async def fixed(self, key: str, opening: Opening) -> Opening:
        """An opening with the round's keys in it; those of the drawer are made. Raises `SharesGone`."""
        public = await self._public(key)
        for purpose in ("draft", "view", "lots", "remarks"):
            self._drawer.make(key, purpose)
        rule = dict(opening.rule)
        if rule["ties"] == "rule":
            rule["draw"] = sealed(self._drawer.seed(key))
        return replace(opening, rule=rule, public_key=public, verify_key=self.verify_key)

    async def draft(self, mine: OnRoll, secret: bytes = b"") -> Draft:
        """What an expert chose so far: on the page, or on the card with this secret."""
        return await self._drafts.read(mine, secret)

    async def keep(
        self, mine: OnRoll, person: int, choices: Choices, at: datetime, *, by: ByCard | None = None
    ) -> Declined | None:
        """Keep a draft, of the page or of a card: sealed, of one length, with the draft before it gone."""
        opening, key = mine.round.opening, mine.round.key
        assert opening is not None, "somebody on a roll has an opening"
        try:
            if by is None:
                deed = KeepDraft(key, person, self._drafts.seal(mine, opening, choices))
            else:
                sealed, press = self._drafts.seal(mine, opening, choices, by.secret), self._drafts.named(key, by.press)
                deed = KeepDraft(key, person, sealed, press, by.before)
        except KeyDestroyed:  # tallied or void meanwhile
            return Declined("ballot.too_late", {"late": 0})
        done = await self._do(deed, at)
        return done if isinstance(done, Declined) else None

    async def cast(
        self, mine: OnRoll, person: int, choices: Choices, at: datetime
    ) -> Receipt | Declined | tuple[Fault, ...]:
        """Seal a paper as it was filled in and put it in; every fault at once where it cannot be cast. Final."""
        opening, key = mine.round.opening, mine.round.key
        assert opening is not None, "somebody on a roll has an opening"
        if wrong := filled.faults(opening.paper, choices, mine.recused):
            return wrong
        seed, levels = new_seed(), filled.levels(opening.paper, choices, mine.recused)
        ciphertext = seal(encode(opening.paper, levels), seed, opening.public_key, key)
        leaf = merkle.leaf(key, ciphertext)
        try:
            kept = self._drawer.seal(key, "view", mine.number, seed)
        except KeyDestroyed:
            return Declined("ballot.too_late", {"late": 0})
        done: Cast | Declined = await self._do(CastBallot(key, person, ciphertext, leaf.hex(), kept), at)
        return done if isinstance(done, Declined) else self.receipt(key, leaf)

    def receipt(self, key: str, leaf: bytes) -> Receipt:
        """The receipt of an envelope; the same every time."""
        return Receipt(receipts.shown(leaf), leaf.hex(), self._notary.sign(key, leaf).hex())

    async def hand_in(
        self, here: BallotRound, person: int, typed: str, at: datetime, facts: Mapping[str, Any]
    ) -> int:  # fmt: skip
        """A scrutineer gives the share for the tally; with the last one that is needed everything is opened, once.

        The admins hear of it, with these facts. Gives how many are still wanted. Raises `BadShare`, also for another's;
        `NotYet` before the close or below the quorum; `sealing.tally.SpoiledBallot`.
        """
        if here.opening is None or here.state != "open" or micros(at) < here.closes or here.cast < here.opening.quorum:
            raise NotYet(f"expected a closed round with its quorum, found {here.state} with {here.cast} ballots")
        share = read(typed, here.key)
        async with self._turns.database.read() as connection:
            if not await holds(connection, here.key, person, fingerprint(share, here.key)):
                raise BadShare("expected this scrutineer's own share, found another")
        left, shares = await self._vault.hand(here.key, person, share, here.threshold)
        if not left:
            heard = Heard("judging.tallied", facts, ("评审",))

            async def tell(connection: AsyncConnection) -> int:
                moment = Moment(connection, micros(at), self._turns.number, self._turns.pepper)
                return await tell_admins(moment, here.campaign, heard)

            await self.tally(here.opening, shares, at, tell)
        return left

    async def tally(
        self, opening: Opening, typed: Sequence[str], at: datetime,
        tell: Callable[[AsyncConnection], Awaitable[object]] | None = None,
    ) -> bool:  # fmt: skip
        """Open all envelopes with the scrutineers' shares and keep the board; False where it was done already.

        `tell` says so to whom it concerns, in the transaction that keeps the board. Raises `BadShare` for what is no
        share, `sealing.tally.WrongKey`, `sealing.tally.SpoiledBallot`.
        """
        key = opening.paper.round
        secret = combine(typed, key)
        kept = await self._ballots.envelopes(key)
        closed = [Envelope(each.number, each.ciphertext) for each in kept]
        rows = await asyncio.to_thread(tally, opening, closed, secret)
        remarks = await self.remarks.unlinked(key)
        if not await self._ballots.tallied(key, rows, len(kept), micros(at), remarks, tell):
            return False
        await self.expire(at)
        return True

    async def signed(
        self, moment: Moment, opening: Opening, votes: Mapping[int, int], lists: Mapping[str, Sequence[int]]
    ) -> dict[str, Any]:
        """What is published of a tallied round. Raises `TooFewMarks`."""
        key = opening.paper.round
        kept = await envelopes_of(moment.connection, key)
        leaves = [bytes.fromhex(each.leaf) for each in kept]
        board = await board_of(moment.connection, BoardOf(key))
        found = bundle(opening, [each.number for each in kept], leaves, board, votes, lists)
        found["signature"] = self._notary.sign(key, bytes.fromhex(found["result"])).hex()
        return found

    def draw(self, opening: Opening, tied: Sequence[int], said: str) -> dict[str, Any]:
        """The order among the tied, with what it follows from, signed. Raises `KeyDestroyed`."""
        key = opening.paper.round
        seed = self._drawer.seed(key)
        found = {
            "round": key, "opening": opening.commitment(), "tied": sorted(tied), "said": said, "seed": seed.hex(),
            "order": list(drawn(seed, said, tied)),
        }  # fmt: skip
        result = digest("draw", found)
        return {**found, "result": result, "signature": self._notary.sign(key, bytes.fromhex(result)).hex()}

    async def own_rows(self, mine: OnRoll) -> dict[int, str]:
        """核对: the trackers of an expert's own rows. Raises `KeyDestroyed` when its time is over."""
        key = mine.round.key
        kept = await self._ballots.seed(key, mine.number)
        if kept is None or mine.round.opening is None:
            raise KeyDestroyed(f"expected the seed of number {mine.number} in round {key}, found none")
        seed = self._drawer.unseal(key, "view", mine.number, kept)
        entries = [entry for entry in mine.round.opening.paper.entries if entry not in mine.recused]
        return trackers(seed, entries)

    async def expire(self, at: datetime) -> int:
        """Destroy every key whose time is over, with what it sealed; on record in the audit log. Gives how many."""
        async with self._turns.database.read() as connection:
            due = await outlived(connection, micros(at))
        for each in due:
            # The key first: if the program stops here, the record follows with the next beat.
            self._drawer.destroy(each.key, each.purpose)
            await self._do(NoteKey(each.campaign, each.key, each.purpose), at)
        return len(due)

    async def preparing(self, key: str) -> bool:
        """Whether a round is in preparation: its public half is at hand."""
        return bool(await self._vault.public(key))

    async def papers(self, person: int) -> tuple[OnRoll, ...]:
        """An expert's own places in all rounds, newest first."""
        found: tuple[OnRoll, ...] = await self._look(BallotsFor(person))
        return found

    async def mine(self, person: int, key: str) -> OnRoll | None:
        """An expert's own place in a round."""
        return next((each for each in await self.papers(person) if each.round.key == key), None)

    async def _do(self, deed: Deed, at: datetime) -> Any:
        async with self._turns.open() as turns:
            return await turns.perform(deed, at)

    async def _look(self, look: Look) -> Any:
        async with self._turns.database.read() as connection:
            return await LOOKS[type(look)](connection, look)


__all__ = ["BadShare", "BallotOffice", "NotYet", "SharesGone"]
