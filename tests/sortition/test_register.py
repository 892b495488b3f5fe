import io
import tracemalloc
import unicodedata
from collections import Counter
from datetime import date
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.demo.register import REFERENCE_DATE, write_register
from buergerrat.demo.variants import DATE_FORMS, DEFECTS, ENCODINGS, SEPARATORS, write_variant
from buergerrat.sortition.notes import Notes
from buergerrat.sortition.register import (
    HEAD_BYTES,
    ExtractError,
    Refusal,
    Row,
    read_extract,
    sniff,
)
from buergerrat.sortition.strata import bands_from_bounds, count_strata

BANDS = bands_from_bounds([16, 30, 45, 65])
HEADER = "Nachname;Vorname;Geburtsdatum;Geschlecht;Straße;Hausnr.;PLZ;Ort;Status;Sperre;Auszug;Sterbedatum"
ANNA = "Sommer;Anna;05.03.1980;w;Fährgasse;12;39999;Elbtal;H;;;"


def read(data: bytes | str, **options: Any) -> list[Row | Refusal]:
    stream = io.BytesIO(data.encode() if isinstance(data, str) else data)
    options = {"reference_date": REFERENCE_DATE, "min_age": 16, "age_bands": BANDS} | options
    return list(read_extract(stream, **options))


def people(data: bytes | str, **options: Any) -> list[Row]:
    return [row for row in read(data, **options) if isinstance(row, Row)]


def reasons(*lines: str, header: str = HEADER, **options: Any) -> list[str]:
    """Reasons for the lines, read behind one that is fine."""
    outcome = read("\n".join([header, ANNA, *lines]), **options)
    assert isinstance(outcome[0], Row)
    return [item.reason if isinstance(item, Refusal) else "kept" for item in outcome[1:]]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("date_form", sorted(DATE_FORMS))
def test_every_form_of_a_file_gives_the_same_people(
    encoding: str, separator: str, date_form: str
) -> None:
    stream = io.BytesIO()
    newline = "\n" if date_form == "iso" else "\r\n"
    written = write_variant(
        stream, 3, people=25, encoding=encoding, separator=separator, date_form=date_form,
        newline=newline,
    )  # fmt: skip
    outcome = read(stream.getvalue(), min_age=14, age_bands=bands_from_bounds([14]))
    rows = [item for item in outcome if isinstance(item, Row)]
    assert [(r.last_name, r.first_name, r.street) for r in rows] == [
        (w.last_name, w.first_name, w.street) for w in written
    ]
    assert [item.reason for item in outcome if isinstance(item, Refusal)] == ["total_line"]
    for row, resident in zip(rows, written, strict=True):
        years = REFERENCE_DATE.year - resident.born.year
        assert years - 1 <= row.age_low <= row.age_high <= years


@pytest.mark.parametrize("defect", sorted(DEFECTS))
def test_a_broken_file_is_explained_and_never_half_read(defect: str) -> None:
    stream = io.BytesIO()
    write_variant(stream, 5, people=400, defect=defect)
    with pytest.raises(ExtractError) as caught:
        read(stream.getvalue())
    text = str(caught.value)
    assert text.endswith(".")
    assert len(text.split()) > 8


def test_the_sentences_name_what_happened() -> None:
    for defect, word in {
        "xlsx": "XLSX", "empty": "leer", "wide": "Spalten", "no_birth": "Alter",
        "open_quote": "Anführungszeichen", "all_blocked": "„AuskSp“", "endless_line": "Zeile 403",
    }.items():  # fmt: skip
        stream = io.BytesIO()
        write_variant(stream, 5, people=400, defect=defect)
        with pytest.raises(ExtractError, match=word):
            read(stream.getvalue())


