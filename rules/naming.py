"""What the words of a notice's naming convention stand for, for one work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.filenames import by_convention, safe_name
from rules.forms import Form
from rules.notice import Notice
from rules.tracks import Track


def contact_of(form: Form, answers: Mapping[str, Any]) -> tuple[str, str]:
    """The contact person and their telephone number, as the form says them; "" for what it does not."""
    person = phone = ""
    for field in form.fields:
        value = answers.get(field.key)
        if field.kind == "person_phone" and isinstance(value, Mapping):
            person, phone = person or str(value.get("person", "")), phone or str(value.get("phone", ""))
        elif field.kind == "phone" and value:
            phone = phone or str(value)
        elif field.kind == "line" and "联系人" in field.label and value:
            person = person or str(value)
    return person, phone


def work_name(
    notice: Notice, track: Track, *, unit: str, parent: str, title: str, number: str, answers: Mapping[str, Any]
) -> str:
    """The name of a work's files by the notice's convention, without an ending; safe in every file system."""
    assert track.form is not None, "a work is entered on a form"
    person, phone = contact_of(track.form, answers)
    words = {
        "活动": notice.short_title, "作品类别": track.label, "推荐单位名称": parent or unit, "单位名称": unit,
        "参赛者姓名": person, "联系人": person, "联系电话": phone, "作品名称": title, "编号": number,
    }  # fmt: skip
    template = notice.mail.work if notice.mail is not None else "{编号}+{作品名称}"
    return safe_name(by_convention(template, words), most=100)
