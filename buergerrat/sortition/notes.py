"""What is noticed while an extract is read: lost letters, odd characters, doubtful rows.

Counts and column titles, but for `doubts`: they hold what a clerk needs to decide, and are kept
sealed and only while the import is open.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from buergerrat.sortition.buildings import Buildings

MOST_DOUBTS = 500
COMMON_STREET = 5  # people; a street with fewer is not named
MOST_STREETS = 20

LOST = re.compile(r"\ufffd|(?<=\w)\?+(?=\w)|^\?+(?=\w)|(?<=\w)\?+$", re.MULTILINE)
"""A question mark within or beside a word of a name or street, or the sign of replacement."""

# DIN 91379 (String.Latin+) without the letters of its second part (Greek, Cyrillic), which no
# name of a person in the register has. Combining signs may follow a letter.
_ALLOWED = (
    " -~\u00a0-\u017e\u0187-\u0188\u018f\u0197\u01a0\u01a1\u01af\u01b0\u01b7\u01cd-\u01dc\u01de\u01df"
    "\u01e2-\u01f0\u01f4\u01f5\u01f8-\u01ff\u0212\u0213\u0218-\u021b\u021e\u021f\u0227-\u0233"
    "\u0259\u0268\u0292\u02b9-\u02bc\u02be\u02bf\u02c6-\u02c8\u02cc\u02dc\u0300-\u0338"
    "\u1e02-\u1ef9\u2010-\u2015\u2018-\u201e\u2020\u2021\u2026\u2030\u2032\u2033\u2039\u203a\u20ac"
    "\t\n\ufeff\ufffd\x1a"
)
ODD = re.compile(f"[^{_ALLOWED}]")
"""A character that no name in a German register is written with."""
_LOOKED_AT = ("last_name", "first_name", "full_name", "title", "street", "place", "district")


@dataclass(frozen=True)
class Doubt:
    """One row for the review list. `ages`: the youngest and oldest the person can be.

    why: `age` (the age group is not certain) or `house_number` (a spreadsheet made a date of it).
    """

    line: int
    why: tuple[str, ...]
    last_name: str
    first_name: str
    birth: str
    street: str
    house_number: str
    ages: tuple[int, int]


@dataclass
class Notes:
    """Filled by `register.read_extract`."""

    header: list[str] = field(default_factory=list)
    mapping: Mapping[str, str] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)  # their column → cells
    odd: Counter[str] = field(default_factory=Counter)
    padded: int = 0
    doubts: list[Doubt] = field(default_factory=list)
    streets: Counter[str] = field(default_factory=Counter)  # not in the street list → people
    buildings: Buildings | None = None

    def doubt(self, found: Doubt) -> None:
        if len(self.doubts) < MOST_DOUBTS:
            self.doubts.append(found)

    def look(self, cells: list[str]) -> None:
        """Count, column by column, what is wrong with the cells of a line that looks wrong."""
        for ours in _LOOKED_AT:
            title = self.mapping.get(ours)
            place = self.header.index(title) if title in self.header else len(cells)
            cell = cells[place] if place < len(cells) else ""
            if LOST.search(cell):
                self.lost[str(title)] += 1
            elif not cell.isascii() and ODD.search(unicodedata.normalize("NFC", cell)):
                self.odd[str(title)] += 1

    def sentences(self) -> list[str]:
        """What the clerk should look at, with numbers."""
        found = []
        if self.lost:
            found.append(
                f"In Namen oder Straßen sind Buchstaben verloren gegangen ({_columns(self.lost)}): "
                "Dort stehen Fragezeichen oder „\ufffd“. Bitte lassen Sie die Liste als UTF-8 neu "
                "ausgeben, sonst stehen die Namen so auf den Briefen."
            )
        if self.odd:
            found.append(
                f"Zeichen, die es in deutschen Registern nicht gibt (DIN 91379), stehen in: "
                f"{_columns(self.odd)}. Bitte prüfen Sie, ob der Zeichensatz stimmt."
            )
        if self.streets:
            people, named = self.streets.total(), self.common_streets()
            which = f" Darunter: {', '.join(named)}." if named else ""
            found.append(
                f"{len(self.streets)} Straßen mit {people} Personen stehen nicht in der "
                f"Straßenliste. Diese Personen haben keinen Ortsteil.{which}"
            )
        return found

    def common_streets(self) -> list[str]:
        """Names of streets without a district, the most frequent first; never a rare one."""
        return [s for s, n in self.streets.most_common(MOST_STREETS) if n >= COMMON_STREET]

    def review(self) -> list[dict[str, Any]]:
        """The doubtful rows as JSON, none decided."""
        return [{**asdict(doubt), "decision": None} for doubt in self.doubts]


def _columns(found: Counter[str]) -> str:
    return ", ".join(f"Spalte „{title}“ {count}-mal" for title, count in found.most_common())
