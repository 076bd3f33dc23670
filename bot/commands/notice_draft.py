"""`./xinshi notice draft`: an official notice and its annexes to a first campaign file, with what is left to settle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.campaigns.check import check
from bot.commands.stop import Stop, stopped
from bot.commands.verdicts import said
from documents.guard import MAX_FILE
from documents.kinds import Refused
from documents.notice_blocks import word_blocks
from rules.drafting.layout import Block, blocks_of

if TYPE_CHECKING:
    from rules.drafting.draft import Draft

ROOT = Path(__file__).resolve().parents[2]
#: A text file larger than this is no notice.
MAX_TEXT = 2 * 2**20


def register(group: typer.Typer) -> None:
    """Mount the command in the group `notice`."""
    group.command("draft")(draft_notice)


@stopped
def draft_notice(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="通知原文：.docx 或 .txt")],
    annexes: Annotated[list[Path] | None, typer.Argument(metavar="[ANNEX.docx…]", help="另存的附件（空白表）")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="写到这个 .toml；不写就打印出来")] = None,
    root: Annotated[Path, typer.Option(help="空白表所在的项目文件夹")] = ROOT,
) -> None:
    """由通知原文起草活动文件：每个值附上原句和条款，定不下来的列成待定事项，由人核对。

    只按文字规则来认，不上网；起草的文件要逐条核对，再用 notice check 检查。

    例：./xinshi notice draft 通知.docx 附件1.docx -o campaigns/lanhe-2025.toml
    """
    # Its patterns take a quarter of a second, for which no other command shall wait.
    from rules.drafting.draft import draft

    if out is not None and out.suffix != ".toml":
        raise Stop(f"“{out.name}”不是 .toml 文件名。活动文件的名字就是活动的编号，例如 campaigns/lanhe-2025.toml。")
    if out is not None and out.exists():
        raise Stop(f"“{out}”已经有了，没有覆盖。请换一个名字，或者先把原来的移走。")
    made = draft(_blocks(file), out.stem if out else "draft", [_blocks(each) for each in annexes or []])
    if out is None:
        typer.echo(made.text, nl=False)
        return
    out.write_text(made.text, encoding="utf-8")
    _tell(out, made, root)


def _blocks(file: Path) -> tuple[Block, ...]:
    """What a file says. Raises `Stop` for one that cannot be read as a notice."""
    with file.open("rb") as opened:
        data = opened.read(MAX_FILE + 1)
    if data.startswith(b"PK") or file.suffix.lower() != ".txt":
        try:
            return word_blocks(data, name=file.name)
        except Refused as refused:
            raise Stop(said(refused.key, refused.facts)) from None
    if len(data) > MAX_TEXT:
        raise Stop(f"“{file.name}”超过 {MAX_TEXT // 2**20} MB，不像一份通知，没有读。")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and text.strip():
            return blocks_of(text)
    raise Stop(f"“{file.name}”不是文本文件。通知可以是 .docx 或 .txt（UTF-8 或 GB18030）。")


def _tell(out: Path, made: Draft, root: Path) -> None:
    typer.echo(f"已起草 {out}，请对照原文逐条核对。")
    typer.echo(f"还要由人定的事，共 {len(made.questions)} 件（文件里同号标出）：")
    for number, question in enumerate(made.questions, 1):
        typer.echo(f"  {number}. {f'〔{question.clause}〕' if question.clause else ''}{question.text}")
    problems = check(out, root=root).problems
    if not problems:
        typer.echo("notice check：没有问题，待定的事定好即可使用。")
        return
    typer.echo(f"notice check 还有 {len(problems)} 处要填：")
    for problem in problems:
        typer.echo(f"  {problem}")
