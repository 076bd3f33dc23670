"""A receipt proves that an envelope is in: signed by this server, for this round, and nothing else is."""

from __future__ import annotations

from rules.merkle import leaf
from sealing.receipts import Notary, genuine, shown

LEAF = leaf("r1", b"envelope")


def test_only_the_servers_signature_under_this_leaf_and_round_is_genuine() -> None:
    notary, other = Notary(b"k" * 32), Notary(b"o" * 32)
    signature = notary.sign("r1", LEAF)
    assert genuine("r1", LEAF, signature, notary.verify_key)
    assert Notary(b"k" * 32).verify_key == notary.verify_key
    for round_key, found, signed, key in [
        ("r2", LEAF, signature, notary.verify_key), ("r1", leaf("r1", b"x"), signature, notary.verify_key),
        ("r1", LEAF, other.sign("r1", LEAF), notary.verify_key), ("r1", LEAF, signature, other.verify_key),
        ("r1", LEAF, b"", notary.verify_key), ("r1", LEAF, signature, "zz"),
    ]:  # fmt: skip
        assert not genuine(round_key, found, signed, key)


def test_people_read_it_in_four_groups_of_four() -> None:
    assert shown(bytes(32)) == "0000-0000-0000-0000"
    assert len({shown(leaf("r1", bytes([n]))) for n in range(200)}) == 200
