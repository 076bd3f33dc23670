"""What comes through the door for Word files, and with which words the rest is turned away."""

from __future__ import annotations

import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path
from random import Random

import pytest

from documents import archive, guard, kinds
from documents.guard import open_word
from documents.kinds import Refused
from tests.documents.paper import MAIN, TYPES, WORD, docx, paragraph, parts_of, relations, zipped

MACRO_TYPES = TYPES.replace(f"{WORD}.document.main", "application/vnd.ms-word.document.macroEnabled.main")
ROOT = Path(__file__).parents[2]
BLANK = ROOT / "templates/forms/xian-2024/case.docx"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def refusal(data: bytes, name: str = "表.docx") -> Refused:
    with pytest.raises(Refused) as caught:
        open_word(data, name=name)
    return caught.value


def test_a_plain_document_is_opened() -> None:
    package = open_word(docx(paragraph("您好")))
    assert [str(text) for text in package.document.itertext()] == ["您好"]
    assert package.footers == ()
    assert not package.holds_file


def test_every_blank_annex_of_this_project_is_opened() -> None:
    blanks = sorted((ROOT / "templates/forms").glob("*/*.docx"))
    assert len(blanks) == 8
    for blank in blanks:
        assert open_word(blank.read_bytes()).document.tag.endswith("}document")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", guard.Empty),
        (OLE + "WordDocument".encode("utf-16-le"), kinds.OldWord),
        (OLE + "EncryptedPackage".encode("utf-16-le"), kinds.Locked),
        (OLE + "Workbook".encode("utf-16-le"), kinds.Sheet),
        (OLE + "PowerPoint Document".encode("utf-16-le"), kinds.Slides),
        (OLE, kinds.OldWord),
        (b"{\\rtf1\\ansi", kinds.Rtf),
        (b"%PDF-1.7\n", kinds.Pdf),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", kinds.Picture),
        (b"\x89PNG\r\n\x1a\n", kinds.Picture),
        (b"\0\0\0\x18ftypheic", kinds.Picture),
        (b"\0\0\0\x18ftypisom", kinds.Film),
        (b"RIFF\0\0\0\0AVI LIST", kinds.Film),
        (b"RIFF\0\0\0\0WEBPVP8 ", kinds.Picture),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html><html>", kinds.WebPage),
        (b"MIME-Version: 1.0\r\n", kinds.WebPage),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>', kinds.WebPage),
        (b"Rar!\x1a\x07\x01\x00", kinds.Packed),
        (b"hello", kinds.Unknown),
        (b"PK\x05\x06" + b"\0" * 18, kinds.Unknown),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), kinds.OpenDocument),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), kinds.Sheet),
        (zipped({"[Content_Types].xml": TYPES, "xl/workbook.xml": "<a/>"}), kinds.Sheet),
        (zipped({"[Content_Types].xml": TYPES, "ppt/presentation.xml": "<a/>"}), kinds.Slides),
        (zipped({"申报表.docx": docx("")}), kinds.Packed),
        (b"\0" * (guard.MAX_FILE + 1), guard.TooBig),
    ],
)
def test_the_content_decides_what_a_file_is_not_its_extension(data: bytes, expected: type[Refused]) -> None:
    assert type(refusal(data, "申报表.docx")) is expected


