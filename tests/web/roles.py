"""A house with everybody in it, for asking each of its addresses as each of them: who they are, and what they hold.

Everybody holds their own cookies and their own links; the works, files and uploads that addresses name are one
liaison's. The others try with an old link, with one of another house, and with one in which a character was changed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import httpx
from sqlalchemy import insert, select
from starlette.applications import Starlette

from bot.fakes import Person
from bot.links import Links
from bot.people import make_invite
from bot.talk.messages import Attachment, Outgoing
from bot.vitals import DeploymentVitals
from rules.codes import shown
from rules.instants import micros
from rules.passes import LINK, SESSION, Pass, sealed
from rules.people import Role
from rules.public_vote import key_of
from storage.letters import outgoing_body
from storage.tables import addresses, entries, outbox, seats
from tests.ballots.hall import ADDRESS, KEY, Hall, hall
from tests.ballots.test_round import prepared
from tests.flows.voting import let_through
from tests.web.fakes import settings
from web.app import create
from web.config import Persona, WebConfig
from web.identity import next_token, token_hash

CAMPAIGN, OTHER, NOW = "xian-2024", "xinhua-2021", "2024-05-10 09:00"
FIGURES = "a token for figures, 32 characters"
#: What one liaison alone may read, by the letter that marks an answer with it in the grid.
WORDS = {"n": "王机密", "c": "对话机密", "f": "附件机密", "u": "上传机密"}
#: What tells one campaign's things from the other's.
TITLE = "2024年度典型案例及优秀短视频征集"
OWNER = "liaison"
#: Everybody the addresses are asked as, in the order of the grid's columns.
WHO = ("nobody", OWNER, "neighbour", "expert", "admin", "elsewhere", "expired", "foreign", "forged", "watcher")
#: How many links of each kind there are, by the first part of their address.
KINDS = ("d", "u", "b", "board")


@dataclass(frozen=True, slots=True)
class Keys:
    """What somebody's browser holds: the token of its cookie, all its cookies, and a token for each kind of link."""

    token: str
    cookies: Mapping[str, str]
    links: Mapping[str, str]
    bearer: str = ""


@dataclass(frozen=True, slots=True)
class House:
    """The house, its app in earnest and as a demonstration, and everybody's keys."""

    hall: Hall
    app: Starlette
    demo: Starlette
    keys: Mapping[str, Keys]
    #: What stands in addresses for their parameters.
    named: Mapping[str, str]

    def browser(self, app: Starlette) -> httpx.AsyncClient:
        """A browser at one of the apps; what it is told to keep is not sent back."""
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ADDRESS)

    async def admit(self) -> None:
        """Let everybody's cookie be good: redeeming an invitation gives another one."""
        guests, now = self.hall.app.web_ports().guests, self.hall.clock.now()
        for name, person in self.hall.people.items():
            await guests.admit(token_hash(_token(name)), person.address, now)

    async def upload(self) -> str:
        """The number of a fresh upload of the liaison, 上传机密.mp4."""
        said = {"tus-resumable": "1.0.0", "upload-length": "5", "upload-metadata": "filename 5LiK5Lyg5py65a+GLm1wNA=="}
        async with self.browser(self.app) as http:
            made = await http.post(f"/u/{self.keys[OWNER].links['u']}/files", headers=said)
        assert made.status_code == 201, made.text
        return made.headers["location"].rpartition("/")[2]


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    """Two campaigns, a round of a secret ballot that is open, and people who have talked."""
    async with hall(folder, CAMPAIGN, NOW, more=(OTHER,)) as here:
        opened, _ = await prepared(here, 3)
        await _let_through(here)
        owner = await here.person(WORDS["n"], Role.LIAISON, "碑林区")
        await owner.say(WORDS["c"])
        people = {
            OWNER: owner,
            "neighbour": await here.person("邻居", Role.LIAISON, "未央区"),
            "expert": here.people["专家2"],
            "admin": here.people["管理员"],
            "elsewhere": await _elsewhere(here),
        }
        here.people.clear()
        here.people.update(people)
        config = settings(
            secret=KEY, public_url=ADDRESS, stream_life=0.0, send_burst=10**6, door_burst=10**6, metrics_token=FIGURES
        )
        demo = replace(config, demo=True, personas=(Persona("甲", "乙", "DEPT222222"),))
        ports = replace(here.app.web_ports(), vitals=DeploymentVitals(here.app.database, folder, here.clock))
        file = await _kept(here)
        keys = {name: await _keys(here, name, person, file, config) for name, person in people.items()}
        keys |= await _strangers(here, file, keys[OWNER], config)
        code = (await make_invite(here.app, CAMPAIGN, Role.EXPERT, None, at=here.clock.now())).code
        named = {
            "code": shown(code), "key": opened.key, "campaign": CAMPAIGN, "static": "chat.css", "work": "T-C0001",
            "file": f"{await _handed_over(here, owner, file)}", "vote": key_of(CAMPAIGN, "public"),
            "certificate": "XA-2024-0001",
        }  # fmt: skip
        made = House(here, create(ports, config=config), create(ports, config=demo), keys, named)
        await made.admit()
        yield made


