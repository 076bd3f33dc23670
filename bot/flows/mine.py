"""我的报送: what the unit has handed in and what waits as a draft; get the Word again, replace, withdraw, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.again import taken_up
from bot.flows.owing import RETURNED, SUBMITTED, owed_in, owed_now
from bot.flows.package import lacking, to_follow
from bot.flows.printing import annex
from bot.flows.returning import mending, told_reasons
from bot.flows.screened import screening_facts, standings, state_of
from bot.flows.steering import spoken_late
from bot.talk.fields import OneOf, Option, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.messages import Attachment
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending, Resume, Then
from rules.deeds import Declined, WithdrawEntry
from rules.instants import from_micros, micros, spoken
from rules.looks import Draft, Drafts, EntriesOf, Entry, EntryFile, EntryIn
from rules.looks_screening import Case
from rules.looks_steering import Sheet, SheetOf
from rules.people import Role
from rules.screening import REJECTED
from rules.spans import spoken_size
from rules.tracks import Track


async def mine(talk: Talk) -> Ending:
    """The unit's entries and drafts; pick one to do something with it."""
    if not talk.notice.entered:
        talk.say("enter.nothing_to_enter", title=talk.notice.short_title)
        talk.offer("帮助", "菜单")
        return None
    entries = await talk.look(EntriesOf(talk.notice.id, talk.unit.id))
    drafts = [draft for draft in await talk.look(Drafts(talk.person.id, talk.notice.id)) if draft.flow == "enter"]
    owed = await owed_in(talk, talk.notice.tracks, entries)
    if not entries and not drafts:
        talk.say("mine.none", unit=talk.unit.called, **owed)
        talk.offer("填报", "菜单")
        return None
    text = line("mine.list", unit=talk.unit.called, **owed)
    cases = await standings(talk)
    picked = await talk.ask("which", OneOf(text=text, options=_options(entries, drafts, cases)))
    if picked.startswith("draft/"):
        return Resume(int(picked.removeprefix("draft/")))
    file = await talk.look(EntryIn(int(picked.removeprefix("entry/")), talk.unit.id))
    if file is None:
        talk.say("mine.gone")
        return Again(("which",))
    return await _one(talk, file, cases.get(file.entry.id))


def _options(entries: Sequence[Entry], drafts: Sequence[Draft], cases: Mapping[int, Case]) -> tuple[Option, ...]:
    shown = [
        Option(f"entry/{entry.id}", f"{entry.number} {entry.title}（{state_of(entry, cases.get(entry.id))}）")
        for entry in entries
    ]
    waiting = [Option(f"draft/{draft.session}", f"草稿：{called(draft)}") for draft in drafts]
    return (*shown, *waiting, Option("/菜单", "菜单"))


def called(draft: Draft) -> str:
    """A draft in a list."""
    return f"{draft.title or '未命名'}{f'（停在“{draft.step}”）' if draft.step else ''}"


async def _one(talk: Talk, file: EntryFile, case: Case | None) -> Ending:
    entry = file.entry
    if entry.state == RETURNED:
        return await _returned(talk, file)
    track = talk.notice.track(entry.track)
    facts = await owed_now(talk, track, ())
    changeable, closes = facts["open"] and entry.state != REJECTED, facts["closes"]
    withdrawn = entry.state != SUBMITTED
    follow = to_follow(track, file.materials)
    text = line(
        "mine.one", entry=_facts(talk, entry, case), changeable=changeable, closes=closes, withdrawn=withdrawn,
        materials=_listed(track, file), follow=follow, screening=screening_facts(talk, case),
        contact=talk.notice.contact,
    )  # fmt: skip
    options = _actions(track, file, changeable=changeable, follow=follow, packed=_packed(talk, track, file))
    action = await talk.ask(f"action/{entry.id}", OneOf(text=text, options=options))
    if action == "word":
        assert track.form is not None, "an entry was made with a form"
        talk.give(annex(track.form, entry.code, entry.title), "mine.word", title=track.form.title, code=entry.code)
    elif action == "history":
        talk.say("mine.history", number=entry.number, versions=[_version(talk, each) for each in file.history])
    elif action.startswith("file/"):
        one = file.materials[int(action.removeprefix("file/"))]
        talk.give(Attachment("file", one.sha256, one.name), "mine.file", name=one.name, size=spoken_size(one.size))
    elif action in ("zip", "mail"):
        return Then("parcel", {"entry": entry.id, "how": action})
    elif action == "replace":
        return taken_up(file, track)
    elif action == "withdraw":
        await _withdraw(talk, entry, closes)
    talk.offer("我的报送", "菜单")
    return None


