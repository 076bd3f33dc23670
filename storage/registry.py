"""Who performs which deed and answers which look."""

from __future__ import annotations

from storage import broadcasts, duties, entries, linking, people, sessions, units, work
from storage.moments import Deeds, Looks

DEEDS: Deeds = {**people.DEEDS, **entries.DEEDS, **work.DEEDS, **linking.DEEDS, **broadcasts.DEEDS, **duties.DEEDS}
LOOKS: Looks = {
    **people.LOOKS, **entries.LOOKS, **sessions.LOOKS, **units.LOOKS, **linking.LOOKS, **broadcasts.LOOKS,
    **duties.LOOKS,
}  # fmt: skip
