"""The office of secret ballots: keys made and split in memory, papers sealed, envelopes opened together once.

What would tell a choice is in this program's memory for a moment and nowhere else. A round whose shares were not all
typed back when the program stops is prepared anew: its secret was never written down.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from rules import ballots as paper_rules
from rules import merkle
from rules.ballots import Choices, Opening, decode, encode
from rules.codes import spell
from rules.deeds import Declined, Deed
from rules.deeds_ballot import (
    BallotsFor,
    Cast,
    CastBallot,
    ConfirmShare,
    KeepDraft,
    OnRoll,
    OpenRound,
    PrepareRound,
)
from rules.faults import Fault
from rules.instants import micros
from rules.looks import Look
from rules.recount import bundle
from sealing import receipts
from sealing.drawer import Drawer, KeyDestroyed
from sealing.envelopes import new_seed, public_key, seal
from sealing.receipts import Notary
from sealing.shares import BadShare, combine, fingerprint, new_secret, split
from sealing.tally import Envelope, tally, trackers
from storage.ballots import Ballots
from storage.registry import LOOKS
from storage.turns import Turns

#: How long after the publication experts can see their own rows on the board.
VIEWS_LAST = timedelta(hours=48)
#: Letters of a round's key.
_KEY = 10


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an expert takes away: the short form, the leaf (hex) and the server's signature (hex)."""

    shown: str
    leaf: str
    signature: str


@dataclass(frozen=True, slots=True)
class _Preparing:
    """A round whose shares are being handed out: they are here until their holder typed them back."""

    public: str
    shares: Mapping[int, str]


class SharesGone(LookupError):
    """The shares of a round in preparation are no longer in memory: it is to be prepared again."""


