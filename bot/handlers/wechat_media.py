"""Pictures and films that people sent to the account, fetched at once: the platform keeps them for three days."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.handlers.ports import CannotFetch, Wanted
from bot.handlers.wechat_client import Broken, Refused, TooLarge, Unreached, WeChatApi
from rules.accounts import VIDEO_BYTES

#: errcodes of a MediaId that is no more: ended, or never was (Getting_Started/Global_Return_Code).
_GONE = frozenset({40007, 41006})
#: errcodes of a file beyond the platform's own limits.
_TOO_LARGE = frozenset({40006, 40009, 40011, 45001})


class WeChatFetcher:
    """The `Fetcher` of WeChat. A `Wanted.ref` is a MediaId, or the PicUrl of a picture."""

    def __init__(self, api: WeChatApi, *, limit: int = VIDEO_BYTES) -> None:
        self._api, self._limit = api, limit

    async def fetch(self, wanted: Wanted) -> AsyncIterator[bytes]:
        """The file as it streams in. Raises `CannotFetch`."""
        if wanted.size is not None and wanted.size > self._limit:
            raise CannotFetch("too_large", f"{wanted.size} bytes where {self._limit} are taken")
        try:
            async for chunk in self._api.media(wanted.ref, self._limit):
                yield chunk
        except Refused as wrong:
            raise CannotFetch(_kind(wrong.code), str(wrong)) from None
        except TooLarge as wrong:
            raise CannotFetch("too_large", str(wrong)) from None
        except (Unreached, Broken) as wrong:
            raise CannotFetch("unreachable", str(wrong)) from None


def _kind(code: int) -> str:
    if code in _GONE:
        return "expired"
    return "too_large" if code in _TOO_LARGE else "unreachable"
