"""Red packets proved afterwards from what is stored: commitment, amounts, winners, every line of the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.packets import ImpossiblePool, Pool, amounts, commitment
from rules.payouts import PAID, RETURNED, UNDER_WAY, State


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet as it is stored: its place from 1, fen, who has it (0: nobody), and the attempt that brought it."""

    slot: int
    amount: int
    person: int
    nth: int
    attempt: int
    won: int
    paid: int
    #: The claim of a payment, or what it was paid by.
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Payment:
    """One packet's payment by WeChat: its bill, whom and how much it is for, and how far it is (`rules.payouts`)."""

    slot: int
    bill: str
    person: int
    amount: int
    state: State


@dataclass(frozen=True, slots=True)
class Code:
    """One code that was given for a packet: its number, and what it is worth (0: any packet)."""

    number: int
    slot: int
    amount: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger: the packet (0: the whole pool), the accounts, and the fen that went."""

    slot: int
    out_of: str
    into: str
    amount: int


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that is stored of a pool. `passed`: the attempts that passed, with the person of each."""

    pool: tuple[int, int, int, int]
    seed: bytes
    commitment: str
    packets: tuple[Packet, ...]
    ledger: tuple[Entry, ...]
    passed: Mapping[int, int]
    per_person: int
    opens: int
    closes: int
    payments: tuple[Payment, ...] = ()
    codes: tuple[Code, ...] = ()


def audit(books: Books) -> tuple[str, ...]:
    """Everything that does not agree, in sentences for the organiser; nothing where all is in order."""
    return tuple(_faults(books))


def _faults(books: Books) -> Iterator[str]:
    try:
        pool = Pool(*books.pool)
    except ImpossiblePool as wrong:
        yield f"红包池的总额、个数、上下限互相矛盾：{wrong}"
        return
    if commitment(pool, books.seed) != books.commitment:
        yield "种子与开赛前公布的承诺值对不上：种子或红包池被改过。"
    stored, wanted = tuple(each.amount for each in books.packets), amounts(pool, books.seed)
    if stored != wanted:
        unequal = sum(one != other for one, other in zip(stored, wanted, strict=False))
        yield f"红包与种子算出的不一致：存有 {len(stored)} 个，应有 {pool.count} 个，金额不符的 {unequal} 个。"
    yield from _winners(books)
    yield from _payments(books)
    yield from _codes(books)
    yield from _booked(books, pool)


def _winners(books: Books) -> Iterator[str]:
    taken = [each for each in books.packets if each.person]
    for person, count in Counter(each.person for each in taken).items():
        if count > books.per_person:
            yield f"编号 {person} 的人领了 {count} 个红包，每人最多 {books.per_person} 个。"
    for attempt, count in Counter(each.attempt for each in taken).items():
        if count > 1:
            yield f"第 {attempt} 次答题领了 {count} 个红包。"
    for each in taken:
        if books.passed.get(each.attempt) != each.person:
            yield f"第 {each.slot} 个红包没有对应的合格答题（答题 {each.attempt}）。"
        if not books.opens <= each.won:
            yield f"第 {each.slot} 个红包领取时间早于开赛。"
    free = [each.slot for each in books.packets if not each.person]
    if free and taken and min(free) < max(each.slot for each in taken):
        yield f"红包没有按顺序发出：第 {min(free)} 个还在，后面的已经领走。"


def _payments(books: Books) -> Iterator[str]:
    """Every payment by WeChat is of its packet's winner and amount, and the packet says how far it is."""
    packets = {each.slot: each for each in books.packets}
    for bill, count in Counter(each.bill for each in books.payments).items():
        if count > 1:
            yield f"微信单号 {bill} 用在了 {count} 个红包上。"
    for each in books.payments:
        packet = packets.get(each.slot)
        if packet is None or (packet.person, packet.amount) != (each.person, each.amount):
            yield f"第 {each.slot} 个红包的微信付款（{each.bill}）与红包的领取人或金额不符。"
            continue
        claimed = packet.reference == each.bill
        if claimed != (each.state in (*UNDER_WAY, *PAID)) or (claimed and bool(packet.paid) != (each.state in PAID)):
            yield f"第 {each.slot} 个红包的微信付款（{each.bill}）状态是 {each.state}，红包上记的不一样。"


def _codes(books: Books) -> Iterator[str]:
    """Every code stands on the one packet that it was given for, and every packet paid by a code has it."""
    packets, given = {each.slot: each for each in books.packets}, {each.number: each for each in books.codes}
    for each in books.codes:
        packet = packets.get(each.slot)
        if packet is None or packet.reference != referred(each.number) or not packet.paid:
            yield f"编号 {each.number} 的兑换码发给了第 {each.slot} 个红包，红包上没有记。"
        elif each.amount not in (0, packet.amount):
            yield f"编号 {each.number} 的兑换码值 {each.amount} 分，第 {each.slot} 个红包是 {packet.amount} 分。"
    for packet in books.packets:
        number = code_of(packet.reference)
        if number and number not in given:
            yield f"第 {packet.slot} 个红包记着由编号 {number} 的兑换码支付，没有这张码。"


def referred(code: int) -> str:
    """How a packet names the code that it was paid by."""
    return f"code:{code}"


def code_of(reference: str) -> int:
    """The number of the code that a packet was paid by, 0 where it was paid otherwise."""
    before, _, number = reference.partition("code:")
    return int(number) if not before and number.isdigit() else 0


def _booked(books: Books, pool: Pool) -> Iterator[str]:
    wanted: Counter[tuple[int, str, str, int]] = Counter({(0, "funds", "pool", pool.total): 1})
    back = {each.slot for each in books.payments if each.state == RETURNED}
    for each in books.packets:
        returned = 1 if each.slot in back else 0
        wanted[each.slot, "pool", "won", each.amount] += 1 if each.person else 0
        wanted[each.slot, "won", "paid", each.amount] += (1 if each.paid else 0) + returned
        wanted[each.slot, "paid", "won", each.amount] += returned
    found = Counter((line.slot, line.out_of, line.into, line.amount) for line in books.ledger)
    for slot, out_of, into, amount in sorted((found - +wanted) + (+wanted - found)):
        more = found[slot, out_of, into, amount] > wanted[slot, out_of, into, amount]
        yield f"账目{'多' if more else '少'}一笔：第 {slot} 个红包，{out_of} → {into}，{amount} 分。"


def balances(ledger: Sequence[Entry]) -> dict[str, int]:
    """What every account holds, in fen; all of them together come to nothing."""
    found: dict[str, int] = {"funds": 0, "pool": 0, "won": 0, "paid": 0}
    for line in ledger:
        found[line.out_of] -= line.amount
        found[line.into] += line.amount
    return found
