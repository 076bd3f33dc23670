"""The list of prizes for everybody, natural persons masked: as a page, and as a Word file made when it is fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.wording import house_wording
from documents.tables import table_document
from rules.award_list import Shown, changed_facts, grouped, shown_list
from rules.instants import from_micros, micros
from rules.looks import UnitsOf
from rules.looks_awards import Change, ChangesIn, HonoursOf, Listing, ListingOf
from rules.notice import Notice
from storage.awards import changes_in, honours_of, listing_of
from storage.database import Database
from storage.units import units_of
from web.ports import Gone
from web.ports_honours import ListedPrizes

#: Columns, and their widths in cm.
COLUMNS = ("序号", "奖项", "编号", "作品名称", "报送单位")
WIDTHS = (1.2, 3.8, 2.4, 6.0, 4.0)


@dataclass(frozen=True, slots=True)
class _List:
    """What the list is made of."""

    notice: Notice
    listing: Listing
    rows: tuple[Shown, ...]
    changes: tuple[str, ...]


class HonourLists:
    """The lists of a deployment. A reference is "campaign/instant" (UTC microseconds): nobody is given an old one."""

    def __init__(self, database: Database, notices: Mapping[str, Notice]) -> None:
        self._database, self._notices = database, notices

    async def make(self, ref: str) -> bytes:
        """The Word file. Raises `Gone`."""
        campaign, _, instant = ref.partition("/")
        found = await self._found(campaign) if instant.isascii() and instant.isdecimal() and len(instant) < 18 else None
        if found is None:
            raise Gone(f"expected campaign/instant of a campaign with listed prizes, found {ref}")
        return await asyncio.to_thread(_document, found)

    async def listed(self, campaign: str, now: datetime) -> ListedPrizes | None:
        """The list for everybody, None before the first day of 公示."""
        found = await self._found(campaign)
        if found is None or micros(now) < found.listing.opens:
            return None
        listing, zone = found.listing, ZoneInfo(found.notice.zone)
        prizes = tuple(
            (label, tuple((row.number, row.title, row.unit) for row in rows)) for label, rows in grouped(found.rows)
        )
        return ListedPrizes(
            found.notice.title, listing.state == "final", listing.closes <= micros(now), _day(listing.opens, zone),
            _last(listing.closes, zone), listing.basis, found.notice.contact, prizes, found.changes,
        )  # fmt: skip

    async def document(self, campaign: str, now: datetime) -> tuple[str, bytes] | None:
        """The same as a Word file with its name."""
        shown = await self.listed(campaign, now)
        if shown is None:
            return None
        name = house_wording().text("award.document_title", title=shown.title, listed=not shown.final)
        return f"{name}.docx", await self.make(f"{campaign}/{micros(now)}")

    async def _found(self, campaign: str) -> _List | None:
        """What is listed or final in a campaign."""
        notice = self._notices.get(campaign)
        if notice is None:
            return None
        async with self._database.read() as connection:
            listing = await listing_of(connection, ListingOf(campaign))
            honours = await honours_of(connection, HonoursOf(campaign))
            changes = await changes_in(connection, ChangesIn(campaign))
            units = await units_of(connection, UnitsOf(campaign))
        if listing is None or listing.state == "waiting":
            return None
        return _List(notice, listing, shown_list(notice, honours, units), _told(notice, changes))


def _told(notice: Notice, changes: Sequence[Change]) -> tuple[str, ...]:
    zone, say = ZoneInfo(notice.zone), house_wording().text
    return tuple(say("award.change", day=_day(each.at, zone), **changed_facts(each)) for each in changes)


def _document(found: _List) -> bytes:
    notice, listing = found.notice, found.listing
    zone, say = ZoneInfo(notice.zone), house_wording().text
    listed = listing.state == "listed"
    note = say(
        "award.document_note", listed=listed, opens=_day(listing.opens, zone), closes=_last(listing.closes, zone),
        basis=listing.basis, contact=notice.contact, changes=found.changes, count=len(found.rows),
    )  # fmt: skip
    title = say("award.document_title", title=notice.title, listed=listed)
    table = [(place, row.label, row.number, row.title, row.unit) for place, row in enumerate(found.rows, start=1)]
    return table_document(title, COLUMNS, table, WIDTHS, note=note)


def _day(instant: int, zone: ZoneInfo) -> str:
    return _spelt(from_micros(instant).astimezone(zone)) if instant else ""


def _last(instant: int, zone: ZoneInfo) -> str:
    """The last day before an instant, and its clock where that is not midnight."""
    if not instant:
        return ""
    ends = from_micros(instant).astimezone(zone)
    if (ends.hour, ends.minute) == (0, 0):
        return f"{_spelt(from_micros(instant - 1).astimezone(zone))}24:00"
    return f"{_spelt(ends)}{ends:%H:%M}"


def _spelt(moment: datetime) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日"
