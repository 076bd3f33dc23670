"""Temporary media of the fake platform: what may be uploaded, and how it is given back. Source: 临时素材."""

from __future__ import annotations

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.fakes.wechat_account import Refused
from bot.fakes.wechat_book import Book

_MB = 1024 * 1024
#: Most bytes by kind, and the errcode beyond.
SIZES = {"image": (10 * _MB, 40009), "voice": (2 * _MB, 40010), "video": (10 * _MB, 40011), "thumb": (65536, 40012)}
#: How files of a kind begin (at which byte), and their content type.
_SIGNS: dict[str, tuple[tuple[int, bytes, str], ...]] = {
    "image": (
        (0, b"\xff\xd8\xff", "image/jpeg"),
        (0, b"\x89PNG\r\n\x1a\n", "image/png"),
        (0, b"GIF8", "image/gif"),
    ),
    "voice": ((0, b"#!AMR", "audio/amr"), (0, b"ID3", "audio/mp3"), (0, b"\xff\xfb", "audio/mp3")),
    "video": ((4, b"ftyp", "video/mp4"),),
    "thumb": ((0, b"\xff\xd8\xff", "image/jpeg"),),
}
_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "audio/amr": "amr", "audio/mp3": "mp3"}


class Files:
    """`media/upload` and `media/get`."""

    def __init__(self, book: Book) -> None:
        self._book = book

    async def upload(self, request: Request) -> dict[str, object]:
        """Keep what the program uploads. Raises `Refused`."""
        kind = request.query_params.get("type", "")
        if kind not in SIZES:
            raise Refused(40004, f"type {kind!r}")
        async with request.form(max_files=1) as form:
            part = form.get("media")
            if not isinstance(part, UploadFile):
                raise Refused(41005)
            data, name = await part.read(), part.filename or ""
        if not data:
            raise Refused(44001)
        most, code = SIZES[kind]
        if len(data) > most:
            raise Refused(code, f"{len(data)} bytes, at most {most}")
        content_type = sniff(kind, data)
        if not content_type:
            raise Refused(40005, f"no {kind} by its first bytes")
        medium = self._book.keep_medium(kind, data, content_type, name)
        return {"type": kind, "media_id": medium.id, "created_at": int(self._book.clock.now().timestamp())}

    def get(self, request: Request) -> Response:
        """Give a medium: its bytes, or for a video an address to fetch it from. Raises `Refused`."""
        number = request.query_params.get("media_id", "")
        if not number:
            raise Refused(41006)
        medium = self._book.medium(number)
        if medium.kind == "video":
            return JSONResponse({"video_url": f"{str(request.base_url).rstrip('/')}/video/{medium.id}"})
        name = f"{medium.id}.{_ENDINGS.get(medium.type, 'bin')}"
        return Response(
            medium.data, media_type=medium.type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )


def sniff(kind: str, data: bytes) -> str:
    """The content type of a file by its first bytes, "" where it is none of this kind."""
    return next((type_ for start, sign, type_ in _SIGNS[kind] if data[start:].startswith(sign)), "")
