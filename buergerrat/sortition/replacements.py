"""Who takes a free seat: the order is drawn with the panel, the rule is fixed in the record.

The first in ticket order who keeps all quotas and the household rule; if nobody does, the
first of those who break least. Counting only, so that the checker can do it by itself.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from .pool import Person, Quota
from .tickets import ticket

SEED_LABEL = "buergerrat/nachruecken/2"
DRAW_ID = "nachruecken"
HOUSEHOLD = "Haushalt"


@dataclass(frozen=True)
class Replacement:
    """Who moves up, and which quotas (by name) that breaks; none is the rule."""

    person_id: str
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Event:
    """One line of the record: who left, who was asked and declined, who took the seat."""

    left: tuple[str, ...]
    declined: tuple[str, ...]
    seated: str | None
    broken: tuple[str, ...]


def replacement_seed(seed: bytes, marks_sha256: str, digits: str) -> bytes:
    """Return the seed of the order: it hangs on the list and on the digits drawn in public."""
    text = "\n".join([SEED_LABEL, seed.hex(), marks_sha256, digits])
    return hashlib.sha256(text.encode()).digest()


def order(ids: Iterable[str], seed: bytes) -> tuple[str, ...]:
    """Return everybody in the pool in ticket order."""
    return tuple(sorted(ids, key=lambda one: (ticket(seed, DRAW_ID, one), one)))


def broken_quotas(
    members: Sequence[Person], quotas: Sequence[Quota], seats: int
) -> tuple[int, tuple[str, ...]]:
    """Return by how many seats a panel breaks quotas, and which, best case for empty seats.

    Too many on a quota counts in full. Too few counts only as far as the empty seats can
    no longer make up for it, feature by feature.
    """
    empty = seats - len(members)
    counts = Counter(item for person in members for item in person.features.items())
    amount = 0
    names: list[str] = []
    lacking: dict[str, list[tuple[str, int]]] = {}
    for quota in quotas:
        count = counts[quota.feature, quota.value]
        if count > quota.max:
            amount += count - quota.max
            names.append(quota.name)
        elif count < quota.min:
            lacking.setdefault(quota.feature, []).append((quota.name, quota.min - count))
    for rows in lacking.values():
        missing = sum(number for _, number in rows) - empty
        if missing > 0:
            amount += missing
            names += [name for name, _ in rows]
    return amount, tuple(sorted(names))


def next_replacement(
    people: Sequence[Person],
    quotas: Sequence[Quota],
    seats: int,
    seated: Collection[str],
    available: Collection[str],
    order: Sequence[str],
) -> Replacement | None:
    """Return who takes the next free seat, None when nobody is left or no seat is free.

    `seated`: who is still on the panel; `available`: who may be asked (anybody seated is
    passed over, so the same person twice does no harm). A person who shares a household with
    a member is taken only when nobody else is left.
    """
    by_id = {person.id: person for person in people}
    members = [by_id[one] for one in sorted(set(seated))]
    homes = {person.household for person in members} - {None}
    if len(members) >= seats:
        return None
    best: tuple[tuple[bool, int], Replacement] | None = None
    for one in order:
        if one not in available or one in seated:
            continue
        person = by_id[one]
        shared = person.household is not None and person.household in homes
        amount, names = broken_quotas([*members, person], quotas, seats)
        if best is None or (shared, amount) < best[0]:
            broken = (*names, HOUSEHOLD) if shared else names
            best = (shared, amount), Replacement(one, broken)
        if best[0] == (False, 0):
            break
    return best[1] if best else None
