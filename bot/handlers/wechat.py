"""WeChat's wire format: a callback's XML read into `Incoming`, a message written as plain text with numbered options.

Sources: the platform's 接收普通消息, 接收事件推送, 订阅通知 (subscribe_msg_popup_event) and 被动回复用户消息.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.handlers.ports import Links, Wanted
from bot.handlers.splitting import split
from bot.handlers.wechat_codec import Sheet, Unreadable
from bot.talk.messages import BOLD, PAGE, PLAIN, UPLOAD, Incoming, Outgoing, lettered
from rules.accounts import PART_CHARACTERS, TEXT_BYTES

CHANNEL = "wechat"
#: UTF-8 bytes of a part. What is left of a text message is for a line about the rest.
MOST_PART = 3 * PART_CHARACTERS

_NAME = re.compile(r"[0-9A-Za-z_@.-]{1,64}")
_NUMBER = re.compile(r"[0-9]{1,24}")
#: With "/start " before it a scene is still short enough to count as a command (bot/talk/turn.py).
_SCENE = re.compile(r"[0-9A-Za-z_-]{1,32}")
_LONGEST_ID = 120
_LONGEST_KEY = 32
_SCANNED = "qrscene_"
#: What the platform writes in place of what it does not pass on, such as stickers from the shop.
_UNSUPPORTED = ("【收到不支持的消息类型，暂无法显示】", "[收到不支持的消息类型，暂无法显示]")
#: Reports that need no deed of ours.
_REPORTS = frozenset(
    "view view_miniprogram location templatesendjobfinish masssendjobfinish subscribe_msg_sent_event".split()
)
_GRANTS = {
    "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
    "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
}
# Links are not to be torn: while a text is cut, these signs inside them stand for what invites a cut.
_LINK = re.compile(r"https?://[!-;=?-~]+")
_HIDDEN = str.maketrans(":,;?!", "\x10\x11\x12\x13\x14")
_SHOWN = str.maketrans("\x10\x11\x12\x13\x14", ":,;?!")


@dataclass(frozen=True, slots=True)
class Phrases:
    """The few words this channel adds, from the wording.

    `reply` stands before words that may be typed ("回复："), `more` ends a message that is cut until 继续 is typed,
    `waiting` says that older messages wait for 继续; `resume` are the words that mean 继续. `put_off` says that a
    message is kept and so many people are ahead of it, `too_many` that no more of theirs is taken in for now.
    """

    reply: str
    more: str
    waiting: str
    put_off: Callable[[int], str]
    too_many: str
    resume: frozenset[str] = frozenset({"继续"})

    def __post_init__(self) -> None:
        longest = max(len(self.more.encode()), len(self.waiting.encode()))
        room = TEXT_BYTES - MOST_PART - 2
        if longest > room:
            raise ValueError(f"expected lines of at most {room} bytes, found one of {longest}")


@dataclass(frozen=True, slots=True)
class Grant:
    """A person's answer to a subscription notice: the template's id, and whether they want it."""

    template: str
    accepted: bool


# Not frozen: one is made for every message, and freezing doubles what that costs.
@dataclass(slots=True)
class Read:
    """What a callback holds. `account` is the official account's own id, which a reply names as its sender.

    `button` is the sealed text of a pressed menu item, still to be looked up. `reach` is the address's new state.
    """

    openid: str
    account: str
    id: str
    incoming: Incoming | None = None
    wanted: tuple[Wanted, ...] = ()
    button: str = ""
    reach: str | None = None
    grants: tuple[Grant, ...] = ()
    #: Why a copy is to be kept for the operator although the person is answered.
    strange: str = ""


def read(sheet: Sheet, at: datetime) -> Read:
    """A callback's message; `at` is the instant of receipt. Raises `Unreadable` where there is nothing to answer."""
    texts = sheet.texts
    openid, account = texts.get("FromUserName", ""), texts.get("ToUserName", "")
    if not _NAME.fullmatch(openid) or not _NAME.fullmatch(account):
        raise Unreadable("expected FromUserName and ToUserName of letters and digits, found something else")
    kind = texts.get("MsgType", "").lower()
    if kind == "event":
        return _event(sheet, openid, account, at)
    number = texts.get("MsgId", "")
    if not _NUMBER.fullmatch(number):
        raise Unreadable("expected a MsgId of digits, found something else")
    message = Read(openid, account, f"{openid}/{number}")
    text, unread = "", ""
    if kind == "text":
        text = texts.get("Content", "")
        unread = "" if text.strip() else "empty"
        if text in _UNSUPPORTED:
            text, unread = "", "unknown"
        message.button = texts.get("bizmsgmenuid", "")
    elif kind == "voice":
        text = texts.get("Recognition", "")
        unread = "" if text.strip() else "voice"
    elif kind in _FILES:
        message.wanted = (_wanted(texts, kind),)
    else:
        unread = _UNREAD.get(kind, "unknown")
        message.strange = "" if kind in _UNREAD else "expected a known MsgType, found another"
    # To the platform, an item pressed in a menu is a click like one on the account's own menu.
    origin = "event" if message.button else ""
    message.incoming = Incoming(CHANNEL, openid, message.id, at, "" if unread else text, origin=origin, unread=unread)
    return message


