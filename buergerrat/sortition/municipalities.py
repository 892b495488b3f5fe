"""The draw of municipalities (stage zero): which towns invite, and with how many letters.

1. Cells. Every town belongs to a size class and a region; a cell is a class in a region. The
   places are given to the cells by their people with Sainte-Laguë (divisors 1, 3, 5, …; ties to
   the cell that comes first); on request every cell with people gets one place beforehand.
2. Units. A place stands for L letters. A town may get letters for at most `percent` of its people;
   one that is too small for L shares its place with the next small towns of the cell in the order
   of their keys, until together they are large enough. What is left over joins the last such
   unit, or the next larger town. So the excess of a small town goes to a further town of its
   class, and nobody's chance changes by it.
3. Draw. Inside a cell with m places and N people, the units stand in the order of their first key.
   A whole number r from 0 to N - 1 comes from the seed. The m points r, r + N, …, r + (m-1)N lie
   on a line of length m·N on which a unit of p people takes m·p. A unit gets as many places as
   points fall on it. Over all r the points hit every whole number of the line exactly once, so
   the mean number of places of a unit is exactly m·p/N: proportional to its people. A town with
   more people than N/m is drawn for certain, and may get several places.
4. Letters. A unit with k places gets k·L letters (never more than `percent` allows in a cell that
   is too small as a whole); its towns share them by their people with Sainte-Laguë.
5. Replacements. The units of a cell that were not drawn are put in an order: again and again one
   of those that are left is drawn with chances proportional to people. If a town refuses, the
   first that is not used yet comes in, then those of the same class in other regions.

Whole numbers from the seed: SHA-256-HMAC with the seed as key over the lines
"buergerrat/gemeinden/1", name of the draw, cell, purpose ("start" or "ersatz"), how many were
drawn before, attempt (from 0); read as a whole number. Values from the largest multiple of the
bound on are drawn again with the next attempt; the remainder is the number. No float is used.
"""

import hashlib
import hmac
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from buergerrat.sortition.sainte_lague import sainte_lague

LABEL = "buergerrat/gemeinden/1"
BOUNDS = (5_000, 20_000, 40_000, 80_000)
PERCENT = 10
SPARE_PER_PLACE, SPARE_LEAST = 3, 5  # replacements that are put in order, per cell


class DrawError(ValueError):
    """What does not work about a list or a plan; the text is a German sentence for the page."""


@dataclass(frozen=True)
class Town:
    """A municipality: official key of eight digits, people who live there."""

    ags: str
    name: str
    region: str
    people: int


@dataclass(frozen=True)
class Plan:
    """`bounds`: where a size class begins, rising. `percent`: of a town's people, at most."""

    places: int
    letters: int
    bounds: tuple[int, ...] = BOUNDS
    percent: int = PERCENT
    one_per_cell: bool = False


@dataclass(frozen=True)
class Unit:
    """What is drawn as one: a town, or small towns that share a place; in the order of keys."""

    towns: tuple[Town, ...]

    @cached_property
    def people(self) -> int:
        return sum(town.people for town in self.towns)

    @property
    def key(self) -> str:
        return self.towns[0].ags


@dataclass(frozen=True)
class Cell:
    """`size` counts the classes from 0, the smallest. `places`: of the draw in this cell."""

    size: int
    region: str
    units: tuple[Unit, ...]
    places: int

    @cached_property
    def people(self) -> int:
        return sum(unit.people for unit in self.units)

    @property
    def name(self) -> str:
        return f"{self.size}/{self.region}"


@dataclass(frozen=True)
class Share:
    """A town with its letters; `places` of its unit, 0 for one that came in for another."""

    ags: str
    letters: int
    cell: str
    places: int


@dataclass(frozen=True)
class Drawn:
    """`towns` in the order of cells and keys; `spare`: cell → units in order, as lists of keys."""

    towns: tuple[Share, ...]
    spare: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)


def size_class(people: int, bounds: Sequence[int]) -> int:
    """0 below the first bound, 1 below the second, …"""
    return sum(people >= bound for bound in bounds)


def cap(people: int, percent: int) -> int:
    """The most letters for so many people."""
    return people * percent // 100


