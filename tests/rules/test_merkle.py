"""A proof leads from a leaf to the root, and nothing else does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rules.merkle import included, leaf, proof, root

LEAVES = [leaf("r", bytes([n])) for n in range(40)]


@given(st.integers(1, 40), st.data())
def test_every_leaf_is_proved_and_a_changed_one_is_not(count: int, data: st.DataObject) -> None:
    leaves = LEAVES[:count]
    index = data.draw(st.integers(0, count - 1))
    siblings, top = proof(leaves, index), root(leaves)
    assert included(leaves[index], index, count, siblings, top)
    assert not included(leaf("r", b"other"), index, count, siblings, top)
    assert not included(leaves[index], index, count, (*siblings, LEAVES[0]), top)
    if count > 1:
        other = data.draw(st.integers(0, count - 1).filter(lambda n: n != index))
        assert not included(leaves[index], other, count, siblings, top)


def test_a_leaf_belongs_to_its_round() -> None:
    assert leaf("a", b"x") != leaf("b", b"x")


def test_the_root_of_none_and_of_one() -> None:
    assert (root(LEAVES[:1]), proof(LEAVES[:1], 0)) == (LEAVES[0], ())
    assert root([]) != LEAVES[0]
    assert not included(LEAVES[0], 0, 0, (), root([]))


def test_every_leaf_and_the_order_matter() -> None:
    assert len({root(LEAVES[:n]) for n in range(40)}) == 40
    assert root(LEAVES[:3]) != root([LEAVES[1], LEAVES[0], LEAVES[2]])
