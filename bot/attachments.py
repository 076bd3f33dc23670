"""What letters carry: the files made for them, and what a template message says of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.handlers.post import Letter, NoFile, Oversized
from bot.handlers.wechat_post import About
from bot.ports import Annexes
from bot.talk.messages import Attachment
from rules.notice import Notice
from storage.chats import Chats
from storage.database import Database
from web.ports import Gone

#: Bytes of a stored file that a sender may hold in memory: what Telegram's public server takes.
_MOST = 50_000_000


class LetterFiles:
    """Makes the files of letters, for senders."""

    def __init__(self, annexes: Annexes) -> None:
        self._annexes = annexes

    async def contents(self, attachment: Attachment) -> bytes:
        """The file's bytes. Raises `NoFile`, `Oversized`."""
        try:
            contents = await self._annexes.open(attachment)
            if contents.size > _MOST:
                raise Oversized(contents.size)
            return await contents.whole()
        except Gone as gone:
            raise NoFile(str(gone)) from None


def letter_about(
    database: Database, notices: Mapping[str, Notice], public_url: str
) -> Callable[[Letter], Awaitable[About]]:
    """What a template message says of a letter: its campaign, and the unit that its reader speaks for."""
    chats = Chats(database)

    async def about(letter: Letter) -> About:
        campaign, unit = await chats.place(f"wechat:{letter.address}")
        notice = notices.get(letter.campaign or campaign)
        if notice is None:
            return About(unit=unit, link=public_url)
        return About(campaign=notice.short_title, unit=unit, zone=notice.zone, link=public_url)

    return about
