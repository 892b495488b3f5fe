"""The draw of municipalities: chances by people, caps, sums, the same from the same seed."""

from __future__ import annotations

import copy
import dataclasses
import io
import json
from fractions import Fraction
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.cli import cli
from buergerrat.sortition import municipality_list
from buergerrat.sortition import municipality_record as records
from buergerrat.sortition.commitment import SeedKind, SeedProcedure, derive_seed
from buergerrat.sortition.municipalities import (
    Cell,
    DrawError,
    Plan,
    Town,
    cap,
    cells,
    chances,
    draw,
    hits,
    replace,
    spread,
    units,
)
from buergerrat.sortition.sainte_lague import sainte_lague

SEED = bytes(range(32))


def towns_of(people: list[int], regions: int = 1) -> list[Town]:
    return [
        Town(
            f"08{number % regions:03d}{number:03d}", f"Ort {number}", f"R{number % regions}", count
        )
        for number, count in enumerate(people)
    ]


PEOPLE = st.lists(st.integers(1, 90_000), min_size=1, max_size=25)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(1, 6))
def test_over_all_starts_a_unit_is_hit_in_proportion_to_its_people(
    people: list[int], places: int
) -> None:
    total = sum(people)
    every = [hits(people, places, start) for start in range(total)]
    assert all(sum(row) == places for row in every)
    for place, count in enumerate(people):
        found = [row[place] for row in every]
        assert sum(found) == places * count, "mean over all starts: places · people / total"
        least = places * count // total
        assert set(found) <= {least, least + 1}, "large towns are certain, no luck beyond one place"


@settings(deadline=None, max_examples=50)
@given(PEOPLE, st.integers(1, 12), st.integers(1, 60), st.sampled_from([1, 5, 10]), st.booleans())
def test_sums_caps_and_order(
    people: list[int], places: int, letters: int, percent: int, least: bool
) -> None:
    towns = towns_of(people, regions=3)
    plan = Plan(places, letters, percent=percent, one_per_cell=least)
    try:
        drawn = draw(towns, plan, SEED, "probe")
    except DrawError:
        return
    by_key = {town.ags: town for town in towns}
    made = {cell.name: cell for cell in cells(towns, plan)}
    assert sum(cell.places for cell in made.values()) == places
    for share in drawn.towns:
        assert 1 <= share.letters <= cap(by_key[share.ags].people, percent)
    for name, cell in made.items():
        sent = sum(share.letters for share in drawn.towns if share.cell == name)
        room = cap_of(cell, percent)
        assert sent == min(cell.places * letters, room) or len(cell.units) > 1
        assert sent <= cell.places * letters
        if all(cap_of_unit(unit.towns, percent) >= letters for unit in cell.units):
            assert sent == cell.places * letters
        assert not least or cell.places >= 1
        inside = {town.ags for unit in cell.units for town in unit.towns}
        spare = [key for group in drawn.spare[name] for key in group]
        assert len(spare) == len(set(spare))
        assert set(spare) <= inside - {share.ags for share in drawn.towns}
    assert draw(list(reversed(towns)), plan, SEED, "probe") == drawn, "order of rows is nothing"


def cap_of(cell: Cell, percent: int) -> int:
    return sum(cap(town.people, percent) for unit in cell.units for town in unit.towns)


def cap_of_unit(towns: tuple[Town, ...], percent: int) -> int:
    return sum(cap(town.people, percent) for town in towns)


@settings(deadline=None, max_examples=50)
@given(PEOPLE, st.integers(1, 400))
def test_every_town_is_in_one_unit_and_units_have_room(people: list[int], letters: int) -> None:
    towns = towns_of(people)
    made = units(towns, Plan(1, letters))
    assert sorted(t.ags for unit in made for t in unit.towns) == [t.ags for t in towns]
    assert len(made) == 1 or all(cap(unit.people, 10) >= letters for unit in made)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(200, 60_000), min_size=6, max_size=20), st.integers(1, 4))
def test_the_chance_of_everybody_in_a_cell_is_nearly_the_same(
    people: list[int], places: int
) -> None:
    towns = towns_of(people)
    plan = Plan(places, 10, bounds=())
    try:
        found = chances(towns, plan)
    except DrawError:
        return
    total = sum(people)
    expected = sum((one.letter * one.town.people for one in found), Fraction(0))
    assert expected == 10 * places, "the letters people may expect are the letters sent"
    for one in found:
        alone = Fraction(10 * places, total)
        assert abs(one.letter - alone) * one.town.people < 2, "no more than rounding in a unit"


