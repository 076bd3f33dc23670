"""`./xinshi bank check` and `bank import`: what is wrong with a question bank, and a good one beside its notice."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot import config as settings
from bot.campaigns import bank, beside, load
from bot.commands.stop import Stop, stopped
from documents.bank_reading import bank_csv, read_bank_file
from documents.sheet_reading import UnreadableSheet
from rules.bank import Bank, Question
from rules.bank_figures import figures_of
from rules.bank_sheet import COLUMNS
from rules.quiz import Quiz

#: Questions of an attempt where no campaign says how many.
DRAW = 10
File = Annotated[
    Path,
    typer.Argument(metavar="FILE", help=f"题库：.xlsx 或 .csv（列名：{'、'.join(COLUMNS)}），或 .docx（题目编号）"),
]
Folder = Annotated[Path, typer.Option(help="通知文件所在的文件夹")]


def register(app: typer.Typer) -> None:
    """Mount the commands as the group `bank`."""
    group = typer.Typer(help="知识竞赛的题库：检查、导入。", no_args_is_help=True)
    group.command("check")(check)
    group.command("import")(import_)
    app.add_typer(group, name="bank")


@stopped
def check(
    file: File,
    campaign: Annotated[str, typer.Option(help="按这个活动的规则检查（每次抽几题、是否打乱选项）")] = "",
    campaigns: Folder = settings.ROOT / "campaigns",
) -> None:
    """检查一个题库，一次列出所有问题，每个都写明第几行或第几题、怎么改。

    有问题，或者可用的题不够抽一次，退出码为 1；只有提醒时为 0。

    例：./xinshi bank check 题库.docx
    """
    quiz = _quiz(campaigns, campaign) if campaign else None
    found = _read(file, shuffle=quiz.shuffle if quiz else True)
    _tell(found)
    if short := _short(found, quiz.draw if quiz else DRAW):
        typer.echo(short, err=True)
    if found.faults or short:
        raise typer.Exit(1)


@stopped
def import_(
    campaign: Annotated[str, typer.Argument(help="活动的编号，如 hongze-quiz-2020")],
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写")] = False,
    campaigns: Folder = settings.ROOT / "campaigns",
) -> None:
    """把题库导入一个活动：可用的题写成通知旁边的 .bank.csv，替换原有题库，原有的另存一份。

    写错的题逐条报出，不影响其他题，这时退出码为 1；可用的题不够抽一次就什么也不写。

    例：./xinshi bank import hongze-quiz-2020 题库.xlsx --dry-run
    """
    quiz = _quiz(campaigns, campaign)
    found = _read(file, shuffle=quiz.shuffle)
    _tell(found)
    if short := _short(found, quiz.draw):
        raise Stop(f"{short}没有导入，原有题库没有变。")
    notice = campaigns / f"{campaign}.toml"
    here = beside(notice, "bank.csv")
    told = _changes(_before(notice), found.questions)
    if dry_run:
        typer.echo(f"{told}没有写（--dry-run）。")
    else:
        kept = _put(here, bank_csv(found.questions))
        typer.echo(
            f"{told}已写入 {here}{f'，原有的另存为 {kept.name}' if kept else ''}。正在运行的程序重启后用新题库。"
        )
    if found.faults:
        raise typer.Exit(1)


def _quiz(folder: Path, campaign: str) -> Quiz:
    """The rules of a campaign's quiz, whatever its present bank is like. Raises `Stop` where it has none."""
    notice = load(folder, campaign, with_bank=False)
    if notice.quiz is None:
        raise Stop(f"“{campaign}”没有知识竞赛（通知里没有 [quiz]），用不上题库。请核对活动名。")
    return notice.quiz


def _read(file: Path, *, shuffle: bool) -> Bank:
    try:
        return read_bank_file(file, shuffle=shuffle)
    except UnreadableSheet as wrong:
        raise Stop(str(wrong)) from None


def _tell(found: Bank) -> None:
    """Every fault and warning on stderr in the order of the file, then the figures of what is good."""
    told = [(fault.row, 0, str(fault)) for fault in found.faults]
    told += [(each.row, 1, f"{each.place}（提醒）：{each.message}") for each in found.warnings]
    for _, _, line in sorted(told):
        typer.echo(line, err=True)
    figures = figures_of(found.questions)
    counts = f"可用 {figures.questions} 题，有问题 {len(found.faults)} 处，提醒 {len(found.warnings)} 处。"
    if not found.questions:
        typer.echo(counts)
        return
    keys = "、".join(f"{letter} {count}" for letter, count in figures.keys)
    typer.echo(
        f"{counts}答案分布：{keys}。不看题总选最长的选项能对 {round(100 * figures.longest)}%，"
        f"总选最短的能对 {round(100 * figures.shortest)}%，瞎猜能对 {round(100 * figures.blind)}%。"
    )


def _short(found: Bank, draw: int) -> str:
    if len(found.questions) >= draw:
        return ""
    return f"每次抽取 {draw} 题，可用的只有 {len(found.questions)} 题，不能开赛。请补足或改好上面的题。"


def _before(notice: Path) -> tuple[Question, ...]:
    """The questions that the campaign has until now; none where its bank cannot be read, for it is kept anyway."""
    try:
        found = bank(notice)
    except UnreadableSheet:
        return ()
    return found.questions if found else ()


def _changes(before: tuple[Question, ...], after: tuple[Question, ...]) -> str:
    old, new = {each.code: each for each in before}, {each.code: each for each in after}
    changed = sum(old[code] != new[code] for code in old.keys() & new.keys())
    return (
        f"原有 {len(old)} 题，现在 {len(new)} 题：新增 {len(new.keys() - old.keys())}，"
        f"改动 {changed}，去掉 {len(old.keys() - new.keys())}。"
    )


def _put(here: Path, data: bytes) -> Path | None:
    """Write the bank so that it is whole at every instant; gives where the former one is kept."""
    kept = None
    if here.exists() and (before := here.read_bytes()) != data:
        kept = here.with_name(f"{here.name}.bak")
        kept.write_bytes(before)
    new = here.with_name(f".{here.name}.new")
    new.write_bytes(data)
    new.replace(here)
    return kept
