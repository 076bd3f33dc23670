"""What a message may hold: its text with markup, and the buttons under it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import orjson

from bot.fakes.telegram_html import Entity, parse
from bot.fakes.telegram_limits import BUTTON_DATA, BUTTONS, BUTTONS_A_ROW, CAPTION, TEXT, bad, units
from bot.fakes.telegram_world import Wire

_OTHER_KEYBOARDS = ({"remove_keyboard": True}, {"force_reply": True})


def written(given: Wire) -> Wire:
    """The text of a call, parsed; empty when nothing is left of it. Raises `Refusal`."""
    text, entities = _parsed(given, "text")
    if units(text) > TEXT:
        raise bad("message is too long")
    if not text:
        return {}
    return {"text": text} | ({"entities": entities} if entities else {})


def caption(given: Wire) -> Wire:
    """The caption of a call, parsed; empty without one. Raises `Refusal`."""
    text, entities = _parsed(given, "caption")
    if units(text) > CAPTION:
        raise bad("message caption is too long")
    if not text:
        return {}
    return {"caption": text} | ({"caption_entities": entities} if entities else {})


def _parsed(given: Wire, name: str) -> tuple[str, list[Entity]]:
    mode, text = given.get("parse_mode", ""), given.get(name, "")
    if mode.lower() not in ("", "html"):
        raise bad("unsupported parse_mode; this server reads HTML only")
    text, entities = parse(text) if mode else (text, [])
    left = len(text) - len(text.lstrip())
    bare = text.strip()
    gone, end = units(text[:left]), units(bare)
    moved = [each | _span(each["offset"] - gone, each["length"], end) for each in entities]
    return bare, [each for each in moved if each["length"] > 0]


def _span(offset: int, length: int, end: int) -> Entity:
    """A place in a text that lost the white space at its ends."""
    start = max(offset, 0)
    return {"offset": start, "length": min(offset + length, end) - start}


def markup(given: Wire) -> Wire | None:
    """The buttons of a call, None without any. Raises `Refusal`."""
    asked = given.get("reply_markup")
    if asked is None or asked in _OTHER_KEYBOARDS:
        return None
    if (
        not isinstance(asked, dict)
        or set(asked) != {"inline_keyboard"}
        or not isinstance(asked["inline_keyboard"], list)
    ):
        raise bad("can't parse reply keyboard markup JSON object")
    rows = [row for row in asked["inline_keyboard"] if row]
    for row in rows:
        if not isinstance(row, list):
            raise bad("can't parse inline keyboard: rows must be arrays")
        if len(row) > BUTTONS_A_ROW:
            raise bad(f"reply markup has more than {BUTTONS_A_ROW} buttons in a row")
        for button in row:
            _check(button)
    if sum(map(len, rows)) > BUTTONS:
        raise bad("reply markup is too long")
    return {"inline_keyboard": rows} if rows else None


def _check(button: Any) -> None:
    if not isinstance(button, dict) or not isinstance(text := button.get("text"), str) or not text.strip():
        raise bad("can't parse inline keyboard button: text must be non-empty")
    what = set(button) - {"text"}
    if what == {"callback_data"}:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= BUTTON_DATA:
            raise bad("BUTTON_DATA_INVALID")
    elif what == {"url"}:
        _check_url(button["url"], ("http", "https", "tg"))
    elif what == {"web_app"} and isinstance(button["web_app"], dict):
        _check_url(button["web_app"].get("url"), ("https",))
    else:
        raise bad("can't parse inline keyboard button: text buttons are unallowed in the inline keyboard")


def _check_url(url: Any, schemes: tuple[str, ...]) -> None:
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or parts.scheme not in schemes or not (parts.netloc or parts.path):
        raise bad("BUTTON_URL_INVALID")


def number(value: Any) -> int | None:
    """A chat's number inside an object."""
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.lstrip("-").isdecimal()) else None


def scope_key(scope: Wire, language: str = "") -> str:
    """The name under which the commands of a scope are kept."""
    return f"{orjson.dumps(scope, option=orjson.OPT_SORT_KEYS).decode()}{language}"
