"""获奖名单: the prizes that are shown or final, natural persons masked, in chat and as a Word file."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.flows.award_propose import period_facts
from bot.talk.flow import Flow
from bot.talk.lines import Line, line
from bot.talk.messages import Attachment
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.award_list import changed_facts, grouped, shown_list
from rules.instants import from_micros, micros, spoken_day
from rules.looks import UnitsOf
from rules.looks_awards import Change, ChangesIn, Honour, HonoursOf, Listing, ListingOf
from rules.people import Role

#: Lines that one message shows; the file has all.
MOST_SHOWN = 60


async def prizes(talk: Talk) -> Ending:
    """The list, once it may be seen."""
    listing: Listing | None = await talk.look(ListingOf(talk.notice.id))
    admin = talk.seat.role is Role.ADMIN
    early = listing is not None and talk.now < from_micros(listing.opens) and not admin
    if listing is None or listing.state == "waiting" or early:
        opens = period_facts(talk, listing.opens, listing.closes)["opens"] if listing is not None and early else ""
        talk.say("award.not_public", title=talk.notice.short_title, opens=opens)
        talk.offer("菜单")
        return None
    honours: tuple[Honour, ...] = await talk.look(HonoursOf(talk.notice.id))
    changes: tuple[Change, ...] = await talk.look(ChangesIn(talk.notice.id))
    rows = shown_list(talk.notice, honours, await talk.look(UnitsOf(talk.notice.id)))
    shown = rows[:MOST_SHOWN]
    prizes = [
        {"label": label, "rows": [{"number": row.number, "title": row.title, "unit": row.unit} for row in lines]}
        for label, lines in grouped(shown)
    ]
    facts = {
        "title": talk.notice.short_title, "state": listing.state, "prizes": prizes, "count": len(rows),
        "more": len(rows) - len(shown), "changes": [_told(talk, each) for each in changes],
        "contact": talk.notice.contact, "link": public_link(talk), **period_facts(talk, listing.opens, listing.closes),
    }  # fmt: skip
    name = f"{talk.notice.short_title}{'获奖公示名单' if listing.state == 'listed' else '获奖名单'}.docx"
    talk.give(Attachment("honours", f"{talk.notice.id}/{micros(talk.now)}", name), "award.list", **facts)
    objects = listing.state == "listed" and facts["begun"] and not facts["over"] and not admin
    talk.offer(*(("提异议",) if objects else ("评奖",) if admin else ()), "菜单")
    return None


def public_link(talk: Talk) -> str:
    """The page that everybody may see, "" where the program has none."""
    return f"{talk.scene.public_url}/awards/{talk.notice.id}" if talk.scene.public_url else ""


def _told(talk: Talk, change: Change) -> Line:
    """A change as everybody may read it."""
    zone = ZoneInfo(talk.notice.zone)
    day, today = from_micros(change.at).astimezone(zone).date(), talk.now.astimezone(zone).date()
    return line("award.change", day=spoken_day(day, today=today), **changed_facts(change))


PRIZES = Flow("prizes", prizes, words=("获奖名单", "公示", "prizes"), roles=frozenset(Role))