_FILES = {"image": "图片.jpg", "video": "视频.mp4", "shortvideo": "视频.mp4"}
_UNREAD = {"location": "location", "link": "unknown", "file": "file", "miniprogrampage": "unknown"}


def _wanted(texts: dict[str, str], kind: str) -> Wanted:
    media = texts.get("MediaId", "")
    if not media or len(media) > 512 or not media.isascii() or not media.isprintable():
        raise Unreadable("expected a MediaId, found none")
    return Wanted(media, _FILES[kind])


def _event(sheet: Sheet, openid: str, account: str, at: datetime) -> Read:
    texts = sheet.texts
    event, key, created = texts.get("Event", ""), texts.get("EventKey", ""), texts.get("CreateTime", "")
    if not _NUMBER.fullmatch(created):
        raise Unreadable("expected a CreateTime of digits, found something else")
    number = f"{openid}/{created}/{event}/{key}"
    if len(number) > _LONGEST_ID:
        number = f"{openid}/{hashlib.sha256(number.encode('utf-8', 'replace')).hexdigest()}"
    result = Read(openid, account, number)
    event = event.lower()
    if event in _GRANTS:
        result.grants = _grants(sheet.rows.get(_GRANTS[event], []))
        return result
    if event in _REPORTS:
        return result
    if event == "unsubscribe":
        result.reach = "unfollowed"
        return result
    result.incoming = Incoming(CHANNEL, openid, number, at, _command(event, key), origin="event")
    result.reach = "" if event == "subscribe" else None
    return result


def _command(event: str, key: str) -> str:
    """What an event that nobody typed stands for."""
    if event in ("subscribe", "scan"):
        scene = key.removeprefix(_SCANNED) if event == "scan" or key.startswith(_SCANNED) else ""
        return f"/start {scene}" if _SCENE.fullmatch(scene) else "/start"
    word = key.strip().removeprefix("/")
    if event == "click" and word and len(word) <= _LONGEST_KEY and word.isprintable():
        return f"/{word}"
    raise Unreadable("expected an event that is known, with a key that is a command, found another")


def _grants(rows: list[dict[str, str]]) -> tuple[Grant, ...]:
    return tuple(
        Grant(row["TemplateId"], row["SubscribeStatusString"] == "accept")
        for row in rows
        if row.get("TemplateId") and row.get("SubscribeStatusString") in ("accept", "reject")
    )


def show(
    outgoing: Outgoing, *, links: Links, address: str, at: datetime, phrases: Phrases, listed: bool = True
) -> list[str]:
    """A message as the parts that are sent, each of at most `MOST_PART` bytes; `address` is "channel:address".

    `listed` writes the choices out; without it they stand in a menu that the sender adds.
    Emphasis is left out: a bubble has none, and 【】 would look like something to press, and be noise around figures.
    """
    text = outgoing.text.replace(BOLD, "").replace(PLAIN, "")
    if UPLOAD in text:
        text = text.replace(UPLOAD, links.upload(address, at, outgoing.question))
    if PAGE in text:
        text = text.replace(PAGE, links.page(address, at))
    parts = _cut(text)
    if (attachment := outgoing.attachment) is not None:
        link = links.file(address, attachment, at)
        _add(parts, f"📎 {attachment.name}\n{link}" if link else f"📎 {attachment.name}")
    if not listed:
        return parts
    if outgoing.choices and outgoing.numbered:
        for number, choice in enumerate(outgoing.choices, start=1):
            _add(parts, f"{number} ✓ {choice.label}" if choice.marked else f"{number} {choice.label}")
    elif outgoing.choices and lettered(outgoing.choices):
        for choice in outgoing.choices:
            _add(parts, choice.label)
    elif outgoing.choices:
        _add(parts, phrases.reply + " · ".join([choice.label for choice in outgoing.choices]))
    return parts


def _add(parts: list[str], block: str) -> None:
    """Put a block under the last part, or into a new one where it does not fit."""
    if parts and size(parts[-1]) + 1 + size(block) <= MOST_PART:
        parts[-1] = f"{parts[-1]}\n{block}"
    else:
        parts += _cut(block)


def _cut(text: str) -> list[str]:
    if not text.strip():
        return []
    if size(text) <= MOST_PART:
        return [text.strip("\n")]
    hidden = _LINK.sub(lambda link: link[0].translate(_HIDDEN), text)
    return [part.translate(_SHOWN) for part in split(hidden, MOST_PART, measure=size)]


def size(text: str) -> int:
    """UTF-8 bytes of a text, as the platform counts."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
