"""The notice of a campaign as data: everything the program knows about it, each rule with the clause it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Annotated, Any, Protocol, TypeVar

from rules.embargo import Embargo
from rules.film import FilmRule
from rules.forms import Field, Form
from rules.judging import Awards, Judging
from rules.people import Seat
from rules.places import locate
from rules.quiz import Quiz
from rules.quota import FREE, Quota, Standing, standing
from rules.reading import NoticeFault, NoticeFaults, read
from rules.reminding import SUGGESTION, Reminding
from rules.schema import Unreadable, Written, shown
from rules.stages import Meeting, Stage, Task, read_clock, read_zone
from rules.tracks import Check, Item, Level, Pledge, Rule, Track

__all__ = [
    "FREE", "Alternative", "Awards", "Body", "Check", "Embargo", "Field", "FilmRule", "Form", "Item", "Judging",
    "Level", "Mail", "Meeting", "Notice", "NoticeFault", "NoticeFaults", "Outlet", "Pledge", "Quiz", "Quota",
    "Retention", "Rule", "Stage", "Standing", "Switch", "Task", "Track", "UnitClass", "read_notice", "standing",
]  # fmt: skip

_CODE = re.compile(r"[A-Z]{1,6}")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
#: What a naming convention may speak of; the values come from the entry and its unit.
NAMING_WORDS = ("活动", "作品类别", "推荐单位名称", "单位名称", "参赛者姓名", "联系人", "联系电话", "作品名称", "编号")


@dataclass(frozen=True, slots=True)
class Body:
    """A public body with a part in the campaign (主办, 承办, 评审 …)."""

    key: str
    label: str
    role: str
    clause: str


@dataclass(frozen=True, slots=True)
class UnitClass:
    """A class of entrants. `seals`: it stamps; others sign instead. `enters`: it may enter works itself.

    `leads`: its units are the lead departments that screen what the units under them enter. `person`: each is one
    person who enters for themselves.
    """

    key: str
    label: str
    clause: str
    seals: bool = True
    enters: bool = True
    leads: bool = False
    person: bool = False

    @property
    def natural(self) -> bool:
        """Whether its members are natural persons: spoken to as such, and masked where everybody looks."""
        return self.person or not self.seals


@dataclass(frozen=True, slots=True)
class Outlet:
    """Where works or results are shown to the public."""

    label: str
    clause: str


def read_code(found: Any, _: object) -> str:
    """The prefix of entry numbers: 1 to 6 capital letters."""
    if not isinstance(found, str) or not _CODE.fullmatch(found):
        raise Unreadable(f"编号前缀应为 1 到 6 个大写字母，写的是{shown(found)}。")
    return found


def read_naming(found: Any, _: object) -> str:
    """A naming convention: text with {作品名称} and the like. Raises `Unreadable` for a word that nothing fills."""
    if not isinstance(found, str) or not found.strip():
        raise Unreadable(f"命名规则应为文字，例如“{{单位名称}}+{{作品名称}}”，写的是{shown(found)}。")
    unknown = [word for word in _PLACEHOLDER.findall(found) if word not in NAMING_WORDS]
    if unknown or set(_PLACEHOLDER.sub("", found)) & set("{}"):
        told = "、".join(f"{{{word}}}" for word in unknown) or "不成对的花括号"
        raise Unreadable(f"命名规则里有{told}；可用的有：{'、'.join(f'{{{word}}}' for word in NAMING_WORDS)}。")
    return found


@dataclass(frozen=True, slots=True)
class Mail:
    """How a package goes by mail: to whom, under which subject, with which file names.

    `loose`: marks that are accepted instead of those in the convention when an existing mail is read.
    """

    to: str
    clause: str
    subject: Annotated[str, Written(via=read_naming)]
    work: Annotated[str, Written(via=read_naming)]
    naming_clause: str
    loose: tuple[str, ...] = ()

    @property
    def named_by_notice(self) -> bool:
        """Whether the notice itself asks for these names; else they are ours, and who names otherwise is only told."""
        return not self.naming_clause.startswith("通知未写")

    def problems(self) -> Iterator[tuple[str, str]]:
        if not re.fullmatch(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", self.to):
            yield "to", f"“{self.to}”不是完整的邮箱地址。"


@dataclass(frozen=True, slots=True)
class Retention:
    """How long personal data and files are kept after the last stage, in months."""

    months: Annotated[int, Written(at_least=0)]
    clause: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """One reading of an unclear clause; without `value`, its own key is the value it puts in force."""

    key: str
    label: str
    value: object = None


@dataclass(frozen=True, slots=True)
class Switch:
    """An unclear clause: the question, the reading in force, the others, and why this one.

    `decides` are the places of the file that take their value from it.
    """

    key: str
    clause: str
    question: str
    reading: str
    why: str
    alternatives: tuple[Alternative, ...]
    decides: Annotated[tuple[str, ...], Written(given=True)] = ()

    @property
    def chosen(self) -> Alternative:
        return next(each for each in self.alternatives if each.key == self.reading)

    @property
    def value(self) -> object:
        """The value in force."""
        return self.chosen.key if self.chosen.value is None else self.chosen.value

    def problems(self) -> Iterator[tuple[str, str]]:
        keys = [each.key for each in self.alternatives]
        if self.reading not in keys:
            yield "reading", f"“{self.reading}”不在可选的读法之中：{'、'.join(keys)}。"
        if len(keys) < 2:
            yield "alternatives", "只有一种读法就不是开关；请至少写两种。"


#: Kinds of fields that voters may be shown: texts about a work, never how to reach a person.
SHOWN_KINDS = frozenset({"line", "text", "sections", "boxes"})


@dataclass(frozen=True, slots=True)
class Notice:
    """A whole campaign. `id` is the name of its file. The order of attributes is the order of reading references."""

    id: Annotated[str, Written(given=True)]
    code: Annotated[str, Written(via=read_code)]
    title: str
    short_title: str
    contact: str
    classes: Annotated[tuple[UnitClass, ...], Written(name="class")]
    stages: Annotated[tuple[Stage, ...], Written(name="stage")]
    retention: Retention
    reference: str = ""
    issued: str = ""
    zone: Annotated[str, Written(via=read_zone, setting=True)] = "Asia/Shanghai"
    close_of_work: Annotated[str, Written(via=read_clock, setting=True)] = "18:00"
    bodies: Annotated[tuple[Body, ...], Written(name="body")] = ()
    forms: Annotated[tuple[Form, ...], Written(name="form")] = ()
    tracks: Annotated[tuple[Track, ...], Written(name="track")] = ()
    switches: Annotated[tuple[Switch, ...], Written(name="switch")] = ()
    judging: Judging | None = None
    awards: Awards | None = None
    quiz: Quiz | None = None
    meetings: Annotated[tuple[Meeting, ...], Written(name="meeting")] = ()
    tasks: Annotated[tuple[Task, ...], Written(name="task")] = ()
    outlets: Annotated[tuple[Outlet, ...], Written(name="outlet")] = ()
    disclaimers: Annotated[tuple[Pledge, ...], Written(name="disclaimer")] = ()
    mail: Mail | None = None
    reminders: Reminding = SUGGESTION
    embargoes: Annotated[tuple[Embargo, ...], Written(name="embargo")] = ()

    @property
    def entered(self) -> tuple[Track, ...]:
        """The tracks whose works are entered on a form."""
        return tuple(track for track in self.tracks if track.form is not None)

    def track_of(self, form: Form) -> Track | None:
        """The track whose works are entered on this form, None for a form of another kind."""
        return next((track for track in self.entered if track.form is form), None)

    def track(self, key: str) -> Track:
        """The track of this key. Raises `KeyError`, as do the other four."""
        return _of(self.tracks, key, "track", self.id)

    def form(self, key: str) -> Form:
        return _of(self.forms, key, "form", self.id)

    def switch(self, key: str) -> Switch:
        return _of(self.switches, key, "switch", self.id)

    def stage(self, key: str) -> Stage:
        return _of(self.stages, key, "stage", self.id)

    def unit_class(self, key: str) -> UnitClass:
        return _of(self.classes, key, "class", self.id)

    def natural(self, klass: str) -> bool:
        """Whether a class, by its key, is one of natural persons; units of no known class are none."""
        return any(each.key == klass and each.natural for each in self.classes)

    def problems(self) -> Iterator[tuple[str, str]]:
        if not self.tracks and self.quiz is None:
            yield "", "既没有征集的作品（[[track]]），也没有答题（[quiz]）。"
        kinds = {field.key: field.kind for form in self.forms for field in form.fields}
        for round_ in self.judging.rounds if self.judging is not None else ():
            for key in round_.vote.shows if round_.vote is not None else ():
                if kinds.get(key) not in SHOWN_KINDS:
                    told = "没有这一栏" if key not in kinds else "这一栏不是给公众看的内容"
                    yield f"judging.round.{round_.key}.vote.shows", f"“{key}”：{told}；只能写题目、简介一类的文字栏。"


class _Keyed(Protocol):
    @property
    def key(self) -> str: ...


K = TypeVar("K", bound=_Keyed)


def _of(things: tuple[K, ...], key: str, what: str, notice: str) -> K:
    for thing in things:
        if thing.key == key:
            return thing
    raise KeyError(f"{notice} has no {what} {key!r}; it has {', '.join(thing.key for thing in things) or 'none'}")


@lru_cache(maxsize=64)
def read_notice(text: str, *, name: str, questions: int | None = None) -> Notice:
    """The TOML text of a notice; `name` becomes its id. Raises `NoticeFaults` with every fault and its place.

    `questions` is the number of valid questions in the bank beside the notice, when there is one. A notice is frozen:
    the same text gives the same one again.
    """
    notice, decides = read(Notice, text, supplied={"id": name})
    if notice.quiz and questions is not None and not notice.quiz.opens_with(questions):
        place = locate(text).find("quiz.draw")
        told = f"每次抽取 {notice.quiz.draw} 题，题库里只有 {questions} 题，不能开赛。"
        raise NoticeFaults([NoticeFault("quiz.draw", place.line if place else 1, told)])
    return replace(notice, switches=_with_places(notice.switches, decides))


def _with_places(switches: tuple[Switch, ...], decides: Mapping[str, tuple[str, ...]]) -> tuple[Switch, ...]:
    places = MappingProxyType(dict(decides))
    return tuple(replace(switch, decides=places.get(switch.key, ())) for switch in switches)


def enters_alone(notices: Mapping[str, Notice], seat: Seat | None) -> bool:
    """Whether whoever sits there enters for themselves, and is spoken to so."""
    if seat is None or seat.unit is None or (notice := notices.get(seat.campaign)) is None:
        return False
    return notice.natural(seat.unit.klass)
