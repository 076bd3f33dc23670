"""A server for resumable uploads with its real database and part files, and a client that says just what it is told."""

from __future__ import annotations

import base64
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from scheduler.finishing import Finisher
from storage.database import Database, sqlite_url
from storage.files import FileStore
from storage.migrate import migrate
from storage.parts import Parts
from storage.uploads import Upload, Uploads
from tests.web.fakes import BEGIN, Clock, settings
from tests.web.test_signed import LINKS, READER, SignedWorld, path
from web.app import create
from web.config import WebConfig
from web.ports import Ports, Reception

BOUND = path(LINKS.upload(READER, BEGIN, "7/film"))
OTHERS = path(LINKS.upload("telegram:12345678", BEGIN))
OCTETS = {"content-type": "application/offset+octet-stream"}


def film(size: int, seed: int = 7) -> bytes:
    """Bytes that are never the same twice in a row."""
    return random.Random(seed).randbytes(size)


def named(name: str, **more: str) -> str:
    """The metadata header of a file."""
    pairs = {"filename": name} | more
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())


@dataclass
class Desk:
    """The whole way of an upload: rows, parts, store, finisher, and the conversation that hears of it."""

    world: SignedWorld
    database: Database
    uploads: Uploads
    parts: Parts
    store: FileStore
    finisher: Finisher
    reception: Reception
    http: httpx.AsyncClient
    heard: int = 0
    extra: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, to: str, body: Any = None, **headers: str) -> httpx.Response:
        """One request with the version of the protocol, unless a header says otherwise."""
        told = {"tus-resumable": "1.0.0"} | {name.replace("_", "-"): value for name, value in headers.items()}
        told = {name: value for name, value in told.items() if value != "-"}
        return await self.http.request(method, to, content=body, headers=told)

    async def begin(self, size: int, name: str = "诚信菜市场.mp4", to: str = BOUND, **more: str) -> str:
        """A new upload; gives its address."""
        answer = await self.ask("POST", f"{to}/files", upload_length=str(size), upload_metadata=named(name, **more))
        assert answer.status_code == 201, answer.text
        return answer.headers["location"]

    async def send(self, to: str, offset: int, body: Any, **headers: str) -> httpx.Response:
        """Bytes at an offset."""
        return await self.ask("PATCH", to, body, upload_offset=str(offset), **OCTETS, **headers)

    async def offset(self, to: str) -> int:
        """How far the server says it is."""
        return int((await self.ask("HEAD", to)).headers["upload-offset"])

    async def row(self, to: str) -> Upload:
        """The upload as the database knows it."""
        [found] = [each for each in await self.uploads.of(READER) if each.id == to.rpartition("/")[2]]
        return found

    async def finish(self) -> None:
        """Do what is left to do for whole uploads."""
        for upload in await self.uploads.pending():
            await self.finisher.finish(upload)


@asynccontextmanager
async def receiving(
    folder: Path, *, config: WebConfig | None = None, url: str = "", scan: Any = None, **limits: int
) -> AsyncIterator[Desk]:
    """A server in this process, until the block ends; `limits` are those of `Reception`."""
    database = Database.open(url or sqlite_url(folder))
    await migrate(database)
    uploads, parts, store = Uploads(database), Parts(folder / "uploads"), FileStore(folder / "files", scan=scan)
    world = SignedWorld()
    finisher = Finisher(uploads, parts, store, world, Clock(world))  # type: ignore[arg-type]  # a clock of its own
    bounds: dict[str, Any] = {"largest": 2**40, "quota": 2**41, "reserve": 0, "days": 7} | limits
    reception = Reception(uploads=uploads, parts=parts, rang=lambda: None, **bounds)
    ports: Ports = replace(world.ports(), reception=reception)
    app = create(ports, config=config or settings(send_burst=1000))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="https://chat.example") as http:
        yield Desk(world, database, uploads, parts, store, finisher, reception, http)
    await database.close()
