"""What a notice says on a topic that somebody asked about: facts with their clauses, nothing that is held back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from rules.embargo import Embargo, hidden
from rules.film import FilmRule
from rules.film_demands import demands
from rules.instants import from_micros, spoken, spoken_span
from rules.notice import Notice
from rules.stages import Stage
from rules.tracks import Level, Track

Facts = dict[str, Any]
_RESULT = re.compile(r"结果|公布|公示|发布|通报")
_CHECKED = re.compile(r"原创|字幕|片头|片尾|版权|音乐|署名")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks what, and when: the class of their unit ("" for none), its leaves (UTC µs) and moved caps by track."""

    words: str
    now: datetime
    klass: str = ""
    leaves: Mapping[str, int] = field(default_factory=dict)
    caps: Mapping[str, int] = field(default_factory=dict)


def answer(topic: str, notice: Notice, asker: Asker) -> Facts:
    """The facts of the sentence `ask.TOPIC`; none where the notice has nothing to say on it."""
    facts = _ANSWERS[topic](notice, asker) if topic in _ANSWERS else {}
    return {key: veiled(value, notice.embargoes, asker.now) for key, value in facts.items()}


def veiled(value: Any, embargoes: Sequence[Embargo], now: datetime) -> Any:
    """The same without what must not be shown at `now`, however deep it stands."""
    match value:
        case str():
            return hidden(value, embargoes, now)
        case dict():
            return {key: veiled(each, embargoes, now) for key, each in value.items()}
        case list():
            return [veiled(each, embargoes, now) for each in value]
    return value


def _filled(**facts: Any) -> Facts:
    """The facts, or none where all of them are empty."""
    return facts if any(facts.values()) else {}


def _clauses(clauses: Iterable[str]) -> str:
    """Clauses together, each once; what the notice does not say has none."""
    parts = (part for clause in clauses if not clause.startswith("通知未写") for part in clause.split("、"))
    return "、".join(dict.fromkeys(parts))


def _meant(tracks: Sequence[Track], asker: Asker) -> tuple[Track, ...]:
    """The tracks that the question names, all of them where it names none."""
    plain = "".join(asker.words.split())
    named = (
        track for track in tracks
        if track.noun in plain or track.label in plain or (track.film is not None and "视频" in plain)
    )  # fmt: skip
    return tuple(named) or tuple(tracks)


def _together(rows: Sequence[Facts]) -> list[Facts]:
    """Rows that say the same as one, under all their labels."""
    found: list[Facts] = []
    for row in rows:
        same = next((each for each in found if {**each, "label": ""} == {**row, "label": ""}), None)
        if same is None:
            found.append(dict(row))
        else:
            same["label"] = f"{same['label']}、{row['label']}"
    return found


def _deadline(notice: Notice, asker: Asker) -> Facts:
    tasks = [
        {
            "label": task.label,
            "closes": spoken(task.due),
            "late": asker.now >= task.ends.first_late,
            "clause": task.clause,
        }
        for task in notice.tasks
        if task.concerns(asker.klass)
    ]
    quiz = [_period(notice.quiz.stage)] if notice.quiz is not None else []
    tracks = [
        {"label": track.label, "clause": track.stage.clause, **_close(track, asker)}
        for track in _meant(notice.tracks, asker)
    ]
    return _filled(tracks=_together(tracks), tasks=tasks, quiz=quiz)


def _close(track: Track, asker: Asker) -> Facts:
    """Until when somebody may hand in, with the leave of their unit."""
    until = from_micros(asker.leaves.get(track.key, 0)).astimezone(track.closes.tzinfo)
    closes, extended = max(until, track.closes), until > track.closes
    return {
        "closes": track.closes_text,
        "until": spoken(until) if extended else "",
        "opens": spoken(track.opens).removesuffix("00:00") if asker.now < track.opens else "",
        "left": spoken_span(closes - asker.now) if asker.now < closes else "",
    }


def _period(stage: Stage) -> Facts:
    opens = spoken(stage.opens).removesuffix("00:00")
    return {"label": stage.label, "opens": opens, "closes": stage.closes_text, "clause": stage.clause}


def _begin(notice: Notice, _: Asker) -> Facts:
    return _filled(stages=[_period(stage) for stage in notice.stages])


def _result(notice: Notice, _: Asker) -> Facts:
    named = [_period(stage) for stage in notice.stages if _RESULT.search(stage.label)]
    rounds = notice.judging.rounds if notice.judging is not None else ()
    keys = dict.fromkeys(each.stage for each in rounds if each.stage is not None)
    judged = [] if named else [_period(notice.stage(key)) for key in keys]
    outlets = [{"label": each.label, "clause": each.clause} for each in notice.outlets] if notice.awards else []
    return _filled(named=named, judged=judged, outlets=outlets)


def _film(notice: Notice, _: Asker) -> Facts:
    films = []
    for track in notice.tracks:
        if (rule := track.film) is not None:
            parts = (*rule.durations, rule.shape, rule.picture, rule.containers)
            clause = _clauses(part.clause for part in parts if part is not None)
            films.append({"label": track.label, "turn": _turn(rule), "demands": demands(rule), "clause": clause})
    return _filled(films=films)


def _turn(rule: FilmRule) -> str:
    """Whether the picture must be "wide" or "tall", may be "either", or "" where nothing says it."""
    shapes = [each.ratio for each in rule.shape.aspects] if rule.shape is not None else []
    if not shapes and rule.picture is not None and rule.picture.turned == "refuse":
        listed = (*rule.picture.sizes, rule.picture.at_least)
        shapes = [Fraction(size.width, size.height) for size in listed if size is not None]
    wide, tall = any(each > 1 for each in shapes), any(each < 1 for each in shapes)
    return "either" if wide and tall else "wide" if wide else "tall" if tall else ""


