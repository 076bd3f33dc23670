"""Who could not do what the notice asks by its number, who only did it on the last day, and who never came at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from rehearsal.owed import Owed, class_of, owed_by, played
from rehearsal.record import OWN, Owing, Record
from rules.hurts.hurt import Hurt

#: Hundredths of the units from which on something is a matter of the notice and not of a few.
MANY, SOME = 20, 5
#: Hundredths of the units that may wait for the last day without its being told.
LAST_DAY = 15
_DAY = timedelta(days=1)
#: Units that are named, and how many are too few to be told in hundredths.
_NAMED, _FEW = 6, 10


def hurts(record: Record) -> Iterator[Hurt]:
    """Floors that were not reached, or reached on the last day only; units that nobody came from."""
    groups: dict[tuple[str, str], list[Owing]] = defaultdict(list)
    for each in played(record):
        if each.floor:
            groups[each.klass, each.track].append(each)
    for (klass, track), owing in groups.items():
        key, label = class_of(record.notice, klass)
        if (owed := owed_by(record.notice, track, key)) is not None:
            yield from _floor(label, owed, owing)
    yield from _absent(record)


def share(part: int, whole: int) -> int:
    """Hundredths, rounded up where there is anything at all, so that some is never 0 %."""
    return -(-part * 100 // whole) if whole else 0


def _part(label: str, part: int, whole: int) -> str:
    """So many of a class: in hundredths, or by number where they are few."""
    return f"{label}里有 {share(part, whole)} % 的单位" if whole >= _FEW else f"{label} {whole} 家里有 {part} 家"


def listed(names: Iterable[str], most: int = _NAMED) -> str:
    """Some names, and how many more there are."""
    known = sorted(set(names), key=lambda name: (len(name), name))
    return "、".join(known[:most]) + (f" 等 {len(known)} 个" if len(known) > most else "")


def _floor(label: str, owed: Owed, owing: list[Owing]) -> Iterator[Hurt]:
    """What came of a floor for one class."""
    units = {each.unit for each in owing}
    last = {each.unit: each for each in sorted(owing, key=lambda each: each.at)}
    short = {unit: each for unit, each in last.items() if each.have < each.floor}
    floor = owing[0].floor
    if (percent := share(len(short), len(units))) >= SOME:
        missing = sum(each.floor - each.have for each in short.values())
        yield Hurt(
            "hurt" if percent >= MANY and not owed.soft else "watch", "floor_unmet", owed.clause,
            f"{_part(label, len(short), len(units))}到最后也没有报够{owed.label}："
            f"每家 {floor} {owed.measure}，对它们太多。",
            f"{len(units)} 家里 {len(short)} 家，共差 {missing} {owed.measure}：{listed(short)}",
            _mended(owed, floor), owed.place,
        )  # fmt: skip
    yield from _last_day(label, owed, owing, short)


def _mended(owed: Owed, floor: int) -> str:
    """What helps where a floor is too high."""
    if owed.task:
        return "截止时间往后推，早些公布，或少叫几类单位。"
    less = f"把数量降到 {floor - 1}，或" if floor > 1 else ""
    if owed.soft:
        return f"已经写了“原则上”；{less}改成鼓励报送（不写 floor），省得天天催。"
    return f"{less}写“原则上”（soft = true）；真要这么多，就多留些时间。"


def _last_day(label: str, owed: Owed, owing: list[Owing], short: dict[str, Owing]) -> Iterator[Hurt]:
    """Units that still owed when the last day began, and owe nothing at the end."""
    begins = owed.closes - _DAY
    known = {each.unit: each for each in sorted(owing, key=lambda each: each.at) if each.at <= begins}
    late = [unit for unit, each in known.items() if each.have < each.floor and unit not in short]
    if (percent := share(len(late), len(known))) >= LAST_DAY:
        yield Hurt(
            "hurt" if percent >= 2 * LAST_DAY else "watch", "owed_to_the_last_day", owed.clause,
            f"{_part(label, len(late), len(known))}拖到最后一天才报够{owed.label}：盖章、咨询、审核都挤在一起。",
            f"{len(known)} 家里 {len(late)} 家，{owed.closes_text} 截止：{listed(late)}",
            "加一次更早的提醒（before），或把截止分成两步（先报题目，再交材料）。", "reminders.before",
        )  # fmt: skip


def _absent(record: Record) -> Iterator[Hurt]:
    """Units that owe something and from which nobody ever spoke."""
    units = {each.unit for each in played(record)}
    there = {person.unit for person in record.people if any(line.kind == OWN for line in person.lines)}
    absent = units - there
    if absent and (percent := share(len(absent), len(units))) >= SOME:
        yield Hurt(
            "hurt" if percent >= MANY else "watch", "nobody_joined", "",
            f"有 {len(absent)} 家单位始终没有人加入，程序够不着，只能打电话。",
            f"{len(units)} 家里 {len(absent)} 家（{percent} %）：{listed(absent)}",
            "发通知时附上邀请码，并在名单里填好联系人和电话。", "",
        )  # fmt: skip
