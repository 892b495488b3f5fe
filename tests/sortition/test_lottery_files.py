"""People and quotas from files: what does not matter, and that every mistake is named."""

import random
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from buergerrat.sortition import lottery_files
from buergerrat.sortition.lottery_files import BadFiles, Inputs, key, read
from buergerrat.sortition.lottery_tables import MOST_SHOWN
from tests.sortition.file_samples import Table, as_csv, people_table, put, quota_table

HOME = ("Anschrift", "PLZ")


def reading(
    folder: Path, people: bytes | None = None, quotas: bytes | None = None, **options: object
) -> Inputs:
    put(folder, people, quotas)
    return read(folder / "people.csv", folder / "quotas.csv", **options)  # type: ignore[arg-type]


def complaint(
    folder: Path, people: bytes | None = None, quotas: bytes | None = None, **options: object
) -> str:
    with pytest.raises(BadFiles) as caught:
        reading(folder, people, quotas, **options)
    return str(caught.value)


def with_cell(table: Table, line: int, column: int, text: str) -> Table:
    changed = [list(row) for row in table]
    changed[line - 1][column] = text
    return changed


def test_people_quotas_and_households_are_read(tmp_path: Path) -> None:
    found = reading(tmp_path, same_household=HOME)
    assert [p.id for p in found.people] == [f"p{place:02}" for place in range(40)]
    assert found.people[0].features == {"Geschlecht": "Mann", "Ortsteil": "Kernstadt"}
    assert found.people[0].household == found.people[1].household != found.people[2].household
    assert [(q.feature, q.value, q.min, q.max) for q in found.quotas][:2] == [
        ("Geschlecht", "Frau", 3, 5),
        ("Geschlecht", "Mann", 3, 5),
    ]
    assert (found.id_column, found.household_rule) == ("id", True)
    alone = reading(tmp_path, as_csv(with_cell(people_table(), 2, 5, " ")), same_household=HOME)
    assert alone.people[0].household is None


def rewritten(table: Table, rnd: random.Random, ids: bool) -> Table:
    """The same table with rows, columns, case and blanks changed; ids keep their case."""
    header, rows = table[0], table[1:]
    rnd.shuffle(rows)
    places = rnd.sample(range(len(header)), len(header))

    def other(text: str, exact: bool) -> str:
        if not exact:
            text = rnd.choice([str.upper, str.lower, str.title, str.swapcase, str])(text)
            text = normalize(rnd.choice(["NFC", "NFD"]), text)
        return rnd.choice(["", " ", "\t", "\u00a0"]) + text + rnd.choice(["", "  "])

    return [
        [other(row[place], ids and place == 0 and number > 0) for place in places]
        for number, row in enumerate([header, *rows])
    ]


@settings(max_examples=60, deadline=None)
@given(number=st.integers(0, 10**6))
def test_order_case_blanks_separator_and_mark_do_not_matter(
    tmp_path_factory: pytest.TempPathFactory, number: int
) -> None:
    rnd, folder = random.Random(number), tmp_path_factory.mktemp("files")
    usual = reading(folder, same_household=HOME).plain()
    people, quotas = (
        rnd.choice([b"", b"\xef\xbb\xbf"])
        + rnd.choice([b"", b"\r\n\r\n"])
        + as_csv(rewritten(table, rnd, ids), rnd.choice([",", ";", "\t"]))
        for table, ids in ((people_table(), True), (quota_table(), False))
    )
    other = reading(folder, people, quotas, same_household=["plz", " ANSCHRIFT"]).plain()
    homes = [
        {p.id for p in usual.people if p.household == h}
        for h in {p.household for p in usual.people}
    ]
    others = [
        {p.id for p in other.people if p.household == h}
        for h in {p.household for p in other.people}
    ]
    assert sorted(map(sorted, homes)) == sorted(map(sorted, others))
    assert [(p.id, list(p.features.items())) for p in usual.people] == [
        (p.id, list(p.features.items())) for p in other.people
    ]
    assert (usual.quotas, usual.id_column) == (other.quotas, other.id_column)


def test_the_form_of_the_other_tool_is_read(tmp_path: Path) -> None:
    people = people_table()
    people[0][0] = "nationbuilder_id"
    quotas = [[*row, "0", "9"] for row in quota_table()]
    for header in (["category", "feature"], ["category", "name"], ["feature", "value"]):
        quotas[0] = [*header, "min", "max", "min_flex", "max_flex"]
        found = reading(tmp_path, as_csv(people), as_csv(quotas))
        assert found.quotas == reading(tmp_path).quotas
        people = [*people]
    assert reading(tmp_path, as_csv(people)).id_column == "nationbuilder_id"


