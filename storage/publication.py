"""Results told to each unit once, and the list of outlets where they are to be shown."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.talk.messages import Choice
from rules.deeds import Declined, Done
from rules.deeds_publication import (
    IssueCertificates,
    NoteOutlet,
    Published,
    PublishResults,
    TakeDossier,
    Telling,
)
from rules.looks_awards import HonoursOf
from rules.looks_publication import OutletsOf, Participant, Participants, Shown, ToldOf
from rules.people import Role
from rules.results import seen_mark
from storage.awards import honours_of
from storage.certificates import issue
from storage.moments import Deeds, Looks, Moment
from storage.posting import Post, post
from storage.tables import entries, people, seats, units
from storage.tables_awards import honours
from storage.tables_publication import outlets, results_told
from storage.telling import overtaken, tell_admins
from storage.upserts import insert_into

OUT, FINAL = "withdrawn", "final"
#: Units that one statement writes.
_AT_ONCE = 200


async def publish(moment: Moment, deed: PublishResults) -> Published | Declined:
    """Certificates first, then every unit that was not told the same; prizes that changed meanwhile stop it all."""
    if seen_mark(await honours_of(moment.connection, HonoursOf(deed.campaign))) != deed.seen:
        return Declined("publication.changed", {})
    issued = await issue(moment, IssueCertificates(deed.campaign, deed.how, deed.by))
    fresh: list[Telling] = []
    for some in (deed.tellings[start : start + _AT_ONCE] for start in range(0, len(deed.tellings), _AT_ONCE)):
        fresh += await _claimed(moment, deed.campaign, some)
    told = await _tell(moment, deed.campaign, fresh)
    await _list(moment, deed)
    await tell_admins(moment, deed.campaign, deed.heard, but=deed.by)
    return Published(len(fresh), told, issued.fresh)


async def _claimed(moment: Moment, campaign: str, some: Sequence[Telling]) -> list[Telling]:
    """Those of these units that were not told the same before; from now on they are."""
    rows = [{"campaign": campaign, "unit": each.unit, "mark": each.mark, "at": moment.at} for each in some]
    statement = insert_into(results_told, moment.connection).values(rows)
    upsert = statement.on_conflict_do_update(
        index_elements=["campaign", "unit"],
        set_={"mark": statement.excluded.mark, "at": statement.excluded.at},
        where=results_told.c.mark != statement.excluded.mark,
    ).returning(results_told.c.unit)
    claimed = set((await moment.connection.execute(upsert)).scalars())
    return [each for each in some if each.unit in claimed]


async def _tell(moment: Moment, campaign: str, fresh: Sequence[Telling]) -> int:
    """Tell the liaisons of these units, each once for every unit; gives how many messages."""
    found = await moment.connection.execute(
        select(seats.c.unit, people.c.id, people.c.channel, people.c.address)
        .select_from(seats.join(people, people.c.id == seats.c.person))
        .where(seats.c.campaign == campaign, seats.c.role == Role.LIAISON.value, people.c.address != "")
        .distinct()
        .order_by(seats.c.unit, people.c.id)
    )
    heard = {each.unit: each.heard for each in fresh}
    posts = [
        Post(
            row.id, f"{row.channel}:{row.address}", "notice", heard[row.unit].key, heard[row.unit].facts, campaign,
            tuple(Choice(f"/{word}", word) for word in heard[row.unit].offers),
        )
        for row in found
        if row.unit in heard
    ]  # fmt: skip
    # Their own results say more than that there are results, which some have not read yet.
    await overtaken(moment, campaign, "award.final_told", persons={each.person for each in posts})
    return len(await post(moment, posts))


async def _list(moment: Moment, deed: PublishResults) -> None:
    """Put every outlet of the notice on the list; one that is ticked off stays so."""
    rows = [{"campaign": deed.campaign, "outlet": label, "place": at} for at, label in enumerate(deed.outlets)]
    if rows:
        await moment.connection.execute(insert_into(outlets, moment.connection).values(rows).on_conflict_do_nothing())


async def note_outlet(moment: Moment, deed: NoteOutlet) -> Done | Declined:
    """Tick an outlet off, or correct its link."""
    mine = (outlets.c.campaign == deed.campaign, outlets.c.outlet == deed.outlet)
    noted = update(outlets).where(*mine).values(link=deed.link, by=deed.by, done=moment.at).returning(outlets.c.outlet)
    if (await moment.connection.execute(noted)).one_or_none() is None:
        return Declined("publication.no_outlet", {})
    return Done()


async def take_dossier(moment: Moment, deed: TakeDossier) -> Done:
    """Nothing but its row in the audit log."""
    return Done()


async def told_of(connection: AsyncConnection, look: ToldOf) -> dict[int, str]:
    """What each unit was told last."""
    wanted = [results_told.c.campaign == look.campaign, *([results_told.c.unit == look.unit] if look.unit else [])]
    rows = await connection.execute(select(results_told.c.unit, results_told.c.mark).where(*wanted))
    return {row.unit: row.mark for row in rows}


async def participants(connection: AsyncConnection, look: Participants) -> tuple[Participant, ...]:
    """The units that reported works and did not take them back, or that have a prize."""
    works = (
        select(entries.c.unit, func.count().label("number"))
        .where(entries.c.campaign == look.campaign, entries.c.state != OUT)
        .group_by(entries.c.unit)
        .subquery()
    )
    hears = (
        select(seats.c.unit, func.count(seats.c.person.distinct()).label("number"))
        .where(seats.c.campaign == look.campaign, seats.c.role == Role.LIAISON.value)
        .group_by(seats.c.unit)
        .subquery()
    )
    prized = select(honours.c.unit).where(honours.c.campaign == look.campaign, honours.c.state == FINAL)
    rows = await connection.execute(
        select(
            units.c.id, units.c.name, func.coalesce(works.c.number, 0), func.coalesce(hears.c.number, 0),
            units.c.klass,
        )
        .select_from(units.outerjoin(works, works.c.unit == units.c.id).outerjoin(hears, hears.c.unit == units.c.id))
        .where(units.c.campaign == look.campaign, or_(works.c.number > 0, units.c.id.in_(prized)))
        .order_by(units.c.id)
    )  # fmt: skip
    return tuple(Participant(*row) for row in rows)


async def outlets_of(connection: AsyncConnection, look: OutletsOf) -> tuple[Shown, ...]:
    """The list of outlets, as it stands."""
    rows = await connection.execute(
        select(outlets.c.outlet, outlets.c.done, outlets.c.link)
        .where(outlets.c.campaign == look.campaign)
        .order_by(outlets.c.place, outlets.c.outlet)
    )
    return tuple(Shown(row.outlet, row.done > 0, row.link, row.done) for row in rows)


DEEDS: Deeds = {PublishResults: publish, NoteOutlet: note_outlet, TakeDossier: take_dossier}
LOOKS: Looks = {ToldOf: told_of, Participants: participants, OutletsOf: outlets_of}
