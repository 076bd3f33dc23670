"""退回: an entry goes back to its unit with reasons to exact fields; its liaison is asked for those alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.flows.again import taken_up
from bot.flows.sheet import readable
from bot.flows.steering import ADMIN, ends_at, late, read_reason, say_declined, until
from bot.flows.units import name_after, unit_of
from bot.talk.fields import OneOf, Option, Typed, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.messages import Incoming
from bot.talk.replay import Talk
from bot.talk.scene import Again, Ending, Then
from rules.deeds import Declined, Heard
from rules.deeds_steering import Heeded, ReturnEntry
from rules.faults import Read, Value
from rules.forms import Form
from rules.instants import spoken
from rules.looks import EntriesOf, Entry, EntryFile, EntryIn
from rules.looks_steering import Sheet, SheetOf
from rules.people import Role
from rules.screening import again_after, chains_of

SUBMITTED, RETURNED = "submitted", "returned"
#: Stands for what is no field of the form: film, scan, pictures.
MATERIAL = "*"
MOST_SHOWN = 120
_NUMBER = re.compile(r"[A-Z]{1,6}-[A-Z]\d{4,}")


async def send_back(talk: Talk) -> Ending:
    """Which entry, which fields and why, until when, and only then it goes back."""
    sheet = await _sheet(talk)
    if isinstance(sheet, Again) or sheet is None:
        return sheet
    form = talk.notice.form(sheet.form)
    reasons = await ask_reasons(talk, form, sheet)
    if not reasons:
        talk.say("return.not_done", number=sheet.entry.number)
        talk.offer("菜单")
        return None
    track = talk.notice.track(sheet.entry.track)
    example = f"{(max(track.closes, talk.now) + timedelta(days=3)).astimezone(track.closes.tzinfo).date()} 24:00"
    ends = ends_at(talk, await talk.ask("until", until(line("return.until", example=example), talk, example)))
    facts = {
        "number": sheet.entry.number, "title": sheet.entry.title, "unit": sheet.unit.name,
        "reasons": told_of(form, reasons), "until": spoken(ends),
    }  # fmt: skip
    if not await talk.ask("sure", YesNo(text=line("return.sure", **facts), yes="退回并通知", no="不退回")):
        talk.say("return.not_done", number=sheet.entry.number)
        talk.offer("菜单")
        return None
    heard = Heard("return.announced", {**facts, "contact": talk.notice.contact}, ("修改退回", "我的报送"))
    entry = sheet.entry
    deed = ReturnEntry(
        talk.notice.id, entry.id, entry.version, reasons, late(ends), talk.person.id, heard, _again(talk, entry)
    )
    done = await talk.do("returned", deed)
    if isinstance(done, Declined):
        say_declined(talk, done)
        return None
    talk.say("return.done", **facts)
    talk.offer("退回", "菜单")
    return None


def _again(talk: Talk, entry: Entry) -> tuple[str, ...]:
    """The levels that look at the mended version: the host's, which sends it back, and those after it."""
    levels = chains_of(talk.notice).of(entry.track)
    return again_after(levels, next((level for level in levels if level.by == "host"), None))


async def _sheet(talk: Talk) -> Sheet | Again | None:
    """The entry that is meant, by its number or by its unit."""
    typed = await talk.ask("which", Typed(text=line("return.which"), read=_which))
    if _NUMBER.fullmatch(typed):
        sheet = await talk.look(SheetOf(talk.notice.id, typed))
    else:
        sheet = await _by_unit(talk, typed)
        if isinstance(sheet, Again) or sheet is None:
            return sheet
    if sheet is None:
        talk.say("return.no_such", number=typed)
        return Again(("which",))
    if sheet.entry.state != SUBMITTED:
        talk.say("return.not_in", number=sheet.entry.number, state=sheet.entry.state)
        return Again(("which",))
    found: Sheet = sheet
    return found


async def _by_unit(talk: Talk, name: str) -> Sheet | Again | None:
    unit = await unit_of(talk, name, "which")
    if isinstance(unit, Again):
        return unit
    entries: Sequence[Entry] = await talk.look(EntriesOf(talk.notice.id, unit.id))
    reported = [each for each in entries if each.state == SUBMITTED]
    if not reported:
        talk.say("return.none_of", unit=unit.name)
        talk.offer("退回", "菜单")
        return None
    options = tuple(Option(str(each.id), f"{each.number} {each.title}") for each in reported)
    picked = await talk.ask(f"entry/{unit.id}", OneOf(text=line("return.which_of", unit=unit.name), options=options))
    sheet: Sheet | None = await talk.look(SheetOf(talk.notice.id, entry=int(picked)))
    return sheet


