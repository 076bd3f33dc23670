"""Sending to Telegram: what is asked of the server, and what its answers mean for the message."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.handlers.post import Files, Later, Left, Letter, Outcome, Oversized, Sender, Sent, Shut, Unsure, Wrong
from bot.handlers.telegram_http import CutOff, Refused, Unreached
from bot.handlers.telegram_limits import TEXT
from bot.handlers.telegram_post import NO_CONNECTION, NO_TOKEN, SERVER_ERROR, TelegramSender
from bot.talk.messages import UPLOAD, Attachment, Choice, Outgoing
from tests.bot.handlers.telegram_script import KEY, Clock, Pages, Scripted, Shelf, file_of, scripted

FILE = Attachment("annex", "A1", '附件1 "申报"/表.docx')
HELLO = Letter(9, "138", Outgoing("您好", id=9))
QUIET = {"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}


def sending(
    *, largest: int = 1000, pages: Pages | None = None, files: Files | None = None
) -> tuple[TelegramSender, Scripted]:
    bot, request = scripted()
    sender: Sender = TelegramSender(
        bot, key=KEY, files=files or Shelf(A1=b"word" * 10), links=pages or Pages(), clock=Clock(), largest=largest
    )
    assert isinstance(sender, TelegramSender) and sender.channel == "telegram"
    return sender, request


async def outcome_of(error: BaseException, letter: Letter = HELLO) -> Outcome:
    sender, request = sending()
    request.script("sendMessage", error)
    return await sender.send(letter, "message")


async def test_a_text_is_sent_as_html_without_previews() -> None:
    sender, request = sending()
    assert await sender.send(HELLO, "message") == Sent(1, True, "71")
    assert request.calls == [("sendMessage", {"chat_id": 138, "text": "您好", **QUIET})]


async def test_a_protected_message_may_not_be_passed_on() -> None:
    sender, request = sending()
    choices = (Choice("a", "甲"),)
    await sender.send(Letter(9, "138", Outgoing("题", choices, protected=True, id=9)), "message")
    [(_, fields)] = request.calls
    [[button]] = fields["reply_markup"]["inline_keyboard"]
    assert (fields["protect_content"], button["text"]) == (True, "甲")


async def test_a_long_message_goes_part_by_part() -> None:
    sender, request = sending()
    letter = Letter(9, "138", Outgoing("长" * (2 * TEXT), (Choice("a", "甲"),), id=9))
    told = [await sender.send(replace(letter, done=done), "message") for done in range(4)]
    assert told[:3] == [Sent(1, False, "71"), Sent(2, False, "71"), Sent(3, True, "71")]
    assert told[3] == Wrong("expected a part 4, found 3")
    assert ["reply_markup" in fields for _, fields in request.calls] == [False, False, True]
    assert "".join(fields["text"] for _, fields in request.calls) == "长" * (2 * TEXT)


async def test_what_may_have_come_before_says_so_within_the_limit() -> None:
    sender, request = sending()
    await sender.send(Letter(9, "138", Outgoing("长" * (2 * TEXT), id=9), again=True), "message")
    [(_, fields)] = request.calls
    assert fields["text"].startswith("（重发）长") and len(fields["text"]) == TEXT


async def test_an_edit_replaces_the_earlier_message_and_its_buttons() -> None:
    sender, request = sending()
    assert await sender.send(replace(HELLO, edits="55", again=True), "message") == Sent(1, True, "55")
    fields = {"chat_id": 138, "text": "您好", **QUIET, "message_id": 55, "reply_markup": {"inline_keyboard": []}}
    assert request.calls == [("editMessageText", fields)]


async def test_an_edit_that_changes_nothing_is_done() -> None:
    sender, request = sending()
    request.script("editMessageText", Refused(400, "Bad Request: message is not modified: specified new message …"))
    assert await sender.send(replace(HELLO, edits="55"), "message") == Sent(1, True, "55")


@pytest.mark.parametrize(
    "said", ["message to edit not found", "message can't be edited", "there is no text in the message to edit"]
)
async def test_what_can_no_longer_be_edited_is_sent_anew(said: str) -> None:
    sender, request = sending()
    request.script("editMessageText", Refused(400, f"Bad Request: {said}"))
    assert await sender.send(replace(HELLO, edits="55", again=True), "message") == Sent(1, True, "71")
    assert [fields["text"] for _, fields in request.calls] == ["您好", "（重发）您好"]


async def test_an_edit_refused_for_another_reason_is_not_sent_anew() -> None:
    sender, request = sending()
    request.script("editMessageText", Refused(400, "Bad Request: can't parse entities"))
    assert await sender.send(replace(HELLO, edits="55"), "message") == Wrong("400: Bad Request: can't parse entities")
    assert len(request.calls) == 1


async def test_only_the_first_part_is_an_edit_and_a_file_never_is() -> None:
    sender, request = sending()
    long = Letter(9, "138", Outgoing("长" * 5000, id=9), edits="55")
    assert await sender.send(long, "message") == Sent(1, False, "55")
    assert await sender.send(replace(long, done=1), "message") == Sent(2, True, "71")
    await sender.send(Letter(9, "138", Outgoing("请看", attachment=FILE, id=9), edits="55"), "message")
    assert [name for name, _ in request.calls] == ["editMessageText", "sendMessage", "sendDocument"]


async def test_a_file_is_sent_with_its_caption_under_a_safe_name() -> None:
    sender, request = sending()
    letter = Letter(9, "138", Outgoing("<请看>", attachment=FILE, protected=True, id=9), again=True)
    assert await sender.send(letter, "message") == Sent(1, True, "71")
    [(name, fields)] = request.calls
    assert (name, fields["chat_id"], fields["protect_content"]) == ("sendDocument", 138, True)
    assert (fields["caption"], fields["parse_mode"]) == ("（重发）&lt;请看&gt;", "HTML")
    assert file_of(fields) == ("附件1 _申报__表.docx", b"word" * 10)


CHART = Attachment("chart", "A1", "报送情况.png")


async def test_a_picture_is_shown_in_the_chat_with_its_caption() -> None:
    sender, request = sending()
    assert await sender.send(Letter(9, "138", Outgoing("请看", attachment=CHART, id=9)), "message") == Sent(
        1, True, "71"
    )
    [(name, fields)] = request.calls
    assert (name, fields["caption"], "document" in fields) == ("sendPhoto", "请看", False)


@pytest.mark.parametrize("said", ["IMAGE_PROCESS_FAILED", "Bad Request: PHOTO_INVALID_DIMENSIONS"])
async def test_what_the_server_takes_for_no_picture_goes_as_a_file(said: str) -> None:
    sender, request = sending()
    request.script("sendPhoto", Refused(400, said))
    assert await sender.send(Letter(9, "138", Outgoing("请看", attachment=CHART, id=9)), "message") == Sent(
        1, True, "71"
    )
    assert [name for name, _ in request.calls] == ["sendPhoto", "sendDocument"]
    assert file_of(request.calls[1][1]) == ("报送情况.png", b"word" * 10)


async def test_a_picture_refused_for_another_reason_is_not_sent_again() -> None:
    sender, request = sending()
    request.script("sendPhoto", Refused(400, "Bad Request: chat not found"))
    told = await sender.send(Letter(9, "138", Outgoing("请看", attachment=CHART, id=9)), "message")
    assert (type(told), [name for name, _ in request.calls]) == (Left, ["sendPhoto"])


async def test_a_picture_larger_than_telegram_shows_goes_as_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.handlers.telegram_post.PHOTO", 39)
    sender, request = sending()
    await sender.send(Letter(9, "138", Outgoing("请看", attachment=CHART, id=9)), "message")
    assert [name for name, _ in request.calls] == ["sendDocument"]


async def test_a_file_too_large_for_telegram_becomes_a_link() -> None:
    sender, request = sending(largest=39)
    assert await sender.send(Letter(9, "138", Outgoing("请看", attachment=FILE, id=9)), "message") == Sent(
        1, True, "71"
    )
    link = "https://xinshi.example/f?a=telegram:138&amp;r=A1"
    assert request.calls == [("sendMessage", {"chat_id": 138, "text": f"请看\n{link}", **QUIET})]
    sender, request = sending(largest=39, pages=Pages(""))
    told = await sender.send(Letter(9, "138", Outgoing("请看", attachment=FILE, id=9)), "message")
    assert isinstance(told, Wrong) and "40 bytes, at most 39" in told.why and request.calls == []


async def test_a_file_that_is_gone_is_a_dead_letter() -> None:
    sender, _ = sending()
    letter = Letter(9, "138", Outgoing("", attachment=Attachment("annex", "B2", "x"), id=9))
    assert await sender.send(letter, "message") == Wrong("expected a file, found none: B2")


async def test_the_upload_link_is_the_persons_own() -> None:
    sender, request = sending()
    await sender.send(Letter(9, "138", Outgoing(f"上传：{UPLOAD}", id=9)), "message")
    assert request.calls[0][1]["text"] == "上传：https://xinshi.example/u?a=telegram:138&amp;s=1"


async def test_the_upload_link_of_a_question_is_bound_to_it() -> None:
    sender, request = sending()
    await sender.send(Letter(9, "138", Outgoing(f"上传：{UPLOAD}", question="7/film", id=9)), "message")
    assert request.calls[0][1]["text"] == "上传：https://xinshi.example/u?a=telegram:138&amp;s=1&amp;q=7/film"


async def test_a_stored_film_too_large_for_a_message_comes_as_a_link() -> None:
    sender, request = sending(files=Oversize())
    await sender.send(Letter(9, "138", Outgoing("请看", attachment=FILE, id=9)), "message")
    [(method, fields)] = [call[:2] for call in request.calls]
    assert (method, fields["text"]) == ("sendMessage", "请看\nhttps://xinshi.example/f?a=telegram:138&amp;r=A1")


class Oversize:
    """A shelf whose only film fits into no message."""

    async def contents(self, attachment: Attachment) -> bytes:
        raise Oversized(2_000_000_000)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (Refused(429, "Too Many Requests", 7), Later(7, "Too Many Requests", everybody=True)),
        (Refused(429, "Too Many Requests"), Later(1, "Too Many Requests", everybody=True)),
        (Refused(403, "Forbidden: bot was blocked by the user"), Left("Forbidden: bot was blocked by the user")),
        (Refused(400, "Bad Request: chat not found"), Left("Bad Request: chat not found")),
        (Refused(400, "Bad Request: PEER_ID_INVALID"), Left("Bad Request: PEER_ID_INVALID")),
        (Refused(400, "Bad Request: message is too long"), Wrong("400: Bad Request: message is too long")),
        (Refused(413, "Request Entity Too Large"), Wrong("413: Request Entity Too Large")),
        (Refused(500, "Internal"), Later(SERVER_ERROR, "500: Internal")),
        (Refused(502, "no description"), Later(SERVER_ERROR, "502: no description")),
        (Refused(302, "no description"), Later(SERVER_ERROR, "302: no description")),
        (Unreached("no way"), Later(NO_CONNECTION, "no way", everybody=True)),
        (CutOff("cut"), Unsure("cut")),
    ],
)
async def test_every_answer_is_an_outcome_by_name(error: Any, outcome: Outcome) -> None:
    assert await outcome_of(error) == outcome


@pytest.mark.parametrize("code", [401, 404])
async def test_a_token_that_is_refused_harms_no_message(code: int) -> None:
    told = await outcome_of(Refused(code, "Unauthorized"))
    assert isinstance(told, Later) and (told.seconds, told.everybody) == (NO_TOKEN, True)


async def test_a_groups_own_limit_stops_only_the_group() -> None:
    told = await outcome_of(Refused(429, "slow", 40), Letter(9, "-100200", Outgoing("您好", id=9)))
    assert told == Later(40, "slow", everybody=False)


async def test_nothing_is_raised() -> None:
    sender, request = sending()
    assert await sender.send(replace(HELLO, address="nobody"), "message") == Wrong(
        "expected a message that can be shown, found ValueError"
    )
    assert await sender.send(replace(HELLO, outgoing=Outgoing("")), "message") == Wrong("expected a part 1, found 0")
    assert await sender.send(HELLO, "customer") == Shut("expected the way message, found customer")
    assert request.calls == []
