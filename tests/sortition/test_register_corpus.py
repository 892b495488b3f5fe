"""A corpus of extracts: every encoding, separator, date form and defect, read as it was made."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest

from buergerrat.sortition.notes import Notes
from buergerrat.sortition.register import Row, read_extract
from buergerrat.sortition.register_check import look_at
from buergerrat.sortition.strata import bands_from_bounds

DAY = date(2026, 11, 1)
BANDS = bands_from_bounds([16, 30, 45, 65])
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "iso8859-15", "utf-16", "utf-16-le", "utf-16-be")
SEPARATORS = ";,\t|"
Cells = dict[str, str]
Table = list[list[str]]

# Who is in every file: name, sex, birth and the age on the day, all worked out by hand.
PEOPLE = [
    ("Sommer", "Zoë", "w", date(1980, 3, 5), 46),
    ("Müßig", "Jörg", "m", date(2009, 11, 1), 17),
    ("Weiß", "Renée", "d", date(1960, 2, 29), 66),
    ("O'Neill", "Éva", "x", date(1931, 12, 31), 94),
]
SEXES = {"w": "female", "m": "male", "d": "diverse", "x": "unspecified"}
TITLES = ["Familienname", "Vorname", "", "Geschl", "Straße", "HsNr", "PLZ", "Ort", "OT", "STAKZ",
          "Status", "AuskSp"]  # fmt: skip
MONTHS = {2: "Februar", 3: "März", 11: "Nov", 12: "Dezember"}
FORMS: dict[str, tuple[str, Callable[[date, int], str]]] = {
    "dmy": ("GebDat", lambda day, age: f"{day:%d.%m.%Y}"),
    "short": ("Geb.-Datum", lambda day, age: f"{day.day}.{day.month}.{day.year}"),
    "iso": ("Geburtsdatum", lambda day, age: day.isoformat()),
    "time": ("Geburtsdatum", lambda day, age: f"{day.isoformat()} 00:00:00"),
    "compact": ("GebDat", lambda day, age: f"{day:%Y%m%d}"),
    "slash": ("GebDat", lambda day, age: f"{day:%d/%m/%Y}"),
    "serial": ("GebDat", lambda day, age: str((day - date(1899, 12, 30)).days)),
    "worded": ("Geburtsdatum", lambda day, age: f"{day.day}. {MONTHS[day.month]} {day.year}"),
    "year": ("Geburtsjahr", lambda day, age: str(day.year)),
    "age": ("Alter", lambda day, age: str(age)),
}


def cells_of(form: str, index: int, **changes: str) -> Cells:
    last, first, sex, born, age = PEOPLE[index]
    return {
        "Familienname": last, "Vorname": first, "": FORMS[form][1](born, age), "Geschl": sex,
        "Straße": "Fährgasse", "HsNr": f"{index + 1}", "PLZ": "01234", "Ort": "Elbtal",
        "OT": "Kernstadt", "STAKZ": "000", "Status": "H", "AuskSp": "",
    } | changes  # fmt: skip


def table(form: str, rows: list[Cells]) -> Table:
    head = [title or FORMS[form][0] for title in TITLES]
    return [head, *([row[title] for title in TITLES] for row in rows)]


def with_row(**changes: str) -> Callable[[Table], Table]:
    """One more row: the first person, changed; by default somebody else of that name."""

    def added(rows: Table) -> Table:
        row = list(rows[1])
        for title, value in ({"HsNr": "77"} | changes).items():
            row[TITLES.index("" if title == "birth" else title)] = value
        return [*rows, row]

    return added


def capitals(rows: Table) -> Table:
    return [rows[0], *([row[0].replace("ß", "SS").upper(), *row[1:]] for row in rows[1:])]


def decomposed(rows: Table) -> Table:
    return [[unicodedata.normalize("NFD", cell) for cell in row] for row in rows]


# What domain.md says of real files: how the table is changed, and what then happens to whom.
DEFECTS: dict[str, tuple[Callable[[Table], Table], dict[str, int]]] = {
    "none": (lambda rows: rows, {}),
    "titles_above": (lambda rows: [["Stadt Elbtal"], ["Auswertung 1.11.2026"], [], *rows], {}),
    "total_line": (lambda rows: [*rows, ["Gesamt: 4 Personen"]], {"total_line": 1}),
    "total_cells": (lambda rows: [*rows, ["Anzahl", "4"]], {"total_line": 1}),
    "blank_columns": (lambda rows: [[*row, "", ""] for row in rows], {}),
    "blank_lines": (lambda rows: [line for row in rows for line in (row, [])], {}),
    "cut_ends": (lambda rows: [rows[0], *(row[:-1] for row in rows[1:])], {}),
    "capitals": (capitals, {}),
    "decomposed": (decomposed, {}),
    "spaces": (lambda rows: [[f"  {cell}\u00a0" for cell in row] for row in rows], {}),
    "lost_zero": (lambda rows: [[c.replace("01234", "1234") for c in row] for row in rows], {}),
    "unknown_birth": (with_row(birth="0000-00-00"), {"unreadable": 1}),
    "no_birth": (with_row(birth=""), {"unreadable": 1}),
    "impossible_birth": (with_row(birth="31.02.1980"), {"unreadable": 1}),
    "half_known": (with_row(birth="00.00.1961"), {"doubtful": 1}),
    "too_young": (with_row(birth="02.11.2010"), {"under_age": 1}),
    "number_as_date": (with_row(HsNr="02. Apr"), {"doubtful": 1}),
    "blocked": (with_row(AuskSp="11"), {"blocked": 1}),
    "second_home": (with_row(HsNr="1", Status="N"), {"secondary_residence": 1}),
    "twice": (with_row(HsNr="1", Familienname="SOMMER", Straße="FÄHRGASSE"), {"duplicate": 1}),
    "beyond": (lambda rows: [*with_row()(rows)[:-1], [*with_row()(rows)[-1], "x"]],
               {"unreadable": 1}),
}  # fmt: skip
NEEDS_DATES = {"unknown_birth", "impossible_birth", "half_known", "too_young"}
QUOTED = {"twice", "blocked", "spaces"}


def written(rows: Table, encoding: str, separator: str, defect: str) -> bytes:
    text = io.StringIO()
    newline = "\n" if defect in ("none", "capitals") else "\r\n"
    if defect in QUOTED:
        writer = csv.writer(
            text, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator=newline
        )
    else:
        writer = csv.writer(text, delimiter=separator, lineterminator=newline)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def expected(form: str, defect: str) -> list[tuple[str, ...]]:
    """The four people as a draw must see them; a year alone leaves two ages."""
    found: list[tuple[str, ...]] = []
    for index, (last, first, sex, born, age) in enumerate(PEOPLE):
        shown = last.replace("ß", "ss") if defect == "capitals" else last
        years = 2026 - born.year
        low, high = (years - 1, years) if form == "year" else (age, age)
        found.append(
            (shown, first, "Fährgasse", str(index + 1), "01234", "Elbtal", "Kernstadt",
             SEXES[sex], str(low), str(high), "german")
        )  # fmt: skip
    return found


def told(row: Row) -> tuple[str, ...]:
    return (row.last_name, row.first_name, row.street, row.house_number, row.postcode, row.place,
            row.district, row.sex, str(row.age_low), str(row.age_high),
            row.nationality_group)  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", SEPARATORS)
def test_every_extract_is_read_as_it_was_made(encoding: str, separator: str) -> None:
    for form in FORMS:
        rows = table(form, [cells_of(form, index) for index in range(len(PEOPLE))])
        for defect, (change, refused) in DEFECTS.items():
            if (defect in NEEDS_DATES and form == "age") or (
                defect == "decomposed" and not encoding.startswith("utf")
            ):
                continue
            where = (form, defect)
            opened = look_at(io.BytesIO(written(change(rows), encoding, separator, defect)))
            assert opened.seen.problems == [], where
            assert opened.seen.separator == separator, where
            outcome = list(
                read_extract(
                    opened.stream, reference_date=DAY, min_age=16, age_bands=BANDS,
                    rules=opened.rules(), **opened.options,
                )
            )  # fmt: skip
            people = [item for item in outcome if isinstance(item, Row)]
            assert [told(row) for row in people] == expected(form, defect), where
            reasons = Counter(item.reason for item in outcome if not isinstance(item, Row))
            assert reasons == refused, where


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("encoding", ["cp1252", "iso8859-15", "ascii"])
def test_letters_that_an_encoding_does_not_have_are_counted(encoding: str, separator: str) -> None:
    rows = table("dmy", [cells_of("dmy", 0, Familienname="Dvořák", HsNr=str(n)) for n in (1, 2, 3)])
    text = "\n".join(separator.join(row) for row in rows)
    data = text.replace("ß", "ss").encode(encoding, "replace")
    opened, notes = look_at(io.BytesIO(data)), Notes()
    found = list(
        read_extract(
            opened.stream, reference_date=DAY, min_age=16, age_bands=BANDS, notes=notes,
            **opened.options,
        )
    )  # fmt: skip
    assert len(found) == 3
    lost = {"Familienname": 3}
    if encoding == "ascii":
        lost |= {"Vorname": 3}
        assert notes.lost.pop("Strasse", 3) == 3
    assert {title: notes.lost[title] for title in lost} == lost
    assert any("3-mal" in sentence for sentence in notes.sentences())
