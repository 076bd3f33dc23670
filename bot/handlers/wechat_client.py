"""The WeChat platform's API for one official account, behind one adapter.

Every call may raise `Refused`, `Unreached` or `Broken` (`wechat_client_wire`), and none of them holds a secret.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from pydantic import SecretStr

from bot.handlers.wechat_client_media import TooLarge, opened
from bot.handlers.wechat_client_token import Clock, OwnToken, Token, Tokens, TokenStore
from bot.handlers.wechat_client_wire import Broken, Client, Patience, Refused, Unreached, Wire, answered, masked
from rules.accounts import QRCODE_SECONDS, SCENE_CHARACTERS

__all__ = [
    "Broken",
    "OwnToken",
    "Patience",
    "QrCode",
    "Refused",
    "Token",
    "TokenStore",
    "TooLarge",
    "Unreached",
    "WeChatApi",
]
R = TypeVar("R")
PLATFORM = "https://api.weixin.qq.com"
#: The token is not the platform's newest, has ended, or is none: worth one try with another.
STALE = frozenset({40001, 40014, 42001})


@dataclass(frozen=True, slots=True)
class QrCode:
    """A parametric QR code: the text that it holds, and the seconds it works (None: for good)."""

    url: str
    seconds: int | None


class WeChatApi:
    """The calls this program makes. Close it when it is no longer needed."""

    def __init__(
        self,
        *,
        app_id: str,
        secret: SecretStr,
        tokens: TokenStore,
        clock: Clock,
        base_url: str = PLATFORM,
        patience: Patience | None = None,
    ) -> None:
        self._secret = secret
        self._wire = Wire(app_id, base_url.rstrip("/"), patience or Patience())
        self._tokens = Tokens(tokens, clock, self._fetch)

    async def send_text(self, openid: str, text: str) -> None:
        """A customer message of plain text."""
        await self._do(lambda client: client.message.send_text(openid, text))

    async def send_menu(self, openid: str, text: str, items: Sequence[tuple[str, str]]) -> None:
        """A customer message with choices, each an id and a label; one that is tapped comes back with its id."""
        menu = {
            "head_content": text,
            "list": [{"id": number, "content": label} for number, label in items],
            "tail_content": "",
        }
        await self._do(lambda client: client.message.send_msg_menu(openid, menu))

    async def send_template(self, openid: str, template: str, fields: Mapping[str, str], url: str = "") -> str:
        """A template message; returns the platform's number of it."""
        data = {name: {"value": value} for name, value in fields.items()}
        sent = await self._do(lambda client: client.message.send_template(openid, template, data, url=url or None))
        return str(sent.get("msgid", ""))

    async def send_subscribe(self, openid: str, template: str, fields: Mapping[str, str], page: str = "") -> None:
        """A subscription notice (`message/subscribe/bizsend`)."""
        data = {name: {"value": value} for name, value in fields.items()}
        await self._call(
            lambda client: client.message.send_subscribe_message(openid, template, data, page=page or None)
        )

    async def media(self, ref: str, limit: int) -> AsyncIterator[bytes]:
        """A file by MediaId, or a picture by PicUrl, as it streams in. Raises `TooLarge` beyond `limit` bytes."""
        download = await self._call(lambda client: opened(client, ref, self._wire.base_url))
        try:
            while chunk := await self._wire.call("", lambda client: download.read(limit)):
                yield chunk
        finally:
            download.close()

    async def publish_menu(self, menu: Mapping[str, Any]) -> None:
        """Replace the account's menu, an object with `button`."""
        await self._do(lambda client: client.menu.create(dict(menu)))

    async def menu(self) -> Mapping[str, Any] | None:
        """The menu that was published by this interface; None without one."""
        found = await self._call(lambda client: client.menu.get())
        return None if found is None else answered(found)

    async def qrcode(self, scene: str, *, seconds: int | None = QRCODE_SECONDS) -> QrCode:
        """A QR code that brings `scene`, 1 to 64 characters; None seconds takes one of the 100 000 permanent ones."""
        if not 1 <= len(scene) <= SCENE_CHARACTERS:
            raise ValueError(f"expected a scene of 1 to {SCENE_CHARACTERS} characters, found {len(scene)}")
        data: dict[str, Any] = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
        if seconds is not None:
            data |= {"action_name": "QR_STR_SCENE", "expire_seconds": min(seconds, QRCODE_SECONDS)}
        made = answered(await self._call(lambda client: client.qrcode.create(data)))
        if not isinstance(made.get("url"), str):
            raise Broken("expected the QR code's url from the platform, found none")
        return QrCode(made["url"], made.get("expire_seconds") if seconds is not None else None)

    async def account(self) -> Mapping[str, Any]:
        """What the platform tells of the account (`account_type`, `wx_verify_info` …); some accounts are refused it."""
        return answered(await self._call(lambda client: client.get("account/getaccountbasicinfo")))

    async def token(self) -> Token:
        """The token in use; asking for it proves AppID, AppSecret and the list of allowed addresses."""
        return await self._tokens.current()

    def platform_time(self) -> datetime | None:
        """The platform's clock at its last answer, to the second; None where it has not said."""
        try:
            return max((parsedate_to_datetime(date).replace(tzinfo=UTC) for date in self._wire.dates()), default=None)
        except ValueError:
            return None  # a date that nobody can read says nothing

    def close(self) -> None:
        """Begin nothing more."""
        self._wire.close()

    async def _do(self, job: Callable[[Client], Any]) -> Mapping[str, Any]:
        """The answer to something that is to be done; whatever does not say that it was done is `Broken`."""
        result = answered(await self._call(job))
        if result.get("errcode") != 0:
            raise Broken("expected errcode 0 from the platform, found none")
        return result

    async def _call(self, job: Callable[[Client], R]) -> R:
        token = await self._tokens.current()
        try:
            return await self._wire.call(token.value, job)
        except Refused as refused:
            if refused.code not in STALE:
                raise
        token = await self._tokens.renewed(token)
        return await self._wire.call(token.value, job)

    async def _fetch(self) -> tuple[str, float]:
        secret = self._secret.get_secret_value()
        try:
            given = answered(await self._wire.call("", lambda client: client.fetch_access_token(secret)))
        except Refused as refused:
            fault = Refused(refused.code, masked(refused.said, secret))
        else:
            value, seconds = given.get("access_token"), given.get("expires_in")
            if isinstance(value, str) and value and isinstance(seconds, int):
                return value, float(seconds)
            raise Broken("expected access_token and expires_in from the platform, found neither or one")
        raise fault
