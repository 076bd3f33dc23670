"""A backup is read again, tells nothing without its passphrase, and is put back whole into an empty place only."""

from __future__ import annotations

import errno
import gzip
import hashlib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import backups
from bot.commands.backup import PASSPHRASE
from tests.commands.program import call, deployment

WORDS = "correct horse battery"
UNITS = "campaigns/xian-2024.roster.csv"
FILM = b"a film" * 100_000


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment with units and one stored file; no passphrase of this machine."""
    monkeypatch.delenv(PASSPHRASE, raising=False)
    path = deployment(tmp_path)
    assert call("roster", "import", "xian-2024", UNITS, "--config", path).exit_code == 0
    stored(tmp_path / "data").parent.mkdir(parents=True)
    stored(tmp_path / "data").write_bytes(FILM)
    return path


def stored(data: Path) -> Path:
    name = hashlib.sha256(FILM).hexdigest()
    return data / "files" / name[:2] / name


def test_a_deployment_is_put_back_as_it_was_and_nothing_is_written_over(config: Path, tmp_path: Path) -> None:
    here = tmp_path / "copies"
    done = call("backup", here, "--config", config, "--keep", "3")
    assert (done.exit_code, "行，已读回核对" in done.stdout, "这次新存 1 个" in done.stdout) == (0, True, True)
    assert "没有加密" in done.stdout
    refused = call("restore", here, "--config", config)
    assert (refused.exit_code, "里已经有数据，没有改动" in refused.stderr) == (1, True)
    (tmp_path / "data").rename(tmp_path / "old")
    back = call("restore", here, "--config", config)
    assert (back.exit_code, stored(tmp_path / "data").read_bytes() == FILM) == (0, True)
    assert "请把原来的密钥放回" in back.stdout
    again = call("invite", "xian-2024", "all", "--config", config)
    assert (again.exit_code, len(again.stdout.splitlines())) == (0, 46)
    assert not (tmp_path / "data" / "rounds").exists()


def test_an_encrypted_backup_tells_nothing_and_a_changed_one_is_refused(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "copies"
    monkeypatch.setenv(PASSPHRASE, WORDS)
    assert call("backup", here, "--config", config).exit_code == 0
    [copy] = here.glob("*.sealed")
    written = b"".join(path.read_bytes() for path in here.rglob("*") if path.is_file())
    names = " ".join(path.name for path in here.rglob("*"))
    assert (FILM[:50] in written, stored(tmp_path).name in names, copy.read_bytes()[16:18] == b"\x1f\x8b") == (
        False, False, False,
    )  # fmt: skip
    (tmp_path / "data").rename(tmp_path / "old")
    monkeypatch.setenv(PASSPHRASE, "wrong horse battery")
    assert "口令不一样" in call("restore", here, "--config", config).stderr
    monkeypatch.delenv(PASSPHRASE)
    assert f"请设环境变量 {PASSPHRASE}" in call("restore", here, "--config", config).stderr
    monkeypatch.setenv(PASSPHRASE, WORDS)
    copy.write_bytes(copy.read_bytes()[:-1] + b"?")
    refused = call("restore", here, "--config", config)
    assert (refused.exit_code, "备份被改过或不完整" in refused.stderr) == (1, True)
    assert not stored(tmp_path / "data").exists()


def test_a_file_that_is_not_what_it_was_is_named(config: Path, tmp_path: Path) -> None:
    here = tmp_path / "copies"
    stored(tmp_path / "data").write_bytes(b"rotten")
    done = call("backup", here, "--config", config)
    assert (done.exit_code, stored(tmp_path).name in done.stderr) == (1, True)
    [copy] = here.glob("*.gz")
    whole = gzip.decompress(copy.read_bytes())
    copy.write_bytes(gzip.compress(whole.replace("西安市".encode(), "西安县".encode(), 1)))
    (tmp_path / "data").rename(tmp_path / "old")
    assert "内容和登记的不符" in call("restore", here, "--config", config).stderr


def test_a_full_disk_leaves_nothing_half_written(config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "copies"
    assert call("backup", here, "--config", config).exit_code == 0
    before = sorted(here.rglob("*"))
    stored(tmp_path / "data").with_name("f" * 64).write_bytes(b"more")

    def full(blocks: object) -> Iterator[bytes]:
        yield b"a beginning"
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(backups, "_blocks", full)
    time.sleep(1.0)  # copies are named by the second, and one that is there is not written over
    refused = call("backup", here, "--config", config)
    assert (refused.exit_code, "磁盘满了" in refused.stderr, sorted(here.rglob("*"))) == (1, True, before)


@pytest.mark.parametrize("said", ["不是信使的备份目录", "还没有数据库"])
def test_a_place_that_holds_no_backup_is_told_so(tmp_path: Path, said: str) -> None:
    config = deployment(tmp_path)
    command = "restore" if "备份" in said else "backup"
    refused = call(command, tmp_path, "--config", config)
    assert (refused.exit_code, said in refused.stderr) == (1, True)
