"""One line of an extract: a person for the Lostopf, or the reason why not."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from buergerrat.sortition.fields import AGE_FIELDS

REASONS: dict[str, str] = {
    "under_age": "zu jung",
    "secondary_residence": "Nebenwohnung",
    "moved_away": "weggezogen",
    "deceased": "verstorben",
    "blocked": "Auskunftssperre",
    "duplicate": "doppelt",
    "unreadable": "nicht lesbar",
    "doubtful": "zweifelhaft, für die Prüfliste",
    "left_out": "nach Prüfung ausgelassen",
    "objection": "hat widersprochen",
    "total_line": "Summenzeile",
}
COLUMN_OF_REASON: dict[str, tuple[str, ...]] = {
    "under_age": AGE_FIELDS,
    "doubtful": AGE_FIELDS,
    "unreadable": AGE_FIELDS,
    "blocked": ("block", "block_2"),
    "secondary_residence": ("residence",),
    "moved_away": ("moved_out", "residence"),
    "deceased": ("died", "residence"),
}

_CACHED = 1 << 16
_WORD = re.compile(r"[^\W\d_]+")
_PARTICLES = frozenset(
    ["von", "vom", "van", "der", "den", "dem", "de", "del", "la", "zu", "zur", "zum", "und"]
)


class Row(NamedTuple):
    """One person as the draw sees them. Ages in years on the reference date; they differ only
    where the birth date is incomplete and both ends lie in the same band. `line`: where it stood
    in the file."""

    last_name: str
    first_name: str
    title: str
    street: str
    house_number: str
    postcode: str
    place: str
    district: str
    sex: str
    age_low: int
    age_high: int
    age_band: str
    nationality_group: str
    household: str
    line: int
    building: tuple[int, bool] = (0, False)
    """Number of address and surname, valid in this process, and whether the street names a home."""

    def values(self) -> tuple[str, ...]:
        """What the commitment covers, in the order of `PERSON_FIELDS`. No birth date."""
        return tuple(map(str, self[:_COMMITTED]))

    def canonical(self) -> dict[str, str]:
        """The same by name."""
        return dict(zip(PERSON_FIELDS, self.values(), strict=True))


class Decision(NamedTuple):
    """What a clerk decided about a doubtful row: leave it out, or what is right."""

    leave_out: bool = False
    age_band: str = ""
    house_number: str = ""


_COMMITTED = Row._fields.index("household")
PERSON_FIELDS = Row._fields[:_COMMITTED]


class Refusal(NamedTuple):
    """A line that is not kept: where it stood in the file and why, nothing of what it said."""

    line: int
    reason: str


# The caches serve what comes again and again: streets, dates, districts, first names.
@lru_cache(maxsize=_CACHED)
def clean(cell: str) -> str:
    """NFC, single blanks, no control characters."""
    text = " ".join(cell.split())
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text if text.isprintable() else "".join(c for c in text if c.isprintable())


@lru_cache(maxsize=_CACHED)
def name_case(name: str) -> str:
    """`VON DER HÖHE` → `von der Höhe`; names that are not all capitals stay as they are."""
    if not name.isupper() or len(name) < 3:
        return name
    return _WORD.sub(
        lambda m: m[0].lower() if m[0].lower() in _PARTICLES else m[0].capitalize(), name
    )
