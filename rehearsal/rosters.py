"""The units of a rehearsal: the notice's sample roster, made longer by invented ones, and who of them takes part."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bot.campaigns import beside
from documents.sheet_reading import read_sheet
from rehearsal.scripting import NotPlayable
from rehearsal.scripts import Script
from rules.notice import Notice, UnitClass
from rules.roster import RosterRow, read_roster

TRADES = (
    "餐饮 家政 物业 建筑 旅游 养老 医药 物流 汽车维修 电子商务 教育培训 农产品 装饰装修 美容美发 会展 印刷 包装 食品 "
    "纺织 机械 化工 石材 花卉 渔业 畜牧 软件 广告 拍卖 典当 租赁 保安 保洁 酒店 摄影 出版 影视 体育 环保 节能 灯具 "
    "家具 五金 服装 珠宝"
).split()
#: What of a class's label speaks of many: 各县（市、区）, 市直各有关单位.
_PLURAL = re.compile(r"（[^）]*）|各有关|有关|各|等")
PLACES = "东岭 西原 南浦 北辰 松江 柳河 梅溪 竹海 兰台 菊山".split()
_SURNAMES = "周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the play: its name, the label of its class, and how many works it owes of each track."""

    name: str
    klass: str
    floors: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """The roster that is played: its file, the units that take part, and how many of all were invented."""

    path: Path
    units: tuple[Unit, ...]
    whole: int
    invented: int


def roster_of(script: Script, notice: Notice, campaigns: Path, folder: Path, count: int) -> Listed:
    """A roster for this many units at least, all classes among those who take part; it is put into the folder.

    Only the names of the sample roster go into the play, no person and no telephone. Raises `NotPlayable`.
    """
    sample = beside(campaigns / f"{notice.id}.toml", "roster.csv")
    rows = list(_read(notice, sample)) if sample.exists() else []
    more = [] if rows else list(invented(notice, count))
    labels = {klass.label: klass.key for klass in notice.classes}
    if script.grows:
        more += [_row(name, labels[label], above) for label, names in script.more.items() for name, above in names]
        lacking = max(0, count - len(rows) - len(more))
        grown = islice(_grown(script, notice, [row.name for row in rows]), lacking)
        more += [_row(name, labels[label], above) for name, label, above in grown]
    path = folder / "roster.csv"
    _write(notice, [*rows, *more], path)
    units = _units(notice, [*rows, *more])
    return Listed(path, tuple(_of_every_class(units, count)), len(units), len(more))


def _read(notice: Notice, sample: Path) -> Iterator[RosterRow]:
    """The good rows of a roster."""
    found = read_roster(read_sheet(sample), {klass.key: klass.label for klass in notice.classes})
    if not found.rows:
        raise NotPlayable(
            f"名单 {sample.name} 里没有一家能用的单位。"
            "用 ./xinshi notice check 看每一行的问题；类别要和 [[class]] 的 label 一致。"
        )
    yield from found.rows


def _row(name: str, klass: str, parent: str) -> RosterRow:
    return RosterRow(name, klass=klass, parent=parent)


def _write(notice: Notice, rows: Sequence[RosterRow], path: Path) -> None:
    labels = {klass.key: klass.label for klass in notice.classes}
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(("单位名称", "简称", "别名", "类别", "上级", "推荐单位", "牵头部门"))
        for row in rows:
            above = row.parent, row.recommender, row.lead
            sheet.writerow((row.name, row.short, "、".join(row.aliases), labels[row.klass], *above))


