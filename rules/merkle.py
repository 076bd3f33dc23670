"""Proof that an envelope is among those counted, without showing any: a Merkle tree over sorted leaves (RFC 6962)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

#: Leaves and inner nodes are hashed under different first bytes, so that neither can be passed off as the other.
_LEAF, _NODE = b"\x00", b"\x01"


def leaf(round_key: str, ciphertext: bytes) -> bytes:
    """The leaf of one envelope: SHA-256(0x00 ‖ round ‖ ciphertext)."""
    return hashlib.sha256(_LEAF + round_key.encode() + ciphertext).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaves in the given order (published ones are sorted); SHA-256 of nothing for none."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = _split(len(leaves))
    return _node(root(leaves[:half]), root(leaves[half:]))


def proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The siblings on the way from a leaf to the root, nearest first."""
    if len(leaves) == 1:
        return ()
    half = _split(len(leaves))
    if index < half:
        return (*proof(leaves[:half], index), root(leaves[half:]))
    return (*proof(leaves[half:], index - half), root(leaves[:half]))


def included(found: bytes, index: int, count: int, siblings: Sequence[bytes], top: bytes) -> bool:
    """Whether a leaf at a place among `count` leads by these siblings to the root."""
    if not 0 <= index < count:
        return False
    turns: list[bool] = []  # from the root down: whether the leaf lies in the left half
    at, left = index, count
    while left > 1:
        half = _split(left)
        turns.append(at < half)
        at, left = (at, half) if at < half else (at - half, left - half)
    if len(turns) != len(siblings):
        return False
    for is_left, sibling in zip(reversed(turns), siblings, strict=True):
        found = _node(found, sibling) if is_left else _node(sibling, found)
    return found == top


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()
