"""The list of prizes as a Word file for 公示, made when it is fetched, natural persons masked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.wording import house_wording
from documents.tables import table_document
from rules.award_list import Shown, shown_list
from rules.instants import from_micros, micros
from rules.looks import UnitsOf
from rules.looks_awards import Change, ChangesIn, HonoursOf, Listing, ListingOf
from rules.notice import Notice
from storage.awards import changes_in, honours_of, listing_of
from storage.database import Database
from storage.units import units_of
from web.ports import Gone

#: Columns, and their widths in cm.
COLUMNS = ("序号", "奖项", "编号", "作品名称", "报送单位")
WIDTHS = (1.2, 3.8, 2.4, 6.0, 4.0)


class HonourLists:
    """The lists of a deployment. A reference is "campaign/instant" (UTC microseconds): nobody is given an old one."""

    def __init__(self, database: Database, notices: Mapping[str, Notice]) -> None:
        self._database, self._notices = database, notices

    async def make(self, ref: str) -> bytes:
        """The Word file. Raises `Gone`."""
        campaign, _, instant = ref.partition("/")
        notice = self._notices.get(campaign)
        if notice is None or not (instant.isascii() and instant.isdecimal() and len(instant) < 18):
            raise Gone(f"expected campaign/instant of a campaign here, found {ref}")
        async with self._database.read() as connection:
            listing = await listing_of(connection, ListingOf(campaign))
            honours = await honours_of(connection, HonoursOf(campaign))
            changes = await changes_in(connection, ChangesIn(campaign))
            units = await units_of(connection, UnitsOf(campaign))
        if listing is None or listing.state == "waiting":
            raise Gone(f"expected prizes that are listed in {campaign}, found none")
        rows = shown_list(notice, honours, units)
        return await asyncio.to_thread(_document, notice, listing, rows, changes)


def _document(notice: Notice, listing: Listing, rows: Sequence[Shown], changes: Sequence[Change]) -> bytes:
    listed = listing.state == "listed"
    zone = ZoneInfo(notice.zone)
    say = house_wording().text
    note = say(
        "award.document_note", listed=listed, opens=_day(listing.opens, zone), closes=_last(listing.closes, zone),
        basis=listing.basis, contact=notice.contact, changes=len(changes), count=len(rows),
    )  # fmt: skip
    title = say("award.document_title", title=notice.title, listed=listed)
    table = [(place, row.label, row.number, row.title, row.unit) for place, row in enumerate(rows, start=1)]
    return table_document(title, COLUMNS, table, WIDTHS, note=note)


def _day(instant: int, zone: ZoneInfo) -> str:
    return _spelt(from_micros(instant).astimezone(zone)) if instant else ""


def _last(instant: int, zone: ZoneInfo) -> str:
    """The last day before an instant, and its clock where that is not midnight."""
    ends = from_micros(instant).astimezone(zone)
    if not instant:
        return ""
    if (ends.hour, ends.minute) == (0, 0):
        return f"{_spelt(from_micros(micros(ends) - 1).astimezone(zone))}24:00"
    return f"{_spelt(ends)}{ends:%H:%M}"


def _spelt(moment: datetime) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日"
