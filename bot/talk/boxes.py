"""Ticks: one or several options of a form's cell, with a text of one's own for 其他."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.talk.choosing import plain
from bot.talk.fields import Outcome, Pieces, Question, Refused, Took, Unfit, fault_lines, pressed
from bot.talk.lines import Line, Prompt, line
from bot.talk.messages import PICKED, Choice, Incoming
from rules.faults import Fault, Faulty, Read


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes(Question):
    """One or several ticks, with an own text for 其他. Presses tick one by one; typed numbers answer at once."""

    read: Callable[[str], Read]
    check: Callable[[Any], Sequence[Fault]]
    options: tuple[str, ...]
    several: bool
    other: str = ""
    other_text: Line
    done: str = "选好了"
    again: str = "重新选"

    def prompt(self, pieces: Sequence[Any]) -> Prompt:
        state = self._state(pieces)
        if state.get("asked"):
            skip = (Choice("!skip", "不填"),) if state["asked"] == "optional" else ()
            return Prompt(self.other_text, (*skip, Choice("!again", self.again)), numbered=False)
        picked = state["picked"]
        choices = tuple(Choice(option, option, marked=option in picked) for option in self.options)
        if self.several and picked:
            choices += (Choice("!done", self.done),)
        text = line("engine.ticked", label=self.label, picked=picked, done=self.done) if picked else self.text
        return Prompt(text, choices, several=self.several)

    def load(self, kept: Any) -> Any:
        faults = self.check(kept)
        return Unfit(fault_lines(faults)[0]) if faults else kept

    def told(self, kept: Any) -> str:
        other = f"（{kept['other']}）" if kept.get("other") else ""
        return "、".join(kept["picked"]) + other

    def hear(self, pieces: Sequence[Any], incoming: Incoming) -> Outcome:
        state = self._state(pieces)
        if state.get("asked"):
            return self._hear_other(state, incoming)
        if (press := incoming.press) is not None:
            return self._hear_press(state["picked"], press.choice)
        if state["picked"] and plain(incoming.text) in (plain(self.done), "完成", f"{len(self.options) + 1}"):
            return self._settle({"picked": state["picked"], "other": ""})
        read = self.read(incoming.text)
        if isinstance(read, Faulty):
            return Refused(fault_lines(read.faults))
        return self._settle(read.value)

    def _hear_press(self, picked: list[str], code: str) -> Outcome:
        if code == "!done" and picked:
            return self._settle({"picked": picked, "other": ""})
        if code.startswith(f"{PICKED}\n"):
            ticked = list(dict.fromkeys(code.split("\n")[1:]))
            if ticked and all(each in self.options for each in ticked):
                return self._settle({"picked": ticked, "other": ""})
        if code not in self.options:
            return Refused((line("engine.pick_one", count=len(self.options), typed=""),))
        if not self.several:
            return self._settle({"picked": [code], "other": ""})
        left = [label for label in picked if label != code] if code in picked else [*picked, code]
        return Pieces(({"picked": left},))

    def _hear_other(self, state: dict[str, Any], incoming: Incoming) -> Outcome:
        if pressed(incoming, "!skip", "不填") and state["asked"] == "optional":
            return Took({"picked": state["picked"], "other": ""})
        if pressed(incoming, "!again", self.again):
            return Pieces(({"picked": []},))
        if incoming.press is not None:
            return self._hear_press(state["picked"], incoming.press.choice)
        text = " ".join(incoming.text.split())
        if not text:
            return Refused((line("engine.text_please"),))
        return self._judge({"picked": state["picked"], "other": text})

    def _settle(self, value: dict[str, Any]) -> Outcome:
        if self.other and self.other in value["picked"] and not value["other"]:
            faults = self.check(value)
            need = any(fault.key.endswith("other_missing") for fault in faults)
            return Pieces(({"picked": value["picked"], "asked": "required" if need else "optional"},))
        return self._judge(value)

    def _judge(self, value: dict[str, Any]) -> Outcome:
        faults = self.check(value)
        if faults:
            return Refused(fault_lines(faults))
        return Took(value)

    def _state(self, pieces: Sequence[Any]) -> dict[str, Any]:
        """What is ticked so far, of the options there are now."""
        last = pieces[-1] if pieces else None
        if not isinstance(last, dict) or not isinstance(last.get("picked"), list):
            return {"picked": []}
        return {**last, "picked": [label for label in last["picked"] if label in self.options]}
