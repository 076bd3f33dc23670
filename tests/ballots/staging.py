"""Rounds staged quickly: planned, opened, voted in, tallied and published through chat and pages."""

from __future__ import annotations

from collections.abc import Callable

from rehearsal.pages import fields_of as fields_of
from rules.deeds_ballot import BallotRound
from rules.people import Role
from tests.ballots.hall import Hall
from tests.ballots.test_round import SCRUTINEERS

#: The fields of a paper, and the places or levels that somebody writes into them.
Fills = Callable[[list[str]], dict[str, str]]


async def peopled(here: Hall, experts: int) -> None:
    """An admin and experts."""
    await here.person("管理员", Role.ADMIN)
    for number in range(1, experts + 1):
        await here.person(f"专家{number}", Role.EXPERT)


async def opened(here: Hall, *said: str, label: str = "") -> tuple[BallotRound, dict[str, str]]:
    """A round that the admin planned by these words, with its shares; `label` where the notice has several."""
    admin = here.people["管理员"]
    await here.tell(admin, *said)
    for name in SCRUTINEERS:
        await admin.press(next(each for each in admin.choices if each.startswith(f"{name}（")))
    await admin.press("准备这一轮")
    planned = await here.newest()
    shares = await here.shares(planned.key, SCRUTINEERS)
    await here.tell(admin, "评审", *filter(None, [label]), "开始投票", "开始投票")
    return await here.newest(), shares


async def vote(here: Hall, name: str, key: str, fill: Fills) -> None:
    """Somebody's paper, filled in and cast."""
    path = f"{here.page(name)}/{key}"
    fields = fill(fields_of(await here.get(path)))
    assert await here.post(path, {**fields, "action": "review"}) == f"{path}?review"
    assert "确认投出" in await here.get(f"{path}?review")
    assert await here.post(path, {"action": "cast"}) == path


async def tallied(here: Hall, key: str, shares: dict[str, str], closes: str, *, label: str = "") -> None:
    """The round is over: the scrutineers give their shares."""
    here.at(closes)
    await here.tell(here.people["管理员"], "评审", *filter(None, [label]), "请监票人开票")
    for name in SCRUTINEERS[:2]:
        await here.post(f"{here.page(name)}/{key}/share", {"share": shares[name]}, status=200)
