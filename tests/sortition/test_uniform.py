"""The lottery is uniform: over many fixed seeds nobody is preferred to somebody who is alike.

Chi-square against limits that chance exceeds once in 100,000 times; the seeds are fixed, so the
answer is the same on every run.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence

import pytest

from buergerrat.sortition.commitment import SeedKind, normalise, pick_number
from buergerrat.sortition.panels import build
from buergerrat.sortition.pool import Person, Quota

LIMITS = {1: 19.51, 2: 23.03, 4: 28.47, 19: 57.9}  # degrees of freedom -> 1 in 100,000
SEEDS, LISTS, SEATS = 40, 40, 4
MARKS = hashlib.sha256(b"marks").hexdigest()
PEOPLE = [
    *(Person(f"0{n}", {"Alter": "jung", "Ort": "Kernstadt"}) for n in range(1, 6)),
    *(Person(f"0{n}", {"Alter": "alt", "Ort": "Kernstadt"}) for n in range(6, 9)),
    *(Person(one, {"Alter": "jung", "Ort": "Weinberg"}, "heim") for one in ("10", "11")),
    Person("12", {"Alter": "alt", "Ort": "Weinberg"}),
]
ALIKE = (("01", "02", "03", "04", "05"), ("06", "07", "08"), ("10", "11"))
QUOTAS = [
    Quota("Alter", "jung", 2, 3),
    Quota("Alter", "alt", 1, 2),
    Quota("Ort", "Kernstadt", 2, 3),
    Quota("Ort", "Weinberg", 1, 2),
]


def statistic(ids: Sequence[str], panels: Sequence[Sequence[str]]) -> float:
    """Chi-square, len(ids) - 1 degrees of freedom, of who of `ids` is on the panels.

    Where s of m equal people are on a panel, each is with chance s/m, and the counts of the m
    hang together because s of them are.
    """
    held = Counter(one for panel in panels for one in panel if one in ids)
    shares = [len(set(panel) & set(ids)) / len(ids) for panel in panels]
    squares = sum((held[one] - sum(shares)) ** 2 for one in ids)
    variance = sum(share * (1 - share) for share in shares)
    return squares * (len(ids) - 1) / (len(ids) * variance)


@pytest.fixture(scope="module")
def lotteries() -> list[tuple[tuple[str, ...], ...]]:
    """The lists of many draws that differ in nothing but the seed."""
    seeds = [hashlib.sha256(f"gleichmäßig {number}".encode()).digest() for number in range(SEEDS)]
    return [build(PEOPLE, QUOTAS, SEATS, seed, panels=LISTS).panels for seed in seeds]


@pytest.mark.parametrize("ids", ALIKE)
@pytest.mark.parametrize("place", [0, 17, LISTS - 1])
def test_people_who_are_alike_hold_a_list_equally_often(
    lotteries: list[tuple[tuple[str, ...], ...]], ids: tuple[str, ...], place: int
) -> None:
    panels = [lists[place] for lists in lotteries]
    assert any(set(panel) & set(ids) for panel in panels)
    assert statistic(ids, panels) < LIMITS[len(ids) - 1]


@pytest.mark.parametrize("ids", ALIKE)
def test_the_measure_notices_when_the_first_ids_are_preferred(
    lotteries: list[tuple[tuple[str, ...], ...]], ids: tuple[str, ...]
) -> None:
    bent = [sorted(ids)[: len(set(lists[0]) & set(ids))] for lists in lotteries]
    assert statistic(ids, bent) > LIMITS[len(ids) - 1]


def test_a_seat_of_the_first_list_says_nothing_about_the_order_of_the_lists(
    lotteries: list[tuple[tuple[str, ...], ...]],
) -> None:
    """A person who is alone of their kind is on early lists as often as on late ones."""
    places = Counter(
        place * 20 // LISTS
        for lists in lotteries
        for place, panel in enumerate(lists)
        if "12" in panel
    )
    expected = sum(places.values()) / 20
    assert sum((places[cell] - expected) ** 2 for cell in range(20)) / expected < LIMITS[19]


def picks(panels: int, number: int) -> list[int]:
    seed = hashlib.sha256(b"zweiter Startwert").digest()
    return [
        pick_number(seed, MARKS, SeedKind.DICE, f"{throw:020}", panels) for throw in range(number)
    ]


def test_a_public_source_names_every_list_equally_often() -> None:
    cells = Counter(pick // 50 for pick in picks(1000, 4000))
    assert set(cells) == set(range(20))
    assert sum((count - 200) ** 2 for count in cells.values()) / 200 < LIMITS[19]


def test_no_remainder_favours_a_list() -> None:
    """Of 3·2^254 lists a plain remainder would name the first third half of the time."""
    thirds = Counter(pick // 2**254 for pick in picks(3 * 2**254, 3000))
    assert sum((thirds[third] - 1000) ** 2 for third in range(3)) / 1000 < LIMITS[2]


@pytest.mark.parametrize("panels", [100, 1000, 10_000, 2**255 + 1])
def test_numbers_above_the_last_multiple_are_thrown_away(panels: int) -> None:
    """By the words of the format; of 2^255 + 1 lists every second number is too large."""
    seed = hashlib.sha256(b"zweiter Startwert").digest()
    again = 0
    for throw in range(50):
        lines = ["buergerrat/liste/1", seed.hex(), MARKS, "dice"]
        lines.append(normalise(SeedKind.DICE, f"{throw:020}"))
        attempt = 0
        while True:
            text = "\n".join([*lines, str(attempt)]).encode()
            number = int.from_bytes(hashlib.sha256(text).digest(), "big")
            if number < 2**256 // panels * panels:
                break
            attempt += 1
        again += attempt
        found = pick_number(seed, MARKS, SeedKind.DICE, f"{throw:020}", panels)
        assert found == number % panels
    assert (again > 10) == (panels > 2**255)
