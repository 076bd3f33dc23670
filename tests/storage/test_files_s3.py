"""Files in a bucket: whole or absent, checked against their name on their way back, with bounded copies here."""

from __future__ import annotations

import hashlib
import logging
import os
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from storage import files_s3
from storage.files_s3 import S3Store, open_client
from storage.store import FileGone, FileTooLarge, StoreAway

#: More than two parts; a bucket takes none below 5 MiB but the last.
LARGE = random.Random(5).randbytes(11_000_000)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def client(endpoint: str) -> Iterator[Any]:
    client = open_client(endpoint=endpoint, region="us-east-1", access_key="a", secret_key="b")
    bucket = f"works-{os.urandom(4).hex()}"
    client.create_bucket(Bucket=bucket)
    client.bucket = bucket
    yield client
    client.close()


@pytest.fixture
def store(client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> S3Store:
    monkeypatch.setattr(files_s3, "PART", 5 * 2**20)
    return S3Store(client, client.bucket, tmp_path / "cache", most=4_000_000)


async def pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def objects(client: Any) -> dict[str, int]:
    listed = client.list_objects_v2(Bucket=client.bucket).get("Contents", [])
    return {one["Key"]: one["Size"] for one in listed}


def key(data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    return f"files/{digest[:2]}/{digest}"


def forget(store: S3Store, tmp_path: Path) -> None:
    for path in (tmp_path / "cache").glob("??/*"):
        path.unlink()


@pytest.mark.parametrize("data", [b"", b"small", LARGE])
async def test_a_file_comes_back_as_it_came_in(store: S3Store, client: Any, tmp_path: Path, data: bytes) -> None:
    kept = await store.keep("片.mp4", pieces(data[:1000], data[1000:]), 10**8)
    assert (kept.size, objects(client)) == (len(data), {key(data): len(data)})
    forget(store, tmp_path)
    assert (await store.has(kept.sha256), await store.size(kept.sha256)) == (True, len(data))
    assert b"".join([block async for block in store.chunks(kept.sha256)]) == data
    assert await store.read(kept.sha256) == data


@pytest.mark.parametrize(("start", "end"), [(0, 1), (1000, 5_242_881), (10_900_000, None), (0, None)])
@pytest.mark.parametrize("here", [True, False])
async def test_a_stretch_is_given_from_the_bucket_or_the_copy(
    store: S3Store, tmp_path: Path, start: int, end: int | None, here: bool
) -> None:
    kept = await store.keep("a", pieces(LARGE), 10**8)
    if not here:
        forget(store, tmp_path)
    assert b"".join([block async for block in store.chunks(kept.sha256, start, end)]) == LARGE[start:end]


async def test_what_is_already_there_is_not_sent_again(
    store: S3Store, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.keep("a", pieces(b"same"), 10)
    monkeypatch.setattr(client, "put_object", None)
    assert (await store.keep("b", pieces(b"same"), 10)).name == "b"


async def test_a_file_above_its_limit_leaves_nothing(store: S3Store, client: Any) -> None:
    with pytest.raises(FileTooLarge):
        await store.keep("a", pieces(b"123", b"456"), 5)
    assert objects(client) == {}


async def test_an_upload_that_breaks_leaves_no_half_object_and_the_file_where_it_was(
    store: S3Store, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = tmp_path / "whole"
    part.write_bytes(LARGE)
    sent, real = 0, client.upload_part

    def breaks(**facts: Any) -> Any:
        nonlocal sent
        sent += 1
        if sent == 2:
            from botocore.exceptions import EndpointConnectionError

            raise EndpointConnectionError(endpoint_url="http://bucket.example")
        return real(**facts)

    monkeypatch.setattr(client, "upload_part", breaks)
    with pytest.raises(StoreAway, match="cannot be reached"):
        await store.put(part, "片.mp4")
    assert (objects(client), part.read_bytes() == LARGE) == ({}, True)
    assert client.list_multipart_uploads(Bucket=client.bucket).get("Uploads", []) == []
    monkeypatch.setattr(client, "upload_part", real)
    assert (await store.put(part, "片.mp4")).size == len(LARGE)
    assert part.exists() is False


async def test_a_damaged_object_is_not_taken_for_the_file(store: S3Store, client: Any, tmp_path: Path) -> None:
    kept = await store.keep("a", pieces(b"the file"), 10)
    forget(store, tmp_path)
    client.put_object(Bucket=client.bucket, Key=key(b"the file"), Body=b"not it!!")
    with pytest.raises(StoreAway, match="damaged"):
        await store.local(kept.sha256)
    assert list((tmp_path / "cache").rglob("*.part*")) == []


async def test_a_file_that_is_gone_is_named(store: S3Store) -> None:
    absent = "ab" * 32
    for ask in (store.size, store.read, store.local):
        with pytest.raises(FileGone, match=absent):
            await ask(absent)
    assert await store.has(absent) is False


async def test_copies_that_were_used_longest_ago_make_room(store: S3Store, tmp_path: Path) -> None:
    kept = [await store.keep(str(number), pieces(bytes([number]) * 1_500_000), 10**8) for number in range(3)]
    copies = [tmp_path / "cache" / one.sha256[:2] / one.sha256 for one in kept]
    for age, path in zip((9000, 8000, 7000), copies, strict=True):
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    await store.local(kept[0].sha256)  # used just now
    store.sweep()
    assert [path.exists() for path in copies] == [True, False, True]
    assert await store.read(kept[1].sha256) == bytes([1]) * 1_500_000


async def test_a_bucket_that_does_not_exist_says_so(client: Any, tmp_path: Path) -> None:
    with pytest.raises(StoreAway, match="NoSuchBucket"):
        await S3Store(client, "nobodys", tmp_path, most=1).probe()
    await S3Store(client, client.bucket, tmp_path, most=1).probe()
    assert objects(client) == {}


@pytest.mark.parametrize(
    ("addressing", "host"), [("path", "oss.example.gov.cn/works/"), ("virtual", "works.oss.example.gov.cn/")]
)
def test_the_bucket_is_named_where_the_store_wants_it(addressing: str, host: str) -> None:
    client = open_client(
        endpoint="https://oss.example.gov.cn", region="x", access_key="a", secret_key="b", addressing=addressing
    )
    url = client.generate_presigned_url("get_object", Params={"Bucket": "works", "Key": "files/ab/abc"})
    assert url.startswith(f"https://{host}files/ab/abc?")
    client.close()


async def test_a_removed_file_is_gone_from_the_bucket_and_from_this_machine(
    store: S3Store, client: Any, tmp_path: Path
) -> None:
    one, two = [await store.keep("a", pieces(data), 100) for data in (b"one", b"three")]
    assert store.usage() == (2, 8)
    assert [await store.remove(one.sha256), await store.remove(one.sha256)] == [True, False]
    assert (objects(client), store.usage()) == ({key(b"three"): 5}, (1, 5))
    assert [path.name for path in (tmp_path / "cache").glob("??/*")] == [two.sha256]
    with pytest.raises(FileGone):
        await store.read(one.sha256)
