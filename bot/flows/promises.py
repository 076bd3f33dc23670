"""What a person confirms before an entry goes in: the notice's checklist, the pledge, the terms."""

from __future__ import annotations

import hashlib

from bot.talk.fields import Accept
from bot.talk.lines import Line, line
from bot.talk.replay import Talk
from rules.tracks import Track


async def promises(talk: Talk, track: Track) -> dict[str, str]:
    """Everything to confirm, and by key the hash of each wording that was confirmed.

    The checklist in one message, then the track's own pledge, then all terms of the notice in one message.
    """
    if checks := track.checks:
        text = line("material.checks", checks=[{"text": each.text, "clause": each.clause} for each in checks])
        accept = "逐条确认" if len(checks) > 1 else "确认"
        await talk.ask("checks", _accept(text, "\n".join(each.text for each in checks), accept, "承诺"))
    own = (track.pledge,) if track.pledge is not None else ()
    for pledge in own:
        text = line("enter.pledge", text=pledge.text, clause=pledge.clause, unit=talk.unit.name, printed=pledge.printed)
        await talk.ask(f"pledge/{pledge.key}", _accept(text, pledge.text, "确认承诺", "承诺"))
    if terms := talk.notice.disclaimers:
        text = line("enter.terms", terms=[{"text": each.text, "clause": each.clause} for each in terms])
        await talk.ask("pledge/terms", _accept(text, "\n".join(each.text for each in terms), "全部同意", "承诺"))
    confirmed = {f"check/{each.key}": _hash(each.text) for each in checks}
    return confirmed | {pledge.key: _hash(pledge.text) for pledge in (*own, *terms)}


def _accept(text: Line, wording: str, accept: str, step: str) -> Accept:
    return Accept(text=text, wording_hash=_hash(wording), accept=accept, step=step)


def _hash(wording: str) -> str:
    return hashlib.sha256(wording.encode()).hexdigest()
