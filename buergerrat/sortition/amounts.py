"""Numbers, ages and words as offices of statistics write them. Pure: no Flask, no database.

Signs of the German statistical offices: `–` is exactly nothing, `.` is kept secret or not known,
`x` makes no sense, `/` and `()` are uncertain: a number in brackets still counts.
"""

from __future__ import annotations

import re
from functools import lru_cache

from buergerrat.sortition.households import plain

NOTHING = frozenset("-–—")
UNKNOWN = frozenset({".", "x", "/", "…", "...", "·", "•", ""})
OLDEST = 89
"""Up to this age an open group ("from 65 on") is spread when it has to be cut."""

_GROUPED = re.compile(r"\d{1,3}([.\s]\d{3})+(,0*)?")
_NUMBER = re.compile(r"\d+([.,]\d+)?")
_BRACKETS = re.compile(r"^\((.*)\)$")
_TOTAL = re.compile(r"(insgesamt|gesamt|summe|zusammen|total|alle|gesamtergebnis)\b", re.IGNORECASE)

_UNDER = re.compile(r"(?:unter|bis unter|juenger als|<)\s*(\d{1,3})")
_FROM = re.compile(r"(?:ab|>=|ueber|von)\s*(\d{1,3})$")
_AND_OLDER = re.compile(r"(\d{1,3})\s*(?:\+|und (?:aelter|mehr|darueber|hoeher)|u\.? ?ae\.?)")
_BETWEEN = re.compile(r"(\d{1,3})\s*(?:-|bis)\s*(unter\s+)?(\d{1,3})")


class NotANumber(ValueError):
    """A cell that holds neither a number nor one of the signs."""


def amount(cell: str) -> float | None:
    """`1.234`, `1 234`, `12,5 %`, `(87)` as a number; None for what is secret or not known.

    Raises `NotANumber`.
    """
    text = " ".join(cell.replace("\u202f", " ").replace("\xa0", " ").split()).rstrip("% ").strip()
    text = _BRACKETS.sub(r"\1", text).strip()
    if text in NOTHING:
        return 0.0
    if text.lower() in UNKNOWN:
        return None
    if _GROUPED.fullmatch(text):
        return float(re.sub(r"[.\s]", "", text.partition(",")[0]))
    if _NUMBER.fullmatch(text):
        return float(text.replace(",", "."))
    raise NotANumber(cell)


def is_amount(cell: str) -> bool:
    """Whether a cell holds a number or a sign in its place; a blank cell does not."""
    try:
        return bool(cell.strip()) and (amount(cell) is not None or cell.strip() in UNKNOWN)
    except NotANumber:
        return False


def is_total(cell: str) -> bool:
    return bool(_TOTAL.match(cell.strip()))


@lru_cache(maxsize=4096)
def ages(cell: str) -> tuple[int, int | None] | None:
    """First and last year of an age group, the last None when it is open; None for no age.

    `16-29`, `16 bis 29 Jahre`, `16 bis unter 30`, `unter 18`, `65 und älter`, `ab 65`, `65+`, `17`.
    """
    text = cell.lower().replace("–", "-").replace("ä", "ae").replace("ü", "ue").replace("j.", "")
    text = re.sub(r"\b(jahren?|jaehrige[rn]?|alter von|alter|im)\b", " ", text)
    text = " ".join(text.split()).strip()
    if found := _BETWEEN.fullmatch(text):
        low, high = int(found[1]), int(found[3]) - bool(found[2])
        return (low, high) if low <= high <= 120 else None
    if found := _AND_OLDER.fullmatch(text) or _FROM.fullmatch(text):
        return int(found[1]), None
    if found := _UNDER.fullmatch(text):
        return (0, int(found[1]) - 1) if int(found[1]) else None
    if text.isdigit() and int(text) <= 120:
        return int(text), int(text)
    return None


_SEXES = {
    "female": "w weiblich frau frauen f female weibl 2",
    "male": "m maennlich mann maenner male maennl 1",
    "diverse": "d divers diverse",
    "unspecified": "x ohneangabe ohneangaben keineangabe unbekannt",
}
_SEX = {word: key for key, words in _SEXES.items() for word in words.split()}
_EDUCATION = (
    ("school", "nochinderschul nochinschul inschulischer schuelerin schulbesuch nochzurschule"),
    ("high", "abitur hochschulreife"),
    ("middle", "mittlere realschul polytechnisch mittlererabschluss"),
    ("low", "hauptschul volksschul ohneschul ohneoder ohneallgemein keinschul keinenschul"),
    ("low", "ohneabschl keinabschl foerderschul nochkein"),
    ("not_said", "ohneangabe keineangabe andere unbekannt sonstige"),
)
_MIGRATION = (
    ("not_said", "ohneangabe keineangabe unbekannt"),
    ("no", "ohne einseitig nein keine"),
    ("yes", "mit eingewandert nachkomm"),
)
_YES_NO = {"ja": "yes", "nein": "no", "yes": "yes", "no": "no"}


@lru_cache(maxsize=4096)
def value_key(feature: str, cell: str) -> str | None:
    """Our key of a value of sex, education or migration history; None where it is no such word.

    One-sided migration history ("einseitig") counts as without: the reply form asks for both
    parents.
    """
    word = re.sub(r"[^a-z0-9]", "", plain(cell))
    if feature == "sex":
        return _SEX.get(word)
    if feature == "education":
        return _holding(word, _EDUCATION)
    if feature == "migration_history":
        return _YES_NO.get(word) or _holding(word, _MIGRATION)
    raise KeyError(feature)


def _holding(word: str, keys: tuple[tuple[str, str], ...]) -> str | None:
    """The first key of which a word stands in `word`."""
    return next((key for key, marks in keys if any(m in word for m in marks.split())), None)


_DIMENSIONS = {
    "sex": "geschlecht geschl sex gender",
    "age": "alter altersgruppe altersgruppen age alterinjahren altersklasse altersjahr "
    "altersklassen",
    "district": "ortsteil stadtteil bezirk stadtbezirk ortschaft ortsteile gemeindeteil "
    "sozialraum district stadtteile ot bezirke",
    "education": "bildung bildungsabschluss schulabschluss education hoechsterschulabschluss "
    "allgemeinerschulabschluss schulbildung",
    "migration_history": "einwanderungsgeschichte migration migrationshintergrund "
    "migrationsgeschichte migrationhistory migration_history",
    "feature": "merkmal feature variable thema",
    "value": "auspraegung wert value merkmalsauspraegung kategorie gruppe",
    "people": "anzahl personen einwohner bevoelkerung people zahl menschen einwohnerzahl "
    "insgesamt bevoelkerunginsgesamt anzahlpersonen haeufigkeit ew count fallzahl",
    "share": "anteil prozent anteilinprozent share percent anteile vomhundert vh",
}
_DIMENSION = {word: key for key, words in _DIMENSIONS.items() for word in words.split()}


@lru_cache(maxsize=4096)
def dimension(title: str) -> str | None:
    """What a column holds by its title: one of our features, `people`, `share`, or None."""
    bare = plain(re.sub(r"\([^)]*\)|\[[^\]]*\]|%|\bin\b", " ", title))
    if "%" in title and not bare:
        return "share"
    found = _DIMENSION.get(bare)
    return "share" if found == "people" and "%" in title else found