async def _let_through(here: Hall) -> None:
    """The works passed their screening, so that everybody may vote for them."""
    async with here.app.database.write() as connection:
        for track, entry in (await connection.execute(select(entries.c.track, entries.c.id))).all():
            await let_through(connection, here.app, CAMPAIGN, track, entry)


async def _elsewhere(here: Hall) -> Person:
    """The admin of another campaign."""
    code = (await make_invite(here.app, OTHER, Role.ADMIN, None, at=here.clock.now())).code
    someone = Person(here.app.desk, here.clock, address="elsewhere", channel="web")
    await someone.say(f"/start {shown(code)}")
    await someone.say("别处的管理员")
    return someone


async def _kept(here: Hall) -> Attachment:
    async def body() -> AsyncIterator[bytes]:
        yield WORDS["f"].encode()

    kept = await here.app.files.keep(f"{WORDS['f']}.txt", body(), 1000)
    return Attachment("file", kept.sha256, f"{WORDS['f']}.txt")


async def _handed_over(here: Hall, owner: Person, file: Attachment) -> int:
    """A message with a file, to the liaison; gives its number."""
    number, at = here.app.numbers(), micros(here.clock.now())
    row = {"id": number, "address": f"web:{owner.address}", "at": at, "state": "pulled"}
    body = outgoing_body(Outgoing(WORDS["c"], attachment=file))
    async with here.app.database.write() as connection:
        person = select(addresses.c.person).where(addresses.c.id == row["address"]).scalar_subquery()
        await connection.execute(insert(outbox).values(**row, body=body, person=person, cause=""))
    return number


def _token(name: str) -> str:
    return next_token(KEY, "roles", name)


async def _seat(here: Hall, person: Person) -> tuple[int, int]:
    wanted = select(seats.c.id, seats.c.person).join(addresses, addresses.c.person == seats.c.person)
    async with here.app.database.read() as connection:
        found = await connection.execute(wanted.where(addresses.c.id == f"web:{person.address}"))
        seat, owner = found.one()
        return seat, owner


async def _keys(
    here: Hall, name: str, person: Person, file: Attachment, config: WebConfig, *, links: Links | None = None,
    key: bytes = KEY, ago: timedelta = timedelta(),
) -> Keys:  # fmt: skip
    """Somebody's keys, made some time ago, by the house or another."""
    links, then, address = links or here.app.links, here.clock.now() - ago, f"web:{person.address}"
    seat, owner = await _seat(here, person)
    board, session = (sealed(key, what, Pass(seat, owner, then + timedelta(hours=1))) for what in (LINK, SESSION))
    token = _token(name)
    return Keys(
        token,
        {config.cookie: token, f"{config.cookie}-board": session, f"{config.cookie}-vote": links.voting(address, then)},
        {
            "d": links.file(address, file, then).rpartition("/")[2], "u": links.upload_path(address, then)[3:],
            "b": links.page(address, then).rpartition("/")[2], "board": board,
        },
    )  # fmt: skip


async def _strangers(here: Hall, file: Attachment, owner: Keys, config: WebConfig) -> dict[str, Keys]:
    """Whoever holds nothing that is good, and the machine that watches."""
    someone, foreign = here.people[OWNER], b"another house's key, 32 bytes lon"
    none = Keys("", {}, dict.fromkeys(KINDS, "A" * 60))
    forged = {kind: _changed(token) for kind, token in owner.links.items()}
    return {
        "nobody": none,
        "expired": await _keys(here, "expired", someone, file, config, ago=timedelta(days=900)),
        "foreign": await _keys(
            here, "foreign", someone, file, config, links=Links(ADDRESS, foreign), key=foreign
        ),
        "forged": Keys(
            _changed(owner.token), {name: _changed(cookie) for name, cookie in owner.cookies.items()}, forged
        ),
        "watcher": replace(none, bearer=FIGURES),
    }  # fmt: skip


def _changed(token: str) -> str:
    """The same with one character in its middle changed."""
    middle = len(token) // 2
    return f"{token[:middle]}{'A' if token[middle] != 'A' else 'B'}{token[middle + 1 :]}"
