"""The annex on its way over paper: printed, stamped, scanned; and what goes wrong with that."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pypdf
from PIL import Image

from tests.scans import spoiling
from tests.scans.paper import inked, mm, page, seal
from tests.uploads.films import Fault

DPI = 200


def printed(annex: Path) -> list[Image.Image]:
    """The pages of a Word file, as a scanner at 200 dpi sees them."""
    folder = annex.parent
    office = ["soffice", f"-env:UserInstallation=file://{folder}/office", "--headless", "--convert-to", "pdf"]
    _run(*office, "--outdir", str(folder), str(annex))
    stem = annex.with_suffix("")
    _run("pdftoppm", "-r", str(DPI), "-png", str(stem.with_suffix(".pdf")), str(stem))
    return [Image.open(path).convert("RGB") for path in sorted(folder.glob(f"{stem.name}-*.png"))]


def stamped(pages: list[Image.Image], name: str) -> list[Image.Image]:
    """The pages with the seal of that name upon the last."""
    ink = seal(42, dice=Random(7), name=name)
    return [*pages[:-1], inked(pages[-1], ink, mm(150, 225))]


def scanned(pages: list[Image.Image], path: Path, dpi: float = DPI) -> Path:
    """The pages as a PDF, as a scanner writes one."""
    pages[0].save(path, "PDF", resolution=dpi, save_all=True, append_images=pages[1:], quality=80)
    return path


def photographs(pages: list[Image.Image], folder: Path) -> list[Path]:
    """The pages as a phone's photographs, on a desk and at a slant."""
    paths = []
    for number, sheet in enumerate(pages, 1):
        paths.append(folder / f"IMG_{number:04}.jpg")
        spoiling.photographed(sheet, Random(number), tilt=0.02, desk=(96, 70, 48)).save(paths[-1], "JPEG", quality=85)
    return paths


def paper_faults(pages: list[Image.Image], old: list[Image.Image], name: str) -> Iterator[Fault]:
    """Wrong scans of a form: `old` are the pages of the version before it. Every one is sent, every answer read."""
    good, dice = stamped(pages, name), Random(5)

    def scan(what: str, change: Callable[[Image.Image], Image.Image], dpi: float = DPI) -> Fault:
        return Fault(what, "盖章扫描件.pdf", lambda path: scanned([change(each) for each in good], path, dpi))

    def photo(what: str, change: Callable[[Image.Image], Image.Image]) -> Fault:
        return Fault(what, "IMG_0001.jpg", lambda path: change(good[-1]).save(path, "JPEG", quality=80))

    yield Fault("盖的是旧版本", "盖章扫描件.pdf", lambda path: scanned(stamped(old, name), path))
    yield Fault("没有盖章", "盖章扫描件.pdf", lambda path: scanned(pages, path))
    yield scan("黑白扫描", spoiling.grey)
    yield photo("拍照太糊", lambda each: spoiling.blurred(each, 6))
    yield photo("光线太暗", lambda each: spoiling.shaded(each.point(lambda level: level // 4), dice, depth=0.7))
    yield photo("缩略图", lambda each: spoiling.at_dpi(each, 60))
    yield photo("没拍到页脚", lambda each: each.crop((0, 0, each.width, each.height * 4 // 5)))
    yield scan("歪了 7 度", lambda each: spoiling.skewed(each, 7))
    yield scan("倒着扫描", lambda each: each.rotate(180))
    yield Fault("空白页", "盖章扫描件.pdf", lambda path: scanned([Image.new("RGB", mm(210, 297), "white")], path))
    yield Fault("自己排版的表", "盖章扫描件.pdf", lambda path: scanned(stamped([page("")], name), path))
    yield Fault("别处的版本码", "盖章扫描件.pdf", lambda path: scanned(stamped([page("7K3F9QZ2MX")], name), path))
    yield Fault("加了密码的 PDF", "盖章扫描件.pdf", lambda path: _locked(good, path))
    yield Fault("损坏的 PDF", "盖章扫描件.pdf", lambda path: path.write_bytes(b"%PDF-1.7\n" + b"x" * 3000))
    yield Fault("苹果照片 HEIC", "IMG_0001.HEIC", lambda path: path.write_bytes(b"\0\0\0\x18ftypheic" + b"\0" * 4000))
    yield Fault("压缩包", "盖章扫描件.zip", _packed)


def _locked(pages: list[Image.Image], path: Path) -> None:
    writer = pypdf.PdfWriter(clone_from=scanned(pages, path))
    writer.encrypt("secret")
    with path.open("wb") as file:
        writer.write(file)


def _packed(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("盖章扫描件.pdf", b"0" * 4096)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
