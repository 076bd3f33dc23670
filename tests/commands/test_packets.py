"""An operator makes the pool, proves it, gives the treasury its list, and notes what was paid."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from bot.fakes import FakeClock
from documents.sheet_reading import read_sheet
from documents.sheets import Sheet, workbook
from rules.instants import opening
from rules.looks_quiz import PlayedBy
from storage.database import Database, sqlite_url
from storage.migrate import migrate
from storage.tables import people
from storage.tables_payout import payouts
from storage.tables_quiz import packets
from tests.commands.program import call, deployment
from tests.storage.test_quiz import QUIZ, played
from tests.storage.world import World

BEFORE, AFTER = "2020-07-07 20:00", "2020-07-15 09:00"
FILL = ("packets", "fill", QUIZ, "--total", "30", "--count", "5", "--least", "1", "--most", "20", "--config")


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "data").mkdir()
    at(monkeypatch, BEFORE)
    found = deployment(tmp_path, campaigns=(QUIZ,))
    in_(found, lambda world: asyncio.sleep(0))
    return found


def at(monkeypatch: pytest.MonkeyPatch, instant: str) -> None:
    """Let the command's clock stand at an instant, Chinese time."""
    for module in ("packets", "packets_shared"):
        clock = f"bot.commands.{module}.SystemClock"
        monkeypatch.setattr(clock, lambda: FakeClock(opening(instant, "Asia/Shanghai")))


def in_(config: Path, then: Callable[[World], Awaitable[object]]) -> None:
    """Do something in the deployment's database."""

    async def go() -> None:
        database = Database.open(sqlite_url(config.parent / "data"))
        await migrate(database)
        await then(World(database))
        await database.close()

    asyncio.run(go())


async def two_win(world: World) -> None:
    """Two people pass on the first day; one of them may be reached no more."""
    first = int(opening("2020-07-08 00:00", "Asia/Shanghai").timestamp()) * 1_000_000
    for name in ("李明", "王芳"):
        person = await world.person(name)
        marked = await played(world, person, at=first, opens=first)
        assert marked.packet == (await world.look(PlayedBy(QUIZ, person))).won


