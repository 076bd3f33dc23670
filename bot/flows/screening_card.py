"""The card of an entry that is screened: its form, what checks found, works that look like it, what is asked of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.flows.findings import NOTE
from bot.flows.findings import told as told_findings
from bot.flows.printing import annex
from bot.flows.sheet import readable
from bot.talk.messages import Attachment
from bot.talk.replay import Talk
from rules.handed import Material
from rules.instants import from_micros, spoken_day, spoken_span
from rules.looks import EntryFile, EntryIn
from rules.looks_screening import Case
from rules.looks_twins import Pair, TwinsIn
from rules.people import Role
from rules.screening import Decision, chains_of
from rules.spans import spoken_size

#: Characters of one answer that are shown; the whole stands in the annex.
MOST_SHOWN = 200
FILM = "film"


async def card_facts(talk: Talk, case: Case) -> dict[str, Any]:
    """`told`: what the card says; `file`: the entry with its answers and files."""
    file: EntryFile | None = await talk.look(EntryIn(case.entry.id, case.unit.id))
    assert file is not None, "an entry that waits is there"
    track, level = talk.notice.track(case.entry.track), case.stand.level
    pairs: Sequence[Pair] = await talk.look(TwinsIn(talk.notice.id))
    missing = [item.label for item in track.package if item.required and not _there(item.key, file.materials)]
    told = {
        "number": case.entry.number, "title": case.entry.title, "unit": case.unit.name, "track": track.label,
        "version": case.entry.version, "level": level.label if level is not None else "",
        "clause": level.clause if level is not None else "", "place": case.stand.place, "steps": case.stand.steps,
        "waits": spoken_span(talk.now - from_micros(case.stand.since)) if _before(case, talk.now) else "",
        "waiting": talk.facts.get("waiting", 1), "vacant": case.desk.name if case.vacant and case.desk else "",
        "missed": case.desk.name if case.stand.missed and case.desk and talk.seat.role is Role.ADMIN else "",
        "handed": _handed(case), "opinions": opinions_of(talk, case),
        "materials": [_material(each) for each in file.materials], "missing": missing,
        "twins": [_twin(pair, case.entry.id) for pair in pairs if case.entry.id in (pair.one.entry, pair.other.entry)],
        "checks": [{"text": each.text, "clause": each.clause} for each in track.checks],
    }  # fmt: skip
    return {"told": told, "file": file}


def _before(case: Case, now: datetime) -> bool:
    return from_micros(case.stand.since) < now


def _there(key: str, materials: Sequence[Material]) -> bool:
    return key == "form" or any(each.key == key for each in materials)


def _handed(case: Case) -> dict[str, str]:
    """Who handed it over at this level, and what they noted."""
    level = case.stand.level
    last = [each for each in case.stand.decisions if each.what == "handed" and level and each.level == level.key]
    return {"by": last[-1].by, "note": last[-1].opinion} if last else {}


def opinions_of(talk: Talk, case: Case) -> list[dict[str, str]]:
    """What was decided so far, in the order of the levels."""
    labels = {level.key: level.label for level in chains_of(talk.notice).of(case.entry.track)}
    return [_opinion(talk, each, labels) for each in case.stand.passed]


def _opinion(talk: Talk, decision: Decision, labels: Mapping[str, str]) -> dict[str, str]:
    zone = ZoneInfo(talk.notice.zone)
    day, today = from_micros(decision.at).astimezone(zone).date(), talk.now.astimezone(zone).date()
    return {
        "level": labels.get(decision.level, decision.level), "what": decision.what, "by": decision.by,
        "who": decision.unit or "主办方", "opinion": decision.opinion,
        "day": spoken_day(day, today=today),
    }  # fmt: skip


def _material(one: Material) -> dict[str, Any]:
    """A file with what its check found that weighs anything; mere notes were for the liaison."""
    found = [each for each in told_findings(one.facts) if each["verdict"] != NOTE]
    return {
        "key": one.key, "name": one.name, "size": spoken_size(one.size), "length": one.facts.get("length", ""),
        "findings": found,
    }  # fmt: skip


def _twin(pair: Pair, entry: int) -> dict[str, Any]:
    other = pair.other if pair.one.entry == entry else pair.one
    return {
        "number": other.number, "title": other.title, "unit": other.unit, "what": pair.what, "same": pair.same,
        "percent": pair.percent,
    }  # fmt: skip


def show_sheet(talk: Talk, facts: Mapping[str, Any]) -> None:
    """The contact sheet of its film, above the card."""
    file: EntryFile = facts["file"]
    film = next((each for each in file.materials if each.key == FILM and each.facts.get("sheet")), None)
    if film is not None:
        sheet = Attachment("file", film.facts["sheet"], f"{file.entry.number} 画面.jpg")
        talk.give(sheet, "screen.sheet", number=file.entry.number, length=film.facts.get("length", ""))


def show_materials(talk: Talk, case: Case, facts: Mapping[str, Any]) -> None:
    """The answers as a text, the annex, and every file that was handed in with it."""
    file: EntryFile = facts["file"]
    form = talk.notice.track(case.entry.track).form
    assert form is not None, "an entry was made with a form"
    rows = [_row(field.label, readable(field, file.answers.get(field.key))) for field in form.fields]
    talk.say("screen.form", number=case.entry.number, title=form.title, rows=[row for row in rows if row["value"]])
    talk.give(annex(form, case.entry.code, case.entry.title), "screen.word", title=form.title)
    for one in file.materials:
        if clip := one.facts.get("preview", ""):
            talk.give(Attachment("file", clip, f"{case.entry.number} 样片.mp4"), "screen.clip", name=one.name)
        talk.give(Attachment("file", one.sha256, one.name), "screen.file", name=one.name, size=spoken_size(one.size))


def _row(label: str, value: str) -> dict[str, Any]:
    return {"label": label, "value": value[:MOST_SHOWN], "long": len(value) > MOST_SHOWN}


def short(case: Case) -> str:
    """An entry in a list."""
    level = case.stand.level
    return f"{case.entry.number} {case.entry.title}（{case.unit.called}，{level.label if level is not None else ''}）"
