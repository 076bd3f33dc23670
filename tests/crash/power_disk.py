"""A disk that forgets: what was written since a file was last synced is kept, lost or torn when the power is cut."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

#: What a disk writes at once, and what it never tears. Some tear less; SQLite relies on neither.
SECTOR, ATOM = 4096, 512
_HEAD = struct.Struct("<sHQQ")


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done to a file: w(rite), s(ync), t(runcate), u(nlink)."""

    kind: str
    name: str
    offset: int
    data: bytes


def recorded(path: Path) -> Iterator[Deed]:
    """What `power_recorder.c` wrote down, by the files' names ("" is the folder itself)."""
    whole, at = path.read_bytes(), 0
    while at < len(whole):
        kind, length, offset, size = _HEAD.unpack_from(whole, at)
        at += _HEAD.size
        name = whole[at : at + length].decode()
        at += length
        data = b"" if kind != b"w" else whole[at : at + size]
        at += len(data)
        yield Deed(kind.decode(), name.rpartition("/")[2], offset, data)


@dataclass(slots=True)
class File:
    """A file: what is safe on the disk, and what was done since; `gone`: it was unlinked, perhaps not for good."""

    safe: bytearray = field(default_factory=bytearray)
    since: list[Deed] = field(default_factory=list)
    gone: bool = False

    def do(self, deed: Deed) -> None:
        """One more deed."""
        if deed.kind == "s":
            for each in self.since:
                _apply(self.safe, each.kind, each.offset, each.data)
            self.since.clear()
        elif deed.kind == "u":
            self.gone = True
        else:
            if self.gone:  # another file of that name
                self.safe, self.since, self.gone = bytearray(), [], False
            self.since.append(deed)

    def after_cut(self, dice: random.Random) -> bytes:
        """What is found after the power was cut: of what was not synced some, in any order, some of it torn."""
        found = bytearray(self.safe)
        pieces = [piece for deed in self.since for piece in _pieces(deed)]
        keeps = dice.choice((0.0, 0.2, 0.5, 0.8, 1.0))
        if dice.random() < 0.5:
            dice.shuffle(pieces)
        for kind, offset, data in pieces:
            fate = dice.random()
            if fate < keeps:
                _apply(found, kind, offset, data)
            elif kind == "w" and dice.random() < 0.3:
                whole = dice.randrange(len(data) // ATOM + 1) * ATOM
                _apply(found, "w", offset, data[:whole])
        return bytes(found)


class Disk:
    """The files of one folder, from the state in which a recording began."""

    def __init__(self, folder: Path) -> None:
        self.files = {each.name: File(bytearray(each.read_bytes())) for each in folder.iterdir() if each.is_file()}

    def do(self, deed: Deed) -> None:
        """One more deed."""
        if deed.name not in self.files and deed.kind not in ("w", "t"):
            return  # the folder itself, whose entries are taken to be kept
        self.files.setdefault(deed.name, File()).do(deed)

    def cut(self, dice: random.Random, to: Path) -> None:
        """Write down what is found after the power is cut now."""
        for name, file in self.files.items():
            if name.endswith("-shm") or (file.gone and dice.random() < 0.5):
                continue
            (to / name).write_bytes(file.after_cut(dice))


def _pieces(deed: Deed) -> list[tuple[str, int, bytes]]:
    """A deed as the disk does it, sector by sector."""
    if deed.kind == "t":
        return [("t", deed.offset, b"")]
    found, at, end = [], deed.offset, deed.offset + len(deed.data)
    while at < end:
        until = min(end, (at // SECTOR + 1) * SECTOR)
        found.append(("w", at, deed.data[at - deed.offset : until - deed.offset]))
        at = until
    return found


def _apply(to: bytearray, kind: str, offset: int, data: bytes) -> None:
    if kind == "t":
        del to[offset:]
        to.extend(bytes(offset - len(to)))
        return
    if not data:
        return
    if len(to) < offset + len(data):
        to.extend(bytes(offset + len(data) - len(to)))
    to[offset : offset + len(data)] = data
