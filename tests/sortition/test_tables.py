"""Spreadsheets and archives become the same text as a CSV, or are refused with a sentence."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import spreadsheet_samples as make
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.sortition import tables
from buergerrat.sortition.decoding import ExtractError
from buergerrat.sortition.tables import open_table

HEADER = ["Familienname", "Vorname", "GebDat", "Straße", "HsNr", "PLZ", "Ort"]
ANNA = ["Sömmer", "Anna", date(1980, 3, 5), "Fährgasse", 12, 39999, "Elbtal"]
READ = ["Sömmer", "Anna", "1980-03-05", "Fährgasse", "12", "39999", "Elbtal"]


def text_of(data: bytes) -> str:
    return open_table(io.BytesIO(data)).stream.read().decode()


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text_of(data)), delimiter=";"))


def refused(data: bytes) -> str:
    with pytest.raises(ExtractError) as caught:
        text_of(data)
    assert str(caught.value).endswith(".")
    return str(caught.value)


@pytest.mark.parametrize("build", [make.xlsx, make.ods])
def test_a_spreadsheet_is_read_as_it_is_shown(build: object) -> None:
    data = build([HEADER, ANNA, [], [None, "Zoë", None, True]])  # type: ignore[operator]
    assert rows_of(data) == [HEADER, READ, [], ["", "Zoë", "", "ja", "", "", ""]]
    assert open_table(io.BytesIO(data)).kind == ("xlsx" if build is make.xlsx else "ods")


@pytest.mark.parametrize("build", [make.xlsx, make.ods])
def test_the_sheet_with_the_people_is_found_behind_a_cover(build: object) -> None:
    cover = [["Auswertung des Meldeamts"], ["Stand", date(2026, 11, 1)]]
    data = build(cover, [["Titel"], HEADER, ANNA], [["Legende"]])  # type: ignore[operator]
    assert rows_of(data) == [["Titel"], HEADER, READ]


CELLS = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9),
    st.integers(0, 99_999),
    st.dates(date(1905, 1, 1), date(2100, 1, 1)),
)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=8))
@settings(deadline=None, max_examples=60)
def test_both_kinds_give_the_same_text(rows: list[list[make.Cell]]) -> None:
    widths = [max(len(row) for row in rows[: n + 1]) for n in range(len(rows))]
    wanted = [
        [*map(str, row), *[""] * (width - len(row))]
        for row, width in zip(rows, widths, strict=True)
    ]
    assert rows_of(make.xlsx(rows)) == rows_of(make.ods(rows)) == wanted


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    data = make.packed(make.xlsx_parts({"A": [HEADER, ANNA]}, date1904=True))
    assert rows_of(data)[1] == READ


def cell(xml: str) -> bytes:
    parts = make.xlsx_parts({"A": [HEADER, ["#"]]})
    sheet = str(parts["xl/worksheets/sheet1.xml"])
    mark = sheet[sheet.index('<c r="A2"') : sheet.index("</c></row></sheetData>") + 4]
    return make.packed(parts | {"xl/worksheets/sheet1.xml": sheet.replace(mark, xml)})


@pytest.mark.parametrize(
    ("xml", "shown"),
    [
        ('<c r="A2"><f>B2+1</f><v>7</v></c>', "7"),
        ('<c r="A2" t="str"><f>B2&amp;"x"</f><v>ax</v></c>', "ax"),
        ('<c r="A2" t="inlineStr"><is><r><t>Mül</t></r><r><t>ler</t></r></is></c>', "Müller"),
        ('<c r="A2" s="2"><v>46114</v></c>', "02. Apr"),
        ('<c r="A2"><v>1.234E3</v></c>', "1234"),
        ("<c><v>5</v></c>", "5"),
    ],
)
def test_cells_of_excel(xml: str, shown: str) -> None:
    assert rows_of(cell(xml))[1] == [shown, *[""] * 6]


def test_a_formula_without_a_value_is_named_by_its_line() -> None:
    assert "Zeile 2" in refused(cell('<c r="A2"><f>B2</f></c>'))
    parts = make.ods_parts([HEADER, ["#"]])
    content = str(parts["content.xml"]).replace(
        '<table:table-cell office:value-type="string"><text:p>#</text:p></table:table-cell>',
        '<table:table-cell table:formula="of:=[.B2]"/>',
    )
    assert "Zeile 2" in refused(make.packed(parts | {"content.xml": content}))


def test_text_passes_through_untouched() -> None:
    for data in (b"", b"P", b"PK", b"a;b\r\n\xff", bytes(range(256)) * 900):
        table = open_table(io.BytesIO(data))
        assert (table.kind, table.stream.read()) == ("text", data)


@pytest.mark.parametrize("inner", [make.xlsx([HEADER, ANNA]), make.ods([HEADER, ANNA])])
def test_a_zip_with_one_file_is_opened(inner: bytes) -> None:
    assert rows_of(make.packed({"Auszug 2026": inner, "__MACOSX/._Auszug": b"x"}))[1] == READ
    assert text_of(make.packed({"a.csv": b"A;B\n1;2\n"})) == "A;B\n1;2\n"


def _locked() -> bytes:
    data = bytearray(make.packed({"a.csv": b"A;B\n"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _damaged() -> bytes:
    data = bytearray(make.packed({"a.csv": b"A;B\n" + b"Sommer;Anna\n" * 900}))
    data[45] ^= 0xFF
    return bytes(data)


def _linked() -> bytes:
    parts = make.xlsx_parts({"A": [HEADER, ANNA]})
    links = str(parts["xl/_rels/workbook.xml.rels"]).replace(
        "</Relationships>",
        '<Relationship Id="x" Type="a/externalLink" Target="b"/></Relationships>',
    )
    return make.packed(parts | {"xl/_rels/workbook.xml.rels": links})


def _entities() -> bytes:
    parts = make.ods_parts([HEADER, ANNA])
    content = str(parts["content.xml"]).replace("?>", '?><!DOCTYPE a [<!ENTITY b "c">]>', 1)
    return make.packed(parts | {"content.xml": content})


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (make.packed({}), "0 Dateien"),
        (make.packed({"a.csv": b"A", "b.csv": b"B"}), "2 Dateien"),
        (make.packed({"a.zip": make.packed({"b.csv": b"B"})}), "noch eine gepackte"),
        (make.packed({f"{n}": b"" for n in range(1001)}), "mehr, als"),
        (_locked(), "Kennwort"),
        (_damaged(), "beschädigt"),
        (make.packed({"a.csv": b"A;B\n" * 99})[:90], "beschädigt"),
        (make.packed({**make.xlsx_parts({"A": [HEADER]}), "xl/vbaProject.bin": b""}), "Makros"),
        (make.packed({**make.ods_parts([HEADER]), "Basic/script-lc.xml": b""}), "Makros"),
        (make.packed({"[Content_Types].xml": b"", "word/document.xml": b""}), "Excel"),
        (
            make.packed({**make.ods_parts([HEADER]), "META-INF/manifest.xml": b"encryption-data"}),
            "Kennwort",
        ),
        (_linked(), "Verknüpfungen"),
        (_entities(), "beschädigt"),
        (cell(f'<c r="A2" t="str"><v>{"x" * 40_000}</v></c>'), "viel zu lang"),
        (cell('<c r="XFD2"><v>1</v></c>'), "1.000. Spalte"),
        (cell('<c r="A2" t="s"><v>nix</v></c>'), "beschädigt"),
    ],
)
def test_what_is_refused(data: bytes, word: str) -> None:
    assert word in refused(data)


def test_a_cell_in_a_far_row_is_read_and_beyond_the_last_refused() -> None:
    parts = make.xlsx_parts({"A": [HEADER, ANNA]})
    sheet = str(parts["xl/worksheets/sheet1.xml"])
    far = '<row r="99999"><c r="A99999"><v>1</v></c></row></sheetData>'
    data = make.packed(parts | {"xl/worksheets/sheet1.xml": sheet.replace("</sheetData>", far)})
    assert text_of(data).count("\n") == 99_999
    beyond = sheet.replace("</sheetData>", far.replace("99999", "9999999999"))
    assert "1.048.576 Zeilen" in refused(make.packed(parts | {"xl/worksheets/sheet1.xml": beyond}))


def test_a_bomb_is_stopped_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_UNPACKED", 1_000_000)
    bomb = make.packed({"a.csv": b"0" * 5_000_000})
    assert "mehr, als" in refused(bomb)
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 5_000_000)
    lying = stream.getvalue().replace((5_000_000).to_bytes(4, "little"), b"\x10\0\0\0")
    tracemalloc.start()
    assert "beschädigt" in refused(lying)
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=100)
def test_any_archive_is_read_or_explained(data: bytes) -> None:
    good = make.xlsx([HEADER, ANNA])
    for broken in (b"PK\x03\x04" + data, good[:200] + data + good[200:], good[:-60] + data):
        said = "."
        try:
            text_of(broken)
        except ExtractError as error:
            said = str(error)
        assert said.endswith(".")
