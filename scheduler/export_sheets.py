"""The tables of an export: works, units, quotas, duties, and the list that may be shown in public."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from documents.sheets import Sheet
from rules.award_list import public_name
from rules.duties import Duties, assign_all, stand_of
from rules.instants import from_micros
from rules.looks_duty import Handed, UnitDuty
from rules.masking import masked_mail, masked_name, masked_phones
from rules.naming import contact_of
from rules.notice import Notice
from rules.people import CHANNELS
from rules.quota import standing
from rules.rows import parted
from scheduler.contact_table import contact_rows, contact_sheet
from storage.exports import Listed, Snapshot, Work

_STATES = {"submitted": "已报送", "withdrawn": "已撤回", "returned": "已退回", "rejected": "未通过审核"}


def tables_of(notice: Notice, duties: Duties | None, shot: Snapshot) -> list[Sheet]:
    """All tables for those who may see everything, in the order of the workbook."""
    sheets = [works(notice, shot)] if notice.entered else []
    sheets += [units(notice, shot)]
    sheets += [quotas(notice, shot), leaves(notice, shot)] if notice.entered else []
    if duties is not None:
        sheets.append(duties_of(notice, duties, shot))
    if notice.tasks:
        sheets.append(tasks(notice, shot))
    for task in notice.tasks:
        form = notice.form(task.form) if task.form else None
        if form is not None and form.rows is not None:
            given = [each for each in shot.board if each.of(task.key)]
            sheets.append(contact_sheet(form, contact_rows(form, task.key, given)))
    return sheets


def moment(notice: Notice) -> Callable[[int], str]:
    """What tells an instant by the clock of the campaign."""
    zone = ZoneInfo(notice.zone)
    return lambda at: f"{from_micros(at).astimezone(zone):%Y-%m-%d %H:%M:%S}" if at else ""


def _names(shot: Snapshot) -> Mapping[int, Listed]:
    return {unit.id: unit for unit in shot.units}


def _klass(notice: Notice, key: str) -> str:
    return next((klass.label for klass in notice.classes if klass.key == key), key)


def works(notice: Notice, shot: Snapshot) -> Sheet:
    """Every work with where it stands, its contact and its files."""
    when, called = moment(notice), _names(shot)
    columns = ("编号", "类别", "题目", "单位", "单位类别", "状态", "审核", "版本", "版本码", "收到时间", "报送人",
               "联系人", "联系电话", "材料")  # fmt: skip
    rows = []
    for work in shot.works:
        track, unit = notice.track(work.track), called.get(work.unit)
        person, phone = contact_of(track.form, work.answers) if track.form is not None else ("", "")
        rows.append((
            work.number, track.label, work.title, unit.name if unit else "", _klass(notice, unit.klass) if unit else "",
            _STATES.get(work.state, work.state), _screened(shot, work), work.version, work.code, when(work.at), work.by,
            person, phone, "、".join(material.name for material in work.materials),
        ))  # fmt: skip
    return Sheet("报送作品", columns, tuple(rows))


def _screened(shot: Snapshot, work: Work) -> str:
    """Where a work stands in screening: at which level it waits and with whom; "" where nobody screens it."""
    case = shot.cases.get(work.id)
    if case is None or not case.stand.steps:
        return ""
    if case.stand.level is None:
        return "已通过" if case.stand.state == "through" else ""
    late = "，截止前没有审" if case.stand.missed else ""
    return f"等待{case.stand.level.label}（{case.desk.name if case.desk else '主办方'}{late}）"


def units(notice: Notice, shot: Snapshot) -> Sheet:
    """Every unit with who joined for it and whom the roster names."""
    columns = ("单位", "简称", "类别", "上级", "别名", "加入的联络员", "名单联系人", "名单联系电话")
    rows = tuple(
        (
            unit.name, unit.short, _klass(notice, unit.klass), unit.parent, "、".join(unit.aliases),
            "、".join(f"{name or '（未留称呼）'}（{CHANNELS.get(channel, channel)}）" for name, channel in unit.people),
            "、".join(name for name, _ in unit.contacts), "、".join(phone for _, phone in unit.contacts),
        )
        for unit in shot.units
    )  # fmt: skip
    return Sheet("单位", columns, rows)


def quotas(notice: Notice, shot: Snapshot) -> Sheet:
    """Floor, cap, reported and owed, for every unit and kind of work."""
    columns = ("单位", "类别", "作品类别", "下限", "上限", "上限调整", "已报", "还差", "还可报", "依据")
    counts: dict[tuple[int, str], int] = {}
    for work in shot.works:
        if work.state == "submitted":
            counts[work.unit, work.track] = counts.get((work.unit, work.track), 0) + 1
    rows = []
    for unit in shot.units:
        for track in notice.entered:
            quota, moved = track.quota(unit.klass), shot.caps.get((track.key, unit.id))
            reported = counts.get((unit.id, track.key), 0)
            stand = standing(quota, reported)
            cap = moved if moved is not None else quota.cap
            rows.append((
                unit.name, _klass(notice, unit.klass), track.label, quota.floor, "" if quota.cap is None else quota.cap,
                "" if moved is None else moved, reported, stand.owes, "" if cap is None else max(0, cap - reported),
                quota.clause,
            ))  # fmt: skip
    return Sheet("名额", columns, tuple(rows))


def leaves(notice: Notice, shot: Snapshot) -> Sheet:
    """Who may hand in later, and why."""
    when, called = moment(notice), _names(shot)
    rows = tuple(
        (called[leave.unit].name if leave.unit in called else "", leave.track, when(leave.until), leave.reason,
         when(leave.at))
        for leave in shot.leaves
    )  # fmt: skip
    return Sheet("准许补报", ("单位", "类别", "补报到", "理由", "准许时间"), rows)


def duties_of(notice: Notice, duties: Duties, shot: Snapshot) -> Sheet:
    """The table of duties with who confirmed, and who was left out of it."""
    when, found = moment(notice), assign_all(duties, [each.names for each in shot.board])
    rows: list[tuple[object, ...]] = []
    for unit in shot.board:
        row = found.rows.get(unit.name)
        told = "；".join(duties.kind(key).label for key in row.kinds) if row is not None else ""
        read = (
            unit.receipt if row is not None and unit.receipt and unit.receipt.stand == stand_of(duties, row) else None
        )
        rows.append((
            row.row if row is not None else "", unit.name, told, row.note if row is not None else "",
            when(read.at) if read is not None else "", read.by if read is not None else "",
            "" if row is not None else "分工表里没有这一家",
        ))  # fmt: skip
    for name, row in found.beyond.items():
        told = "；".join(duties.kind(key).label for key in row.kinds)
        rows.append((row.row, name, told, row.note, "", "", "名单里没有这一家"))
    rows.sort(key=lambda row: (row[0] == "", row[0] if isinstance(row[0], int) else 0))
    return Sheet("任务分工", ("行", "单位", "任务", "对象", "确认时间", "确认人", "备注"), tuple(rows))


def tasks(notice: Notice, shot: Snapshot) -> Sheet:
    """What every unit has handed in for every task, and what it has not."""
    rows = [
        row
        for task in notice.tasks
        for unit in shot.board
        if task.concerns(unit.klass)
        for row in (
            [_task_row(notice, task.label, unit, given) for given in unit.of(task.key)]
            or [(task.label, unit.name, "还没有报", "", "", "", "", "", "", "")]
        )
    ]
    columns = ("事项", "单位", "状态", "收到时间", "报送人", "日期", "数量", "文字", "文件", "版本")
    return Sheet("任务报送", columns, tuple(rows))


def _task_row(notice: Notice, label: str, unit: UnitDuty, given: Handed) -> tuple[object, ...]:
    counts = [f"{'参加人数' if key == 'people' else key} {value}" for key, value in given.counts.items()]
    form = next((notice.form(task.form) for task in notice.tasks if task.key == given.task and task.form), None)
    if form is not None and form.rows is not None:
        people, whole = parted(form, given.answers)
        counts = [f"人员 {len(people)}", *(f"{form.field(key).label} {value}" for key, value in whole.items())]
    return (
        label, unit.name, "已报（逾期）" if given.late else "已报", moment(notice)(given.at), given.by, given.held,
        "，".join(counts), given.words, "、".join(name for name, _, _ in given.files), given.version,
    )  # fmt: skip


def public(notice: Notice, shot: Snapshot) -> Sheet:
    """What may be shown to the public: number, kind, title, unit; the contact masked, so that a unit knows its own."""
    called = {unit.id: public_name(notice, unit.name, unit.klass) for unit in shot.units}
    rows: list[tuple[object, ...]] = []
    for work in (each for each in shot.works if each.state == "submitted"):
        unit = called.get(work.unit, "")
        label = notice.track(work.track).label
        rows.append((len(rows) + 1, label, _masked(work.title), unit, *_masked_contact(notice, work)))
    return Sheet("公示名单", ("序号", "类别", "题目", "单位", "联系人", "联系电话"), tuple(rows))


def _masked(text: str) -> str:
    return masked_mail(masked_phones(text))


def _masked_contact(notice: Notice, work: Work) -> tuple[str, str]:
    form = notice.track(work.track).form
    person, phone = contact_of(form, work.answers) if form is not None else ("", "")
    return masked_name(person), masked_phones(phone)


def contacts(notice: Notice, shot: Snapshot) -> Sheet:
    """Who is responsible where: those who joined first, then those of the roster."""
    rows: list[tuple[object, ...]] = []
    for unit in shot.units:
        people: Sequence[tuple[str, str, str]] = [
            *((name, CHANNELS.get(channel, channel), "") for name, channel in unit.people),
            *((name, "名单", phone) for name, phone in unit.contacts),
        ]
        for name, where, phone in people or [("", "还没有人加入", "")]:
            rows.append((unit.name, _klass(notice, unit.klass), name, where, phone))
    return Sheet("联系人", ("单位", "类别", "姓名", "来自", "电话"), tuple(rows))
