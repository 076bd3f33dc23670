"""Mails are read whatever somebody has made of them, and never cost more than a mail may cost."""

from __future__ import annotations

import io
import random
import tracemalloc
import zipfile
from email.message import EmailMessage

import pytest

from documents import letter
from documents.letter import MOST_NAMES, MOST_PARTS, Enclosure, UnreadableLetter, read_letter, written
from rules.letters import Attached

SUBJECT, NAME = "寿光市+张三+13800138000", "张三（寿光市）+诚信菜市场.docx"


def mail(*files: tuple[str, bytes], subject: str = SUBJECT, text: str = "您好") -> bytes:
    return written(
        to="a@example.org", subject=subject, text=text, files=[Enclosure(name, data) for name, data in files]
    )


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_what_we_write_is_read_back_as_it_was() -> None:
    read = read_letter(mail((NAME, b"PK\x03\x04x"), ("章.pdf", b"%PDF-1.7"), text="见 https://x.example/d/abc。"))
    assert (read.subject, read.to) == (SUBJECT, ("a@example.org",))
    assert read.files == (Attached(NAME, 5, "office"), Attached("章.pdf", 8, "pdf"))
    assert (read.links, read.closed) == (("https://x.example/d/abc",), ())


def test_nobody_can_add_a_header() -> None:
    data = mail(("a\r\nBcc: x@example.org.docx", b"x"), subject="甲\r\nBcc: x@example.org")
    assert b"\nBcc:" not in data.replace(b"\r", b"")


@pytest.mark.parametrize("charset", ["gb18030", "utf-8"])
def test_bare_bytes_in_a_header_are_read_in_either_charset(charset: str) -> None:
    raw = b"To: a@example.org\r\nSubject: " + SUBJECT.replace("+", "＋").encode(charset) + b"\r\n\r\nx"
    assert read_letter(raw).subject == SUBJECT.replace("+", "＋")


@pytest.mark.parametrize("claimed", ["iso-8859-x", "zlib", "rot13", "utf-7x", "gb2312", "hex"])
def test_a_charset_that_is_none_or_not_true_harms_nothing(claimed: str) -> None:
    import base64

    word = base64.b64encode(SUBJECT.encode("gb18030")).decode()
    raw = f"Subject: =?{claimed}?B?{word}?=\r\nContent-Type: text/plain; charset={claimed}\r\n\r\nx".encode()
    assert read_letter(raw).subject == SUBJECT


def test_names_as_mail_programs_write_them_are_read() -> None:
    import base64

    told = base64.b64encode(NAME.encode("gb18030")).decode()
    head = "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    for value in (f'name="=?GB18030?B?{told}?="', f"name*=gb18030''{_percent(NAME)}", f'name="../../{NAME}"'):
        part = f"Content-Type: application/msword; {value}\r\nContent-Disposition: attachment\r\n\r\nabc\r\n--b--\r\n"
        [file] = read_letter((head + part).encode()).files
        assert (file.name, file.size) == (NAME, 3)


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("gb18030"))


def test_files_of_a_mail_that_is_passed_on_inside_another_count() -> None:
    inner = EmailMessage()
    inner["Subject"] = "原邮件"
    inner.set_content("x")
    inner.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="章.pdf")
    outer = EmailMessage()
    outer["Subject"] = SUBJECT
    outer.set_content("转")
    outer.add_attachment(inner)
    read = read_letter(outer.as_bytes())
    assert (read.subject, [file.name for file in read.files]) == (SUBJECT, ["章.pdf"])


def test_an_archive_is_looked_into_by_its_names_and_never_unpacked() -> None:
    bomb = zipped(**{"a/申报表.docx": b"0" * 50_000_000, "b/": b"", "章.pdf": b"%PDF"})
    data = mail(("材料.zip", bomb), ("坏.zip", b"PK\x03\x04 broken"), ("x.rar", b"Rar!"))
    tracemalloc.start()
    read = read_letter(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read.files == (Attached("申报表.docx", 50_000_000), Attached("章.pdf", 4))
    assert (read.closed, peak < 10_000_000) == (("坏.zip", "x.rar"), True)


def test_an_archive_of_thousands_of_names_is_cut() -> None:
    many = zipped(**{f"{number}.docx": b"" for number in range(MOST_NAMES * 3)})
    assert len(read_letter(mail(("材料.zip", many))).files) == MOST_NAMES


def nested(depth: int) -> bytes:
    head = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth))
    return f"Subject: x\r\n{head}\r\nx".encode()


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "package.no_mail"),
        (b"\x00" * 1000, "package.no_mail"),
        ("随便写的一段话，不是邮件。".encode(), "package.no_mail"),
        (zipped(a=b"x"), "package.no_mail"),
        (b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * (MOST_PARTS + 5),
         "package.mail_parts"),
    ],
)  # fmt: skip
def test_what_is_no_mail_is_told_as_such(data: bytes, key: str) -> None:
    with pytest.raises(UnreadableLetter) as told:
        read_letter(data)
    assert told.value.key == key


def test_a_mail_that_is_too_large_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letter, "LARGEST", 1000)
    with pytest.raises(UnreadableLetter) as told:
        read_letter(mail((NAME, b"x" * 1000)))
    assert told.value.key == "package.mail_large"


@pytest.mark.parametrize(("depth", "refused"), [(50, False), (500, True), (5000, True)])
def test_parts_in_parts_in_parts_end(depth: int, refused: bool) -> None:
    assert (_refusal(nested(depth)) in ("package.mail_parts", "package.mail_broken")) == refused


def _refusal(data: bytes) -> str:
    try:
        read_letter(data)
    except UnreadableLetter as told:
        return told.key
    return ""


def test_thousands_of_spoiled_mails_are_read_or_refused() -> None:
    dice, good = random.Random(3), mail((NAME, b"PK\x03\x04" * 9), ("材料.zip", zipped(a=b"x")))
    outcomes = [0, 0]
    for _ in range(2000):
        data = bytearray(good)
        for _ in range(dice.randrange(1, 40)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        cut = bytes(data[: dice.randrange(len(data))] if dice.random() < 0.3 else data)
        try:
            read_letter(cut)
            outcomes[0] += 1
        except UnreadableLetter:
            outcomes[1] += 1
    assert (sum(outcomes), outcomes[0] > 1000) == (2000, True)
