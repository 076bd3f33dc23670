"""Telegram's wire format: what one raw update means; `show` (in `telegram_show`) is the way back."""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update, User

from bot.handlers.ports import Wanted
from bot.handlers.telegram_limits import DOWNLOAD
from bot.talk.messages import Incoming

CHANNEL = "telegram"
#: The kinds of updates that are asked for; others are never sent to the program.
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")

_PRIVATE = "private"
_COMMAND = re.compile(r"/(\w{1,32})(?:@(\w{1,64}))?(?=\s|$)", re.ASCII)
#: What a message can hold that the desk has a sentence for, in the order in which it is looked for.
_UNREAD = {
    "sticker": "sticker",
    "voice": "voice",
    "video_note": "video_note",
    "venue": "location",
    "location": "location",
    "contact": "contact",
    "poll": "poll",
}
#: Files, in the order in which they are looked for: an animation comes as a document as well.
_FILES = ("animation", "document", "video", "audio")
#: Messages that nobody wrote: they tell that something happened in the chat.
_SERVICE = frozenset(
    "chat_background_set chat_owner_changed chat_owner_left chat_shared checklist_tasks_added checklist_tasks_done "
    "connected_website boost_added direct_message_price_changed delete_chat_photo forum_topic_closed "
    "forum_topic_created forum_topic_edited forum_topic_reopened general_forum_topic_hidden "
    "general_forum_topic_unhidden gift gift_upgrade_sent giveaway_created giveaway_completed group_chat_created "
    "channel_chat_created supergroup_chat_created left_chat_member managed_bot_created "
    "message_auto_delete_timer_changed migrate_from_chat_id migrate_to_chat_id new_chat_members new_chat_photo "
    "new_chat_title paid_message_price_changed pinned_message poll_option_added poll_option_deleted "
    "proximity_alert_triggered refunded_payment successful_payment suggested_post_approval_failed "
    "suggested_post_approved suggested_post_declined suggested_post_paid suggested_post_refunded unique_gift "
    "users_shared video_chat_ended video_chat_scheduled video_chat_started video_chat_participants_invited "
    "web_app_data write_access_allowed passport_data".split()
)
#: Fields of a message that cost time to read and are not used; fields of a pressed message that are.
_UNUSED = frozenset(
    "entities caption_entities reply_to_message external_reply quote link_preview_options reply_markup".split()
)
_PLACE = frozenset(("message_id", "chat", "date"))


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The aware instant that counts."""
        ...


class Unreadable(ValueError):
    """An update that is not as the Bot API says; it is put in quarantine. The message holds nothing of its content."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message to the bot, and the files in it that are still with Telegram."""

    incoming: Incoming
    wanted: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that was pressed: `incoming` without its press yet, the sealed `data`, the query to be answered."""

    incoming: Incoming
    data: str
    query: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The person blocked the bot ("blocked") or let it in again ("")."""

    address: str
    state: str


@dataclass(frozen=True, slots=True)
class GroupCommand:
    """A "/command" in a group, as if it had been written in private; it counts only if an admin wrote it."""

    incoming: Incoming
    chat: int
    message: int


Meaning = Said | Pressed | Standing | GroupCommand


def number_of(update: Any) -> int | None:
    """The `update_id` of a raw update, None where it has none."""
    number = update.get("update_id") if isinstance(update, Mapping) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and number >= 0 else None


def lane_of(update: Any) -> str:
    """What orders an update: those of one lane are taken one after the other. Never fails."""
    if not isinstance(update, Mapping):
        return ""
    for kind in KINDS:
        inner = update.get(kind)
        sender = inner.get("from") if isinstance(inner, Mapping) else None
        if isinstance(sender, Mapping):
            return str(sender.get("id", ""))
    return ""


def read(
    update: Mapping[str, Any], *, bot: int, at: datetime, name: str = "", largest: int | None = DOWNLOAD
) -> Meaning | None:
    """What one raw update means; None where it is nothing to us.

    `bot` is the bot's own id and `name` its user name, to tell commands to it from those to others; `largest` is the
    size in bytes of a file that can be fetched, None for any. Raises `Unreadable`.
    """
    number = number_of(update)
    if number is None:
        raise Unreadable("expected a number as update_id, found none")
    if _of_service(update.get("message")):
        return None
    base = Incoming(CHANNEL, "", f"{bot}/{number}", at)
    try:
        found = Update.de_json(_lean(update))
        if found.message is not None:
            return _message(found.message, base, name=name, largest=largest)
        if found.edited_message is not None:
            return _edited(found.edited_message, base)
        if found.callback_query is not None:
            return _pressed(found.callback_query, base)
        if found.my_chat_member is not None:
            return _standing(found.my_chat_member)
    except Unreadable:
        raise
    except Exception as fault:  # noqa: BLE001  the library raises whatever a wrong shape leads to; all are one to us
        raise Unreadable(f"expected an update as the Bot API describes it, found {type(fault).__name__}") from None
    return None


