"""暂停报送 and 恢复报送: nothing is taken in for a while, and people are told why and when it goes on."""

from __future__ import annotations

from typing import Any

from bot.flows.steering import ADMIN, labels, reason, say_declined, which_track
from bot.talk.fields import OneOf, Option, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.deeds import Declined, Heard
from rules.deeds_steering import Pause, Unpause
from rules.looks_contact import Receivers
from rules.looks_steering import Halt, PausesIn


async def pause(talk: Talk) -> Ending:
    """Which track or all, the reason that people will read, and then nobody can hand in."""
    if not talk.notice.tracks:
        talk.say("pause.nothing")
        talk.offer("菜单")
        return None
    key = await which_track(talk, line("pause.which"), all_label="全部")
    paused: dict[str, Halt] = await talk.look(PausesIn(talk.notice.id))
    if key in paused or "" in paused:
        talk.say("pause.already")
        talk.offer("恢复报送", "菜单")
        return None
    why = await talk.ask("reason", reason(line("pause.reason")))
    facts = {"label": labels(talk, key), "reason": why, "people": await _people(talk)}
    if not await talk.ask("sure", YesNo(text=line("pause.sure", **facts), yes="暂停并通知", no="不暂停")):
        talk.say("pause.not_done")
        talk.offer("菜单")
        return None
    heard = Heard("pause.announced", {"title": talk.notice.short_title, "contact": talk.notice.contact, **facts})
    done = await talk.do("paused", Pause(talk.notice.id, key, why, talk.person.id, heard))
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("pause.done", **facts)
    talk.offer("恢复报送", "菜单")
    return None


async def unpause(talk: Talk) -> Ending:
    """What is paused goes on, and everybody hears of it."""
    paused: dict[str, Halt] = await talk.look(PausesIn(talk.notice.id))
    if not paused:
        talk.say("pause.not_paused")
        talk.offer("菜单")
        return None
    keys = list(paused)
    options = tuple(Option(key or "*", labels(talk, key)) for key in keys)
    picked = options[0].code if len(keys) == 1 else await talk.ask(
        "which", OneOf(text=line("pause.which_on"), options=options)
    )  # fmt: skip
    key = "" if picked == "*" else picked
    facts: dict[str, Any] = {"label": labels(talk, key), "people": await _people(talk)}
    facts["closes"] = _closes(talk, key)
    if not await talk.ask(
        f"sure/{picked}", YesNo(text=line("pause.on_sure", **facts), yes="恢复并通知", no="先不恢复")
    ):
        talk.say("pause.still")
        talk.offer("菜单")
        return None
    heard = Heard("pause.lifted", {"title": talk.notice.short_title, **facts}, ("填报", "继续"))
    done = await talk.do(f"on/{picked}", Unpause(talk.notice.id, key, talk.person.id, heard))
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("pause.on_done", **facts)
    talk.offer("准许补报", "菜单")
    return None


def _closes(talk: Talk, key: str) -> str:
    """The closings of what goes on, which a pause does not move."""
    tracks = [talk.notice.track(key)] if key else list(talk.notice.tracks)
    return "、".join(dict.fromkeys(track.closes_text for track in tracks))


async def _people(talk: Talk) -> int:
    return len({each.person for each in await talk.look(Receivers(talk.notice.id))})


PAUSE = Flow("pause", pause, words=("暂停报送", "pause"), roles=ADMIN)
#: For admins /resume is this one; for everybody else it is 继续.
UNPAUSE = Flow("unpause", unpause, words=("恢复报送", "unpause", "resume"), roles=ADMIN)
