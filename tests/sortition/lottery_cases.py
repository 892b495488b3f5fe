"""Pools, brute force and a complete draw for the tests of the lottery."""

import itertools
import random
from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from buergerrat.sortition.commitment import (
    Commitment,
    PanelCommitment,
    SeedKind,
    SeedProcedure,
    StratumPlan,
    derive_seed,
)
from buergerrat.sortition.panels import Lottery, build
from buergerrat.sortition.pool import Person, Quota
from buergerrat.sortition.record import (
    DrawRecord,
    InvitationDraw,
    PanelDraw,
    SeedUse,
    Wave,
    entrants,
    marks_csv,
    people_csv,
    quotas_csv,
    sha256,
)
from buergerrat.sortition.replacements import Event, next_replacement, order, replacement_seed
from buergerrat.sortition.solver import Program
from buergerrat.sortition.tickets import Entry, LeafSet, canonical_row, draw_invitations, leaf

KEY = b"k" * 32
SEED = b"s" * 32
TOWN = {
    "Alter": ["16–29", "30–44", "45–59", "60+"],
    "Geschlecht": ["w", "m", "d"],
    "Ortsteil": ["Kernstadt", "Niederau", "Hohenfels", "Weinberg"],
    "Abschluss": ["ohne", "mittel", "hoch", "andere"],
}


def town_pool(number: int, seats: int, width: int = 1) -> tuple[list[Person], list[Quota]]:
    """A made-up pool of a town with shared households, and quotas around its proportions."""
    rnd = random.Random(number)
    people = [
        Person(
            f"{place:03}",
            {name: rnd.choice(values) for name, values in TOWN.items()},
            f"h{rnd.randrange(number)}",
        )
        for place in range(number)
    ]
    quotas = []
    for name, values in TOWN.items():
        for value in values:
            share = round(sum(p.features[name] == value for p in people) * seats / number)
            quotas.append(Quota(name, value, max(0, share - width), share + width))
    return people, quotas


@st.composite
def small_pools(draw: st.DrawFn) -> tuple[list[Person], list[Quota], int]:
    """Pools small enough to list all panels; about a third of them can be drawn."""
    rnd = random.Random(draw(st.integers(0, 10**9)))
    number = draw(st.integers(4, 10))
    seats = draw(st.integers(2, min(5, number)))
    features = {f"f{index}": rnd.randint(2, 3) for index in range(draw(st.integers(1, 3)))}
    people = [
        Person(
            f"{place:02}",
            {name: f"v{rnd.randrange(count)}" for name, count in features.items()},
            f"h{rnd.randrange(number)}" if rnd.random() < 0.5 else None,
        )
        for place in range(number)
    ]
    quotas = []
    for name, count in features.items():
        for value in range(count):
            low = rnd.choice([0, 0, 0, 1, 1, 2])
            quotas.append(Quota(name, f"v{value}", low, low + rnd.randint(1, 3)))
    return people, quotas, seats


def allowed(people: Sequence[Person], quotas: Sequence[Quota]) -> bool:
    """The rules of a panel, said as simply as possible."""
    homes = [person.household for person in people if person.household is not None]
    if len(set(homes)) != len(homes):
        return False
    return all(
        q.min <= sum(p.features.get(q.feature) == q.value for p in people) <= q.max for q in quotas
    )


def all_panels(people: list[Person], quotas: list[Quota], seats: int) -> list[tuple[str, ...]]:
    """Every panel there is, by trying all."""
    return [
        tuple(sorted(person.id for person in chosen))
        for chosen in itertools.combinations(people, seats)
        if allowed(chosen, quotas)
    ]


def best_lowest_chance(panels: list[tuple[str, ...]]) -> float:
    """The highest lowest chance over all mixtures of these panels (people on none left out)."""
    ids = sorted({one for panel in panels for one in panel})
    matrix = np.zeros((len(ids) + 1, len(panels) + 1))
    for column, panel in enumerate(panels):
        matrix[[ids.index(one) for one in panel], column] = 1
        matrix[-1, column] = 1
    matrix[:-1, -1] = -1
    bottom = np.append(np.zeros(len(ids)), 1.0)
    top = np.append(np.full(len(ids), np.inf), 1.0)
    width = len(panels) + 1
    goal = np.zeros(width)
    goal[-1] = 1
    program = Program(matrix, (bottom, top), (np.zeros(width), np.ones(width)))
    found = program.maximise(goal)
    assert found is not None
    return found.value


