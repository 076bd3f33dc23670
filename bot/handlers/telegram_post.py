"""The way out to Telegram: one part of a message sent or edited, and what the server said about it as an outcome."""

from __future__ import annotations

import re
from dataclasses import replace
from html import escape
from typing import Any

import structlog
from telegram import InputFile

from bot.handlers.ports import Links
from bot.handlers.post import Files, Later, Left, Letter, NoFile, Outcome, Oversized, Sent, Shut, Unsure, Wrong
from bot.handlers.telegram import CHANNEL, Clock
from bot.handlers.telegram_http import CutOff, RawBot, Refused, Unreached
from bot.handlers.telegram_limits import PHOTO, UPLOAD
from bot.handlers.telegram_show import AGAIN, Part, markup, show
from bot.talk.messages import PAGE, Attachment
from bot.talk.messages import UPLOAD as UPLOAD_MARK

log = structlog.get_logger(__name__)

#: Seconds until the next try: without a connection, after an error of the server, with a token it does not take.
NO_CONNECTION, SERVER_ERROR, NO_TOKEN = 5.0, 5.0, 60.0

#: Words of a 400 that say that the receiver is not there. Compared without case.
_GONE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")
#: Words of a 400 about an edit: nothing would change, or there is nothing left that could be edited.
_SAME = "message is not modified"
_NOT_EDITABLE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "no text in the message to edit",
)

#: Endings of files that are sent as pictures, and words of a 400 about what the server does not take for one.
_PICTURES = (".png", ".jpg", ".jpeg")
_NO_PHOTO = ("image_process_failed", "photo_invalid_dimensions", "photo_ext_invalid", "image_too_big")

#: What a file's name may not hold: it stands in a header between quotation marks.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f"\\/]')


