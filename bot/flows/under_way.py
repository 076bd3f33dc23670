"""Messages to many that are not over: stopping one, and agreeing or not to what another admin wrote."""

from __future__ import annotations

from collections.abc import Sequence

from bot.flows.steering import ADMIN, say_declined
from bot.talk.fields import OneOf, Option, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.deeds import Declined, Heard
from rules.deeds_broadcast import DecideBroadcast, StopBroadcast
from rules.embargo import hidden
from rules.instants import from_micros, spoken
from rules.looks_contact import Unreached, UnreachedIn
from rules.looks_steering import Batch, BatchesIn

#: Characters of a message that a list shows.
SHOWN = 20
_STATES = {"running": "正在发", "planned": "定时", "waiting": "待审批"}


async def stop(talk: Talk) -> Ending:
    """停止群发: one that is on its way, planned, or waiting; it is told how many had gone already."""
    batches: Sequence[Batch] = await talk.look(BatchesIn(talk.notice.id))
    if not batches:
        talk.say("broadcast.none_under_way")
        talk.offer("群发", "菜单")
        return None
    picked = batches[-1].id
    if len(batches) > 1:
        options = tuple(Option(str(each.id), _called(talk, each)) for each in batches)
        picked = int(await talk.ask("which", OneOf(text=line("broadcast.stop_which"), options=options)))
    found = [each for each in batches if each.id == picked]
    if not found:
        talk.say("broadcast.over")
        talk.offer("菜单")
        return None
    facts = _facts(talk, found[0])
    if not await talk.ask(f"sure/{picked}", YesNo(text=line("broadcast.stop_sure", **facts), yes="停止", no="不停止")):
        talk.say("broadcast.not_stopped")
        talk.offer("菜单")
        return None
    done = await talk.do(f"stopped/{picked}", StopBroadcast(talk.notice.id, picked, talk.person.id))
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("broadcast.stopped", gone=done.gone, kept=done.kept)
    talk.offer("群发", "菜单")
    return None


async def agree(talk: Talk) -> Ending:
    """审批群发: what another admin wrote, to how many, and whether it may go."""
    batches: Sequence[Batch] = await talk.look(BatchesIn(talk.notice.id))
    waiting = [each for each in batches if each.state == "waiting"]
    others = [each for each in waiting if each.by != talk.person.id]
    if not others:
        talk.say("broadcast.own_waits" if waiting else "broadcast.nothing_waits")
        talk.offer(*(("停止群发",) if waiting else ()), "菜单")
        return None
    one = others[0]
    if len(others) > 1:
        options = tuple(Option(str(each.id), _called(talk, each)) for each in others)
        picked = int(await talk.ask("which", OneOf(text=line("broadcast.agree_which"), options=options)))
        one = next((each for each in others if each.id == picked), others[0])
    facts = _facts(talk, one)
    agrees = await talk.ask(
        f"agree/{one.id}", YesNo(text=line("broadcast.agree", **facts), yes="同意发送", no="不同意")
    )
    key = "broadcast.agreed" if agrees else "broadcast.refused"
    heard = Heard(key, {**facts, "second": talk.person.name})
    done = await talk.do(
        f"decided/{one.id}", DecideBroadcast(talk.notice.id, one.id, talk.person.id, agrees=agrees, heard=heard)
    )
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("broadcast.decided", agrees=agrees, total=done.total, due=facts["due"])
    talk.offer(*(("停止群发",) if agrees else ()), "菜单")
    return None


def _called(talk: Talk, one: Batch) -> str:
    facts = _facts(talk, one)
    text = " ".join(str(facts["text"]).split())
    short = text if len(text) <= SHOWN else f"{text[:SHOWN]}……"
    return f"{_STATES[one.state]} {facts['due']} {short}".replace("  ", " ")


def _facts(talk: Talk, one: Batch) -> dict[str, str | int]:
    zone = talk.notice.stages[0].opens.tzinfo
    due = spoken(from_micros(one.due).astimezone(zone)) if one.due else ""
    text = hidden(one.text, talk.notice.embargoes, talk.now)
    return {"text": text, "people": one.people, "who": one.author, "due": due, "state": one.state}


async def unreachable(talk: Talk) -> Ending:
    """联系不上: whom to phone."""
    missing: Sequence[Unreached] = await talk.look(UnreachedIn(talk.notice.id))
    if not missing:
        talk.say("reach.everybody")
    else:
        talk.say(
            "reach.unreachable",
            people=[_named(each) for each in missing if each.name],
            empty=[_named(each) for each in missing if not each.name],
        )
    talk.offer("群发", "菜单")
    return None


def _named(each: Unreached) -> dict[str, str]:
    return {"unit": each.unit, "name": each.name, "contacts": each.contacts}


STOP = Flow("stop", stop, words=("停止群发", "stop"), roles=ADMIN)
AGREE = Flow("agree", agree, words=("审批群发", "approve"), roles=ADMIN)
UNREACHABLE = Flow("unreachable", unreachable, words=("联系不上", "unreachable"), roles=ADMIN)
