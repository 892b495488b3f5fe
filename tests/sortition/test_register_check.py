"""`buergerrat register check`: nasty extracts are guessed right, counted, and nobody is named."""

from __future__ import annotations

import codecs
import csv
import io
import json
import subprocess
import sys
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import spreadsheet_samples as make
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.commands.register import register
from buergerrat.sortition.fields import FIELDS, guess_mapping, is_refused
from buergerrat.sortition.profiles import Profile, parse
from buergerrat.sortition.register import ExtractError
from buergerrat.sortition.register_check import Findings, check_extract

DAY = date(2026, 11, 1)
HEADER = ["FAMNAME", "Rufname", "Geb.-Datum", "G", "STAKZ", "Straße", "HsNr", "HsZus", "PLZ",
          "Wohnort", "OT", "Status", "AuskSp", "Auszugsdatum", "Sterbedatum", "Religion"]  # fmt: skip
MEANT = {
    "last_name": "FAMNAME", "first_name": "Rufname", "birth_date": "Geb.-Datum", "sex": "G",
    "nationality": "STAKZ", "street": "Straße", "house_number": "HsNr", "house_suffix": "HsZus",
    "postcode": "PLZ", "place": "Wohnort", "district": "OT", "residence": "Status",
    "block": "AuskSp", "moved_out": "Auszugsdatum", "died": "Sterbedatum",
}  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "iso8859-15", "utf-16", "utf-16-be-bom")
SEPARATORS = ";,\t|"
DATES = {
    "dmy": "%d.%m.%Y", "short": "%d.%m.%Y", "iso": "%Y-%m-%d", "compact": "%Y%m%d",
    "slash": "%d/%m/%Y", "time": "%Y-%m-%d 00:00:00", "excel": "",
}  # fmt: skip


def shown(day: date, form: str) -> str:
    if form == "excel":
        return str((day - date(1899, 12, 30)).days)
    if form == "short":
        return f"{day.day}.{day.month}.{day.year}"
    return day.strftime(DATES[form])


def person(name: str, form: str, **changes: str) -> list[str]:
    cells = {
        "FAMNAME": name, "Rufname": "Žoë", "Geb.-Datum": shown(date(1980, 3, 5), form), "G": "w",
        "STAKZ": "000", "Straße": "Fährgasse", "HsNr": "12", "HsZus": "a", "PLZ": "39999",
        "Wohnort": "Elbtal", "OT": "Kernstadt", "Status": "H",
    }  # fmt: skip
    return [(cells | changes).get(title, "") for title in HEADER]


def people(form: str) -> list[list[str]]:
    """Seven eligible, one doubtful, and one for each reason."""
    names = ["Sommer", "MÜLLER", "Dvořák", "von der Höhe", "O'Neill", "Şahin"]
    sound = [person(name, form) for name in names if form]
    return [
        *sound,
        person("Unbekannt", form, **{"Geb.-Datum": "00.00.1950"}),
        person("Zweifel", form, **{"Geb.-Datum": "00.00.2010"}),
        person("Kind", form, **{"Geb.-Datum": shown(date(2015, 1, 2), form)}),
        person("Zweit", form, Status="N"),
        person("Fort", form, Auszugsdatum=shown(date(2025, 12, 1), form)),
        person("Gestorben", form, Sterbedatum=shown(date(2025, 12, 1), form)),
        person("Gesperrt", form, AuskSp="GEHEIM-11"),
        person("Leer", form, **{"Geb.-Datum": "0000-00-00"}),
        person("SOMMER", form),
    ]


REFUSED = {
    "under_age": 1, "secondary_residence": 1, "moved_away": 1, "deceased": 1, "blocked": 1,
    "unreadable": 1, "duplicate": 1,
}  # fmt: skip
FRAMES: dict[str, Any] = {
    "plain": lambda rows: rows,
    "titles": lambda rows: [["Stadt Elbtal"], ["Auswertung vom 01.11.2026"], [], *rows],
    "total": lambda rows: [*rows, ["Gesamt: 15"]],
    "blank_columns": lambda rows: [[*row, "", "", ""] for row in rows],
    "blank_lines": lambda rows: [line for row in rows for line in (row, [])],
    "hint": lambda rows: rows,
}


def written(rows: list[list[str]], encoding: str, separator: str, *, quoted: bool = False) -> bytes:
    text = io.StringIO()
    style = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=separator, quoting=style, lineterminator="\r\n").writerows(rows)
    if encoding == "utf-16-be-bom":
        return codecs.BOM_UTF16_BE + text.getvalue().encode("utf-16-be")
    return text.getvalue().encode(encoding, "replace")


def check(data: bytes, profile: Profile | None = None, **changes: Any) -> Findings:
    options = {"reference_date": DAY, "min_age": 16} | changes
    return check_extract(io.BytesIO(data), profile, **options)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", SEPARATORS)
