"""How many bytes a film lacks by its own account: headers look whole with 40 % missing, sizes of boxes do not."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

#: Boxes, chunks or objects that are walked at most; a film in fragments of a second has thousands.
_MOST = 100_000
_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_SEGMENT = 0x18538067


def missing(path: Path, container: str) -> int:
    """Bytes that should follow the last one, 0 when none or when this container keeps no account (mpeg, ts, flv)."""
    walk = _WALKS.get(container)
    if walk is None:
        return 0
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        try:
            return max(0, walk(file, size) - size)
        except (struct.error, IndexError):
            return 0  # the beginning itself is broken; opening it will say so


def _boxes(file: BinaryIO, size: int) -> int:
    """ISO 14496-12, 4.2: where the last top-level box ends."""
    at = 0
    for _ in range(_MOST):
        if at + 8 > size:
            break
        file.seek(at)
        length, _kind, large = struct.unpack(">I4sQ", file.read(16).ljust(16, b"\0"))
        length = large if length == 1 else length
        if length == 0:  # up to the end of the file
            return size
        if length < 8:
            break
        at += length
    return at


def _riff(file: BinaryIO, size: int) -> int:
    """RIFF chunks one after another: OpenDML puts a new one every gigabyte."""
    at = 0
    for _ in range(_MOST):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8 or head[:4] != b"RIFF":
            break
        length = struct.unpack("<I", head[4:])[0]
        if length == 0 or length == 0xFFFFFFFF:  # a recorder that never came back to write it
            return size
        at += 8 + length + length % 2
    return at - 1 if at == size + 1 else at  # the byte that fills up to an even length is often left out


def _segment(file: BinaryIO, size: int) -> int:
    """Matroska (RFC 9559): the EBML header, then the segment with its size; all ones: unknown, as in a live stream."""
    at = 0
    for _ in range(8):
        file.seek(at)
        head = file.read(16)
        identity, wide = _number(head, keep=True)
        length, more = _number(head[wide:], keep=False)
        if length == (1 << 7 * more) - 1:
            return size
        at += wide + more + length
        if identity == _SEGMENT:
            return at
    return size


def _number(data: bytes, *, keep: bool) -> tuple[int, int]:
    """An EBML number and its width in bytes; `keep` leaves the marker bit in, as in ids. Raises `IndexError`."""
    width = 9 - data[0].bit_length()
    if width > 8 or len(data) < width:
        raise IndexError("expected an EBML number of at most 8 bytes")
    value = int.from_bytes(data[:width])
    return (value if keep else value & ((1 << 7 * width) - 1)), width


def _objects(file: BinaryIO, size: int) -> int:
    """ASF: the size that the file properties object gives for the file, 0 in a live recording."""
    head = file.read(1 << 16)
    at = head.find(_ASF_FILE)
    if not head.startswith(_ASF_HEADER) or at < 0:
        return size
    told = int(struct.unpack_from("<Q", head, at + 40)[0])
    broadcast = struct.unpack_from("<I", head, at + 88)[0] & 1
    return size if broadcast else told


_WALKS = {"mp4": _boxes, "mov": _boxes, "3gp": _boxes, "avi": _riff, "mkv": _segment, "webm": _segment, "wmv": _objects}
