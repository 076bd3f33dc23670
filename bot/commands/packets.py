"""`./xinshi packets`: the red packets of a quiz made, proved, handed to the treasury, and noted as paid."""

from __future__ import annotations

import asyncio
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from bot import config as settings
from bot.commands.packets_codes import codes
from bot.commands.packets_shared import Campaign, ConfigFile, done, quiz_of
from bot.commands.screen import opened, safe, when
from bot.commands.stop import Stop, stopped
from documents.sheet_reading import UnreadableSheet, read_sheet
from documents.sheets import Sheet, workbook
from rules.deeds import Declined
from rules.deeds_quiz import Committed, FillPool, NotePaid, Paid
from rules.instants import micros
from rules.packets import LEAST, MOST, ImpossiblePool, Pool, yuan
from rules.packets_audit import Books, audit, balances
from rules.quiz import Quiz
from scheduler.clock import SystemClock
from storage.packets_read import Due, books_of, due_of

HERE = settings.ROOT / "config.toml"
Table = Annotated[Path, typer.Argument(metavar="FILE", help="Excel 文件（.xlsx）")]
COLUMNS = ("序号", "金额（元）", "姓名", "单位", "领取时间", "现况", "付款凭证号")
#: Accounts of the ledger that hold money, as they are called.
_ACCOUNTS = {"pool": "池中", "won": "待付", "paid": "已付"}
_STATES = {
    "ready": "待发", "asked": "结果待确认", "sent": "待领取", "received": "已领取", "returned": "退回",
    "refused": "没有发成",
}  # fmt: skip
#: What became of a payment by WeChat that the treasury has to make good.
_TRIED = {"": "", "refused": "微信没有发成", "returned": "微信红包未领取已退回"}
_DECLINED = {
    "packets.open": "答题已经开始，红包池不能再改：开赛前公布的承诺值才有意义。",
    "packets.filled": "这项活动已经有红包池了。每项活动只建一次，不能追加或重建。",
}


def register(app: typer.Typer) -> None:
    """Mount the commands."""
    group = typer.Typer(help="知识竞赛的红包：建池、核对、发放。", no_args_is_help=True)
    group.command("fill")(fill)
    group.command("audit")(audit_)
    group.command("due")(due)
    group.command("paid")(paid)
    group.command("codes")(codes)
    app.add_typer(group, name="packets")


@stopped
def fill(
    campaign: Campaign,
    total: Annotated[str, typer.Option(help="红包总额，元，例如 5000")],
    count: Annotated[int, typer.Option(min=1, max=1_000_000, help="红包个数")],
    least: Annotated[str, typer.Option(help="单个最少，元")] = yuan(LEAST),
    most: Annotated[str, typer.Option(help="单个最多，元")] = yuan(MOST),
    config: ConfigFile = HERE,
) -> None:
    """开赛前建好红包池：金额随机、总和分文不差，并给出可以公布的承诺值。

    例：./xinshi packets fill hongze-quiz-2020 --total 5000 --count 2000 --least 1 --most 20
    """
    loaded = settings.load(config)
    rules = quiz_of(loaded, campaign)
    try:
        pool = Pool(_fen(total, "总额"), count, _fen(least, "单个最少"), _fen(most, "单个最多"))
    except ImpossiblePool:
        raise Stop(
            f"这样分不出来：{count} 个红包，每个 {least}–{most} 元，合计不可能正好 {total} 元。请改总额、个数或上下限。"
        ) from None
    if rules.packets.payout == "wechat" and not LEAST <= pool.least <= pool.most <= MOST:
        raise Stop(f"微信红包每个只能是 {yuan(LEAST)}–{yuan(MOST)} 元，现在设的是 {least}–{most} 元。请改上下限。")
    deed = FillPool(campaign, pool, micros(rules.stage.opens), 0)
    made: Committed | Declined = asyncio.run(done(loaded, deed))
    if isinstance(made, Declined):
        raise Stop(_DECLINED[made.why])
    typer.echo(f"已建好 {count} 个红包，共 {yuan(pool.total)} 元，每个 {yuan(pool.least)}–{yuan(pool.most)} 元。")
    typer.echo(f"承诺值（开赛前可以公布，结束后用 packets audit 验证）：{made.commitment}")


@stopped
def audit_(campaign: Campaign, config: ConfigFile = HERE) -> None:
    """核对红包：承诺值、每个金额、每位领取人、每笔账。全部相符退出码为 0，否则逐条列出，退出码为 1。

    例：./xinshi packets audit hongze-quiz-2020
    """
    loaded = settings.load(config)
    rules = quiz_of(loaded, campaign)
    books = asyncio.run(_books(loaded, campaign, rules))
    if books is None:
        raise Stop(f"“{campaign}”还没有红包池。用 ./xinshi packets fill 建。")
    taken = [each for each in books.packets if each.person]
    held = balances(books.ledger)
    won, pool = yuan(sum(each.amount for each in taken)), yuan(books.pool[0])
    typer.echo(f"红包池：{len(books.packets)} 个，{pool} 元；已领 {len(taken)} 个，{won} 元。")
    accounts = "，".join(f"{label} {yuan(held[name])}" for name, label in _ACCOUNTS.items())
    if books.payments or books.codes:
        typer.echo(_paid_by(books))
    typer.echo(f"账户：{accounts}；各账户合计 {yuan(sum(held.values()))} 元。")
    typer.echo(f"承诺值：{books.commitment}")
    if micros(SystemClock().now()) >= books.closes:
        typer.echo(f"种子（已结束，可以公布）：{books.seed.hex()}")
    faults = audit(books)
    for fault in faults:
        typer.echo(f"不符：{fault}")
    if faults:
        raise typer.Exit(1)
    typer.echo("全部相符。")