def test_the_pool_is_made_once_before_the_opening(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = call(*FILL, config)
    assert (made.exit_code, made.stdout.splitlines()[0]) == (0, "已建好 5 个红包，共 30.00 元，每个 1.00–20.00 元。")
    again = call(*FILL, config)
    assert (again.exit_code, again.stderr) == (1, "这项活动已经有红包池了。每项活动只建一次，不能追加或重建。\n")
    at(monkeypatch, "2020-07-08 00:00")
    late = call(*FILL, config)
    assert (late.exit_code, late.stderr) == (
        1,
        "答题已经开始，红包池不能再改：开赛前公布的承诺值才有意义。\n",
    )


@pytest.mark.parametrize(
    ("total", "count", "said"),
    [
        ("4.99", "5", "这样分不出来：5 个红包，每个 1–20 元，合计不可能正好 4.99 元。请改总额、个数或上下限。\n"),
        ("一百", "5", "总额应写成元，例如 5000 或 1.88；写的是“一百”。\n"),
        ("3.333", "5", "总额应大于 0，最多两位小数；写的是“3.333”。\n"),
    ],
)
def test_an_impossible_pool_is_refused_in_words(config: Path, total: str, count: str, said: str) -> None:
    found = call("packets", "fill", QUIZ, "--total", total, "--count", count, "--least", "1", "--most", "20",
                 "--config", config)  # fmt: skip
    assert (found.exit_code, found.stderr) == (1, said)


def test_what_was_won_is_proved_listed_and_noted_as_paid(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call(*FILL, config)
    in_(config, two_win)
    at(monkeypatch, AFTER)
    proved = call("packets", "audit", QUIZ, "--config", config)
    assert proved.exit_code == 0, proved.stdout
    assert proved.stdout.splitlines()[-1] == "全部相符。"
    assert "已领 2 个" in proved.stdout
    assert "种子（已结束，可以公布）：" in proved.stdout
    listed = call("packets", "due", QUIZ, tmp_path / "待发.xlsx", "--config", config)
    assert listed.exit_code == 0
    # Nobody of the two has an address, as somebody has who left: they are not paid any more.
    assert "另有 2 个" in listed.stdout
    assert "按《通知》五（二）1、2不再发放，没有列入。" in listed.stdout
    rows = (("1", "x", "x", "x", "x", "", "单据甲"), ("2", "x", "x", "x", "x", "", ""))
    columns = tuple(read_sheet(tmp_path / "待发.xlsx")[0])
    (tmp_path / "付.xlsx").write_bytes(workbook([Sheet("待发红包", columns, rows)]))
    noted = call("packets", "paid", QUIZ, tmp_path / "付.xlsx", "--config", config)
    again = call("packets", "paid", QUIZ, tmp_path / "付.xlsx", "--config", config)
    assert (noted.stdout, again.stdout) == (
        "登记了 1 个。\n",
        "登记了 0 个。1 个已经登记过、正在由微信发放，或没有这个序号。\n",
    )
    assert call("packets", "audit", QUIZ, "--config", config).exit_code == 0


def test_an_altered_packet_is_found(config: Path) -> None:
    call(*FILL, config)

    async def alter(world: World) -> None:
        async with world.database.write() as connection:
            await connection.execute(update(packets).where(packets.c.slot == 3).values(amount=9999))
            await connection.execute(update(people).values(name=""))

    in_(config, alter)
    found = call("packets", "audit", QUIZ, "--config", config)
    assert found.exit_code == 1
    assert "不符：红包与种子算出的不一致：存有 5 个，应有 5 个，金额不符的 1 个。" in found.stdout


def test_a_table_without_its_columns_is_refused(config: Path, tmp_path: Path) -> None:
    (tmp_path / "别的.xlsx").write_bytes(workbook([Sheet("表", ("甲", "乙"), (("1", "2"),))]))
    found = call("packets", "paid", QUIZ, tmp_path / "别的.xlsx", "--config", config)
    assert (found.exit_code, found.stderr) == (
        1,
        "“别的.xlsx”里没有“序号”和“付款凭证号”两列；请用 packets due 写出的表格填。\n",
    )


def codes_file(config: Path, *rows: tuple[str, ...]) -> Path:
    """A table of codes beside a deployment."""
    file = config.parent / "codes.xlsx"
    file.write_bytes(workbook([Sheet("码", ("兑换码", "金额（元）", "种类"), rows)], title="码"))
    return file


def test_codes_are_checked_taken_in_once_and_never_printed(config: Path) -> None:
    file = codes_file(config, ("KEPT-1", "5", "话费"), ("KEPT-2", "0", ""))
    note = '请注意：通知里没有写 payout = "voucher"（或 otherwise = "voucher"），这些码导入后不会发给任何人。\n'
    dry = call("packets", "codes", QUIZ, file, "--dry-run", "--config", config)
    assert dry.stdout == f"{note}检查过了，都可以导入：通用 1 个，5.00 元 1 个。没有写入。\n"
    first = call("packets", "codes", QUIZ, file, "--config", config)
    told = "表里一共：通用 1 个，5.00 元 1 个。导入后请妥善保管或删除这个文件。\n"
    assert (first.exit_code, first.stdout) == (0, f"{note}导入了 2 个。\n{told}")
    again = call("packets", "codes", QUIZ, file, "--config", config)
    assert again.stdout == f"{note}导入了 0 个。另有 2 个以前导入过，没有重复。\n{told}"
    assert "KEPT" not in dry.output + first.output + again.output


def test_a_table_with_faults_takes_in_nothing(config: Path) -> None:
    file = codes_file(config, ("KEPT-1", "5", "话费"), ("KEPT-1", "五", ""), ("", "5", ""))
    refused = call("packets", "codes", QUIZ, file, "--config", config)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.splitlines() == [
        "第 3 行：与第 2 行的兑换码相同。",
        "第 3 行：金额应写成元，例如 5 或 1.88；写的是“五”。",
        "第 4 行：没有写兑换码。",
        "共 3 处要改，一个码也没有导入。",
    ]
    odd = call("packets", "codes", QUIZ, config, "--config", config)
    assert (odd.exit_code, "请用 .xlsx 或 .csv 文件" in odd.stderr) == (1, True)


def test_the_audit_counts_payments_and_finds_one_that_does_not_fit(config: Path) -> None:
    call(*FILL, config)

    async def paid_otherwise(world: World) -> None:
        await two_win(world)
        async with world.database.write() as connection:
            amounts = (await connection.execute(select(packets.c.amount).order_by(packets.c.slot).limit(2))).scalars()
            for slot, amount in enumerate(amounts, start=1):
                person = (await connection.execute(select(packets.c.person).where(packets.c.slot == slot))).scalar_one()
                row = {"slot": slot, "bill": f"b{slot}", "person": person, "amount": amount, "state": "refused"}
                await connection.execute(insert(payouts).values(campaign=QUIZ, why="NO_AUTH", **row))

    in_(config, paid_otherwise)
    audited = call("packets", "audit", QUIZ, "--config", config)
    assert (audited.exit_code, "微信付款 2 笔：没有发成 2 个。\n" in audited.stdout) == (0, True)

    async def changed(world: World) -> None:
        async with world.database.write() as connection:
            await connection.execute(update(payouts).where(payouts.c.slot == 1).values(state="sent", amount=1))

    in_(config, changed)
    broken = call("packets", "audit", QUIZ, "--config", config)
    assert broken.exit_code == 1
    assert "不符：第 1 个红包的微信付款（b1）与红包的领取人或金额不符。" in broken.stdout