async def _returned(talk: Talk, file: EntryFile) -> Ending:
    """One that was sent back: why, until when, and the way to mend it."""
    entry = file.entry
    sheet: Sheet | None = await talk.look(SheetOf(talk.notice.id, entry=entry.id))
    if sheet is None:
        talk.say("mine.gone")
        return Again(("which",))
    ends = from_micros(sheet.until).astimezone(talk.notice.track(entry.track).closes.tzinfo)
    facts = {
        "number": entry.number, "title": entry.title, "until": spoken_late(ends, talk.now),
        "reasons": told_reasons(sheet, talk.notice.form(sheet.form)),
    }  # fmt: skip
    options = (Option("mend", "现在修改"), Option("history", "看历次版本"), Option("/我的报送", "回到列表"))
    action = await talk.ask(
        f"mend/{entry.id}/{entry.version}", OneOf(text=line("return.mine", **facts), options=options)
    )
    if action == "mend":
        return await mending(talk, sheet, file)
    talk.say("mine.history", number=entry.number, versions=[_version(talk, each) for each in file.history])
    talk.offer("我的报送", "菜单")
    return None


def _packed(talk: Talk, track: Track, file: EntryFile) -> tuple[Option, ...]:
    """What can be done with the package, where the notice asks for one by mail and everything is there."""
    if talk.notice.mail is None or file.entry.state != SUBMITTED or lacking(track, file.materials):
        return ()
    send = (Option("mail", "发到主办邮箱"),) if talk.scene.mail else ()
    return (Option("zip", "下载报送包"), *send)


def _actions(
    track: Track, file: EntryFile, *, changeable: bool, follow: Sequence[str], packed: Sequence[Option]
) -> tuple[Option, ...]:
    options = [Option("word", "下载申报表")]
    called = _called(track, file)
    options += [Option(f"file/{place}", f"下载{name}") for place, name in enumerate(called)]
    options += packed
    if changeable:
        options.append(Option("replace", f"补交{'、'.join(follow)}" if follow else "修改后重新报送"))
        if file.entry.state == SUBMITTED:
            options.append(Option("withdraw", "撤回"))
    return (*options, Option("history", "看历次版本"), Option("/我的报送", "回到列表"))


def _called(track: Track, file: EntryFile) -> list[str]:
    """What the files of an entry are called, several of one kind by their numbers."""
    called = []
    for place, one in enumerate(file.materials):
        same = [number for number, other in enumerate(file.materials) if other.key == one.key]
        item = track.item(one.key)
        label = item.label if item is not None else one.name
        called.append(f"{label} {same.index(place) + 1}" if len(same) > 1 else label)
    return called


def _listed(track: Track, file: EntryFile) -> list[dict[str, Any]]:
    called = _called(track, file)
    return [
        {"label": label, "name": one.name, "size": spoken_size(one.size), "length": one.facts.get("length", "")}
        for label, one in zip(called, file.materials, strict=True)
    ]


async def _withdraw(talk: Talk, entry: Entry, closes: str) -> None:
    track = talk.notice.track(entry.track)
    sure = YesNo(
        text=line("mine.withdraw_sure", number=entry.number, title=entry.title, closes=closes),
        yes="确认撤回",
        no="不撤回",
    )
    if not await talk.ask(f"withdraw/{entry.id}/{entry.version}", sure):
        talk.say("mine.not_withdrawn", number=entry.number)
        return
    deed = WithdrawEntry(entry=entry.id, unit=talk.unit.id, person=talk.person.id, closes=micros(track.closes))
    outcome = await talk.do(f"withdrawn/{entry.id}/{entry.version}", deed)
    if isinstance(outcome, Declined):
        talk.say(outcome.why, closes=closes)
    else:
        talk.say("mine.withdrawn", number=entry.number, closes=closes)


def _facts(talk: Talk, entry: Entry, case: Case | None) -> Mapping[str, Any]:
    return {
        "number": entry.number,
        "title": entry.title,
        "state": state_of(entry, case),
        "version": entry.version,
        "code": entry.code,
        "received": _when(talk, entry.received),
    }


_WHAT = {
    "submitted": "报送", "replaced": "修改后重新报送", "withdrawn": "撤回", "returned": "退回修改",
    "rejected": "没有通过审核", "reopened": "恢复审核",
}  # fmt: skip


def _version(talk: Talk, version: Any) -> Mapping[str, Any]:
    return {
        "version": version.version,
        "what": _WHAT[version.what],
        "at": _when(talk, version.at),
        "by": version.by,
        "code": version.code,
    }


def _when(talk: Talk, at: int) -> str:
    return spoken(from_micros(at).astimezone(ZoneInfo(talk.notice.zone)))


MINE = Flow("mine", mine, words=("我的报送", "状态", "mine"), roles=frozenset({Role.LIAISON}))
