"""Files that an admin sends with a message to many: a picture or file to enclose, or a list of units to write to.

They are looked at by the program, outside of the turn: QR codes in a picture, the names in a list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.talk.fields import Outcome, Question, Refused, Took, pressed
from bot.talk.flow import Handed
from bot.talk.lines import Prompt, line
from bot.talk.log import Log
from bot.talk.messages import Choice, File, Incoming
from bot.talk.scene import Scene
from rules.deeds import StartWork

#: The topic of what was found in a file, and the kind of work that finds it.
ENCLOSURE = "enclosure"
#: Bytes of a file that may be enclosed: what every channel can pass on.
LARGEST = 10 * 1024 * 1024
#: Units that may be named in one message.
MOST_NAMES = 500
_PARTED = re.compile(r"[、,，;；\n\t]+")


def enclosed_file(scene: Scene, log: Log, file: File) -> Handed:
    """A file sent while a message to many is being written: it is looked at, and the question answers itself."""
    if file.size > LARGEST:
        return Handed(None, (line("broadcast.file_large", name=file.name, limit=LARGEST // (1024 * 1024)),))
    campaign = scene.notice.id if scene.notice is not None else ""
    payload = {"sha256": file.sha256, "name": file.name, "campaign": campaign}
    return Handed(
        StartWork(ENCLOSURE, payload, session=scene.session, topic=ENCLOSURE),
        (line("broadcast.looking", name=file.name),),
    )


def _found(incoming: Incoming) -> dict[str, Any] | None:
    """What was found in a file, None where the message is something else."""
    return dict(incoming.facts) if incoming.channel == "inside" and incoming.topic == ENCLOSURE else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure(Question):
    """The file to enclose, as {"name", "sha256", "broken", "opaque"}; {} for none.

    `broken` are the embargoes that it would break, `opaque` says that nobody could look into it. {"error"}: it does not
    open.
    """

    none: str = "不附了"

    def prompt(self, pieces: Sequence[Any]) -> Prompt:
        return Prompt(self.text, (Choice("none", self.none),))

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        if (found := _found(incoming)) is not None:
            return Took(found)
        if pressed(incoming, "none", self.none) or incoming.text.strip() == "1":
            return Took({})
        return Refused((line("broadcast.file_please"),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Question):
    """Units by name, typed or in a file: {"names": [...]}; or their numbers, where they are known already."""

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        found = _found(incoming)
        if found is not None and (found.get("error") or found.get("names")):
            return Took({name: found[name] for name in ("names", "error") if name in found})
        if found is not None:
            return Took({"error": {"key": "broadcast.no_names", "facts": {"name": found.get("name", "")}}})
        names = list(dict.fromkeys(filter(None, (part.strip()[:60] for part in _PARTED.split(incoming.text)))))
        if not names:
            return Refused((line("broadcast.names_please"),))
        if len(names) > MOST_NAMES:
            return Refused((line("broadcast.names_many", count=len(names), limit=MOST_NAMES),))
        return Took({"names": names})
