"""What an admin hears, and the audit log keeps, when something was to go out that the notice forbids for now."""

from __future__ import annotations

from bot.talk.replay import Talk
from rules.deeds_steering import NoteBreach
from rules.embargo import Breach
from rules.instants import spoken


async def told_breach(talk: Talk, breach: Breach, during: str, thing: str, *, opaque: bool = False) -> None:
    """Record one attempt, once in a conversation for the same `thing`, and say what, until when, and which clause.

    `opaque`: nobody could look into the file, so that it may hold what must not go out.
    """
    embargo = breach.embargo
    deed = NoteBreach(talk.notice.id, talk.person.id, during, embargo.what, embargo.clause)
    await talk.do(f"breach/{embargo.key}/{thing}", deed)
    talk.say(
        "embargo.opaque" if opaque else "embargo.held",
        what=embargo.what,
        until=spoken(embargo.until),
        clause=embargo.clause,
    )
