"""What is held about one person: every noun that holds something tells it here (Art. 15 DSGVO).

    @held_about("replies", _l("Ihre Antwort"))
    def tell_reply(assembly: Assembly, person: Person) -> Rows: ...

A function returns label → value in plain words, nothing where nothing is held. It stands beside
the function that erases the same noun (`retention.personal_data`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from buergerrat.assemblies.models import Assembly

Rows = Sequence[tuple[Any, Any]]
Tell = Callable[[Assembly, Any], Rows]  # the person is an Invitee, of a later folder


@dataclass(frozen=True)
class Noun:
    key: str
    title: Any  # lazy, addressed to the person
    tell: Tell


@dataclass(frozen=True)
class Holding:
    """What one noun holds, as texts."""

    key: str
    title: str
    rows: tuple[tuple[str, str], ...]


nouns: list[Noun] = []


def held_about(key: str, title: Any) -> Callable[[Tell], Tell]:
    def register(function: Tell) -> Tell:
        nouns.append(Noun(key, title, function))
        return function

    return register


def about(assembly: Assembly, person: Any) -> list[Holding]:
    """Everything held about an invitee, in the order of the data's way; empty nouns left out."""
    found = [
        Holding(noun.key, str(noun.title), _texts(noun.tell(assembly, person))) for noun in nouns
    ]
    return [one for one in found if one.rows]


def _texts(rows: Rows) -> tuple[tuple[str, str], ...]:
    return tuple((str(label), str(value)) for label, value in rows if str(value).strip())
