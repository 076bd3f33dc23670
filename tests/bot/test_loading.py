"""What is settled while the program is loaded."""

from __future__ import annotations

import gc
import importlib

import bot


def test_loading_the_program_looks_for_garbage_as_seldom_as_its_work_does() -> None:
    before = gc.get_threshold()
    try:
        gc.set_threshold(700, 10, 10)
        importlib.reload(bot)
        assert gc.get_threshold() == (50_000, 20, 100)
    finally:
        gc.set_threshold(*before)
