"""The roof's adapters: what the web chat asks for, answered by storage, documents and the desk."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from bot.honour_lists import HonourLists
from bot.pictures import PNG, Charts
from bot.talk.messages import PAGE, Attachment, File, Outgoing
from documents.fill import Blank, fill
from media.sheet import beside
from rules.notice import Notice
from storage import store
from storage.chats import Chats, Past
from storage.database import Database
from storage.prints import Print, print_of
from storage.store import FileGone, FileTooLarge, Store
from storage.twins import sheets
from web.ports import Asked, Contents, Gone, Heading, NotTaken, Shown, TooLarge

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: The kinds of attachments that people are handed.
_HANDED = ("annex", "file", "chart", "sheets", "honours")


class Annexes:
    """What is handed to people.

    Annexes by version code ("annex"), files by SHA-256 ("file"), charts ("chart"), the contact sheets of two entries in
    one picture ("sheets"), and the list of prizes ("honours").
    """

    def __init__(self, database: Database, notices: Mapping[str, Notice], root: Path, store: Store) -> None:
        """`root` is the folder that the blank annexes' paths start from."""
        self._database, self._notices, self._root, self._store = database, notices, root, store
        self._charts, self._honours = Charts(database, notices), HonourLists(database, notices)

    async def open(self, attachment: Attachment) -> Contents:
        """The file of an attachment. Raises `Gone`."""
        if attachment.kind == "file":
            return await self._stored(attachment)
        body, kind = await self.make(attachment)
        return in_memory(body, kind)

    async def make(self, attachment: Attachment) -> tuple[bytes, str]:
        """The bytes of an attachment and their media type. Raises `Gone`."""
        if attachment.kind == "file":
            contents = await self._stored(attachment)
            return await contents.whole(), contents.kind
        if attachment.kind == "chart":
            return await self._charts.make(attachment.ref), PNG
        if attachment.kind == "sheets":
            return await self._beside(attachment.ref), "image/jpeg"
        if attachment.kind == "honours":
            return await self._honours.make(attachment.ref), WORD
        kept = await print_of(self._database, attachment.ref) if attachment.kind == "annex" else None
        if kept is None or kept.campaign not in self._notices:
            raise Gone(f"expected a filled form under {attachment.kind}/{attachment.ref}, found none")
        return await asyncio.to_thread(self._fill, kept), WORD

    async def _stored(self, attachment: Attachment) -> Contents:
        sha256 = attachment.ref
        try:
            size = await self._store.size(sha256)
        except FileGone as gone:
            raise Gone(str(gone)) from None
        kind = mimetypes.guess_type(attachment.name)[0] or "application/octet-stream"
        return Contents(size, kind, sha256[:32], lambda start, end: self._store.chunks(sha256, start, end))

    async def _beside(self, ref: str) -> bytes:
        """The contact sheets of two entries ("one/other") in one picture, or that of one where the other has none."""
        ids = [int(part) for part in ref.split("/") if part.isascii() and part.isdecimal() and len(part) < 20]
        if len(ids) != 2:
            raise Gone(f"expected the numbers of two entries, found {ref}")
        found = [(sheet, number) for sheet, number in await sheets(self._database, *ids) if sheet]
        try:
            data = [await self._store.read(sheet) for sheet, _ in found]
        except (FileGone, FileNotFoundError) as gone:
            raise Gone(str(gone)) from None
        if not data:
            raise Gone(f"expected contact sheets of the entries {ref}, found none")
        return await asyncio.to_thread(beside, data, [number for _, number in found])

    def _fill(self, kept: Print) -> bytes:
        form = self._notices[kept.campaign].form(kept.form)
        return fill(Blank.open(self._root / form.blank), form, {**kept.answers, **kept.opinions}, code=kept.code)


def in_memory(body: bytes, kind: str) -> Contents:
    """Bytes that were just made, as something to hand out."""

    async def chunks(start: int, end: int) -> AsyncIterator[bytes]:
        yield body[start:end]

    return Contents(len(body), kind, hashlib.sha256(body).hexdigest()[:32], chunks)


class WebAttachments(Annexes):
    """Files for the web chat, with the check that they were handed to whoever asks."""

    async def owns(self, address: str, ref: str) -> bool:
        """Whether an attachment was handed to this web identity."""
        chats, mine = Chats(self._database), f"web:{address}"
        return any([await chats.was_given(mine, f"{kind}/{ref}") for kind in _HANDED])