def test_a_document_under_a_wrong_extension_is_opened() -> None:
    assert open_word(docx(paragraph("好")), name="申报表.doc").document is not None


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"[Content_Types].xml": MACRO_TYPES}, guard.Macros),
        ({"word/vbaProject.bin": OLE}, guard.Macros),
        ({"word/activeX/activeX1.xml": "<a/>"}, guard.Macros),
        ({"word/embeddings/oleObject1.bin": OLE}, guard.Embedded),
        ({"word/_rels/document.xml.rels": relations(("aFChunk", "chunk.html", ""))}, guard.Embedded),
        ({"[Content_Types].xml": TYPES.replace("document.main", "footer")}, archive.Broken),
        ({MAIN: "<w:document"}, archive.Broken),
        ({MAIN: "<a>" * 300 + "</a>" * 300}, archive.Broken),
        ({MAIN: ""}, archive.Broken),
        ({"word/../../evil.xml": "<a/>"}, archive.Tampered),
        ({"/etc/passwd": "x"}, archive.Tampered),
        ({"C:\\evil.xml": "<a/>"}, archive.Tampered),
        ({"WORD/Document.XML": "<a/>"}, archive.Tampered),
        ({"/".join("abcdefghijkl"): "x"}, archive.Tampered),
        ({f"word/{number}.xml": "<a/>" for number in range(archive.MAX_ENTRIES)}, archive.Exploding),
        ({MAIN: "<a>" + "<b/>" * guard.MAX_TAGS + "</a>"}, archive.Exploding),
    ],
)
def test_a_document_that_carries_more_than_a_form_is_refused(
    more: dict[str, str | bytes], expected: type[Refused]
) -> None:
    assert type(refusal(docx("", more))) is expected


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("attachedTemplate", "template"),
        ("image", "picture"),
        ("oleObject", "object"),
        ("frame", "frame"),
        ("subDocument", "part"),
    ],
)
def test_what_is_fetched_from_outside_is_named(kind: str, told: str) -> None:
    more = {"word/_rels/settings.xml.rels": relations((kind, "https://example.org/x.dotm", "External"))}
    found = refusal(docx("", more))
    assert (type(found), found.facts) == (guard.External, {"name": "表.docx", "kind": told})


def test_a_hyperlink_to_the_outside_harms_nobody() -> None:
    more = {"word/_rels/document.xml.rels": relations(("hyperlink", "https://example.org/", "External"))}
    assert open_word(docx("", more)).document is not None


def test_a_table_inside_a_chart_is_left_unopened_and_told() -> None:
    assert open_word(docx("", {"word/embeddings/Microsoft_Excel_Sheet1.xlsx": b"PK\x03\x04"})).holds_file


def test_a_file_in_the_strict_dialect_is_read_like_any_other() -> None:
    main = str(parts_of(paragraph("好"))[MAIN]).replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert open_word(docx("", {MAIN: main})).document.tag == open_word(docx("")).document.tag


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "declared",
    [
        f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l9;</a>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<!DOCTYPE a SYSTEM "https://example.org/a.dtd"><a/>',
    ],
)
@pytest.mark.parametrize("part", [MAIN, "word/settings.xml", "_rels/.rels"])
def test_declared_entities_are_refused_in_any_part(part: str, declared: str, encoding: str) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{declared}'.encode(encoding)
    started = time.process_time()
    assert type(refusal(docx("", {part: xml}))) is guard.Entities
    assert time.process_time() - started < 1


def bomb(size: int, *, name: str = "word/media/image1.emf") -> bytes:
    """A small document with one entry of `size` zeros."""
    buffer = io.BytesIO(docx(""))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as packed, packed.open(name, "w") as stream:
        for _ in range(size // 2**20):
            stream.write(bytes(2**20))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("size", "name"), [(300, "word/media/image1.emf"), (90, "word/media/image1.emf"), (9, "word/x.xml")]
)
def test_a_small_file_that_unpacks_to_a_huge_one_is_refused_without_unpacking_it(size: int, name: str) -> None:
    data = bomb(size * 2**20, name=name)
    assert len(data) < 2**19
    tracemalloc.start()
    started = time.process_time()
    assert type(refusal(data)) is archive.Exploding
    assert time.process_time() - started < 2
    assert tracemalloc.get_traced_memory()[1] < 40 * 2**20
    tracemalloc.stop()


def declaring(data: bytes, entry: str, size: int) -> bytes:
    """The same archive with another unpacked size written into its directory."""
    at = data.index(entry.encode(), data.index(b"PK\x01\x02")) - 46
    while data[at : at + 4] != b"PK\x01\x02" or data[at + 46 : at + 46 + len(entry)] != entry.encode():
        at = data.index(entry.encode(), at + 47) - 46
    return data[: at + 24] + struct.pack("<L", size) + data[at + 28 :]


