"""A file that no question asked for, in the middle of an entry: what it is to the entry, or when its time comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.flows.documents import word_work
from bot.flows.film import by_category, category_of, check_key, film_work
from bot.flows.findings import spoken_size
from bot.flows.sheet import sheet_of
from bot.talk.flow import Handed
from bot.talk.lines import line
from bot.talk.log import Log
from bot.talk.messages import File, file_facts
from bot.talk.scene import Scene
from rules.handed import guess
from rules.notice import Notice
from rules.tracks import Track


def offered_file(scene: Scene, log: Log, file: File) -> Handed:
    """Word forms are read, films are taken at any time, scans when the form is there to be stamped."""
    kind = guess(file.name)
    if kind == "word":
        return Handed(word_work(scene, file), (line("reading.started", name=file.name),))
    track = track_in(scene.notice, log)
    if kind == "film":
        return _film(scene, log, track, file)
    if kind in ("picture", "pdf"):
        there = "scan" in log.kept
        asked = track is None or any(item.key in ("scan", "pictures") for item in track.package)
        return Handed(None, (line("material.paper", name=file.name, there=there, asked=asked),))
    return Handed(None, (line("material.unknown_file", name=file.name, kind=kind),))


def track_in(notice: Notice | None, log: Log) -> Track | None:
    """The track that an entry is in, None where it is not chosen yet."""
    if notice is None:
        return None
    if "track" in log.kept:
        return next((track for track in notice.entered if track.key == log.kept["track"].value), None)
    return notice.entered[0] if len(notice.entered) == 1 else None


def film_tracks(notice: Notice | None) -> tuple[Track, ...]:
    """The tracks that take films."""
    return tuple(track for track in notice.entered if track.film is not None) if notice is not None else ()


def _film(scene: Scene, log: Log, track: Track | None, file: File) -> Handed:
    tracks = film_tracks(scene.notice) if track is None else (track,) if track.film is not None else ()
    if not tracks:
        return Handed(None, (line("material.no_film", name=file.name),))
    answers: dict[str, Any] = {"film": {"files": [file_facts(file)], "for": ""}}
    if len(tracks) > 1:
        return Handed(None, (line("material.film_early", name=file.name, checking=False),), answers)
    [track] = tracks
    if "track" not in log.kept and scene.notice is not None and len(scene.notice.entered) > 1:
        answers["track"] = track.key
    if not _early(track, log):
        return Handed(None, (), answers)
    return _begun(scene, log, track, file, answers)


def _begun(scene: Scene, log: Log, track: Track, file: File, answers: Mapping[str, Any]) -> Handed:
    """A film that comes before the form is complete: checked at once, unless that takes an answer of the form."""
    assert track.film is not None, "asked before"
    kept = log.kept.get("form/category")
    category = category_of({"category": kept.value}) if kept is not None else ""
    told = {"name": file.name, "size": spoken_size(file.size)}
    if by_category(track.film) and not category:
        return Handed(None, (line("material.film_early", checking=False, **told),), answers)
    key = f"film/work/{check_key(track.film, file.sha256, category)}"
    lines = (line("material.film_early", checking=True, **told),)
    if key in log.deeds:
        return Handed(None, lines, answers)
    return Handed(film_work(scene, track, file_facts(file), category), lines, answers, key=key)


def _early(track: Track, log: Log) -> bool:
    """Whether the form still has open questions, so that the film is not asked for yet."""
    assert track.form is not None, "tracks without a form are not entered"
    return any(f"form/{field.key}" not in log.kept for field, _ in sheet_of(track.form).asked)