def invented(notice: Notice, count: int) -> Iterator[RosterRow]:
    """So many units of every class that enters anything, or does, under those that screen it where the notice has any.

    Of the class that recommends others or leads them there are half as many as places.
    """
    classes = [klass for klass in notice.classes if klass.enters] or list(notice.classes)
    heads = head_class(notice)
    classes += [heads] if heads is not None and heads not in classes else []
    bare = {klass.key: _PLURAL.sub("", klass.label) for klass in classes}
    if len(set(bare.values()) - {""}) < len(classes):
        bare = {klass.key: klass.label for klass in classes}
    many = range(max(1, count // (2 * len(classes))))
    above = [_named(heads, bare[heads.key], place) for place in many] if heads is not None else []
    free = any(level.self_recommends for track in notice.entered for level in track.chain)
    for number in range(max(count, len(classes))):
        klass, place = classes[number % len(classes)], number // len(classes)
        under = above and klass != heads and not (free and place % 2)
        yield _row(_named(klass, bare[klass.key], place), klass.key, above[number % len(above)] if under else "")


def _named(klass: UnitClass, bare: str, place: int) -> str:
    """A name that nobody bears: 东岭县信用办, or of somebody by themselves 周示例."""
    again = f"{place // len(PLACES) + 1}" if place >= len(PLACES) else ""
    if klass.natural or bare == "个人":
        return f"{_SURNAMES[place % len(_SURNAMES)]}示例{again}（{klass.label}）"
    return f"{PLACES[place % len(PLACES)]}{again}{bare}"


def head_class(notice: Notice) -> UnitClass | None:
    """The class whose units screen what others enter: that which leads, or is named where somebody recommends.

    Where a chain recommends and names nobody, the first class stands above the others; None where nobody is asked.
    """
    levels = [level for track in notice.entered for level in track.chain if level.by in ("lead", "recommender")]
    if not levels or len(notice.classes) < 2:
        return None
    fields = [field for form in notice.forms for field in form.fields if field.kind == "opinion"]
    told = " ".join(
        f"{level.label} {field.label} {field.signs}" for level in levels for field in fields if field.key == level.field
    )
    leads = (klass for klass in notice.classes if klass.leads)
    named = (klass for klass in notice.classes if klass.label in told or klass.label.split("（")[0] in told)
    return next(leads, None) or next(named, None) or notice.classes[0]


def _grown(script: Script, notice: Notice, names: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Units that nobody has listed, by the class that the script lets grow; some of them below one of the roster."""
    last, above = notice.classes[-1].label, names[min(2, len(names) - 1)]
    for number, trade in enumerate(TRADES * 4):
        again = f"第{number // len(TRADES) + 1}" if number >= len(TRADES) else ""
        if notice.classes[-1].key == "individual":
            if number % 3 == 0:
                yield f"{_SURNAMES[number % len(_SURNAMES)]}示例{trade[0]}{again}", last, ""
            else:
                yield f"东岭{trade}{again}示例有限公司", notice.classes[-2].label, ""
        else:
            yield f"{script.city}{again}{trade}行业协会", last, above if number < BELOW and script.below else ""


#: Of the invented units, so many are under one of the roster.
BELOW = 6


def _units(notice: Notice, rows: Sequence[RosterRow]) -> list[Unit]:
    """The units of a roster with what each owes."""
    labels = {klass.key: klass.label for klass in notice.classes}
    return [
        Unit(row.name, labels[row.klass], tuple(
            (track.label, track.quota(row.klass).floor) for track in notice.entered if track.quota(row.klass).floor
        ))
        for row in rows
    ]  # fmt: skip


def _of_every_class(units: Sequence[Unit], count: int) -> list[Unit]:
    """So many of them; where not all have a place, each class has its share, and one at least."""
    if len(units) <= count:
        return list(units)
    classes = list(dict.fromkeys(each.klass for each in units))
    of = {klass: [each for each in units if each.klass == klass] for klass in classes}
    shares = {klass: max(1, len(own) * count // len(units)) for klass, own in of.items()}
    while sum(shares.values()) > max(count, len(classes)):
        shares[max(shares, key=lambda klass: shares[klass])] -= 1
    while sum(shares.values()) < count:
        shares[max(shares, key=lambda klass: len(of[klass]) - shares[klass])] += 1
    chosen = {each.name for klass, own in of.items() for each in own[-shares[klass] :]}
    return [each for each in units if each.name in chosen]
