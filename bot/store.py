"""The file store of a deployment, built from its settings: a folder or a bucket, with a virus scanner or without."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Files, StoreSecrets
from storage.clamd import Clamd
from storage.files import FileStore
from storage.parts import Parts
from storage.store import Store
from storage.uploads import Uploads
from web.ports import Reception

_MEGABYTE, _GIGABYTE = 2**20, 2**30


def open_store(data: Path, settings: Files, secrets: StoreSecrets) -> Store:
    """The store; it is not spoken to yet. What lies aside from a crash is removed by `sweep`."""
    scanner = Clamd(settings.clamd, accept=settings.clamd_away == "accept") if settings.clamd else None
    scan = scanner.scan if scanner is not None else None
    if settings.store == "local":
        return FileStore(data / "files", scan=scan)
    from storage.files_s3 import S3Store, open_client  # its library takes half a second that no other command should

    client = open_client(
        endpoint=settings.endpoint,
        region=settings.region,
        access_key=secrets.s3_access_key.get_secret_value(),
        secret_key=secrets.s3_secret_key.get_secret_value(),
        addressing=settings.addressing,
    )
    return S3Store(client, settings.bucket, data / "cache", most=settings.cache_gb * _GIGABYTE, scan=scan)


def reception(data: Path, settings: Files, uploads: Uploads) -> Reception:
    """What uploads are received with."""
    return Reception(
        uploads=uploads,
        parts=Parts(data / "uploads"),
        largest=settings.largest_mb * _MEGABYTE,
        quota=settings.quota_gb * _GIGABYTE,
        reserve=settings.reserve_gb * _GIGABYTE,
        days=settings.keep_days,
        rang=lambda: None,
    )