def cells(towns: Iterable[Town], plan: Plan) -> list[Cell]:
    """The cells with their units and places, by class and region. Raises `DrawError`."""
    _check(plan)
    groups: dict[tuple[int, str], list[Town]] = {}
    for town in sorted(towns, key=lambda one: one.ags):
        groups.setdefault((size_class(town.people, plan.bounds), town.region), []).append(town)
    keys = sorted(groups)
    weights = [sum(town.people for town in groups[key]) for key in keys]
    if not keys:
        raise DrawError("Es gibt keine Gemeinde, aus der gelost werden kann.")
    if plan.one_per_cell and plan.places < len(keys):
        raise DrawError(
            f"Für mindestens eine Gemeinde je Feld braucht es {len(keys)} Plätze; geplant sind "
            f"{plan.places}."
        )
    start = [int(plan.one_per_cell)] * len(keys)
    places = sainte_lague(weights, plan.places, start)
    made = [
        Cell(*key, units(groups[key], plan), count) for key, count in zip(keys, places, strict=True)
    ]
    for cell in made:
        _check_room(cell, plan)
    return made


def _check(plan: Plan) -> None:
    if plan.places < 1 or plan.letters < 1:
        raise DrawError("Es braucht mindestens einen Platz und einen Brief je Platz.")
    if not 1 <= plan.percent <= 100:
        raise DrawError("Der Anteil, der höchstens angeschrieben wird, liegt zwischen 1 und 100 %.")
    if list(plan.bounds) != sorted(set(plan.bounds)) or min(plan.bounds, default=1) < 1:
        raise DrawError("Die Grenzen der Größenklassen müssen aufsteigend sein.")


