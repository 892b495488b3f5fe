import csv
import io
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pymupdf
import pytest

from buergerrat.sortition.codes import new_codes, show
from buergerrat.sortition.letter_layout import MM, WINDOW, width_of, wrapped
from buergerrat.sortition.letter_tables import write_print_shop_csv, write_run_list
from buergerrat.sortition.letters import (
    Letter,
    LetterError,
    LetterSheet,
    fill,
    greeting_lines,
    in_order,
    parts_of,
    pdf_of,
    write_letters,
)
from tests.sortition.letter_samples import VALUES, sample_sheet

ROOT = Path(__file__).parents[2]
LONG = "Freifrau Maximiliane-Wilhelmine von und zu Übergrünmühlensteinhöfer-Quellenbrück"


@pytest.fixture(scope="session")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the set-up fills, or the same two files from the package."""
    vendor = ROOT / "static" / "vendor" / "fonts"
    if (vendor / "NotoSans_600SemiBold.ttf").exists():
        return vendor
    folder = tmp_path_factory.mktemp("fonts")
    package = ROOT / "node_modules" / "@expo-google-fonts" / "noto-sans"
    for file in [*package.glob("400Regular/*.ttf"), *package.glob("600SemiBold/*.ttf")]:
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


def make_letters() -> list[Letter]:
    codes = new_codes(5, random.Random(8).randbytes)
    people = [
        ("Frau", "", "Mira", "Sommer", "Fährgasse 12", "39999"),
        ("Herr", "Dr.", "Jörg", "Šuman", "Am Wehr 3a", "39998"),
        ("", "", "Kim", "Öhlberger", "Fährgasse 9", "39999"),
        ("Frau", "Prof. Dr.", LONG, LONG, "Straße der Freundschaft der Völker 112 b", "39999"),
        ("Herr", "", "Çağlar", "Żółkiewicz", "Łąkowa-Weg 1", "39997"),
    ]
    return [
        Letter(*person, "Elbtal", code, f"https://mitreden.elbtal.example/antwort/{code}")
        for person, code in zip(people, codes, strict=True)
    ]


LETTERS = make_letters()


@pytest.fixture(scope="module")
def pdf(fonts: Path) -> pymupdf.Document:
    out = io.BytesIO()
    assert write_letters(out, LETTERS, sample_sheet(fonts)) == 3 * len(LETTERS)
    return pymupdf.Document(stream=out.getvalue(), filetype="pdf")


def placed(pdf: pymupdf.Document, page: int) -> Iterator[tuple[pymupdf.Rect, str]]:
    """Every line of a page with its box in mm from the top left."""
    for block in pdf[page].get_text("dict")["blocks"]:
        for line in block.get("lines", ()):
            text = "".join(span["text"] for span in line["spans"]).strip()
            yield pymupdf.Rect(line["bbox"]) / MM, text


def text_of(pdf: pymupdf.Document, page: int) -> str:
    text: str = pdf[page].get_text()
    return text


def test_three_pages_for_everybody(pdf: pymupdf.Document) -> None:
    assert len(pdf) == 15
    for page in pdf:
        assert page.rect.width / MM == pytest.approx(210)
        assert page.rect.height / MM == pytest.approx(297)


def test_every_address_line_lies_within_the_window(pdf: pymupdf.Document) -> None:
    """Nothing but the sender and the whole address, all of it inside and in readable size."""
    left, top, width, height = WINDOW
    window = pymupdf.Rect(left, top, left + width, top + height)
    for place, letter in enumerate(in_order(LETTERS)):
        shown = [(box, text) for box, text in placed(pdf, 3 * place) if box.intersects(window)]
        for box, _ in shown:
            assert box in window
            assert box.x0 >= left + 5 - 0.1
            assert box.x1 <= left + width - 2
            assert box.height > 2.8
        address = [text for box, text in shown if box.y0 >= top + 16.5]
        assert _plain("".join(address)) == _plain("".join(letter.address))
        assert len(address) <= 6
        assert len(shown) - len(address) == 1


def _width(text: str, size: float) -> float:
    return width_of(text, size)


def test_codes_and_numbers_stand_on_the_right_pages(pdf: pymupdf.Document) -> None:
    for place, letter in enumerate(in_order(LETTERS)):
        first, privacy, card = (text_of(pdf, 3 * place + n) for n in range(3))
        assert show(letter.code) in first
        assert show(letter.code) in card
        assert _plain(letter.last_name) in _plain(first)
        assert greeting_lines(letter)[0] in first
        assert letter.last_name not in privacy + card
        for page, text in enumerate((first, privacy, card), start=1):
            assert f"{place + 1:06d} {page}/3" in text
        for other in LETTERS:
            if other is not letter:
                assert show(other.code) not in first + card


def test_privacy_notice_and_reply_form_are_whole(pdf: pymupdf.Document, fonts: Path) -> None:
    sheet = fill(sample_sheet(fonts))
    privacy, card = (_plain(text_of(pdf, n)) for n in (1, 2))
    for heading, text in sheet.privacy:
        assert _plain(heading) in privacy
        assert _plain(text) in privacy
    for question in sheet.questions:
        for text in (question.title, question.consent, *question.options, *question.lines):
            assert _plain(text) in card


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_fonts_are_embedded(pdf: pymupdf.Document) -> None:
    names = set()
    used = {span["font"] for page in pdf for block in page.get_text("dict")["blocks"]
            for line in block.get("lines", ()) for span in line["spans"]}  # fmt: skip
    for page in pdf:
        for xref, *_ in page.get_fonts(full=True):
            name, _, _, content = pdf.extract_font(xref)
            if content:
                names.add(name.split("+")[-1])
    assert names == used
    assert len(names) == 2


def test_folds_and_punch_mark_stand_where_din_5008_wants_them(pdf: pymupdf.Document) -> None:
    for page in pdf:
        boxes = [pymupdf.Rect(path["rect"]) / MM for path in page.get_drawings()]
        assert sorted(round(box.y0, 1) for box in boxes if box.x1 < 12 and box.y0 < 250) == [
            105.0,
            148.5,
            210.0,
        ]


def test_letters_follow_the_postcode_and_the_street() -> None:
    ordered = in_order(LETTERS)
    assert [one.postcode for one in ordered] == sorted(one.postcode for one in LETTERS)
    assert [one.street for one in ordered if "Fähr" in one.street] == [
        "Fährgasse 9",
        "Fährgasse 12",
    ]


def test_greetings() -> None:
    assert greeting_lines(LETTERS[0]) == ("Sehr geehrte Frau Sommer,",)
    assert greeting_lines(LETTERS[1]) == ("Sehr geehrter Herr Dr. Šuman,",)
    assert greeting_lines(LETTERS[2]) == ("Guten Tag Kim Öhlberger,",)
    assert greeting_lines(LETTERS[0], "Hallo {name}!") == ("Hallo Mira Sommer!",)
    young = replace(LETTERS[0], minor=True)
    assert greeting_lines(young) == ("Guten Tag Mira Sommer,", "sehr geehrte Sorgeberechtigte,")
    nobody = replace(LETTERS[0], title="", first_name="", last_name="", salutation="")
    assert greeting_lines(nobody) == ("Guten Tag,",)


def test_the_same_letters_make_the_same_bytes(fonts: Path) -> None:
    files = [io.BytesIO(), io.BytesIO()]
    seen: list[tuple[int, int]] = []
    for out in files:
        write_letters(out, reversed(LETTERS), sample_sheet(fonts), lambda *done: seen.append(done))
    assert files[0].getvalue() == files[1].getvalue()
    assert seen == [(5, 5), (5, 5)]


def broken(sheet: LetterSheet, how: str) -> LetterSheet:
    return {
        "lang": lambda: replace(sheet, after_question=sheet.after_question * 4),
        "Datenschutz": lambda: replace(sheet, privacy=()),
        "Platzhalter": lambda: replace(sheet, subject="{ort_der_losung}"),
        "Antwortkarte": lambda: replace(sheet, questions=sheet.questions * 2),
        "Hinweis": lambda: replace(sheet, privacy=sheet.privacy * 3),
    }[how]()


@pytest.mark.parametrize("how", ["lang", "Datenschutz", "Platzhalter", "Antwortkarte", "Hinweis"])
def test_a_letter_that_cannot_be_set_is_explained(fonts: Path, how: str) -> None:
    with pytest.raises(LetterError, match=how):
        write_letters(io.BytesIO(), LETTERS, broken(sample_sheet(fonts), how))


def test_every_placeholder_is_named_and_each_is_needed(fonts: Path) -> None:
    sheet = sample_sheet(fonts, dict.fromkeys(VALUES, "x"))
    assert not re.search(
        r"\{\w", repr(fill(replace(sheet, values=sheet.values))).split("values=")[0]
    )
    for name in VALUES:
        with pytest.raises(LetterError, match=name):
            fill(replace(sheet, values={key: "x" for key in VALUES if key != name}))


def test_without_invitations_there_are_no_letters(fonts: Path) -> None:
    with pytest.raises(LetterError, match="noch keine Briefe"):
        write_letters(io.BytesIO(), [], sample_sheet(fonts))


def test_wrapped_lines_are_never_too_wide_and_lose_nothing() -> None:
    text = f"{LONG} " + "x" * 300 + " am 18. September 2025, Artikel 6 Absatz 1"
    lines = wrapped(text, 78, 9.8)
    assert all(_width(line, 9.8) <= 78 for line in lines)
    assert _plain("".join(lines)) == _plain(text)
    assert not any(line.endswith(("18.", "Artikel", "Absatz")) for line in lines)


def test_the_print_shop_gets_what_it_needs_and_no_formula() -> None:
    out = io.BytesIO()
    bad = replace(
        LETTERS[0], first_name="=1+1", last_name="+49", street="@SUM(A1)", postcode="00000"
    )
    assert write_print_shop_csv(out, [*LETTERS, bad]) == 6
    assert out.getvalue().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert (rows[0]["Vorname"], rows[0]["Name"], rows[0]["Straße"]) == (
        "'=1+1",
        "'+49",
        "'@SUM(A1)",
    )
    assert [row["Nr"] for row in rows] == [str(n) for n in range(1, 7)]
    assert [row["Code"] for row in rows[1:]] == [show(one.code) for one in in_order(LETTERS)]
    assert set(rows[0]).isdisjoint({"Geschlecht", "Alter", "Ortsteil"})
    assert [row["Link"] for row in rows[1:]] == [one.url for one in in_order(LETTERS)]


@pytest.mark.parametrize(("size", "sizes"), [(0, [5]), (2, [2, 2, 1]), (5, [5]), (500, [5])])
def test_parts_hold_the_letters_in_order_and_count_on(
    fonts: Path, size: int, sizes: list[int]
) -> None:
    parts = parts_of(reversed(LETTERS), size)
    assert [len(part.letters) for part in parts] == sizes
    assert [one for part in parts for one in part.letters] == in_order(LETTERS)
    seen = []
    for part in parts:
        pages = pymupdf.Document(stream=b"".join(pdf_of(part, sample_sheet(fonts))), filetype="pdf")
        assert len(pages) == 3 * len(part.letters)
        for place in range(len(part.letters)):
            assert f"{part.first + place:06d} 1/3" in text_of(pages, 3 * place)
            seen.append(part.first + place)
    assert seen == [1, 2, 3, 4, 5]
    assert parts[-1].last == 5


def test_the_run_list_names_nobody() -> None:
    out = io.BytesIO()
    assert write_run_list(out, parts_of(LETTERS, 2), 3) == 5
    text = out.getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert list(rows[0]) == ["Laufnummer", "Teil", "PLZ", "Seiten"]
    assert [(row["Laufnummer"], row["Teil"]) for row in rows] == [
        ("000001", "1"), ("000002", "1"), ("000003", "2"), ("000004", "2"), ("000005", "3"),
    ]  # fmt: skip
    assert [row["PLZ"] for row in rows] == sorted(one.postcode for one in LETTERS)
    assert {row["Seiten"] for row in rows} == {"3"}
    for letter in LETTERS:
        assert not any(part in text for part in (letter.last_name, letter.street, letter.code))
