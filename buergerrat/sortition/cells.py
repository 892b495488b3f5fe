"""What single cells of an extract say: sex, nationality, residence, end dates, total lines."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from buergerrat.sortition.ages import parse_birth

_SEX = {
    "female": "w weiblich frau fr fr. 2 f female",
    "male": "m maennlich männlich herr herrn hr hr. mann 1 male",
    "diverse": "d divers 3 i inter",
    "unspecified": "x o 0 9 ka k.a. k.a ohne unbekannt offen - –",
}
_SEX_OF = {word: sex for sex, words in _SEX.items() for word in words.split()} | {
    "": "unspecified",
    "keine angabe": "unspecified",
    "ohne angabe": "unspecified",
}
_MAIN = frozenset(
    [
        "h",
        "hw",
        "a",
        "aw",
        "e",
        "ew",
        "1",
        "haupt",
        "hauptwohnung",
        "hauptwohnsitz",
        "alleinig",
        "alleinige",
        "einzige",
        "erstwohnsitz",
        "hauptw",
    ]
) | {"", "alleinige wohnung", "einzige wohnung", "nein"}
_SECONDARY = re.compile(r"(n|nw|2|neben.*|zweit.*|ja|weitere.*)$")
_GONE = re.compile(r"(verzogen|weggezogen|fortgezogen|abgemeldet|unbekannt verzogen|ausgezogen)")
_DEAD = re.compile(r"(verstorben|gestorben|tot)$")
_GERMAN = re.compile(r"(0{1,3}|d|de|deu|deutsch.*|brd|bundesrepublik.*)$")
_UNKNOWN_NATIONALITY = re.compile(r"(998|999|ungeklärt|ungeklaert|ohne angabe|unbekannt|-)$")
_NATIONALITIES = re.compile(r"\s*[,;/|+&]\s*|\s+und\s+|(?<=\d)\s+(?=\d)")
_TOTAL = re.compile(
    r"\W*(gesamt|summe|insgesamt|anzahl|total|ende\b|datens[äa]tze|zeilen\b|stand\b|\d+\s+"
    r"(datens|personen|zeilen|einwohner|f[äa]lle))|[-=*_]{3,}$",
    re.IGNORECASE,
)
_SHORT_YEAR = re.compile(r"^(\d{1,2}[./-]\d{1,2}[./-])(\d{2})$")
_NO_DATE = re.compile(r"[0.\-/\s]*$")


@lru_cache(maxsize=1024)
def parse_sex(text: str) -> str | None:
    """female, male, diverse, unspecified; None if the cell is none of the known keys."""
    word = text.strip().lower().removesuffix(".0")
    found = _SEX_OF.get(word)
    if found is None and word.startswith(("frau ", "herr ", "herrn ")):
        return _SEX_OF[word.split()[0]]  # a salutation with a title: "Frau Dr."
    return found


@lru_cache(maxsize=4096)
def nationality_group(cells: tuple[str, ...]) -> str:
    """german if any of a person's nationalities is, else other, else unknown."""
    single = [s.lower() for cell in cells for s in _NATIONALITIES.split(cell.strip()) if s]
    if any(_GERMAN.match(word) for word in single):
        return "german"
    known = [word for word in single if not _UNKNOWN_NATIONALITY.match(word)]
    return "other" if known else "unknown"


@lru_cache(maxsize=1024)
def residence_reason(text: str) -> str | None:
    """None for a main residence, else the reason why the row is refused."""
    word = text.strip().lower()
    if word in _MAIN:
        return None
    for pattern, reason in (
        (_SECONDARY, "secondary_residence"),
        (_GONE, "moved_away"),
        (_DEAD, "deceased"),
    ):
        if pattern.match(word):
            return reason
    return "unreadable"


def _long_year(match: re.Match[str]) -> str:
    """Nobody in a register of today moved before 1970 or will move after 2069."""
    return match[1] + ("20" if int(match[2]) < 70 else "19") + match[2]


def has_ended(text: str, reference_date: date) -> bool | None:
    """Whether a date cell lies on or before the reference date; None if it cannot be read."""
    if _NO_DATE.match(text):
        return False
    day = parse_birth(_SHORT_YEAR.sub(_long_year, text))
    return None if day is None else day.earliest <= reference_date


def is_empty_date(text: str) -> bool:
    return _NO_DATE.match(text) is not None


def is_total_line(cells: Sequence[str], telling: Iterable[str]) -> bool:
    """A closing line such as `Gesamt;17000`: a word of summing up, and no person's data.

    `telling` are the row's birth and street cells; a person called Summe has both.
    """
    if any(cell.strip() for cell in telling):
        filled = [cell for cell in cells if cell.strip()]
        if len(filled) > 3 or len(filled) > len(cells) / 2:
            return False
    return any(_TOTAL.match(cell.strip()) for cell in cells[:8])
