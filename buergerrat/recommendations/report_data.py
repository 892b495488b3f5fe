"""What stands in a Bürgergutachten. Frozen, without members' names; frozen again as JSON at handover."""

import datetime
import types
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


@dataclass(frozen=True)
class Mandate:
    """The council's resolution that founded the Bürgerrat, and its promise."""

    resolution_number: str
    resolution_date: datetime.date | None
    legal_basis: str
    answer_until: datetime.date | None = None


@dataclass(frozen=True)
class DrawStory:
    """Numbers of the way from the register to the seats; `lowest_chance` from 0 to 1."""

    letters: int
    replies: int
    pool: int
    seats: int
    panel_number: str = ""
    drawn_on: datetime.date | None = None
    checksum: str = ""
    eligible: int | None = None
    panels: int = 1000
    where_to_check: str = ""
    lowest_chance: float | None = None
    replaced: int = 0  # members who moved up after the draw
    visited: int = 0  # said yes when they were visited at the door


@dataclass(frozen=True)
class CompositionRow:
    """One value of one feature; `population` in per cent (0 to 100), the rest in people."""

    feature: str
    value: str
    population: float
    pool: int
    seats: int


@dataclass(frozen=True)
class MinorityStatement:
    """What those who disagree want to be read with the recommendation."""

    text: str
    supporters: int


@dataclass(frozen=True)
class VoteResult:
    """Votes on one recommendation and the sentence that explains the outcome."""

    yes: int
    no: int
    abstain: int
    needed: int | None
    sentence: str
    secret: bool = True
    date: datetime.date | None = None


@dataclass(frozen=True)
class Recommendation:
    """One recommendation; `sources` counts the note cards it grew from."""

    number: str
    title: str
    text: str
    rationale: str
    votes: VoteResult | None = None
    minority: tuple[MinorityStatement, ...] = ()
    sources: int = 0
    adopted: bool = True


@dataclass(frozen=True)
class SessionDay:
    """One session, as told in the course of the work."""

    date: datetime.date
    title: str
    text: str = ""
    place: str = ""
    present: int | None = None
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class Expert:
    """Someone who spoke to the Bürgerrat in public."""

    name: str
    role: str
    topic: str = ""


@dataclass(frozen=True)
class Imprint:
    """Who answers for the document."""

    publisher: str
    address: str = ""
    contact: str = ""
    facilitation: str = ""
    website: str = ""


@dataclass(frozen=True)
class Report:
    """A complete Bürgergutachten; recommendations in order, adopted and not adopted."""

    title: str
    town: str
    guiding_question: str
    mandate: Mandate
    preface: str
    preface_by: str
    draw: DrawStory
    composition: tuple[CompositionRow, ...]
    recommendations: tuple[Recommendation, ...]
    sessions: tuple[SessionDay, ...]
    imprint: Imprint
    date: datetime.date
    version: str = ""
    summary: str = ""
    course: str = ""
    experts: tuple[Expert, ...] = ()
    town_colour: str = "#003041"
    data_colour: str = "#00536E"

    @property
    def adopted(self) -> tuple[Recommendation, ...]:
        return tuple(r for r in self.recommendations if r.adopted)

    @property
    def not_adopted(self) -> tuple[Recommendation, ...]:
        return tuple(r for r in self.recommendations if not r.adopted)


def to_dict(report: Report) -> dict[str, Any]:
    """JSON-ready copy, dates as YYYY-MM-DD; `from_dict` gives the same report back."""
    plain = _plain(asdict(report))
    assert isinstance(plain, dict)
    return plain


def from_dict(data: Mapping[str, Any]) -> Report:
    """The report that `to_dict` wrote. TypeError for a missing or unknown field."""
    return _build(Report, data)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def _build(kind: type[T], data: Mapping[str, Any]) -> T:
    assert is_dataclass(kind)
    unknown = set(data) - {field.name for field in fields(kind)}
    if unknown:
        raise TypeError(f"{kind.__name__} has no field {sorted(unknown)[0]}")
    hints = get_type_hints(kind)
    return kind(**{name: _value(hints[name], item) for name, item in data.items()})


def _value(hint: Any, item: Any) -> Any:
    if get_origin(hint) is types.UnionType:
        if item is None:
            return None
        hint = next(part for part in get_args(hint) if part is not types.NoneType)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], part) for part in item)
    if hint is datetime.date:
        return datetime.date.fromisoformat(item)
    return _build(hint, item) if isinstance(hint, type) and is_dataclass(hint) else item
