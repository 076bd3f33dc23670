"""Resumable uploads: the tus 1.0 protocol under every signed upload link.

The link's token is the permission, read before anything else of a request; an upload's own number is none, so its
owner is checked on every call. A body is asked for only once nothing speaks against it.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rules.instants import micros
from storage.uploads import OPEN, Upload
from web import identity
from web.config import WebConfig
from web.pace import Pace
from web.pages import Pages
from web.ports import Clock, Reception
from web.receiving import Checksum, Receiver
from web.refused import Refused
from web.tus_headers import OCTETS, VERSION, abilities, expiry, metadata, number, standing

#: Unfinished and remembered uploads of one person at most.
MOST_UPLOADS = 200
_GIGABYTE, _DAY = 2**30, 24 * 3600 * 1_000_000
Answer = Callable[[Request], Awaitable[Response]]
#: Gives whose link a request came by: "channel:address" and the question. Raises `Refused`.
Opened = Callable[[Request], tuple[str, str]]


class Tus:
    """The routes below `/u/{token}/files`."""

    def __init__(self, reception: Reception, config: WebConfig, pages: Pages, clock: Clock, opened: Opened) -> None:
        self._with, self._config, self._pages, self._clock, self._opened = reception, config, pages, clock, opened
        self._keep = reception.days * _DAY
        self._receiver = Receiver(reception.uploads, reception.parts, clock, self._keep, config.idle, reception.writers)
        self._pace = Pace(burst=config.send_burst, rate=config.send_rate)

    def routes(self) -> list[Route]:
        """What to mount."""
        one = "/u/{token}/files/{number}"
        return [
            Route("/u/{token}/files", self._told(self._all), methods=["OPTIONS", "POST"]),
            Route(one, self._told(self._one), methods=["OPTIONS", "HEAD", "PATCH", "DELETE", "POST"]),
        ]

    def _told(self, answer: Answer) -> Answer:
        """A route that speaks the protocol: its version on every answer, refusals as JSON with their sentence."""

        async def told(request: Request) -> Response:
            try:
                given = await answer(request)
            except Refused as refused:
                said = self._pages.say(f"refused.{refused.key}", **refused.facts)
                facts = {"key": refused.key, "said": said, "retry": refused.retry}
                given = JSONResponse(facts, refused.status)
                if refused.retry:
                    given.headers["retry-after"] = str(refused.retry)
                if refused.status == 412:
                    given.headers["tus-version"] = VERSION
            except ClientDisconnect:  # what had arrived is kept; nobody is there to be told
                given = Response(status_code=408)
            given.headers["tus-resumable"] = VERSION
            return given

        return told

    async def _all(self, request: Request) -> Response:
        owner, question = self._opened(request)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=abilities(self._with.largest))
        _check_version(request)
        identity.check_origin(request, self._config)
        return await self._create(request, owner, question)

    async def _one(self, request: Request) -> Response:
        owner, question = self._opened(request)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=abilities(self._with.largest))
        _check_version(request)
        identity.check_origin(request, self._config)
        method = request.headers.get("x-http-method-override", request.method).upper()
        upload = await self._with.uploads.find(request.path_params["number"], owner)
        if upload is None:
            raise Refused(404, "upload_gone")
        if upload.state == OPEN and upload.expires <= micros(self._clock.now()):
            raise Refused(410, "upload_gone")
        match method:
            case "HEAD":
                return await self._head(upload)
            case "PATCH":
                return await self._patch(request, upload, question)
            case "DELETE":
                return await self._delete(upload)
        raise Refused(405, "upload_bad")

    async def _create(self, request: Request, owner: str, question: str) -> Response:
        if wait := self._pace.knock(owner):
            raise Refused(429, "slowly", retry=wait, seconds=wait)
        said = metadata(request.headers.get("upload-metadata", ""))
        length = number(request.headers.get("upload-length"))
        await self._admit(owner, said.name, length)
        now = micros(self._clock.now())
        upload = Upload(
            secrets.token_urlsafe(16), owner, question, said.name, said.labels, said.mark, length,
            at=now, expires=now + self._keep,
        )  # fmt: skip
        if not await self._with.uploads.create(upload, quota=self._with.quota, most=MOST_UPLOADS):
            held, _ = await self._with.uploads.held(owner)
            raise Refused(
                507, "upload_full", name=said.name, size=_sized(length), days=self._with.days,
                quota=_sized(self._with.quota), held=_sized(held),
            )  # fmt: skip
        headers = {"location": f"/u/{request.path_params['token']}/files/{upload.id}"}
        if _has_body(request):
            _check_body(request, upload, 0)
            upload = await self._receive(request, upload, question, 0)
            headers["upload-offset"] = str(upload.arrived)
        return Response(status_code=201, headers=headers | expiry(upload))

    async def _admit(self, owner: str, name: str, length: int) -> None:
        """Whether a file of this length may come at all."""
        if length == 0:
            raise Refused(422, "empty_file", name=name)
        if length > self._with.largest:
            raise Refused(413, "upload_too_large", name=name, size=_sized(length), limit=_sized(self._with.largest))
        self._with.parts.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        free = shutil.disk_usage(self._with.parts.folder).free - await self._with.uploads.promised()
        if free - length < self._with.reserve:
            raise Refused(507, "disk_full", retry=600)

    async def _head(self, upload: Upload) -> Response:
        """How far it is. Who asks means to go on: an earlier connection that still hangs lets go first."""
        await self._receiver.writers.let_go(upload.id)
        now = await self._with.uploads.find(upload.id, upload.owner)
        if now is None:
            raise Refused(404, "upload_gone")
        return Response(status_code=200, headers=standing(now) | {"cache-control": "no-store"})

    async def _patch(self, request: Request, upload: Upload, question: str) -> Response:
        offset = number(request.headers.get("upload-offset"))
        if upload.state != OPEN:
            if offset == upload.length and not _has_body(request):
                return Response(status_code=204, headers={"upload-offset": str(upload.length)})
            raise Refused(403, "upload_done")
        _check_body(request, upload, offset)
        upload = await self._receive(request, upload, question, offset)
        return Response(status_code=204, headers={"upload-offset": str(upload.arrived)} | expiry(upload))

    async def _receive(self, request: Request, upload: Upload, question: str, offset: int) -> Upload:
        header = request.headers.get("upload-checksum")
        checksum = Checksum.read(header) if header is not None else None
        now = await self._receiver.receive(
            upload.id, upload.owner, question, offset, request.stream().__aiter__(), checksum
        )
        if now.state != OPEN:
            self._with.rang()
        return now

    async def _delete(self, upload: Upload) -> Response:
        if upload.state != OPEN:
            raise Refused(403, "upload_done")
        part = await self._receiver.locked(upload.id)
        try:
            if not await self._with.uploads.drop(upload.id, state=OPEN):
                raise Refused(403, "upload_done")
            await self._with.parts.remove(upload.id)
        finally:
            part.close()
        return Response(status_code=204)


def _check_version(request: Request) -> None:
    if request.headers.get("tus-resumable") != VERSION:
        raise Refused(412, "upload_bad")


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


def _check_body(request: Request, upload: Upload, offset: int) -> None:
    """What the headers say of a body, before it is read."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != OCTETS:
        raise Refused(415, "upload_bad")
    if offset != upload.arrived and offset > upload.length:
        raise Refused(409, "upload_offset", retry=1)
    announced = request.headers.get("content-length")
    if announced is not None and offset + number(announced) > upload.length:
        raise Refused(413, "upload_longer")


def _sized(size: int) -> str:
    """A size as people read it."""
    if size < 2**20:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / 2**20:.0f} MB" if size < _GIGABYTE else f"{size / _GIGABYTE:.1f} GB"