def test_a_huge_cell_is_refused_before_it_fills_the_memory() -> None:
    class Endless(io.RawIOBase):
        """A header, then one quoted cell of 50 MB with line breaks in it."""

        left = 50_000_000
        start = (HEADER + '\n"').encode()

        def read(self, size: int = -1) -> bytes:
            if self.start:
                data, self.start = self.start, b""
                return data
            size = min(size, self.left)
            self.left -= size
            return (b"x" * 99 + b"\n") * (size // 100 + 1)

    source = Endless()
    tracemalloc.start()
    with pytest.raises(ExtractError, match="Zeile 2"):
        list(
            read_extract(
                cast(BinaryIO, source), reference_date=REFERENCE_DATE, min_age=16, age_bands=BANDS
            )
        )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000
    assert source.left > 45_000_000


def test_the_synthetic_town_is_read_whole() -> None:
    stream = io.BytesIO()
    assert write_register(stream, 7, people=3000) == 3000
    outcome = read(stream.getvalue())
    tally = Counter(item.reason for item in outcome if isinstance(item, Refusal))
    assert len(outcome) == 3001
    assert tally["total_line"] == 1
    assert {"under_age", "secondary_residence", "blocked", "duplicate"} <= set(tally)
    rows = [item for item in outcome if isinstance(item, Row)]
    assert sum(count_strata(rows).values()) == len(rows) == 3001 - tally.total()
    assert {row.district for row in rows} == {"Kernstadt", "Niederau", "Hohenfels", "Weinberg"}
    assert len({row.household for row in rows}) < len(rows)


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others() -> None:
    files = [io.BytesIO() for _ in range(3)]
    for stream, seed in zip(files, (1, 1, 2), strict=True):
        write_register(stream, seed, people=200)
    assert files[0].getvalue() == files[1].getvalue() != files[2].getvalue()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Kind;Ida;05.03.2015;w;Fährgasse;12;39999;Elbtal;H;;;", "under_age"),
        ("Zweit;Ida;05.03.1985;w;Fährgasse;12;39999;Elbtal;N;;;", "secondary_residence"),
        ("Fort;Ida;05.03.1985;w;Fährgasse;12;39999;Elbtal;H;;01.12.2025;", "moved_away"),
        ("Bald;Ida;05.03.1985;w;Fährgasse;12;39999;Elbtal;H;;01.12.2026;", "kept"),
        ("Da;Ida;05.03.1985;w;Fährgasse;12;39999;Elbtal;H;;00.00.0000;", "kept"),
        ("Tot;Ida;05.03.1985;w;Fährgasse;12;39999;Elbtal;H;;;01.12.2025", "deceased"),
        ("Zu;Ida;05.03.1985;w;Fährgasse;12;39999;Elbtal;H;11;;", "blocked"),
        ("Zu;Ida;05.03.2015;w;Fährgasse;12;39999;Elbtal;N;S;;", "blocked"),
        ("SOMMER;Anna;1980-03-05;w;Faehrgasse;12;39999;Elbtal;H;;;", "duplicate"),
        ("Sommer;Anna;05.03.1950;w;Fährgasse;12;39999;Elbtal;H;;;", "kept"),
        ("Leer;Ida;;w;Fährgasse;12;39999;Elbtal;H;;;", "unreadable"),
        ("Leer;Ida;31.02.1980;w;Fährgasse;12;39999;Elbtal;H;;;", "unreadable"),
        ("Ohne;;05.03.1985;w;Fährgasse;12;39999;Elbtal;H;;;", "unreadable"),
        ("Was;Ida;05.03.1985;q;Fährgasse;12;39999;Elbtal;H;;;", "unreadable"),
        ("Was;Ida;05.03.1985;w;Fährgasse;12;39999;Elbtal;?;;;", "unreadable"),
        ("Schief;Ida;05.03.1985;w;Fährgasse;12;39999;Elbtal;H;;;;x", "unreadable"),
        ("Kurz;Ida", "unreadable"),
        ("Jahr;Ida;00.00.1996;w;Fährgasse;12;39999;Elbtal;H;;;", "doubtful"),
        ("Jahr;Ida;00.00.1990;w;Fährgasse;12;39999;Elbtal;H;;;", "kept"),
        ("Jahr;Ida;00.00.2011;w;Fährgasse;12;39999;Elbtal;H;;;", "under_age"),
        ("Jahr;Ida;00.00.2010;w;Fährgasse;12;39999;Elbtal;H;;;", "doubtful"),
        ("Haus;Ida;05.03.1985;w;Fährgasse;02. Apr;39999;Elbtal;H;;;", "doubtful"),
        ("Summe;Ida;05.03.1985;w;Fährgasse;12;39999;Elbtal;H;;;", "kept"),
        ("Gesamt: 17.000;;;;;;;;;;;", "total_line"),
        ("Anzahl Datensätze;2", "total_line"),
        ("2 Datensätze", "total_line"),
    ],
)
def test_who_is_refused_and_why(line: str, reason: str) -> None:
    assert reasons(line) == [reason]


def test_a_refusal_says_the_line_and_nothing_of_the_person() -> None:
    outcome = read(f"{HEADER}\n{ANNA}\n\nZu;Ida;05.03.1985;w;Gasse;1;39999;Elbtal;H;11;;\n")
    assert outcome[1] == Refusal(4, "blocked")


