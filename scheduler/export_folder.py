"""The folder of an export: every file written whole or not at all, what is there already left alone, all of it listed.

A second run into the same folder writes only what is missing or has changed; what no longer belongs there is removed,
as long as nobody has changed it since. Other files in the folder are not touched.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from storage.store import digest

#: Says whose folder it is: the campaign's id.
MARK = ".xinshi-export"
SUMS = "SHA256SUMS"
_ASIDE = ".part-"


class NotOurs(ValueError):
    """The folder holds something else: another campaign's export, or files that nobody exported."""


@dataclass(slots=True)
class Written:
    """What a run did: paths of files that are new or changed, of those left as they were, removed, and kept aside."""

    fresh: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


class Folder:
    """One export's folder, for one run. Blocking; call it from a thread."""

    def __init__(self, root: Path, campaign: str) -> None:
        """Open or make it. Raises `NotOurs`."""
        self.root, self.written = root, Written()
        self._sums: dict[str, str] = {}
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark = root / MARK
        found = mark.read_text("utf-8").strip() if mark.is_file() else ""
        if (found and found != campaign) or (not found and any(root.iterdir())):
            what = f"里面是“{found}”的导出" if found else "里面有别的文件"
            raise NotOurs(f"“{root}”{what}，没有写入。请换一个空的或还没有的目录。")
        mark.write_text(campaign, "utf-8")
        self._before = _read_sums(root / SUMS)
        for aside in root.rglob(f"{_ASIDE}*"):
            aside.unlink()

    def put(self, path: str, data: bytes) -> None:
        """Have a file with these bytes at `path` ("a/b.docx")."""
        sha256 = hashlib.sha256(data).hexdigest()
        if self._is_there(path, sha256, len(data)):
            return
        aside = self._aside(path)
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self.root / path)
        self.written.fresh.append(path)

    def copy(self, path: str, source: Path, sha256: str) -> None:
        """Have a copy of a stored file at `path`. Raises `FileNotFoundError`."""
        size = source.stat().st_size
        if self._is_there(path, sha256, size):
            return
        aside = self._aside(path)
        shutil.copyfile(source, aside)
        aside.replace(self.root / path)
        self.written.fresh.append(path)

    def finish(self) -> Written:
        """Remove what no longer belongs here, and list what does, so that `sha256sum -c SHA256SUMS` can check it."""
        for path in sorted(set(self._before) - set(self._sums)):
            place = self.root / path
            if not place.is_file():
                continue
            if digest(place) == self._before[path]:
                place.unlink()
                self.written.removed.append(path)
                _tidy(place.parent, self.root)
            else:
                self.written.left.append(path)
        lines = "".join(f"{sha256}  {path}\n" for path, sha256 in sorted(self._sums.items()))
        (self.root / SUMS).write_text(lines, "utf-8")
        return self.written

    @property
    def sums(self) -> dict[str, str]:
        """Path -> SHA-256 of everything that was put so far."""
        return dict(self._sums)

    def _is_there(self, path: str, sha256: str, size: int) -> bool:
        self._sums[path] = sha256
        place = self.root / path
        if place.is_file() and place.stat().st_size == size and digest(place) == sha256:
            self.written.same.append(path)
            return True
        return False

    def _aside(self, path: str) -> Path:
        place = self.root / path
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return place.with_name(f"{_ASIDE}{hashlib.sha256(path.encode()).hexdigest()[:16]}")


def _read_sums(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    pairs = (line.partition("  ") for line in path.read_text("utf-8").splitlines())
    return {name: sha256 for sha256, _, name in pairs if name and _inside(name)}


def _tidy(folder: Path, root: Path) -> None:
    """Remove folders that have become empty."""
    while folder != root and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _inside(name: str) -> bool:
    """Whether a path that stands in a list leads into the folder."""
    return not Path(name).is_absolute() and ".." not in Path(name).parts
