"""The units of a rehearsal: the notice's sample roster, made longer by invented ones, and who of them takes part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bot.app import ROOT
from documents.sheet_reading import read_sheet
from rehearsal.scripts import Script
from rules.notice import Notice
from rules.roster import read_roster

TRADES = (
    "餐饮 家政 物业 建筑 旅游 养老 医药 物流 汽车维修 电子商务 教育培训 农产品 装饰装修 美容美发 会展 印刷 包装 食品 "
    "纺织 机械 化工 石材 花卉 渔业 畜牧 软件 广告 拍卖 典当 租赁 保安 保洁 酒店 摄影 出版 影视 体育 环保 节能 灯具 "
    "家具 五金 服装 珠宝"
).split()
_SURNAMES = "周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the play: its name, the label of its class, and how many works it owes of each track."""

    name: str
    klass: str
    floors: tuple[tuple[str, int], ...]


def roster_of(script: Script, notice: Notice, folder: Path, count: int) -> tuple[Path, list[Unit]]:
    """A roster for this many units at least; gives its path and those that take part, all classes among them."""
    rows = (ROOT / "campaigns" / f"{notice.id}.roster.csv").read_text("utf-8").splitlines()
    wide = rows[0].count(",") + 1
    more = [(name, label, above) for label, names in script.more.items() for name, above in names]
    lacking = max(0, count - len(rows) + 1 - len(more))
    more += islice(_invented(script, notice, rows), lacking)
    rows += [",".join([name, "", "", label, above, *[""] * (wide - 5)]) for name, label, above in more]
    path = folder / "roster.csv"
    path.write_text("\n".join(rows), "utf-8")
    return path, _of_every_class(_units(notice, path), count)


def _invented(script: Script, notice: Notice, rows: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Units that nobody has listed, by the class that the script lets grow; every sixth class of them below one."""
    last, above = notice.classes[-1].label, rows[min(3, len(rows) - 1)].split(",")[0]
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


def _units(notice: Notice, roster: Path) -> list[Unit]:
    """The units of a roster with what each owes."""
    labels = {klass.key: klass.label for klass in notice.classes}
    return [
        Unit(row.name, labels[row.klass], tuple(
            (track.label, track.quota(row.klass).floor) for track in notice.tracks if track.quota(row.klass).floor
        ))
        for row in read_roster(read_sheet(roster), labels).rows
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
