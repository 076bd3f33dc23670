"""Which message may go: the first of its chat, at the pace of its channel, and each once."""

from __future__ import annotations

from bot.handlers.post import Later
from scheduler.dispatch import Paces
from scheduler.lanes import Lanes
from scheduler.pace import Pace
from storage.outbox import Waiting
from tests.scheduler.test_pace import Hand

A, B, M = "telegram:a", "telegram:b", "mail:m"


def lanes(clock: Hand, *, each: float = 0.0, chat: float = 0.0) -> Lanes:
    """Lanes whose Telegram has these paces."""
    paces = {"telegram": Paces(Pace(each, clock=clock), Pace(chat, clock=clock))}
    return Lanes(paces, seconds=clock)


def picked(some: Lanes, now: int = 0, *, most: int = 10, under_way: int = 10) -> list[int]:
    """The numbers of what may go."""
    return [each.id for each in some.pick(most, now, under_way=under_way)]


def test_one_message_of_a_chat_at_a_time_lowest_rank_first_then_oldest() -> None:
    some = lanes(Hand())
    for number, rank in ((3, 0), (1, 2), (2, 1), (4, 0)):
        some.add(Waiting(number, A, rank, 0))
        some.add(Waiting(number, A, rank, 0))
    order = []
    while found := picked(some):
        order += found
        some.free(found[0], A)
    assert (order, len(some)) == ([3, 4, 2, 1], 0)


def test_what_waits_on_holds_up_its_chat_until_it_is_due() -> None:
    some = lanes(Hand())
    for number in (1, 2):
        some.add(Waiting(number, A, 0, 0))
    assert picked(some) == [1]
    some.free(1, A, Waiting(1, A, 0, 5_000_000))
    assert (picked(some, 4_999_999), some.wait(0)) == ([], 5.0)
    assert picked(some, 5_000_000) == [1]


def test_an_answer_overtakes_what_waits_to_be_tried_again() -> None:
    some = lanes(Hand())
    some.add(Waiting(1, A, 1, 9))
    assert picked(some) == []
    some.add(Waiting(2, A, 0, 0))
    assert picked(some) == [2]


def test_a_channel_that_rests_does_not_hold_up_another_and_costs_no_look_at_its_chats() -> None:
    clock = Hand()
    some = lanes(clock, each=1.0)
    for number in range(100):
        some.add(Waiting(number, f"telegram:{number}", 0, 0))
    some.add(Waiting(500, M, 2, 0))
    assert sorted(picked(some, most=200, under_way=200)) == [0, 500]
    before = list(some._ready["telegram"])
    assert (picked(some), some._ready["telegram"], some.wait(0)) == ([], before, 1.0)
    clock.now += 1.0
    assert picked(some) == [1]


def test_a_chat_has_a_pace_of_its_own() -> None:
    clock = Hand()
    some = lanes(clock, chat=1.0)
    for number, address in ((1, A), (2, A), (3, B)):
        some.add(Waiting(number, address, 0, 0))
    assert picked(some) == [1, 3]
    some.free(1, A)
    assert (picked(some), some.wait(0)) == ([], 1.0)
    clock.now += 1.0
    assert picked(some) == [2]


def test_a_platform_that_asks_for_a_rest_gets_it_for_the_chat_or_for_all() -> None:
    clock = Hand()
    some = lanes(clock)
    some.add(Waiting(1, A, 0, 0))
    some.add(Waiting(2, B, 0, 0))
    some.learn(A, Later(3, "429"))
    assert picked(some) == [2]
    some.free(2, B)
    some.learn(B, Later(5, "429", everybody=True))
    clock.now += 4
    assert picked(some) == []
    clock.now += 1
    assert picked(some) == [1]


def test_at_most_so_many_of_a_channel_are_under_way() -> None:
    some = lanes(Hand())
    for number in range(5):
        some.add(Waiting(number, f"telegram:{number}", 0, 0))
    assert picked(some, under_way=2) == [0, 1]
    assert picked(some, under_way=2) == []
    some.free(0, "telegram:0")
    assert picked(some, under_way=2) == [2]


def test_a_chat_in_which_another_program_is_sending_waits_until_it_is_left() -> None:
    some = lanes(Hand())
    some.add(Waiting(1, A, 0, 0))
    some.leave([A])
    assert picked(some) == []
    some.add(Waiting(2, A, 0, 0))
    assert picked(some) == []
    some.leave([])
    assert picked(some) == [1]


def test_a_chat_with_nothing_left_leaves_nothing_behind() -> None:
    some = lanes(Hand())
    for number in range(50):
        some.add(Waiting(number, f"telegram:{number}", 0, 0))
    for number in picked(some, most=50, under_way=50):
        some.free(number, f"telegram:{number}")
    assert (some._lanes, some._known, some.under_way, some._ready["telegram"]) == ({}, set(), set(), [])
