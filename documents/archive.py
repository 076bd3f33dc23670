"""Unpacks a zip archive that somebody sent, believing nothing it says about itself.

Sizes are taken as declared first and counted again while unpacking in pieces; nothing is written to disk; an archive
inside the archive is never opened. Memory and time are bounded by the constants below, whatever comes in.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from documents.kinds import Refused, inside_zip

#: Everything unpacked, and one XML part unpacked, bytes. An annex of 2000 字 has a document.xml of 20 to 300 KB.
MAX_UNPACKED, MAX_XML = 100 * 2**20, 8 * 2**20
#: Unpacked to packed, judged only from 1 MiB on: small XML of empty cells packs 1:60 quite honestly.
MAX_RATIO, RATIO_FROM = 150, 2**20
#: Entries of the archive, and folders above one of them.
MAX_ENTRIES, MAX_DEPTH = 2000, 8

#: OPC allows no other methods (ISO/IEC 29500-2, annex B), and LZMA could be made to claim gigabytes.
_METHODS = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
_FAILURES = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    RuntimeError,
    NotImplementedError,
    ValueError,
    OSError,
)


class Exploding(Refused):
    """The archive unpacks to far more than an annex can need. Facts: limit (whole MB unpacked)."""

    key = "document.exploding"


class Tampered(Refused):
    """The archive is built as no office program builds one: overlapping, repeated or escaping entries."""

    key = "document.tampered"


class Broken(Refused):
    """A .docx that is damaged: cut off, checksums wrong, parts missing, XML that cannot be read."""

    key = "document.broken"


def unpack(data: bytes, name: str) -> dict[str, bytes]:
    """Part name -> content of the XML parts of an Office archive, b"" for its other parts.

    Every entry is unpacked, to check sizes and checksums, but only XML is kept. `name` is the file's.
    Raises `Exploding`, `Tampered`, `Broken`, or an `OtherFile` when the archive is no Word document's.
    """
    # zipfile makes an object of each entry before one can ask how many there are, so they are counted beforehand.
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:
        raise Exploding(name, limit=MAX_UNPACKED // 2**20)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive, data, name)
            if other := inside_zip(archive.namelist(), _peek(archive, "mimetype")):
                raise other(name)
            return _unpack(archive, name)
    except _FAILURES as failure:
        raise Broken(name) from failure


def _check_entries(archive: zipfile.ZipFile, data: bytes, name: str) -> None:
    """The archive's own list, before anything is unpacked: sizes as declared, names, and places in the file."""
    entries = archive.infolist()
    names = [entry.filename.casefold() for entry in entries]
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Exploding(name, limit=MAX_UNPACKED // 2**20)
    if len(set(names)) != len(names) or any(_escapes(entry) for entry in names):
        raise Tampered(name)
    if any(entry.flag_bits & 0x1 or entry.compress_type not in _METHODS for entry in entries):
        raise Broken(name)
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Tampered(name)
        lengths = struct.unpack_from("<HH", data, entry.header_offset + 26)
        end = entry.header_offset + 30 + sum(lengths) + entry.compress_size
    if end > archive.start_dir:
        raise Tampered(name)


def _escapes(entry: str) -> bool:
    steps = entry.replace("\\", "/").split("/")
    return entry.startswith(("/", "\\")) or ".." in steps or ":" in steps[0] or "\0" in entry or len(steps) > MAX_DEPTH


def _peek(archive: zipfile.ZipFile, entry: str) -> bytes:
    if entry not in archive.namelist():
        return b""
    with archive.open(entry) as stream:
        return stream.read(100)


def _unpack(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    kept: dict[str, bytes] = {}
    total = 0
    for entry in archive.infolist():
        is_xml = entry.filename.casefold().endswith((".xml", ".rels"))
        pieces: list[bytes] = []
        size = 0
        with archive.open(entry) as stream:
            while piece := stream.read(2**16):
                size += len(piece)
                total += len(piece)
                if total > MAX_UNPACKED or (is_xml and size > MAX_XML) or _bursts(size, entry.compress_size):
                    raise Exploding(name, limit=MAX_UNPACKED // 2**20)
                if is_xml:
                    pieces.append(piece)
        kept[entry.filename] = b"".join(pieces)
    return kept


def _bursts(size: int, packed: int) -> bool:
    return size > RATIO_FROM and size > MAX_RATIO * max(packed, 1)
