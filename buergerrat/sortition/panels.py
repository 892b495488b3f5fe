"""The panel lottery: a numbered list of equally likely panels with the fairest chances.

Method, in the words of docs/losprotokoll.md section 6: people who are alike become classes;
the leximin point of the relaxation is the aim and the bound; whole panels are found whose
mixture gives that point; the mixture becomes a list; seats are handed round within classes.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from . import feasibility
from .columns import Columns, attain, first_panel, integer_leximin
from .feasibility import Feasible
from .leximin import Certificate, Relaxed, relaxed
from .pool import Panel, Person, Pool, Quota, make_pool
from .rounding import NEAR, Leveller, binding, pay, round_mixture
from .seating import seat_all
from .solver import Array

STEPS = 1000  # most panels of a walk
PER_CLASS = 4  # panels of a walk per class
WALKS = 3  # walks before the solver is asked for a mixture
SMALL = 400  # up to so many classes the mixture is always solved exactly
ENOUGH = 1.25  # panels that anybody's count may be away from the fairest, without a mixture

Progress = Callable[[int, int], None]


class NoPanel(ValueError):
    """No panel meets the quotas; `quotas.check` says why."""


@dataclass(frozen=True)
class Lottery:
    """The list, and how near it comes to the fairest chances.

    `counts`: on how many panels each id is; `target`: leximin chance of each id;
    `deviation`: the largest distance between the two, rounded up to a millionth;
    `excluded`: ids that no panel can hold; `attained`: whether whole panels reach the
    point that bounds every lottery.
    """

    panels: tuple[tuple[str, ...], ...]
    counts: Mapping[str, int]
    target: Mapping[str, float]
    bound: Fraction
    certificate: Certificate
    deviation: Fraction
    excluded: tuple[str, ...]
    attained: bool

    @property
    def chances(self) -> dict[str, Fraction]:
        """Everybody's chance: number of panels they are on, out of all."""
        return {one: Fraction(count, len(self.panels)) for one, count in self.counts.items()}

    @property
    def lowest(self) -> Fraction:
        """The lowest chance among those who can be on a panel at all."""
        inside = [count for one, count in self.counts.items() if one not in self.excluded]
        return Fraction(min(inside), len(self.panels))

    def panel(self, number: int) -> tuple[str, ...]:
        """Return the ids of a panel."""
        return self.panels[number]

    def pick(self, digits: str) -> int:
        """Return the panel that the drawn digits name; raises ValueError with a sentence."""
        width = len(label(0, len(self.panels)))
        if not re.fullmatch(rf"[0-9]{{{width}}}", digits):
            raise ValueError(
                f"Bitte genau {width} Ziffern eingeben, zum Beispiel „{label(7, 10**width)}“."
            )
        if int(digits) >= len(self.panels):
            raise ValueError(f"Eine Liste {digits} gibt es nicht. Bitte alle Ziffern neu ziehen.")
        return int(digits)


def label(number: int, panels: int) -> str:
    """Return a panel's number as it is shown, with leading zeros: 7 of 1,000 is "007"."""
    return f"{number:0{len(str(panels - 1))}d}"


def composition(
    people: Sequence[Person], quotas: Sequence[Quota], ids: Sequence[str]
) -> tuple[int, ...]:
    """Return how many of `ids` count in each quota."""
    inside = set(ids)
    found = Counter(item for p in people if p.id in inside for item in p.features.items())
    return tuple(found[quota.feature, quota.value] for quota in quotas)