class BallotOffice:
    """Everything that is done with papers and keys. `notary` signs receipts, `drawer` holds what is destroyed later."""

    def __init__(self, turns: Turns, ballots: Ballots, drawer: Drawer, notary: Notary) -> None:
        self._turns, self._ballots, self._drawer, self._notary = turns, ballots, drawer, notary
        self._preparing: dict[str, _Preparing] = {}

    @property
    def verify_key(self) -> str:
        """What checks receipts and bundles, in hex."""
        return self._notary.verify_key

    async def prepare(
        self, campaign: str, round_: str, holders: Sequence[int], *, threshold: int, by: int, at: datetime
    ) -> str | Declined:
        """Begin a round with these scrutineers (persons); gives its key. Its secret exists from here to the opening."""
        key = spell(int.from_bytes(new_secret(), "big"), _KEY)
        secret = new_secret()
        shares = dict(enumerate(split(secret, key, threshold=threshold, count=len(holders)), start=1))
        marked = {number: (person, fingerprint(shares[number], key)) for number, person in enumerate(holders, start=1)}
        done = await self._do(PrepareRound(key, campaign, round_, threshold, marked, by), at)
        if isinstance(done, Declined):
            return done
        self._preparing[key] = _Preparing(public_key(secret, key), shares)
        return key

    def share(self, key: str, number: int) -> str:
        """A scrutineer's share, to be written down. Raises `SharesGone` once it was typed back, or after a restart."""
        try:
            return self._preparing[key].shares[number]
        except KeyError:
            raise SharesGone(f"expected the share {number} of round {key} in memory, found none") from None

    async def confirm(self, key: str, person: int, typed: str, at: datetime) -> Declined | None:
        """A scrutineer types the share back; from then on it is on paper only. Raises `BadShare`, `SharesGone`."""
        if key not in self._preparing:
            raise SharesGone(f"expected round {key} in preparation here, found that it is not")
        mark = fingerprint(typed, key)
        done = await self._do(ConfirmShare(key, person, mark), at)
        if isinstance(done, Declined):
            return done
        preparing = self._preparing[key]
        left = {number: share for number, share in preparing.shares.items() if fingerprint(share, key) != mark}
        self._preparing[key] = replace(preparing, shares=left)
        return None

    async def open(self, key: str, opening: Opening, experts: Mapping[int, int], at: datetime) -> Opening | Declined:
        """Fix everything and open. `opening` without keys, which are filled in here. Raises `SharesGone`."""
        if key not in self._preparing:
            raise SharesGone(f"expected round {key} in preparation here, found that it is not")
        fixed = replace(opening, public_key=self._preparing[key].public, verify_key=self.verify_key)
        self._drawer.make(key, "draft")
        self._drawer.make(key, "view")
        done = await self._do(OpenRound(key, fixed, experts), at)
        if isinstance(done, Declined):
            return done
        del self._preparing[key]
        return fixed

    async def draft(self, mine: OnRoll) -> dict[int, tuple[int, ...]]:
        """What an expert chose so far; nothing where there is no draft, or its key is gone."""
        sealed = await self._ballots.draft(mine.round.key, mine.number)
        if sealed is None or mine.round.opening is None:
            return {}
        try:
            plain = self._drawer.unseal(mine.round.key, "draft", mine.number, sealed)
        except KeyDestroyed:
            return {}
        chosen = decode(mine.round.opening.paper, plain)
        return {entry: levels for entry, levels in chosen.items() if any(levels)}

    async def keep(self, mine: OnRoll, person: int, choices: Choices, at: datetime) -> Declined | None:
        """Keep a draft: sealed, of one length, with the draft before it gone."""
        assert mine.round.opening is not None, "somebody on a roll has an opening"
        plain = encode(mine.round.opening.paper, choices)
        sealed = self._drawer.seal(mine.round.key, "draft", mine.number, plain)
        done = await self._do(KeepDraft(mine.round.key, person, sealed), at)
        return done if isinstance(done, Declined) else None

    async def cast(
        self, mine: OnRoll, person: int, choices: Choices, at: datetime
    ) -> Receipt | Declined | tuple[Fault, ...]:
        """Seal a paper and put it in; every fault at once where it cannot be cast. Final."""
        opening, key = mine.round.opening, mine.round.key
        assert opening is not None, "somebody on a roll has an opening"
        if wrong := paper_rules.faults(opening.paper, choices, mine.recused):
            return wrong
        seed = new_seed()
        ciphertext = seal(encode(opening.paper, choices), seed, opening.public_key, key)
        leaf = merkle.leaf(key, ciphertext)
        kept = self._drawer.seal(key, "view", mine.number, seed)
        done: Cast | Declined = await self._do(CastBallot(key, person, ciphertext, leaf.hex(), kept), at)
        return done if isinstance(done, Declined) else self.receipt(key, leaf)

    def receipt(self, key: str, leaf: bytes) -> Receipt:
        """The receipt of an envelope; the same every time."""
        return Receipt(receipts.shown(leaf), leaf.hex(), self._notary.sign(key, leaf).hex())

    async def tally(self, opening: Opening, typed: Sequence[str], at: datetime) -> bool:
        """Open all envelopes with the scrutineers' shares and keep the board; False where it was done already.

        Raises `BadShare` for what is no share, `sealing.tally.WrongKey`, `sealing.tally.SpoiledBallot`.
        """
        key = opening.paper.round
        secret = combine(typed, key)
        kept = await self._ballots.envelopes(key)
        rows = tally(opening, [Envelope(each.number, each.ciphertext) for each in kept], secret)
        if not await self._ballots.tallied(key, rows, len(kept), micros(at)):
            return False
        self._drawer.destroy(key, "draft")
        await self._ballots.destroyed(key, "draft", micros(at))
        return True

    async def publish(
        self, opening: Opening, votes: Mapping[int, int], lists: Mapping[str, Sequence[int]]
    ) -> dict[str, Any] | None:
        """Make, sign and keep what is published of a tallied round; None where it was published already."""
        key = opening.paper.round
        kept = await self._ballots.envelopes(key)
        leaves = [bytes.fromhex(each.leaf) for each in kept]
        found = bundle(opening, [each.number for each in kept], leaves, await self._ballots.board(key), votes, lists)
        found["signature"] = self._notary.sign(key, bytes.fromhex(found["result"])).hex()
        said = json.dumps(found, ensure_ascii=False, sort_keys=True, indent=1)
        return found if await self._ballots.publish(key, said) else None

    async def own_rows(self, mine: OnRoll) -> dict[int, str]:
        """核对: the trackers of an expert's own rows. Raises `KeyDestroyed` when its time is over."""
        key = mine.round.key
        sealed = await self._ballots.seed(key, mine.number)
        if sealed is None or mine.round.opening is None:
            raise KeyDestroyed(f"expected the seed of number {mine.number} in round {key}, found none")
        seed = self._drawer.unseal(key, "view", mine.number, sealed)
        entries = [entry for entry in mine.round.opening.paper.entries if entry not in mine.recused]
        return trackers(seed, entries)

    async def forget(self, key: str, at: datetime) -> bool:
        """Destroy the key of 核对 and what it sealed; whether it was there."""
        there = self._drawer.destroy(key, "view")
        await self._ballots.destroyed(key, "view", micros(at))
        return there

    async def mine(self, person: int, key: str) -> OnRoll | None:
        """An expert's own place in a round."""
        found: tuple[OnRoll, ...] = await self._look(BallotsFor(person))
        return next((each for each in found if each.round.key == key), None)

    async def _do(self, deed: Deed, at: datetime) -> Any:
        async with self._turns.open() as turns:
            return await turns.perform(deed, at)

    async def _look(self, look: Look) -> Any:
        async with self._turns.database.read() as connection:
            return await LOOKS[type(look)](connection, look)


__all__ = ["VIEWS_LAST", "BadShare", "BallotOffice", "Receipt", "SharesGone"]
