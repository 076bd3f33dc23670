"""The fields of templates: what may stand in a value by the kind in its name. Source: 订阅消息参数值内容限制说明."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from bot.fakes.wechat_account import Refused, Template

#: Kinds of values by name: a pattern for the whole value.
_KINDS = {
    "thing": r".{1,20}",
    "short_thing": r".{1,5}",
    "number": r"-?\d{1,32}(?:\.\d{1,32})?",
    "letter": r"[A-Za-z]{1,32}",
    "character_string": r"[\x20-\x7e]{1,32}",
    "time": r"[\d年月日时分秒/.\-~至 :：]{1,40}",
    "date": r"[\d年月日时分秒/.\-~至 :：]{1,40}",
    "amount": r"[¥￥$€]?\d{1,10}(?:\.\d+)?元?",
    "phone_number": r"[\d+\- ()]{1,17}",
    "car_number": r".{1,8}",
    "name": r"[A-Za-z .·]{1,20}|[^\d]{1,10}",
    "phrase": r"[\u4e00-\u9fff]{1,5}",
    "const": r".{1,20}",
}
#: Fields of older templates (first, keyword1, remark).
_OLD = r".{1,200}"


def check_fields(template: Template, data: Any) -> dict[str, str]:
    """The values of a template by field. Raises `Refused` (47003) for a missing, unknown or unfit one."""
    if not isinstance(data, Mapping):
        raise Refused(47003, "data is an object of {field: {value}}")
    if strange := sorted(set(data) - set(template.fields)):
        raise Refused(47003, f"data.{strange[0]} is no field of the template")
    values = {}
    for name in template.fields:
        field = data.get(name)
        value = field.get("value") if isinstance(field, Mapping) else None
        if not isinstance(value, str) or not fits(name, value):
            raise Refused(47003, f"data.{name}.value invalid")
        values[name] = value
    return values


def fits(name: str, value: str) -> bool:
    """Whether a value may stand in a field of this name (its kind and a number, such as thing1)."""
    if any(unicodedata.category(each) in ("Cc", "Cs") for each in value) or not value.strip():
        return False
    kind = name.rstrip("0123456789")
    if kind == "time" and not re.search(r"\d", value):
        return False
    return re.fullmatch(_KINDS.get(kind, _OLD), value) is not None
