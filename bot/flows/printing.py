"""A form filled in: looked through once more, and given out as its annex under a version code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.flows.sheet import readable
from bot.talk.fields import OneOf, Option
from bot.talk.lines import line
from bot.talk.messages import Attachment
from bot.talk.replay import Talk
from rules.codes import content_code
from rules.deeds import PrintForm
from rules.forms import Form
from rules.tracks import Track
from rules.words import count

#: Characters of one answer shown in the summary.
MOST_SHOWN = 60


async def filled(talk: Talk, track: Track, form: Form, answers: Mapping[str, Any]) -> str:
    """The form looked through once more and given out as its annex; the code of this version."""
    code = content_code(talk.notice.id, form.key, talk.unit.name, canonical(answers))
    await talk.ask(f"review/{code}", _review(form, answers))
    await talk.do(f"print/{code}", _print(talk, form, answers, code))
    scan = track.item("scan") is not None
    talk.give(annex(form, code, talk.title), "enter.annex", title=form.title, code=code, seal=_seal(talk), scan=scan)
    return code


def _review(form: Form, answers: Mapping[str, Any]) -> OneOf:
    rows = [
        {"label": field.label, "value": _shortened(readable(field, answers.get(field.key)), answers.get(field.key))}
        for field in form.fields
        if field.key in answers
    ]
    options = (Option("ok", "没有问题，生成申报表"), Option("/修改", "修改一项"), Option("/暂停", "先存着"))
    return OneOf(text=line("enter.review", title=form.title, rows=rows), options=options, yes="ok", step="核对")


def _print(talk: Talk, form: Form, answers: Mapping[str, Any], code: str) -> PrintForm:
    return PrintForm(
        code=code,
        campaign=talk.notice.id,
        form=form.key,
        unit=talk.unit.id,
        person=talk.person.id,
        answers=answers,
    )


def _seal(talk: Talk) -> bool:
    """Whether the unit stamps its form; individuals sign instead."""
    return talk.notice.unit_class(talk.unit.klass).seals


def _shortened(text: str, value: Any) -> str:
    """The beginning of a long answer, with its 字数 as it was told while writing."""
    if len(text) <= MOST_SHOWN:
        return text
    words = sum(map(count, value)) if isinstance(value, list) else count(text)
    return f"{text[:MOST_SHOWN]}……（共 {words} 字）"


def annex(form: Form, code: str, title: str) -> Attachment:
    """The filled annex as a file; its name is safe in every file system."""
    plain = "".join(char for char in title if char not in '\\/:*?"<>|\n\t').strip()[:40]
    return Attachment("annex", code, f"{form.annex} {plain or form.title}.docx")


def canonical(answers: Mapping[str, Any]) -> str:
    """Answers as one text that is the same for the same content."""
    return json.dumps(answers, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
