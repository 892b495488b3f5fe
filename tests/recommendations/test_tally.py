"""Counting ballots, and the sentence that explains the outcome."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.recommendations.tally import (
    SIMPLE_MAJORITY,
    THREE_QUARTERS,
    TWO_THIRDS,
    Base,
    Threshold,
    Votes,
    outcome,
    percent,
    threshold,
)

LEAN = settings(deadline=None, max_examples=200)
NBSP = "\u00a0"


@st.composite
def ballots(draw: st.DrawFn) -> Votes:
    yes, no, abstain = (draw(st.integers(0, 60)) for _ in range(3))
    present = yes + no + abstain + draw(st.integers(0, 20))
    return Votes(yes, no, abstain, present, present + draw(st.integers(0, 20)))


thresholds = st.one_of(
    st.sampled_from([SIMPLE_MAJORITY, TWO_THIRDS, THREE_QUARTERS]),
    st.integers(1, 100).map(percent),
)


@LEAN
@given(ballots(), st.sampled_from(Base), thresholds)
def test_adopted_is_exactly_what_the_rule_says(votes: Votes, base: Base, rule: Threshold) -> None:
    result = outcome(votes, base, rule)
    count = {
        Base.CAST: votes.yes + votes.no + votes.abstain,
        Base.VALID: votes.yes + votes.no,
        Base.PRESENT: votes.present,
        Base.ENTITLED: votes.entitled,
    }[base]
    reached = votes.yes > rule.share * count if rule.more_than else votes.yes >= rule.share * count
    assert result.adopted == (votes.yes > 0 and reached)
    assert result.share == (Fraction(votes.yes, count) if count else None)


@LEAN
@given(ballots(), st.sampled_from(Base), thresholds)
def test_one_vote_less_than_needed_is_never_enough(
    votes: Votes, base: Base, rule: Threshold
) -> None:
    needed = rule.needed(votes.of(base))
    share = rule.share * votes.of(base)
    assert needed > share if rule.more_than else needed >= share
    assert needed == 1 or (needed - 1 <= share if rule.more_than else needed - 1 < share)


@LEAN
@given(ballots(), st.sampled_from(Base), thresholds)
def test_a_no_that_turns_into_a_yes_never_hurts(votes: Votes, base: Base, rule: Threshold) -> None:
    if votes.no and outcome(votes, base, rule).adopted:
        better = Votes(votes.yes + 1, votes.no - 1, votes.abstain, votes.present, votes.entitled)
        assert outcome(better, base, rule).adopted


@LEAN
@given(ballots(), st.sampled_from(Base), thresholds)
def test_the_sentence_says_what_happened(votes: Votes, base: Base, rule: Threshold) -> None:
    result = outcome(votes, base, rule)
    sentence = result.sentence.lower()
    assert ("nicht angenommen" in sentence) != result.adopted
    if result.base_count:
        assert f"also {result.needed}." in sentence
        assert f"mit {votes.yes} von {result.base_count} " in sentence


def test_the_sentence_of_the_example() -> None:
    assert outcome(Votes(12, 3, 0, 15, 24)).sentence == (
        f"Mit 12 von 15 gültigen Stimmen angenommen (80,0{NBSP}%). "
        "Nötig waren mehr als die Hälfte, also 8."
    )


def test_half_is_not_more_than_half() -> None:
    assert not outcome(Votes(10, 10, 0, 20, 20)).adopted
    assert outcome(Votes(11, 10, 0, 21, 21)).adopted


def test_exactly_two_thirds_is_enough_without_rounding() -> None:
    assert outcome(Votes(10, 5, 0, 15, 15), threshold=TWO_THIRDS).adopted
    assert not outcome(Votes(9, 5, 0, 14, 14), threshold=TWO_THIRDS).adopted


def test_abstentions_weigh_only_where_the_base_counts_them() -> None:
    votes = Votes(8, 7, 5, 20, 24)
    assert outcome(votes, Base.VALID).adopted
    assert not outcome(votes, Base.CAST).adopted


def test_nobody_voted() -> None:
    result = outcome(Votes(0, 0, 5, 5, 5))
    assert not result.adopted
    assert result.sentence == "Nicht angenommen: Niemand hat mit Ja oder Nein gestimmt."


def test_without_quorum_nothing_is_adopted() -> None:
    result = outcome(Votes(9, 0, 0, 9, 24), quorum=Fraction(1, 2))
    assert not result.quorate
    assert not result.adopted
    assert result.sentence == (
        "Nicht beschlussfähig: 9 von 24 Mitgliedern waren da, nötig waren 12."
    )
    assert outcome(Votes(12, 0, 0, 12, 24), quorum=Fraction(1, 2)).adopted


@pytest.mark.parametrize(
    "numbers", [(5, 5, 1, 10, 20), (1, 0, 0, 30, 20), (-1, 0, 0, 5, 5), (0, 0, 0, 0, -1)]
)
def test_numbers_that_cannot_be_true_are_refused(numbers: tuple[int, int, int, int, int]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        Votes(*numbers)


def test_thresholds_are_read_exactly() -> None:
    assert percent("66,5").share == Fraction(133, 200)
    assert percent("80 %") == percent(80) == Threshold(Fraction(4, 5))
    assert threshold("simple") == SIMPLE_MAJORITY
    assert threshold("two_thirds") == TWO_THIRDS
    assert threshold("percent:66.5") == percent("66,5")


@pytest.mark.parametrize("value", ["", "viel", "0", "101", "NaN", "-5"])
def test_nonsense_thresholds_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        percent(value)


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="keine bekannte"):
        threshold("meistens")
