"""A report that every unit owes, of all units together: as a sheet, and as a Word document for printing and filing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from documents.sheets import Sheet
from rules.looks_duty import Handed, UnitDuty
from rules.stages import Task

#: Widths in Word, in cm: number, unit, state, then the figures, then the text and the count of pictures.
_NUMBER, _UNIT, _STATE, _FIGURE, _TEXT, _FILES = 1.2, 4.6, 2.4, 2.2, 11.4, 1.8


def report_sheet(
    task: Task, board: Sequence[UnitDuty], counted: Mapping[int, int], when: Callable[[int], str]
) -> Sheet:
    """One row for each unit that owes it, also for those that are silent, and the sums. `counted`: by the quiz."""
    needs = task.figures
    ours = ("系统统计人数",) if task.from_quiz else ()
    columns = ("序号", "单位", "状态", *needs, *ours, "文字", "图片和文件", "收到时间", "报送人")
    owing = [unit for unit in board if task.concerns(unit.klass)]
    rows: list[tuple[object, ...]] = []
    for number, unit in enumerate(owing, start=1):
        given = next(iter(unit.of(task.key)), None)
        counts = given.counts if given is not None else {}
        plays = (counted.get(unit.unit, 0),) if task.from_quiz else ()
        rows.append((
            number, unit.name, _state(given), *(counts.get(need, "") for need in needs), *plays,
            given.words if given is not None else "", len(given.files) if given is not None else 0,
            when(given.at) if given is not None else "", given.by if given is not None else "",
        ))  # fmt: skip
    done = sum(bool(unit.of(task.key)) for unit in owing)
    sums = [_sum(rows, place) for place in range(3, 3 + len(needs) + len(ours))]
    rows.append(("", "合计", f"已报 {done}/{len(owing)} 家", *sums, "", _sum(rows, 4 + len(sums)), "", ""))
    return Sheet(task.label, columns, tuple(rows))


def report_widths(task: Task) -> tuple[float, ...]:
    """The widths of the same in Word, without the last two columns."""
    figures = len(task.figures) + bool(task.from_quiz)
    return (_NUMBER, _UNIT, _STATE, *([_FIGURE] * figures), _TEXT, _FILES)


def _state(given: Handed | None) -> str:
    if given is None:
        return "还没有报"
    return "已报（逾期）" if given.late else "已报"


def _sum(rows: Sequence[Sequence[object]], place: int) -> int:
    return sum(row[place] for row in rows if isinstance(row[place], int))  # type: ignore[misc]