def invitation_draw() -> InvitationDraw:
    """A register of 60 rows, two strata, two waves."""
    register = LeafSet()
    entries = []
    for place in range(60):
        item = leaf(KEY, canonical_row([f"Person {place}", str(1950 + place)]))
        register.add(item)
        entries.append(Entry("AB"[place % 2], item.hex()))
    source = SeedProcedure(SeedKind.DICE, "Sitzung des Stadtrats", "2026-06-01", "drand, 12 Uhr")
    commitment = Commitment(
        assembly="Rat", draw_id="elbtal-1", reference_date="2026-05-01", rules=("ab 16 Jahren",),
        row_fields=("Name", "Geburtsjahr"), household_rule=False,
        strata=(StratumPlan("A", 30, 5), StratumPlan("B", 30, 3)), refused=(("doppelt", 1),),
        merkle_root=register.root(), seed=source, software="0.1.0",
    )  # fmt: skip
    use = SeedUse(SeedKind.DICE, "31415 92653 58979 32384", False)
    seed = derive_seed(commitment.checksum, use.kind, use.value, use.rehearsal)
    first = draw_invitations(entries, {"A": 5, "B": 3}, seed, "elbtal-1")
    drawn = {row for rows in first.values() for row in rows}
    second = draw_invitations(entries, {"A": 2}, seed, "elbtal-1", drawn)
    paths = {
        row: register.path(row) for rows in (*first.values(), *second.values()) for row in rows
    }
    waves = (
        Wave("elbtal-1", {"A": 5, "B": 3}, first, paths),
        Wave("elbtal-1", {"A": 2}, second, paths),
    )
    return InvitationDraw(commitment, use, waves)


def replay(
    people: list[Person], quotas: list[Quota], lottery: Lottery, turn: tuple[str, ...], digits: str
) -> tuple[Event, ...]:
    """Two members leave at once, then a third; each time the rule fills the seats."""
    seated = set(lottery.panel(int(digits)))
    gone: set[str] = set()
    events = []
    for count in (2, 1):
        left = tuple(sorted(seated)[:count])
        seated -= set(left)
        gone |= set(left)
        for place in range(count):
            free = set(turn) - seated - gone
            found = next_replacement(people, quotas, 6, seated, free, turn)
            assert found is not None
            seated.add(found.person_id)
            events.append(Event(left if place == 0 else (), (), found.person_id, found.broken))
    return tuple(events)


def draw_record(rehearsal: bool = False) -> DrawRecord:
    """Both draws of a small assembly, with 20 people, 6 seats and 100 lists."""
    first = invitation_draw()
    first_seed = derive_seed(first.commitment.checksum, first.seed.kind, first.seed.value, False)
    rnd = random.Random(3)
    persons = [
        Person(f"db-{place}", {"Alter": rnd.choice(["jung", "alt"]), "Ort": rnd.choice(["Kern", "Au"])},
               f"heim {place // 2}" if place < 6 else None)
        for place in range(20)
    ]  # fmt: skip
    quotas = [Quota("Alter", "jung", 2, 4), Quota("Alter", "alt", 2, 4), Quota("Ort", "Kern", 2, 3)]
    pool = entrants(persons, KEY)
    commitment = PanelCommitment(
        assembly="Rat", draw_id="elbtal-2", invitation=first.commitment.checksum, seats=6,
        panels=100, household_rule=True, people=20, people_sha256=sha256(people_csv(pool)),
        quotas_sha256=sha256(quotas_csv(quotas, pool)),
        seed=SeedProcedure(SeedKind.INVITATION, "Einladungen", "2026-06-01", ""),
        pick=SeedProcedure(SeedKind.DIGITS, "öffentlich gezogen", "2026-06-20", ""), software="0.1.0",
    )  # fmt: skip
    kind, value = (
        (SeedKind.LOCAL, "ab" * 32) if rehearsal else (SeedKind.INVITATION, first_seed.hex())
    )
    use = SeedUse(kind, value, rehearsal)
    seed = derive_seed(commitment.checksum, use.kind, use.value, use.rehearsal)
    people = [one.person() for one in pool]
    lottery = build(people, quotas, 6, seed, panels=100)
    listed = sha256(marks_csv(lottery.panels, pool))
    turn = order([person.id for person in people], replacement_seed(seed, listed, "42"))
    events = replay(people, quotas, lottery, turn, "42")
    panel = PanelDraw(commitment, use, pool, tuple(quotas), lottery, "42", events)
    return DrawRecord("Rat", "0.1.0", "cd" * 32, first, panel)
