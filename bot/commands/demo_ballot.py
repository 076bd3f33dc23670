"""A round of experts that is open when a demonstration begins: five have voted, and one or two can be tried as.

It is opened as in earnest, by an admin in conversation, with shares for three scrutineers. Their paper is the page of
the demonstration: whoever tries it as them is shown the share there.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

from bot.app import App
from bot.fakes.person import Person
from bot.people import make_invite
from rules.ballots import NO, YES, Choices
from rules.deeds_ballot import BallotRound, OnRoll, RoundsOf
from rules.people import Role
from scheduler.clock import SimulatedClock
from storage.chats import Chats
from storage.judging import person_at
from storage.rounds import rounds_of
from web import identity
from web.config import Persona

#: Experts who have voted already, and until when there is time.
_VOTED = ("专家甲", "专家乙", "专家丙", "专家丁", "专家戊")
_CLOSES = "2024-03-08 17:00"
#: The works of a demonstration are not screened; its round takes them all the same.
_UNSCREENED = "没审完的也一起评"
#: Who holds a share, in order: two of them can be tried as, and two shares open the round.
_HOLDERS = ("管理员", "监票人", "专家甲")


async def seated(app: App, clock: SimulatedClock, secret: bytes, persona: Persona, name: str) -> Person:
    """Somebody who can be tried as, who has joined before: their link leads to the same web identity."""
    now = app.clock.now()
    guests = app.web_ports().guests
    token = identity.token_hash(identity.next_token(secret, "persona", persona.code))
    await guests.admit(token, identity.new_address(), now)
    address = await guests.known(token)
    assert address is not None, "it was admitted just above"
    return await _joined(app, clock, address, persona.code, name)


async def open_round(
    app: App, clock: SimulatedClock, campaign: str, admin: Person, holders: Mapping[str, Person]
) -> dict[str, str]:
    """Open a round with everybody who has an expert's seat by now; gives the shares by the name of their holder.

    Nothing where no entry is in: without a font no stamped page could be drawn for them.
    """
    voters = {}
    for place, name in enumerate(_VOTED, start=1):
        invited = await make_invite(app, campaign, Role.EXPERT, None, at=app.clock.now())
        voters[name] = await _joined(app, clock, f"demo-expert-{place}", invited.code, name)
    await _say(admin, "评审")
    if _UNSCREENED in admin.choices:
        await admin.press(_UNSCREENED)
    await _say(admin, "评分（1–10 分）（通知的办法）", "全部计入", _CLOSES, "过半数")
    for name in _HOLDERS:
        await admin.press(next(label for label in admin.choices if label.startswith(f"{name}（")))
    await admin.press("准备这一轮")
    here, shares = await _newest(app, campaign), {}
    for number, name in enumerate(_HOLDERS, start=1):
        person = await _number(app, {**voters, **holders}[name])
        shares[name] = await app.ballots.office.share(here.key, number)
        await app.ballots.office.confirm(here.key, person, shares[name], app.clock.now())
    await _say(admin, "评审")
    if "开始投票" not in admin.choices:
        await admin.press("先这样")
        return {}
    await _say(admin, "开始投票", "开始投票")
    for seed, voter in enumerate(voters.values()):
        await _vote(app, here.key, await _number(app, voter), seed)
    return shares


async def _vote(app: App, key: str, person: int, seed: int) -> None:
    """Somebody casts a paper."""
    mine = await app.ballots.office.mine(person, key)
    assert mine is not None, "the round was opened with everybody who has an expert's seat"
    await app.ballots.office.cast(mine, person, _choices(mine, random.Random(seed)), app.clock.now())  # noqa: S311


def _choices(mine: OnRoll, dice: random.Random) -> Choices:
    assert mine.round.opening is not None, "an open round has an opening"
    paper = mine.round.opening.paper
    return {
        entry: (
            *(dice.randint(paper.top // 2, paper.top) for _ in range(paper.marks)),
            *(dice.choice((NO, YES)) for _ in paper.fits),
        )
        for entry in paper.entries if entry not in mine.recused
    }  # fmt: skip


async def _joined(app: App, clock: SimulatedClock, address: str, code: str, name: str) -> Person:
    person = Person(app.desk, clock, address=address, channel="web", chats=Chats(app.database))
    await _say(person, f"/start {code}", name)
    return person


async def _say(person: Person, *said: str) -> None:
    for text in said:
        await person.say(text)


async def _number(app: App, person: Person) -> int:
    async with app.database.read() as connection:
        found = await person_at(connection, f"{person.channel}:{person.address}")
    assert found is not None, "they have joined"
    return found


async def _newest(app: App, campaign: str) -> BallotRound:
    async with app.database.read() as connection:
        return (await rounds_of(connection, RoundsOf(campaign)))[0]


def told(persona: Persona, share: str) -> Persona:
    """A scrutineer's persona with the share beside it."""
    return replace(persona, note=f"{persona.note}；监票密钥 {share}") if share else persona
