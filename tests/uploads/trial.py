"""The trial of films and stamped scans: every collecting notice played on a phone, from the invitation to the receipt.

`python -m tests.uploads.trial [MEGABYTES [NOTICE …]]`, 500 and all four unless said otherwise. The film is sent by the
signed page with the connection cut twice, once by its sockets and once by killing the server with -9; wrong films and
scans are sent before it, and what is said of each is printed. Needs chromium, soffice, pdftoppm and a Chinese font.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browsing import FLAGS
from tests.channels.town import free_port
from tests.films.making import run
from tests.uploads.cable import Cable, cable
from tests.uploads.films import Fault, faults, heavy
from tests.uploads.notices import NOTICES, Played
from tests.uploads.papers import paper_faults, photographs, printed, scanned, stamped
from tests.uploads.phone import CHECKED, Phone, through
from tests.uploads.program import Program

#: What ends the check of a film or scan, or says why a file was not even looked into.
DONE = r"检查完了|用不了|扫描件已收好|没有用上|没有收下|没有收进来|盖章的是\*?\*?另一版"
#: Milliseconds within which a cut upload has to arrive after all.
_ARRIVES = CHECKED * 1000


@dataclass
class Told:
    """What came of one notice: what was said of each wrong file, and the figures of the right one."""

    notice: str
    megabytes: float = 0.0
    cuts: int = 0
    kills: int = 0
    carried: float = 0.0
    upload_seconds: float = 0.0
    check_seconds: float = 0.0
    number: str = ""
    fits: bool = False
    complaints: list[str] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)


def play(browser: Browser, played: Played, folder: Path, megabytes: int, *, wrong: bool = True) -> Told:
    """One notice from the invitation to the receipt; without `wrong` only what is right is sent."""
    told, film = Told(played.notice), _film(played, folder.parent, megabytes)
    size = film.stat().st_size
    port = free_port()
    with cable(port, size // 3) as (url, laid), _running(folder / "program", port, played, url) as program:
        laid.cuts, cuts = [], laid.cuts
        phone = Phone(browser, f"{url}/i/{program.code}")
        through(phone, (("say", "王老师"), ("press", "填报新作品"), *played.form))
        if wrong:
            for fault in faults(played.bounds):
                told.answers[f"视频：{fault.what}"] = _judged(phone, fault, folder.parent / played.room, "换一部")
        page, laid.carried, laid.cuts = phone.upload_page(), 0, cuts
        _send_film(page, film, program, laid, told)
        _await_film(phone, film, told)
        annex = folder / "申报表.docx"
        _confirm(phone, played)
        _paper(phone, played, annex, told, wrong=wrong)
        received = "\n".join(phone.press("现在报送"))
        found = re.search(r"[A-Z]{2}-[A-Z]\d+", received)
        told.number = found[0] if found else received
        told.fits, told.complaints, told.said = phone.fits(), phone.complaints, phone.heard()
        told.carried = laid.carried / 2**20
        _compare(film, folder / "program" / "files")
        phone.picture(folder.parent / f"{played.notice}.png")
        phone.close()
    told.peaks = program.peaks
    return told


@contextmanager
def _running(data: Path, port: int, played: Played, url: str) -> Iterator[Program]:
    program = Program(data, port, (played.notice, played.unit, played.start, url))
    program.start()
    try:
        yield program
    finally:
        program.kill()


def _film(played: Played, folder: Path, megabytes: int) -> Path:
    """The film that fits, made once for all notices that it fits; only its container is made for each."""
    size = played.bounds.size
    seconds = played.seconds if megabytes > 100 else played.bounds.shortest + 10
    path = folder / f"诚信故事_{size}_{seconds}_{megabytes}.mp4"
    if not path.exists():
        heavy(size, seconds, megabytes).made(path)
    if played.ending != "mp4" and not path.with_suffix(f".{played.ending}").exists():
        run("-i", path, "-c", "copy", path.with_suffix(f".{played.ending}"))
    return path.with_suffix(f".{played.ending}")


def _judged(phone: Phone, fault: Fault, room: Path, other: str) -> str:
    """What is said of a wrong file, in one text; the question is open again afterwards."""
    path, before = fault.made(room), len(phone.heard())
    phone.pick(path)
    phone.wait_for(DONE, after=before)
    answer = "\n".join(phone.heard()[before:])
    if other in phone.buttons():
        phone.press(other)
    return answer


def _send_film(page: Page, film: Path, program: Program, laid: Cable, told: Told) -> None:
    """Send the film by the signed page: the sockets are cut after a third, the server is killed after two."""
    began, size = time.monotonic(), film.stat().st_size
    page.set_input_files("#file", str(film))
    while laid.carried < size * 2 // 3:
        page.wait_for_timeout(20)
    program.kill()
    told.kills += 1
    page.wait_for_timeout(1500)
    program.start()
    fate = page.locator(".carried li").filter(has_text=film.name).locator(".fate")
    expect(fate).to_have_text("已收到", timeout=_ARRIVES)
    told.megabytes, told.cuts, told.upload_seconds = size / 2**20, laid.cut + 1, time.monotonic() - began
    told.complaints += [] if page.evaluate("document.documentElement.scrollWidth <= innerWidth") else ["page too wide"]
    page.close()


def _await_film(phone: Phone, film: Path, told: Told) -> None:
    began = time.monotonic()
    told.answers["视频：合格"] = phone.wait_for(f"{re.escape(film.name)}”.*检查完了")
    told.check_seconds = time.monotonic() - began
    if "就用这一部" in phone.buttons():
        phone.press("就用这一部")


def _confirm(phone: Phone, played: Played) -> None:
    """The checklist, the pledge, the terms, the last look at the form."""
    for label in played.promises:
        phone.press(label)
    phone.press("没有问题，生成申报表")


def _paper(phone: Phone, played: Played, annex: Path, told: Told, *, wrong: bool) -> None:
    """The annex printed, stamped and handed in; first, where wanted, all that can be wrong with it."""
    pages = printed(phone.download(annex))
    if wrong:
        old, pages = pages, printed(_changed(phone, played, annex.with_name("改后.docx")))
        for fault in paper_faults(pages, old, played.seal):
            told.answers[f"扫描：{fault.what}"] = _paper_judged(phone, fault, annex.parent / "papers")
    before = len(phone.heard())
    good = stamped(pages, played.seal)
    if wrong:
        phone.pick(scanned(good, annex.with_name("盖章扫描件.pdf")))
    else:
        phone.pick(*photographs(good, annex.parent))
        phone.say("完成")
    told.answers["扫描：合格"] = phone.wait_for(DONE, after=before)
    if "就用这一份" in phone.buttons():
        phone.press("就用这一份")


def _changed(phone: Phone, played: Played, to: Path) -> Path:
    """Change one answer after the form was printed: a new version of it."""
    through(phone, played.change)
    phone.press("没有问题，生成申报表")
    return phone.download(to)


def _paper_judged(phone: Phone, fault: Fault, room: Path) -> str:
    path, before = fault.made(room), len(phone.heard())
    phone.pick(path)
    if not re.search(DONE, "\n".join(phone.heard()[before:])) and path.suffix in (".jpg", ".HEIC"):
        phone.say("完成")
    phone.wait_for(DONE, after=before)
    answer = "\n".join(phone.heard()[before:])
    for other in ("换一份", "重新盖章"):
        if other in phone.buttons():
            phone.press(other)
    return answer


def _compare(film: Path, store: Path) -> None:
    """The film lies in the store, byte for byte."""
    with film.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    kept = store / digest[:2] / digest
    with kept.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == digest


def report(told: Told, write: Callable[[str], object]) -> None:
    """One notice as text."""
    write(
        f"\n# {told.notice}: {told.number}, {told.megabytes:.0f} MB with {told.cuts} cuts ({told.kills} a kill), "
        f"{told.carried:.0f} MB carried, {told.upload_seconds:.0f} s; checked in {told.check_seconds:.0f} s; "
        f"fits: {told.fits}; complaints: {told.complaints}; peaks {[round(peak) for peak in told.peaks]} MB\n"
    )
    for what, answer in told.answers.items():
        write(f"\n## {what}\n{answer}\n")


def main(megabytes: int, *notices: str) -> int:
    """Play the notices and print what was said; 0 when every one ended in a receipt."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    numbers = []
    with tempfile.TemporaryDirectory(prefix="xinshi-trial-") as made, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS.split())
        for played in NOTICES:
            if notices and played.notice not in notices:
                continue
            folder = Path(made) / played.notice
            folder.mkdir()
            told = play(browser, played, folder, megabytes)
            report(told, sys.stdout.write)
            sys.stdout.flush()
            numbers.append(told.number)
        browser.close()
    return 0 if all(re.fullmatch(r"[A-Z]{2}-[A-Z]\d+", number) for number in numbers) else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 500, *sys.argv[2:]))
