"""The folder of an export: what is there stays, what is missing or changed is written, nothing foreign is touched."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest

from scheduler.export_folder import MARK, SUMS, Folder, NotOurs


def run(
    root: Path, files: dict[str, bytes], campaign: str = "xian-2024"
) -> tuple[list[str], list[str], list[str], list[str]]:
    folder = Folder(root, campaign)
    for path, data in files.items():
        folder.put(path, data)
    done = folder.finish()
    return done.fresh, done.same, done.removed, done.left


def tree(root: Path) -> dict[str, bytes]:
    names = (path for path in root.rglob("*") if path.is_file() and path.name not in (MARK, SUMS))
    return {str(path.relative_to(root)): path.read_bytes() for path in names}


FILES = {"总表.xlsx": b"1", "报送作品/碑林区/一.docx": b"2", "报送作品/雁塔区/二.docx": b"3"}


def test_a_second_run_writes_only_what_is_missing_or_changed(tmp_path: Path) -> None:
    root = tmp_path / "out"
    assert run(root, FILES) == (list(FILES), [], [], [])
    assert run(root, FILES) == ([], list(FILES), [], [])
    (root / "总表.xlsx").unlink()
    changed = {**FILES, "报送作品/碑林区/一.docx": b"22"}
    assert run(root, changed) == (["总表.xlsx", "报送作品/碑林区/一.docx"], ["报送作品/雁塔区/二.docx"], [], [])
    assert tree(root) == changed


def test_a_damaged_file_of_the_same_size_is_written_anew(tmp_path: Path) -> None:
    run(tmp_path / "out", FILES)
    (tmp_path / "out" / "总表.xlsx").write_bytes(b"x")
    assert run(tmp_path / "out", FILES)[0] == ["总表.xlsx"]


def test_a_run_that_was_cut_short_is_gone_on_with(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "out", "xian-2024")
    folder.put("总表.xlsx", b"1")
    (tmp_path / "out" / ".part-0123456789abcdef").write_bytes(b"half")
    assert run(tmp_path / "out", FILES)[:2] == (list(FILES)[1:], ["总表.xlsx"])
    assert tree(tmp_path / "out") == FILES


def test_what_no_longer_belongs_there_goes_unless_somebody_changed_it(tmp_path: Path) -> None:
    root = tmp_path / "out"
    run(root, {**FILES, "多余.txt": b"4"})
    (root / "报送作品/雁塔区/二.docx").write_bytes(b"mine now")
    (root / "笔记.txt").write_bytes(b"note")
    assert run(root, {"总表.xlsx": b"1"}) == (
        [], ["总表.xlsx"], ["多余.txt", "报送作品/碑林区/一.docx"], ["报送作品/雁塔区/二.docx"],
    )  # fmt: skip
    assert tree(root) == {"总表.xlsx": b"1", "报送作品/雁塔区/二.docx": b"mine now", "笔记.txt": b"note"}
    assert not (root / "报送作品/碑林区").exists()


def test_the_sums_are_what_sha256sum_checks(tmp_path: Path) -> None:
    run(tmp_path / "out", FILES)
    done = subprocess.run(["sha256sum", "-c", SUMS], cwd=tmp_path / "out", capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode().count(": OK")) == (0, 3)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "照片.jpg").write_bytes(b"x")
    with pytest.raises(NotOurs, match="里面有别的文件"):
        Folder(tmp_path, "xian-2024")
    run(tmp_path / "out", FILES)
    with pytest.raises(NotOurs, match="里面是“xian-2024”的导出"):
        Folder(tmp_path / "out", "weifang-2023")


@pytest.mark.parametrize("path", ["../outside.txt", "/{tmp}/outside.txt"])
def test_a_list_that_somebody_forged_removes_nothing_outside(tmp_path: Path, path: str) -> None:
    run(tmp_path / "out", FILES)
    outside = tmp_path / "outside.txt"
    outside.write_bytes(b"keep")
    name = path.replace("/{tmp}", str(tmp_path))
    with (tmp_path / "out" / SUMS).open("a") as sums:
        sums.write(f"{hashlib.sha256(b'keep').hexdigest()}  {name}\n")
    assert run(tmp_path / "out", FILES)[2:] == ([], [])
    assert outside.read_bytes() == b"keep"


def test_a_stored_file_is_copied_and_one_that_is_gone_is_told(tmp_path: Path) -> None:
    source = tmp_path / "stored"
    source.write_bytes(b"film")
    folder = Folder(tmp_path / "out", "xian-2024")
    folder.copy("视频.mp4", source, hashlib.sha256(b"film").hexdigest())
    assert tree(tmp_path / "out") == {"视频.mp4": b"film"}
    with pytest.raises(FileNotFoundError):
        folder.copy("没有.mp4", tmp_path / "absent", "0" * 64)
    folder.finish()
    assert "没有.mp4" not in (tmp_path / "out" / SUMS).read_text()