class WebChats:
    """Conversations in the web chat's shape."""

    def __init__(
        self,
        database: Database,
        notices: Mapping[str, Notice],
        worded: Callable[[Outgoing, str], Outgoing] = lambda outgoing, channel: outgoing,
        page: Callable[[str], str] = lambda key: "",
    ) -> None:
        """`worded` puts a message into the words of a channel that were left open when it was written.

        `page` gives the address of somebody's papers and shares, which is written down nowhere.
        """
        self._chats, self._notices, self._worded, self._page = Chats(database), notices, worded, page

    async def history(self, channel: str, address: str, *, before: int | None, limit: int) -> list[Shown]:
        """The newest messages below an id, oldest first."""
        key = f"{channel}:{address}"
        return await self._shown(key, await self._chats.before(key, number=before, limit=limit))

    async def since(self, channel: str, address: str, *, after: int, limit: int) -> list[Shown]:
        """The oldest messages above an id, oldest first."""
        key = f"{channel}:{address}"
        return await self._shown(key, await self._chats.after(key, number=after, limit=limit))

    async def heading(self, channel: str, address: str) -> Heading:
        """What stands over the conversation."""
        campaign, unit = await self._chats.place(f"{channel}:{address}")
        notice = self._notices.get(campaign)
        return Heading(notice.short_title if notice else "", unit)

    async def _shown(self, key: str, pasts: list[Past]) -> list[Shown]:
        """Messages as they are drawn; only the newest message with the open question has it open."""
        question = await self._chats.open_question(key)
        asked = [past.number for past in pasts if past.outgoing is not None and past.outgoing.question == question]
        newest = max(asked, default=0) if question else 0
        return [self._drawn(past, key, is_open=past.number == newest) for past in pasts]

    def _drawn(self, past: Past, key: str, *, is_open: bool) -> Shown:
        if past.outgoing is not None:
            said = self._worded(past.outgoing, key.partition(":")[0])
            if PAGE in said.text:
                said = replace(said, text=said.text.replace(PAGE, self._page(key)))
            past = replace(past, outgoing=said)
        return _shown(past, is_open=is_open)


def _shown(past: Past, *, is_open: bool) -> Shown:
    said = past.outgoing
    if said is None:
        return Shown(past.number, past.at, True, past.text or past.press, files=past.files)
    return Shown(
        past.number,
        past.at,
        False,
        said.text,
        choices=said.choices,
        question=said.question,
        several=said.several,
        numbered=said.numbered,
        attachment=said.attachment,
        open=is_open,
    )


class WebAnswers(WebChats):
    """What the page of an upload link may see."""

    async def asked(self, address: str, question: str) -> Asked:
        """What a question ("session/key") of "channel:address" is about."""
        session = question.partition("/")[0]
        if not session.isdecimal():
            return Asked()
        return Asked(*await self._chats.asked(address, int(session)))

    async def to(self, address: str, causes: Sequence[str], *, after: int, limit: int) -> list[Shown]:
        """Answers to these messages, and to results of the program's own work, oldest first."""
        pasts = await self._chats.answers(address, causes, after=after, limit=limit)
        return [self._drawn(past, address, is_open=False) for past in pasts]


class WebFiles:
    """The file store for the web chat."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep(self, name: str, chunks: AsyncIterator[bytes], limit: int) -> File:
        """Keep a file as it streams in. Raises `TooLarge`, `NotTaken`."""
        try:
            return await self._store.keep(name, chunks, limit)
        except FileTooLarge as wrong:
            raise TooLarge(str(wrong)) from None
        except store.NotTaken as against:
            raise NotTaken(against.why) from None


class WebBell:
    """Wakes whoever waits for news of a web identity, here and, by `tell`, at the other workers of this machine."""

    def __init__(self) -> None:
        self._events: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self.tell: Callable[[str], None] = lambda address: None

    def ring(self, address: str) -> None:
        """Something new was committed for "channel:address"."""
        self.heard(address)
        if address.startswith("web:"):
            self.tell(address)

    def heard(self, address: str) -> None:
        """Somebody says that something new was committed for it."""
        for event in self._events.get(address, ()):
            event.set()

    async def wait(self, address: str, timeout: float) -> None:  # noqa: ASYNC109  the port's own name
        """Return after news for the identity, or after `timeout` seconds."""
        key, event = f"web:{address}", asyncio.Event()
        self._events[key].add(event)
        try:
            async with asyncio.timeout(timeout):
                await event.wait()
        except TimeoutError:
            return
        finally:
            self._events[key].discard(event)
            if not self._events[key]:
                del self._events[key]