def test_which_column_is_the_id(tmp_path: Path) -> None:
    people = people_table()
    people[0][0] = "Kennung"
    assert reading(tmp_path, as_csv(people)).id_column == "Kennung"
    assert reading(tmp_path, as_csv(people), id_column=" kennung ").id_column == "Kennung"
    repeated = as_csv(with_cell(with_cell(people, 2, 0, "x"), 3, 0, "x"))
    with_names = [row.replace(b", ", b" ") for row in repeated.splitlines(keepends=True)]
    assert reading(tmp_path, b"".join(with_names)).id_column == "Name"
    nobody = [row[2:4] for row in people]
    assert "Bitte mit --id sagen" in complaint(tmp_path, as_csv(nobody))
    assert "„Nummer“ für die Kennung gibt es nicht" in complaint(tmp_path, id_column="Nummer")


def test_people_without_a_value_count_in_no_quota(tmp_path: Path) -> None:
    found = reading(tmp_path, as_csv(with_cell(people_table(), 2, 2, "  ")))
    assert found.people[0].features == {"Ortsteil": "Kernstadt"}


def test_columns_that_are_not_needed_may_hold_anything(tmp_path: Path) -> None:
    usual = reading(tmp_path)
    wild = with_cell(people_table(), 2, 1, '=1+1 "Pit"\nzweite Zeile; \x1b[31m, usw.')
    assert reading(tmp_path, as_csv(wild)) == usual
    assert "people.csv, Zeile 4, Spalte id" in complaint(
        tmp_path, as_csv(with_cell(wild, 3, 0, "p00"))
    )


def test_everything_wrong_is_named_at_once_by_file_line_and_column(tmp_path: Path) -> None:
    people = with_cell(with_cell(people_table(), 5, 2, "Frua"), 7, 0, "p00")
    quotas = [*quota_table(), ["Alter", "jung", "1", "2"], ["ortsteil ", "KERNSTADT", "1", "2"]]
    quotas = with_cell(with_cell(quotas, 2, 2, "drei"), 4, 2, "6")
    lines = complaint(tmp_path, as_csv(people), as_csv(quotas)).splitlines()
    assert lines == [
        "quotas.csv, Zeile 2, Spalte min: „drei“ ist keine ganze Zahl ab 0.",
        "quotas.csv, Zeile 4, Spalte min, max: Mindestens 6 und höchstens 5 Plätze: Das geht nicht "
        "auf.",
        "quotas.csv, Zeile 8, Spalte value: „ortsteil: KERNSTADT“ steht schon in Zeile 4.",
        "quotas.csv, Zeile 7, Spalte feature: „Alter“ ist keine Spalte in people.csv.",
        "people.csv, Zeile 5, Spalte Geschlecht: Für „Frua“ gibt es keine Quote (ohne Angabe bleibt "
        "das Feld leer).",
        "people.csv, Zeile 7, Spalte id: „p00“ steht schon in Zeile 2.",
    ]


def test_a_long_list_of_mistakes_is_cut_and_counted(tmp_path: Path) -> None:
    rows = people_table(200)
    for row in rows[1:]:
        row[2] = "?"
    lines = complaint(tmp_path, as_csv(rows)).splitlines()
    assert len(lines) == MOST_SHOWN + 1
    assert lines[-1] == f"… und {200 - MOST_SHOWN} weitere Fehler."


@pytest.mark.parametrize("sign", ["=1+1", "+49", "-5", "@x", "＝x"])
def test_an_id_that_a_spreadsheet_would_calculate_is_refused(tmp_path: Path, sign: str) -> None:
    found = complaint(tmp_path, as_csv(with_cell(people_table(), 3, 0, sign)))
    assert "people.csv, Zeile 3, Spalte id: Die Kennung beginnt mit" in found


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ("", "fehlt die Kennung"),
        ("a\nb", "die man nicht sieht"),
        ("a\u202eb", "die man nicht sieht"),
        ("a,b", "ein Komma"),
        ("a" * 101, "mehr als 100 Zeichen"),
    ],
)
def test_an_id_that_would_not_survive_is_refused(tmp_path: Path, own: str, sentence: str) -> None:
    found = complaint(tmp_path, as_csv(with_cell(people_table(), 3, 0, own)))
    assert sentence in found
    assert found.startswith("people.csv, Zeile 3, Spalte id: ")