class TelegramSender:
    """The channel's `Sender`; its only way is "message"."""

    channel = CHANNEL

    def __init__(
        self, bot: RawBot, *, key: bytes, files: Files, links: Links, clock: Clock, largest: int = UPLOAD
    ) -> None:
        """`key` seals the buttons; `largest` is the size in bytes of a file that the server takes."""
        self._bot, self._key, self._files, self._links, self._clock = bot, key, files, links, clock
        self._largest = largest

    async def send(self, letter: Letter, way: str) -> Outcome:
        """Deliver one part. Raises nothing."""
        if way != "message":
            return Shut(f"expected the way message, found {way}")
        try:
            return await self._deliver(letter)
        except Refused as refused:
            return _outcome(refused, group=letter.address.startswith("-"))
        except Unreached as failure:
            return Later(NO_CONNECTION, failure.message, everybody=True)
        except CutOff as failure:
            return Unsure(failure.message)
        except NoFile as gone:
            return Wrong(f"expected a file, found none: {gone}")
        except Exception as failure:  # noqa: BLE001  a message that cannot even be written down becomes a dead letter
            log.error("a message could not be shown", letter=letter.id, failure=type(failure).__name__)
            return Wrong(f"expected a message that can be shown, found {type(failure).__name__}")

    async def _deliver(self, letter: Letter) -> Outcome:
        parts = self._parts(letter)
        if letter.done >= len(parts):
            return Wrong(f"expected a part {letter.done + 1}, found {len(parts)}")
        part = parts[letter.done]
        remote = await self._edit(letter, part) if letter.edits and not letter.done else ""
        if not remote:
            if letter.again:
                part = replace(part, html=AGAIN + part.html)
            remote = await self._post(letter, part)
        return Sent(letter.done + 1, letter.done + 1 == len(parts), remote)

    def _parts(self, letter: Letter) -> tuple[Part, ...]:
        upload = ""
        if UPLOAD_MARK in letter.outgoing.text:
            address = f"{CHANNEL}:{letter.address}"
            upload = self._links.upload(address, self._clock.now(), letter.outgoing.question)
        outgoing = letter.outgoing
        if PAGE in outgoing.text:
            page = self._links.page(f"{CHANNEL}:{letter.address}", self._clock.now())
            outgoing = replace(outgoing, text=outgoing.text.replace(PAGE, page))
        return show(outgoing, key=self._key, upload=upload)

    async def _edit(self, letter: Letter, part: Part) -> str:
        """Put the part in the place of an earlier message; "" where that cannot be changed any more."""
        if part.attachment is not None or not letter.edits.isdigit():
            return ""
        fields = {**_text(part, letter), "message_id": int(letter.edits), "reply_markup": markup(part)}
        try:
            await self._bot.call("editMessageText", fields)
        except Refused as refused:
            said = refused.description.casefold()
            if refused.code == 400 and any(words in said for words in _NOT_EDITABLE):
                return ""
            if refused.code != 400 or _SAME not in said:
                raise
        return letter.edits

    async def _post(self, letter: Letter, part: Part) -> str:
        """Send the part as a new message; gives its number."""
        if part.attachment is not None:
            return await self._document(letter, part, part.attachment)
        return await self._call("sendMessage", letter, part, _text(part, letter))

    async def _document(self, letter: Letter, part: Part, attachment: Attachment) -> str:
        try:
            contents = await self._files.contents(attachment)
        except Oversized as wrong:
            return await self._linked(letter, part, attachment, wrong.size)
        if len(contents) > self._largest:
            return await self._linked(letter, part, attachment, len(contents))
        name = _UNSAFE.sub("_", attachment.name) or "file"
        fields: dict[str, Any] = {"chat_id": int(letter.address)}
        if part.html:
            fields |= {"caption": part.html, "parse_mode": "HTML"}
        if name.lower().endswith(_PICTURES) and len(contents) <= PHOTO:
            photo = fields | {"photo": InputFile(contents, filename=name)}
            if (sent := await self._photo(letter, part, photo)) is not None:
                return sent
        fields["document"] = InputFile(contents, filename=name)
        return await self._call("sendDocument", letter, part, fields)

    async def _linked(self, letter: Letter, part: Part, attachment: Attachment, size: int) -> str:
        """The address of a file that is too large to be sent itself."""
        link = self._links.file(f"{CHANNEL}:{letter.address}", attachment, self._clock.now())
        if not link:
            raise NoFile(f"{size} bytes, at most {self._largest} can be sent, and there is no public page")
        linked = replace(part, html=f"{part.html}\n{escape(link, quote=False)}".strip(), attachment=None)
        return await self._call("sendMessage", letter, linked, _text(linked, letter))

    async def _photo(self, letter: Letter, part: Part, fields: dict[str, Any]) -> str | None:
        """Send a picture to be seen in the chat; None where the server takes it for none, so that it goes as a file."""
        try:
            return await self._call("sendPhoto", letter, part, fields)
        except Refused as refused:
            if refused.code == 400 and any(word in refused.description.casefold() for word in _NO_PHOTO):
                return None
            raise

    async def _call(self, method: str, letter: Letter, part: Part, fields: dict[str, Any]) -> str:
        if part.keyboard:
            fields["reply_markup"] = markup(part)
        if letter.outgoing.protected:
            fields["protect_content"] = True
        sent = await self._bot.call(method, fields)
        number = sent.get("message_id") if isinstance(sent, dict) else None
        return "" if number is None else str(number)


def _text(part: Part, letter: Letter) -> dict[str, Any]:
    return {
        "chat_id": int(letter.address),
        "text": part.html,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def _outcome(refused: Refused, *, group: bool) -> Outcome:
    """What an error of the server means for the message. Flood limits are the bot's, in a group the group's."""
    code, said = refused.code, refused.description
    if code == 429:
        return Later(max(refused.retry_after, 1.0), said, everybody=not group)
    if code == 403 or (code == 400 and any(words in said.casefold() for words in _GONE)):
        return Left(said)
    if code in (401, 404):
        return Later(NO_TOKEN, f"expected the server to take the token, found {code}", everybody=True)
    if code >= 500 or code in (408, 409) or code < 400:
        return Later(SERVER_ERROR, f"{code}: {said}")
    return Wrong(f"{code}: {said}")
