"""An entry that is in, taken up once more: its answers and files as the answers of a new conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.flows import film, scan
from bot.talk.messages import File, file_facts
from bot.talk.scene import Then
from rules.handed import Material
from rules.looks import EntryFile
from rules.tracks import Track


def taken_up(file: EntryFile, track: Track) -> Then:
    """The conversation that enters a new version; nothing that was checked before is checked again."""
    answers = {"track": track.key, **{f"form/{key}": value for key, value in file.answers.items()}}
    checked: list[str] = []
    for key in dict.fromkeys(one.key for one in file.materials):
        mine = [one for one in file.materials if one.key == key]
        answers[key] = {
            "files": [file_facts(File(one.name, one.size, one.sha256)) for one in mine],
            "for": file.entry.code,
        }
        checked += _checks(track, file, mine, answers)
    facts = {"entry": file.entry.id, "number": file.entry.number, "title": file.entry.title, "checked": checked}
    return Then("enter", facts, answers)


def _checks(track: Track, file: EntryFile, mine: Sequence[Material], answers: dict[str, Any]) -> list[str]:
    """Put the checks of one item's files among the answers, as seen and accepted; gives what they are kept under."""
    [kind, facts] = [mine[0].key, mine[0].facts]
    if kind == "film" and track.film is not None:
        key = film.check_key(track.film, mine[0].sha256, film.category_of(file.answers))
    elif kind == "scan":
        key = scan.check_key(answers["scan"]["files"], file.entry.code)
    else:
        return []
    answers |= {f"{kind}/check/{key}": dict(facts), f"{kind}/seen/{key}": "use"}
    return [key]
