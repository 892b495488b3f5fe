"""Which column of an extract is which of our fields, guessed from its header."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from buergerrat.sortition.households import plain

FIELDS: dict[str, str] = {
    "last_name": "Familienname",
    "first_name": "Vorname",
    "full_name": "Name, Vorname (in einer Spalte)",
    "title": "Titel",
    "birth_date": "Geburtsdatum",
    "birth_year": "Geburtsjahr",
    "age": "Alter",
    "sex": "Geschlecht",
    "nationality": "Staatsangehörigkeit",
    "nationality_2": "2. Staatsangehörigkeit",
    "nationality_3": "3. Staatsangehörigkeit",
    "street": "Straße",
    "house_number": "Hausnummer",
    "house_suffix": "Zusatz zur Hausnummer",
    "postcode": "Postleitzahl",
    "place": "Ort",
    "district": "Ortsteil",
    "residence": "Haupt- oder Nebenwohnung",
    "block": "Auskunftssperre",
    "block_2": "2. Auskunftssperre",
    "moved_out": "Auszug",
    "died": "Sterbedatum",
}
"""Our field → its German name, in the order of the mapping page."""

# Not "Übermittlungssperre": an objection under § 50 BMG is no block against such a letter.
# Each column title in the spelling of `plain`, the most telling one of a field first.
_SYNONYMS: dict[str, str] = {
    "last_name": "familienname nachname famn zuname famname familienname1 name surname lastname",
    "first_name": "vorname vornamen rufname rufnamen gebraeuchlichervorname firstname",
    "full_name": "namevorname nachnamevorname familiennamevorname",
    "title": "titel doktorgrad akadgrad akademischergrad drgrad",
    "birth_date": "geburtsdatum gebdat gebdatum geburtsdat dob birthdate dateofbirth geburtstag geborenam gebam tagdergeburt",
    "birth_year": "geburtsjahr gebjahr jahrgang",
    "age": "alter alterinjahren lebensalter alterstichtag alteramstichtag age",
    "sex": "geschlecht geschl gender geschlechtsschluessel g sex gesch geschlechtkz anrede",
    "nationality": "staatsangehoerigkeit staatsang nationalitaet stakz staat1 staat "
    "staatsangehoerigkeit1 staatsangehoerigkeiten staatsang1 stang sta staatsangeh "
    "staatsangehoerigkeitschluessel nationalitaet1",
    "nationality_2": "staat2 staatsangehoerigkeit2 staatsang2 weiterestaatsangehoerigkeit "
    "2staatsangehoerigkeit nationalitaet2 zweitestaatsangehoerigkeit",
    "nationality_3": "staat3 staatsangehoerigkeit3 staatsang3 3staatsangehoerigkeit nationalitaet3",
    "street": "strasse str strassenname strname strassehausnummer strassehausnr strassehnr "
    "strasseundhausnummer strasseundhausnr strasseundnr strassenr anschrift adresse",
    "house_number": "hausnummer hausnr hsnr hnr nr haus",
    "house_suffix": "hszus hausnummernzusatz hausnrzusatz hausnrzus hsnrzus buchstabe zusatz "
    "buchstabehausnummer hausnummerzusatz hnrzus hausnummerbuchstabe",
    "postcode": "plz postleitzahl",
    "place": "wohnort ort gemeinde ortsname gemeindename stadt plzort plzundort plzwohnort",
    "district": "ortsteil ot gemeindeteil stadtteil ortsteilname bezirk stadtbezirk ortschaft "
    "sozialraum stimmbezirk wahlbezirk",
    "residence": "wohnungsstatus wohnungsart hwnw hna wohnstatus wohnsitz wohnsitzart nebenwohnung "
    "hauptnebenwohnung artderwohnung status",
    "block": "auskunftssperre sperre ausksp sperrkz sperrvermerk auskunftssperren sperren "
    "auskunftssperrekz auskunftssperre1 sperre1",
    "block_2": "bedingtersperrvermerk auskunftssperre2 sperre2 bedsperrvermerk",
    "moved_out": "auszug auszugsdatum auszugsdat wegzug wegzugsdatum abmeldedatum abmeldung",
    "died": "sterbedatum sterbedat todesdatum gestorbenam verstorbenam sterbetag",
}
_MEANING = {name: field for field, names in _SYNONYMS.items() for name in names.split()}
_RANK = {name: rank for names in _SYNONYMS.values() for rank, name in enumerate(names.split())}

_REFUSED_NAMES = ("rel", "glaube", "famst", "famstd")
_REFUSED_STARTS = ("relig", "konfess", "kirchen", "familienstand", "famstand")

AGE_FIELDS = ("birth_date", "birth_year", "age")
BLOCK_FIELDS = ("block", "block_2")


_SHEET = re.compile(r"\s*\d{4}[a-z]?[\s_:.-]+(?=\D)")
_REMARK = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_AGE_ON = re.compile(r"alter(am|zum|per)?(stichtag)?\d*$")


def meaning(title: str) -> str | None:
    """Our field for one column title; None if the column is not needed or not known."""
    return _MEANING.get(_name(title))


@lru_cache(maxsize=4096)
def _name(title: str) -> str:
    """The spelling of the synonyms, without what some offices add to a title.

    That is the number of a DSMeld sheet in front (`0601 Geburtsdatum`), a remark in brackets
    (`Geschlecht (m/w/d)`) and the day of an age (`Alter am 1.11.2026`).
    """
    name = plain(title)
    if name in _MEANING:
        return name
    bare = plain(_REMARK.sub(" ", _SHEET.sub("", title)) or title)
    return "alter" if _AGE_ON.match(bare) else bare


def is_refused(title: str) -> bool:
    """Religion and marital status: never needed, never read."""
    name = _name(title)
    return name in _REFUSED_NAMES or name.startswith(_REFUSED_STARTS)


def guess_mapping(header: Sequence[str]) -> dict[str, str]:
    """Our field → column title; of several synonyms the most telling one, then the leftmost."""
    best: dict[str, tuple[int, str]] = {}
    for title in header:
        field = meaning(title)
        if field is None:
            continue
        rank = _RANK[_name(title)]
        if field not in best or rank < best[field][0]:
            best[field] = (rank, title)
    mapping = {field: best[field][1] for field in FIELDS if field in best}
    if "full_name" in mapping and "last_name" in mapping:
        del mapping["full_name"]
    if "last_name" in mapping and "first_name" not in mapping:
        mapping["full_name"] = mapping.pop("last_name")
    return mapping


def overruled(guessed: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """The guess, overruled by what somebody named; one column serves one field.

    A field named "" is not to be read; only a block that the file names is never passed over.
    """
    given = {o: t for o, t in given.items() if t or o not in BLOCK_FIELDS}
    taken = set(given.values())
    names = {"full_name"} if {"last_name", "first_name"} & set(given) else set()
    kept = {o: t for o, t in guessed.items() if t not in taken and o not in names}
    return {ours: theirs for ours, theirs in (kept | given).items() if theirs}


def header_score(cells: Sequence[str]) -> int:
    """How many different fields a line names: high for a header, next to nothing for data."""
    return len({field for cell in cells if (field := meaning(cell))})


def missing_columns(mapping: Mapping[str, str]) -> list[str]:
    """German names of the fields without which no letter can be sent or no age told."""
    missing = []
    if "full_name" not in mapping:
        missing += [FIELDS[f] for f in ("last_name", "first_name") if f not in mapping]
    if not any(field in mapping for field in AGE_FIELDS):
        missing.append("Geburtsdatum, Geburtsjahr oder Alter")
    if "street" not in mapping:
        missing.append(FIELDS["street"])
    if "place" not in mapping and "postcode" not in mapping:
        missing.append("Postleitzahl oder Ort")
    return missing


def column_warnings(mapping: Mapping[str, str]) -> list[str]:
    """Sentences on columns that may be missing, and what follows from that."""
    notes = {
        "block": "Die Datei hat keine Spalte für Auskunftssperren. Bitte fragen Sie das "
        "Meldeamt, ob gesperrte Personen schon fehlen.",
        "residence": "Die Datei hat keine Spalte für Haupt- und Nebenwohnung. Alle Zeilen "
        "gelten als Hauptwohnung.",
        "sex": "Die Datei hat keine Spalte für das Geschlecht. Bei allen steht „ohne Angabe“.",
        "district": "Die Datei hat keine Spalte für den Ortsteil. Gelost wird nur nach "
        "Geschlecht und Alter.",
    }
    return [sentence for field, sentence in notes.items() if field not in mapping]