def _paid_by(books: Books) -> str:
    """Payments by WeChat by how far they are, and codes that were given."""
    counts = Counter(each.state for each in books.payments)
    told = [f"{label} {counts[state]} 个" for state, label in _STATES.items() if counts[state]]  # type: ignore[index]
    wechat = f"微信付款 {len(books.payments)} 笔：{'，'.join(told)}" if told else ""
    given = f"兑换码发出 {len(books.codes)} 张" if books.codes else ""
    return "；".join(filter(None, (wechat, given))) + "。"


async def _books(config: settings.Config, campaign: str, rules: Quiz) -> Books | None:
    async with opened(config) as database, database.read() as connection:
        return await books_of(
            connection, campaign, per_person=rules.packets.per_person, opens=micros(rules.stage.opens),
            closes=micros(rules.stage.closes),
        )  # fmt: skip


@stopped
def due(campaign: Campaign, file: Table, config: ConfigFile = HERE) -> None:
    """待发放的红包写成 Excel，交财务付款；已取消关注的单独注明，按通知不再发放的不列。

    例：./xinshi packets due hongze-quiz-2020 待发红包.xlsx
    """
    loaded = settings.load(config)
    rules = quiz_of(loaded, campaign)
    found = asyncio.run(_due(loaded, campaign))
    loses = rules.packets.leaving == "lose_unpaid"
    lost = [each for each in found if each.left and loses]
    listed = [each for each in found if each not in lost]
    rows = tuple(_row(each) for each in listed)
    file.write_bytes(workbook([Sheet("待发红包", COLUMNS, rows)], title="待发红包"))
    typer.echo(f"写好了“{safe(str(file))}”：{len(listed)} 个，{yuan(sum(each.amount for each in listed))} 元。")
    if lost:
        told = f"另有 {len(lost)} 个（{yuan(sum(each.amount for each in lost))} 元）的领取人已取消关注"
        typer.echo(f"{told}，按《通知》{rules.packets.clause}不再发放，没有列入。")
    typer.echo("付款后在“付款凭证号”一栏填好，用 ./xinshi packets paid 登记。")


def _row(each: Due) -> tuple[object, ...]:
    name = each.name or f"编号 {each.person}"
    stands = "，".join(filter(None, ("已取消关注" if each.left else "", _TRIED[each.state])))
    return (each.slot, yuan(each.amount), name, each.unit or "个人", when(each.won), stands, "")


async def _due(config: settings.Config, campaign: str) -> tuple[Due, ...]:
    async with opened(config) as database, database.read() as connection:
        return await due_of(connection, campaign)


@stopped
def paid(campaign: Campaign, file: Table, config: ConfigFile = HERE) -> None:
    """把财务填好凭证号的 Excel 登记为已付；没填的、已登记过的不动，可以分几次。

    例：./xinshi packets paid hongze-quiz-2020 待发红包.xlsx
    """
    loaded = settings.load(config)
    quiz_of(loaded, campaign)
    references = _references(file)
    noted: Paid = asyncio.run(done(loaded, NotePaid(campaign, references, 0)))
    rest = len(references) - noted.count
    typer.echo(
        f"登记了 {noted.count} 个。" + (f"{rest} 个已经登记过、正在由微信发放，或没有这个序号。" if rest else "")
    )


def _references(file: Path) -> dict[int, str]:
    """Packet -> reference, of the rows that have one. Raises `Stop` for a file without the columns."""
    try:
        rows = read_sheet(file)
    except UnreadableSheet as wrong:
        raise Stop(str(wrong)) from None
    head = next((number for number, row in enumerate(rows) if {COLUMNS[0], COLUMNS[-1]} <= set(row)), None)
    if head is None:
        raise Stop(f"“{safe(file.name)}”里没有“{COLUMNS[0]}”和“{COLUMNS[-1]}”两列；请用 packets due 写出的表格填。")
    slot, reference = rows[head].index(COLUMNS[0]), rows[head].index(COLUMNS[-1])
    found: dict[int, str] = {}
    for number, row in enumerate(rows[head + 1 :], head + 2):
        told = row[reference].strip() if len(row) > reference else ""
        if not told:
            continue
        if not row[slot].strip().isdigit():
            raise Stop(f"第 {number} 行的序号应是整数，现在是“{safe(row[slot][:20])}”。一行都没有登记。")
        found[int(row[slot])] = told
    return found


def _fen(text: str, what: str) -> int:
    try:
        fen = Decimal(text) * 100
    except InvalidOperation:
        raise Stop(f"{what}应写成元，例如 5000 或 1.88；写的是“{safe(text[:20])}”。") from None
    if fen != fen.to_integral_value() or fen <= 0:
        raise Stop(f"{what}应大于 0，最多两位小数；写的是“{safe(text[:20])}”。")
    return int(fen)
