"""Names and numbers for eyes that need not see them whole: 张*, 138****0000."""

from __future__ import annotations

import re
import unicodedata

_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})([- ]?)(\d{3,4})(\d{4})(?!\d)")
_MAIL = re.compile(r"([\w.+-])[\w.+-]*@([\w.-]+)")
#: Family names of two characters, so that 欧阳某 keeps them both.
_DOUBLE = frozenset(
    "欧阳 上官 司马 诸葛 东方 皇甫 尉迟 公孙 令狐 慕容 司徒 夏侯 长孙 宇文 端木 百里 南宫 独孤 轩辕 澹台".split()
)


def masked_phones(text: str) -> str:
    """A text whose telephone numbers have lost their middles."""
    text = _MOBILE.sub(lambda found: f"{found[1]}****{found[3]}", text)
    return _LANDLINE.sub(lambda found: f"{found[1]}{found[2]}{'*' * len(found[3])}{found[4]}", text)


def masked_mail(text: str) -> str:
    """A text whose e-mail addresses show their first character and their host: z***@163.com."""
    return _MAIL.sub(r"\1***@\2", text)


def masked_name(name: str) -> str:
    """A person's name with the family name alone: 张*, 欧阳*; several parted by "、" each for itself."""
    return "、".join(_masked(part.strip()) for part in name.split("、") if part.strip())


def _masked(name: str) -> str:
    if name[:2] in _DOUBLE and len(name) > 2:
        return f"{name[:2]}{'*' * (len(name) - 2)}"
    if any(unicodedata.name(char, "").startswith("LATIN") for char in name):
        return " ".join(f"{word[0]}***" for word in name.split())
    return f"{name[:1]}{'*' * max(1, len(name) - 1)}"
