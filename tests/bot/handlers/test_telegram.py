"""What raw Telegram updates mean, also those that nobody expects."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.handlers.ports import Wanted
from bot.handlers.telegram import (
    KINDS,
    GroupCommand,
    Meaning,
    Pressed,
    Said,
    Standing,
    Unreadable,
    kept,
    lane_of,
    number_of,
    read,
)
from bot.talk.messages import Incoming
from tests.bot.handlers.telegram_script import ANN, AT, BOT, CHAT, GROUP, message, press


def meaning(update: Any, **more: Any) -> Meaning | None:
    return read(update, bot=BOT, at=AT, name="xinshi_bot", **more)


def incoming(number: int, **more: Any) -> Incoming:
    return Incoming("telegram", "138", f"{BOT}/{number}", AT, **more)


def test_a_text_is_what_was_typed() -> None:
    assert meaning(message(9, " 信用+餐饮\n<b>&😀")) == Said(incoming(9, text=" 信用+餐饮\n<b>&😀"))


def test_a_text_of_ten_thousand_characters_is_read_whole() -> None:
    assert meaning(message(9, "长" * 10_000)) == Said(incoming(9, text="长" * 10_000))


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("/start ABCDE12345", "/start ABCDE12345"),
        ("/menu@xinshi_bot", "/menu"),
        ("/start@xinshi_bot ABC", "/start ABC"),
        ("/menu@", "/menu@"),
        ("zhang@example.com", "zhang@example.com"),
    ],
)
def test_a_command_loses_the_name_it_is_addressed_to(typed: str, read_as: str) -> None:
    assert meaning(message(1, typed)) == Said(incoming(1, text=read_as))


DOCUMENT = {"file_id": "F1", "file_unique_id": "U", "file_name": "附件1 申报表.docx", "file_size": 900}
VIDEO = {"file_id": "V", "file_unique_id": "U", "width": 1080, "height": 1920, "duration": 9, "mime_type": "video/mp4"}
VOICE = {"file_id": "V", "file_unique_id": "U", "duration": 3}
PHOTO = [
    {"file_id": f"P{width}", "file_unique_id": "U", "width": width, "height": width, "file_size": width * 10}
    for width in (90, 1280, 320)
]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        ({"document": DOCUMENT}, Wanted("F1", "附件1 申报表.docx", 900)),
        ({"photo": PHOTO}, Wanted("P1280", "photo-5.jpg", 12800)),
        ({"video": VIDEO}, Wanted("V", "video-5.mp4", None)),
        ({"audio": {**VOICE, "file_name": "歌.mp3"}}, Wanted("V", "歌.mp3", None)),
        ({"animation": VIDEO, "document": {**DOCUMENT, "file_id": "A"}}, Wanted("V", "animation-5.mp4", None)),
    ],
)
def test_a_file_is_wanted_with_its_caption_as_text(content: dict[str, Any], wanted: Wanted) -> None:
    assert meaning(message(2, **content, caption="请看")) == Said(incoming(2, text="请看"), (wanted,))


@pytest.mark.parametrize(
    ("size", "largest", "unread"), [(20 << 20, 20 << 20, ""), ((20 << 20) + 1, 20 << 20, "too_large")]
)
def test_a_file_above_the_servers_limit_is_too_large(size: int, largest: int, unread: str) -> None:
    found = meaning(message(2, document={**DOCUMENT, "file_size": size}), largest=largest)
    assert isinstance(found, Said) and (found.incoming.unread, len(found.wanted)) == (unread, 0 if unread else 1)


def test_ones_own_server_gives_files_of_any_size() -> None:
    found = meaning(message(2, document={**DOCUMENT, "file_size": 1 << 31}), largest=None)
    assert found == Said(incoming(2), (Wanted("F1", "附件1 申报表.docx", 1 << 31),))


LOCATION = {"longitude": 108.9, "latitude": 34.3}
STICKER = {
    "file_id": "S",
    "file_unique_id": "U",
    "type": "regular",
    "width": 5,
    "height": 5,
    "is_animated": False,
    "is_video": False,
}
POLL = {
    "id": "1",
    "question": "?",
    "options": [],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}


@pytest.mark.parametrize(
    ("content", "unread"),
    [
        ({"sticker": STICKER}, "sticker"),
        ({"voice": VOICE}, "voice"),
        ({"video_note": {**VOICE, "length": 5}}, "video_note"),
        ({"location": LOCATION}, "location"),
        ({"location": LOCATION, "venue": {"location": LOCATION, "title": "钟楼", "address": "?"}}, "location"),
        ({"contact": {"phone_number": "00138000", "first_name": "甲"}}, "contact"),
        ({"poll": POLL}, "poll"),
        ({"dice": {"value": 3, "emoji": "🎲"}}, "unknown"),
        ({"hologram_of_2031": {"x": 1}}, "unknown"),
        ({}, "unknown"),
        ({"text": ""}, "empty"),
        ({"text": " \n\t"}, "empty"),
    ],
)
def test_what_the_program_can_make_nothing_of_has_its_kind(content: dict[str, Any], unread: str) -> None:
    assert meaning(message(3, **content)) == Said(incoming(3, unread=unread))


def test_an_edit_is_told_but_not_a_location_that_moves() -> None:
    edited = {"update_id": 4, "edited_message": {**message(4, "新")["message"], "edit_date": 2}}
    assert meaning(edited) == Said(incoming(4, unread="edited"))
    moved = {"update_id": 4, "edited_message": {**message(4)["message"], "edit_date": 2, "location": LOCATION}}
    assert meaning(moved) is None


@pytest.mark.parametrize(
    "update",
    [
        message(5, "自己", **{"from": {**ANN, "is_bot": True}}),
        message(5, pinned_message=message(5, "?")["message"]),
        message(5, message_auto_delete_timer_changed={"message_auto_delete_time": 60}),
        message(5, write_access_allowed={}),
        message(5, delete_chat_photo=True),
        {"update_id": 5, "channel_post": {"message_id": 1, "date": 1, "chat": {**GROUP, "type": "channel"}}},
        {"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": CHAT, "text": "无主"}},
        {"update_id": 5, "never_heard_of": {"id": 1}},
        {"update_id": 5},
    ],
)  # fmt: skip
def test_what_nobody_said_to_us_is_nothing(update: dict[str, Any]) -> None:
    assert meaning(update) is None


def test_a_press_carries_its_data_and_the_message_it_stood_under() -> None:
    assert meaning(press(6, "sealed")) == Pressed(incoming(6, origin="70"), "sealed", "q6")


@pytest.mark.parametrize(
    ("more", "origin"),
    [
        ({"message": {"message_id": 70, "date": 0, "chat": CHAT}}, "70"),  # too old for its content to be told
        ({"message": {"message_id": 70, "date": 1, "chat": GROUP}}, ""),
        ({"message": None, "inline_message_id": "x"}, ""),
        ({"message": {"message_id": 70, "date": 1, "chat": CHAT, "reply_markup": "broken", "poll": 3}}, "70"),
    ],
)
def test_a_press_is_read_whatever_it_stood_under(more: dict[str, Any], origin: str) -> None:
    assert meaning(press(6, "sealed", **more)) == Pressed(incoming(6, origin=origin), "sealed", "q6")


@pytest.mark.parametrize(("status", "state"), [("kicked", "blocked"), ("member", "")])
def test_blocking_the_bot_is_a_change_of_reach(status: str, state: str) -> None:
    assert meaning(change(status, CHAT)) == Standing("138", state)
    assert meaning(change(status, GROUP)) is None


def change(status: str, chat: dict[str, Any]) -> dict[str, Any]:
    me = {"id": BOT, "is_bot": True, "first_name": "信使"}
    new = {"user": me, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    old = {"user": me, "status": "left"}
    changed = {"chat": chat, "from": ANN, "date": 1, "old_chat_member": old, "new_chat_member": new}
    return {"update_id": 7, "my_chat_member": changed}


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("/owing", "/owing"),
        ("/owing@xinshi_bot 雁塔区", "/owing 雁塔区"),
        ("/owing@XINSHI_bot", "/owing"),
        ("/owing@other_bot", None),
        ("说 /owing", None),
        ("大家好", None),
        ("/", None),
    ],
)
def test_in_a_group_only_commands_to_us_are_heard(typed: str, command: str | None) -> None:
    found = meaning(message(8, typed, chat=GROUP))
    assert found == (None if command is None else GroupCommand(incoming(8, text=command), -100200, 5))


def test_in_a_group_nothing_else_is_heard() -> None:
    quoted = {"type": "hidden_user", "sender_user_name": "乙", "date": 1}
    assert [
        meaning(message(8, "/owing", chat=GROUP, forward_origin=quoted)),
        meaning(message(8, chat=GROUP, document=DOCUMENT, caption="/owing")),
        meaning(message(8, chat=GROUP, sticker=STICKER)),
        meaning({"update_id": 8, "edited_message": message(8, "/owing", chat=GROUP)["message"]}),
    ] == [None] * 4


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"update_id": "9"},
        {"update_id": True},
        {"update_id": 9, "message": ["not", "an", "object"]},
        {"update_id": 9, "message": {"message_id": 1}},
        message(9, date="yesterday"),
        message(9, text=12),
        message(9, "?", **{"from": {**ANN, "id": "138"}}),
        message(9, document={**DOCUMENT, "file_size": "9"}),
        message(9, photo=[{"file_id": "P"}]),
        {"update_id": 9, "callback_query": {"id": "1", "data": "?"}},
        press(9, "x", data=7),
        {"update_id": 9, "my_chat_member": {"chat": CHAT}},
    ],
)
def test_a_wrong_shape_is_unreadable(update: Any) -> None:
    with pytest.raises(Unreadable):
        meaning(update)


def test_an_unreadable_updates_exception_holds_nothing_of_it() -> None:
    with pytest.raises(Unreadable) as caught:
        meaning(message(9, "秘密", date="秘密"))
    assert "秘密" not in str(caught.value) and caught.value.__suppress_context__


def test_half_an_emoji_can_be_stored_and_kept() -> None:
    update = message(9, "a\ud83d")
    assert meaning(update) == Said(incoming(9, text="a?"))
    assert orjson.loads(kept({"text": "ü"})) == {"text": "ü"} and kept(update).isascii()


@pytest.mark.parametrize("kind", sorted({str(kind) for kind in Update.ALL_TYPES} - set(KINDS)))
def test_a_kind_that_was_not_asked_for_is_nothing_whatever_it_holds(kind: str) -> None:
    contents: list[Any] = [None, 3, [], {"id": "1"}, message(1, "?")["message"]]
    assert [meaning({"update_id": 1, kind: content}) for content in contents] == [None] * 5


def test_the_kinds_that_are_asked_for_are_kinds_of_telegram() -> None:
    assert set(KINDS) < {str(kind) for kind in Update.ALL_TYPES}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from("message from chat id date text photo data type file_id x".split()), inner)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from("message edited_message callback_query my_chat_member poll".split()), JSON)
def test_nothing_but_unreadable_comes_of_any_json(kind: str, content: Any) -> None:
    update: dict[str, Any] = {"update_id": 1, kind: content}
    assert number_of(update) == 1 and isinstance(lane_of(update), str)
    try:
        found = meaning(update)
    except Unreadable:
        return
    assert found is None or isinstance(found, Said | Pressed | Standing | GroupCommand)


STRANGE: tuple[Any, ...] = ([], "x", {}, {"message": 3})


def test_updates_of_one_person_share_a_lane() -> None:
    same: list[dict[str, Any]] = [message(1, "a"), press(2, "b"), change("kicked", CHAT), message(3, "/x", chat=GROUP)]
    assert {lane_of(update) for update in same} == {"138"}
    assert lane_of(message(1, "a", **{"from": {**ANN, "id": 139}})) == "139"
    assert [lane_of(update) for update in STRANGE] == ["", "", "", ""]
