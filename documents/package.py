"""A Word file as a set of parts, and the quickest way to write it again when only a few parts changed.

The package (ISO/IEC 29500-2) is a zip of parts tied together by relationships. What never changes between two fillings
of the same blank is compressed once; each new file is that stock, the few new parts, and a directory.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lxml import etree

from documents.ooxml import Element

RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: The most that the parts of a blank may unpack to, in bytes; annexes are a few tens of kilobytes.
LARGEST = 64 * 1024 * 1024
#: Level 1: a quarter of the time of level 6 for a tenth more bytes.
_LEVEL = 1
_PLAIN = (".png", ".jpg", ".jpeg", ".gif")


class NotWord(ValueError):
    """The file is no Word document that can be filled: no zip, damaged, too large, or without a document part."""


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship of a part: its id, its type (last word of the address) and the part it leads to."""

    id: str
    kind: str
    target: str


def parse(data: bytes) -> Element:
    """The root of an XML part; entities and the network stay untouched. Raises `NotWord`."""
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise NotWord(f"Word 文件里的 XML 有损坏：{error}。请用 Word 或 WPS 打开后另存为 .docx。") from error


def write(root: Element) -> bytes:
    """An XML part as bytes, with the declaration that Word writes."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def unpack(data: bytes) -> dict[str, bytes]:
    """The parts of a package by name, in their order. Raises `NotWord`."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST:
                raise NotWord(f"Word 文件解开后超过 {LARGEST // 1024 // 1024} MB，不像是一张申报表。")
            return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise NotWord(f"这不是 .docx 文件，或文件已损坏（{error}）。请用 Word 或 WPS 另存为 .docx 再用。") from error


def relations_name(part: str) -> str:
    """The name of the part that lists another part's relationships; of the package itself for ""."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relations(parts: Mapping[str, bytes], part: str) -> tuple[Relation, ...]:
    """The internal relationships of a part (of the package itself for ""), targets as part names."""
    data = parts.get(relations_name(part))
    if data is None:
        return ()
    folder = posixpath.dirname(part)
    return tuple(
        Relation(
            id=item.get("Id", ""),
            kind=item.get("Type", "").rpartition("/")[2],
            target=posixpath.normpath(posixpath.join("/", folder, item.get("Target", ""))).lstrip("/"),
        )
        for item in parse(data).iterchildren(f"{{{RELATIONS}}}Relationship")
        if item.get("TargetMode") != "External"
    )


def main_part(parts: Mapping[str, bytes]) -> str:
    """The name of the document part. Raises `NotWord` if the package has none."""
    for relation in relations(parts, ""):
        if relation.kind == "officeDocument" and relation.target in parts:
            return relation.target
    raise NotWord("文件里没有 Word 正文，可能是 Excel、WPS 或别的格式。请用 Word 或 WPS 另存为 .docx 再用。")


class Stock:
    """The parts that stay the same, compressed once; `with_parts` adds the others and gives the file."""

    def __init__(self, parts: Mapping[str, bytes], changing: Collection[str] = ()) -> None:
        """Keeps all parts but those named in `changing`."""
        self._body = bytearray()
        self._directory = bytearray()
        self._count = 0
        for name, data in parts.items():
            if name not in changing:
                self._count += _append(self._body, self._directory, name, data, level=6)

    def with_parts(self, changed: Mapping[str, bytes]) -> bytes:
        """The whole .docx with these parts added; equal parts give equal bytes."""
        body, directory = self._body.copy(), self._directory.copy()
        count = self._count + sum(_append(body, directory, name, data) for name, data in changed.items())
        end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), len(body), 0)
        return b"".join((body, directory, end))


def _append(body: bytearray, directory: bytearray, name: str, data: bytes, *, level: int = _LEVEL) -> int:
    """Adds one member to a zip's body and directory (APPNOTE 4.3.7 and 4.3.12); dated 1980-01-01, names in UTF-8."""
    encoded, offset = name.encode(), len(body)
    method, packed = 0, data
    if not name.endswith(_PLAIN):
        squeeze = zlib.compressobj(level, zlib.DEFLATED, -15)
        method, packed = 8, squeeze.compress(data) + squeeze.flush()
    common = struct.pack(
        "<HHHHHLLLHH", 20, 0x800, method, 0, 0x21, zlib.crc32(data), len(packed), len(data), len(encoded), 0
    )
    body += b"PK\x03\x04" + common + encoded + packed
    directory += b"PK\x01\x02\x14\x03" + common + struct.pack("<HHHLL", 0, 0, 0, 0o644 << 16, offset) + encoded
    return 1
