"""What of a mandate may no longer change: later folders say so.

@locks.fields
def committed(assembly) -> Locked: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from buergerrat.assemblies.models import Assembly


@dataclass(frozen=True)
class Locked:
    """Names of fields of `Assembly` that are fixed, and the German sentence that says why."""

    names: frozenset[str] = frozenset()
    reason: str = ""


Source = Callable[[Assembly], Locked]
_sources: list[Source] = []


def fields(source: Source) -> Source:
    _sources.append(source)
    return source


def locked(assembly: Assembly) -> dict[str, str]:
    """Field → why it is fixed."""
    found: dict[str, str] = {}
    if assembly.published_at is not None:
        found["slug"] = "Die Adresse der öffentlichen Seite ist schon bekannt."
    for source in _sources:
        given = source(assembly)
        found |= dict.fromkeys(given.names, given.reason)
    return found
