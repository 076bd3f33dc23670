"""A track: one kind of work that is collected, with its form, film rule, quotas, pledge and opinions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from rules.film import FilmRule
from rules.forms import Form
from rules.quota import FREE, Quota
from rules.schema import Written
from rules.stages import Stage


@dataclass(frozen=True, slots=True)
class Pledge:
    """A wording that somebody accepts. `printed`: it also stands in the annex, above the stamp."""

    key: str
    text: str
    clause: str
    printed: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """What no machine can know: the liaison confirms it, the screener sees it."""

    key: str
    text: str
    clause: str


@dataclass(frozen=True, slots=True)
class Level:
    """One step of the opinion chain: who gives it, in which opinion cell of the form (None: no cell).

    `by`: the entrant itself, whoever recommends it, the lead department above it, or the host. `self_recommends`: an
    entrant without a recommender signs in its place.
    """

    key: str
    label: str
    by: Literal["unit", "recommender", "lead", "host"]
    clause: str
    field: str | None = None
    self_recommends: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One part of the package that is sent in.

    `required`: it may not be left out; with `later` it may follow after the entry, until the deadline. `restamp`: what
    becomes of a stamped scan when the form was changed after it was stamped.
    """

    key: Literal["form", "scan", "film", "pictures"]
    label: str
    formats: tuple[str, ...]
    clause: str
    required: bool = True
    later: bool = False
    restamp: Literal["warn", "refuse"] = "warn"

    def problems(self) -> Iterator[tuple[str, str]]:
        if self.later and (self.key == "form" or not self.required):
            yield "later", "“later”只用于必交的视频、扫描件或图片：申报表不能后补，可以不交的也不用后补。"
        if self.restamp != "warn" and self.key != "scan":
            yield "restamp", "“restamp”只用于盖章扫描件（scan）。"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in words that the program acts on by its place."""

    text: str
    clause: str


@dataclass(frozen=True, slots=True)
class Track:
    """One kind of work. Every attribute is what the notice says of it; see the classes for their meaning."""

    key: str
    label: str
    noun: str
    measure: str
    clause: str
    stage: Annotated[Stage, Written(refers="stage")]
    form: Annotated[Form | None, Written(refers="form")] = None
    film: FilmRule | None = None
    pledge: Pledge | None = None
    quotas: Annotated[tuple[Quota, ...], Written(name="quota")] = ()
    chain: tuple[Level, ...] = ()
    checks: Annotated[tuple[Check, ...], Written(name="check")] = ()
    package: tuple[Item, ...] = ()
    #: One work in one theme only.
    one_theme: Rule | None = None
    #: Results of a selection already run are taken straight in.
    straight: Rule | None = None
    #: Works that the review committee may exclude, with its finding on record (advertising).
    excluded: Rule | None = None

    @property
    def opens(self) -> datetime:
        return self.stage.opens

    @property
    def closes(self) -> datetime:
        """The first instant that is late."""
        return self.stage.closes

    @property
    def closes_text(self) -> str:
        """The closing as people say it: 4月23日（周二）24:00."""
        return self.stage.closes_text

    def is_open(self, now: datetime) -> bool:
        return self.stage.is_open(now)

    def quota(self, class_key: str) -> Quota:
        """What holds for a class of units; `FREE` when no quota names it."""
        return next((quota for quota in self.quotas if class_key in quota.classes), FREE)

    def item(self, key: str) -> Item | None:
        """The part of the package of this key, None where it is not asked for."""
        return next((item for item in self.package if item.key == key), None)

    def problems(self) -> Iterator[tuple[str, str]]:
        seen: set[str] = set()
        for index, quota in enumerate(self.quotas, 1):
            if twice := seen & set(quota.classes):
                yield f"quota[{index}].classes", f"“{'、'.join(sorted(twice))}”在另一条数量规则里已经写过。"
            seen |= set(quota.classes)
        opinions = {field.key for field in self.form.fields if field.kind == "opinion"} if self.form else set()
        for level in self.chain:
            if level.field is not None and level.field not in opinions:
                yield f"chain.{level.key}.field", f"表里没有“{level.field}”这一盖章意见栏。"
        if bool(self.film) != any(item.key == "film" for item in self.package):
            yield "package", "有视频规则（film）的报送内容应包括视频文件，没有的则不应包括。"
