"""The custom menu under a chat: its shape and the limits of the platform. Source: 自定义菜单, 创建接口."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.fakes.wechat_account import Refused

MOST_TOP, MOST_SUB = 3, 5
#: Bytes: a name of the first row and of the second, a key, an address.
MOST_NAME, MOST_SUB_NAME, MOST_KEY, MOST_URL = 16, 60, 128, 1024


def check_menu(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The buttons of a menu, as `menu/get` gives them back. Raises `Refused`."""
    buttons = asked.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= MOST_TOP:
        raise Refused(40016, f"1 to {MOST_TOP} buttons")
    return [_top(one) for one in buttons]


def _top(one: Any) -> dict[str, Any]:
    if not isinstance(one, Mapping):
        raise Refused(47001, "a button is an object")
    name = _size(one.get("name"), MOST_NAME, 40018)
    subs = one.get("sub_button")
    if not subs:
        return {**_leaf(one, codes=(40017, 40019, 40020)), "name": name, "sub_button": []}
    if not isinstance(subs, list) or len(subs) > MOST_SUB:
        raise Refused(40023, f"1 to {MOST_SUB} buttons below {name}")
    return {"name": name, "sub_button": [_sub(each) for each in subs]}


def _sub(one: Any) -> dict[str, Any]:
    if not isinstance(one, Mapping) or one.get("sub_button"):
        raise Refused(40024, "a menu has two levels")
    name = _size(one.get("name"), MOST_SUB_NAME, 40025)
    return {**_leaf(one, codes=(40024, 40026, 40027)), "name": name, "sub_button": []}


def _leaf(one: Mapping[str, Any], *, codes: tuple[int, int, int]) -> dict[str, Any]:
    """What a button does; `codes` are those for a bad type, key and address."""
    match one.get("type"):
        case "click":
            return {"type": "click", "key": _size(one.get("key"), MOST_KEY, codes[1])}
        case "view":
            url = _size(one.get("url"), MOST_URL, codes[2])
            if not url.startswith(("http://", "https://")):
                raise Refused(codes[2], "an address begins with http:// or https://")
            return {"type": "view", "url": url}
        case other:
            raise Refused(codes[0], f"type {other!r}")


def _size(text: Any, most: int, code: int) -> str:
    if not isinstance(text, str) or not 1 <= len(text.encode()) <= most:
        raise Refused(code, f"1 to {most} bytes, found {text!r}")
    return text
