"""A notice file as plain facts, so that two files about one notice can be laid side by side whatever their keys are.

Forms are known by their annex, fields by their labels, tracks by whether they collect films, classes by their names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

Facts = dict[str, str]
Raw = dict[str, Any]


def facts_of(text: str) -> Facts:
    """Every fact of a notice file that its notice could tell: name -> value."""
    whole = _resolved(tomllib.loads(text))
    return {name: value for name, value in _facts(whole) if value}


def _facts(whole: Raw) -> Iterator[tuple[str, str]]:
    yield "title", plain(whole.get("title", ""))
    yield "reference", plain(whole.get("reference", ""))
    yield "issued", whole.get("issued", "")
    for each in whole.get("body", []):
        for role in ("主办", "承办", "协办"):
            if role in each["role"]:
                for label in re.split("、", each["label"]):
                    yield f"body {role} {plain(label)}", "yes"
    for each in whole.get("class", []):
        yield f"class {plain(each['label'])}", "yes"
    for each in whole.get("stage", []):
        yield f"stage to {_end(each.get('closes'))}", _start(each.get("opens"))
    for each in whole.get("meeting", []):
        yield f"meeting {each.get('at')}", plain(each.get("place", ""))
        yield f"meeting {each.get('at')} early", str(each.get("early", ""))
    for each in whole.get("task", []):
        name = "event" if "people" in each else f"task {'form' if 'form' in each else 'report'}"
        yield f"{name} due {_end(each.get('due'))}", "yes"
        yield f"{name} people", str(each.get("people", ""))
    for each in whole.get("form", []):
        yield from _form(each)
    for each in whole.get("track", []):
        yield from _track(each, whole)
    yield from _judging(whole)
    yield from _quiz(whole)
    for each in whole.get("outlet", []):
        for label in re.split("、", each["label"]):
            yield f"outlet {plain(label)}", "yes"
    if mail := whole.get("mail"):
        yield "mail to", mail["to"]
        if not mail["naming_clause"].startswith("通知未写"):
            yield "mail subject", plain(mail["subject"])
            yield "mail work", plain(mail["work"])


def _form(form: Raw) -> Iterator[tuple[str, str]]:
    name = "form 暂拟" if form.get("provisional") else f"form {re.sub(r'[^0-9]', '', form['annex']) or '1'}"
    if form.get("provisional"):
        yield name, "provisional"
        return
    yield f"{name} title", plain(form["title"])
    if rows := form.get("rows"):
        yield f"{name} rows", f"{rows['least']}-{rows['most']}"
    for field in form["field"]:
        label = plain(field.get("label", ""))
        if "into" in field:
            continue
        yield f"{name} field {label}", field["kind"]
        yield f"{name} field {label} limit", str(field.get("limit", ""))
        yield f"{name} field {label} options", "|".join(sorted(plain(each) for each in field.get("options", [])))
        yield f"{name} field {label} source", field.get("source", "ask")
        yield f"{name} field {label} headings", "|".join(plain(each) for each in field.get("headings", []))
        yield f"{name} field {label} open", "yes" if field.get("open") else ""
        yield f"{name} field {label} optional", "yes" if field.get("required") is False else ""


def _track(track: Raw, whole: Raw) -> Iterator[tuple[str, str]]:
    name = _kind(track)
    yield f"track {name}", "yes"
    stage: Raw = next((each for each in whole["stage"] if each["key"] == track["stage"]), {})
    yield f"{name} closes", _end(stage.get("closes"))
    yield f"{name} opens", _start(stage.get("opens"))
    labels = {each["key"]: plain(each["label"]) for each in whole["class"]}
    for quota in track.get("quota", []):
        for key in quota["classes"]:
            for bound in ("floor", "cap"):
                yield f"quota {name} {bound} {labels.get(key, key)}", str(quota.get(bound, ""))
            yield f"quota {name} soft {labels.get(key, key)}", "yes" if quota.get("soft") else ""
    for level in track.get("chain", []):
        yield f"{name} opinion of {level['by']}", "yes"
    yield f"{name} pledge", "yes" if "pledge" in track else ""
    for rule in ("one_theme", "straight", "excluded"):
        yield f"{name} {rule}", "yes" if rule in track else ""
    for item in track.get("package", []):
        yield f"{name} package {item['key']}", "yes"
    for part, rule in (track.get("film") or {}).items():
        for each in rule if isinstance(rule, list) else [rule]:
            for key, value in each.items():
                if key not in ("clause", "larger", "turned", "others", "tolerance", "variable", "categories"):
                    told = "|".join(sorted(map(str, value))) if isinstance(value, list) else str(value)
                    yield f"film {part} {key}", plain(told)


def _kind(track: Raw) -> str:
    return "film" if track.get("film") else "text"


def _judging(whole: Raw) -> Iterator[tuple[str, str]]:
    tracks = {each["key"]: _kind(each) for each in whole.get("track", [])}
    judging = whole.get("judging") or {}
    for key, share in (judging.get("weights") or {}).items():
        kind = next((each["kind"] for each in judging["round"] if each["key"] == key), key)
        yield f"weight {kind}", plain(share)
    for each in judging.get("round", []):
        yield f"round {each['kind']}", each["method"]
    for each in judging.get("criterion", []):
        yield f"criterion {plain(each['label'])}", "yes"
    yield "criteria weights", "|".join(plain(each) for each in (judging.get("criteria_weights") or {}).values())
    for prize in (whole.get("awards") or {}).get("prize", []):
        where = sorted({tracks.get(key, key) for key in prize.get("tracks", [])}) if prize["each"] != "all" else []
        for kind in where if len(tracks) > 1 and where else ["all"]:
            slots = str(prize["slots"])
            yield f"prize {plain(prize['label'])} {kind}", "open" if slots in ("若干", "未定") else slots
            yield f"prize {plain(prize['label'])} {kind} gift", str(prize.get("gift", ""))


def _quiz(whole: Raw) -> Iterator[tuple[str, str]]:
    quiz = whole.get("quiz") or {}
    stage: Raw = next((each for each in whole.get("stage", []) if each["key"] == quiz.get("stage")), {})
    yield "quiz closes", _end(stage.get("closes"))
    yield "quiz opens", _start(stage.get("opens"))
    for key in ("draw", "correct", "daily", "attempts", "seconds", "stay_until"):
        yield f"quiz {key}", _end(quiz.get(key)) if key == "stay_until" else str(quiz.get(key, ""))
    for key in ("per_person", "when_gone", "rights"):
        yield f"quiz {key}", str((quiz.get("packets") or {}).get(key, ""))
    yield "quiz embargo", _start((quiz.get("embargo") or {}).get("until"))


def plain(text: Any) -> str:
    """Text without blanks and with one spelling of brackets."""
    told = "".join(str(text).split())
    return told.translate(str.maketrans("()＋：“”", '（）+:""'))


def _end(value: Any) -> str:
    """A closing with its clock; a day alone runs to 24:00."""
    told = str(value or "")
    return told + " 24:00" if re.fullmatch(r"\d{4}-\d\d-\d\d", told) else told


def _start(value: Any) -> str:
    return str(value or "").removesuffix(" 00:00")


def _resolved(whole: Raw) -> Raw:
    switches = {each["key"]: each for each in whole.get("switch", [])}

    def look(path: str) -> Any:
        node: Any = whole
        for step in re.findall(r"[^.\[\]]+", path):
            if isinstance(node, list):
                node = node[int(step) - 1] if step.isdigit() else next(each for each in node if each.get("key") == step)
            else:
                node = node[step]
        return node

    def settle(node: Any) -> Any:
        if isinstance(node, list):
            return [settle(each) for each in node]
        if not isinstance(node, dict):
            return node
        if set(node) == {"switch"} and isinstance(node["switch"], str):
            switch = switches[node["switch"]]
            chosen = next(each for each in switch["alternatives"] if each["key"] == switch["reading"])
            return chosen.get("value", chosen["key"])
        if "same" in node:
            found = look(node["same"])
            return settle(found | {k: v for k, v in node.items() if k != "same"} if isinstance(found, dict) else found)
        return {key: settle(each) for key, each in node.items() if key != "switch"}

    return settle(whole)  # type: ignore[no-any-return]
