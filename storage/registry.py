"""Who performs which deed and answers which look."""

from __future__ import annotations

from storage import broadcasts, entries, linking, people, reminders_asked, sessions, units, work
from storage.moments import Deeds, Looks

DEEDS: Deeds = {
    **people.DEEDS, **entries.DEEDS, **work.DEEDS, **linking.DEEDS, **broadcasts.DEEDS,
    **reminders_asked.DEEDS,
}  # fmt: skip
LOOKS: Looks = {
    **people.LOOKS, **entries.LOOKS, **sessions.LOOKS, **units.LOOKS, **linking.LOOKS, **broadcasts.LOOKS,
    **reminders_asked.LOOKS,
}  # fmt: skip
