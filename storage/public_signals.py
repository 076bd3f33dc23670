"""What the votes say about farming: counted by minute, by network and by newcomers, judged by a pure rule."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.looks_public import SignalsOf
from rules.public_signals import Signal, signals
from storage.moments import Looks
from storage.public_terms import MINUTE
from storage.tables_public import votes

_ASIDE = func.sum(case((votes.c.aside > 0, 1), else_=0))


async def signals_of(connection: AsyncConnection, look: SignalsOf) -> tuple[Signal, ...]:
    """Everything that stands out in a round."""
    here = (votes.c.campaign == look.campaign, votes.c.round == look.round)
    minutes = await _counts(connection, votes.c.at // MINUTE, *here)
    networks = await _counts(connection, votes.c.network, *here, votes.c.network != "")
    new = func.sum(case((votes.c.fresh == 1, 1), else_=0))
    apart = func.sum(case(((votes.c.fresh == 1) & (votes.c.aside > 0), 1), else_=0))
    rows = await connection.execute(
        select(votes.c.entry, new, apart, func.count()).where(*here).group_by(votes.c.entry)
    )
    fresh = {entry: (int(number), int(aside), every) for entry, number, aside, every in rows}
    return signals(minutes, networks, fresh)


async def _counts(connection: AsyncConnection, by: Any, *where: Any) -> dict[int, dict[str, tuple[int, int]]]:
    """entry → votes by something, each with how many are set aside."""
    mark = by.label("mark")
    rows = await connection.execute(
        select(votes.c.entry, mark, func.count(), _ASIDE).where(*where).group_by(votes.c.entry, mark)
    )
    found: defaultdict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for entry, what, number, aside in rows:
        found[entry][str(what)] = (number, int(aside))
    return found


LOOKS: Looks = {SignalsOf: signals_of}
