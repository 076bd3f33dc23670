"""Places that are copied for runs: a data folder in which a scene begins, and how one scene follows another."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.crash.enumeration_folder import Folder
from tests.crash.enumeration_outside import Outside, Scene
from tests.crash.enumeration_stage import Program
from tests.crash.mortal import Fate, StandingLoop, lived


@dataclass(frozen=True, slots=True)
class Staged:
    """A scene, and the place that is copied for each of its runs."""

    scene: Scene
    place: Path


def gone_on(place: Path, name: str, scene: Scene) -> Path:
    """A copy of a place after a scene."""
    return played_in(place, name, scene)[0]


def played_in(place: Path, name: str, scene: Scene) -> tuple[Path, Outside]:
    """A copy of a place after a scene in which nothing happened to the program, and what was outside."""
    copied = copy_of(place, name)
    outside, fate, loop = Outside(scene), Fate(), StandingLoop(0.0)
    lived(loop, fate, Program(folder := Folder(copied), outside, fate).live())
    folder.close()
    return copied, outside


def copy_of(place: Path, name: str) -> Path:
    """A copy of a place of which nobody has the database open."""
    copied = place.with_name(name)
    shutil.copytree(place, copied)
    return copied