def test_chances_are_what_many_draws_give() -> None:
    towns = towns_of([400, 700, 900, 1500, 3000, 5200, 9000, 14_000, 30_000, 61_000])
    plan = Plan(4, 30, bounds=(5000,))
    rounds = 3000
    sent = dict.fromkeys((town.ags for town in towns), 0)
    for turn in range(rounds):
        for share in draw(towns, plan, SEED, f"probe-{turn}").towns:
            sent[share.ags] += share.letters
    for one in chances(towns, plan):
        mean = sent[one.town.ags] / rounds
        wanted = float(one.letter * one.town.people)
        assert mean == pytest.approx(wanted, abs=1.6 + 0.1 * wanted), one.town.name


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 2)), min_size=1, max_size=7),
    st.integers(0, 25),
)
def test_sainte_lague_hands_out_one_by_one(rows: list[tuple[int, int]], more: int) -> None:
    weights, start = [w for w, _ in rows], [s for _, s in rows]
    if not any(weights):
        return
    wanted = list(start)
    for _ in range(more):
        best = max(range(len(rows)), key=lambda n: (Fraction(weights[n], 2 * wanted[n] + 1), -n))
        wanted[best] += 1
    assert sainte_lague(weights, sum(start) + more, start) == wanted


def test_ties_and_beginnings_of_sainte_lague() -> None:
    assert sainte_lague([1, 1, 1], 2, [0, 0, 0]) == [1, 1, 0]
    # 53, 24, 23 with divisors 1, 3, 5: 53, 24, 23, 17.7, 10.6 (seats to 1, 2, 3, 1, 1)
    assert sainte_lague([53, 24, 23], 5, [0, 0, 0]) == [3, 1, 1]
    assert sainte_lague([98, 1, 1], 3, [1, 1, 1]) == [1, 1, 1]
    assert spread((Town("1", "", "", 40), Town("2", "", "", 1000)), 50, 10) == [2, 48]


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (Plan(0, 10), "mindestens einen Platz"),
        (Plan(1, 10, percent=0), "zwischen 1 und 100"),
        (Plan(1, 10, bounds=(20, 10)), "aufsteigend"),
        (Plan(1, 10, one_per_cell=True), "braucht es 2 Plätze"),
        (Plan(9, 300, bounds=()), "könnten mehr als 10 %"),
    ],
)
def test_a_plan_that_cannot_be_met_is_refused_in_a_sentence(plan: Plan, sentence: str) -> None:
    with pytest.raises(DrawError, match=sentence):
        cells(towns_of([1000, 6000]), plan)


def test_a_town_that_refuses_is_replaced_from_its_class_with_all_letters() -> None:
    towns = towns_of([3000 + 10 * n for n in range(12)], regions=2)
    plan = Plan(4, 50)
    drawn = draw(towns, plan, SEED, "probe")
    used = [share.ags for share in drawn.towns]
    for share in drawn.towns:
        came, open_letters = replace(drawn, towns, plan, share.ags, used)
        assert open_letters == 0
        assert sum(row.letters for row in came) == share.letters
        assert came[0].ags == drawn.spare[share.cell][0][0] or came[0].ags not in used
        assert not {row.ags for row in came} & set(used)
        used += [row.ags for row in came]
    came, open_letters = replace(drawn, towns, plan, drawn.towns[0].ags, [t.ags for t in towns])
    assert (came, open_letters) == ([], 50), "nobody is left"


HEAD = [
    ["Alle politisch selbständigen Gemeinden mit ausgewählten Merkmalen am 31.12.2024"],
    [],
    ["Satz-\nart", "Text-\nkenn-\nzeichen", "Amtlicher Regionalschlüssel (ARS)", "", "", "", "",
     "Gemeindename", "Fläche km2 1)", "Bevölkerung 2)", "", "", "", "Postleitzahl"],
    ["", "", "Land", "RB", "Kreis", "VB", "Gem", "", "", "insgesamt", "männlich", "weiblich",
     "je km2", ""],
    ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14"],
]  # fmt: skip
ROWS = [
    ["10", "", "98", "", "", "", "", "Musterland"],
    ["20", "", "98", "1", "", "", "", "Reg.-Bez. Nord"],
    ["40", "43", "98", "1", "05", "", "", "Landkreis Elbtal"],
    ["50", "50", "98", "1", "05", "0012", "", "Verband"],
    ["60", "63", "98", "1", "05", "0012", "012", "Elbtal, Stadt", "44,1", 19860, 9800, 10060],
    ["60", "64", "98", "1", "05", "0012", "013", "Niederau", "12,0", 850, 420, 430],
    ["60", "66", "98", "1", "05", "9999", "444", "Forst, gemfr. Gebiet", "80,0", 0, 0, 0],
]  # fmt: skip


