"""A round as tests play it: experts with their choices, cast, tallied and published."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from rules.ballots import YES, Kind, Opening, Paper, encode, levels_of_order
from rules.merkle import leaf
from rules.recount import Row, bundle
from sealing.envelopes import new_seed, public_key, seal
from sealing.receipts import Notary
from sealing.shares import new_secret
from sealing.tally import Envelope, tally

RULE = {
    "public": "3/10", "expert": "7/10", "criteria": ["1/2", "1/2"], "trimmed": False, "least": 5,
    "normalise": "top100", "ties": "rule",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Played:
    """A round that was voted in. `seeds` and `choices` by roll number."""

    opening: Opening
    secret: bytes
    envelopes: tuple[Envelope, ...]
    seeds: dict[int, bytes]
    choices: dict[int, dict[int, tuple[int, ...]]]
    board: tuple[Row, ...]
    votes: dict[int, int]

    @property
    def leaves(self) -> list[bytes]:
        return [leaf(self.opening.paper.round, each.ciphertext) for each in self.envelopes]

    def bundle(self) -> dict[str, Any]:
        entries = self.opening.paper.entries
        half = len(entries) // 2
        lists = {"case": entries[:half], "video": entries[half:]}
        return bundle(
            self.opening, [each.number for each in self.envelopes], self.leaves, self.board, self.votes, lists
        )


def played(
    *, experts: int = 11, entries: int = 8, kind: Kind = "scores", silent: int = 1, seed: int = 7, top: int = 10
) -> Played:
    """A round in which expert 1 is recused from the first two entries and the last `silent` do not vote."""
    dice = random.Random(seed)
    criteria = ("a", "b") if kind == "scores" else ("choice",)
    top = {"scores": top, "grades": 4, "approve": YES, "yesno": YES, "rank": 2 * entries - 1}[kind]
    paper = Paper("r1", kind, tuple(range(1, entries + 1)), criteria, top)
    roll = {number: (1, 2) if number == 1 else () for number in range(1, experts + 1)}
    rule = RULE if kind == "scores" else {**RULE, "criteria": ["1"]}
    secret = new_secret()
    opening = Opening(paper, roll, 3, rule, 0, 10, public_key(secret, "r1"), Notary(b"k" * 32).verify_key, 2, 3)
    choices, seeds, envelopes = {}, {}, []
    for number in list(roll)[: experts - silent]:
        due = [entry for entry in paper.entries if entry not in roll[number]]
        if kind == "rank":
            dice.shuffle(due)
            choice = levels_of_order(paper, due)
        else:
            choice = {entry: tuple(dice.randint(1, top) for _ in criteria) for entry in due}
        choices[number], seeds[number] = choice, new_seed()
        envelopes.append(Envelope(number, seal(encode(paper, choice), seeds[number], opening.public_key, "r1")))
    votes = {entry: dice.randint(0, 500) for entry in paper.entries}
    return Played(opening, secret, tuple(envelopes), seeds, choices, tally(opening, envelopes, secret), votes)
