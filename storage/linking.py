"""One person with several addresses: codes that tie them, becoming one, parting again, and e-mail addresses."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.codes import LENGTH, read_code, shown, spell
from rules.deeds import Declined, Done, Joined
from rules.deeds_contact import AskMail, ConfirmMail, LinkCode, MakeLink, Unlink
from rules.delivery import BOUND
from rules.looks_contact import Address, AddressesOf
from storage.codes import hashed
from storage.moments import Deeds, Looks, Moment
from storage.outbox import DUE, HELD, PASSIVE, SENDING
from storage.posting import Post, post
from storage.reminders import move_reminders
from storage.sealing import seal
from storage.tables import STILL_OPEN, addresses, outbox, people, seats, sessions
from storage.tables_post import broadcasts, links

MINUTE = 60 * 1_000_000
#: How long a code is good, and how many mails with codes one person may ask for meanwhile.
GOOD_FOR = 30 * MINUTE
MOST_MAILS = 3
#: States of messages that still have a way to go.
_OPEN = (PASSIVE, DUE, SENDING, HELD)
#: How long an expired code is still told from a wrong one.
FORGOTTEN = 24 * 60 * MINUTE


async def make_link(moment: Moment, deed: MakeLink) -> LinkCode:
    """A new code of a person; older ones count no more."""
    older = (links.c.person == deed.person) & (links.c.target == "")
    await moment.connection.execute(delete(links).where(older | (links.c.expires < moment.at - FORGOTTEN)))
    code = spell(secrets.randbits(5 * LENGTH))
    expires = moment.at + GOOD_FOR
    await moment.connection.execute(
        insert(links).values(hash=hashed(code, moment.pepper), person=deed.person, target="", expires=expires)
    )
    return LinkCode(code, expires)


async def follow_link(moment: Moment, person: int, code_hash: str, *, tie: bool = True) -> Joined | Declined | None:
    """Become one with whoever made this code; None where nobody did. Without `tie`, only say who that would be."""
    made = (
        await moment.connection.execute(
            select(links.c.person, links.c.expires).where(links.c.hash == code_hash, links.c.target == "")
        )
    ).one_or_none()
    if made is None:
        return None
    if made.expires <= moment.at:
        return Declined("link.expired", {})
    into = await _now(moment.connection, made.person)
    if into == person:
        return Declined("link.own_code", {})
    if not tie:
        name = (await moment.connection.execute(select(people.c.name).where(people.c.id == into))).scalar_one()
        return Declined("link.sure", {"name": name, "there": await _channel(moment.connection, into)})
    # Whoever deletes the code uses it: of two strangers with the same one, only the first.
    used = delete(links).where(links.c.hash == code_hash, links.c.person == made.person).returning(links.c.hash)
    if (await moment.connection.execute(used)).one_or_none() is None:
        return Declined("link.expired", {})
    here, there = await _channel(moment.connection, person), await _channel(moment.connection, into)
    await _tell_maker(moment, into, here)
    await _merge(moment, person, into)
    title = (
        await moment.connection.execute(
            select(sessions.c.title)
            .where(sessions.c.person == into, sessions.c.state.in_(("active", "parked")), sessions.c.title != "")
            .order_by(sessions.c.touched.desc(), sessions.c.id.desc())
            .limit(1)
        )
    ).scalar_one_or_none()
    return Joined(0, "", "", linked=True, here=here, there=there, title=title or "")


async def _tell_maker(moment: Moment, maker: int, here: str) -> None:
    """Whoever made a code hears in that very chat that it was used: it may not have been by themselves."""
    home = (
        await moment.connection.execute(select(people.c.channel, people.c.address).where(people.c.id == maker))
    ).one()
    await post(moment, [Post(maker, f"{home.channel}:{home.address}", "reply", "link.joined", {"here": here})])


async def _now(connection: AsyncConnection, person: int) -> int:
    """The number that a person is known by now."""
    merged = select(people.c.merged).where(people.c.id == person).with_for_update()
    return (await connection.execute(merged)).scalar_one() or person


async def _channel(connection: AsyncConnection, person: int) -> str:
    return str((await connection.execute(select(people.c.channel).where(people.c.id == person))).scalar_one())


async def _merge(moment: Moment, old: int, into: int) -> None:
    """What one person has becomes another's: addresses, seats, drafts, and messages that wait."""
    run = moment.connection.execute
    await run(update(addresses).where(addresses.c.person == old).values(person=into))
    former = (await run(select(people.c.name, people.c.seat).where(people.c.id == old))).one()
    known = (await run(select(people.c.name, people.c.seat).where(people.c.id == into))).one()
    same = await _merge_seats(moment, old, into)
    await run(update(sessions).where(sessions.c.person == old, sessions.c.state == "parked").values(person=into))
    await run(update(outbox).where(outbox.c.person == old, STILL_OPEN).values(person=into))
    # There is another way now for what waited because there was none.
    waits = (STILL_OPEN, outbox.c.person == into, outbox.c.state == HELD, outbox.c.kind.not_in(BOUND))
    await run(update(outbox).where(*waits).values(state=DUE, due=moment.at, tries=0))
    await run(update(broadcasts).where(broadcasts.c.by == old).values(by=into))
    await move_reminders(moment.connection, old, into)
    await run(delete(links).where(links.c.person == old))
    seat = known.seat or same.get(former.seat, former.seat)
    await run(update(people).where(people.c.id == into).values(name=known.name or former.name, seat=seat))
    await run(update(people).where((people.c.id == old) | (people.c.merged == old)).values(merged=into))


