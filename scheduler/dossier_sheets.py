"""The tables of the closing dossier: statistics, every file by its sum, decisions, prizes, the record of admins."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from documents.sheets import Sheet
from rules.instants import from_micros
from rules.masking import masked_name
from rules.masking_forms import masked_value
from rules.notice import Notice
from rules.quota import standing
from rules.recount import recount
from sealing.receipts import genuine
from storage.dossier import Ballot, Papers, Record
from storage.exports import Snapshot

#: Columns of instants in UTC microseconds.
_INSTANTS = frozenset({"at", "until", "ended", "opens", "closes", "decided", "confirmed", "settled"})
#: Columns that hold persons' names.
_NAMES = frozenset({"联系人", "报送人", "确认人", "名单联系人", "加入的联络员", "姓名", "谁"})
#: What columns of the tables of decisions are called.
_CALLED = {
    "entry": "作品", "unit": "单位", "track": "类别", "version": "版本", "level": "层级", "field": "栏目",
    "decision": "决定", "opinion": "意见", "clause": "依据", "target": "转给单位", "by": "经办人编号", "at": "时间",
    "day": "落款日期", "carried": "沿用", "reasons": "理由", "reason": "理由", "until": "期限", "person": "人员编号",
    "cap": "上限", "state": "状态", "answer": "答复", "ended": "结束时间", "kind": "种类", "prize": "奖项",
    "within": "范围", "value": "内容", "given": "奖项名单", "basis": "依据", "opens": "开始", "closes": "截止",
    "second": "批准人编号", "decided": "批准时间", "confirmed": "确认时间", "number": "编号", "honour": "奖项编号",
    "words": "内容", "files": "材料", "outcome": "处理结果", "what": "变更", "stage": "阶段", "before": "变更前",
    "after": "变更后", "objection": "异议编号", "place": "原奖项编号", "round": "轮次", "public": "公众投票占比",
    "normalise": "换算方式", "votes": "票数", "file": "文件", "sha256": "SHA-256", "added": "是否合计",
}  # fmt: skip
_HONOURS = {"listed": "公示中", "final": "已确定", "withdrawn": "已撤销"}
_ROUNDS = {"setup": "准备中", "open": "投票中", "tallied": "已开票", "published": "已公布", "void": "已作废"}


class Tables:
    """The sheets of one campaign's dossier. `masked`: without names of contacts, numbers and addresses."""

    def __init__(self, notice: Notice, shot: Snapshot, papers: Papers, *, masked: bool) -> None:
        self._notice, self._shot, self._papers, self._masked = notice, shot, papers, masked
        self._numbers = {work.id: work.number for work in shot.works}
        self._units = {unit.id: unit.name for unit in shot.units}

    def shown(self, sheet: Sheet) -> Sheet:
        """A sheet as this dossier may show it."""
        if not self._masked:
            return sheet
        return masked(sheet, persons_of(self._notice, self._shot))

    def statistics(self) -> Sheet:
        """By class and track: units, those that reported, works, and what became of them."""
        columns = ("单位类别", "作品类别", "单位数", "有报送的", "达到下限的", "作品", "退回未改", "撤回", "获奖作品")
        won = {each.entry for each in self._papers.honours if each.state == "final" and each.entry}
        rows = []
        for klass in self._notice.classes:
            mine = {unit.id for unit in self._shot.units if unit.klass == klass.key}
            for track in self._notice.entered:
                works = [work for work in self._shot.works if work.track == track.key and work.unit in mine]
                counts = Counter(work.unit for work in works if work.state == "submitted")
                quota = track.quota(klass.key)
                met = sum(not standing(quota, counts[unit]).owes for unit in mine) if quota.floor else ""
                rows.append((
                    klass.label, track.label, len(mine), len(counts), met, counts.total(),
                    sum(work.state == "returned" for work in works),
                    sum(work.state == "withdrawn" for work in works), sum(work.id in won for work in works),
                ))  # fmt: skip
        return Sheet("统计", columns, tuple(rows))

    def files(self, lying: Mapping[str, str]) -> Sheet:
        """Every stored file of every work with its sum, and where it lies here ("" where it does not)."""
        columns = ("编号", "单位", "材料", "文件名", "字节", "SHA-256", "在档案里")
        rows = tuple(
            (
                work.number, self._units.get(work.unit, ""), material.key, material.name, material.size,
                material.sha256, lying.get(material.sha256, "不在，见原件库"),
            )
            for work in self._shot.works
            for material in work.materials
        )  # fmt: skip
        return Sheet("文件清单", columns, rows)

    def record(self, name: str, record: Record) -> Sheet:
        """One table of decisions, entries by their number and units by their name."""
        columns = tuple(_CALLED.get(column, column) for column in record.columns)
        rows = tuple(
            tuple(self._told(column, value) for column, value in zip(record.columns, row, strict=True))
            for row in record.rows
        )
        return Sheet(name, columns, rows)

    def _told(self, column: str, value: Any) -> Any:
        if column in _INSTANTS and isinstance(value, int):
            return self._when(value)
        if column == "entry":
            return self._numbers.get(value, value)
        if column in ("unit", "target"):
            return self._units.get(value, value or "")
        if column == "track":
            return next((track.label for track in self._notice.tracks if track.key == value), value)
        return value

    def ballots(self) -> Sheet:
        """The rounds of secret voting, each counted again from its bundle."""
        columns = ("轮次", "编号", "状态", "专家", "已投", "开始", "截止", "公布", "重新计票", "签名")
        rows = tuple(
            (
                self._round(each.round), each.key, _ROUNDS.get(each.state, each.state), each.experts, each.voted,
                self._when(each.opens), self._when(each.closes), self._when(each.published), *recounted(each),
            )
            for each in self._papers.ballots
        )  # fmt: skip
        return Sheet("专家评审", columns, rows)

    def votes(self) -> Sheet:
        """The votes of the public: those taken here, and those that an admin gave when a round was published."""
        rows = [(self._round(key), self._numbers.get(entry, entry), count, "在本系统投票")
                for (key, entry), count in sorted(self._papers.votes.items())]  # fmt: skip
        for ballot in self._papers.ballots:
            given = json.loads(ballot.bundle).get("votes", {}) if ballot.bundle else {}
            rows += [(self._round(ballot.round), self._numbers.get(int(entry), entry), count, "公布结果时计入")
                     for entry, count in given.items()]  # fmt: skip
        return Sheet("公众投票", ("轮次", "作品", "票数", "来源"), tuple(rows))

    def honours(self) -> Sheet:
        """The prizes that were given, and those taken back."""
        columns = ("奖项", "作品编号", "作品", "单位", "奖品（元）", "状态")
        rows = tuple(
            (each.label, each.number, each.title, each.unit_name, each.gift, _HONOURS[each.state])
            for each in self._papers.honours
        )
        return Sheet("评奖结果", columns, rows)

    def publication(self) -> Sheet:
        """Which units were told their results, and where these are shown."""
        told = [("通知单位", self._units.get(unit, unit), "已通知", "", "") for unit in sorted(self._papers.told)]
        shown = [("发布渠道", each.outlet, "已发布" if each.done else "还没有发布", each.link, self._when(each.at))
                 for each in self._papers.outlets]  # fmt: skip
        return Sheet("发布", ("事项", "对象", "情况", "链接", "时间"), (*told, *shown))

    def acts(self) -> Sheet:
        """The record of admins, oldest first."""
        columns = ("序号", "时间", "谁", "操作", "内容", "结果")
        rows = tuple(
            (each.seq, self._when(each.at), each.who or "（命令行或程序）", each.command, _plain(each.what),
             _plain(each.result))
            for each in self._papers.acts
        )  # fmt: skip
        return Sheet("操作记录", columns, rows)

    def _round(self, key: str) -> str:
        judging = self._notice.judging
        found = [each.label for each in judging.rounds if each.key == key] if judging is not None else []
        return found[0] if found else key

    @property
    def _when(self) -> Callable[[int], str]:
        zone = ZoneInfo(self._notice.zone)
        return lambda at: f"{from_micros(at).astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else ""


