"""Comparing two versions word by word."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.recommendations.comparison import Segment, compare

TEXT = st.text(alphabet="ab ä,.\n", max_size=40)


@settings(deadline=None, max_examples=150)
@given(TEXT, TEXT)
def test_both_versions_can_be_put_together_again(before: str, after: str) -> None:
    segments = compare(before, after)
    assert "".join(s.text for s in segments if s.kind != "insert") == before
    assert "".join(s.text for s in segments if s.kind != "delete") == after
    assert all(segment.text for segment in segments)
    assert all(one.kind != two.kind for one, two in itertools.pairwise(segments))


def test_only_the_changed_words_are_marked() -> None:
    assert compare("mindestens zehn Bänke", "mindestens zwölf Bänke") == [
        Segment("equal", "mindestens "),
        Segment("delete", "zehn"),
        Segment("insert", "zwölf"),
        Segment("equal", " Bänke"),
    ]


def test_equal_texts_have_one_segment_and_empty_ones_none() -> None:
    assert compare("gleich", "gleich") == [Segment("equal", "gleich")]
    assert compare("", "") == []


def test_a_phrase_is_marked_as_a_whole() -> None:
    assert compare("viele alte Bäume", "wenige junge Bäume") == [
        Segment("delete", "viele alte"),
        Segment("insert", "wenige junge"),
        Segment("equal", " Bäume"),
    ]
