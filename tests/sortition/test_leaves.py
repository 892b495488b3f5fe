"""The compact sets say what the simple definitions say."""

import hashlib
import random
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.sortition.leaves import Digests, LeafSet, root_from_path
from buergerrat.sortition.tickets import Entry, draw_invitations, ticket

modest = settings(deadline=None, max_examples=60)
# Few different starts, so that digests fall into the same slots and differ only at the end.
digests = st.builds(
    lambda start, end: start + b"\0" * 27 + end,
    st.sampled_from([b"\0\0\0\0", b"\0\0\0\1", b"\xff\0\0\0"]),
    st.binary(min_size=1, max_size=1),
)


def simple_root(leaves: set[bytes]) -> str:
    """The tree as docs/losprotokoll.md, section 2.1, describes it."""
    level = [hashlib.sha256(b"\0" + leaf).digest() for leaf in sorted(leaves)]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs]
        level = above + level[len(above) * 2 :]
    return (level[0] if level else hashlib.sha256(b"").digest()).hex()


@modest
@given(st.lists(digests, max_size=70))
def test_the_compact_set_is_the_simple_one(given_leaves: list[bytes]) -> None:
    tree, simple, order = LeafSet(), set[bytes](), list[bytes]()
    for leaf in given_leaves:
        assert tree.add(leaf) is (leaf not in simple)
        order += [] if leaf in simple else [leaf]
        simple.add(leaf)
    assert len(tree) == len(simple)
    root, paths = tree.proofs(leaf.hex() for leaf in order)
    assert root == tree.root() == simple_root(simple)
    assert all(root_from_path(leaf.hex(), paths[leaf.hex()]) == root for leaf in order)
    assert [tree.number(leaf.hex()) for leaf in order] == list(range(len(order)))


def test_a_root_that_was_asked_for_does_not_freeze_the_set() -> None:
    rnd = random.Random(5)
    tree, simple = LeafSet(), set[bytes]()
    for _round in range(6):
        for _one in range(700):  # the table is widened several times, the tree has several blocks
            leaf = rnd.randbytes(32)
            simple.add(leaf)
            tree.add(leaf)
        assert tree.root() == simple_root(simple)


def test_who_is_not_in_the_set_has_no_proof() -> None:
    tree = LeafSet()
    tree.add(b"a" * 32)
    stranger = (b"b" * 32).hex()
    with pytest.raises(KeyError, match=stranger):
        tree.path(stranger)
    with pytest.raises(KeyError, match=stranger):
        tree.number(stranger)


def test_a_digest_takes_little_more_than_its_own_bytes() -> None:
    rnd = random.Random(7)
    tracemalloc.start()
    known = Digests(16)
    for _one in range(50_000):
        known.add(rnd.randbytes(16))
    kept, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 50_000 * 32


@modest
@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 8)), max_size=40),
    st.dictionaries(st.sampled_from("AB"), st.integers(0, 6)),
    st.sets(st.integers(0, 40), max_size=8),
)
def test_the_draw_is_the_one_in_words(
    rows: list[tuple[str, int]], letters: dict[str, int], invited: set[int]
) -> None:
    """Of each household the smallest ticket over all strata; then the smallest of each stratum."""
    entries = [
        Entry(stratum, hashlib.sha256(b"%d" % place).hexdigest(), f"h{home}" if home else None)
        for place, (stratum, home) in enumerate(rows)
    ]
    skip = {entry.row_id for place, entry in enumerate(entries) if place in invited}
    by_ticket = sorted(entries, key=lambda entry: ticket(b"seed", "d", entry.row_id))
    homes: set[str] = set()
    counting = []
    for entry in by_ticket:
        if entry.household is None or entry.household not in homes:
            counting.append(entry)
            homes.add(entry.household or "")
    expected = {
        stratum: tuple(
            entry.row_id
            for entry in counting
            if entry.stratum == stratum and entry.row_id not in skip
        )[:count]
        for stratum, count in letters.items()
    }
    assert draw_invitations(entries, letters, b"seed", "d", skip) == expected
