"""Codes that winners are given instead of money: how their table is read, every fault with its row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

#: Titles of the table; the last may be left out.
CODE, AMOUNT, KIND = "兑换码", "金额（元）", "种类"
MOST_CODE, MOST_KIND, MOST_ROWS = 64, 20, 100_000


@dataclass(frozen=True, slots=True)
class Voucher:
    """One code: fen that it is worth, 0 where one serves for a packet of any amount, and what it is for."""

    code: str
    amount: int
    kind: str = ""

    def __repr__(self) -> str:
        """Without the code, which is money to whoever reads it."""
        return f"Voucher({self.amount} fen, {self.kind!r})"


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong in a row (counted as the sheet counts), as a sentence that repeats no code."""

    row: int
    said: str


@dataclass(frozen=True, slots=True)
class Table:
    """What was read: the good codes, and every fault."""

    vouchers: tuple[Voucher, ...]
    faults: tuple[Wrong, ...]


def read_vouchers(rows: Sequence[Sequence[str]]) -> Table:
    """The codes of a table whose titles stand in its first rows."""
    head = next((at for at, row in enumerate(rows[:20]) if CODE in [cell.strip() for cell in row]), None)
    if head is None:
        return Table((), (Wrong(1, f"没有“{CODE}”这一列。表头应有：{CODE}、{AMOUNT}，可以另加{KIND}。"),))
    titles = [cell.strip() for cell in rows[head]]
    if AMOUNT not in titles:
        said = f"没有“{AMOUNT}”这一列。每张码值多少就写多少；各种金额的红包都能用的码写 0。"
        return Table((), (Wrong(head + 1, said),))
    if len(rows) - head - 1 > MOST_ROWS:
        return Table(
            (), (Wrong(head + 1, f"一次最多 {MOST_ROWS} 行，现在有 {len(rows) - head - 1} 行，请分几次导入。"),)
        )
    good: list[Voucher] = []
    faults: list[Wrong] = []
    first: dict[str, int] = {}
    for number, row in enumerate(rows[head + 1 :], head + 2):
        cells = {title: row[at].strip() if at < len(row) else "" for at, title in enumerate(titles) if title}
        if not any(cells.values()):
            continue
        wrong = [*_code_faults(cells[CODE], first), *_other_faults(cells)]
        faults += [Wrong(number, said) for said in wrong]
        if not wrong:
            good.append(Voucher(cells[CODE], int(Decimal(cells[AMOUNT]) * 100), cells.get(KIND, "")))
        first.setdefault(cells[CODE], number)
    if not good and not faults:
        faults.append(Wrong(head + 2, "表头下面一个码也没有。"))
    return Table(tuple(good), tuple(faults))


def _code_faults(code: str, first: dict[str, int]) -> Iterator[str]:
    if not code:
        yield "没有写兑换码。"
    elif len(code) > MOST_CODE:
        yield f"兑换码有 {len(code)} 个字符，最多 {MOST_CODE} 个。"
    elif any(char.isspace() or not char.isprintable() for char in code):
        yield "兑换码里有空格或看不见的字符，请去掉。"
    elif _rounded(code):
        yield "兑换码被 Excel 改成了科学计数法，末几位已经丢失。请把这一列设成“文本”，重新粘贴后再存。"
    elif code in first:
        yield f"与第 {first[code]} 行的兑换码相同。"


def _rounded(code: str) -> bool:
    """Whether a spreadsheet took a long number for a quantity: 1.23457E+17, or more than 15 digits ending in zeros."""
    mantissa, e, exponent = code.upper().partition("E+")
    if e and exponent.isdigit() and mantissa.replace(".", "", 1).isdigit():
        return True
    return code.isdigit() and len(code) > 15 and set(code[15:]) == {"0"}


def _other_faults(cells: dict[str, str]) -> Iterator[str]:
    typed = cells[AMOUNT]
    try:
        fen = Decimal(typed) * 100
    except InvalidOperation:
        yield f"金额应写成元，例如 5 或 1.88；写的是“{typed[:12]}”。" if typed else "没有写金额；通用的码写 0。"
    else:
        if not fen.is_finite() or fen < 0 or fen != fen.to_integral_value() or fen > 10_000_000:
            yield f"金额应在 0 到 100000 元之间，最多两位小数；写的是“{typed[:12]}”。"
    if len(cells.get(KIND, "")) > MOST_KIND:
        yield f"种类最多 {MOST_KIND} 字，现在是 {len(cells[KIND])} 字。"
