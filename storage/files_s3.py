"""The file store in an S3-compatible object store, with a bounded folder of local copies for tools that need a path.

Checksums go as plain headers, one per request: stores that do not know them ignore them, and none needs the chunked
signature that some lack. What comes back is checked against its name in any case.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from bot.talk.messages import File
from storage.files import FileStore
from storage.store import BLOCK, FileGone, Scan, StoreAway, digest

log = structlog.get_logger(__name__)

#: Bytes of one part; at most 10 000 of them make 160 GB. One at a time is in memory.
PART = 16 * 2**20
#: Seconds for which a local copy that was used is not removed: a tool may be reading it.
IN_USE = 3600.0
_ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
R = TypeVar("R")


def open_client(*, endpoint: str, region: str, access_key: str, secret_key: str, addressing: str = "auto") -> Any:
    """A client for a store at `endpoint` ("" is AWS itself).

    `addressing` puts the bucket into the "path" or into the host ("virtual"); "auto" leaves that to the library.
    """
    return boto3.client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=region or None,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(
            connect_timeout=10,
            read_timeout=60,
            retries={"max_attempts": 4, "mode": "standard"},
            s3={"addressing_style": addressing},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


class S3Store:
    """Files by content in one bucket, under `files/ab/abcd…`."""

    def __init__(self, client: Any, bucket: str, cache: Path, *, most: int, scan: Scan | None = None) -> None:
        """`cache` is the folder of local copies, of `most` bytes together."""
        self._client, self._bucket, self._folder, self._most = client, bucket, cache, most
        self._cache = FileStore(cache, scan=scan)

    async def keep(self, name: str, chunks: AsyncIterator[bytes], limit: int) -> File:
        """Keep a file as it streams in; it is in the bucket when this returns."""
        file = await self._cache.keep(name, chunks, limit)
        await self._deliver(file.sha256, self._cache.path(file.sha256))
        return file

    async def put(self, path: Path, name: str = "", *, scan: bool = False, sha256: str = "") -> File:
        """Move a file of this machine into the bucket; it stays where it is until the bucket has it."""
        sha256 = sha256 or await asyncio.to_thread(digest, path)
        if scan:
            await self._cache.look_through(path, sha256)
        await self._deliver(sha256, path)
        return await self._cache.put(path, name, sha256=sha256)

    async def has(self, sha256: str) -> bool:
        """Whether a file is in the bucket."""
        return await self._length(sha256) is not None

    async def size(self, sha256: str) -> int:
        """A file's bytes, counted. Raises `FileGone`."""
        if (length := await self._length(sha256)) is None:
            raise FileGone(sha256)
        return length

    async def read(self, sha256: str) -> bytes:
        """A file's bytes. Raises `FileGone`."""
        path = await self.local(sha256)
        return await asyncio.to_thread(path.read_bytes)

    async def chunks(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """A file's bytes from `start` up to and without `end`, straight from the bucket where there is no copy."""
        if await self._cache.has(sha256):
            async for block in self._cache.chunks(sha256, start, end):
                yield block
            return
        asked = {"Range": f"bytes={start}-{'' if end is None else end - 1}"} if start or end is not None else {}
        body = (await self._call("get_object", sha256, **asked))["Body"]
        try:
            while block := await self._thread(body.read, BLOCK):
                yield block
        finally:
            body.close()

    async def local(self, sha256: str) -> Path:
        """A local copy, fetched where there is none. Raises `FileGone`, `StoreAway` for one that does not match."""
        if not await self._cache.has(sha256):
            aside = self._folder / f".part-{sha256[:16]}-{os.urandom(4).hex()}"
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                body = (await self._call("get_object", sha256))["Body"]
                await self._thread(_save, body, aside)
                if await asyncio.to_thread(digest, aside) != sha256:
                    raise StoreAway(f"expected SHA-256 {sha256} from the bucket, found another; the object is damaged")
                await self._cache.put(aside, sha256=sha256)
            finally:
                aside.unlink(missing_ok=True)
            await asyncio.to_thread(self._make_room)
        path = self._cache.path(sha256)
        await asyncio.to_thread(os.utime, path)
        return path

    async def remove(self, sha256: str) -> bool:
        """Take an object out of the bucket for good, and its local copy; whether there was one."""
        there = await self._length(sha256) is not None
        await self._cache.remove(sha256)
        await self._call("delete_object", sha256)
        return there

    def usage(self) -> tuple[int, int]:
        """How many objects there are, and their bytes together; asks for a thousand at a time. Raises `StoreAway`."""
        try:
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix="files/")
            sizes = [found["Size"] for page in pages for found in page.get("Contents", ())]
        except (BotoCoreError, ClientError) as wrong:
            raise StoreAway(f"the bucket {self._bucket} cannot be listed: {wrong}") from wrong
        return len(sizes), sum(sizes)

    async def probe(self) -> None:
        """Write and remove an object. Raises `StoreAway`."""
        await self._thread(self._client.put_object, Bucket=self._bucket, Key="probe", Body=b"probe")
        await self._thread(self._client.delete_object, Bucket=self._bucket, Key="probe")

    def sweep(self) -> None:
        """Remove what crashes left aside, and local copies beyond their room."""
        self._cache.sweep()
        self._make_room()

    async def _deliver(self, sha256: str, path: Path) -> None:
        size = await asyncio.to_thread(os.path.getsize, path)
        if await self._length(sha256) != size:
            await self._thread(self._send, sha256, path)
            if (found := await self._length(sha256)) != size:
                raise StoreAway(f"expected {size} bytes in the bucket after sending, found {found}")
        await asyncio.to_thread(self._make_room)

    def _send(self, sha256: str, path: Path) -> None:
        """Send a file, a larger one part by part, each with its checksum. Blocking."""
        at = {"Bucket": self._bucket, "Key": _key(sha256)}
        with path.open("rb") as file:
            if path.stat().st_size <= PART:
                body = file.read()
                self._client.put_object(**at, Body=body, ChecksumSHA256=_sum(body))
                return
            at["UploadId"] = self._client.create_multipart_upload(**at, ChecksumAlgorithm="SHA256")["UploadId"]
            parts: list[dict[str, Any]] = []
            try:
                while body := file.read(PART):
                    mark = {"PartNumber": len(parts) + 1, "ChecksumSHA256": _sum(body)}
                    parts.append(mark | {"ETag": self._client.upload_part(**at, **mark, Body=body)["ETag"]})
                self._client.complete_multipart_upload(**at, MultipartUpload={"Parts": parts})
            except BaseException:
                self._client.abort_multipart_upload(**at)
                raise

    async def _length(self, sha256: str) -> int | None:
        try:
            return int((await self._call("head_object", sha256))["ContentLength"])
        except FileGone:
            return None

    async def _call(self, method: str, sha256: str, **more: Any) -> Any:
        call = getattr(self._client, method)
        return await self._thread(call, Bucket=self._bucket, Key=_key(sha256), **more)

    async def _thread(self, call: Callable[..., R], *arguments: Any, **more: Any) -> R:
        try:
            return await asyncio.to_thread(partial(call, *arguments, **more))
        except ClientError as wrong:
            code = str(wrong.response.get("Error", {}).get("Code", ""))
            if code in _ABSENT and "Key" in more:
                raise FileGone(str(more["Key"]).rpartition("/")[2]) from None
            raise StoreAway(f"the bucket {self._bucket} answers {code}: {wrong}") from wrong
        except BotoCoreError as wrong:
            raise StoreAway(f"the bucket {self._bucket} cannot be reached: {wrong}") from wrong

    def _make_room(self) -> None:
        """Remove the local copies that were used longest ago, until they fit."""
        copies = [(path, path.stat()) for path in self._folder.glob("??/*") if path.is_file()]
        total, now = sum(found.st_size for _, found in copies), time.time()
        for path, found in sorted(copies, key=lambda copy: copy[1].st_mtime):
            if total <= self._most or found.st_mtime > now - IN_USE:
                return
            path.unlink(missing_ok=True)
            total -= found.st_size


def _key(sha256: str) -> str:
    return f"files/{sha256[:2]}/{sha256}"


def _sum(body: bytes) -> str:
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def _save(body: Any, path: Path) -> None:
    with path.open("wb") as file:
        for block in iter(lambda: body.read(BLOCK), b""):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
