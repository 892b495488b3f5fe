"""Deleting on time: every noun that holds something about people registers here.

    @personal_data("replies", "Antworten, Merkmale, Bedarfe")
    def forget_replies(assembly: Assembly, invitee_ids: Sequence[int]) -> int: ...

A function erases what its noun holds about the given invitees (ids of `invitee`) and
returns how many rows it emptied. The log keeps counts, never whom.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from buergerrat import audit
from buergerrat.assemblies.models import Assembly, DeletionEntry
from buergerrat.db import db

Forget = Callable[[Assembly, Sequence[int]], int]


@dataclass(frozen=True)
class Category:
    key: str
    what: str  # German, for the log page and the privacy notice
    forget: Forget


categories: list[Category] = []


def personal_data(key: str, what: str) -> Callable[[Forget], Forget]:
    def register(function: Forget) -> Forget:
        categories.append(Category(key, what, function))
        return function

    return register


def erase(
    assembly: Assembly, invitee_ids: Sequence[int], reason: str, user_id: int | None = None
) -> dict[str, int]:
    """Erase everything about these people, later folders first. Returns category → rows."""
    counts: dict[str, int] = {}
    for category in reversed(categories):
        counts[category.key] = category.forget(assembly, invitee_ids)
        db.session.add(
            DeletionEntry(
                assembly_id=assembly.id,
                category=category.key,
                count=counts[category.key],
                reason=reason,
                user_id=user_id,
            )
        )
    audit.log("erase", "assembly", assembly.id, assembly_id=assembly.id, reason=reason, **counts)
    db.session.flush()
    return counts