def test_names_and_addresses_are_made_uniform() -> None:
    decomposed = unicodedata.normalize("NFD", "Müller")
    (row,) = people(
        f"{HEADER}\n {decomposed} ;JÖRG-UWE  VON DER AU;1.2.1970;1;Am  Wehr;3;01234;Elbtal;;;;\n"
    )
    assert (row.last_name, row.first_name) == ("Müller", "Jörg-Uwe von der Au")
    assert (row.street, row.sex) == ("Am Wehr", "male")
    (row,) = people(f"{HEADER}\nAu;Eva;1.2.1970;W;Am Wehr;3;1234;Elbtal;;;;\n")
    assert row.postcode == "01234"


def test_households_follow_the_chosen_rule() -> None:
    other = "Winter;Max;05.03.1980;m;Fährg.;12;39999;Elbtal;H;;;"
    same = "Sommer;Max;05.03.1982;m;FÄHRGASSE;12;39999;Elbtal;H;;;"
    text = "\n".join([HEADER, ANNA, same, other.replace("Fährg.", "Fährgasse")])
    by_name = [row.household for row in people(text)]
    by_address = [row.household for row in people(text, household_rule="address")]
    assert by_name[0] == by_name[1] != by_name[2]
    assert len(set(by_address)) == 1
    assert set(by_name).isdisjoint(row.household for row in people(text, household_key=b"k"))


def test_the_canonical_row_has_no_birth_date_and_only_text() -> None:
    (row,) = people(f"{HEADER}\n{ANNA}\n")
    canonical = row.canonical()
    assert list(canonical) == list(
        people(f"{HEADER}\n{ANNA.replace('Anna', 'Eva')}")[0].canonical()
    )
    assert all(isinstance(value, str) for value in canonical.values())
    assert "1980" not in "".join(canonical.values())


@given(
    st.dates(date(1930, 1, 1), date(2009, 12, 31)),
    st.sampled_from(["{:%d.%m.%Y}", "00.{:%m.%Y}", "00.00.{:%Y}"]),
)
@settings(deadline=None, max_examples=150)
def test_an_incomplete_date_never_leads_to_a_wrong_band(born: date, form: str) -> None:
    line = f"Herbst;Ida;{form.format(born)};w;Gasse;1;39999;Elbtal;H;;;"
    outcome = read("\n".join([HEADER, ANNA, line]))[1]
    if isinstance(outcome, Row):
        truth = people(f"{HEADER}\nHerbst;Ida;{born:%d.%m.%Y};w;Gasse;1;39999;Elbtal;H;;;\n{ANNA}")
        assert outcome.age_band == truth[0].age_band
    else:
        assert outcome.reason in ("doubtful", "under_age")


def test_umlauts_far_behind_an_ascii_head_are_still_read() -> None:
    plain = "Name;Vorname;Alter;Strasse;Ort\n"
    filler = "".join(f"Adler;Nr{n};40;Am Wehr 1;Elbtal\n" for n in range(4000))
    assert len(plain + filler) > HEAD_BYTES
    for encoding in ("cp1252", "iso8859-15", "utf-8"):
        rows = people((plain + filler + "Möller;Jörg;50;Weg 2;Elbtal\n").encode(encoding))
        assert (rows[-1].last_name, rows[-1].first_name) == ("Möller", "Jörg")


def test_the_two_latin_sets_are_told_apart() -> None:
    text = f"{HEADER}\n{ANNA.replace('Sommer', 'Šuman Ž')}\n"
    for encoding in ("cp1252", "iso8859-15"):
        assert people(text.encode(encoding))[0].last_name == "Šuman Ž"


def test_a_wrong_encoding_is_named() -> None:
    data = f"{HEADER}\n{ANNA}\n".encode()
    with pytest.raises(ExtractError, match="Zeichensatz"):
        read(data, encoding="cp1252")
    with pytest.raises(ExtractError, match="UTF-8"):
        read(f"{HEADER}\n{ANNA}\n".encode("cp1252"), encoding="utf-8")
    with pytest.raises(ExtractError, match="klingonisch"):
        read(data, encoding="klingonisch")


def test_sniffing_shows_what_will_be_read_and_what_not() -> None:
    header = "Auswertung vom 2.1.2026;;;\nName;Rufname;Geb.-Datum;Konfession;Str;Ort;Kfz;;;"
    seen = sniff(f"{header}\nSommer;Anna;05.03.1980;ev;Gasse 1;Elbtal;ja;;;\n".encode())
    assert not seen.problems
    assert (seen.header_line, seen.separator, len(seen.header)) == (2, ";", 7)
    assert seen.mapping == {
        "last_name": "Name", "first_name": "Rufname", "birth_date": "Geb.-Datum",
        "street": "Str", "place": "Ort",
    }  # fmt: skip
    assert seen.dropped == ["Konfession", "Kfz"]
    assert seen.refused_columns == ["Konfession"]
    assert any("Auskunftssperren" in warning for warning in seen.warnings)


