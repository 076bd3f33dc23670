"""What comes between rounds: where entries stand after run-offs and a draw, and the short list that goes on."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import orjson
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.deeds import Declined, Done
from rules.deeds_rounds import ShortList
from rules.fits import fits_in
from rules.looks_rounds import Outcome, OutcomeOf, ShortListOf
from rules.standings import standings
from storage.moments import Deeds, Looks, Moment
from storage.rounds import OPEN, PUBLISHED, RUNOFF, TALLIED
from storage.tables_judging import rounds, shortlists


async def shorten(moment: Moment, deed: ShortList) -> Done | Declined:
    """Keep a short list instead of the one before."""
    run = moment.connection.execute
    ours = (rounds.c.campaign == deed.campaign, rounds.c.round.in_(deed.later))
    taken = await run(select(rounds.c.key).where(*ours, rounds.c.state.in_([OPEN, TALLIED, PUBLISHED])))
    if taken.first() is not None:
        return Declined("judging.short_taken", {})
    published = await run(select(rounds.c.key).where(rounds.c.key == deed.key, rounds.c.state == PUBLISHED))
    if published.first() is None:
        return Declined("judging.not_published", {})
    mine = (shortlists.c.campaign == deed.campaign, shortlists.c.round == deed.round)
    await run(delete(shortlists).where(*mine))
    if deed.entries:
        row = {"campaign": deed.campaign, "round": deed.round, "at": moment.at}
        await run(insert(shortlists), [{**row, "entry": entry} for entry in deed.entries])
    return Done()


async def short_list_of(connection: AsyncConnection, look: ShortListOf) -> tuple[int, ...]:
    """The entries of a short list."""
    mine = (shortlists.c.campaign == look.campaign, shortlists.c.round == look.round)
    found = await connection.execute(select(shortlists.c.entry).where(*mine).order_by(shortlists.c.entry))
    return tuple(found.scalars())


async def outcome_of(connection: AsyncConnection, look: OutcomeOf) -> Outcome | None:
    """Where entries stand after the newest published round of the notice that was no run-off."""
    mine = (rounds.c.campaign == look.campaign, rounds.c.round == look.round, rounds.c.state == PUBLISHED)
    asked = select(rounds.c.key, rounds.c.bundle, rounds.c.draw).where(*mine)
    newest = asked.where(rounds.c.purpose != RUNOFF).order_by(rounds.c.at.desc(), rounds.c.key).limit(1)
    main = (await connection.execute(newest)).one_or_none()
    if main is None:
        return None
    again = asked.where(rounds.c.purpose == RUNOFF, rounds.c.after == main.key).order_by(rounds.c.at, rounds.c.key)
    runoffs = [orjson.loads(row.bundle)["places"] for row in await connection.execute(again)]
    bundle: dict[str, Any] = orjson.loads(main.bundle)
    order = orjson.loads(main.draw)["order"] if main.draw else ()
    lots = bundle["opening"]["rule"].get("draw", "")
    return Outcome(main.key, standings(bundle["places"], runoffs, order), lots, bool(main.draw))


@dataclass(frozen=True, slots=True)
class Judged:
    """The rank of every entry by track, and by entry and prize how well it fits (0 to 100) where experts said so."""

    ranks: dict[str, dict[int, int]]
    fits: dict[int, dict[str, Fraction]]


async def judged_in(connection: AsyncConnection, campaign: str) -> Judged:
    """What experts found, after run-offs and draws. Of two rounds of one track the newer counts."""
    asked = select(rounds.c.key, rounds.c.bundle, rounds.c.draw, rounds.c.purpose, rounds.c.after)
    mine = asked.where(rounds.c.campaign == campaign, rounds.c.state == PUBLISHED)
    found = (await connection.execute(mine.order_by(rounds.c.published, rounds.c.at, rounds.c.key))).all()
    bundles: dict[str, dict[str, Any]] = {row.key: orjson.loads(row.bundle) for row in found}
    places = {key: bundle["places"] for key, bundle in bundles.items()}
    ranks: dict[str, dict[int, int]] = {}
    fits: dict[int, dict[str, Fraction]] = {}
    for main in (row for row in found if row.purpose != RUNOFF):
        runoffs = [places[row.key] for row in found if row.purpose == RUNOFF and row.after == main.key]
        order = orjson.loads(main.draw)["order"] if main.draw else ()
        for track, rows in standings(places[main.key], runoffs, order).items():
            ranks[track] = {each.entry: each.rank for each in rows}
        said = fits_in(bundles[main.key])
        fits |= {row[0]: said.get(row[0], {}) for rows in places[main.key].values() for row in rows}
    return Judged(ranks, fits)


async def keep_draw(moment: Moment, key: str, draw: str) -> bool:
    """Keep a draw among the tied of a published round, once."""
    kept = await moment.connection.execute(
        update(rounds)
        .where(rounds.c.key == key, rounds.c.state == PUBLISHED, rounds.c.draw == "")
        .values(draw=draw)
        .returning(rounds.c.key)
    )
    return kept.first() is not None


DEEDS: Deeds = {ShortList: shorten}
LOOKS: Looks = {ShortListOf: short_list_of, OutcomeOf: outcome_of}
