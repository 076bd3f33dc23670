"""Messages that the program sends of its own accord: customer messages, template messages, subscription notices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.fakes import wechat_xml
from bot.fakes.wechat_account import Refused, Template
from bot.fakes.wechat_answers import MOST_TEXT
from bot.fakes.wechat_book import Book, Window
from bot.fakes.wechat_fields import check_fields
from bot.fakes.wechat_person import WeChatPerson

#: A msgmenu's limits in bytes, taken from the page of the sister product (微信客服, 发送菜单消息): stricter is safe.
MOST_ITEMS, MOST_ID, MOST_ITEM, MOST_HEAD = 10, 64, 128, 1024
#: What this fake takes as a customer message.
CUSTOMER_KINDS = ("text", "image", "msgmenu")
Find = Callable[[str], WeChatPerson | None]


class Sending:
    """Checks and delivers what the program sends. `report` is told of each template message that arrived."""

    def __init__(self, book: Book, find: Find, report: Callable[[WeChatPerson, str], None]) -> None:
        self._book, self._find, self._report = book, find, report

    def customer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer `message/custom/send`. Raises `Refused`."""
        person = self._person(asked)
        kind = asked.get("msgtype")
        if kind not in CUSTOMER_KINDS:
            raise Refused(40008, f"msgtype {kind!r}")
        part = asked.get(kind)
        if not isinstance(part, Mapping):
            raise Refused(47001, f"expected an object {kind!r}")
        shown = {"text": _text, "msgmenu": _menu, "image": self._image}[kind](part)
        self._spend(person)
        person.see("customer", shown.pop("text"), kind=kind, **shown)
        return {}

    def typing(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer `message/custom/typing`. Raises `Refused`."""
        self._person(asked)
        if asked.get("command") not in ("Typing", "CancelTyping"):
            raise Refused(40097, "command")
        return {}

    def template(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer `message/template/send`. Raises `Refused`."""
        template = self._template(asked, "template")
        values = check_fields(template, asked.get("data"))
        person = self._person(asked)
        if not person.following:
            raise Refused(43004)
        number = self._book.number()
        self._show(person, "template", template, values, asked)
        head = wechat_xml.Head(self._book.account.original_id, person.openid, self._book.clock)
        self._report(person, head.finished(number))
        return {"msgid": number}

    def subscribe(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Answer `message/subscribe/bizsend`. Raises `Refused`."""
        template = self._template(asked, "subscribe")
        values = check_fields(template, asked.get("data"))
        person = self._person(asked)
        key = (person.openid, template.id)
        if not person.following or self._book.grants[key] == 0:
            raise Refused(43101)
        if self._book.grants[key] > 0:
            self._book.grants[key] -= 1
        self._show(person, "subscribe", template, values, asked)
        return {}

    def _person(self, asked: Mapping[str, Any]) -> WeChatPerson:
        openid = asked.get("touser")
        person = self._find(openid) if isinstance(openid, str) else None
        if person is None:
            raise Refused(40003, "touser is no openid of this account")
        return person

    def _template(self, asked: Mapping[str, Any], way: str) -> Template:
        number = asked.get("template_id")
        template = self._book.account.template(number) if isinstance(number, str) else None
        if template is None or template.way != way:
            raise Refused(40037, f"{number!r} is no template for {way}")
        return template

    def _show(
        self, person: WeChatPerson, way: str, template: Template, values: Mapping[str, str], asked: Mapping[str, Any]
    ) -> None:
        url = asked.get("url") or asked.get("page") or ""
        lines = [template.title, *(f"{name}：{value}" for name, value in values.items())]
        person.see(way, "\n".join(lines), kind="template", url=str(url))

    def _image(self, part: Mapping[str, Any]) -> dict[str, Any]:
        medium = self._book.medium(str(part.get("media_id", "")))
        if medium.kind != "image":
            raise Refused(40007, "no image")
        return {"text": "", "media": medium.id}

    def _spend(self, person: WeChatPerson) -> None:
        """Take one customer message from the window that ends first. Raises `Refused`: 43004, 45015 or 45047."""
        if not person.following:
            raise Refused(43004)
        now = self._book.clock.now()
        standing: list[Window] = [one for one in (person.event_window, person.message_window) if one.stands(now)]
        if not standing:
            raise Refused(45015)
        for window in standing:
            if window.left > 0:
                window.left -= 1
                return
        raise Refused(45047)


def _text(part: Mapping[str, Any]) -> dict[str, Any]:
    content = part.get("content")
    if not isinstance(content, str) or not content.strip():
        raise Refused(44004)
    _limit(content, MOST_TEXT, "content")
    return {"text": content}


def _menu(part: Mapping[str, Any]) -> dict[str, Any]:
    head, tail, listed = part.get("head_content", ""), part.get("tail_content", ""), part.get("list")
    if not isinstance(listed, list) or not 1 <= len(listed) <= MOST_ITEMS:
        raise Refused(40097, f"a msgmenu's list has 1 to {MOST_ITEMS} items")
    if strange := set(part) - {"head_content", "tail_content", "list"}:
        raise Refused(40097, f"a msgmenu has no {', '.join(sorted(strange))}")
    items = []
    for one in listed:
        if not isinstance(one, Mapping) or set(one) != {"id", "content"}:
            raise Refused(40097, "an item of a msgmenu has id and content")
        number, content = one["id"], one["content"]
        if not all(isinstance(each, str) and each for each in (number, content)):
            raise Refused(40097, "id and content of an item are texts")
        _limit(number, MOST_ID, "id")
        _limit(content, MOST_ITEM, "content of an item")
        items.append((number, content))
    for each in (head, tail):
        if not isinstance(each, str):
            raise Refused(40097, "head_content and tail_content are texts")
        _limit(each, MOST_HEAD, "head_content or tail_content")
    if len({number for number, _ in items}) < len(items):
        raise Refused(40097, "the ids of a msgmenu's items differ")
    return {"text": head, "items": tuple(items), "tail": tail}


def _limit(text: str, most: int, what: str) -> None:
    if (size := len(text.encode())) > most:
        raise Refused(45002, f"{what} of {size} bytes, at most {most}")
