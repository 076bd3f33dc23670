"""The scene of a secret ballot: a round of three experts of whom two have voted, with the shares on paper."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select

from bot import campaigns
from bot.app import ROOT, running
from bot.ballot_deeds import open_office
from bot.ballots import BallotOffice
from bot.people import make_invite
from rules.ballots import Opening, Paper, encode
from rules.deeds_judging import BeginRound, Planned, PlanRound
from rules.instants import micros, opening
from rules.people import Role
from sealing.receipts import Receipt
from storage.database import Database, sqlite_url
from storage.numbers import Numbers
from storage.tables import addresses, entries
from storage.turns import Turns
from tests.crash.enumeration_booth import Round, pages
from tests.crash.enumeration_outside import Scene
from tests.crash.enumeration_places import Staged, gone_on
from tests.crash.enumeration_stage import KEY
from tests.sealing.round import RULE

CAMPAIGN, ZONE = "xian-2024", "Asia/Shanghai"
#: Seconds until the round closes: enough for whoever is kept from voting for a while.
CLOSES = 300
#: The levels of the three experts, entry by entry: no two alike on one entry. The first of them is the one who votes.
LEVELS = ((8, 3, 10), (7, 9, 2), (1, 4, 6))


def ballot(folder: Path) -> Staged:
    """An expert votes by buttons; then the round is closed and opened."""
    notice = campaigns.load(ROOT / "campaigns", CAMPAIGN)
    begins, base = opening("2024-05-10 09:00", ZONE), folder / "hall"
    codes = asyncio.run(_called(base, begins))
    joining = {number: (f"/start {code}", f"专家{number}") for number, code in enumerate(codes, start=1)}
    place = gone_on(base, "hall-joined", Scene("entering", notice, begins, joining))
    return Staged(Scene("ballot", notice, begins, {}, ballot=asyncio.run(_opened(place, begins))), place)


async def _called(place: Path, at: datetime) -> list[str]:
    """Three works, and invitations for three experts and an admin."""
    async with running(data=place, database_url=sqlite_url(place), campaign_ids=(CAMPAIGN,), key=KEY) as app:
        async with app.database.write() as connection:
            for number in (1, 2, 3):
                await connection.execute(
                    insert(entries).values(
                        id=app.numbers(), campaign=CAMPAIGN, track="case", form="case", number=f"T-C000{number}",
                        title=f"案例第 {number} 件", unit=0, person=0, state="submitted", version=1, code="CODE",
                        received=micros(at),
                    )
                )  # fmt: skip
        roles = (Role.EXPERT, Role.EXPERT, Role.EXPERT, Role.ADMIN)
        return [(await make_invite(app, CAMPAIGN, role, None, at=at)).code for role in roles]


async def _opened(place: Path, at: datetime) -> Round:
    """Plan the round, write the shares down, open it, and let all vote but the first."""
    database = Database.open(sqlite_url(place))
    office = open_office(Turns(database, await Numbers.above(database), pepper=KEY), database, place, KEY)
    async with database.read() as connection:
        people = {row.id: row.person for row in await connection.execute(select(addresses.c.id, addresses.c.person))}
        works = {row.number: row.id for row in await connection.execute(select(entries.c.number, entries.c.id))}
    names = [f"telegram:{number}" for number in (1, 2, 3, 4)]
    persons = [people[name] for name in names]
    planned = await office._do(PlanRound(CAMPAIGN, "expert", tuple(persons[1:]), 2, {}, by=0), at)
    assert isinstance(planned, Planned)
    shares = [await office.share(planned.key, number) for number in (1, 2, 3)]
    for person, share in zip(persons[1:], shares, strict=True):
        await office.confirm(planned.key, person, share, at)
    paper = Paper(planned.key, "scores", tuple(sorted(works.values())), ("choice",), 10)
    fixed = Opening(
        paper, dict.fromkeys((1, 2, 3), ()), 3, {**RULE, "criteria": ["1"]}, micros(at), micros(at) + CLOSES * 10**6,
        "", "", 2, 3,
    )  # fmt: skip
    begun = await office._do(BeginRound(CAMPAIGN, planned.key, fixed, dict(enumerate(persons[:3], start=1)), by=0), at)
    assert isinstance(begun, Planned)
    marks = [dict(zip(paper.entries, ((level,) for level in levels), strict=True)) for levels in LEVELS]
    for person, choices in list(zip(persons[:3], marks, strict=True))[1:]:
        await _cast(office, person, planned.key, choices, at)
    await database.close()
    numbers = {entry: number for number, entry in works.items()}
    return Round(
        planned.key, float(CLOSES), 1, 1,
        {numbers[entry]: level for entry, (level,) in marks[0].items()},
        tuple(zip(persons[1:3], names[1:3], shares[:2], strict=True)),
        encode(paper, marks[0]),
        {entry: sorted(each[entry][0] for each in marks) for entry in paper.entries},
        works,
        frozenset(map(hash, pages(place))),
    )  # fmt: skip


async def _cast(office: BallotOffice, person: int, key: str, choices: dict[int, tuple[int]], at: datetime) -> None:
    mine = await office.mine(person, key)
    assert mine is not None
    assert isinstance(await office.cast(mine, person, choices, at), Receipt)
