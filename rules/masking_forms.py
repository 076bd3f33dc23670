"""Forms for eyes that need not see who can be called: names of contacts, numbers and addresses masked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.forms import Form
from rules.masking import masked_mail, masked_name, masked_phones

#: Labels of short cells that hold a person's name.
_NAMES = ("联系人", "姓名", "导演", "制片人", "负责人", "作者", "参赛者")


def masked_answers(form: Form, answers: Mapping[str, Any], persons: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The answers of a form as they may be shown: names in cells for names, numbers and addresses anywhere.

    `persons`: names that are known, and what stands in their place wherever they are written.
    """
    labels = {field.key: field.label for field in form.fields if field.kind == "line"}
    return {
        key: masked_name(value)
        if isinstance(value, str) and any(name in labels.get(key, "") for name in _NAMES)
        else masked_value(value, persons)
        for key, value in answers.items()
    }


def masked_value(value: Any, persons: Mapping[str, str] | None = None) -> Any:
    """A value of any shape without numbers and addresses; a `person` in it keeps the family name."""
    if isinstance(value, str):
        for name, shown in (persons or {}).items():
            value = value.replace(name, shown)
        return masked_mail(masked_phones(value))
    if isinstance(value, Mapping):
        return {
            key: masked_name(each) if key == "person" and isinstance(each, str) else masked_value(each, persons)
            for key, each in value.items()
        }
    return [masked_value(each, persons) for each in value] if isinstance(value, list | tuple) else value