async def _merge_seats(moment: Moment, old: int, into: int) -> dict[int, int]:
    """Seats that both have become one; gives which took the place of which."""
    run = moment.connection.execute
    place = (seats.c.campaign, seats.c.role, seats.c.unit)
    theirs = {row[1:]: row[0] for row in await run(select(seats.c.id, *place).where(seats.c.person == into))}
    mine = (await run(select(seats.c.id, *place).where(seats.c.person == old))).all()
    same = {row[0]: theirs[row[1:]] for row in mine if row[1:] in theirs}
    for seat, instead in same.items():
        await run(update(sessions).where(sessions.c.person == old, sessions.c.seat == seat).values(seat=instead))
    await run(delete(seats).where(seats.c.id.in_(list(same))))
    await run(update(seats).where(seats.c.person == old).values(person=into))
    return same


async def unlink(moment: Moment, deed: Unlink) -> Done | Declined:
    """Give an address to a person of its own again."""
    channel, _, name = deed.address.partition(":")
    run = moment.connection.execute
    home = (await run(select(people.c.channel, people.c.address).where(people.c.id == deed.person))).one()
    mine = select(addresses.c.id).where(addresses.c.id == deed.address, addresses.c.person == deed.person)
    if (await run(mine)).one_or_none() is None or (home.channel, home.address) == (channel, name):
        return Declined("link.none_other", {})
    if channel == "mail":
        await run(delete(addresses).where(addresses.c.id == deed.address))
        return Done()
    person = moment.number()
    await run(insert(people).values(id=person, channel=channel, address=name, since=moment.at))
    await run(update(addresses).where(addresses.c.id == deed.address).values(person=person))
    # What was on its way there to the one who parts with it goes to where they are now.
    theirs = (outbox.c.address == deed.address, outbox.c.person == deed.person, outbox.c.kind.not_in(BOUND))
    here = f"{home.channel}:{home.address}"
    await run(update(outbox).where(*theirs, outbox.c.state.in_((DUE, HELD))).values(address=here, state=DUE, done=0))
    return Done()


async def ask_mail(moment: Moment, deed: AskMail) -> Done | Declined:
    """Send a code to an e-mail address."""
    run = moment.connection.execute
    asked = (
        await run(select(links.c.hash).where(links.c.person == deed.person, links.c.target != "",
                                             links.c.expires > moment.at))
    ).all()  # fmt: skip
    if len(asked) >= MOST_MAILS:
        return Declined("mail.too_often", {"minutes": GOOD_FOR // MINUTE})
    code = spell(secrets.randbits(5 * LENGTH))
    await run(
        insert(links).values(
            hash=hashed(code, moment.pepper), person=deed.person, target=deed.address, expires=moment.at + GOOD_FOR
        )
    )
    letter = Post(deed.person, f"mail:{deed.address}", "mail_code", "mail.letter_code", {"code": shown(code)})
    await post(moment, [letter])
    return Done()


async def confirm_mail(moment: Moment, deed: ConfirmMail) -> Done | Declined:
    """Take an e-mail address on."""
    run = moment.connection.execute
    code_hash = hashed(read_code(deed.code) or "", moment.pepper)
    mine = (links.c.hash == code_hash, links.c.person == deed.person, links.c.target == deed.address)
    taken = (await run(delete(links).where(*mine, links.c.expires > moment.at).returning(links.c.hash))).one_or_none()
    if taken is None:
        return Declined("mail.wrong_code", {})
    await run(delete(addresses).where(addresses.c.person == deed.person, addresses.c.id.startswith("mail:")))
    name = f"mail:{deed.address}"
    await run(delete(addresses).where(addresses.c.id == name))
    await run(insert(addresses).values(id=name, person=deed.person, since=moment.at))
    await seal(moment.connection, deed.person, read_code(deed.code) or "")
    return Done()


async def addresses_of(connection: AsyncConnection, look: AddressesOf) -> tuple[Address, ...]:
    """All addresses of a person, oldest first."""
    home = (
        await connection.execute(select(people.c.channel, people.c.address).where(people.c.id == look.person))
    ).one()
    rows = await connection.execute(
        select(addresses.c.id, addresses.c.state)
        .where(addresses.c.person == look.person)
        .order_by(addresses.c.since, addresses.c.id)
    )
    own = f"{home.channel}:{home.address}"
    return tuple(Address(row.id, row.id.partition(":")[0], row.id == own, row.state) for row in rows)


DEEDS: Deeds = {MakeLink: make_link, Unlink: unlink, AskMail: ask_mail, ConfirmMail: confirm_mail}
LOOKS: Looks = {AddressesOf: addresses_of}
