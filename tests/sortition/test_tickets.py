import hashlib
import random
import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.sortition.tickets import (
    Entry,
    LeafSet,
    canonical_row,
    draw_invitations,
    leaf,
    root_from_path,
    ticket,
)

KEY = b"k" * 32
modest = settings(deadline=None, max_examples=50)


def rows(number: int) -> list[str]:
    return [leaf(KEY, canonical_row([str(place)])).hex() for place in range(number)]


@modest
@given(st.lists(st.text(max_size=6), max_size=4), st.lists(st.text(max_size=6), max_size=4))
def test_different_rows_have_different_bytes(one: list[str], other: list[str]) -> None:
    same = canonical_row(one) == canonical_row(other)

    def form(row: list[str]) -> list[str]:
        return [unicodedata.normalize("NFC", value.strip()) for value in row]

    assert same == (form(one) == form(other))


def test_composed_and_decomposed_letters_are_the_same_row() -> None:
    assert canonical_row(["Mu\u0308ller"]) == canonical_row(["M\u00fcller"])


def test_another_key_gives_another_leaf() -> None:
    assert leaf(b"a" * 32, b"row") != leaf(b"b" * 32, b"row")


@modest
@given(st.integers(1, 40), st.randoms(use_true_random=False))
def test_the_root_ignores_order_and_every_row_has_a_proof(number: int, rnd: random.Random) -> None:
    ids = rows(number)
    straight, mixed = LeafSet(), LeafSet()
    for one in ids:
        straight.add(bytes.fromhex(one))
    rnd.shuffle(ids)
    for one in ids:
        mixed.add(bytes.fromhex(one))
    assert straight.root() == mixed.root()
    assert all(root_from_path(one, mixed.path(one)) == mixed.root() for one in ids)
    stranger = leaf(KEY, b"not in the register").hex()
    assert all(root_from_path(stranger, mixed.path(one)) != mixed.root() for one in ids)


def test_the_root_of_two_rows_is_what_the_document_says() -> None:
    low, high = sorted([b"\x01" * 32, b"\x02" * 32])
    tree = LeafSet()
    tree.add(high)
    tree.add(low)
    nodes = [hashlib.sha256(b"\0" + item).digest() for item in (low, high)]
    assert tree.root() == hashlib.sha256(b"\1" + nodes[0] + nodes[1]).hexdigest()


def test_adding_removing_or_changing_a_row_changes_the_root() -> None:
    def root(ids: list[str]) -> str:
        tree = LeafSet()
        for one in ids:
            tree.add(bytes.fromhex(one))
        return tree.root()

    ids = rows(9)
    assert (
        len({root(ids), root(ids[:-1]), root([*ids, "00" * 32]), root([*ids[:-1], "00" * 32])}) == 4
    )


def test_the_same_row_twice_is_one_row() -> None:
    tree = LeafSet()
    assert tree.add(b"x" * 32)
    assert not tree.add(b"x" * 32)
    assert len(tree) == 1


@modest
@given(st.integers(0, 60), st.integers(0, 12), st.randoms(use_true_random=False))
def test_the_smallest_tickets_are_drawn(number: int, letters: int, rnd: random.Random) -> None:
    entries = [Entry("AB"[place % 2], one) for place, one in enumerate(rows(number))]
    shuffled = rnd.sample(entries, len(entries))
    drawn = draw_invitations(shuffled, {"A": letters, "B": 3}, b"seed", "d1")
    for stratum, count in (("A", letters), ("B", 3)):
        own = [entry.row_id for entry in entries if entry.stratum == stratum]
        expected = sorted(own, key=lambda one: ticket(b"seed", "d1", one))[:count]
        assert list(drawn[stratum]) == expected


def test_the_next_wave_is_the_next_tickets() -> None:
    entries = [Entry("A", one) for one in rows(40)]
    first = draw_invitations(entries, {"A": 10}, b"seed", "d1")["A"]
    second = draw_invitations(entries, {"A": 5}, b"seed", "d1", first)["A"]
    assert first + second == draw_invitations(entries, {"A": 15}, b"seed", "d1")["A"]


def test_a_household_gets_one_letter_in_all_waves_and_strata() -> None:
    entries = [Entry("AB"[p % 2], one, f"h{p // 4}") for p, one in enumerate(rows(80))]
    homes = {entry.row_id: entry.household for entry in entries}
    first = draw_invitations(entries, {"A": 5, "B": 5}, b"seed", "d1")
    drawn = [row for found in first.values() for row in found]
    second = draw_invitations(entries, {"A": 20, "B": 20}, b"seed", "d1", drawn)
    drawn += [row for found in second.values() for row in found]
    assert max(Counter(homes[row] for row in drawn).values()) == 1
    assert len(drawn) == 20


def test_another_seed_or_draw_is_another_draw() -> None:
    entries = [Entry("A", one) for one in rows(50)]
    draws = [
        draw_invitations(entries, {"A": 10}, seed, draw_id)["A"]
        for seed, draw_id in ((b"1", "d1"), (b"2", "d1"), (b"1", "d2"))
    ]
    assert len(set(draws)) == 3


@pytest.mark.parametrize("letters", [1, 5])
def test_everybody_is_drawn_equally_often(letters: int) -> None:
    entries = [Entry("A", one) for one in rows(10)]
    times: Counter[str] = Counter()
    for number in range(2000):
        times.update(draw_invitations(entries, {"A": letters}, b"%d" % number, "d")["A"])
    expected = 2000 * letters / 10
    spread = sum((times[entry.row_id] - expected) ** 2 / expected for entry in entries)
    assert spread < 33.7  # chi-square, 9 degrees of freedom, one in ten thousand
