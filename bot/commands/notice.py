"""`./xinshi notice`: an organiser sees what is wrong with a notice and what it says, and has a first one drafted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.campaigns import NoSuchCampaign, UnusableNotices, load
from bot.campaigns.check import check as check_campaign
from bot.campaigns.text import describe
from bot.campaigns.text_hurts import describe_hurts
from bot.commands import notice_draft
from rules.hurts.notice import notice_hurts
from rules.notice import Notice

ROOT = Path(__file__).resolve().parent.parent.parent


def register(app: typer.Typer) -> None:
    """Mount the commands as the group `notice`."""
    group = typer.Typer(help="活动通知：检查、查看、看哪里会让人吃苦头、由原文起草。", no_args_is_help=True)
    group.command("check")(check)
    group.command("show")(show)
    group.command("hurts")(hurts)
    notice_draft.register(group)
    app.add_typer(group, name="notice")


def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="通知文件，如 campaigns/xian-2024.toml")],
    root: Annotated[Path, typer.Option(help="空白表所在的项目文件夹")] = ROOT,
) -> None:
    """检查通知文件，一次列出所有问题，每个都有文件、行号和位置。

    同时核对空白表、单位名单、题库和任务分工表。有问题时退出码为 1。

    例：./xinshi notice check campaigns/xian-2024.toml
    """
    # A glob over campaigns/ also finds what lies beside a notice; that is checked together with its notice.
    results = [check_campaign(file, root=root) for file in files if not file.name.endswith(".duties.toml")]
    for result in results:
        for problem in result.problems:
            typer.echo(str(problem), err=True)
        if result.summary:
            typer.echo(result.summary)
    if count := sum(len(result.problems) for result in results):
        typer.echo(f"共 {count} 个问题。", err=True)
        raise typer.Exit(1)


def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="活动，如 xian-2024")],  # noqa: A002
    campaigns: Annotated[Path, typer.Option(help="通知文件所在的文件夹")] = ROOT / "campaigns",
) -> None:
    """把一个活动的通知打印出来给人看，包括时间、表格、数量要求和不明确的条款。

    例：./xinshi notice show xian-2024
    """
    typer.echo(describe(_loaded(campaigns, id)), nl=False)


def hurts(
    id: Annotated[str, typer.Argument(metavar="ID", help="活动，如 xian-2024")],  # noqa: A002
    campaigns: Annotated[Path, typer.Option(help="通知文件所在的文件夹")] = ROOT / "campaigns",
) -> None:
    """印发以前看一遍：这份通知哪里会让人吃苦头，依据是什么，改文件的哪一处。

    只看通知本身，几秒钟就有结果。有“不改走不下去”的地方时退出码为 1。

    例：./xinshi notice hurts xian-2024
    """
    found = notice_hurts(_loaded(campaigns, id))
    typer.echo(describe_hurts(found), nl=False)
    if any(each.severity == "stop" for each in found):
        raise typer.Exit(1)


def _loaded(campaigns: Path, id: str) -> Notice:  # noqa: A002
    try:
        return load(campaigns, id)
    except (NoSuchCampaign, UnusableNotices) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(1) from None
