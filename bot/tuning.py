"""The interpreter, tuned for turns."""

from __future__ import annotations

import gc
import sys

#: Seconds for which a thread may go on while another waits. A batch is settled in SQLite's thread while the loop reads
#: what comes in; at the default of 5 ms they interrupt each other for about a twentieth of the work.
SWITCH = 0.02


def settle_in() -> None:
    """Tune the interpreter for turns: collect garbage seldom, change between threads seldom.

    A turn allocates much and leaves no cycles; the default made one message in a hundred wait twice as long.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    sys.setswitchinterval(SWITCH)
