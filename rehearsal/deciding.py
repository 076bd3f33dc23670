"""What a committee of a rehearsal decides where the notice leaves a prize to people."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rehearsal.house import STOP, Answers, NoAnswer
from rehearsal.ledger import Ledger
from rehearsal.scripts import Script
from rehearsal.stage import Citizen

MEETING = "组委会评审会议决定"
_OPEN = re.compile(r"最后 (\d+) 个名额")


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions: so many of an open prize as the script says, and by judgement the first that are listed.

    `fixed` are the prizes by key, with how many the notice gives of each (None: open).
    """

    script: Script
    fixed: Mapping[str, int | None]
    told: Ledger

    @property
    def answers(self) -> Answers:
        """What is said to each question, by the beginning of its key."""
        works = {f"works/{key}/": self._works(slots or 1) for key, slots in self.fixed.items()}
        units = {f"units/{key}": self._units(slots or self.script.organisers) for key, slots in self.fixed.items()}
        return {
            "slots": self._slots, **works, **units, "fit/": self._fit, "theme/": lambda who: who.choices[0],
            "exclusive": "可以兼得", "reason": lambda who: "同上" if "同上" in who.choices else MEETING,
            "sure": "记下这个决定", "hub/": STOP,
        }  # fmt: skip

    def _slots(self, who: Citizen) -> str:
        if "没有可以评这个奖的作品" in who.text:
            return "0"
        asked = re.search(r"^(.+)评几名", who.text, re.MULTILINE)
        running = re.search(r"参加排名的有 (\d+) 项", who.text)
        for begins, number in self.script.slots.items():
            if asked is not None and asked[1].startswith(begins):
                return str(min(number, int(running[1])) if running is not None else number)
        raise NoAnswer(f"expected how many are given, found none for: {who.text}")

    def _works(self, wanted: int) -> Callable[[Citizen], str]:
        def said(who: Citizen) -> str:
            found = _OPEN.search(who.text)
            self.told.say(f"　{who.text}")
            return who.choices[0] if who.choices else _first(who, int(found[1]) if found else wanted)

        return said

    def _units(self, wanted: int) -> Callable[[Citizen], str]:
        def said(who: Citizen) -> str:
            self.told.say(f"　{who.text}")
            return _first(who, wanted)

        return said

    @staticmethod
    def _fit(who: Citizen) -> str:
        example = re.search(r"“([A-Z]{1,6}-[A-Z]\d{4}) ", who.text)
        if example is None:
            raise NoAnswer(f"expected the question to give an example, found: {who.text}")
        return f"{example[1]} 92.5"


def _first(who: Citizen, wanted: int) -> str:
    """The first of a list, by their places in it; 0 for none."""
    listed = len(re.findall(r"^\d+\. ", who.text, re.MULTILINE))
    return "、".join(map(str, range(1, min(wanted, listed) + 1))) or "0"
