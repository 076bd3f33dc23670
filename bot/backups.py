"""A folder of backups: a copy of the database for each, and every stored file once, encrypted or not.

```
xinshi-backup.json          whether it is encrypted, and with which salt
20261129-050000.jsonl.gz    a copy of the database (with .sealed behind it where encrypted), naming the files it needs
files/ab/abcd…              stored files by their SHA-256, or by a name that tells nothing
```
The folder `rounds` of a deployment and its `secret.key` are in no backup (docs/ballot.md, docs/operations.md).
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import orjson

from sealing.vaults import NotThisPassphrase, Tampered, Vault
from storage.database import Database
from storage.files import FileStore
from storage.snapshots import Content, Damaged, put_back, taking
from storage.store import BLOCK, digest, sync_folder

MARK = "xinshi-backup.json"
_SEALED, _COPY, _ASIDE = ".sealed", ".jsonl.gz", ".part"
#: What tells zlib that it is given a gzip file.
_GZIP = 31
#: Of how much gzip tries: 9 takes three times as long for a few percent.
_LEVEL = 6


class NoBackup(Exception):
    """There is no such backup, or the folder is none of backups; the message is a sentence for whoever typed it."""


@dataclass(slots=True)
class Done:
    """What a run came to: the copy's name, rows by table, files in it, files written now and their bytes, damaged ones.

    `doubtful`: messages that were on their way when the copy was made.
    """

    name: str
    tables: dict[str, int]
    files: int = 0
    new: int = 0
    size: int = 0
    damaged: list[str] = field(default_factory=list)
    doubtful: int = 0


@dataclass(frozen=True, slots=True)
class _Copy:
    """A copy of the database that was read to its end: what it holds, and the files it names with their sizes."""

    contents: dict[str, Content]
    files: dict[str, int]


class Backups:
    """One folder of backups."""

    def __init__(self, folder: Path, vault: Vault | None) -> None:
        self._folder, self._vault = folder, vault

    @classmethod
    def open(cls, folder: Path, passphrase: str, *, new: bool) -> Backups:
        """A folder of backups, `new` where it may be made. Raises `NoBackup`, `NotThisPassphrase`."""
        mark = folder / MARK
        if not mark.is_file():
            if not new or (folder.is_dir() and any(folder.iterdir())):
                raise NoBackup(f"“{folder}”不是信使的备份目录。请核对路径；要新建备份，请给一个空目录或还没有的目录。")
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            salt = os.urandom(16) if passphrase else b""
            check = Vault(passphrase, salt).name(MARK) if passphrase else ""
            _write(mark, [orjson.dumps({"format": 1, "salt": salt.hex(), "check": check})])
        told = orjson.loads(mark.read_bytes())
        if bool(told["salt"]) is not bool(passphrase):
            raise NotThisPassphrase("有" if told["salt"] else "没有")
        if not passphrase:
            return cls(folder, None)
        vault = Vault(passphrase, bytes.fromhex(told["salt"]))
        if vault.name(MARK) != told["check"]:
            raise NotThisPassphrase("另有")
        return cls(folder, vault)

    @property
    def encrypted(self) -> bool:
        """Whether what lies here is of use only with the passphrase."""
        return self._vault is not None

    def names(self) -> list[str]:
        """All copies, oldest first."""
        return sorted(path.name for path in self._folder.glob(f"*{_COPY}*") if path.suffix != _ASIDE)

    async def take(self, database: Database, store: FileStore | None, data: Path, at: datetime) -> Done:
        """Copy a deployment while it runs, and read the copy again. Raises `Damaged`, `FileExistsError`."""
        name = f"{at.astimezone(UTC):%Y%m%d-%H%M%S}{_COPY}{_SEALED if self._vault else ''}"
        if (self._folder / name).exists():
            raise FileExistsError(17, "已经有了", name)
        done = Done(name, {})
        with tempfile.TemporaryFile(dir=data) as spool:
            with gzip.GzipFile(fileobj=spool, mode="wb", compresslevel=_LEVEL, mtime=0) as packed:
                async with taking(database) as copy:
                    async for lines in copy.lines(at.isoformat()):
                        packed.write(lines)
                for sha256, size in self._keep(store, done) if store is not None else ():
                    packed.write(orjson.dumps({"file": sha256, "size": size}) + b"\n")
                contents = {table: [each.rows, each.sha256] for table, each in copy.contents.items()}
                packed.write(orjson.dumps({"end": contents}) + b"\n")
            spool.seek(0)
            _write(self._folder / name, self._sealed(_blocks(spool)))
        read = self.read(name)
        if read.contents != copy.contents:
            raise Damaged(name)
        done.tables = {table: each.rows for table, each in read.contents.items()}
        done.files = len(read.files)
        return done

    def read(self, name: str) -> _Copy:
        """Read a copy to its end. Raises `Damaged`, `sealing.vaults.Tampered`."""
        contents: dict[str, Content] = {}
        files: dict[str, int] = {}
        counted: dict[str, Any] = {}
        hashed: Any = None
        rows, table = 0, ""
        for line in self.lines(name):
            if line.startswith(b"["):
                rows += 1
                hashed.update(line + b"\n")
                continue
            found = orjson.loads(line)
            if table:
                counted[table] = Content(rows, hashed.hexdigest())
            rows, table, hashed = 0, found.get("table", ""), hashlib.sha256()
            if "file" in found:
                files[found["file"]] = found["size"]
            if "end" in found:
                contents = {each: Content(*content) for each, content in found["end"].items()}
        if not contents or counted != contents:
            raise Damaged(name)
        return _Copy(contents, files)

    async def restore(self, name: str, database: Database, store: FileStore | None) -> Done:
        """Put a copy into an empty database, and its files into the store; what is there already is left as it is.

        Raises `storage.snapshots.NotEmpty`, `Damaged`, `Tampered`, `storage.migrate.NewerDatabase`.
        """
        copy = self.read(name)
        done = Done(name, {table: each.rows for table, each in copy.contents.items()}, len(copy.files))
        for sha256, size in copy.files.items() if store is not None else ():
            if store is not None and not await store.has(sha256):
                if not self._give(store, sha256):
                    done.damaged.append(sha256)
                    continue
                done.new += 1
                done.size += size
        lines = (line for line in self.lines(name) if not line.startswith((b'{"file"', b'{"end"')))
        done.doubtful = await put_back(database, lines, copy.contents)
        return done

    def prune(self, keep: int) -> tuple[int, int]:
        """Remove all but the newest `keep` copies, and files that none of these names; gives how many of each."""
        names = self.names()
        wanted = {self._place(sha256) for name in names[-keep:] for sha256 in self.read(name).files}
        for name in names[:-keep]:
            (self._folder / name).unlink()
        gone = [path for path in (self._folder / "files").glob("??/*") if path not in wanted]
        for path in gone:
            path.unlink()
        return len(names[:-keep]), len(gone)

    def _keep(self, store: FileStore, done: Done) -> Iterator[tuple[str, int]]:
        """Every stored file, those that are not here yet written and read again."""
        for sha256, path in store.listed():
            place = self._place(sha256)
            try:
                size = path.stat().st_size
                if not place.exists():
                    if digest(path) != sha256:
                        done.damaged.append(sha256)
                        continue
                    with path.open("rb") as file:
                        _write(place, self._sealed(_blocks(file)))
                    if self._digest(place) != sha256:
                        raise Damaged(place.name)
                    done.new += 1
                    done.size += size
            except FileNotFoundError:  # erased meanwhile
                continue
            yield sha256, size

    def _give(self, store: FileStore, sha256: str) -> bool:
        """Write a file into the store; False where it is not what it was."""
        place = self._place(sha256)
        with contextlib.suppress(FileNotFoundError, Tampered):
            if self._digest(place) == sha256:
                with place.open("rb") as file:
                    _write(store.path(sha256), self._opened(_blocks(file)))
                return True
        return False

    def _digest(self, place: Path) -> str:
        hashed = hashlib.sha256()
        with place.open("rb") as file:
            for block in self._opened(_blocks(file)):
                hashed.update(block)
        return hashed.hexdigest()

    def _place(self, sha256: str) -> Path:
        name = self._vault.name(sha256) + _SEALED if self._vault is not None else sha256
        return self._folder / "files" / name[:2] / name

    def _sealed(self, blocks: Iterable[bytes]) -> Iterable[bytes]:
        return self._vault.seal(blocks) if self._vault is not None else blocks

    def _opened(self, blocks: Iterable[bytes]) -> Iterable[bytes]:
        return self._vault.unseal(blocks) if self._vault is not None else blocks

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a copy, without holding it as a whole. Raises `Damaged`, `Tampered`."""
        unpacking, rest = zlib.decompressobj(wbits=_GZIP), b""
        with (self._folder / name).open("rb") as file:
            for block in self._opened(_blocks(file)):
                try:
                    *lines, rest = (rest + unpacking.decompress(block)).split(b"\n")
                except zlib.error as wrong:
                    raise Damaged(name) from wrong
                yield from lines
        if not unpacking.eof or rest:
            raise Damaged(name)


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def _write(path: Path, blocks: Iterable[bytes]) -> None:
    """A file that is whole or absent, for its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(path.name + _ASIDE)
    try:
        with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123  a descriptor
            file.writelines(blocks)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    sync_folder(path.parent)