async def ask_reasons(talk: Talk, form: Form, sheet: Sheet) -> dict[str, str]:
    """Field by field with its reason, until the admin has named all."""
    reasons: dict[str, str] = {}
    fields = {field.key: field.label for field in form.fields if field.source == "ask"}
    while True:
        left = [
            Option(key, label)
            for key, label in {**fields, MATERIAL: "扫描件、视频等材料"}.items()
            if key not in reasons
        ]
        end = Option("!done", "就这些") if reasons else Option("!none", "不退回了")
        facts = {"number": sheet.entry.number, "title": sheet.entry.title, "reasons": told_of(form, reasons)}
        text = line("return.fields", **facts)
        picked = await talk.ask(f"field/{','.join(reasons)}", OneOf(text=text, options=(*left, end)))
        if picked.startswith("!"):
            return reasons
        now = readable(form.field(picked), sheet.answers.get(picked)) if picked != MATERIAL else ""
        text = line("return.why", label=_label(form, picked), now=now[:MOST_SHOWN], long=len(now) > MOST_SHOWN)
        reasons[picked] = await talk.ask(f"why/{picked}", Typed(text=text, read=read_reason))


def _label(form: Form, key: str) -> str:
    return "材料" if key == MATERIAL else form.field(key).label


def told_of(form: Form, reasons: Mapping[str, str]) -> list[dict[str, str]]:
    """Reasons as a sentence lists them; a field that the form has no more is called by its key."""
    known = {field.key for field in form.fields} | {MATERIAL}
    return [{"label": _label(form, key) if key in known else key, "reason": why} for key, why in reasons.items()]


def _which(typed: str) -> Read:
    plain = " ".join(typed.split())[:60]
    number = plain.upper()
    return Value(number if _NUMBER.fullmatch(number) else plain)


def _named(incoming: Incoming) -> dict[str, str]:
    """The number or the unit that the command was sent with: "/return XA-A0001"."""
    name = name_after(incoming).get("unit/name", "")
    if not name:
        return {}
    return {"which": name.upper() if _NUMBER.fullmatch(name.upper()) else name}


async def mend(talk: Talk) -> Ending:
    """修改退回: the fields that were sent back are asked again, each with its reason; all else stands."""
    entries: Sequence[Entry] = await talk.look(EntriesOf(talk.notice.id, talk.unit.id))
    back = [entry for entry in entries if entry.state == RETURNED]
    if not back:
        talk.say("return.nothing")
        talk.offer("我的报送", "菜单")
        return None
    picked = back[0].id
    if len(back) > 1:
        options = tuple(Option(str(each.id), f"{each.number} {each.title}") for each in back)
        picked = int(await talk.ask("which", OneOf(text=line("return.mend_which"), options=options)))
    sheet = await talk.look(SheetOf(talk.notice.id, entry=picked))
    file: EntryFile | None = await talk.look(EntryIn(picked, talk.unit.id))
    if sheet is None or file is None:
        talk.say("return.nothing")
        return Then("menu")
    return await mending(talk, sheet, file)


async def mending(talk: Talk, sheet: Sheet, file: EntryFile) -> Then:
    """The entry that was sent back, as the conversation in which it is mended: all stands but what has a reason."""
    entry = sheet.entry
    await talk.do(f"heeded/{entry.id}/{entry.version}", Heeded(talk.notice.id, entry.number, talk.person.id))
    whole = taken_up(file, talk.notice.track(sheet.entry.track))
    asked = [f"form/{key}" for key in sheet.reasons if key != MATERIAL]
    if MATERIAL in sheet.reasons:
        asked += ["film", "scan", "pictures"]
    facts = {**whole.facts, "form": sheet.form, "mend": dict(sheet.reasons), "until": sheet.until}
    return Then("enter", facts, whole.answers, tuple(key for key in asked if key in whole.answers))


def say_mend(talk: Talk, key: str, label: str) -> None:
    """Why a field of an entry was sent back, before it is asked for again."""
    mend = talk.facts.get("mend", {})
    if key in mend:
        fields = [each for each in talk.notice.form(talk.facts["form"]).fields if each.key in mend]
        n = next(place for place, each in enumerate(fields, 1) if each.key == key)
        talk.say("return.field", number=talk.facts["number"], n=n, of=len(fields), label=label, reason=mend[key])


def say_mend_material(talk: Talk) -> None:
    """The same for its files."""
    mend = talk.facts.get("mend", {})
    if MATERIAL in mend:
        talk.say("return.material", number=talk.facts["number"], reason=mend[MATERIAL])


def told_reasons(sheet: Sheet, form: Form) -> list[dict[str, str]]:
    """Why an entry was sent back, for the unit's own list."""
    return told_of(form, sheet.reasons)


RETURN = Flow("return", send_back, words=("退回", "return"), roles=ADMIN, first=_named)
MEND = Flow("mend", mend, words=("修改退回", "mend"), roles=frozenset({Role.LIAISON}))
