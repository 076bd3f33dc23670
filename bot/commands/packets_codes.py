"""`./xinshi packets codes`: codes that winners are given, from a table, every fault with its row."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from bot import config as settings
from bot.commands.packets_shared import Campaign, ConfigFile, done, quiz_of
from bot.commands.screen import safe
from bot.commands.stop import Stop, stopped
from documents.sheet_reading import UnreadableSheet, read_sheet
from rules.deeds_payout import ImportVouchers, TakenIn
from rules.packets import yuan
from rules.vouchers import Voucher, read_vouchers

#: Faults that are told one by one.
MOST_FAULTS = 30


@stopped
def codes(
    campaign: Campaign,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="兑换码表格（.xlsx 或 .csv）：兑换码、金额（元）、种类")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不导入")] = False,
    config: ConfigFile = settings.ROOT / "config.toml",
) -> None:
    """导入发给获奖者的兑换码；有一行写错就一个也不导入。已经导入过的码不会重复。

    例：./xinshi packets codes hongze-quiz-2020 兑换码.xlsx --dry-run
    """
    loaded = settings.load(config)
    rules = quiz_of(loaded, campaign)
    try:
        found = read_vouchers(read_sheet(file))
    except UnreadableSheet as wrong:
        raise Stop(str(wrong)) from None
    for fault in found.faults[:MOST_FAULTS]:
        typer.echo(f"第 {fault.row} 行：{safe(fault.said)}", err=True)
    if found.faults:
        more = f"（只列出前 {MOST_FAULTS} 处）" if len(found.faults) > MOST_FAULTS else ""
        raise Stop(f"共 {len(found.faults)} 处要改{more}，一个码也没有导入。")
    if not rules.packets.gives_codes:
        typer.echo('请注意：通知里没有写 payout = "voucher"（或 otherwise = "voucher"），这些码导入后不会发给任何人。')
    told = _told(found.vouchers)
    if dry_run:
        typer.echo(f"检查过了，都可以导入：{told}。没有写入。")
        return
    taken: TakenIn = asyncio.run(done(loaded, ImportVouchers(campaign, found.vouchers, 0)))
    typer.echo(f"导入了 {taken.new} 个。" + (f"另有 {taken.known} 个以前导入过，没有重复。" if taken.known else ""))
    typer.echo(f"表里一共：{told}。导入后请妥善保管或删除这个文件。")


def _told(vouchers: tuple[Voucher, ...]) -> str:
    counts = Counter(each.amount for each in vouchers)
    kinds = [f"{f'{yuan(amount)} 元' if amount else '通用'} {count} 个" for amount, count in sorted(counts.items())]
    return "，".join(kinds)
