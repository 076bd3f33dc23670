"""The settings of the file store: what is written is meant, and keys come from the environment only."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config import BadConfig, load
from bot.store import open_store, reception
from storage.files import FileStore
from storage.files_s3 import S3Store


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(f"[files]\n{text}\n", "utf-8")
    return path


def test_without_a_word_files_lie_in_the_data_folder(tmp_path: Path) -> None:
    config = load(written(tmp_path, ""))
    assert isinstance(open_store(config.data, config.files, config.store_secrets()), FileStore)
    bounds = reception(config.data, config.files, None)  # type: ignore[arg-type]  # not asked here
    assert (bounds.largest, bounds.quota, bounds.reserve, bounds.days) == (4 * 2**30, 20 * 2**30, 2 * 2**30, 7)
    assert bounds.parts.folder == tmp_path / "data" / "uploads"


def test_a_bucket_needs_its_name_and_its_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACCESS", "SECRET"):
        monkeypatch.delenv(f"XINSHI_S3_{name}_KEY", raising=False)
    with pytest.raises(BadConfig, match='store = "s3" 时要写 bucket'):
        load(written(tmp_path, 'store = "s3"'))
    config = load(written(tmp_path, 'store = "s3"\nbucket = "works"\nregion = "cn-north-1"'))
    with pytest.raises(BadConfig, match=r"还缺环境变量 XINSHI_S3_ACCESS_KEY、XINSHI_S3_SECRET_KEY。$"):
        config.store_secrets()
    for name in ("ACCESS", "SECRET"):
        monkeypatch.setenv(f"XINSHI_S3_{name}_KEY", "kept-quiet")
    assert isinstance(open_store(config.data, config.files, config.store_secrets()), S3Store)


@pytest.mark.parametrize("name", ["access_key", "secret_key", "s3_secret_key"])
def test_a_key_in_the_file_is_refused_without_its_value(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, f'{name} = "kept-quiet"')
    with pytest.raises(BadConfig) as wrong:
        load(path)
    assert ("files" in str(wrong.value), "kept-quiet" in str(wrong.value)) == (True, False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('clamd = "clamd"', "应为 unix:/路径 或 主机:端口"),
        ('clamd = "unix:relative"', "应为 unix:/路径 或 主机:端口"),
        ('endpoint = "oss.example"', "应为 https://域名 这样的网址"),
        ("largest_mb = 0", "不能小于 1"),
        ("keep_days = 61", "不能大于 60"),
        ('clamd_away = "perhaps"', "应为 refuse、accept 之一"),
        ("largest = 5", "没有“files.largest”这个设置"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadConfig, match=said):
        load(written(tmp_path, text))
