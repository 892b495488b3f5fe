import hashlib
from dataclasses import replace

import pytest
from lottery_cases import draw_record, invitation_draw

from buergerrat.sortition.commitment import (
    Commitment,
    PanelCommitment,
    SeedError,
    SeedKind,
    StratumPlan,
    canonical_json,
    derive_seed,
    normalise,
)

DICE = "31415 92653 58979 32384"


def test_the_commitment_survives_its_own_text() -> None:
    commitment = invitation_draw().commitment
    assert Commitment.from_json(commitment.to_json()) == commitment
    assert commitment.checksum == hashlib.sha256(commitment.to_json()).hexdigest()
    assert (commitment.eligible, commitment.letters) == (60, 8)


def test_the_panel_commitment_survives_its_own_text() -> None:
    panel = draw_record().panel
    assert panel is not None
    assert PanelCommitment.from_json(panel.commitment.to_json()) == panel.commitment


@pytest.mark.parametrize(
    "change",
    [
        {"merkle_root": "0" * 64},
        {"strata": (StratumPlan("A", 30, 6), StratumPlan("B", 30, 3))},
        {"rules": ("ab 14 Jahren",)},
        {"draw_id": "elbtal-2"},
        {"refused": ()},
    ],
)
def test_whatever_is_edited_the_checksum_changes(change: dict[str, object]) -> None:
    commitment = invitation_draw().commitment
    edited = replace(commitment, **change)  # type: ignore[arg-type]
    assert edited.checksum != commitment.checksum
    seeds = {derive_seed(item.checksum, "dice", DICE, False) for item in (commitment, edited)}
    assert len(seeds) == 2


def test_canonical_json_sorts_normalises_and_refuses_floats() -> None:
    assert canonical_json({"b": 1, "a": "u\u0308"}) == '{"a":"ü","b":1}'.encode()
    with pytest.raises(TypeError):
        canonical_json({"chance": 0.5})


@pytest.mark.parametrize(
    ("kind", "typed", "form"),
    [
        ("dice", " 0123 4567-8901,2345 6789 ", "01234567890123456789"),
        ("lotto", "49, 3, 11, 23, 34, 40 Superzahl 7", "03-11-23-34-40-49/7"),
        ("drand", " 0042 " + "AB" * 32, "42:" + "ab" * 32),
        ("invitation", "AB" * 32, "ab" * 32),
    ],
)
def test_what_people_type_has_one_form(kind: str, typed: str, form: str) -> None:
    assert normalise(kind, typed) == form
    assert normalise(kind, form) == form


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("dice", ""), ("dice", "123"), ("dice", "1234567890123456789x"),
        ("lotto", "1 2 3 4 5 6"), ("lotto", "1 2 3 4 5 50 / 1"), ("lotto", "1 1 2 3 4 5 / 1"),
        ("lotto", "1 2 3 4 5 6 / 10"), ("drand", "42"), ("drand", "42 abc"), ("local", "kurz"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_answered_with_a_sentence(kind: str, typed: str) -> None:
    with pytest.raises(SeedError, match=r"^[A-ZÄÖÜ].{20,}\.$"):
        normalise(kind, typed)


def test_the_seed_is_what_the_document_says() -> None:
    text = "buergerrat/startwert/1\nff\ndice\necht\n31415926535897932384"
    assert derive_seed("ff", "dice", DICE, False) == hashlib.sha256(text.encode()).digest()


def test_a_rehearsal_never_gives_the_real_seed() -> None:
    assert derive_seed("ff", "dice", DICE, True) != derive_seed("ff", "dice", DICE, False)


def test_a_local_value_is_for_rehearsals_only() -> None:
    with pytest.raises(SeedError, match="Probe"):
        derive_seed("ff", SeedKind.LOCAL, "ab" * 32, False)
    assert len(derive_seed("ff", SeedKind.LOCAL, "ab" * 32, True)) == 32


def test_an_old_public_value_gives_a_new_seed_under_a_new_commitment() -> None:
    assert derive_seed("aa", "dice", DICE, False) != derive_seed("bb", "dice", DICE, False)