def workbook(*rows: list[object]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        book.add_worksheet("Deckblatt").write(0, 0, "Gemeindeverzeichnis")
        sheet = book.add_worksheet("Onlineprodukt_Gemeinden31122024")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return target.getvalue()


def test_the_destatis_workbook_is_read() -> None:
    found = municipality_list.read(workbook(*HEAD, *ROWS))
    assert [(t.ags, t.name, t.region, t.people) for t in found.towns] == [
        ("98105012", "Elbtal, Stadt", "Landkreis Elbtal", 19860),
        ("98105013", "Niederau", "Landkreis Elbtal", 850),
    ]
    assert (found.empty, found.people) == (1, 20710)
    assert found.title.startswith("Alle politisch selbständigen Gemeinden")
    assert {t.region for t in municipality_list.with_regions(found, 2)} == {"Musterland"}
    assert {t.region for t in municipality_list.with_regions(found, 3)} == {"Reg.-Bez. Nord"}


def test_keys_stored_as_numbers_get_their_zeros_back() -> None:
    rows = [["60", "63", 1, 0, 2, 0, 7, "Weinberg", "1", 500]]
    [town] = municipality_list.read(workbook(*HEAD, *rows)).towns
    assert town.ags == "01002007"


@pytest.mark.parametrize(
    "text",
    [
        "ags;name;people;region\n08105012;Elbtal;19.860;Nord\n8105013;Niederau;850;Nord\n",
        "\ufeffAGS,Gemeinde,Einwohner,Region\n081050000012,Elbtal,19860,Nord\n08105013,Niederau,850,Nord",
    ],
)
def test_a_simple_csv_is_read(text: str) -> None:
    found = municipality_list.read(text.encode())
    assert [(t.ags, t.people, t.region) for t in found.towns] == [
        ("08105012", 19860, "Nord"),
        ("08105013", 850, "Nord"),
    ]
    assert len(municipality_list.read(text.encode(), "08105013").towns) == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK nothing", "lässt sich nicht lesen"),
        (workbook(["a", "b"]), "fehlen die Spalten"),
        (b"a;b\n1;2\n", "Kopfzeile"),
        (b"ags;name;people\n123;X;5\n", "8 Ziffern"),
        (b"ags;name;people\n08105012;X;viele\n", "keine ganze Zahl"),
        (b"ags;name;people\n08105012;X;5\n08105012;Y;6\n", "zweimal"),
        (b"ags;name;people\n08105012\n", "fehlen Spalten"),
        (b"ags;name;people\n", "steht keine Gemeinde"),
        (workbook(*([["ags", "name", "people"]] * 60_001)), "größer als 30 MB"),
    ],
)
def test_a_list_that_cannot_be_read_says_why(data: bytes, sentence: str) -> None:
    with pytest.raises(DrawError, match=sentence):
        municipality_list.read(data)


def a_record() -> tuple[dict[str, object], str]:
    towns = towns_of([900, 25_000, 90_000, *range(3000, 9000, 100)], regions=2)
    plan = Plan(12, 40)
    procedure = SeedProcedure(SeedKind.DICE, "Würfeln im Kreistag", "2026-12-01", "")
    fixed = records.MunicipalityCommitment(
        "Kreis Elbtal: Rat", "kreis/rat/gemeinden-1", "Liste", records.list_hash(towns),
        len(towns), sum(t.people for t in towns), plan, procedure, "test",
    )  # fmt: skip
    value = "12345678901234567890"
    seed = derive_seed(fixed.checksum, SeedKind.DICE, value, rehearsal=False)
    drawn = draw(towns, plan, seed, fixed.draw_id)
    made = records.record(
        json.loads(fixed.to_json()), towns, "dice", value, records.result_of(drawn)
    )
    return json.loads(json.dumps(made)), fixed.checksum


def test_a_record_verifies_and_every_change_is_found() -> None:
    made, checksum = a_record()
    assert records.check(made, checksum) == []
    edits = [
        lambda r: r["list"].pop(),
        lambda r: r["list"][0].__setitem__(3, 901),
        lambda r: r["seed"].update(value="22345678901234567890"),
        lambda r: r["result"]["towns"][0].update(letters=39),
        lambda r: r["result"]["spare"].popitem(),
        lambda r: r["commitment"]["plan"].update(places=5),
        lambda r: r.update(format="anders"),
        lambda r: r.pop("seed"),
    ]
    for edit in edits:
        other = copy.deepcopy(made)
        edit(other)
        assert records.check(other, checksum), edit
    assert records.check(made, "0" * 64) == [
        "Die Festschreibung gehört nicht zur veröffentlichten Prüfsumme."
    ]


def test_the_command_verifies_a_record(tmp_path: Path) -> None:
    made, checksum = a_record()
    path = tmp_path / "gemeindelosung.json"
    path.write_text(json.dumps(made))
    good = CliRunner().invoke(cli, ["verify", str(path), "--expect", checksum])
    assert (good.exit_code, "stimmt" in good.output) == (0, True), good.output
    made["result"]["towns"][0]["letters"] += 1  # type: ignore[index]
    path.write_text(json.dumps(made))
    assert CliRunner().invoke(cli, ["verify", str(path)]).exit_code == 1


def test_a_plan_survives_json() -> None:
    plan = Plan(7, 120, (1000, 5000), 8, True)
    assert records.plan_of(json.loads(json.dumps(dataclasses.asdict(plan)))) == plan
