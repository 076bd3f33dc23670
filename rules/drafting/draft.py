"""All that a notice says, put together: `draft` reads a paper and gives the text of a first campaign file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rules.drafting.awards import write_awards
from rules.drafting.duties import write_duties
from rules.drafting.entrants import entrants_of, write_classes
from rules.drafting.forms import Drafted, forms_of
from rules.drafting.heads import write_head
from rules.drafting.judging import write_judging
from rules.drafting.kinds import Kind, has_quiz, kinds_of
from rules.drafting.layout import Block
from rules.drafting.paper import Paper, read_paper
from rules.drafting.post import write_mail, write_outlets
from rules.drafting.promises import write_disclaimers
from rules.drafting.quizzes import write_quiz
from rules.drafting.quotas import quotas_of
from rules.drafting.sheet import Question, Switches, Table
from rules.drafting.stages import Calendar, calendar_of, write_stages
from rules.drafting.toml import questions, write
from rules.drafting.tracks import write_own_form, write_track

_ORDER = (
    "body",
    "class",
    "stage",
    "meeting",
    "form",
    "task",
    "track",
    "judging",
    "awards",
    "quiz",
    "disclaimer",
    "outlet",
    "mail",
    "retention",
    "switch",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """The text of the file, and every question that it leaves to a human."""

    text: str
    questions: tuple[Question, ...]


def draft(blocks: Sequence[Block], name: str, annexes: Sequence[Sequence[Block]] = ()) -> Draft:
    """A first campaign file for the notice in these blocks; `name` is the name of the file to be, without its end."""
    paper = read_paper(blocks, annexes)
    root = Table("")
    general: list[Question] = []
    _fill(paper, root, name, general)
    root.tables.sort(key=lambda table: _ORDER.index(table.name))
    return Draft(write(root, general, name), tuple(questions(root, general)))


def _fill(paper: Paper, root: Table, name: str, general: list[Question]) -> None:
    switches = Switches(root)
    kinds = kinds_of(paper)
    quiz = has_quiz(paper)
    calendar = calendar_of(paper, kinds)
    entrants = entrants_of(paper)
    quotas = quotas_of(paper, kinds, entrants)
    drafted = forms_of(paper, kinds, root, name)
    write_head(paper, root, name, kinds, quiz=quiz)
    write_stages(calendar, kinds, paper, root, switches)
    for kind in kinds:
        if not any(kind in each.kinds for each in drafted):
            write_own_form(kind, root, name)
        write_track(kind, kinds, paper, calendar, drafted, quotas, entrants, root)
    if quiz:
        write_quiz(paper, calendar, root)
    write_duties(paper, calendar, drafted, entrants, root, switches)
    write_classes(entrants, root)
    if kinds:
        write_judging(paper, calendar, root)
        write_awards(paper, kinds, root)
        write_disclaimers(paper, root)
    write_outlets(paper, root)
    write_mail(paper, root, works=bool(kinds))
    _retention(root)
    _general(paper, kinds, calendar, drafted, general, quiz=quiz)


def _retention(root: Table) -> None:
    table = root.table("retention")
    table.put("months", 24, ask="资料保存多久？通知没有写，暂按活动结束后 24 个月。")
    table.put("clause", "通知未写，按主办单位档案管理要求调整")


def _general(
    paper: Paper,
    kinds: tuple[Kind, ...],
    calendar: Calendar,
    drafted: Sequence[Drafted],
    general: list[Question],
    *,
    quiz: bool,
) -> None:
    """Questions that have no place of their own in the file."""
    if paper.cut:
        general.append(Question("原文太长，后面的部分没有读；请只放通知和附件表格。"))
    if not kinds and not quiz:
        general.append(Question("没有认出征集哪一类作品，也没有认出答题；请补写 [[track]] 或 [quiz]。"))
    if calendar.guessed and paper.year:
        told = f"发文日期（{paper.issued}）" if paper.issued else "标题或正文里的年份"
        general.append(Question(f"有的日期没有写年份，按{told}补为 {paper.year} 年（跨年的顺延），请核对。"))
    elif paper.year is None:
        general.append(Question("全文没有一个年份，日期都没有读；请补写时间。"))
    read = {each.annex.label for each in drafted}
    general += [
        Question(f"“{each.title or each.label}”没有作为要填的表处理，请看是否需要。", each.label)
        for each in paper.annexes
        if each.label not in read
    ]
    general += [
        Question(f"“{each.text[:40]}”是几类作品合起来的数，没有写进数量要求；怎样掌握？", each.clause)
        for each in paper.sentences
        if re.search("(总数|总计|合计|累计)[^，。；]{0,6}(不少于|不超过|至少|最多)", each.text)
    ]
    _categories(paper, drafted, general)


def _categories(paper: Paper, drafted: Sequence[Drafted], general: list[Question]) -> None:
    for sentence in paper.sentences:
        hit = re.search(
            r"(?:分为|分|类型[^，。；]{0,6}为|采用|"
            r"包括)((?:[\u4e00-\u9fff]{2,3}类?、){1,4}[\u4e00-\u9fff]{2,3}类?)等?[^，。；]{0,3}(?:类别|"
            r"[三四两]大?类|形式)",
            sentence.text,
        )
        if hit is None:
            continue
        options = " ".join(str(t.get("options") or "") for each in drafted for t in each.table.tables)
        if not all(name.rstrip("类") in options for name in re.sub("等$", "", hit[1]).split("、")):
            general.append(Question(f"作品分为{hit[1]}，申报表里没有这一栏；要问吗，写在哪一栏里？", sentence.clause))
            return