def _words(notice: Notice, asker: Asker) -> Facts:
    tracks = [
        {
            "label": track.label,
            "fields": [
                {"label": each.label, "limit": each.limit, "clause": each.clause}
                for each in (track.form.fields if track.form else ())
                if each.limit
            ],
        }
        for track in _meant(notice.entered, asker)
    ]
    limited = _together([track for track in tracks if track["fields"]])
    return {"tracks": limited} if notice.entered else {}


def _stamp(notice: Notice, asker: Asker) -> Facts:
    tracks = []
    for track in _meant(notice.entered, asker):
        scan = track.item("scan")
        cells = [{"label": level.label, "clause": level.clause} for level in track.chain if _before(level)]
        if cells or scan is not None:
            told = {"label": scan.label, "clause": scan.clause} if scan is not None else {}
            tracks.append({"label": track.label, "cells": cells, "scan": told})
    signs = any(klass.key == asker.klass and not klass.seals for klass in notice.classes)
    return {"tracks": _together(tracks), "signs": signs} if tracks else {}


def _before(level: Level) -> bool:
    """Whether a cell is stamped before an entry is handed in."""
    return level.field is not None and level.by in ("unit", "recommender")


def _quota(notice: Notice, asker: Asker) -> Facts:
    if not asker.klass:
        return {}
    tracks = []
    for track in _meant(notice.tracks, asker):
        quota = track.quota(asker.klass)
        tracks.append(
            {
                "label": track.label, "measure": track.measure, "floor": quota.floor,
                "cap": asker.caps.get(track.key) or quota.cap or 0, "soft": quota.soft, "moves": quota.moves,
                "clause": quota.clause,
            }
        )  # fmt: skip
    return _filled(tracks=_together(tracks))


def _edit(notice: Notice, asker: Asker) -> Facts:
    tracks = [
        {"label": track.label, "clause": track.stage.clause, **_close(track, asker)}
        for track in _meant(notice.entered, asker)
    ]
    return _filled(tracks=_together(tracks))


def _prizes(notice: Notice, _: Asker) -> Facts:
    prizes = [
        {"label": each.label, "slots": each.slots or 0, "gift": each.gift, "certificate": each.certificate}
        for each in (notice.awards.prizes if notice.awards else ())
    ]
    return {"prizes": prizes, "clause": notice.awards.clause} if notice.awards else {}


def _who(notice: Notice, asker: Asker) -> Facts:
    classes = [each for each in notice.classes if each.enters]
    own = next((each.label for each in classes if each.key == asker.klass), "")
    clauses = _clauses(each.clause for each in classes)
    return {"classes": [each.label for each in classes], "own": own, "clause": clauses} if classes else {}


def _checks(notice: Notice, asker: Asker) -> Facts:
    named = set(_CHECKED.findall(asker.words))
    checks = [
        {"label": track.label, "text": check.text, "clause": check.clause}
        for track in _meant(notice.tracks, asker)
        for check in track.checks
        if any(word in check.text for word in named)
    ]
    return _filled(checks=_together(checks))


def _where(notice: Notice, _: Asker) -> Facts:
    mail = {"to": notice.mail.to, "clause": notice.mail.clause} if notice.mail is not None else {}
    return {"collects": bool(notice.entered), "tasks": bool(notice.tasks), "mail": mail}


def _package(notice: Notice, asker: Asker) -> Facts:
    tracks = [
        {
            "label": track.label,
            "parts": [
                {"label": item.label, "required": item.required, "clause": item.clause} for item in track.package
            ],
        }
        for track in _meant(notice.entered, asker)
    ]
    return _filled(tracks=_together([track for track in tracks if track["parts"]]))


def _judging(notice: Notice, _: Asker) -> Facts:
    if notice.judging is None:
        return {}
    shares = {weight.of: f"{float(weight.share * 100):g} %" for weight in notice.judging.weights}
    rounds = [
        {
            "label": each.label, "share": shares.get(each.key, ""), "clause": each.clause,
            "period": _period(notice.stage(each.stage)) if each.stage is not None else {},
        }
        for each in notice.judging.rounds
    ]  # fmt: skip
    return _filled(rounds=rounds)


def _quiz(notice: Notice, _: Asker) -> Facts:
    if (quiz := notice.quiz) is None:
        return {}
    packets = {"each": quiz.packets.per_person, "draw": quiz.packets.chance == "draw", "clause": quiz.packets.clause}
    return {
        "draw": quiz.draw, "correct": quiz.correct, "attempts": quiz.attempts or 0, "daily": quiz.daily or 0,
        "clause": quiz.clause, "period": _period(quiz.stage), "packets": packets,
    }  # fmt: skip


def _mine(notice: Notice, asker: Asker) -> Facts:
    return {"track": "、".join(track.noun for track in notice.entered)} if notice.entered and asker.klass else {}


def _contact(notice: Notice, _: Asker) -> Facts:
    return {"contact": notice.contact}


_ANSWERS: Mapping[str, Callable[[Notice, Asker], Facts]] = {
    "deadline": _deadline, "begin": _begin, "result": _result, "film": _film, "words": _words, "stamp": _stamp,
    "quota": _quota, "edit": _edit, "prizes": _prizes, "who": _who, "checks": _checks, "where": _where,
    "package": _package, "judging": _judging, "quiz": _quiz, "mine": _mine, "contact": _contact,
}  # fmt: skip
