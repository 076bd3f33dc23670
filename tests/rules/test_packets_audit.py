"""Whatever is altered in the books afterwards, the audit says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.packets import Pool, amounts, commitment
from rules.packets_audit import Books, Code, Entry, Packet, Payment, audit, balances
from rules.payouts import State

POOL, SEED = Pool(3000, 5), bytes(range(32))
AMOUNTS = amounts(POOL, SEED)


def books() -> Books:
    """Five packets, of which two are won and one is paid."""
    packets = tuple(
        Packet(slot, amount, *((100 + slot, 1, 900 + slot, 50, 60 * (slot == 1)) if slot < 3 else (0, 0, 0, 0, 0)))
        for slot, amount in enumerate(AMOUNTS, 1)
    )
    lines = [Entry(0, "funds", "pool", 3000)]
    lines += [Entry(slot, "pool", "won", AMOUNTS[slot - 1]) for slot in (1, 2)]
    lines += [Entry(1, "won", "paid", AMOUNTS[0])]
    told = commitment(POOL, SEED)
    return Books((3000, 5, 100, 20_000), SEED, told, packets, tuple(lines), {901: 101, 902: 102}, 1, 10, 100)


def packet(place: int, **changes: Any) -> Callable[[Books], Books]:
    def altered(whole: Books) -> Books:
        found = list(whole.packets)
        found[place] = replace(found[place], **changes)
        return replace(whole, packets=tuple(found))

    return altered


def test_books_in_order_have_nothing_to_say() -> None:
    found = books()
    assert audit(found) == ()
    held = balances(found.ledger)
    assert (sum(held.values()), held["paid"], held["won"]) == (0, AMOUNTS[0], AMOUNTS[1])


@pytest.mark.parametrize(
    ("altered", "said"),
    [
        (packet(0, amount=AMOUNTS[0] + 1), "金额不符的 1 个"),
        (packet(1, person=101, attempt=901), "编号 101 的人领了 2 个红包，每人最多 1 个"),
        (packet(1, attempt=901), "第 901 次答题领了 2 个红包"),
        (packet(1, attempt=777), "第 2 个红包没有对应的合格答题（答题 777）"),
        (packet(0, won=9), "第 1 个红包领取时间早于开赛"),
        (packet(4, person=105, attempt=905, won=50), "第 3 个还在，后面的已经领走"),
        (packet(1, paid=70), "账目少一笔：第 2 个红包，won → paid"),
        (lambda whole: replace(whole, ledger=whole.ledger[:-1]), "账目少一笔：第 1 个红包"),
        (lambda whole: replace(whole, ledger=(*whole.ledger, whole.ledger[1])), "账目多一笔：第 1 个红包"),
        (lambda whole: replace(whole, seed=bytes(32)), "对不上"),
        (lambda whole: replace(whole, packets=whole.packets[:-1]), "存有 4 个，应有 5 个"),
        (lambda whole: replace(whole, pool=(3000, 40, 100, 20_000)), "互相矛盾"),
    ],
)
def test_what_was_altered_is_named(altered: Callable[[Books], Books], said: str) -> None:
    assert said in "".join(audit(altered(books())))


@given(st.integers(0, 4), st.integers(-400, 400).filter(bool), st.integers(0, 3))
def test_no_amount_and_no_line_can_be_altered_unnoticed(place: int, more: int, line: int) -> None:
    whole = books()
    assert audit(packet(place, amount=AMOUNTS[place] + more)(whole))
    lines = list(whole.ledger)
    lines[line] = replace(lines[line], amount=lines[line].amount + more)
    assert len(audit(replace(whole, ledger=tuple(lines)))) == 2, "one line too many, one missing"


@given(st.permutations(range(5)).filter(lambda order: [AMOUNTS[at] for at in order] != list(AMOUNTS)))
def test_packets_in_another_order_are_noticed(order: list[int]) -> None:
    """The sum is exact still: what is proved is who got which."""
    whole = books()
    moved = tuple(replace(each, amount=AMOUNTS[at]) for each, at in zip(whole.packets, order, strict=True))
    assert sum(each.amount for each in moved) == POOL.total
    assert "金额不符" in "".join(audit(replace(whole, packets=moved)))


def paid_by_wechat(state: State = "sent", **changes: Any) -> Callable[[Books], Books]:
    """The first packet is paid by a bill of WeChat in a state, and says so; the payment with these changes."""

    def altered(whole: Books) -> Books:
        first = whole.packets[0]
        payment = Payment(first.slot, "b1", first.person, first.amount, "sent")
        found = (replace(first, reference="b1"), *whole.packets[1:])
        return replace(whole, packets=found, payments=(replace(payment, state=state, **changes),))

    return altered


def test_a_payment_that_fits_its_packet_has_nothing_to_say() -> None:
    assert audit(paid_by_wechat()(books())) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (paid_by_wechat(amount=1), "第 1 个红包的微信付款（b1）与红包的领取人或金额不符。"),
        (paid_by_wechat(person=9), "第 1 个红包的微信付款（b1）与红包的领取人或金额不符。"),
        (paid_by_wechat(bill="b2"), "第 1 个红包的微信付款（b2）状态是 sent，红包上记的不一样。"),
        (paid_by_wechat("asked"), "第 1 个红包的微信付款（b1）状态是 asked，红包上记的不一样。"),
        (paid_by_wechat("refused"), "第 1 个红包的微信付款（b1）状态是 refused，红包上记的不一样。"),
    ],
)
def test_a_payment_that_does_not_fit_is_named(change: Callable[[Books], Books], said: str) -> None:
    assert audit(change(books())) == (said,)


def test_money_that_came_back_must_stand_in_the_ledger_both_ways() -> None:
    whole = paid_by_wechat("returned")(books())
    first = replace(whole.packets[0], reference="", paid=0)
    whole = replace(whole, packets=(first, *whole.packets[1:]))
    assert audit(whole) == (f"账目少一笔：第 1 个红包，paid → won，{first.amount} 分。",)
    assert audit(replace(whole, ledger=(*whole.ledger, Entry(1, "paid", "won", first.amount)))) == ()


def test_one_bill_for_two_packets_is_told() -> None:
    whole = paid_by_wechat()(books())
    second = whole.packets[1]
    twice = Payment(second.slot, "b1", second.person, second.amount, "refused")
    assert "微信单号 b1 用在了 2 个红包上。" in audit(replace(whole, payments=(*whole.payments, twice)))


def test_a_code_must_stand_on_its_packet() -> None:
    whole = books()
    first = whole.packets[0]
    given = replace(whole, packets=(replace(first, reference="code:7"), *whole.packets[1:]), codes=(Code(7, 1, 0),))
    assert audit(given) == ()
    assert audit(replace(given, codes=())) == ("第 1 个红包记着由编号 7 的兑换码支付，没有这张码。",)
    assert audit(replace(given, packets=whole.packets)) == ("编号 7 的兑换码发给了第 1 个红包，红包上没有记。",)