def test_every_form_of_an_extract_gives_the_same_counts(encoding: str, separator: str) -> None:
    for form, (frame, shape) in product(DATES, FRAMES.items()):
        rows = shape([HEADER, *people(form)])
        data = written(rows, encoding, separator, quoted=form == "iso")
        if frame == "hint" and encoding == "cp1252":
            data = f"sep={separator}\r\n".encode() + data
        found = check(data)
        where = (form, frame)
        assert (found.rows, found.eligible, found.doubtful) == (15, 7, 1), where
        assert found.refused == REFUSED, where
        assert found.columns == MEANT, where
        assert found.separator == separator, where
        assert found.dropped == ["Religion"], where
        assert codecs.lookup(found.encoding).name == codecs.lookup(_told(encoding)).name, where
        assert found.total_lines == (frame == "total"), where


def _told(encoding: str) -> str:
    return "utf-16" if encoding.startswith("utf-16") else encoding


@pytest.mark.parametrize("kind", ["xlsx", "ods", "zip"])
@pytest.mark.parametrize("frame", ["plain", "titles", "total", "blank_columns", "blank_lines"])
def test_spreadsheets_and_archives_give_them_too(kind: str, frame: str) -> None:
    rows: Any = FRAMES[frame]([HEADER, *people("dmy")])
    data = {
        "xlsx": lambda: make.xlsx(rows),
        "ods": lambda: make.ods(rows),
        "zip": lambda: make.packed({"Auszug.txt": written(rows, "cp1252", "\t")}),
    }[kind]()
    found = check(data)
    assert (found.rows, found.eligible, found.doubtful) == (15, 7, 1)
    assert found.refused == REFUSED
    assert found.columns == MEANT
    if kind != "zip":
        assert (found.kind, found.encoding, found.separator) == (kind, kind, "")


def test_dates_and_numbers_of_a_spreadsheet_are_understood() -> None:
    row: list[Any] = [*person("Sommer", "dmy")]
    row[2], row[6], row[8], row[4] = date(2010, 11, 1), 12, 1234, 0
    later = [*row]
    later[0], later[2] = "Winter", date(2010, 11, 2)
    for data in (make.xlsx([HEADER, row, later]), make.ods([HEADER, row, later])):
        found = check(data)
        assert (found.eligible, found.refused) == (1, {"under_age": 1})


SYNONYMS = {
    "last_name": "Name|Familienname|Nachname|FAMNAME|0101 Familienname",
    "first_name": "Vorname|Vornamen|Rufname|0302 gebräuchlicher Vorname",
    "sex": "Anrede|Geschl|Geschlecht|G|SEX|Geschlecht (m/w/d)",
    "title": "Titel|Doktorgrad|Akad.Grad",
    "birth_date": "GebDat|Geburtsdatum|Geb.-Datum|Geburtsdatum [TT.MM.JJJJ]|0601_Geburtsdatum",
    "birth_year": "Geburtsjahr",
    "age": "Alter|Alter am 01.11.2026|Alter (Jahre)",
    "nationality": "StaatsAng|Staatsangehörigkeit|Nationalität|STAKZ|Staat1",
    "postcode": "PLZ",
    "place": "Ort|Wohnort|Gemeinde|PLZ Ort",
    "district": "OT|Ortsteil|Gemeindeteil|Stadtteil|Bezirk|Stimmbezirk",
    "street": "Str|Straße|Strasse|Straße, Nr.",
    "house_number": "HsNr|Hausnr.|HNR",
    "house_suffix": "HsZus|Buchstabe|Zusatz",
    "residence": "Wohnungsart|Status|HW/NW|H,N,A",
    "block": "Sperre|AuskSp|Sperrkz",
}
DROPPED = ["OM", "Ordnungsmerkmal", "PersNr", "LfdNr", "StrSchl", "Straßenschlüssel", "Einzug", "Einzugsdatum", "AGS", "GKZ", "Gemeindeschlüssel", "Geburtsname", "Geburtsort"]  # fmt: skip
TITLES = st.fixed_dictionaries(
    {ours: st.sampled_from(titles.split("|")) for ours, titles in SYNONYMS.items()}
)


@given(TITLES, st.lists(st.sampled_from(DROPPED), unique=True), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=150)
def test_any_mix_of_the_known_titles_is_mapped(
    titles: dict[str, str], others: list[str], order: Any
) -> None:
    header = [*titles.values(), *others]
    order.shuffle(header)
    header = [order.choice([title, title.upper(), f" {title} "]) for title in header]
    mapping = guess_mapping(header)
    plain = {ours: theirs.strip().casefold() for ours, theirs in mapping.items()}
    assert plain == {ours: title.casefold() for ours, title in titles.items()}
    assert list(mapping) == [ours for ours in FIELDS if ours in titles]


@pytest.mark.parametrize("title", ["Religion", "1101 Religion", "KONFESSION (Kz)", "1401 Famstd"])
def test_religion_and_marital_status_are_refused_under_any_title(title: str) -> None:
    assert is_refused(title)