def recounted(ballot: Ballot) -> tuple[str, str]:
    """What comes of counting a published round again, and whether its signature is the server's; "" before."""
    if not ballot.bundle:
        return "", ""
    found = json.loads(ballot.bundle)
    differences = recount(found)
    try:
        key, paper = found["opening"]["verify_key"], found["opening"]["paper"]["round"]
        sound = genuine(paper, bytes.fromhex(found["result"]), bytes.fromhex(found["signature"]), key)
    except (KeyError, TypeError, ValueError):
        sound = False
    said = f"不一致 {len(differences)} 处：{differences[0].part}" if differences else "一致"
    return said, "验过" if sound else "验不过或没有"


def shown_units(notice: Notice, shot: Snapshot) -> dict[int, str]:
    """Units by the name that everybody may read: of natural persons, the family name."""
    return {unit.id: masked_name(unit.name) if notice.natural(unit.klass) else unit.name for unit in shot.units}


def persons_of(notice: Notice, shot: Snapshot) -> dict[str, str]:
    """The units that are persons, by every name they have, and what everybody may read instead."""
    alone = [unit for unit in shot.units if notice.natural(unit.klass)]
    names = {name for unit in alone for name in (unit.name, unit.short, *unit.aliases) if len(name) > 1}
    return {name: masked_name(name) for name in sorted(names, key=len, reverse=True)}


def masked(sheet: Sheet, persons: Mapping[str, str]) -> Sheet:
    """A sheet without names of persons in columns of names, and without numbers and addresses anywhere.

    `persons`: names of units that are persons, and what stands in their place.
    """

    def shown(column: str, value: Any) -> Any:
        return masked_name(value) if column in _NAMES and isinstance(value, str) else masked_value(value, persons)

    rows = tuple(
        tuple(shown(column, value) for column, value in zip(sheet.columns, row, strict=True)) for row in sheet.rows
    )
    return Sheet(sheet.name, sheet.columns, rows)


def _plain(facts: Mapping[str, Any]) -> str:
    """The facts of a deed on one line, without those that say nothing."""
    told: Sequence[str] = [f"{name}={value}" for name, value in facts.items() if value not in ("", None, [], {}, False)]
    return "；".join(told)
