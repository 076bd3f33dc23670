"""The XML of callbacks as the platform writes it. Source: 接收普通消息, 接收事件推送, 订阅通知."""

from __future__ import annotations

from dataclasses import dataclass

from bot.fakes.wechat_book import Clock
from bot.fakes.wechat_crypto import cdata


def _element(name: str, value: str | int) -> str:
    return f"<{name}>{value if isinstance(value, int) else cdata(value)}</{name}>"


def text(content: str, *, menu_id: str = "") -> str:
    """A typed text, or one that came from an item of a msgmenu."""
    more = f"\n<bizmsgmenuid>{menu_id}</bizmsgmenuid>" if menu_id else ""
    return _element("MsgType", "text") + "\n" + _element("Content", content) + more


def image(media_id: str, url: str) -> str:
    """A picture."""
    return "\n".join((_element("MsgType", "image"), _element("PicUrl", url), _element("MediaId", media_id)))


def voice(media_id: str, recognition: str) -> str:
    """A voice message."""
    parts = [_element("MsgType", "voice"), _element("MediaId", media_id), _element("Format", "amr")]
    return "\n".join([*parts, *([_element("Recognition", recognition)] if recognition else [])])


def video(media_id: str, thumb_id: str, *, short: bool) -> str:
    """A video."""
    kind = "shortvideo" if short else "video"
    return "\n".join((_element("MsgType", kind), _element("MediaId", media_id), _element("ThumbMediaId", thumb_id)))


def location(label: str) -> str:
    """A place."""
    place = "<Location_X>23.134521</Location_X>\n<Location_Y>113.358803</Location_Y>\n<Scale>20</Scale>"
    return "\n".join((_element("MsgType", "location"), place, _element("Label", label)))


def link(title: str, url: str) -> str:
    """An article passed on."""
    parts = (("MsgType", "link"), ("Title", title), ("Description", title), ("Url", url))
    return "\n".join(_element(name, value) for name, value in parts)


def file(name: str, size: int, key: str) -> str:
    """A file, of which only the name comes through."""
    parts = (("MsgType", "file"), ("Title", name), ("Description", ""), ("FileKey", key), ("FileMd5", "0" * 32))
    return "\n".join([*(_element(tag, value) for tag, value in parts), _element("FileTotalLen", str(size))])


@dataclass(frozen=True, slots=True)
class Head:
    """Puts the first elements of every callback before what it carries."""

    account: str
    openid: str
    clock: Clock

    def message(self, body: str, number: int) -> str:
        """A message of the person, with its MsgId."""
        return f"<xml>\n{self._first()}\n{body}\n{_element('MsgId', number)}\n</xml>"

    def event(self, event: str, key: str, *, ticket: str = "") -> str:
        """An event of the person."""
        parts = [self._first(), _element("MsgType", "event"), _element("Event", event), _element("EventKey", key)]
        parts += [_element("Ticket", ticket)] if ticket else []
        return "\n".join(("<xml>", *parts, "</xml>"))

    def granted(self, template_id: str) -> str:
        """The person allowed subscription notices on a page."""
        entry = _element("TemplateId", template_id) + _element("SubscribeStatusString", "accept")
        listed = f"<List>{entry}{_element('PopupScene', '2')}</List>"
        parts = [self._first(), _element("MsgType", "event"), _element("Event", "subscribe_msg_popup_event")]
        return "\n".join(("<xml>", *parts, f"<SubscribeMsgPopupEvent>{listed}</SubscribeMsgPopupEvent>", "</xml>"))

    def finished(self, number: int) -> str:
        """A template message has arrived."""
        parts = [self._first(), _element("MsgType", "event"), _element("Event", "TEMPLATESENDJOBFINISH")]
        return "\n".join(("<xml>", *parts, _element("MsgID", number), _element("Status", "success"), "</xml>"))

    def _first(self) -> str:
        parts = (("ToUserName", self.account), ("FromUserName", self.openid))
        created = int(self.clock.now().timestamp())
        return "\n".join([*(_element(name, value) for name, value in parts), _element("CreateTime", created)])
