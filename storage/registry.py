"""Who performs which deed and answers which look."""

from __future__ import annotations

from storage import broadcasts, duties, entries, erasures, linking, people, reminders_asked, sessions, units, work
from storage.moments import Deeds, Looks

DEEDS: Deeds = {
    **people.DEEDS, **entries.DEEDS, **work.DEEDS, **linking.DEEDS, **broadcasts.DEEDS,
    **reminders_asked.DEEDS, **duties.DEEDS, **erasures.DEEDS,
}  # fmt: skip
LOOKS: Looks = {
    **people.LOOKS, **entries.LOOKS, **sessions.LOOKS, **units.LOOKS, **linking.LOOKS, **broadcasts.LOOKS,
    **reminders_asked.LOOKS, **duties.LOOKS, **erasures.LOOKS,
}  # fmt: skip
