"""Whom a packet belongs to now, and where that person can be paid: parts of statements."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, case, func, select

from storage.tables import addresses, people
from storage.tables_quiz import packets


def owner() -> ColumnElement[int]:
    """The person whom `people.id` is by now: two messengers of one person become one."""
    return case((people.c.merged > 0, people.c.merged), else_=people.c.id)


def reached() -> ColumnElement[bool]:
    """Whether the owner has any address that takes messages."""
    return select(addresses.c.id).where(addresses.c.person == owner(), addresses.c.state == "").exists()


def wechat_of(*, follows: bool) -> ScalarSelect[Any]:
    """The owner's first address in WeChat ("wechat:openid"), or NULL; with `follows` one that still follows."""
    theirs = [addresses.c.person == owner(), addresses.c.id.startswith("wechat:")]
    wanted = [*theirs, addresses.c.state == ""] if follows else theirs
    return select(func.min(addresses.c.id)).where(*wanted).correlate(people).scalar_subquery()


def unclaimed(campaign: str) -> tuple[ColumnElement[bool], ...]:
    """Packets that are won, not paid, and that nobody is about to pay."""
    return (
        packets.c.campaign == campaign, packets.c.person > 0, packets.c.paid == 0, packets.c.reference == "",
    )  # fmt: skip
