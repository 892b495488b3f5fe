"""Tables of invented people and quotas, and nasty extracts, as files that others might bring."""

import csv
import io
import random
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import spreadsheet_samples as make

SEATS = 8
FEATURES = {"Geschlecht": ["Frau", "Mann"], "Ortsteil": ["Kernstadt", "Niederau", "Straße"]}
Table = list[list[str]]


def people_table(number: int = 40) -> Table:
    """Header and rows: id, name, features, address; every third person shares a home."""
    rnd = random.Random(7)
    rows = [["id", "Name", *FEATURES, "Anschrift", "PLZ"]]
    for place in range(number):
        values = [values[(place + rnd.randrange(2)) % len(values)] for values in FEATURES.values()]
        home = f"Hauptstr. {place - (place % 3 == 1)}"
        rows.append([f"p{place:02}", f"Name, {place}", *values, home, "01234"])
    return rows


def quota_table() -> Table:
    """Quotas that the people of `people_table` can meet."""
    rows = [["feature", "value", "min", "max"]]
    rows += [["Geschlecht", value, "3", "5"] for value in FEATURES["Geschlecht"]]
    rows += [["Ortsteil", value, "1", "5"] for value in FEATURES["Ortsteil"]]
    return rows


def as_csv(table: Sequence[Sequence[str]], separator: str = ",") -> bytes:
    """Return the table as the bytes of a file."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(table)
    return text.getvalue().encode()


def put(folder: Path, people: bytes | None = None, quotas: bytes | None = None) -> list[str]:
    """Write both files, the usual ones where none are given; return the options naming them."""
    folder.mkdir(parents=True, exist_ok=True)
    one, other = folder / "people.csv", folder / "quotas.csv"
    one.write_bytes(as_csv(people_table()) if people is None else people)
    other.write_bytes(as_csv(quota_table()) if quotas is None else quotas)
    return ["--people", str(one), "--quotas", str(other), "--seats", str(SEATS)]


class Nasty(NamedTuple):
    """An extract as registry offices send them, and what is in it by construction.

    `form`: what a clerk would choose on the page; empty where all is recognised.
    """

    name: str
    data: bytes
    eligible: int
    refused: dict[str, int]
    form: Mapping[str, str] = MappingProxyType({})


NASTY_HEADER = [
    "OM", "Familienname", "Vornamen", "GebDat", "Geschl", "StaatsAng", "Straße", "HsNr", "PLZ",
    "Wohnort", "Ortsteil", "Status", "Auszugsdatum", "Sterbedatum", "AuskSp", "Religion",
]  # fmt: skip
_NAMES = ["Müller", "Strauß", "Łukasz", "Dvořák", "O'Neill", "von der Höhe", "Şahin", "Žižek"]
_PLAIN_NAMES = [
    "Müller",
    "Strauß",
    "Lukas",
    "Dvorak",
    "O'Neill",
    "von der Höhe",
    "Sahin",
    "Jürgens",
]


def resident(number: int, name: str, **changes: str) -> dict[str, str]:
    """A grown-up in the main residence; no two numbers are the same person."""
    cells = {
        "OM": str(number), "Familienname": name, "Vornamen": f"Kim{chr(97 + number % 26)}",
        "GebDat": f"{number % 27 + 1:02d}.03.{1950 + number}", "Geschl": "mwdx"[number % 4],
        "StaatsAng": "000", "Straße": "Fährgasse", "HsNr": str(number + 1), "PLZ": "39999",
        "Wohnort": "Elbtal", "Ortsteil": ["Kernstadt", "Niederau"][number % 2], "Status": "H",
        "Religion": "rk",
    }  # fmt: skip
    return dict.fromkeys(NASTY_HEADER, "") | cells | changes


def _flawed() -> list[dict[str, str]]:
    """One row for each reason, and the same person a second time in other letters."""
    return [
        resident(20, "Kind", GebDat="02.01.2020"),
        resident(21, "Zweit", Status="N"),
        resident(22, "Fort", Auszugsdatum="01.01.2020"),
        resident(23, "Tot", Sterbedatum="01.01.2020"),
        resident(24, "Zu", AuskSp="11"),
        resident(25, "Leer", GebDat="00.00.0000"),
        resident(0, "MÜLLER", Vornamen="KIMA", Straße="FÄHRGASSE"),
    ]


_ALL = {"under_age": 1, "secondary_residence": 1, "moved_away": 1, "deceased": 1, "blocked": 1,
        "unreadable": 1, "duplicate": 1}  # fmt: skip


def sound(names: Sequence[str] = _NAMES) -> list[dict[str, str]]:
    return [resident(number, name) for number, name in enumerate(names)]


def nasty_table(people: Sequence[dict[str, str]], titles: Sequence[str] = NASTY_HEADER) -> Table:
    return [list(titles), *([row[title] for title in titles] for row in people)]


def written(table: Table, encoding: str, separator: str = ";", newline: str = "\r\n") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=newline).writerows(table)
    return text.getvalue().encode(encoding)


def unicode_text() -> Nasty:
    """Excel's „Unicode-Text“: UTF-16 with tabs, titles above, blank columns, a total line."""
    rows = [["Stadt Elbtal"], ["Auswertung vom 01.11.2026"], [], *nasty_table(sound() + _flawed())]
    wide = [[*row, "", ""] if row else row for row in rows] + [["Gesamt: 15 Personen"]]
    data = written(wide, "utf-16", "\t")
    return Nasty("unicode_text", data, 8, _ALL | {"total_line": 1})