def test_a_mapping_made_by_hand_is_followed_and_checked() -> None:
    text = "A;B;C;D;E\nSommer;Anna;1980;Gasse 1;Elbtal\n"
    mapping = {"last_name": "A", "first_name": "B", "birth_year": "C", "street": "D", "place": "E"}
    (row,) = people(text, mapping=mapping)
    assert (row.last_name, row.age_band) == ("Sommer", "45-64")
    for wrong, word in (
        ({"street": "X"}, "„X“"),
        ({"shoe": "A"}, "shoe"),
        ({"place": "E"}, "fehlt"),
    ):
        with pytest.raises(ExtractError, match=word):
            read(text, mapping=(mapping | wrong) if wrong != {"place": "E"} else wrong)
    with pytest.raises(ExtractError, match="Religion"):
        read(text.replace("E\n", "Religion\n"), mapping=mapping | {"place": "Religion"})


def test_lost_letters_are_counted_by_column() -> None:
    notes = Notes()
    broken = ANNA.replace("ä", "?")
    lines = [HEADER, ANNA, broken, "M?ller;Eva?;05.03.1980;w;Gasse?;1;39999;Elbtal;H;;;"]
    lines.append("\ufffdzg;Ida;05.03.1980;w;Was? Wo;1;39999;Elbtal;H;;;")
    assert len(people("\n".join(lines), notes=notes)) == 4
    assert notes.lost == {"Straße": 2, "Nachname": 2, "Vorname": 1}
    assert any("„Straße“ 2-mal" in sentence for sentence in notes.sentences())
    plain = Notes()
    people(
        "\n".join([HEADER, ANNA, "Æbelø;Žoë;1980;w;Łódźer Weg;1;39999;Elbtal;?;;;"]), notes=plain
    )
    assert plain.sentences() == []


@pytest.mark.parametrize(
    ("cell", "group"),
    [("000", "german"), ("163", "other"), ("163, 000", "german"), ("0", "german"),
     ("998", "unknown"), ("997", "other"), ("", "unknown"), ("türkisch/deutsch", "german")],
)  # fmt: skip
def test_nationality_is_only_a_group(cell: str, group: str) -> None:
    (row,) = people(f"Name;Vorname;Alter;Str;Ort;Nationalität\nAu;Eva;40;Weg 1;Elbtal;{cell}\n")
    assert row.nationality_group == group


@given(st.binary(max_size=400))
@settings(deadline=None, max_examples=200)
def test_any_bytes_are_read_or_explained(data: bytes) -> None:
    for start in (b"", f"{HEADER}\n".encode("cp1252"), f"{HEADER}\n".encode()):
        try:
            outcome: list[Row | Refusal] | str = read(start + data)
        except ExtractError as error:
            outcome = str(error)
        if isinstance(outcome, str):
            assert outcome.endswith(".")
        else:
            assert any(isinstance(item, Row) for item in outcome)


def test_progress_reaches_the_size_of_the_file() -> None:
    stream = io.BytesIO()
    write_register(stream, 1, people=3000)
    seen: list[int] = []
    read(stream.getvalue(), progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == len(stream.getvalue())


def test_the_columns_of_a_large_town_and_of_a_spreadsheet_are_recognised() -> None:
    large = (
        "Ordnungsmerkmal,Vorname,Familienname,Geburtsname,Geburtsdatum,Geschlecht,Familienstand,"
        "Geburtsland,Staatsangehoerigkeit,Akademischergrad,Postleitzahl,Ort,Strasse,Hausnummer,"
        "Buchstabehausnummer,Stockwerk,Wohnungsstatus,Auskunftssperre,Übermittlungssperre"
    )
    seen = sniff(f"{large}\n1,Anna\n".encode())
    assert not seen.problems
    assert seen.mapping["house_suffix"] == "Buchstabehausnummer"
    assert seen.mapping["block"] == "Auskunftssperre"
    assert "Übermittlungssperre" in seen.dropped
    short = "OM\tFAMNAME\tRufname\tTitel\tGebDat\tG\tSTAKZ\tPLZ\tWohnort\tOT\tStr\tHNR\tHsZus\tHW/NW\tSperrkz"
    seen = sniff(f"{short}\n".encode("utf-16"))
    assert not seen.problems
    assert seen.dropped == ["OM"]
