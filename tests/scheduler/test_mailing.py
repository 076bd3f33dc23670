"""A package is mailed once; what certainly failed may be tried again, and what nobody knows is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.handlers.post import Later, Outcome, Sent, Unsure, Wrong
from scheduler.clock import SystemClock
from scheduler.mailing import Mailing
from storage.files import FileStore
from storage.parcels import claim, filed
from storage.tables_parcels import parcels
from tests.scheduler.test_twins import world
from tests.storage.world import NOW, World, submission

__all__ = ["world"]


class Office:
    """A mail server that answers with these outcomes, one after the other, and notes what it got."""

    def __init__(self, *outcomes: Outcome) -> None:
        self._outcomes, self.got = list(outcomes), list[tuple[bytes, str]]()

    async def carry(self, mail: bytes, receiver: str) -> Outcome:
        """Take a mail, which takes a moment."""
        self.got.append((mail, receiver))
        await asyncio.sleep(0.01)
        return self._outcomes.pop(0)


async def mailing(world: World, folder: Path, office: Office | None) -> tuple[Mailing, dict[str, Any]]:
    """What sends, and the payload for one entry."""
    store = FileStore(folder / "files")

    async def whole() -> AsyncIterator[bytes]:
        yield b"Subject: x\r\n\r\nx"

    kept = await store.keep("a.eml", whole(), 100)
    unit, person = await world.unit("碑林区"), await world.person("王老师")
    entry = (await world.do(submission(unit, person))).entry
    found = Mailing(world.database, store, SystemClock())
    found.post = office
    payload = {"entry": entry, "version": 1, "sha256": kept.sha256, "to": "host@example.org", "person": person}
    return found, payload


async def states(world: World) -> list[tuple[Any, ...]]:
    return await world.rows(parcels, "state", "receiver", "why")


async def test_a_package_is_sent_once_however_often_it_is_asked_for(world: World, tmp_path: Path) -> None:
    office = Office(Sent(), Sent(), Sent())
    post, payload = await mailing(world, tmp_path, office)
    said = await asyncio.gather(*(post.perform(payload) for _ in range(3)))
    assert office.got == [(b"Subject: x\r\n\r\nx", "host@example.org")]
    assert sorted(each["before"] for each in said) == [False, True, True]
    assert (await post.perform(payload), await states(world)) == (
        {"state": "sent", "before": True}, [("sent", "host@example.org", "")],
    )  # fmt: skip


@pytest.mark.parametrize("refusal", [Later(60.0, "busy"), Wrong("too large")])
async def test_what_certainly_failed_may_be_tried_again(world: World, tmp_path: Path, refusal: Outcome) -> None:
    office = Office(refusal, Sent())
    post, payload = await mailing(world, tmp_path, office)
    first = await post.perform(payload)
    assert (first["state"], first["why"] in ("busy", "too large")) == ("failed", True)
    assert (await post.perform(payload), len(office.got)) == ({"state": "sent", "why": "", "before": False}, 2)


async def test_what_nobody_knows_is_not_sent_again(world: World, tmp_path: Path) -> None:
    office = Office(Unsure("broke after DATA"), Sent())
    post, payload = await mailing(world, tmp_path, office)
    assert [(await post.perform(payload))["state"] for _ in range(2)] == ["unsure", "unsure"]
    assert len(office.got) == 1


async def test_a_program_that_ended_in_the_middle_leaves_a_doubt_and_no_second_mail(
    world: World, tmp_path: Path
) -> None:
    office = Office(Sent())
    post, payload = await mailing(world, tmp_path, office)
    work = await filed(world.database, entry=payload["entry"])
    assert work is not None
    assert await claim(world.database, work, payload["to"], by=1, at=NOW) == ""
    assert (await post.perform(payload), office.got) == ({"state": "unsure", "before": True}, [])


@pytest.mark.parametrize("changes", [{"version": 2}, {"entry": 404}, {"sha256": "0" * 64}])
async def test_what_changed_meanwhile_or_is_gone_is_not_sent(
    world: World, tmp_path: Path, changes: Mapping[str, Any]
) -> None:
    office = Office(Sent())
    post, payload = await mailing(world, tmp_path, office)
    said = await post.perform({**payload, **changes})
    assert (said, office.got, await states(world)) == ({"error": {"key": "package.gone", "facts": {}}}, [], [])


async def test_without_a_mail_server_it_is_said(world: World, tmp_path: Path) -> None:
    post, payload = await mailing(world, tmp_path, None)
    assert ((await post.perform(payload))["state"], await states(world)) == ("failed", [])
