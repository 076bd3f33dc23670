"""Who performs which deed and answers which look: every module of storage that says so."""

from __future__ import annotations

from storage import (
    board,
    broadcasts,
    duties,
    entries,
    erasures,
    linking,
    people,
    reminders_asked,
    sessions,
    units,
    work,
)
from storage.moments import Deeds, Looks

DEEDS: Deeds = {}
LOOKS: Looks = {}
for _part in (people, entries, work, linking, broadcasts, reminders_asked, duties, erasures, board):
    DEEDS.update(_part.DEEDS)
for _part in (people, entries, sessions, units, linking, broadcasts, reminders_asked, duties, erasures):
    LOOKS.update(_part.LOOKS)