def shouting() -> Nasty:
    """Windows-1252, a `sep=` line, every name in capitals, quotes wherever the export liked."""
    people = [row | {"Familienname": row["Familienname"].upper()} for row in sound(_PLAIN_NAMES)]
    lines = written(nasty_table(people + _flawed()), "cp1252").decode("cp1252").splitlines()
    quoted = [
        line if n % 2 else '"' + line.replace(";", '";"') + '"' for n, line in enumerate(lines)
    ]
    return Nasty("shouting", ("sep=;\r\n" + "\r\n".join(quoted)).encode("cp1252"), 8, _ALL)


def one_column_names() -> Nasty:
    """UTF-8 with BOM and commas; name and first name in one column, street and number too."""
    titles = ["Name, Vorname", "GebDat", "Anrede", "Straße und Hausnummer", "PLZ/Ort"]
    rows = [
        [f"{r['Familienname']}, {r['Vornamen']}", r["GebDat"], "Frau" if r["Geschl"] == "w" else "Herr",
         f"{r['Straße']} {r['HsNr']}", f"{r['PLZ']} {r['Wohnort']}"]
        for r in sound()
    ]  # fmt: skip
    return Nasty("one_column_names", written([titles, *rows], "utf-8-sig", ","), 8, {})


def spreadsheet() -> Nasty:
    """XLSX: birth dates as serial numbers, postcodes without their zero, a number made a date."""
    people = [row | {"PLZ": "1234"} for row in sound()]
    for row in people:
        day, month, year = (int(part) for part in row["GebDat"].split("."))
        row["GebDat"] = str((date(year, month, day) - date(1899, 12, 30)).days)
    people.append(resident(30, "Haus", HsNr="02. Apr"))
    rows = [["Melderegister"], *nasty_table(people)]
    return Nasty("spreadsheet", make.xlsx(rows), 8, {"doubtful": 1})


def libre_office() -> Nasty:
    """ODS with ISO dates and a total line below."""
    people = sound()
    for row in people:
        row["GebDat"] = "-".join(reversed(row["GebDat"].split(".")))
    return Nasty(
        "libre_office", make.ods([*nasty_table(people), ["Summe", "8"]]), 8, {"total_line": 1}
    )


def archive() -> Nasty:
    """A ZIP with the shreds a Mac leaves, and compact dates in it."""
    people = sound() + _flawed()[1:5]
    for row in people:
        row["GebDat"] = "".join(reversed(row["GebDat"].split(".")))
    inner = written(nasty_table(people), "utf-8", newline="\n")
    data = make.packed({"Auszug.csv": inner, "__MACOSX/._Auszug.csv": b"\0\5"})
    reasons = ("secondary_residence", "moved_away", "deceased", "blocked")
    return Nasty("archive", data, 8, dict.fromkeys(reasons, 1))


def old_keys() -> Nasty:
    """ISO-8859-15 with bars: sex 1/2, only years of birth, HW and NW."""
    people = sound(["Žižek", "Šuman", *_PLAIN_NAMES[2:]])
    for row in people:
        row |= {"GebDat": "1950", "Geschl": "12"[int(row["OM"]) % 2], "Status": "HW"}
    people += [resident(40, "Zweit", Status="NW"), resident(41, "Band", GebDat="1961")]
    data = written(nasty_table(people), "iso8859-15", "|")
    return Nasty("old_keys", data, 8, {"secondary_residence": 1, "doubtful": 1})


def cut_ends() -> Nasty:
    """Empty cells at the end of a line are left off; one line is torn in the middle of its town."""
    titles = [title for title in NASTY_HEADER if title != "Religion"]
    people = [*sound(_PLAIN_NAMES), resident(24, "Zu", AuskSp="11")]
    lines = [";".join(row).rstrip(";") for row in nasty_table(people, titles)]
    torn = ";".join(nasty_table([resident(42, "Riss", AuskSp="S")], titles)[1])
    lines[3:3] = torn.replace("Elbtal", "Elb\r\ntal").split("\r\n")
    return Nasty(
        "cut_ends", "\r\n".join(lines).encode("cp1252"), 8, {"blocked": 1, "unreadable": 2}
    )


def worded_dates() -> Nasty:
    """Months in words, years of two digits, parts unknown; a child or somebody very old."""
    months = ["5. März 1980", "05-Mrz-1980", "5. Mai 80", "17.11.66", "1. Dezember 1955",
              "00.00.1950", "00.05.1980", "8.8.88"]  # fmt: skip
    people = [row | {"GebDat": month} for row, month in zip(sound(), months, strict=True)]
    people += [resident(43, "Frage", GebDat="05.03.15"), resident(44, "Nie", GebDat="5. Foo 1980")]
    data = written(nasty_table(people), "utf-8", "\t")
    return Nasty("worded_dates", data, 8, {"doubtful": 1, "unreadable": 1})


def two_blocks() -> Nasty:
    """Two columns of blocks with one title, several nationalities, letters that were lost."""
    titles = [*NASTY_HEADER[:-1], "AuskSp", "Staat2", "AGS"]
    rows = nasty_table([*sound(_PLAIN_NAMES), resident(45, "M?ller")])[1:]
    cells = [[*row[:-1], "", "163", "7335001"] for row in rows]
    cells.append([*nasty_table([resident(46, "Geheim")])[1][:-1], "S", "", "7335001"])
    cells[0][5] = "163/000"
    return Nasty("two_blocks", written([titles, *cells], "cp1252"), 9, {"blocked": 1})


def nasty_files() -> list[Nasty]:
    """Ten extracts, each with what is in it; reference date in 2026, from 16 years."""
    makers = (unicode_text, shouting, one_column_names, spreadsheet, libre_office, archive,
              old_keys, cut_ends, worded_dates, two_blocks)  # fmt: skip
    return [maker() for maker in makers]
