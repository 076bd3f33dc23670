"""The doctor tries the file store and the virus scanner, and says what to do where one does not answer."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.commands.doctor_files import files
from bot.config import Config
from bot.settings import Files
from tests.storage.fake_clamd import clamd


def deployment(data: Path, **changed: object) -> Config:
    return Config.model_validate({"data": data, "files": Files.model_validate(changed)})


async def told(config: Config) -> list[tuple[str, str]]:
    return [(finding.level.value, finding.found) for finding in await files(config)]


async def test_a_store_that_can_be_written_and_no_scanner(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    assert await told(deployment(tmp_path)) == [
        ("fine", f"目录 {tmp_path / 'files'} 可以写"),
        ("note", "没有启用"),
    ]
    assert os.listdir(tmp_path / "files") == []  # noqa: PTH208


async def test_a_store_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    [(level, _), _] = await told(deployment(tmp_path))
    assert (level, os.listdir(tmp_path)) == ("note", [])  # noqa: PTH208  a folder of the test's own


async def test_a_folder_that_is_a_file_is_to_be_mended(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files").chmod(0o500)
    config = deployment(tmp_path, clamd="unix:/nowhere/clamd.sock")
    _, scanner = await told(config)
    assert scanner[0] == "mend"
    assert scanner[1].endswith("这期间的文件会被拒收")


async def test_a_bucket_without_keys_names_the_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XINSHI_S3_ACCESS_KEY", raising=False)
    monkeypatch.setenv("XINSHI_S3_SECRET_KEY", "kept-quiet")
    [store, _] = await told(deployment(tmp_path, store="s3", bucket="works"))
    assert store == ("mend", '[files] 写了 store = "s3"，还缺环境变量 XINSHI_S3_ACCESS_KEY')


async def test_a_bucket_out_of_reach_is_to_be_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACCESS", "SECRET"):
        monkeypatch.setenv(f"XINSHI_S3_{name}_KEY", "kept-quiet")
    [store, _] = await told(deployment(tmp_path, store="s3", bucket="works", endpoint="http://127.0.0.1:1", region="x"))
    assert (store[0], store[1].startswith("存储桶 works 写不进去（"), "kept-quiet" in store[1]) == ("mend", True, False)


async def test_a_scanner_that_answers_is_named_and_limits_that_disagree_are_told(tmp_path: Path) -> None:
    async with clamd() as daemon:
        config = deployment(tmp_path, clamd=daemon.address, largest_mb=2048, quota_gb=1)
        assert (await told(config))[1:] == [
            ("fine", "ClamAV 1.4.1 有应答"),
            ("note", "单个文件上限 2048 MB 比每人上限 1 GB 还大"),
        ]
