"""Judges what the program answers to a callback, as strictly as the platform's documents allow (被动回复用户消息)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.fakes.wechat_account import Account
from bot.fakes.wechat_crypto import BadAnswer, Codec, children, parse

#: Bytes of a text, passive or as a customer message. Source: PLATFORMS.md, "Text".
MOST_TEXT = 2048
#: Seconds by which CreateTime may differ from the platform's time.
SKEW = 600
_KINDS = ("text", "image", "transfer_customer_service")


@dataclass(frozen=True, slots=True)
class Reply:
    """A passive reply as the person sees it. `kind` is "" where the program answered that nothing is to be said."""

    kind: Literal["", "text", "image", "transfer_customer_service"] = ""
    text: str = ""
    media: str = ""


def read_answer(body: bytes, *, codec: Codec, account: Account, openid: str, now: float) -> Reply:
    """The passive reply in the body of an answer with status 200. Raises `BadAnswer`."""
    if body in (b"", b"success"):
        return Reply()
    inside = codec.unwrap(body)
    kind = parse(inside).findtext("MsgType") or ""
    if kind not in _KINDS:
        raise BadAnswer(f"expected MsgType among {', '.join(_KINDS)}, found {kind!r}")
    if kind == "image":
        return _image(inside, account, openid, now)
    more = ("Content",) if kind == "text" else ()
    parts = children(inside, "ToUserName", "FromUserName", "CreateTime", "MsgType", *more)
    _check_head(parts, account, openid, now)
    if kind != "text":
        return Reply("transfer_customer_service")
    size = len(parts["Content"].encode())
    if not 1 <= size <= MOST_TEXT:
        raise BadAnswer(f"expected a Content of 1 to {MOST_TEXT} bytes, found {size}")
    return Reply("text", parts["Content"])


def _image(inside: bytes, account: Account, openid: str, now: float) -> Reply:
    parts = children(inside, "ToUserName", "FromUserName", "CreateTime", "MsgType", "Image")
    _check_head(parts, account, openid, now)
    media = parse(inside).findtext("Image/MediaId")
    if not media:
        raise BadAnswer("expected Image/MediaId, found none")
    return Reply("image", media=media)


def _check_head(parts: dict[str, str], account: Account, openid: str, now: float) -> None:
    if (parts["ToUserName"], parts["FromUserName"]) != (openid, account.original_id):
        raise BadAnswer(
            f"expected a reply to {openid} from {account.original_id}, "
            f"found to {parts['ToUserName']} from {parts['FromUserName']}"
        )
    created = parts["CreateTime"]
    if not created.isdecimal() or abs(int(created) - now) > SKEW:
        raise BadAnswer(f"expected CreateTime within {SKEW} s of {int(now)}, found {created!r}")