@given(
    st.dates(date(1930, 1, 1), date(2026, 10, 31)),
    st.sampled_from(sorted(DATES)),
    st.integers(10, 99),
)
@settings(deadline=None, max_examples=150)
def test_every_date_form_says_the_same_age(born: date, form: str, min_age: int) -> None:
    had = (DAY.month, DAY.day) >= (born.month, born.day)
    age = DAY.year - born.year - (not had)
    rows = [HEADER, person("Sommer", form, **{"Geb.-Datum": shown(born, form)})]
    found = check(written(rows, "utf-8", ";"), min_age=min_age)
    assert (found.eligible, found.refused.get("under_age", 0)) == (
        (1, 0) if age >= min_age else (0, 1)
    )


def test_the_encoding_is_the_one_that_the_whole_file_proves() -> None:
    rows = [[*HEADER[:5], "Strasse", *HEADER[6:]], *([person("Adler", "dmy")] * 2000)]
    head = written(rows, "ascii", ";").replace(b"?", b"e")
    assert len(head) > 1 << 16
    for encoding in ("utf-8", "cp1252", "iso8859-15"):
        tail = written([person("Öztürk", "dmy")], encoding, ";")
        assert check(head + tail).encoding == encoding
    assert check(head).encoding == "utf-8"


def test_nobody_eligible_is_counted_and_said() -> None:
    found = check(written([HEADER, *[person("Weg", "dmy", AuskSp="3")] * 4], "cp1252", ";"))
    assert (found.rows, found.eligible, found.refused) == (4, 0, {"blocked": 4})
    assert "„AuskSp“" in found.warnings[-1]


def test_a_profile_overrules_the_guess_and_translates_cells() -> None:
    rows = [["Liste"], ["N1", "N2", "Tag", "Wer", "Str", "Ort"],
            ["Sommer", "Anna", "11/02/2010", "A", "Gasse 1", "Elbtal"],
            ["Winter", "Max", "10/31/2010", "B", "Gasse 2", "Elbtal"],
            ["Herbst", "Kim", "04/13/1980", "?", "Gasse 3", "Elbtal"]]  # fmt: skip
    profile = Profile(
        columns={"last_name": "N1", "first_name": "N2", "birth_date": "Tag", "sex": "Wer"},
        header_line=2,
        dates="mdy",
        values={"sex": {"A": "w", "B": "m"}},
    )
    again = parse(profile.to_json().encode())
    assert again == profile
    found = check(written(rows, "cp1252", "|"), again)
    assert (found.rows, found.eligible, found.separator) == (3, 1, "|")
    assert found.refused == {"under_age": 1, "unreadable": 1}
    with pytest.raises(ExtractError, match="Familienname"):
        check(written(rows, "cp1252", "|"))


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b'{"format": "x"}', b'{"columns": {"shoe": "A"}}', b'{"columns": []}',
     b'{"header_line": 0}', b'{"dates": "ymd"}', b'{"what": 1}', b'{"values": {"sex": {"1": 2}}}',
     b'{"separator": 3}', b"\xff"],
)  # fmt: skip
def test_what_is_no_profile_is_said(data: bytes) -> None:
    with pytest.raises(ExtractError, match=r"(?i)importprofil.*\.$"):
        parse(data)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(register, ["check", *arguments])


def test_the_command_prints_counts_and_nobody(tmp_path: Path) -> None:
    file = tmp_path / "auszug.csv"
    file.write_bytes(written([HEADER, *people("dmy")], "cp1252", ";"))
    plain = run(str(file), "--reference-date", "2026-11-01")
    found = run(str(file), "--reference-date", "2026-11-01", "--min-age", "16", "--json")
    assert (plain.exit_code, found.exit_code) == (0, 0)
    told = json.loads(found.stdout)
    assert (told["rows"], told["eligible"], told["doubtful"]) == (15, 7, 1)
    assert told["refused"] == REFUSED
    assert (told["encoding"], told["separator"]) == ("cp1252", ";")
    assert told["columns"] == MEANT
    assert "Windows-1252" in plain.stdout
    for output in (plain.output, found.output):
        for secret in ("Sommer", "Fährgasse", "GEHEIM", "1980", "39999"):
            assert secret not in output


def test_mistakes_are_one_sentence_and_status_two(tmp_path: Path) -> None:
    file, profile = tmp_path / "a.csv", tmp_path / "p.json"
    file.write_bytes(b"%PDF-1.7")
    profile.write_text("[]")
    for arguments in (
        [str(file)],
        [str(tmp_path / "none")],
        [str(file), "--profile", str(profile)],
    ):
        result = run(*arguments)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.endswith(".\n")
        assert result.stderr.count("\n") == 1


def test_the_command_loads_no_database() -> None:
    code = (
        "import sys, buergerrat.commands.register; "
        "sys.exit(any(n in sys.modules for n in ('sqlalchemy', 'pandas', 'flask_login')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
