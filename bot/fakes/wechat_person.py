"""Somebody with WeChat who follows the fake account: what they do goes out as callbacks, what comes back they see."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.fakes import wechat_xml as xml
from bot.fakes.person import Silence
from bot.fakes.wechat_book import EVENT_QUOTA, EVENT_SPAN, MESSAGE_QUOTA, MESSAGE_SPAN, Book, Bubble, Window

if TYPE_CHECKING:
    from bot.fakes.wechat_callback import Delivery

#: What the platform sends on where somebody sent a sticker or another thing it does not pass on.
UNSUPPORTED = "【收到不支持的消息类型，暂无法显示】"
#: What the platform shows where the program's answer cannot be used.
FAILURE = "该公众号提供的服务出现故障，请稍后再试"
#: A JPEG's first bytes and its last; enough to be known as a picture.
PICTURE = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")


class NotFollowing(RuntimeError):
    """Somebody who does not follow the account was to write to it; call `follow` first."""


class NothingToPress(LookupError):
    """A menu or an item was to be pressed that the person does not see; the message lists what there is."""


Deliver = Callable[["WeChatPerson", str], Awaitable["Delivery"]]


class WeChatPerson:
    """One follower. Every deed gives its `Delivery`: what was answered, after how many tries."""

    def __init__(
        self, book: Book, deliver: Deliver, base_url: Callable[[], str], *, openid: str, name: str, following: bool
    ) -> None:
        self.openid, self.name, self.following = openid, name, following
        self.message_window, self.event_window = Window(), Window()
        #: Everything in this chat in its order: own messages, the bot's, the platform's apologies.
        self.timeline: list[Bubble] = []
        self.since = int(book.clock.now().timestamp())
        self.scene = ""
        self._book, self._deliver, self._base_url = book, deliver, base_url
        self._head = xml.Head(book.account.original_id, openid, book.clock)
        self._waiting: set[asyncio.Event] = set()

    @property
    def messages(self) -> list[Bubble]:
        """The bot's messages in their order, each with the way it came."""
        return [one for one in self.timeline if one.way not in ("said", "failure")]

    @property
    def texts(self) -> list[str]:
        """The texts of the bot's messages."""
        return [one.text for one in self.messages]

    @property
    def failures(self) -> list[Bubble]:
        """The platform's apologies for answers that it could not use."""
        return [one for one in self.timeline if one.way == "failure"]

    def wrote(self) -> None:
        """Note that a message of this person is on its way: customer messages may follow it."""
        self.message_window.open(self._book.clock.now() + MESSAGE_SPAN, MESSAGE_QUOTA)

    async def say(self, text: str) -> Delivery:
        """Send a text."""
        return await self._send(xml.text(text), shown=text)

    async def choose(self, number: int) -> Delivery:
        """Type an option's number."""
        return await self.say(str(number))

    async def press_msgmenu(self, place: int, *, number: int = 0) -> Delivery:
        """Press an item of the newest msgmenu, or of the one in bubble `number`; `place` counts from 0."""
        menus = [one.items for one in self.messages if one.items and number in (0, one.number)]
        if not menus or not 0 <= place < len(menus[-1]):
            found = "、".join(content for _, content in menus[-1]) if menus else "none"
            raise NothingToPress(f"expected an item {place} of a msgmenu, found {found}")
        code, content = menus[-1][place]
        return await self._send(xml.text(content, menu_id=code), shown=content)

    async def sticker(self) -> Delivery:
        """Send a sticker, of which the platform passes on nothing."""
        return await self._send(xml.text(UNSUPPORTED), shown="[表情]")

    async def send_image(self, data: bytes = PICTURE) -> Delivery:
        """Send a picture."""
        medium = self._book.keep_medium("image", data, "image/jpeg")
        body = xml.image(medium.id, f"{self._base_url()}/mmbiz/{medium.id}/0")
        return await self._send(body, shown="", kind="image", media=medium.id)

    async def send_video(self, data: bytes = b"\x00\x00\x00\x18ftypmp42", *, short: bool = False) -> Delivery:
        """Send a video from the album, or one taken in the chat (`short`)."""
        medium = self._book.keep_medium("video", data, "video/mp4")
        thumb = self._book.keep_medium("thumb", PICTURE, "image/jpeg")
        return await self._send(xml.video(medium.id, thumb.id, short=short), shown="[视频]")

    async def voice(self, recognition: str = "", data: bytes = b"#!AMR\n") -> Delivery:
        """Send a voice message; `recognition` is what the platform understood, where that is switched on."""
        medium = self._book.keep_medium("voice", data, "audio/amr")
        return await self._send(xml.voice(medium.id, recognition), shown="[语音]")

    async def location(self, label: str = "某街道") -> Delivery:
        """Send a place on the map."""
        return await self._send(xml.location(label), shown=f"[位置] {label}")

    async def link(self, title: str = "标题", url: str = "https://example.org/") -> Delivery:
        """Pass on an article."""
        return await self._send(xml.link(title, url), shown=f"[链接] {title}")

    async def send_file(self, name: str = "申报表.docx", size: int = 20480) -> Delivery:
        """Send a file: its name arrives, the file itself does not."""
        return await self._send(xml.file(name, size, self._book.word(32)), shown=f"[文件] {name}")

    async def tap_menu(self, key: str) -> Delivery:
        """Tap a button of the published menu by its key, name or address."""
        button = next(
            (one for one in self._buttons() if key in (one.get("key"), one.get("name"), one.get("url"))), None
        )
        if button is None:
            found = "、".join(one["name"] for one in self._buttons()) or "none"
            raise NothingToPress(f"expected a menu button {key!r}, found {found}")
        if button["type"] == "view":
            return await self._event("VIEW", str(button["url"]))
        return await self._event("CLICK", str(button["key"]), opens=True)

    async def scan(self, scene: str) -> Delivery:
        """Scan a QR code of the account; who does not follow yet does so by it."""
        if not self.following:
            return await self.follow(scene)
        return await self._event("SCAN", scene, opens=True, ticket=self._ticket(scene))

    async def follow(self, scene: str = "") -> Delivery:
        """Follow the account, from a QR code or, without a scene, by its name."""
        self.following, self.scene = True, scene
        self.since = int(self._book.clock.now().timestamp())
        if scene:
            return await self._event("subscribe", f"qrscene_{scene}", opens=True, ticket=self._ticket(scene))
        return await self._event("subscribe", "", opens=True)

    async def unfollow(self) -> Delivery:
        """Stop following; from now on nothing reaches this person."""
        self.following = False
        self.message_window.shut()
        self.event_window.shut()
        return await self._deliver(self, self._head.event("unsubscribe", ""))

    async def grant(self, template_id: str, times: int = 1) -> Delivery:
        """Allow subscription notices of one template, as by tapping 允许 on a page."""
        template = self._book.account.template(template_id)
        if template is None or template.way != "subscribe":
            raise LookupError(f"expected a subscription template, found {template_id!r}")
        if template.once:
            self._book.grants[self.openid, template_id] += times
        else:
            self._book.grants[self.openid, template_id] = -1
        return await self._deliver(self, self._head.granted(template_id))

    async def raw_xml(self, body: str) -> Delivery:
        """Have the platform deliver any text whatever as the callback's content."""
        return await self._deliver(self, body)

    async def heard(self, what: int | Callable[[Bubble], bool], timeout: float = 30.0) -> Bubble:  # noqa: ASYNC109
        """Wait for that many messages of the bot, or for one that fits; gives it. Raises `Silence`."""
        news = asyncio.Event()
        self._waiting.add(news)
        try:
            async with asyncio.timeout(timeout):
                while (found := self._found(what)) is None:
                    news.clear()
                    await news.wait()
            return found
        except TimeoutError:
            wanted = f"{what} messages" if isinstance(what, int) else "a message that fits"
            raise Silence(f"expected {wanted} in {timeout} s, found {self.texts}") from None
        finally:
            self._waiting.discard(news)

    def see(self, way: str, text: str, *, kind: str = "text", **more: object) -> Bubble:
        """Put one message into the chat."""
        facts: dict[str, object] = {"kind": kind, **more}
        bubble = Bubble(len(self.timeline) + 1, way, text, self._book.clock.now(), **facts)  # type: ignore[arg-type]  # named by callers
        self.timeline.append(bubble)
        for news in self._waiting:
            news.set()
        return bubble

    def _found(self, what: int | Callable[[Bubble], bool]) -> Bubble | None:
        messages = self.messages
        if isinstance(what, int):
            return messages[what - 1] if len(messages) >= what > 0 else None
        return next((one for one in messages if what(one)), None)

    async def _send(self, body: str, *, shown: str, kind: str = "text", media: str = "") -> Delivery:
        if not self.following:
            raise NotFollowing(f"expected {self.openid} to follow the account before writing")
        self.see("said", shown, kind=kind, media=media)
        self.wrote()
        return await self._deliver(self, self._head.message(body, self._book.number()))

    async def _event(self, event: str, key: str, *, opens: bool = False, ticket: str = "") -> Delivery:
        if not self.following:
            raise NotFollowing(f"expected {self.openid} to follow the account before {event}")
        if opens:
            self.event_window.open(self._book.clock.now() + EVENT_SPAN, EVENT_QUOTA)
        return await self._deliver(self, self._head.event(event, key, ticket=ticket))

    def _buttons(self) -> list[dict[str, str]]:
        top = (self._book.menu or {}).get("button", [])
        return [leaf for one in top for leaf in (one.get("sub_button") or [one])]

    def _ticket(self, scene: str) -> str:
        known = self._book.codes.get(scene)
        return known[0] if known else self._book.word(96)
