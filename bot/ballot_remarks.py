"""The office of remarks between rounds: sealed by person until the tally, then nobody's, and gone once retyped.

While a round runs, what an expert wrote is sealed with the key of drafts, which is destroyed at the tally; what was
taken out of it is sealed anew, each remark by itself, with a key that is destroyed when an admin has retyped them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rules import remarks as rules_of
from rules.codes import spell
from rules.deeds import Declined
from rules.deeds_ballot import OnRoll
from rules.deeds_rounds import KeepRemarks, ModerateRemarks
from rules.faults import Fault
from rules.remarks import Remark
from sealing.drawer import Drawer, KeyDestroyed
from sealing.envelopes import new_seed
from storage.remarks import Sealed, drafts_of, to_moderate, waiting_of
from storage.turns import Turns

#: Letters of a remark's code: chance enough that its place among the others tells nothing.
_CODE = 16
#: What seals of nobody are bound to.
_NOBODY = 0


class RemarkOffice:
    """Everything that is done with remarks and keys."""

    def __init__(self, turns: Turns, drawer: Drawer) -> None:
        self._turns, self._drawer = turns, drawer

    async def mine(self, mine: OnRoll) -> dict[int, str]:
        """What an expert wrote so far."""
        key = mine.round.key
        async with self._turns.database.read() as connection:
            sealed = (await drafts_of(connection, key)).get(mine.number)
        if sealed is None:
            return {}
        try:
            return rules_of.decode(self._drawer.unseal(key, "draft", -mine.number, sealed))
        except KeyDestroyed:  # tallied or void meanwhile
            return {}

    async def keep(
        self, mine: OnRoll, person: int, texts: Mapping[int, str], at: datetime
    ) -> Declined | tuple[Fault, ...]:
        """Keep what an expert wrote, or say everything that is wrong with it."""
        assert mine.round.opening is not None, "somebody on a roll has an opening"
        entries = [entry for entry in mine.round.opening.paper.entries if entry not in mine.recused]
        if wrong := rules_of.faults(texts, entries):
            return wrong
        if not self._drawer.has(mine.round.key, "remarks"):  # opened by a program that had no remarks yet
            return Declined("remark.over", {})
        try:
            # A ballot's draft is bound to the number itself; what is bound to its negative cannot stand in for one.
            sealed = self._drawer.seal(mine.round.key, "draft", -mine.number, rules_of.encode(texts))
        except KeyDestroyed:
            return Declined("remark.over", {})
        done = await self._do(KeepRemarks(mine.round.key, person, sealed), at)
        return done if isinstance(done, Declined) else ()

    async def unlinked(self, key: str) -> tuple[Sealed, ...]:
        """Everything that was written in a round, remark by remark under codes of chance: nobody's any more."""
        async with self._turns.database.read() as connection:
            drafts = await drafts_of(connection, key)
        rows: list[Sealed] = []
        for number, sealed in drafts.items():
            for entry, text in rules_of.decode(self._drawer.unseal(key, "draft", -number, sealed)).items():
                code = spell(int.from_bytes(new_seed(), "big") >> 48, _CODE)
                kept = self._drawer.seal(key, "remarks", _NOBODY, text.encode().ljust(4 * rules_of.MOST))
                rows.append(Sealed(code, entry, kept))
        return tuple(sorted(rows, key=lambda row: row.code))

    async def waiting(self, person: int, key: str) -> tuple[Remark, ...]:
        """The remarks that an admin is to retype; none for anybody else."""
        async with self._turns.database.read() as connection:
            if key not in await to_moderate(connection, person):
                return ()
            rows = await waiting_of(connection, key)
        return tuple(
            Remark(
                row.code,
                row.entry,
                self._drawer.unseal(key, "remarks", _NOBODY, row.sealed).decode().rstrip(),
                row.words,
            )
            for row in rows
        )

    async def moderate(self, deed: ModerateRemarks, at: datetime) -> Declined | None:
        """Keep or release what an admin retyped."""
        done = await self._do(deed, at)
        return done if isinstance(done, Declined) else None

    async def _do(self, deed: Any, at: datetime) -> Any:
        async with self._turns.open() as turns:
            return await turns.perform(deed, at)
