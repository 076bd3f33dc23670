"""The film of an entry: handed in at any time, checked by the program, and looked at once more where there is reason.

The check is work (`check_film`); its result comes back under the topic `film` and is kept as an answer for that very
file, so the same film is never checked twice in one entry.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bot.flows.findings import ATTENTION, has, report, seconds_of, told
from bot.flows.likeness import likeness
from bot.talk.fields import OneOf, Option, Wait
from bot.talk.flow import Filled
from bot.talk.handing import HandIn
from bot.talk.lines import Line, line
from bot.talk.log import Log
from bot.talk.messages import File
from bot.talk.replay import Talk
from bot.talk.scene import Again, Scene
from rules.deeds import StartWork
from rules.film import FilmRule
from rules.film_demands import demands
from rules.forms import Form
from rules.handed import Material, guess
from rules.spans import spoken_size
from rules.tracks import Item, Track

#: The kind of work that checks a film, and the topic under which its results come back.
CHECK_FILM, FILM = "check_film", "film"


async def film_step(
    talk: Talk, track: Track, answers: Mapping[str, Any], begun: Collection[str]
) -> Again | Material | None:
    """Ask for the film, have it checked, show what was found. None where there is none, or it follows later.

    `begun` are the keys of checks that need not be begun here (any more).
    """
    item = track.item("film")
    if item is None or track.film is None:
        return None
    handed = await talk.ask("film", film_question(track.film, item))
    if "none" in handed:
        return None
    file, category = handed["files"][0], category_of(answers)
    key = check_key(track.film, file["sha256"], category)
    if key not in begun:
        await talk.do(f"film/work/{key}", film_work(talk.scene, track, file, category))
    waiting = line("material.film_checking", name=file["name"], size=spoken_size(file["size"]))
    facts = await talk.ask(f"film/check/{key}", Wait(text=waiting, topic=FILM, step=item.label))
    if facts.get("error"):
        talk.say(facts["error"]["key"], **facts["error"]["facts"])
        return Again(spent=("film", f"film/work/{key}", f"film/check/{key}"))
    said = report("film", facts, name=file["name"])
    if facts["refused"]:
        talk.say(said.key, **said.facts)
        return Again(spent=("film",))
    twins = likeness(track, facts)
    if twins is not None or has(told(facts), *ATTENTION):
        if twins is not None:
            talk.say(said.key, **said.facts)
        options = (Option("use", "就用这一部"), Option("change", "换一部"))
        seen = OneOf(text=twins or said, options=options, yes="use", no="change", step=item.label)
        if await talk.ask(f"film/seen/{key}", seen) == "change":
            talk.say("material.film_again")
            return Again(spent=("film", f"film/seen/{key}"))
    else:
        talk.say(said.key, **said.facts)
    return Material("film", file["sha256"], file["name"], file["size"], facts)


def film_question(rule: FilmRule, item: Item) -> HandIn:
    """What a track asks of its film, in one sentence, and the film itself."""
    options = [Option("/暂停", "先存着，稍后再交")]
    if not item.required:
        options.append(Option("none", "不交视频"))
    if item.later:
        options.append(Option("later", "以后补交"))
    return HandIn(
        text=line(
            "material.film",
            label=item.label,
            clause=item.clause,
            demands=line("material.demands", **demands(rule)),
        ),
        label=item.label,
        hint=line("material.film_please", label=item.label),
        wanted=is_film,
        options=tuple(options),
    )


def is_film(file: File) -> bool:
    """Whether to look into a file as a film; what it really is, its contents say."""
    return guess(file.name) in ("film", "unnamed")


def category_of(answers: Mapping[str, Any]) -> str:
    """The kind of film that the form was answered with, "" where it asks for none."""
    value = answers.get("category")
    picked = value.get("picked", []) if isinstance(value, dict) else []
    return str(picked[0]) if picked else ""


def by_category(rule: FilmRule) -> bool:
    """Whether a film can be judged only when its category is known."""
    return any(each.categories for each in rule.durations)


def check_key(rule: FilmRule, sha256: str, category: str) -> str:
    """What the check of one film is kept under."""
    return f"{sha256}/{category}" if by_category(rule) else sha256


def film_work(scene: Scene, track: Track, file: Mapping[str, Any], category: str) -> StartWork:
    """The check of a film, as work."""
    campaign = scene.notice.id if scene.notice is not None else ""
    unit = scene.seat.unit.id if scene.seat is not None and scene.seat.unit is not None else 0
    payload = {
        "sha256": file["sha256"], "name": file["name"], "campaign": campaign, "track": track.key, "category": category,
        "unit": unit, "entry": scene.facts.get("entry", 0),
    }  # fmt: skip
    return StartWork(CHECK_FILM, payload, session=scene.session, topic=FILM)


def measured_cells(form: Form, film: Material | None) -> dict[str, Any]:
    """The cells that the film itself fills: its length in whole seconds, as it is printed."""
    if film is None:
        return {}
    seconds = max(1, seconds_of(film.facts["length"]))
    return {field.key: {"seconds": seconds} for field in form.fields if field.source == "film"}


def film_checked(scene: Scene, log: Log, facts: Mapping[str, Any]) -> Filled:
    """The result of a check, kept for its film; told unless the entry has another film by now."""
    asked = facts["asked"]
    track = scene.notice.track(asked["track"]) if scene.notice is not None else None
    assert track is not None and track.film is not None, "only such tracks have their films checked"
    kept = {key: value for key, value in facts.items() if key not in ("asked", "progress")}
    answers = {f"film/check/{check_key(track.film, asked['sha256'], asked['category'])}": kept}
    if not _is_current(log, asked["sha256"]):
        return Filled(answers, ())
    card = line("material.card_done", name=asked["name"])
    if facts.get("error"):
        return Filled(answers, (Line(facts["error"]["key"], facts["error"]["facts"]),), card=card)
    twins = likeness(track, facts)
    lines = (report("film", facts, name=asked["name"]), *((twins,) if twins is not None else ()))
    return Filled(answers, lines, card=card)


def film_progress(scene: Scene, log: Log, facts: Mapping[str, Any]) -> Line | None:
    """How far a check is: the verdict of the header, then how much of the whole was seen."""
    if not _is_current(log, facts["asked"]["sha256"]):
        return None
    if facts.get("stage") == "header" and facts.get("refused"):
        return line("material.film_header_refused", name=facts["name"], findings=told(facts))
    return line("material.film_header_good", name=facts["name"], share=facts.get("share", 0))


def _is_current(log: Log, sha256: str) -> bool:
    kept = log.kept.get("film")
    files = kept.value.get("files", ()) if kept is not None else ()
    return any(each["sha256"] == sha256 for each in files)
