"""An entry that is in, taken up once more: its answers and files as the answers of a new conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.flows.film import category_of, check_key
from bot.flows.scan import digest_of
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
        answers[key] = {"files": [file_facts(File(one.name, one.size, one.sha256)) for one in mine], "for": ""}
        checked += _checks(track, file, mine, answers)
    facts = {"entry": file.entry.id, "number": file.entry.number, "title": file.entry.title, "checked": checked}
    return Then("enter", facts, answers)


def _checks(track: Track, file: EntryFile, mine: Sequence[Material], answers: dict[str, Any]) -> list[str]:
    """Put the checks of one item's files among the answers, as seen and accepted; gives what they are kept under."""
    [kind, facts] = [mine[0].key, mine[0].facts]
    if kind == "film" and track.film is not None:
        key = check_key(track.film, mine[0].sha256, category_of(file.answers))
    elif kind == "scan":
        key = digest_of(answers["scan"]["files"])
        answers |= {f"scan/old/{key}/{file.entry.code}": "use"}
    else:
        return []
    answers |= {f"{kind}/check/{key}": dict(facts), f"{kind}/seen/{key}": "use"}
    return [key]
