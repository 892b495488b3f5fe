"""Visits at the door: what may come of one, and who is visited. Pure.

Only people who have not answered are visited, in the order of their tickets, so that nobody is
picked by hand. What a visit brings is counted apart (`Invitee.recruitment_path`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


def N_(text: str) -> str:
    """Mark for the catalogue; translated where it is shown."""
    return text


PLANNED = "planned"
OUTCOMES: Mapping[str, str] = {
    PLANNED: N_("noch nicht besucht"),
    "joins": N_("macht mit"),
    "needs": N_("macht mit, braucht Unterstützung"),
    "refuses": N_("möchte nicht"),
    "not_met": N_("nicht angetroffen, Karte eingeworfen"),
    "moved": N_("wohnt dort nicht mehr"),
}
ENTERED = tuple(key for key in OUTCOMES if key != PLANNED)
YES = ("joins", "needs")


@dataclass(frozen=True)
class Candidate:
    """Somebody who has not answered: a ticket (hex) and a stratum."""

    key: str
    stratum: str
    ticket: str


def choose(
    candidates: Sequence[Candidate], strata: Collection[str], count: int, spread: bool = True
) -> list[str]:
    """Keys of those to visit: `count` at most, from `strata`, the smallest tickets first.

    With `spread` the strata take turns, so that a large one does not use up all visits; in each
    stratum the tickets rise all the same.
    """
    queues: dict[str, list[Candidate]] = {}
    for one in sorted(candidates, key=lambda one: one.ticket):
        if one.stratum in strata:
            queues.setdefault(one.stratum, []).append(one)
    ranked = [
        (place if spread else 0, one.ticket, one.key)
        for queue in queues.values()
        for place, one in enumerate(queue)
    ]
    return [key for _place, _ticket, key in sorted(ranked)[:count]]
