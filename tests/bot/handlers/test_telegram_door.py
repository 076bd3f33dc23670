"""The door: what is confirmed, in which order, and what trouble makes of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
import structlog
from structlog.testing import LogCapture

from bot.handlers.buttons import seal
from bot.handlers.ports import Given, Wanted
from bot.handlers.telegram_door import STANDBY
from bot.handlers.telegram_http import CutOff, Refused, Unreached
from bot.handlers.telegram_taking import MOST_TRIES
from bot.talk.messages import Choice, Outgoing, Press
from tests.bot.handlers.telegram_script import ANN, BOT, GROUP, KEY, NOTE, TOKEN, Room, message, other, press, until


@pytest.fixture(autouse=True)
def events() -> Iterator[list[Any]]:
    capture = LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[capture], cache_logger_on_first_use=False)
    yield capture.entries
    structlog.configure(**before)


def told(events: list[Any]) -> list[str]:
    return [each["event"] for each in events]


async def test_a_batch_is_kept_and_only_then_confirmed() -> None:
    room = Room()
    offsets = await room.polled([message(7, "甲"), message(8, "乙")], [message(9, "丙")], [])
    assert (offsets, room.intake.texts) == ([None, 9, 10, None], ["甲", "乙", "丙"])
    first = room.request.named("getUpdates")[0]
    assert first["allowed_updates"] == ["message", "edited_message", "callback_query", "my_chat_member"]
    assert [name for name, _ in room.request.calls[:2]] == ["getMe", "deleteWebhook"]
    assert {each.id for each in room.intake.taken} == {f"{BOT}/{number}" for number in (7, 8, 9)}


async def test_numbers_that_begin_anew_after_a_quiet_week_are_not_passed_over() -> None:
    room = Room()
    offsets = await room.polled([message(900, "甲")], [], [message(3, "乙")])
    assert (offsets, room.intake.texts) == ([None, 901, None, 4], ["甲", "乙"])


async def test_what_was_not_kept_is_not_confirmed_and_neither_is_what_follows() -> None:
    room = Room()
    room.intake.broken = {f"{BOT}/8": 1}
    batch = [message(7, "甲"), message(8, "乙"), message(9, "丙"), other(10, "别人")]
    offsets = await room.polled(batch, batch[1:], [])
    assert offsets == [None, 8, 11, None]
    assert room.intake.texts == ["甲", "别人", "乙", "丙"]
    assert room.pauses == [1.0]


async def test_one_that_breaks_the_intake_for_good_goes_to_quarantine(events: list[Any]) -> None:
    room = Room()
    room.intake.broken = {f"{BOT}/8": 1000}
    batch = [message(8, "毒"), message(9, "丙")]
    offsets = await room.polled(*[batch] * MOST_TRIES, [])
    assert offsets == [None, *[8] * (MOST_TRIES - 1), 10, None]
    assert room.intake.texts == ["丙"]
    body, why = room.intake.quarantined[f"{BOT}/8"]
    assert (orjson.loads(body), why) == (batch[0], "broke the intake: ZeroDivisionError")
    assert room.pauses == [1.0, 2.0, 4.0, 8.0]
    assert "毒" not in str(events) and told(events).count("an update was not kept") == MOST_TRIES


async def test_while_nothing_can_be_kept_nothing_is_confirmed() -> None:
    room = Room()
    room.intake.down = True
    batch = [{"update_id": 7, "message": "bad"}, other(8, "乙")]
    offsets = await room.polled(*[batch] * (MOST_TRIES + 2))
    assert offsets == [None, *[7] * (MOST_TRIES + 2)]
    assert room.pauses == [1, 2, 4, 8, 16, 30, 30]
    room.intake.down = False


async def test_a_bad_update_is_put_away_and_confirmed(events: list[Any]) -> None:
    room = Room()
    bad = {"update_id": 8, "message": ["秘密"]}
    offsets = await room.polled([message(7, "甲"), bad, "junk", message(9, "丙")], [])
    assert (offsets, room.intake.texts) == ([None, 10, None], ["甲", "丙"])
    body, why = room.intake.quarantined.pop(f"{BOT}/8")
    assert (orjson.loads(body), why) == (bad, "expected an update as the Bot API describes it, found TypeError")
    [(name, (junk, _))] = room.intake.quarantined.items()
    assert (len(name), junk) == (len(f"{BOT}/") + 64, b'"junk"')
    assert told(events).count("an update is in quarantine") == 2 and "秘密" not in str(events)


async def test_people_do_not_wait_for_each_other_but_each_is_heard_in_order() -> None:
    room = Room()
    gate = room.intake.shut[f"{BOT}/7"] = asyncio.Event()
    polled = asyncio.create_task(room.polled([message(7, "甲1"), other(8, "乙1"), message(9, "甲2"), other(10, "乙2")]))
    await until(lambda: len(room.intake.taken) == 2)
    assert (room.intake.texts, len(room.request.named("getUpdates"))) == (["乙1", "乙2"], 1)
    gate.set()
    assert await polled == [None, 11]
    assert room.intake.texts == ["乙1", "乙2", "甲1", "甲2"]


async def test_trouble_of_the_network_is_waited_out_up_to_30_seconds(events: list[Any]) -> None:
    room = Room()
    await room.polled(*[Unreached("?"), CutOff("?"), Refused(502, "?")] * 3, [message(7, "甲")], Unreached("?"))
    assert room.pauses[:10] == [1, 2, 4, 8, 16, 30, 30, 30, 30, 1]
    assert room.intake.texts == ["甲"] and TOKEN not in str(events)


async def test_a_batch_that_was_too_much_is_asked_for_in_smaller_ones() -> None:
    room = Room()
    await room.polled(CutOff("too long"), CutOff("too long"), [message(7, "甲")], [])
    assert [fields["limit"] for fields in room.request.named("getUpdates")[:4]] == [100, 50, 25, 50]


async def test_polls_that_do_not_wait_have_a_pause_between_them() -> None:
    room = Room(poll_seconds=0)
    await room.polled([], [message(7, "甲")], [])
    assert (room.pauses, room.request.named("getUpdates")[0]["timeout"]) == ([1, 1], 0)


async def test_a_fault_of_our_own_does_not_end_the_door(events: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room()
    monkeypatch.setattr(room.door._taker, "take", None)
    await room.polled([message(7, "甲")], [])
    assert (room.pauses, told(events)[-1]) == ([1], "telegram's door broke and goes on")


async def test_another_poller_is_told_clearly_and_waited_for(events: list[Any]) -> None:
    room = Room()
    await room.polled(Refused(409, "Conflict: terminated by other getUpdates request"), [message(7, "甲")])
    assert "another program or a webhook takes this bot's updates; stop it" in told(events)
    assert room.intake.texts == ["甲"]


async def test_a_flood_is_waited_for_as_long_as_telegram_asks() -> None:
    room = Room()
    await room.polled(Refused(429, "slow", 17), Refused(429, "slow", 9999), [])
    assert room.pauses[:2] == [17, 300]


@pytest.mark.parametrize("method", ["getMe", "getUpdates"])
async def test_a_wrong_token_ends_the_door_with_an_error(events: list[Any], method: str) -> None:
    room = Room()
    room.request.script(method, Refused(401, "Unauthorized"))
    await asyncio.wait_for(room.door.run(), 5)
    [error] = [each for each in events if each["log_level"] == "error"]
    assert (error["event"].partition(";")[0], error["code"]) == ("telegram refuses the bot's token", 401)
    assert TOKEN not in str(events)


async def test_a_press_is_looked_up_and_its_button_answered() -> None:
    room = Room()
    given = Outgoing("几号？", (Choice("c/1", "一"), Choice("c/2", "二")), "7/q", id=40)
    room.intake.sent = {40: Given("telegram:138", given), 41: Given("telegram:139", given), 42: Given("web:138", given)}
    data = [seal(KEY, 40, 1), seal(KEY, 41, 1), seal(KEY, 42, 1), seal(KEY, 40, 2), seal(KEY, 43, 0)]
    data += [seal(b"x" * 32, 40, 1), "", "forged", "长" * 60, seal(KEY, 40, 1)]
    await room.polled([press(number, each) for number, each in enumerate(data, start=1)])
    told = [(each.press, each.unread, each.origin) for each in room.intake.taken]
    good, bad = (Press("7/q", "c/2"), "", "70"), (None, "button", "70")
    assert told == [good, *[bad] * 8, good]
    answered = [fields["callback_query_id"] for fields in room.request.named("answerCallbackQuery")]
    assert answered == [f"q{number}" for number in range(1, 11)]


async def test_an_answer_to_a_button_that_fails_harms_nothing() -> None:
    room = Room()
    room.request.script("answerCallbackQuery", Refused(400, "query is too old"), Unreached("?"))
    offsets = await room.polled([press(1, "x"), press(2, "x")], [])
    assert (offsets, len(room.intake.taken)) == ([None, 3, None], 2)


async def test_blocking_in_the_middle_changes_the_reach_in_its_order() -> None:
    room = Room()
    me = {"id": BOT, "is_bot": True, "first_name": "信使"}
    old, new = {"user": me, "status": "member"}, {"user": me, "status": "kicked", "until_date": 0}
    changed = {"chat": {"id": 138, "type": "private"}, "from": ANN, "date": 1}
    blocked = {"update_id": 8, "my_chat_member": {**changed, "old_chat_member": old, "new_chat_member": new}}
    back = {"update_id": 9, "my_chat_member": {**changed, "old_chat_member": new, "new_chat_member": old}}
    await room.polled([message(7, "甲"), blocked, back])
    assert room.intake.reached == [("telegram:138", "blocked"), ("telegram:138", "")]


async def test_a_files_reference_goes_to_the_intake() -> None:
    room = Room()
    document = {"file_id": "F1", "file_unique_id": "U", "file_name": "a.docx", "file_size": 9}
    await room.polled([message(7, document=document, caption="请看")])
    assert room.intake.wanted == {f"{BOT}/7": (Wanted("F1", "a.docx", 9),)}


async def test_a_group_is_answered_only_to_an_admins_command() -> None:
    room = Room()
    room.intake.admins = {"138"}
    await room.polled(
        [
            message(1, "/owing@xinshi_bot", chat=GROUP),
            message(2, "/owing@other_bot", chat=GROUP),
            message(3, "大家好", chat=GROUP),
            message(4, "/owing", chat=GROUP, **{"from": {**ANN, "id": 139}}),
            message(5, "/menu", chat=GROUP),
            message(6, "/help", chat={**GROUP, "id": -7}),
        ]
    )
    assert [(each.address, each.text) for each in room.intake.taken] == [
        ("138", "/owing"),
        ("138", "/menu"),
        ("138", "/help"),
    ]
    told = [(fields["chat_id"], fields["text"]) for fields in room.request.named("sendMessage")]
    assert told == [(-100200, NOTE), (-7, NOTE)]  # the second within 3 seconds is left out: 20 a minute to a group


async def test_of_several_programs_one_fetches_and_another_goes_on_when_it_ends() -> None:
    free = asyncio.Lock()
    rooms = [Room(lead=lambda: _held(free)), Room(lead=lambda: _held(free))]
    ends = [asyncio.Event(), asyncio.Event()]
    for room, end in zip(rooms, ends, strict=True):
        room.request.script("getUpdates", [message(7, "甲")], end)
    tasks = [asyncio.create_task(room.door.run()) for room in rooms]
    await asyncio.wait({asyncio.create_task(end.wait()) for end in ends}, timeout=5, return_when="FIRST_COMPLETED")
    fetching = 0 if ends[0].is_set() else 1
    standby = rooms[1 - fetching]
    for _ in range(20):
        await asyncio.sleep(0)
    assert (standby.request.named("getUpdates"), standby.intake.texts) == ([], [])
    assert set(standby.pauses) == {STANDBY}
    tasks[fetching].cancel()
    await asyncio.wait_for(ends[1 - fetching].wait(), 5)
    assert standby.intake.texts == ["甲"], "what the other one may have taken without confirming it comes again"
    tasks[1 - fetching].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _held(free: asyncio.Lock) -> AsyncIterator[bool]:
    """Whether the lock was free; held until the block ends."""
    if free.locked():
        yield False
        return
    async with free:
        yield True
