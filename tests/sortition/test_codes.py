import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.sortition.codes import (
    ALPHABET,
    LENGTH,
    code_digest,
    new_code,
    new_codes,
    normalise,
    show,
)

CODES = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


@given(CODES)
@settings(deadline=None)
def test_a_code_survives_every_way_of_typing_it(code: str) -> None:
    for typed in (code, code.lower(), show(code), f"  {show(code).lower()} ", " ".join(code)):
        assert normalise(typed) == code


@given(CODES, st.sampled_from(["0Q", "OQ", "DQ", "6G", "CG", "UV"]), st.integers(0, LENGTH - 1))
@settings(deadline=None)
def test_a_lookalike_is_read_as_the_one_that_exists(code: str, pair: str, place: int) -> None:
    typed, meant = pair
    assert normalise(code[:place] + typed + code[place + 1 :]) == (
        code[:place] + meant + code[place + 1 :]
    )


@pytest.mark.parametrize("typed", ["", "FGHJK", "FGHJK-MNPQRT", "FGHJK-MNPQ!", "x" * 5000, "ÄÖÜ"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert normalise(typed) is None


def test_the_alphabet_has_no_two_that_look_alike() -> None:
    for group in ("0OQD", "1IL", "2Z", "5S", "8B", "6GC", "UV"):
        assert sum(letter in ALPHABET for letter in group) <= 1
    assert not set("AEIOU") & set(ALPHABET)


def test_every_character_is_equally_likely() -> None:
    """Of all byte values that are used, each character gets the same number."""
    used = [
        new_code(bytes([value]) + bytes(31))[0]
        for value in range(256)
        if value < 13 * len(ALPHABET)
    ]
    assert {used.count(letter) for letter in ALPHABET} == {13}
    assert new_code(bytes([255]) + bytes([1]) * 31) == new_code(bytes([1]) * 32)


def test_too_few_or_unusable_bytes_are_refused() -> None:
    with pytest.raises(ValueError):
        new_code(bytes(31))
    with pytest.raises(ValueError):
        new_code(b"\xff" * 32)


def test_new_codes_are_distinct_even_if_the_source_repeats() -> None:
    source = random.Random(4)
    seen: list[bytes] = []

    def stutter(size: int) -> bytes:
        if not seen or source.random() < 0.5:
            seen.append(source.randbytes(size))
        return seen[-1]

    codes = new_codes(200, stutter)
    assert len(set(codes)) == 200


@given(CODES, CODES)
@settings(deadline=None)
def test_digests_tell_codes_and_keys_apart(one: str, other: str) -> None:
    assert (code_digest(one, b"k" * 32) == code_digest(other, b"k" * 32)) == (one == other)
    assert code_digest(one, b"k" * 32) != code_digest(one, b"l" * 32)
    assert len(code_digest(one, b"k")) == 64