def test_values_may_look_like_formulas(tmp_path: Path) -> None:
    people = [[cell.replace("Frau", "=Frau()") for cell in row] for row in people_table()]
    quotas = [[cell.replace("Frau", "=Frau()") for cell in row] for row in quota_table()]
    assert reading(tmp_path, as_csv(people), as_csv(quotas)).quotas[0].value == "=Frau()"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Die Datei ist leer."),
        (b"\xef\xbb\xbf\r\n\r\n", "Die Datei ist leer."),
        (b"id,Geschlecht,Ortsteil\n", "Unter der Kopfzeile steht keine Person."),
        (
            b"id,Geschlecht,Ortsteil\np1,Frau\n",
            "Zeile 2: Hier stehen 2 Felder, in der Kopfzeile 3.",
        ),
        (b"id,Geschlecht,Ortsteil\np1,Frau,Kernstadt,x\n", "Hier stehen 4 Felder"),
        (b"id,Geschlecht,Ortsteil\np1,Fr\0au,Kernstadt\n", "Zeile 2: Hier steht ein Null-Zeichen"),
        (
            "id,Geschlecht,Ortsteil\np1,Frau,Stra\u00dfe\n".encode("cp1252"),
            "sieht nach Windows-1252",
        ),
        ("id,Geschlecht,Ortsteil\np1,Frau,Straße\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04rest", "eine Tabelle von Excel oder LibreOffice"),
        (b'id,Geschlecht,Ortsteil\np1,"Frau,Kernstadt\np2,Mann,Niederau\n', "Zeile 2: Ab hier"),
        (b"id,Geschlecht,Ortsteil\np1,Frau," + b"x" * 70_000 + b"\n", "ohne Ende"),
        (b"id,Geschlecht,Ortsteil,geschlecht\np1,Frau,Niederau,Mann\n", "steht mehrmals da"),
        (
            b"id,ID,Geschlecht,Ortsteil\np1,p2,Frau,Niederau\n",
            "Spalte id: Diese Spalte steht mehrmals",
        ),
        (b"id,Ortsteil\np1,Kernstadt\n", "„Geschlecht“ ist keine Spalte in people.csv"),
    ],
)
def test_people_that_cannot_be_read(tmp_path: Path, data: bytes, sentence: str) -> None:
    assert sentence in complaint(tmp_path, data)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Die Datei ist leer."),
        (b"feature,value,min,max\n", "Unter der Kopfzeile steht keine Quote."),
        (b"feature,value,min\nOrtsteil,Niederau,1\n", "Es fehlt die Spalte „max“."),
        (b"category,min,max\nOrtsteil,1,2\n", "Es fehlt die Spalte „feature“."),
        (b"feature,value,min,max,MIN\nOrtsteil,Niederau,1,2,3\n", "Spalte min: Diese Spalte steht"),
        (b"feature,value,min,max\nOrtsteil,,1,2\n", "Zeile 2, Spalte value: Hier steht nichts."),
        (b"feature,value,min,max\nOrtsteil,a\x07b,1,2\n", "die man nicht sieht"),
        (b"feature,value,min,max\nOrtsteil,Niederau,,2\n", "Hier fehlt eine ganze Zahl ab 0."),
        (b"feature,value,min,max\nOrtsteil,Niederau,-1,2\n", "„-1“ ist keine ganze Zahl ab 0."),
        (b"feature,value,min,max\nOrtsteil,Niederau,1,1e3\n", "„1e3“ ist keine ganze Zahl ab 0."),
        ("feature,value,min,max\nOrtsteil,Niederau,1,٣\n".encode(), "ist keine ganze Zahl ab 0."),
        (b"feature,value,min,max\nSalt,Niederau,1,2\n", "bitte umbenennen"),
    ],
)
def test_quotas_that_cannot_be_read(tmp_path: Path, data: bytes, sentence: str) -> None:
    assert sentence in complaint(tmp_path, quotas=data)


def test_files_that_are_none(tmp_path: Path) -> None:
    put(tmp_path)
    with pytest.raises(BadFiles, match="gibt es nicht"):
        read(tmp_path / "nirgends.csv", tmp_path / "quotas.csv")
    with pytest.raises(BadFiles, match="Das ist ein Ordner"):
        read(tmp_path / "people.csv", tmp_path)
    assert "„Haus“ für den Haushalt gibt es nicht" in complaint(tmp_path, same_household=["Haus"])


def test_too_many_people_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lottery_files, "MOST_PEOPLE", 39)
    assert "Zeile 41: Die Datei hat mehr als 39 Personen" in complaint(tmp_path)
    monkeypatch.setattr(lottery_files, "MOST_PEOPLE", 40)
    assert len(reading(tmp_path).people) == 40


@settings(max_examples=150, deadline=None)
@example(people=b"", quotas=b"\xc2\x80", where=122)  # tears the end of a line in two
@given(people=st.binary(max_size=80), quotas=st.binary(max_size=80), where=st.integers(0, 2000))
def test_any_bytes_are_read_or_explained(
    tmp_path_factory: pytest.TempPathFactory, people: bytes, quotas: bytes, where: int
) -> None:
    folder = tmp_path_factory.mktemp("files")
    one, other = as_csv(people_table()), as_csv(quota_table())
    put(
        folder,
        one[:where] + people + one[where:],
        other[: where % 100] + quotas + other[where % 100 :],
    )
    try:
        found = read(folder / "people.csv", folder / "quotas.csv")
    except BadFiles:
        return
    assert len({person.id for person in found.people}) == len(found.people) > 0


@given(text=st.text())
def test_the_key_has_one_form(text: str) -> None:
    once = key(text)
    assert key(once) == once == key(f" {text}\t") == key(normalize("NFD", text))