def test_a_size_that_lies_small_does_not_let_the_rest_in() -> None:
    lying = declaring(bomb(300 * 2**20), "word/media/image1.emf", 1000)
    started = time.process_time()
    assert type(refusal(lying)) is archive.Broken
    assert time.process_time() - started < 1


def test_a_size_that_lies_huge_is_believed_and_refused() -> None:
    assert type(refusal(declaring(docx(""), MAIN, 2**31))) is archive.Exploding


def test_a_wrong_checksum_is_noticed_even_in_a_picture() -> None:
    data = zipped(parts_of("", {"word/media/image1.png": b"\x89PNG" + b"a" * 100}), method=zipfile.ZIP_STORED)
    spoilt = data.replace(b"a" * 100, b"a" * 99 + b"b")
    assert type(refusal(spoilt)) is archive.Broken


def test_an_archive_in_an_archive_is_never_opened() -> None:
    nested = b"PK"
    for _ in range(20):
        nested = zipped({"again.zip": nested})
    assert type(refusal(nested)) is kinds.Packed
    assert open_word(docx("", {"word/media/again.zip": nested})).document is not None


def overlapping(copies: int) -> bytes:
    """One packed megabyte that every entry of the directory claims as its own (D. Fifield, "A better zip bomb")."""
    whole = docx("")
    start = whole.index(b"PK\x01\x02")
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(bytes(2**20)) + packed.flush()
    sums = struct.pack("<LLL", zlib.crc32(bytes(2**20)), len(body), 2**20)
    name = b"word/kernel00.xml"
    local = b"PK\x03\x04" + struct.pack("<5H", 20, 0, 8, 0, 33) + sums + struct.pack("<HH", len(name), 0) + name + body
    directory = bytearray(whole[start : whole.rindex(b"PK\x05\x06")])
    for number in range(copies):
        entry = f"word/kernel{number:02}.xml".encode()
        directory += b"PK\x01\x02" + struct.pack("<6H", 20, 20, 0, 8, 0, 33) + sums
        directory += struct.pack("<5HLL", len(entry), 0, 0, 0, 0, 0, start) + entry
    count = 3 + copies
    end = b"PK\x05\x06" + struct.pack("<4HLLH", 0, 0, count, count, len(directory), start + len(local), 0)
    return whole[:start] + local + bytes(directory) + end


def test_entries_that_overlap_are_refused_and_lone_ones_are_not() -> None:
    assert type(refusal(overlapping(50))) is archive.Tampered
    assert type(refusal(overlapping(2))) is archive.Tampered
    # The same archive with a single claim is well built; only its zeros are no XML, and nobody reads that part.
    assert open_word(overlapping(1)).document is not None


def test_an_encrypted_entry_and_an_exotic_packing_are_broken() -> None:
    assert type(refusal(zipped(parts_of(""), method=zipfile.ZIP_LZMA))) is archive.Broken
    data = bytearray(docx(""))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert type(refusal(bytes(data))) is archive.Broken


def test_the_name_in_a_refusal_is_fit_to_be_repeated() -> None:
    assert refusal(b"", "C:\\用户\\a\u202eb\n表.docx").facts == {"name": "ab表.docx"}
    assert refusal(b"", "很" * 100 + ".docx").facts == {"name": "很" * 40 + "…" + "很" * 10 + ".docx"}


def test_flipped_bits_and_cuts_never_raise_anything_else() -> None:
    dice, whole = Random(20240227), BLANK.read_bytes()
    packed = zipped(
        {entry.filename: entry_bytes(whole, entry) for entry in zipfile.ZipFile(io.BytesIO(whole)).infolist()}
    )
    outcomes: dict[str, int] = {}
    for data in (whole, packed):
        for _ in range(400):
            spoilt = bytearray(data)
            for _ in range(dice.choice((1, 1, 3, 30))):
                spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
            if dice.random() < 0.2:
                del spoilt[dice.randrange(len(spoilt)) :]
            try:
                open_word(bytes(spoilt))
                outcome = "opened"
            except Refused as refused:
                outcome = type(refused).__name__
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
    assert outcomes.get("Broken", 0) > 50, outcomes


def entry_bytes(data: bytes, entry: zipfile.ZipInfo) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return opened.read(entry)
