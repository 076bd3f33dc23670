"""The table of the Bot API's methods: which the fake knows, and which parameters each takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.fakes.telegram_messages import Messages
from bot.fakes.telegram_settings import Settings
from bot.fakes.telegram_wire import Kind, content, flag, thing, whole, words
from bot.fakes.telegram_world import Wire

Perform = Callable[[Wire], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Method:
    """One method: what performs it, the parameters it knows and those it needs."""

    perform: Perform
    known: dict[str, Kind]
    needed: tuple[str, ...] = ()


_SENDING: dict[str, Kind] = {
    "chat_id": whole,
    "disable_notification": flag,
    "protect_content": flag,
    "reply_markup": thing,
    "reply_parameters": thing,
}
_EDITING: dict[str, Kind] = {"chat_id": whole, "message_id": whole, "reply_markup": thing}
_TEXT: dict[str, Kind] = {"text": words, "parse_mode": words, "link_preview_options": thing}
_CAPTION: dict[str, Kind] = {"caption": words, "parse_mode": words}
_WHERE: dict[str, Kind] = {"chat_id": whole, "message_id": whole}
_SCOPE: dict[str, Kind] = {"scope": thing, "language_code": words}
_ANSWER: dict[str, Kind] = {"callback_query_id": words, "text": words, "show_alert": flag, "cache_time": whole}
_DOCUMENT: dict[str, Kind] = {"document": content, "disable_content_type_detection": flag}
_WEBHOOK: dict[str, Kind] = {
    "url": words,
    "secret_token": words,
    "max_connections": whole,
    "allowed_updates": thing,
    "drop_pending_updates": flag,
}
#: getUpdates is performed by the server itself, which knows when its caller hangs up.
GET_UPDATES: dict[str, Kind] = {"offset": whole, "limit": whole, "timeout": whole, "allowed_updates": thing}


def methods(messages: Messages, settings: Settings) -> dict[str, Method]:
    """Every method by its name on the wire, but for getUpdates."""
    place = ("chat_id", "message_id")
    return {
        "getMe": Method(settings.get_me, {}),
        "sendMessage": Method(messages.send_message, _SENDING | _TEXT, ("chat_id", "text")),
        "sendDocument": Method(messages.send_document, _SENDING | _CAPTION | _DOCUMENT, ("chat_id", "document")),
        "sendPhoto": Method(messages.send_photo, _SENDING | _CAPTION | {"photo": content}, ("chat_id", "photo")),
        "editMessageText": Method(messages.edit_message_text, _EDITING | _TEXT, (*place, "text")),
        "editMessageCaption": Method(messages.edit_message_caption, _EDITING | _CAPTION, place),
        "editMessageReplyMarkup": Method(messages.edit_message_reply_markup, _EDITING, place),
        "deleteMessage": Method(messages.delete_message, _WHERE, place),
        "sendChatAction": Method(messages.send_chat_action, {"chat_id": whole, "action": words}, ("chat_id", "action")),
        "answerCallbackQuery": Method(messages.answer_callback_query, _ANSWER, ("callback_query_id",)),
        "getFile": Method(messages.get_file, {"file_id": words}, ("file_id",)),
        "setMyCommands": Method(settings.set_my_commands, _SCOPE | {"commands": thing}, ("commands",)),
        "getMyCommands": Method(settings.get_my_commands, _SCOPE),
        "deleteMyCommands": Method(settings.delete_my_commands, _SCOPE),
        "setWebhook": Method(settings.set_webhook, _WEBHOOK, ("url",)),
        "deleteWebhook": Method(settings.delete_webhook, {"drop_pending_updates": flag}),
        "getWebhookInfo": Method(settings.get_webhook_info, {}),
    }
