"""Workers of one machine tell each other of news, ask each other to let an upload go, and share what is in memory."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.ballot_vault import RemoteVault, SharesGone, VaultAway
from bot.ports import WebBell
from bot.siblings import VARIABLE, Place, Siblings
from bot.store import reception
from sealing.shares import fingerprint, new_secret, split
from storage.database import Database
from storage.parts import PartBusy
from storage.uploads import Uploads
from tests.bot.talk.room import START
from web.receiving import Receiver
from web.refused import Refused

KEY = "R7"
ADDRESS = "web:somebody"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a short path, as sockets want it."""
    with tempfile.TemporaryDirectory(prefix="xinshi-") as name:
        yield Path(name)


@pytest.fixture
async def two(folder: Path) -> AsyncIterator[tuple[Siblings, Siblings]]:
    """Two workers that hear each other."""
    async with AsyncExitStack() as stack:
        yield (
            await stack.enter_async_context(Siblings(Place(0, 2, 0, 0, folder)).joined()),
            await stack.enter_async_context(Siblings(Place(1, 2, 0, 0, folder)).joined()),
        )


async def test_news_for_a_page_reach_it_at_whichever_worker_it_is_open(two: tuple[Siblings, Siblings]) -> None:
    here, there = two[0].ringing(WebBell()), two[1].ringing(WebBell())
    waiting = asyncio.ensure_future(there.wait("somebody", 30.0))
    other = asyncio.ensure_future(there.wait("somebody else", 30.0))
    await asyncio.sleep(0)
    here.ring(ADDRESS)
    await asyncio.wait_for(waiting, 10.0)
    assert not other.done()
    other.cancel()


async def test_nobody_is_told_of_what_no_page_shows_or_of_what_is_too_long(two: tuple[Siblings, Siblings]) -> None:
    heard: list[str] = []
    came = asyncio.Event()
    here, there = two[0].ringing(WebBell()), two[1].ringing(WebBell())

    def hear(address: str) -> None:
        heard.append(address)
        came.set()

    there.heard = hear  # type: ignore[method-assign]
    two[1].ringing(there)
    here.ring("telegram:7")
    two[0].tell("ring", "x" * 5000)
    here.ring(ADDRESS)
    await asyncio.wait_for(came.wait(), 10.0)
    assert heard == [ADDRESS]


async def test_a_worker_alone_and_one_whose_sibling_is_gone_tell_nobody_and_go_on(folder: Path) -> None:
    Siblings().tell("ring", ADDRESS)
    async with Siblings(Place(0, 3, 0, 0, folder)).joined() as here:
        here.ringing(WebBell()).ring(ADDRESS)


async def test_shares_are_with_the_first_and_any_worker_hands_them_out_and_takes_them(
    two: tuple[Siblings, Siblings],
) -> None:
    first, second = two[0].vault, two[1].vault
    secret = new_secret()
    shares = dict(enumerate(split(secret, KEY, threshold=2, count=3), start=1))
    await second.put(KEY, "public", shares)
    assert [await vault.public(KEY) for vault in (first, second)] == ["public", "public"]
    assert await first.public("R8") == await second.public("R8") == ""
    assert [await vault.share(KEY, 2) for vault in (first, second)] == [shares[2], shares[2]]
    await first.forget(KEY, fingerprint(shares[2], KEY))
    assert [await second.share(KEY, number) for number in (1, 2, 3)] == [shares[1], "", shares[3]]
    assert await second.hand(KEY, 201, shares[1], 2) == (1, ())
    assert await second.hand(KEY, 201, shares[1], 2) == (1, ()), "the same scrutineer again"
    assert await first.hand(KEY, 203, shares[3], 2) == (0, (shares[1], shares[3]))
    assert await second.hand(KEY, 203, shares[3], 2) == (1, ()), "they were given once, and are forgotten"


async def test_while_the_first_worker_is_away_shares_are_gone_and_it_says_so(folder: Path) -> None:
    vault = Siblings(Place(1, 2, 0, 0, folder)).vault
    assert isinstance(vault, RemoteVault)
    with pytest.raises(VaultAway) as away:
        await vault.share(KEY, 1)
    assert isinstance(away.value, SharesGone)


async def test_who_comes_back_for_an_upload_gets_it_from_the_worker_that_still_receives_it(
    two: tuple[Siblings, Siblings], tmp_path: Path, shaped_url: str
) -> None:
    from bot.fakes import FakeClock
    from bot.settings import Files
    from storage.uploads import Upload

    database = Database.open(shaped_url)
    uploads = Uploads(database)
    await uploads.create(Upload("u1", ADDRESS, "", "a.mp4", "", "", 10, expires=1 << 60), quota=100, most=9)
    here, there = (
        Receiver(uploads, taking.parts, FakeClock(START), 10**9, 30.0, taking.writers)
        for taking in (each.receiving(reception(tmp_path, Files.model_validate({}), uploads)) for each in two)
    )
    begun, never = asyncio.Event(), asyncio.Event()

    async def stuck() -> AsyncIterator[bytes]:
        yield b"abcd"
        begun.set()
        await never.wait()

    async def rest() -> AsyncIterator[bytes]:
        yield b"efghij"

    first = asyncio.ensure_future(there.receive("u1", ADDRESS, "", 0, stuck()))
    await begun.wait()
    with pytest.raises(PartBusy):
        await here.parts.open("u1")
    with pytest.raises(Refused) as early:  # only now is it known how much had arrived
        await here.receive("u1", ADDRESS, "", 0, rest())
    assert early.value.status == 409
    with pytest.raises(Refused) as let_go:
        await first
    assert let_go.value.status == 423
    done = await here.receive("u1", ADDRESS, "", 4, rest())
    assert (done.arrived, done.state) == (10, "whole")
    await database.close()


def test_a_place_is_told_by_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert Place.here() is None
    place = Place(1, 4, 3, 7, folder)
    monkeypatch.setenv(VARIABLE, place.said())
    assert Place.here() == place
