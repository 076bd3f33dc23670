"""With number and check code anybody learns whether a certificate is genuine; without the code a number is nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from bot import campaigns
from bot.certificates import Certificates, checks
from rules.certificates import check_code
from scheduler.clock import SystemClock
from scheduler.made import Made
from storage.database import Database, sqlite_url
from storage.files import FileStore
from storage.migrate import migrate
from storage.tables import units
from storage.tables_awards import honours
from storage.tables_publication import certificates
from tests.house.tree import ROOT
from tests.web.fakes import World, settings
from tests.web.visitor import Visitor
from web.ports import Ports

KEY = b"k" * 32
UNIT, PERSON = "IN-2024-0001", "IN-2024-0002"


@dataclass
class Issued(World):
    """A world with certificates."""

    certificates: Certificates | None = None

    def ports(self) -> Ports:
        return replace(World.ports(self), certificates=self.certificates)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A unit's certificate, and a person's."""
    database = Database.open(sqlite_url(tmp_path))
    await migrate(database)
    async with database.write() as connection:
        for place, (number, name, klass) in enumerate(
            ((UNIT, "某某大学", "body"), (PERSON, "张三丰", "person")), start=1
        ):
            await connection.execute(insert(units).values(id=place, campaign="industry-2024", name=name, klass=klass))
            await connection.execute(insert(honours).values(
                id=place, campaign="industry-2024", prize="gold", label="金奖", unit=place, state="final"
            ))  # fmt: skip
            await connection.execute(insert(certificates).values(
                number=number, campaign="industry-2024", honour=place, unit=place, unit_name=name, award="金奖",
                title="钢铁之歌（电话 13812345678）", activity="工业强国短视频征选", hosts="工业文化发展中心",
                at=1_725_000_000_000_000,
            ))  # fmt: skip
    yield database
    await database.close()


def visitor(database: Database, **changes: object) -> Visitor:
    notice = campaigns.load(ROOT / "campaigns", "industry-2024")
    classes = tuple(replace(each, key="person" if not each.seals else each.key) for each in notice.classes)
    found = {"industry-2024": replace(notice, classes=classes)}
    made = Made(FileStore(Path("nowhere")), Path("nowhere"))
    world = Issued(certificates=Certificates(database, made, found, ROOT, SystemClock(), key=KEY, public_url=""))
    return Visitor(world, settings(**changes))


def link(number: str) -> str:
    return checks(KEY, "")(number).link or f"/certificates/{number}?code={check_code(KEY, number)}"


async def test_a_genuine_one_says_what_stands_on_it(database: Database) -> None:
    guest = visitor(database)
    answer = await guest.get(link(UNIT))
    page = unescape(guest.page)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    for said in (
        "证书有效",
        UNIT,
        "某某大学",
        "《钢铁之歌（电话 138****5678）》",
        "金奖",
        "工业文化发展中心",
        "2024年8月30日",
    ):
        assert said in page
    assert "13812345678" not in page


async def test_of_a_person_the_family_name_alone_is_shown(database: Database) -> None:
    guest = visitor(database)
    await guest.get(link(PERSON))
    assert "张**" in guest.page and "张三丰" not in guest.page


async def test_a_withdrawn_one_says_so(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(update(honours).values(state="withdrawn"))
    guest = visitor(database)
    assert (await guest.get(link(UNIT))).status_code == 200
    assert "证书已撤销" in guest.page and "证书有效" not in guest.page


@pytest.mark.parametrize(
    "path",
    [
        f"/certificates/{UNIT}?code={check_code(KEY, PERSON)}",
        f"/certificates/IN-2024-0003?code={check_code(KEY, 'IN-2024-0003')}",
        f"/certificates/{UNIT}?code={check_code(b'another key, 32 bytes long.....', UNIT)}",
        f"/certificates/{UNIT}?code=%F0%9F%98%80",
        "/certificates/..%2f..?code=K3QX9PMT",
        f"/certificates/{'9' * 5000}?code=K3QX9PMT",
    ],
)
async def test_whatever_does_not_belong_together_is_unknown_and_tells_nothing(database: Database, path: str) -> None:
    guest = visitor(database)
    assert (await guest.get(path)).status_code in (404, 414)
    assert "某某大学" not in guest.page and "金奖" not in guest.page


async def test_a_number_alone_asks_for_the_code_and_a_typed_code_may_be_spaced(database: Database) -> None:
    guest = visitor(database)
    assert (await guest.get(f"/certificates/{UNIT}")).status_code == 200
    assert "校验码" in guest.page and "某某大学" not in guest.page
    code = check_code(KEY, UNIT).lower()
    await guest.get("/certificates", params={"number": UNIT.lower(), "code": f"{code[:4]} - {code[4:]}"})
    assert "证书有效" in guest.page


async def test_who_guesses_is_slowed_down_and_a_good_link_of_another_is_not_concerned(database: Database) -> None:
    guest = visitor(database, door_burst=3, door_rate=0.001)
    wrong = [(await guest.get(f"/certificates/{UNIT}?code=0000000{n}")).status_code for n in range(5)]
    assert wrong == [404, 404, 404, 429, 429]
    assert (await guest.get(link(UNIT))).status_code == 200
