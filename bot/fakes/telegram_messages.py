"""The methods of the Bot API that concern messages and files, with the refusals that Telegram gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.fakes import telegram_limits as limits
from bot.fakes.telegram_checks import caption, markup, written
from bot.fakes.telegram_limits import Pace, Refusal, bad
from bot.fakes.telegram_wire import Upload
from bot.fakes.telegram_world import Chat, Kept, Shown, Wire, World, document, photo
from bot.fakes.trouble import Pulse

#: Seconds after which a pressed button can no longer be answered. Telegram gives no figure; this is ours.
PRESS_SECONDS = 60.0
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")
_ACTIONS = {"typing", "upload_photo", "upload_document", "upload_video", "record_video", "record_voice", "upload_voice"}
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


@dataclass(slots=True)
class Pressed:
    """A button that was pressed: by whom, when (in the pulse's time), and what was answered."""

    person: int
    chat: Chat
    data: str
    at: float
    answered: bool = False
    text: str = ""
    alert: bool = False


@dataclass(slots=True)
class Messages:
    """Methods by their names in Python. `pace` is None where no rates are kept.

    `own` is None on Telegram's public server; on one's own it gives the path of a file, of whatever size.
    """

    world: World
    pulse: Pulse
    pace: Pace | None
    own: Callable[[Kept], str] | None = None
    pressed: dict[str, Pressed] = field(default_factory=dict)

    async def send_message(self, given: Wire) -> Wire:
        """sendMessage."""
        chat = self._chat(given)
        body = written(given)
        if not body:
            raise bad("message text is empty")
        return self._send(chat, given, body).wire

    async def send_document(self, given: Wire) -> Wire:
        """sendDocument."""
        chat = self._chat(given)
        words = caption(given)
        kept = self._file(given["document"], "documents")
        return self._send(chat, given, {"document": document(kept)} | words, kept).wire

    async def send_photo(self, given: Wire) -> Wire:
        """sendPhoto."""
        chat, sent = self._chat(given), given["photo"]
        if isinstance(sent, Upload) and (len(sent.data) > limits.PHOTO or not sent.data.startswith(_PICTURES)):
            raise bad("IMAGE_PROCESS_FAILED")
        words = caption(given)
        kept = self._file(sent, "photos")
        return self._send(chat, given, {"photo": photo(kept)} | words, kept).wire

    async def edit_message_text(self, given: Wire) -> Wire:
        """editMessageText."""
        return self._edit(given, "text", written(given)).wire

    async def edit_message_caption(self, given: Wire) -> Wire:
        """editMessageCaption."""
        return self._edit(given, "caption", caption(given)).wire

    async def edit_message_reply_markup(self, given: Wire) -> Wire:
        """editMessageReplyMarkup."""
        return self._edit(given, "", {}).wire

    async def delete_message(self, given: Wire) -> bool:
        """deleteMessage."""
        chat = self._chat(given)
        shown = chat.messages.get(given["message_id"])
        if shown is None or shown.deleted:
            raise bad("message to delete not found", wrong=shown is None)
        shown.deleted = True
        chat.touch(shown)
        return True

    async def send_chat_action(self, given: Wire) -> bool:
        """sendChatAction."""
        self._chat(given)
        if given["action"] not in _ACTIONS:
            raise bad("wrong parameter action in request")
        return True

    async def answer_callback_query(self, given: Wire) -> bool:
        """answerCallbackQuery."""
        pressed = self.pressed.get(given["callback_query_id"])
        text = given.get("text", "")
        if limits.units(text) > limits.ANSWER:
            raise bad("MESSAGE_TOO_LONG")
        if pressed is None or pressed.answered or self.pulse.monotonic() - pressed.at > PRESS_SECONDS:
            # Answering again is what a program does that was killed in between; only an invented id is its fault.
            raise bad("query is too old and response timeout expired or query ID is invalid", wrong=pressed is None)
        pressed.answered, pressed.text, pressed.alert = True, text, given.get("show_alert", False)
        pressed.chat.touch()
        return True

    # --- files

    async def get_file(self, given: Wire) -> Wire:
        """getFile."""
        kept = self.world.files.get(given["file_id"])
        if kept is None:
            raise bad("invalid file_id")
        if kept.size > limits.DOWNLOAD and self.own is None:
            raise bad("file is too big")
        path = self.own(kept) if self.own is not None else kept.path
        return {"file_id": kept.id, "file_unique_id": kept.unique, "file_size": kept.size, "file_path": path}

    def _chat(self, given: Wire) -> Chat:
        chat = self.world.chats.get(given["chat_id"])
        if chat is None:
            raise bad("chat not found")
        if not chat.open:
            why = "bot was kicked from the group chat" if chat.id < 0 else "bot was blocked by the user"
            raise Refusal(403, f"Forbidden: {why}", wrong=False)
        return chat

    def _send(self, chat: Chat, given: Wire, body: Wire, kept: Kept | None = None) -> Shown:
        more: Wire = {"has_protected_content": True} if given.get("protect_content") else {}
        if keyboard := markup(given):
            more["reply_markup"] = keyboard
        reply = given.get("reply_parameters") or {"allow_sending_without_reply": True}
        if reply.get("message_id") not in chat.messages and not reply.get("allow_sending_without_reply"):
            raise bad("message to be replied not found", wrong=False)
        if self.pace is not None:
            self.pace.send(chat.id, self.pulse.monotonic())
        return self.world.write(chat, self.world.bot, body | more, kept)

    def _edit(self, given: Wire, part: str, body: Wire) -> Shown:
        chat = self._chat(given)
        shown = chat.messages.get(given["message_id"])
        if shown is None or shown.deleted:
            raise bad("message to edit not found", wrong=shown is None)
        if shown.sender:
            raise bad("message can't be edited")
        if part and (part == "text") is not ("text" in shown.wire):
            raise bad(f"there is no {part} in the message to edit")
        if part == "text" and not body:
            raise bad("message text is empty")
        dropped = {part, "entities", "caption_entities", "reply_markup"} if part else {"reply_markup"}
        wire = {key: value for key, value in shown.wire.items() if key not in dropped} | body
        if keyboard := markup(given):
            wire["reply_markup"] = keyboard
        if {**wire, "edit_date": 0} == {**shown.wire, "edit_date": 0}:
            # Not always a fault: an edit that is sent again after a broken connection ends here.
            raise bad(_SAME, wrong=False)
        if self.pace is not None:
            self.pace.send(chat.id, self.pulse.monotonic())
        shown.wire = wire | {"edit_date": self.world.unix()}
        shown.edits += 1
        chat.touch(shown)
        return shown

    def _file(self, sent: str | Upload, folder: str) -> Kept:
        if isinstance(sent, Upload):
            if not sent.data:
                raise bad("file must be non-empty")
            return self.world.keep(sent.name, sent.data, sent.mime, folder)
        kept = self.world.files.get(sent)
        if kept is None:
            raise bad("wrong file identifier/HTTP URL specified")
        return kept
