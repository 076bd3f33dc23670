"""The calendar of a campaign: stages, meetings, and what units owe by a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated, Any, Literal

from rules.instants import Closing, closing, opening
from rules.schema import Settings, Unreadable, Written

#: What ends like this among a task's needs is a number.
_COUNTED = ("人数", "数量")


def read_opening(found: Any, settings: Settings) -> datetime:
    """A first instant, aware, in the notice's zone."""
    if not isinstance(found, str):
        raise Unreadable(f"时间应写成文字，例如“2024-02-27”，写的是 {found}。")
    return opening(found, settings["zone"])


def read_closing(found: Any, settings: Settings) -> Closing:
    """A closing in the notice's zone; 下班前 is read by the notice's `close_of_work`."""
    if not isinstance(found, str):
        raise Unreadable(f"时间应写成文字，例如“2024-04-23 24:00”，写的是 {found}。")
    return closing(found, settings["zone"], close_of_work=time.fromisoformat(settings["close_of_work"]))


def read_zone(found: Any, _: Settings) -> str:
    """The name of a time zone, "Asia/Shanghai"."""
    opening("2000-01-01", found if isinstance(found, str) else str(found))
    return str(found)


def read_clock(found: Any, _: Settings) -> str:
    """A time of day "18:00"."""
    try:
        return time.fromisoformat(found).strftime("%H:%M")
    except (TypeError, ValueError):
        raise Unreadable(f"钟点应写成“18:00”，写的是“{found}”。") from None


@dataclass(frozen=True, slots=True)
class Stage:
    """One period of the campaign, half-open: [opens, closes). `ends.text` is its end as people say it."""

    key: str
    label: str
    opens: Annotated[datetime, Written(via=read_opening)]
    ends: Annotated[Closing, Written(name="closes", via=read_closing)]
    clause: str

    @property
    def closes(self) -> datetime:
        """The first instant that is late."""
        return self.ends.first_late

    @property
    def closes_text(self) -> str:
        return self.ends.text

    def is_open(self, now: datetime) -> bool:
        return self.opens <= now < self.closes

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.closes <= self.opens:
            yield "closes", f"结束（{self.ends.text}）不晚于开始（{self.opens:%Y-%m-%d %H:%M}）。"


@dataclass(frozen=True, slots=True)
class Meeting:
    """One gathering at an hour; people sign in `early` minutes before."""

    key: str
    label: str
    at: Annotated[datetime, Written(via=read_opening)]
    place: str
    clause: str
    classes: Annotated[tuple[str, ...], Written(refers="class")] = ()
    early: Annotated[int, Written(at_least=0)] = 0


@dataclass(frozen=True, slots=True)
class Task:
    """What units of some classes (none named: all) owe by `due`, `times` times.

    `form` names the form that is handed in. `people`: at least this many must have taken part. `needs`: what the report
    of it holds. `told_by`: until when it may be reported that it was done by `due`, where that is later. `late`: what
    comes after that is refused, or taken and marked. `from_quiz`: which of `needs` is the number of
    people who answered the quiz: it is counted here, and units are not reminded of it before the quiz is over.
    """

    key: str
    label: str
    due: Annotated[Closing, Written(via=read_closing)]
    clause: str
    opens: Annotated[datetime | None, Written(via=read_opening)] = None
    classes: Annotated[tuple[str, ...], Written(refers="class")] = ()
    form: Annotated[str | None, Written(refers="form")] = None
    times: Annotated[int, Written(at_least=1)] = 1
    people: Annotated[int | None, Written(at_least=1)] = None
    needs: tuple[str, ...] = ()
    told_by: Annotated[Closing | None, Written(via=read_closing)] = None
    late: Literal["refuse", "mark"] = "refuse"
    from_quiz: str = ""

    @property
    def kind(self) -> Literal["form", "event", "report"]:
        """What is handed in: a form, the report of something that people came to, or a report."""
        return "form" if self.form is not None else "event" if self.people is not None else "report"

    @property
    def ends(self) -> Closing:
        """The closing that decides whether what is handed in is late."""
        return self.told_by or self.due

    @property
    def figures(self) -> tuple[str, ...]:
        """What of its needs is told as a number."""
        return tuple(need for need in self.needs if need.endswith(_COUNTED))

    def concerns(self, klass: str) -> bool:
        """Whether units of this class owe it."""
        return not self.classes or klass in self.classes

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.from_quiz and self.from_quiz not in self.needs:
            yield "from_quiz", f"“{self.from_quiz}”不在 needs 里。"
        if self.opens is not None and self.due.first_late <= self.opens:
            yield "due", f"截止（{self.due.text}）不晚于开始（{self.opens:%Y-%m-%d %H:%M}）。"
        if self.told_by is not None and self.told_by.first_late < self.due.first_late:
            yield "told_by", f"报告的截止（{self.told_by.text}）早于完成的截止（{self.due.text}）。"