def _check_room(cell: Cell, plan: Plan) -> None:
    """Nobody can be hit so often that more than `percent` would be invited."""
    for unit in cell.units:
        most = -(-cell.places * unit.people // cell.people)
        if most > 1 and most * plan.letters > cap(unit.people, plan.percent):
            raise DrawError(
                f"In {unit.towns[0].name} könnten mehr als {plan.percent} % der Menschen einen "
                "Brief bekommen. Planen Sie weniger Briefe je Platz oder weniger Plätze."
            )


def units(towns: Sequence[Town], plan: Plan) -> tuple[Unit, ...]:
    """The units of a cell; `towns` in the order of their keys."""
    made, small = list[list[Town]](), list[Town]()
    shared: list[Town] | None = None
    for town in towns:
        if cap(town.people, plan.percent) >= plan.letters:
            made.append([town])
            continue
        small.append(town)
        if cap(sum(one.people for one in small), plan.percent) >= plan.letters:
            shared, small = small, []
            made.append(shared)
    if small and shared is not None:
        shared += small
    elif small and made:
        _nearest(made, small[-1].ags).extend(small)
    elif small:
        made.append(small)
    ordered = (tuple(sorted(group, key=lambda one: one.ags)) for group in made)
    return tuple(sorted((Unit(group) for group in ordered), key=lambda unit: unit.key))


def _nearest(groups: list[list[Town]], ags: str) -> list[Town]:
    """The first group behind this key, else the last one."""
    return next((group for group in groups if group[0].ags > ags), groups[-1])


def number(seed: bytes, draw_id: str, cell: str, purpose: str, turn: int, bound: int) -> int:
    """A whole number from 0 to bound - 1, each equally likely; see the module's text."""
    fair = 2**256 // bound * bound
    for attempt in itertools.count():
        text = "\n".join([LABEL, draw_id, cell, purpose, str(turn), str(attempt)])
        value = int.from_bytes(hmac.digest(seed, text.encode(), hashlib.sha256), "big")
        if value < fair:
            return value % bound
    raise AssertionError("unreachable")


def hits(people: Sequence[int], places: int, start: int) -> list[int]:
    """How many of the points start, start + N, … fall on each unit; N is the sum of `people`."""
    total, end = sum(people), 0
    found = []
    for count in people:
        begin, end = end, end + places * count
        # points start + j·total with begin <= point < end
        found.append(-((start - end) // total) - -((start - begin) // total))
    return found


def draw(towns: Iterable[Town], plan: Plan, seed: bytes, draw_id: str) -> Drawn:
    """Draw the municipalities. Raises `DrawError` for a plan that cannot be met."""
    shares, spare = list[Share](), dict[str, tuple[tuple[str, ...], ...]]()
    for cell in cells(towns, plan):
        left = list(cell.units)
        if cell.places:
            start = number(seed, draw_id, cell.name, "start", 0, cell.people)
            counts = hits([unit.people for unit in cell.units], cell.places, start)
            for unit, count in zip(cell.units, counts, strict=True):
                if count:
                    shares += _shares(unit, count * plan.letters, cell.name, count, plan.percent)
                    left.remove(unit)
        spare[cell.name] = tuple(
            tuple(town.ags for town in unit.towns) for unit in _in_order(left, cell, seed, draw_id)
        )
    return Drawn(tuple(shares), spare)


def _in_order(left: list[Unit], cell: Cell, seed: bytes, draw_id: str) -> list[Unit]:
    """The next units of a cell, drawn one by one with chances proportional to people."""
    ordered: list[Unit] = []
    most = SPARE_PER_PLACE * cell.places + SPARE_LEAST
    while left and len(ordered) < most:
        total = sum(unit.people for unit in left)
        at = number(seed, draw_id, cell.name, "ersatz", len(ordered), total)
        ends = itertools.accumulate(unit.people for unit in left)
        ordered.append(left.pop(next(place for place, end in enumerate(ends) if at < end)))
    return ordered


def _shares(unit: Unit, letters: int, cell: str, places: int, percent: int) -> list[Share]:
    """The letters of a unit, by the people of its towns."""
    return [
        Share(town.ags, count, cell, places)
        for town, count in zip(unit.towns, spread(unit.towns, letters, percent), strict=True)
        if count
    ]


def spread(towns: Sequence[Town], letters: int, percent: int) -> list[int]:
    """Letters by people, nobody above the cap; fewer in all where the caps do not allow more."""
    caps = [cap(town.people, percent) for town in towns]
    if len(towns) == 1:
        return [min(letters, caps[0])]
    given = sainte_lague([town.people for town in towns], min(letters, sum(caps)), [0] * len(towns))
    while excess := sum(max(0, have - most) for have, most in zip(given, caps, strict=True)):
        given = [min(have, most) for have, most in zip(given, caps, strict=True)]
        free = [
            town.people if have < most else 0
            for town, have, most in zip(towns, given, caps, strict=True)
        ]
        added = sainte_lague(free, excess, [0] * len(towns))
        given = [have + more for have, more in zip(given, added, strict=True)]
    return given


@dataclass(frozen=True)
class Chance:
    """The chance of a letter for one person of a town, before the draw, and that of the town."""

    town: Town
    cell: str
    places: Fraction  # mean number of places of its unit
    letter: Fraction


def chances(towns: Iterable[Town], plan: Plan) -> list[Chance]:
    """Exact: places of the cell × people of the unit / people of the cell × letters / people."""
    found = []
    for cell in cells(towns, plan):
        for unit in cell.units:
            expected = Fraction(cell.places * unit.people, cell.people)
            given = spread(unit.towns, plan.letters, plan.percent)
            found += [
                Chance(town, cell.name, expected, expected * Fraction(letters, town.people))
                for town, letters in zip(unit.towns, given, strict=True)
            ]
    return found


def replace(
    drawn: Drawn, towns: Iterable[Town], plan: Plan, ags: str, used: Iterable[str]
) -> tuple[list[Share], int]:
    """Who comes in for a town that refuses: with its letters, and letters that find nobody.

    `used`: keys of all towns that were drawn or came in before, also those that refused.
    """
    by_key = {town.ags: town for town in towns}
    taken = set(used)
    share = next(one for one in drawn.towns if one.ags == ags)
    left, came = share.letters, list[Share]()
    for cell, group in _next_units(drawn, share.cell):
        if not left:
            break
        if taken & set(group):
            continue
        unit = Unit(tuple(by_key[key] for key in group))
        rows = _shares(unit, min(left, plan.letters), cell, 0, plan.percent)
        came += rows
        left -= sum(row.letters for row in rows)
        taken |= set(group)
    return came, left


def _next_units(drawn: Drawn, cell: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The spare units of the cell, then those of its class in the other regions."""
    size = cell.split("/", 1)[0]
    others = sorted(name for name in drawn.spare if name != cell and name.split("/", 1)[0] == size)
    for name in (cell, *others):
        for group in drawn.spare.get(name, ()):
            yield name, group