def _of_service(message: Any) -> bool:
    """Whether a raw message only tells of something that happened in the chat."""
    if not isinstance(message, Mapping) or message.keys().isdisjoint(_SERVICE):
        return False
    return any(message.get(field) not in (None, False) for field in _SERVICE)


def _lean(update: Mapping[str, Any]) -> dict[str, Any]:
    """An update without what nobody reads: kinds not asked for, quoted messages, all but the place of a pressed one."""
    lean = {kind: update[kind] for kind in ("update_id", *KINDS) if kind in update}
    for kind in ("message", "edited_message"):
        if isinstance(lean.get(kind), Mapping):
            lean[kind] = {field: value for field, value in lean[kind].items() if field not in _UNUSED}
    query = lean.get("callback_query")
    if isinstance(query, Mapping) and isinstance(query.get("message"), Mapping):
        place = {field: value for field, value in query["message"].items() if field in _PLACE}
        lean["callback_query"] = {**query, "message": place}
    return lean


def _message(message: Message, base: Incoming, *, name: str, largest: int | None) -> Meaning | None:
    sender = message.from_user
    if sender is None or sender.is_bot:
        return None
    incoming = replace(base, address=_address(sender))
    if message.chat.type != _PRIVATE:
        return _in_group(message, incoming, name)
    if message.text is not None:
        text = _text(message.text)
        addressed = _COMMAND.match(text)
        if addressed and addressed[2]:
            text = f"/{addressed[1]}{text[addressed.end() :]}"
        return Said(replace(incoming, text=text) if text.strip() else replace(incoming, unread="empty"))
    if (wanted := _wanted(message)) is not None:
        if largest is not None and wanted.size is not None and wanted.size > largest:
            return Said(replace(incoming, unread="too_large"))
        return Said(replace(incoming, text=_text(message.caption or "")), (wanted,))
    for field, kind in _UNREAD.items():
        if getattr(message, field) is not None:
            return Said(replace(incoming, unread=kind))
    return Said(replace(incoming, unread="unknown"))


def _in_group(message: Message, incoming: Incoming, name: str) -> GroupCommand | None:
    if message.text is None or message.forward_origin is not None:
        return None
    text = _text(message.text)
    found = _COMMAND.match(text)
    if found is None or (found[2] and name and found[2].casefold() != name.casefold()):
        return None
    text = f"/{found[1]}{text[found.end() :]}"
    return GroupCommand(replace(incoming, text=text), _number(message.chat.id), _number(message.message_id))


def _edited(message: Message, base: Incoming) -> Said | None:
    """A message changed by its writer. A location that moves is "edited" every few seconds, which nobody did."""
    sender = message.from_user
    if sender is None or sender.is_bot or message.chat.type != _PRIVATE or message.location is not None:
        return None
    return Said(replace(base, address=_address(sender), unread="edited"))


def _pressed(query: CallbackQuery, base: Incoming) -> Pressed:
    message = query.message
    here = message is not None and message.chat.type == _PRIVATE
    origin = str(_number(message.message_id)) if here and message is not None else ""
    incoming = replace(base, address=_address(query.from_user), origin=origin)
    return Pressed(incoming, _text(query.data or ""), _text(query.id))


def _standing(change: ChatMemberUpdated) -> Standing | None:
    if change.chat.type != _PRIVATE:
        return None
    match change.new_chat_member.status:
        case "kicked":
            return Standing(_address(change.from_user), "blocked")
        case "member":
            return Standing(_address(change.from_user), "")
    return None


def _wanted(message: Message) -> Wanted | None:
    if message.photo:
        best = max(message.photo, key=lambda size: _number(size.width) * _number(size.height))
        return Wanted(_text(best.file_id), f"photo-{_number(message.message_id)}.jpg", _size(best.file_size))
    for field in _FILES:
        if (file := getattr(message, field)) is not None:
            given = _text(file.file_name or "")
            ending = mimetypes.guess_extension(_text(file.mime_type or "")) or ""
            return Wanted(
                _text(file.file_id), given or f"{field}-{_number(message.message_id)}{ending}", _size(file.file_size)
            )
    return None


def _address(user: User) -> str:
    return str(_number(user.id))


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreadable(f"expected a whole number, found {type(value).__name__}")
    return value


def _size(value: Any) -> int | None:
    return None if value is None else _number(value)


def _text(value: Any) -> str:
    """A string that can be stored: half an emoji, which JSON allows, becomes a question mark."""
    if not isinstance(value, str):
        raise Unreadable(f"expected a text, found {type(value).__name__}")
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def kept(update: Any) -> bytes:
    """An update as it is kept in quarantine: JSON in ASCII, whatever it holds."""
    return json.dumps(update, ensure_ascii=True, default=str).encode()
