"""Three-way merge: two people type in one card, no word is lost."""

from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.sessions.merging import Clash, Merged, merge

LEAN = settings(deadline=None, max_examples=60)
TEXT = st.text(alphabet="ab \n.ä1", max_size=30)


def test_changes_in_different_places_are_joined() -> None:
    base = "Mehr Bänke am Markt. Der Brunnen fehlt."
    ours = "Mehr Bänke mit Lehne am Markt. Der Brunnen fehlt."
    theirs = "Mehr Bänke am Markt. Der Brunnen am Rathaus fehlt."
    assert merge(base, ours, theirs) == Merged(
        "Mehr Bänke mit Lehne am Markt. Der Brunnen am Rathaus fehlt."
    )


def test_both_change_the_same_word() -> None:
    result = merge("zehn Bänke", "zwölf Bänke", "acht Bänke")
    assert result == Clash(ours="zwölf Bänke", theirs="acht Bänke", base="zehn Bänke")


def test_the_same_change_twice_counts_once() -> None:
    assert merge("zehn Bänke", "zwölf Bänke", "zwölf Bänke") == Merged("zwölf Bänke")


def test_one_deletes_what_the_other_changes() -> None:
    assert isinstance(merge("alt neu", "alt", "alt ganz anders"), Clash)


@LEAN
@given(TEXT, TEXT)
def test_who_changes_alone_is_followed(base: str, changed: str) -> None:
    assert merge(base, changed, base) == Merged(changed)
    assert merge(base, base, changed) == Merged(changed)
    assert merge(base, changed, changed) == Merged(changed)


@LEAN
@given(TEXT, TEXT, TEXT)
def test_sides_play_no_part_and_a_clash_keeps_both(base: str, ours: str, theirs: str) -> None:
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    if isinstance(one, Merged):
        assert other == one
    else:
        assert one == Clash(ours, theirs, base)
        assert other == Clash(theirs, ours, base)


@LEAN
@given(st.lists(st.sampled_from(["Baum", "Bank", "Brunnen"]), min_size=4, max_size=8))
def test_additions_at_both_ends_survive(words: list[str]) -> None:
    base = " ".join(words)
    assert merge(base, f"Vorn {base}", f"{base} hinten") == Merged(f"Vorn {base} hinten")
