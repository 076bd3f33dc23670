"""What a program leaves that ends at an instant: its data folder and everything outside, caught without ending it.

A process that is killed leaves its files as they are, the write-ahead log of its database included. So one life of the
program, in which nothing happens to it, gives what an end at each of its points would leave; and every run that ends
there begins with the recovery.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.crash.enumeration_booth import readable
from tests.crash.enumeration_folder import Folder
from tests.crash.enumeration_outside import Outside
from tests.crash.enumeration_stage import Program, doubtful
from tests.crash.mortal import Fate, StandingLoop, lived

#: What SQLite keeps of a database that is open only for those who have it open.
_SHARED = "-shm"


@dataclass(frozen=True, slots=True)
class Instant:
    """The files of a data folder by path, and what outlives the program, its time included."""

    files: Mapping[str, bytes]
    outside: Outside

    @property
    def state(self) -> int:
        """The same for instants that cannot be told from each other."""
        return hash((frozenset(self.files.items()), self.outside.scene.name, self.outside.passed, self.outside.told))

    def laid(self, folder: Path) -> Outside:
        """Put the files into a new folder; gives an outside that may go on."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return self.outside.copied()


@dataclass(slots=True)
class Caught:
    """An instant, the first of the points at which it is left, and how many of them follow each other."""

    instant: Instant
    point: int
    points: int = 1


@dataclass(slots=True)
class Lived:
    """A life that came to its end: where, with what outside, after how many points; what was caught on the way."""

    folder: Folder
    outside: Outside
    points: int
    #: What the platform gave again at its beginning, by person.
    given: tuple[int, ...] = ()
    caught: list[Caught] = field(default_factory=list)


def caught(data: Path, outside: Outside, seconds: float, before: Instant | None) -> Instant:
    """This instant. Files that are as they were `before` are kept once."""
    old = before.files if before is not None else {}
    files: dict[str, bytes] = {}
    for path in data.rglob("*"):
        if path.is_file() and not path.name.endswith(_SHARED):
            name, content = path.relative_to(data).as_posix(), path.read_bytes()
            files[name] = old[name] if old.get(name) == content else content
    kept = outside.copied()
    kept.passed = seconds
    return Instant(files, kept)


def life(folder: Folder, outside: Outside, *, catching: bool) -> Lived:
    """One life on a folder to its good end; with `catching`, each of its points is caught."""
    fate, loop, found = Fate(), StandingLoop(outside.passed), Lived(folder, outside, 0)
    unchanged: object = None

    def seen(point: int) -> None:
        nonlocal unchanged
        last = found.caught[-1] if found.caught else None
        if last is None or unchanged != (unchanged := (fate.acts, loop.time(), outside.told)):
            here = caught(folder.path, outside, loop.time(), last.instant if last is not None else None)
            if last is None or here.state != last.instant.state:
                found.caught.append(Caught(here, point))
                return
        last.points += 1

    if catching:
        fate.seen = seen
    lived(loop, fate, Program(folder, outside, fate).live())
    outside.passed, found.points = loop.time(), fate.points
    return found


def entered(outside: Outside, folder: Folder, ends: Collection[int], seed: int) -> None:
    """The program ended here, for the last of these times: note it, and let the platform give something again."""
    outside.ends += 1
    outside.doubts += doubtful(folder)
    if outside.scene.ballot is not None:
        outside.booth.readable += readable(folder, outside.scene.ballot, outside.booth)
    outside.return_some(f"{seed}/{outside.scene.name}/{tuple(ends)}")


def gone_on(instant: Instant, path: Path, ends: Collection[int], seed: int, *, catching: bool) -> Lived:
    """The program ends for the last of these times at an instant, and is opened again on what it left there."""
    path.mkdir()
    outside, folder = instant.laid(path), Folder(path)
    entered(outside, folder, ends, seed)
    given = tuple(map(len, outside.waiting.values()))
    found = life(folder, outside, catching=catching)
    found.given = given
    return found
