"""Who performs which deed and answers which look."""

from __future__ import annotations

from storage import ballots, broadcasts, entries, linking, people, rounds, sessions, units, work
from storage.moments import Deeds, Looks

DEEDS: Deeds = {
    **people.DEEDS,
    **entries.DEEDS,
    **work.DEEDS,
    **linking.DEEDS,
    **broadcasts.DEEDS,
    **rounds.DEEDS,
    **ballots.DEEDS,
}
LOOKS: Looks = {
    **people.LOOKS,
    **entries.LOOKS,
    **sessions.LOOKS,
    **units.LOOKS,
    **linking.LOOKS,
    **broadcasts.LOOKS,
    **rounds.LOOKS,
}
