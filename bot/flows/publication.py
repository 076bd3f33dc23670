"""发布结果: every unit hears its own results once, after a last look; 发布渠道: where the results are to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.flows.steering import ADMIN, say_declined
from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.certificates import issuing
from rules.deeds import Declined, Heard
from rules.deeds_publication import NoteOutlet, PublishResults, Telling
from rules.faults import Fault, Faulty, Read, Value
from rules.instants import from_micros, spoken_day
from rules.looks_awards import Honour, HonoursOf
from rules.looks_publication import OutletsOf, Participant, Participants, Shown, ToldOf
from rules.results import final_of, open_of, seen_mark, tellings

#: Names that are listed of units that nobody hears for.
_LISTED = 10
_LONGEST_LINK = 500


async def publish(talk: Talk) -> Ending:
    """What goes to whom, with the words of a winner and of a unit without a prize; then it goes, once."""
    honours: Sequence[Honour] = await talk.look(HonoursOf(talk.notice.id))
    if (waiting := open_of(honours)) or not final_of(honours):
        talk.say("publication.not_final" if waiting else "publication.no_results", number=len(waiting))
        talk.offer("评奖", "菜单")
        return None
    how = issuing(talk.notice)
    every: Sequence[Participant] = await talk.look(Participants(talk.notice.id))
    told: Mapping[int, str] = await talk.look(ToldOf(talk.notice.id))
    due = tellings(talk.notice, how, honours, every, told)
    if not due:
        talk.say("publication.all_told", title=talk.notice.short_title)
        talk.offer("发布渠道", "证书", "菜单")
        return None
    outlets = tuple(outlet.label for outlet in talk.notice.outlets)
    seen = seen_mark(honours)
    text = line("publication.sure", **_preview(talk, honours, every, due, outlets, how.without))
    if not await talk.ask(f"sure/{seen}", YesNo(text=text, yes="发布并通知", no="先不发布")):
        talk.say("publication.not_done")
        talk.offer("菜单")
        return None
    said = {"title": talk.notice.short_title, "who": talk.person.name, "outlets": list(outlets)}
    heard = Heard("publication.told_admins", said, ("发布渠道",))
    deed = PublishResults(talk.notice.id, how, seen, due, outlets, talk.person.id, heard)
    done = await talk.do(f"published/{seen}", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    facts = {"units": done.units, "people": done.people, "certificates": done.certificates}
    talk.say("publication.done", title=talk.notice.short_title, outlets=list(outlets), **facts)
    talk.offer("发布渠道", "证书", "联系不上", "菜单")
    return None


def _preview(
    talk: Talk, honours: Sequence[Honour], every: Sequence[Participant], due: Sequence[Telling],
    outlets: Sequence[str], without: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    """What the admin sees: counts, the words of a winner and of another unit, and whom nothing reaches."""
    people = {each.unit: each for each in every}
    kinds = {key: [each.heard for each in due if each.heard.key == key] for key in _KINDS}
    final = final_of(honours)
    return {
        "title": talk.notice.short_title,
        "prizes": len(final),
        "works": len({each.entry for each in final} - {0}),
        "certificates": sum(each.prize not in without for each in final),
        "units": len(due),
        "again": sum(bool(each.heard.facts["again"]) for each in due),
        "winners": len(kinds["publication.won"]),
        "others": len(kinds["publication.thanks"]),
        "people": sum(people[each.unit].people for each in due if each.unit in people),
        "examples": [line(found[0].key, **found[0].facts) for found in kinds.values() if found],
        "alone": [people[each.unit].name for each in due if not people[each.unit].people][:_LISTED],
        "alone_number": sum(not people[each.unit].people for each in due),
        "outlets": list(outlets),
    }


_KINDS = ("publication.won", "publication.thanks")


async def show_outlets(talk: Talk) -> Ending:
    """The list of outlets; one is ticked off with its link, or its link is corrected."""
    listed: Sequence[Shown] = await talk.look(OutletsOf(talk.notice.id))
    if not listed:
        talk.say("publication.no_list" if talk.notice.outlets else "publication.notice_names_none")
        talk.offer("发布结果", "菜单")
        return None
    rows = [_told(each, talk) for each in listed]
    options = tuple(Option(str(place), each.outlet[:40]) for place, each in enumerate(listed))
    text = line("publication.outlets", listed=rows, left=sum(not each.done for each in listed))
    picked = await talk.ask("which", OneOf(text=text, options=(*options, Option("/菜单", "不改了"))))
    outlet = listed[int(picked)].outlet
    link = await talk.ask(
        f"link/{picked}", Typed(text=line("publication.link", outlet=outlet), read=_link, skip="没有链接")
    )
    done = await talk.do(f"noted/{picked}", NoteOutlet(talk.notice.id, outlet, link or "", talk.person.id))
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    left = [each.outlet for each in await talk.look(OutletsOf(talk.notice.id)) if not each.done]
    talk.say("publication.noted", outlet=outlet, link=link or "", left=left)
    talk.offer("发布渠道", "菜单")
    return None


def _told(each: Shown, talk: Talk) -> dict[str, Any]:
    zone = talk.notice.stages[0].opens.tzinfo
    day = spoken_day(from_micros(each.at).astimezone(zone).date()) if each.done else ""
    return {"outlet": each.outlet, "done": each.done, "link": each.link, "day": day}


def _link(typed: str) -> Read:
    """A link as people paste it."""
    link = typed.strip()
    parts = urlsplit(link) if link.isprintable() and " " not in link else None
    if parts is None or parts.scheme not in ("http", "https") or "." not in parts.netloc or len(link) > _LONGEST_LINK:
        return Faulty((Fault("publication.link_wrong", {"typed": link[:60], "most": _LONGEST_LINK}),))
    return Value(link)


async def left_to_show(talk: Talk) -> list[str]:
    """The outlets where the results are still to be shown, once they are published; for 报送情况."""
    return [each.outlet for each in await talk.look(OutletsOf(talk.notice.id)) if not each.done]


PUBLISH = Flow("publish", publish, words=("发布结果", "publish"), roles=ADMIN)
OUTLETS = Flow("outlets", show_outlets, words=("发布渠道", "outlets"), roles=ADMIN)
