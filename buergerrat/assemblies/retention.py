"""Deleting on time: every noun that holds something about people registers here.

    @personal_data("replies", "Antworten, Merkmale, Bedarfe")
    def forget_replies(assembly: Assembly, invitee_ids: Sequence[int]) -> int: ...

A function erases what its noun holds about the given invitees (ids of `invitee`) and
returns how many rows it emptied. The log keeps counts, never whom. When which people are
due is decided in `privacy/`; the periods stand here, because the privacy notice names them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from buergerrat import audit
from buergerrat.assemblies.models import Assembly, DeletionEntry
from buergerrat.db import db

Forget = Callable[[Assembly, Sequence[int]], int]
WAIT = dt.timedelta(weeks=4)
AT_ONCE = 500  # people per statement: a database takes only so many parameters


@dataclass(frozen=True)
class Category:
    key: str
    what: str  # German, for the log page and the privacy notice
    forget: Forget


@dataclass(frozen=True)
class Period:
    """Who is deleted when, and why not earlier; lazy texts."""

    key: str
    who: Any
    when: Any
    why: Any


PERIODS = (
    Period(
        "silent",
        _l("Angeschriebene, die nicht im Lostopf sind"),
        _l("4 Wochen nach der Losung"),
        _l("Bis dahin lässt sich klären, ob ein Brief oder eine Antwort verloren ging."),
    ),
    Period(
        "pool",
        _l("Menschen im Lostopf ohne Platz"),
        _l("4 Wochen nach der letzten Sitzung"),
        _l("Bis dahin können sie nachrücken."),
    ),
    Period(
        "members",
        _l("Mitglieder"),
        _l("am festgelegten Tag nach der Antwort des Rats"),
        _l("Bis dahin laden wir sie zu Sitzungen und zur Antwort des Rats ein."),
    ),
)
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
        counts[category.key] = sum(
            category.forget(assembly, invitee_ids[start : start + AT_ONCE])
            for start in range(0, len(invitee_ids), AT_ONCE)
        )
        note_deletion(assembly, category.key, counts[category.key], reason, user_id)
    audit.log("erase", "assembly", assembly.id, assembly_id=assembly.id, reason=reason, **counts)
    db.session.flush()
    return counts


def note_deletion(
    assembly: Assembly, category: str, count: int, reason: str, user_id: int | None = None
) -> None:
    """A line in the deletion log; nothing is noted where nothing was there."""
    if count:
        db.session.add(
            DeletionEntry(
                assembly_id=assembly.id,
                category=category,
                count=count,
                reason=reason,
                user_id=user_id,
            )
        )