class _Steps:
    """Reports progress as hundredths; never goes back, whatever a phase takes."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._from, self._to, self._done, self._expected = 0, 0, 0, 1
        self._shown = -1

    def phase(self, until: int, expected: int) -> None:
        self._from, self._to, self._done, self._expected = self._to, until, 0, max(1, expected)
        self._show(self._from)

    def tick(self) -> None:
        self._done = min(self._done + 1, self._expected)
        self._show(self._from + (self._to - self._from) * self._done // self._expected)

    def _show(self, value: int) -> None:
        if self._progress and value > self._shown:
            self._shown = value
            self._progress(value, 100)


def build(
    people: Sequence[Person],
    quotas: Sequence[Quota],
    seats: int,
    seed: bytes,
    panels: int = 1000,
    progress: Progress | None = None,
) -> Lottery:
    """Return the lottery; the same input and seed give the same, in whatever order.

    Raises NoPanel where no panel exists. `progress` gets (done, 100); an exception raised
    in it ends the work.
    """
    if any(quota.min > quota.max for quota in quotas):
        raise NoPanel("Bei einer Quote liegt die Mindestzahl über der Höchstzahl.")
    ordered = _ordered(people, quotas)
    pool = make_pool(people, ordered, seats)
    first = first_panel(pool)
    if first is None or seats < 1:
        raise NoPanel("Mit diesen Quoten gibt es keine gültige Liste.")
    steps = _Steps(progress)
    listed = _listed(pool, first, panels, steps)
    steps.phase(95, 1)
    seated = seat_all(pool, sorted(listed.panels, key=lambda panel: panel.tolist()), seed)
    steps.phase(100, 1)
    steps.tick()
    counts = Counter({person.id: 0 for person in sorted(people, key=lambda item: item.id)})
    for panel in seated:
        counts.update(panel)
    target = _by_person(pool, listed.chances)
    return Lottery(
        tuple(seated),
        dict(counts),
        target,
        listed.certificate.bound,
        _reordered(listed.certificate, ordered, quotas),
        _deviation(counts, target, panels),
        tuple(sorted(one for column in listed.excluded for one in pool.classes[column].ids)),
        listed.attained,
    )


def _ordered(people: Sequence[Person], quotas: Sequence[Quota]) -> list[Quota]:
    """Return the quotas in an order that their names and their order in a file do not change."""
    members: dict[tuple[str, str], list[str]] = {(q.feature, q.value): [] for q in quotas}
    for person in people:
        for item in person.features.items():
            if item in members:
                members[item].append(person.id)
    return sorted(quotas, key=lambda q: (sorted(members[q.feature, q.value]), q.min, q.max))


@dataclass(frozen=True)
class _Listed:
    """Panels as seats per class; `chances`: the leximin point per class they come from."""

    panels: list[Panel]
    chances: Array
    certificate: Certificate
    excluded: list[int]
    attained: bool


def _listed(pool: Pool, first: Panel, number: int, steps: _Steps) -> _Listed:
    """Find the panels: walk towards the point of the relaxation, then make the list even.

    Where that does not come near enough, or the pool is small, a mixture of whole panels is
    solved that attains the point, or else is leximin over whole panels.
    """
    length = min(STEPS, PER_CLASS * len(pool.classes))
    steps.phase(40, length)
    columns = Columns(pool, first, steps.tick)
    aim = relaxed(pool)
    columns.walk(aim.chances, length)
    excluded = _left_out(pool, columns)
    if excluded:
        aim = relaxed(pool, excluded)  # its bound speaks of the others
        columns.walk(aim.chances, length)
    steps.phase(70, STEPS)
    if len(pool.classes) > SMALL:
        for _ in range(WALKS):
            level = _levelled(pool, columns, aim, number, steps)
            if level is not None and level.deviation < ENOUGH:
                return _Listed(list(level.panels), aim.chances, aim.certificate, excluded, True)
            columns.walk(aim.chances, length)
    mixture = attain(columns, aim.chances)
    attained = mixture is not None
    if mixture is None:
        mixture = integer_leximin(columns, excluded)
    steps.phase(95, STEPS)
    panels = round_mixture(mixture, pool.sizes, number)
    level = Leveller(pool, columns.swapper, panels, mixture.chances)
    level.run(steps.tick)
    level.vary(steps.tick)
    return _Listed(list(level.panels), mixture.chances, aim.certificate, excluded, attained)


def _left_out(pool: Pool, columns: Columns) -> list[int]:
    """Return the classes that no panel can hold."""
    if np.any(columns.panels, axis=0).all():
        return []
    ask = Feasible(pool)
    ask.known = list(columns.panels)
    excluded = feasibility.left_out(ask)
    for panel in ask.known:
        columns.add(panel)
    return excluded


def _levelled(
    pool: Pool, columns: Columns, aim: Relaxed, number: int, steps: _Steps
) -> Leveller | None:
    """Return an even list of known panels that meet the binding quotas at their bounds."""
    rows = binding(pool, aim.chances)
    bounds = pool.incidence[rows] @ (aim.chances * pool.sizes)
    stack = np.array(columns.panels)
    usable = (np.abs(stack @ pool.incidence[rows].T - bounds) < NEAR).all(axis=1)
    panels = [columns.panels[place] for place in np.flatnonzero(usable)]
    if not panels:
        return None
    chosen = pay(panels, number * aim.chances, pool.sizes, number)
    level = Leveller(pool, columns.swapper, chosen, aim.chances)
    level.run(steps.tick)
    return level


def _by_person(pool: Pool, chances: Array) -> dict[str, float]:
    pairs = [
        (one, float(chance))
        for item, chance in zip(pool.classes, chances, strict=True)
        for one in item.ids
    ]
    return dict(sorted(pairs))


def _deviation(counts: Mapping[str, int], target: Mapping[str, float], panels: int) -> Fraction:
    largest = max(abs(count / panels - target[one]) for one, count in counts.items())
    return Fraction(ceil(largest * 10**6 - 1e-3), 10**6)


def _reordered(
    certificate: Certificate, ordered: Sequence[Quota], quotas: Sequence[Quota]
) -> Certificate:
    """Return the certificate with its multipliers in the order of the caller's quotas."""
    places = [ordered.index(quota) for quota in quotas]
    return Certificate(
        certificate.seats,
        tuple(certificate.minimum[place] for place in places),
        tuple(certificate.maximum[place] for place in places),
        certificate.households,
        certificate.right,
        certificate.total,
    )
