"""The same person is found again however an office spells them; nobody else is."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.sortition.objection import digests

KEY = b"k" * 32
names = st.text("abcdefghijklmnopqrstuvwxyzäöüß", min_size=1, max_size=12)


def test_spelling_case_and_split_of_the_address_do_not_matter() -> None:
    first = digests(KEY, "Jörg", "Müller-Groß", "Hauptstraße", "12 a", "01234")
    assert first == digests(KEY, "JOERG Karl", "MUELLER GROSS", "Hauptstr. 12A", "", "01234")
    assert [len(one) for one in first] == [64]


def test_the_date_of_birth_finds_somebody_who_has_moved() -> None:
    before = digests(KEY, "Ada", "Beispiel", "Weg", "1", "01234", "1980-02-03")
    after = digests(KEY, "Ada", "Beispiel", "Gasse", "9", "99999", "1980-02-03")
    assert before[1:] == after[1:]
    assert before[0] != after[0]


@settings(deadline=None, max_examples=50)
@given(names, names, names, names)
def test_different_surnames_towns_and_keys_differ(
    first: str, last: str, street: str, other: str
) -> None:
    mine = digests(KEY, first, last, street, "1", "01234", "1980-02-03")
    assert len(set(mine)) == 2
    elsewhere = digests(KEY, first, last, street, "1", "99999", "1981-01-01")
    relative = digests(KEY, first, f"{last}x{other}", street, "1", "01234", "1980-02-03")
    town = digests(b"t" * 32, first, last, street, "1", "01234", "1980-02-03")
    for different in (elsewhere, relative, town):
        assert not set(mine) & set(different)


def test_without_a_name_there_is_nothing_to_recognise() -> None:
    assert digests(KEY, "", "", "Weg", "1", "01234") == ()
