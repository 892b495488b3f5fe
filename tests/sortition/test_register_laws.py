"""Laws of reading: a mapping is found in any order, no date is read wrongly, districts and
households are those that counting by hand gives."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.sortition.ages import age_on, age_range, parse_birth
from buergerrat.sortition.buildings import (
    Buildings,
    address_of,
    names_a_home,
    number,
    number_of,
    settled,
)
from buergerrat.sortition.cells import has_ended, nationality_group, parse_sex
from buergerrat.sortition.decoding import ExtractError
from buergerrat.sortition.fields import guess_mapping, is_refused, overruled
from buergerrat.sortition.households import BOTH, household_key
from buergerrat.sortition.profiles import Profile, parse
from buergerrat.sortition.register import Row, read_extract
from buergerrat.sortition.samples import may_be_shown
from buergerrat.sortition.strata import bands_from_bounds
from buergerrat.sortition.streets import Part, StreetList, read_streets

DAY = date(2026, 11, 1)
SYNONYMS = {
    "last_name": ["Familienname", "Nachname", "FAMNAME"], "first_name": ["Vorname", "Vornamen", "Rufname"],
    "title": ["Titel", "Doktorgrad", "Akad.Grad"], "birth_date": ["GebDat", "Geburtsdatum", "Geb.-Datum"],
    "sex": ["Geschl", "Geschlecht", "G", "SEX"], "nationality": ["StaatsAng", "STAKZ", "Nationalität", "Staat1"],
    "nationality_2": ["Staat2"], "nationality_3": ["Staat3"], "postcode": ["PLZ"],
    "place": ["Ort", "Wohnort", "Gemeinde"], "district": ["OT", "Ortsteil", "Gemeindeteil", "Stadtteil", "Bezirk"],
    "street": ["Str", "Straße", "Strasse"], "house_number": ["HsNr", "Hausnr.", "HNR"],
    "house_suffix": ["HsZus", "Buchstabe", "Zusatz"], "residence": ["Wohnungsart", "Status", "HW/NW", "H,N,A"],
    "block": ["Sperre", "AuskSp", "Sperrkz"],
}  # fmt: skip
NEEDLESS = ["OM", "Ordnungsmerkmal", "PersNr", "LfdNr", "StrSchl", "Straßenschlüssel", "Einzug",
            "Einzugsdatum", "AGS", "GKZ", "Gemeindeschlüssel", "Geburtsort", "Familienstand",
            "Religion", "Übermittlungssperre"]  # fmt: skip


@given(st.data())
@settings(deadline=None, max_examples=50)
def test_columns_are_found_whatever_their_order_and_what_stands_between(
    data: st.DataObject,
) -> None:
    fields = data.draw(st.lists(st.sampled_from(sorted(SYNONYMS)), unique=True, min_size=3))
    fields = list(dict.fromkeys([*fields, "last_name", "first_name"]))
    chosen = {ours: data.draw(st.sampled_from(SYNONYMS[ours])) for ours in fields}
    between = data.draw(st.lists(st.sampled_from(NEEDLESS), unique=True))
    shapes: list[Callable[[str], str]] = [str, str.upper, str.lower]
    shape = data.draw(st.sampled_from(shapes))
    header = data.draw(st.permutations([shape(t) for t in [*chosen.values(), *between]]))
    assert guess_mapping(header) == {ours: shape(theirs) for ours, theirs in chosen.items()}


@given(st.dictionaries(st.sampled_from(sorted(SYNONYMS)), st.sampled_from(["A", "B", "C", ""])))
@settings(deadline=None, max_examples=50)
def test_what_somebody_named_counts_and_a_named_block_never_goes(given_by: dict[str, str]) -> None:
    guessed = {ours: names[0] for ours, names in SYNONYMS.items()}
    found = overruled(guessed, given_by)
    assert found["block"] == (given_by.get("block") or "Sperre")
    for ours, theirs in given_by.items():
        if theirs:
            assert found[ours] == theirs
        elif ours != "block":
            assert ours not in found


@given(
    st.dates(date(1907, 1, 1), date(2026, 11, 1)), st.sampled_from(["{:%d.%m.%y}", "{:%d/%m/%y}"])
)
@settings(deadline=None, max_examples=50)
def test_a_year_of_two_digits_is_read_only_as_far_as_it_can_be_told(born: date, form: str) -> None:
    found = parse_birth(form.format(born), DAY)
    assert found is not None
    assert found.earliest <= born <= found.latest
    low, high = age_range(found, DAY)
    assert low <= age_on(born, DAY) <= high
    other = born.replace(year=born.year + 100, day=min(born.day, 28)) if born.year < 2000 else None
    if other and other > DAY:
        assert found.earliest == found.latest == born


@pytest.mark.parametrize(
    ("cell", "born"),
    [
        ("5. März 1980", date(1980, 3, 5)), ("05-Mrz-1980", date(1980, 3, 5)),
        ("5 MÄR 1980", date(1980, 3, 5)), ("17. Okt. 66", date(1966, 10, 17)),
        ("1. Jänner 1955", date(1955, 1, 1)), ("31.12.99", date(1999, 12, 31)),
    ],
)  # fmt: skip
def test_months_in_words(cell: str, born: date) -> None:
    found = parse_birth(cell, DAY)
    assert found is not None
    assert (found.earliest, found.latest) == (born, born)


@pytest.mark.parametrize(
    "cell", ["5. Foo 1980", "31. Feb 1980", "31.02.80", "März", "1.1.8", "00.00.0000"]
)
def test_what_is_no_date_is_none(cell: str) -> None:
    assert parse_birth(cell, DAY) is None


def test_the_month_alone_leaves_the_days_open() -> None:
    found = parse_birth("März 1980", DAY)
    assert found is not None
    assert (found.earliest, found.latest) == (date(1980, 3, 1), date(1980, 3, 31))


@pytest.mark.parametrize(
    ("cell", "ended"),
    [("01.12.26", False), ("01.10.26", True), ("31.12.98", True), ("2026-12-01", False),
     ("00.00.0000", False), ("bald", None)],
)  # fmt: skip
def test_when_somebody_moved(cell: str, ended: bool | None) -> None:
    assert has_ended(cell, DAY) is ended


@pytest.mark.parametrize(
    ("cells", "sex"),
    [(("w", "W", "2", "2.0", "Frau", "Frau Dr.", "weiblich", "Fr."), "female"),
     (("m", "1", "Herr", "Herrn", "männlich", "Herr Prof. Dr."), "male"),
     (("d", "divers", "3"), "diverse"), (("x", "", "o.", "k.A.", "9"), None)],
)  # fmt: skip
def test_keys_of_sex(cells: tuple[str, ...], sex: str | None) -> None:
    found = {parse_sex(cell) for cell in cells}
    assert found == ({sex} if sex else {"unspecified"} | ({None} & found))


@given(st.permutations(["163", "000", "998"]), st.sampled_from([",", ";", "/", "|", ", "]))
@settings(deadline=None, max_examples=20)
def test_several_nationalities_in_one_cell_or_in_several(keys: list[str], sign: str) -> None:
    assert nationality_group((sign.join(keys),)) == nationality_group(tuple(keys)) == "german"
    others = [key for key in keys if key != "000"]
    assert nationality_group((sign.join(others), "")) == "other"


parts = st.builds(
    lambda low, length, side, district: Part("Ahornweg", low, low + length, side, district),
    st.integers(1, 40), st.integers(0, 30), st.sampled_from(["all", "even", "odd"]),
    st.sampled_from(["Kernstadt", "Niederau"]),
)  # fmt: skip


@given(st.lists(parts, min_size=1, max_size=6), st.integers(1, 80))
@settings(deadline=None, max_examples=50)
def test_the_narrowest_part_of_a_street_decides(listed: list[Part], house: int) -> None:
    found = StreetList(listed).district("AHORNWEG", f"{house}a")
    fitting = [
        part
        for part in listed
        if part.low <= house <= part.high
        and (part.side == "all" or part.side == ("odd", "even")[house % 2 == 0])
    ]
    if not fitting:
        assert found == ""
    else:
        least = min(part.high - part.low for part in fitting)
        assert found in {part.district for part in fitting if part.high - part.low == least}
    assert StreetList(listed).district(f"Ahornweg {house}a", "") == found


def test_a_street_list_is_read_in_any_shape_and_goes_with_the_profile() -> None:
    text = "Straßenverzeichnis;;;;\nStraße;von;bis;gerade/ungerade;Ortsteil\nFährg.;;;;Kernstadt\nNeue Str.;1;9b;u;Niederau\n;;;;\n"
    for data in (text.encode("cp1252"), text.replace(";", "\t").encode("utf-16")):
        listed = read_streets(io.BytesIO(data))
        assert listed == [
            Part("Fährg.", 0, 99_999, "all", "Kernstadt"),
            Part("Neue Str.", 1, 9, "odd", "Niederau"),
        ]
        assert parse(Profile(streets=listed).to_json().encode()).streets == listed
    assert StreetList(listed).district("Neue Straße", "7 c") == "Niederau"
    assert StreetList(listed).district("Neue Straße", "8") == ""
    for bad, word in (
        (b"", "fehlen"),
        (b"Strasse;Ortsteil\n", "keine Stra"),
        (b"%PDF-1", "fehlen"),
        (b"Strasse;Ortsteil\n" + b"Weg;Ort\n" * 100_001, "mehr als"),
    ):
        with pytest.raises(ExtractError, match=word):
            read_streets(io.BytesIO(bad))
    with pytest.raises(ExtractError, match="streets"):
        parse(b'{"streets": [["Weg", "1", 2, "all", "Ort"]]}')


people = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 25), st.booleans()), max_size=150)


@given(people)
@settings(deadline=None, max_examples=50)
def test_households_are_those_that_counting_gives(rows: list[tuple[int, int, bool]]) -> None:
    buildings, names = Buildings(), defaultdict[int, list[int]](list)
    homes = {address for address, _name, home in rows if home}
    for address, name, home in rows:
        buildings.add(number((address - 2) << 40, f"{name}"), home)
        names[address].append(name)
    found = buildings.described()
    large: list[int] = []
    apart_homes: list[int] = []
    apart: set[int] = set()
    for address, all_names in names.items():
        count, different = len(all_names), len(set(all_names))
        if (count >= 12 and different >= 0.9 * count) or (
            address in homes and count >= 5 and different >= 0.6 * count
        ):
            apart_homes.append(count)
            apart.add(address)
        elif count >= 20 and different >= 8:
            large.append(count)
            apart.add(address)
    assert found.large == (len(large), sum(large))
    assert found.homes == (len(apart_homes), sum(apart_homes))
    assert found.apart == {address_of((address - 2) << 40) for address in apart}
    groups = Counter((a, n) if a in apart else (a,) for a, n, _home in rows)
    assert found.as_json()["address"] == {
        "households": len(groups),
        "shared": sum(size for size in groups.values() if size > 1),
        "largest": max(groups.values(), default=0),
    }
    families = Counter((a, n) for a, n, _home in rows)
    assert found.as_json()["address_and_surname"]["households"] == len(families)


def test_both_keys_in_one_text_settle_into_the_one_that_counts() -> None:
    given_ = ("Ahornweg", "1", "39999", "Sommer")
    one, two, both = (
        household_key(*given_, rule=rule, key=b"k")
        for rule in ("address", "address_and_surname", BOTH)
    )
    assert settled(both, frozenset()) == one
    assert settled(both, frozenset([address_of(number_of(one))])) == two
    assert household_key(*given_, rule="none", key=b"k") == ""


@pytest.mark.parametrize(
    ("street", "home"),
    [("Am Stift", True), ("Seniorenheim Abendruh", True), ("Haus im Wohnpark", True),
     ("Stiftstraße", False), ("Mannheimer Weg", False), ("Residenzplatz", False)],
)  # fmt: skip
def test_a_street_that_is_called_after_a_home_is_none(street: str, home: bool) -> None:
    assert names_a_home(street) is home


@pytest.mark.parametrize("title", ["Sperrvermerk", "AuskSp", "Schutzgrund", "Religion", "Konfession",
                                   "Familienstand", "Telefon", "Geburtsort", "OM"])  # fmt: skip
def test_no_values_of_such_a_column_are_shown(title: str) -> None:
    assert not may_be_shown(title)
    assert may_be_shown("Wert17")


@given(st.text(alphabet="ReligonKfsFamtd ._-", max_size=14))
@settings(deadline=None, max_examples=50)
def test_religion_and_marital_status_are_refused_however_written(rest: str) -> None:
    assert is_refused(f"Religion{rest}")
    assert is_refused(f"FAMILIENSTAND {rest}")


@given(
    st.lists(
        st.sampled_from(["w", "m", "", "0000-00-00", "1980", "S", "Weg 1", "x;y", "?"]), max_size=14
    )
)
@settings(deadline=None, max_examples=50)
def test_a_line_with_a_block_is_never_kept(cells: list[str]) -> None:
    """Whatever else a line says, and wherever it breaks off behind the block."""
    head = "Familienname;Vorname;Alter;Str;Ort;Sperre;Sperre;Titel"
    sound = "Sommer;Anna;40;Weg 1;Elbtal;;;"
    for block in ("11;", ";S"):
        line = ";".join(["Zu", "Eva", "40", "Weg 2", "Elbtal", block, *cells])
        found = read_extract(
            io.BytesIO("\n".join([head, sound, line]).encode()), reference_date=DAY, min_age=16,
            age_bands=bands_from_bounds([16]),
        )  # fmt: skip
        assert [row.last_name for row in found if isinstance(row, Row)] == ["Sommer"]
