"""The key of a question as somebody wrote it: a letter in any dress, or the right option itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rules.cleaning import echo, folded

LETTERS = "ABCDEF"
_KEY = re.compile(r"^(?:选|答案)?[(【\[]?([A-F]{1,6})[)】\].、项]*$")
_APART = re.compile(r"[\s,、,，;；和及]+")
_YES_NO = {"√": "正确", "✓": "正确", "对": "正确", "是": "正确", "×": "错误", "✗": "错误", "错": "错误", "否": "错误"}


def read_key(key: str, options: Sequence[str], bare: Callable[[str], str]) -> tuple[int, str]:
    """(place of the right option from 0, "") or (-1, what is wrong). `bare` makes texts comparable."""
    last = LETTERS[max(0, min(len(options), len(LETTERS)) - 1)]
    if not key:
        return -1, f"没有答案。请写一个字母（A 到 {last}）。"
    for place, each in enumerate(options):
        if _word(each, bare) == _word(key, bare):
            return place, ""
    written = _KEY.match(_APART.sub("", folded(key)).upper())
    if written is None:
        return -1, f"答案“{echo(key)}”既不是字母，也不是哪个选项的原文。请写一个字母（A 到 {last}）。"
    if len(written[1]) > 1:
        return -1, f"答案“{echo(key)}”有几个字母，这里只收单选题。请改成单选，或者删去这一题。"
    place = LETTERS.index(written[1])
    if place >= len(options):
        return -1, f"答案是 {written[1]}，选项只到 {last}。请核对答案和选项。"
    return place, ""


def _word(text: str, bare: Callable[[str], str]) -> str:
    """An option or a key as they are compared: "√", "对" and "正确" are one."""
    plain = text.strip()
    return bare(_YES_NO.get(plain, plain))
