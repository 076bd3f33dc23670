"""The door of ballots: presses go to the office only, edits are spaced and the newest wins, nothing is kept of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from bot.handlers import telegram_ballots
from bot.handlers.ports import Answer, Card, Key
from bot.handlers.telegram_ballots import EVERY
from bot.handlers.telegram_http import CutOff, Refused, Unreached
from bot.talk.messages import BALLOT
from tests.bot.handlers.telegram_script import ANN, CHAT, NoBallots, Room

DATA = "!" + "b" * 51


class Office(NoBallots):
    """An office that remembers presses and shows the next entry each time."""

    def __init__(self) -> None:
        self.pressed: list[tuple[str, str, str]] = []
        self.cards: Sequence[Card] = (Card("\x02第 0 项\x03", ((Key("1", DATA), Key("看", url="https://x.cn/d/1")),)),)

    async def begin(self, address: str, at: datetime) -> Sequence[Card]:
        return self.cards

    async def press(self, address: str, data: str, number: str, at: datetime) -> Answer:
        self.pressed.append((address, data, number))
        return Answer("8 分", alert=len(self.pressed) > 1, card=Card(f"第 {len(self.pressed)} 项"))


class Broken(NoBallots):
    """An office whose database is away."""

    async def press(self, address: str, data: str, number: str, at: datetime) -> Answer:
        raise ConnectionError("the database is away")


def pressed(number: int, data: str = DATA, *, card: int = 70) -> dict[str, Any]:
    keys = {"inline_keyboard": [[{"text": "8", "callback_data": DATA}]]}
    message = {"message_id": card, "date": 1, "chat": CHAT, "text": "选票", "reply_markup": keys}
    query = {"id": f"q{number}", "from": ANN, "message": message, "data": data, "chat_instance": "1"}
    return {"update_id": number, "callback_query": query}


def said(number: int, text: str) -> dict[str, Any]:
    return {"update_id": number, "message": {"message_id": number, "date": 1, "chat": CHAT, "from": ANN, "text": text}}


async def test_a_press_goes_to_the_office_and_to_nobody_else() -> None:
    office = Office()
    room = Room(office)
    await room.polled([pressed(1)])
    assert (office.pressed, room.intake.taken) == ([("telegram:138", DATA, "12345678/1")], [])
    assert room.request.named("answerCallbackQuery") == [
        {"callback_query_id": "q1", "text": "8 分", "show_alert": False}
    ]
    [edit] = room.request.named("editMessageText")
    assert (edit["chat_id"], edit["message_id"], edit["text"]) == (138, 70, "第 1 项")
    assert edit["reply_markup"] == {"inline_keyboard": []}


async def test_of_edits_that_wait_only_the_newest_is_made() -> None:
    room = Room(Office())
    await room.polled([pressed(number) for number in range(1, 8)])
    texts = [edit["text"] for edit in room.request.named("editMessageText")]
    assert (texts[-1], len(texts) < 7, len(room.request.named("answerCallbackQuery"))) == ("第 7 项", True, 7)
    assert set(room.pauses) == {EVERY}


async def test_a_card_is_sent_for_the_word_and_cannot_be_passed_on() -> None:
    room = Room(Office())
    await room.polled([said(1, BALLOT), said(2, f"/{BALLOT}")])
    [card] = room.request.named("sendMessage")
    assert (card["text"], card["protect_content"], room.intake.taken) == ("<b>第 0 项</b>", True, [])
    assert card["reply_markup"]["inline_keyboard"] == [
        [{"text": "1", "callback_data": DATA}, {"text": "看", "url": "https://x.cn/d/1"}]
    ]


async def test_where_there_is_no_card_the_word_is_a_message_as_any_other() -> None:
    room = Room()
    await room.polled([said(1, BALLOT), said(2, "选票")])
    assert [incoming.text for incoming in room.intake.taken] == [BALLOT, "选票"]


async def test_a_flood_limit_is_waited_for_and_a_lost_connection_tried_again() -> None:
    room = Room(Office())
    room.request.script("editMessageText", Refused(429, "Too Many Requests", 7.0), Refused(400, "not modified"))
    room.request.script("answerCallbackQuery", Unreached("no connection"), Refused(429, "Too Many Requests", 5.0))
    await room.polled([pressed(1)])
    assert (len(room.request.named("editMessageText")), len(room.request.named("answerCallbackQuery"))) == (2, 3)
    assert {5.0, 7.0} < set(room.pauses)


async def test_an_answer_that_was_cut_off_is_given_again_after_a_moment() -> None:
    room = Room(Office())
    room.request.script("answerCallbackQuery", CutOff("idle"), CutOff("idle"))
    await room.polled([pressed(1)])
    assert (len(room.request.named("answerCallbackQuery")), room.pauses.count(EVERY) > 2) == (3, True)


async def test_cards_that_wait_keep_no_press_from_its_answer_and_no_card_from_its_edit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(telegram_ballots, "_MOST", 2)
    room = Room(Office())
    room.request.script("editMessageText", *(asyncio.Event() for _ in range(4)))
    await room.polled(*([pressed(number, card=70 + number)] for number in range(4)))
    answered = [fields["callback_query_id"] for fields in room.request.named("answerCallbackQuery")]
    edited = [fields["message_id"] for fields in room.request.named("editMessageText")]
    assert (answered, edited) == (["q0", "q1", "q2", "q3"], [70, 71, 72, 73])


async def test_where_far_too_many_answers_wait_one_is_left_out_and_the_press_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(telegram_ballots, "_MOST", 1)
    office = Office()
    room = Room(office)
    room.request.script("answerCallbackQuery", asyncio.Event())
    await room.polled([pressed(1)], [pressed(2)])
    answered = [fields["callback_query_id"] for fields in room.request.named("answerCallbackQuery")]
    assert (answered, len(office.pressed), room.request.named("editMessageText")[-1]["text"]) == (["q1"], 2, "第 2 项")


@pytest.mark.parametrize("data", [DATA, "!" + "-" * 51])
async def test_a_press_that_cannot_be_kept_leaves_no_button_in_quarantine(data: str) -> None:
    room = Room(Broken())
    for _ in range(6):
        await room.polled([pressed(1, data)])
    [(body, why)] = room.intake.quarantined.values()
    assert (b"!b" in body or b"!-" in body, "ConnectionError" in why) == (False, True)
    assert json.loads(body)["callback_query"]["data"] == "!"
