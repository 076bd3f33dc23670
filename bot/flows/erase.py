"""删除我的信息: what is kept of somebody, what goes and what must stay and why; asked once more, then put down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.talk.fields import OneOf, Option, YesNo
from bot.talk.flow import Flow
from bot.talk.lines import line
from bot.talk.replay import Talk
from bot.talk.scene import Ending
from rules.cleaning import one_line
from rules.deeds_erase import AskErasure
from rules.erasing import erasable_from, is_over, spelt
from rules.looks_erase import Trace, Traces, TracesOf
from rules.masking import masked_name, masked_phones
from rules.naming import contact_of


async def erase(talk: Talk) -> Ending:
    """Explain, ask, put down."""
    traces: Traces = await talk.look(TracesOf(talk.person.id))
    talk.say("erase.explain", seats=traces.seats, messages=traces.messages, drafts=traces.drafts,
             forms=[_form(talk, each) for each in traces.forms[:20]], more=max(0, len(traces.forms) - 20))  # fmt: skip
    names, phones = await _who(talk, traces.forms)
    sure = YesNo(text=line("erase.sure"), yes="确认删除", no="先不删")
    if not await talk.ask("sure", sure):
        talk.say("erase.kept")
        talk.offer("菜单")
        return None
    await talk.do("asked", AskErasure(talk.person.id, names, phones))
    talk.say("erase.asked")
    return None


async def _who(talk: Talk, forms: Sequence[Trace]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which of the contacts in the forms is this person, where there are any."""
    found = contacts_in(talk, forms)
    if not found:
        return (), ()
    options = tuple(
        Option(f"{place}", f"{masked_name(name)} {masked_phones(phone)}".strip())
        for place, (name, phone) in enumerate(found)
    )
    text = line("erase.who")
    picked = await talk.ask("who", OneOf(text=text, options=(*options, Option("none", "都不是我"))))
    if picked == "none" or int(picked) >= len(found):
        return (), ()
    name, phone = found[int(picked)]
    return ((name,) if name else ()), tuple(part for part in phone.split("、") if part)


def contacts_in(talk: Talk, forms: Sequence[Trace]) -> list[tuple[str, str]]:
    """The persons with their numbers that these forms name, each once, in the order of the forms."""
    found: dict[tuple[str, str], None] = {}
    for each in forms:
        notice = talk.scene.notices.get(each.campaign)
        form = next((form for form in notice.forms if form.key == each.form), None) if notice is not None else None
        if form is None:
            continue
        for row in each.answers.get("rows", [each.answers]):
            name, phone = contact_of(form, row)
            name = name or (one_line(str(row.get("name", ""))) if form.rows is not None else "")
            if name or phone:
                found[name, phone] = None
    return list(found)[:10]


def _form(talk: Talk, each: Trace) -> dict[str, Any]:
    notice = talk.scene.notices.get(each.campaign)
    until = spelt(erasable_from(notice)) if notice is not None else ""
    over = notice is None or is_over(notice, talk.now)
    title = each.title or (notice.form(each.form).title if notice is not None else each.form)
    return {"number": each.number, "title": title, "until": until, "over": over}


ERASE = Flow("erase", erase, words=("删除我的信息", "注销", "forget"), anywhere=True)
