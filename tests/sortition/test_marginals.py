"""Tables of sums: every shape an office sends, its signs and noise, and shares that hold."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.sortition.amounts import NotANumber, ages, amount, dimension, value_key
from buergerrat.sortition.features import Feature, feature_list, propose_ranges
from buergerrat.sortition.marginals import Frame, Sums, read_sums, scaled, spread
from buergerrat.sortition.strata import Stratum, bands_from_bounds
from buergerrat.sortition.sum_tables import SumsError, read_table, understand

BANDS = bands_from_bounds((16, 30, 45, 65))
DISTRICTS = ("Hohenfels", "Kernstadt", "Niederau", "Weinberg")
FRAME = Frame(BANDS, DISTRICTS, feature_list("16,30,45,65", DISTRICTS))
LAWS = settings(deadline=None, max_examples=50)


def read(text: str, only: str = "", encoding: str = "cp1252") -> Sums:
    rows = read_table(io.BytesIO(text.encode(encoding)))
    return read_sums(understand(rows, only), FRAME)


def people(sums: Sums, feature: str) -> dict[str, int | None]:
    return {part.value: part.people for part in sums.margins[feature].parts}


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1.234", 1234),
        ("12 345 678", 12_345_678),
        ("12,5 %", 12.5),
        ("(87)", 87),
        ("–", 0),
        ("-", 0),
        (".", None),
        ("x", None),
        ("/", None),
        ("", None),
    ],
)
def test_a_number_as_the_offices_write_it(cell: str, number: float | None) -> None:
    assert amount(cell) == number


def test_a_word_is_no_number() -> None:
    with pytest.raises(NotANumber):
        amount("viele")


@given(st.integers(0, 119), st.integers(0, 40))
@LAWS
def test_an_age_group_however_it_is_written(low: int, years: int) -> None:
    high = min(120, low + years)
    for text in (f"{low}-{high}", f"{low} – {high} Jahre", f"{low} bis unter {high + 1} Jahren"):
        assert ages(text) == (low, high)
    for text in (f"ab {low}", f"{low}+", f"{low} Jahre und älter", f"{low} und mehr"):
        assert ages(text) == (low, None)
    assert ages(str(low)) == (low, low)
    assert ages(f"unter {low + 1}") == (0, low)


@pytest.mark.parametrize("cell", ["Kernstadt", "2024", "30-20", "insgesamt", "Straße 17"])
def test_what_is_no_age(cell: str) -> None:
    assert ages(cell) is None


@pytest.mark.parametrize(
    ("feature", "cell", "key"),
    [
        ("sex", "weiblich", "female"),
        ("sex", "M", "male"),
        ("sex", "divers", "diverse"),
        ("sex", "ohne Angabe", "unspecified"),
        ("education", "Haupt-/Volksschulabschluss", "low"),
        ("education", "Ohne oder noch kein Schulabschluss", "low"),
        ("education", "Realschul- oder gleichwertiger Abschluss", "middle"),
        ("education", "Fachhochschul- oder Hochschulreife", "high"),
        ("education", "Noch in schulischer Ausbildung", "school"),
        ("migration_history", "Personen mit Einwanderungsgeschichte", "yes"),
        ("migration_history", "einseitige Einwanderungsgeschichte", "no"),
        ("migration_history", "ohne Migrationshintergrund", "no"),
        ("migration_history", "keine Angabe", "not_said"),
    ],
)
def test_the_words_of_the_offices(feature: str, cell: str, key: str) -> None:
    assert value_key(feature, cell) == key


def test_titles_of_columns() -> None:
    found = [dimension(t) for t in ("Anteil (%)", "Anteil in %", "Einwohner", "Stadtteil", "PLZ")]
    assert found == ["share", "share", "people", "district", None]


LONG = """Summenauswertung der Meldebehörde

