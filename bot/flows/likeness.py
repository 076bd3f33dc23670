"""Works that look like the one at hand, told to its liaison before it is in: what is alike, how sure, by what rule.

Never a refusal: it says what was noticed, and who decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.talk.lines import Line, line
from bot.talk.replay import Talk
from rules.forms import Form
from rules.looks_twins import SameText, Twin
from rules.tracks import Track
from rules.twin_texts import digest, long_text


def likeness(track: Track, facts: Mapping[str, Any]) -> Line | None:
    """What the check of a film found in other entries, None for nothing."""
    twins = [Twin.of(each) for each in facts.get("twins", ())]
    return line("twin.film", name=facts["name"], **_facts(track, twins)) if twins else None


async def say_same_text(talk: Talk, track: Track, form: Form, answers: Mapping[str, Any]) -> None:
    """Say that another work of the track has the very same long text, if one has."""
    text = long_text(form, answers)
    if not text:
        return
    look = SameText(talk.notice.id, track.key, talk.unit.id, digest(text), talk.facts.get("entry", 0))
    if twins := await talk.look(look):
        talk.say("twin.text", **_facts(track, twins))


def _facts(track: Track, twins: Any) -> dict[str, Any]:
    rule = track.one_theme
    return {
        "twins": [twin.plain() for twin in twins],
        "clause": rule.clause if rule is not None else "",
        "rule": rule.text if rule is not None else "",
    }