Geschlecht;Altersgruppe;Ortsteil;Konfession;Anzahl
weiblich;16-29;Kernstadt;;1.200
weiblich;30-44;Kernstadt;;800
männlich;16-29;NIEDERAU;;600
männlich;65 und älter;Kernstadt;;400
divers;30-44;Kernstadt;;3
männlich;unter 16;Kernstadt;;900
"""


def test_a_line_for_each_group() -> None:
    sums = read(LONG)
    assert people(sums, "sex") == {"female": 2000, "male": 1000, "diverse": 3}, "nobody under 16"
    assert people(sums, "age_band") == {"16-29": 1800, "30-44": 803, "65+": 400}
    assert people(sums, "district") == {"Kernstadt": 2403, "Niederau": 600}
    assert sums.strata[Stratum("female", "16-29", "Kernstadt")] == 1200
    assert sums.strata[Stratum("diverse", "", "")] == 3
    assert sum(sums.strata.values()) == 3003
    assert sums.notes == ["Nicht gebraucht und nicht gelesen: Konfession."]


def test_a_crossed_table_with_totals_and_secret_cells() -> None:
    text = (
        "Ortsteil;männlich;weiblich;insgesamt\n"
        "Kernstadt;300;310;612\nNiederau;100;.;210\nWeinberg;–;50;50\ninsgesamt;400;460;872\n"
    )
    sums = read(text)
    assert people(sums, "sex") == {"female": 360, "male": 400}
    assert people(sums, "district") == {"Kernstadt": 610, "Niederau": 100, "Weinberg": 50}
    assert "Niederau" in sums.margins["district"].notes[0]
    assert sums.strata == {}, "ages are not told"


def test_parts_that_do_not_add_up_to_the_total() -> None:
    text = "Geschlecht,Anzahl\nmännlich,498\nweiblich,505\ninsgesamt,1001\n"
    margin = read(text).margins["sex"]
    assert sum(part.share for part in margin.parts) == pytest.approx(1)
    assert "1.003" in margin.notes[0]
    assert "1.001" in margin.notes[0]


def test_the_long_shape_of_the_census() -> None:
    text = (
        "Merkmal;Ausprägung;Anzahl;Quelle\n"
        "Schulabschluss;Hauptschulabschluss;3100;Z\n;Mittlere Reife;3200;Z\n"
        ";Abitur;3400;Z\n;ohne Angabe;300;Z\nMigration;mit;2500;Z\nMigration;ohne;7500;Z\n"
        "Familienstand;ledig;10;Z\n"
    )
    sums = read(text)
    assert [p.share for p in sums.margins["education"].parts] == [0.31, 0.32, 0.34, 0.03]
    assert [p.share for p in sums.margins["migration_history"].parts] == [0.25, 0.75]
    assert "Familienstand" in sums.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "mit Einwanderungsgeschichte;24,5\nohne Einwanderungsgeschichte;75,5\n",
        "mit Einwanderungsgeschichte;0,245\nohne Einwanderungsgeschichte;0,755\n",
        "Einwanderungsgeschichte;Anteil in %\nmit;24,5 %\nohne;75,5 %\n",
    ],
)
def test_two_columns_of_shares(text: str) -> None:
    header = "" if text.startswith("Einw") else "Bevölkerung;Anteil\n"
    parts = read(header + text, only="migration_history").margins["migration_history"].parts
    assert {p.value: round(p.share, 4) for p in parts} == {"yes": 0.245, "no": 0.755}
    assert all(p.people is None for p in parts)


def test_a_spreadsheet() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for row, cells in enumerate(
        [["Bevölkerung am 31.12."], [], ["Geschlecht", "Alter", "Personen"], ["w", 17, 1200]]
    ):
        sheet.write_row(row, 0, cells)
    sheet.write_row(4, 0, ["m", 52, 1300])
    book.close()
    out.seek(0)
    sums = read_sums(understand(read_table(out)), FRAME)
    assert people(sums, "sex") == {"female": 1200, "male": 1300}
    assert sums.strata[Stratum("male", "45-64", "")] == 1300


@pytest.mark.parametrize(
    "text", ["", "nur ein Satz\n", "Name;Vorname\nA;B\n", "Ortsteil;Anzahl\n;\n", "a;b\n1;2\n"]
)
def test_what_holds_no_sums_is_said_in_a_sentence(text: str) -> None:
    with pytest.raises(SumsError) as problem:
        read(text)
    assert str(problem.value).endswith(".")


@given(st.integers(0, 100), st.integers(0, 60) | st.none())
@LAWS
def test_spreading_an_age_group_loses_nobody_above_the_first_band(
    low: int, years: int | None
) -> None:
    high = None if years is None else low + years
    found, cut = spread(low, high, BANDS)
    last = max(low, 89) if high is None else high
    young = max(0, min(last, 15) - low + 1) / (last - low + 1)
    assert sum(found.values()) == pytest.approx(1 - young)
    assert cut or not found or list(found.values()) == [1]


numbers = st.lists(st.one_of(st.none(), st.integers(0, 9999)), min_size=2, max_size=2)


@given(cells=st.lists(numbers, min_size=4, max_size=4))
@LAWS
def test_shares_are_of_the_known_parts(cells: list[list[int | None]]) -> None:
    """Whatever is secret: known parts add up to one, and every known cell is counted."""
    lines = [
        ";".join([place, *("." if n is None else str(n) for n in row)])
        for place, row in zip(DISTRICTS, cells, strict=True)
    ]
    known = sum(n or 0 for row in cells for n in row)
    text = "\n".join(["Ortsteil;männlich;weiblich", *lines])
    if not known:
        with pytest.raises(SumsError):
            read(text)
        return
    sums = read(text)
    for margin in sums.margins.values():
        assert sum(part.share for part in margin.parts) == pytest.approx(1)
        assert sum(part.people or 0 for part in margin.parts) == known
    assert bool(sums.margins["sex"].notes) == any(n is None for row in cells for n in row)


@given(
    shares=st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=1, max_size=8),
    seats=st.integers(1, 160),
    width=st.integers(0, 3),
    free=st.sets(st.integers(0, 7)),
)
@LAWS
def test_proposed_quotas_can_always_be_filled(
    shares: list[float | None], seats: int, width: int, free: set[int]
) -> None:
    """Σmin ≤ seats ≤ Σmax, each range holds its share's seats, and what is free starts at 0."""
    values = tuple((str(n), str(n)) for n in range(len(shares)))
    feature = Feature("x", "X", values, open_values=frozenset(map(str, free)))
    told = {str(n): share for n, share in enumerate(shares)}
    found = propose_ranges(feature, told, seats, width)
    assert sum(low for low, _ in found.values()) <= seats
    assert sum(high for _, high in found.values()) >= seats
    assert all(0 <= low <= high for low, high in found.values())
    assert all(found[str(n)][0] == 0 for n in free if str(n) in found)
    wider = propose_ranges(feature, told, seats, width + 1)
    if sum(share or 0 for share in shares) <= 1 and None not in shares and not free:
        for value, (low, high) in found.items():
            exact = (told[value] or 0) * seats
            assert low <= exact + 1e-3
            assert wider[value][0] <= low
            assert exact <= high + 1e-3


def test_the_extract_is_stretched_to_the_scale_of_the_sums() -> None:
    one, two, three = (Stratum("female", band, "") for band in ("16-29", "30-44", "65+"))
    found = scaled({one: 10, two: 30, three: 20}, {one: 1000, two: 3000})
    assert found == {one: 1000, two: 3000, three: 2000}
    assert scaled({one: 10}, {}) == {one: 10}
