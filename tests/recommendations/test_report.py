"""The Bürgergutachten in four formats."""

import csv as csv_reader
import io
import itertools
import json as json_reader
import unicodedata
from dataclasses import replace
from pathlib import Path

import outloud
import pdfua
import pymupdf
import pytest
import typst
from docx import Document
from docx.oxml.ns import qn
from report_samples import BENCHES, HOSTILE, REPORT, SHOPS, with_text

from buergerrat.recommendations.report import Picture, csv, json, pdf
from buergerrat.recommendations.report_data import from_dict, to_dict
from buergerrat.recommendations.report_docx import docx

LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmütze" * 8
NASTY = {
    "markup": HOSTILE,
    "long word": LONG_WORD,
    "right to left": "שלום עולם",
    "rare letters": "Đặng Żółć Šimůnek Ǆ ẞ č̣",
    "3,000 characters": "Wir wollen mehr Schatten am Markt. " * 86,
    "empty": "",
}


def text_of(raw: bytes) -> str:
    """All text of a PDF without blanks, so that line breaks play no part."""
    with pymupdf.open(stream=raw) as document:
        return squeeze("".join(page.get_text() for page in document))


def squeeze(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Cf")


def headings(raw: bytes) -> list[int]:
    with pymupdf.open(stream=raw) as document:
        return [entry[0] for entry in document.get_toc()]


def complaints(raw: bytes, path: Path) -> list[str]:
    path.write_bytes(raw)
    heard = outloud.check(str(path))
    assert heard.error is None
    found = [f"{f.rule}: {f.message}" for f in heard.findings if f.severity == "error"]
    return found + [str(finding) for finding in pdfua.validate(str(path)).findings]


def test_the_pdf_is_accessible_and_no_heading_is_skipped(tmp_path: Path) -> None:
    raw = pdf(REPORT)
    assert complaints(raw, tmp_path / "report.pdf") == []
    levels = headings(raw)
    assert levels[0] == 1
    assert all(two <= one + 1 for one, two in itertools.pairwise(levels))
    assert b"pdfuaid:part" in raw
    assert b"pdfaid:conformance" in raw


def test_the_pdf_says_what_the_report_says() -> None:
    text = text_of(pdf(REPORT))
    for part in (
        REPORT.guiding_question,
        "Nr. 2025/087 vom 18. September 2025",
        "bis zum 31. Dezember 2026",
        REPORT.draw.checksum,
        "14.386",
        "50,9 %",
        "16,2 %",
        "getragen von 2 Mitgliedern",
        "Entstanden aus 7 Notizkarten",
        "Nicht angenommene Vorschläge",
        "mitreden.elbtal.example",
    ):
        assert squeeze(part) in text, part
    for recommendation in REPORT.recommendations:
        assert squeeze(recommendation.text) in text
        assert recommendation.votes is not None
        assert squeeze(recommendation.votes.sentence) in text


def test_the_same_report_gives_the_same_bytes() -> None:
    assert pdf(REPORT) == pdf(REPORT)
    assert docx(REPORT) == docx(REPORT)
    assert json(REPORT) == json(REPORT)


@pytest.mark.parametrize("kind", NASTY)
def test_text_of_users_stays_text(kind: str, tmp_path: Path) -> None:
    raw = pdf(with_text(NASTY[kind]))
    assert complaints(raw, tmp_path / "nasty.pdf") == []
    if kind != "right to left":  # extracted in display order
        assert squeeze(NASTY[kind]) in text_of(raw)


def test_nothing_runs_off_the_page() -> None:
    with pymupdf.open(stream=pdf(with_text(LONG_WORD))) as document:
        for page in document:
            assert all(word[2] <= page.rect.width for word in page.get_text("words"))


def test_what_no_font_can_draw_is_written_as_its_number() -> None:
    text = text_of(pdf(with_text("Schön 😀\x07\ue000 grün")))
    assert "Schön[U+1F600][U+E000]grün" in text


def test_a_report_with_nothing_in_it_yet_can_be_printed(tmp_path: Path) -> None:
    bare = replace(
        REPORT,
        recommendations=(),
        sessions=(),
        composition=(),
        experts=(),
        preface="",
        draw=replace(REPORT.draw, letters=0, replies=0, pool=0, eligible=None, checksum=""),
    )
    assert complaints(pdf(bare), tmp_path / "bare.pdf") == []
    assert Document(io.BytesIO(docx(bare))).paragraphs


def test_a_picture_of_the_page_can_stand_in_for_the_drawn_one(tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'
    assert complaints(pdf(REPORT, [Picture(svg, "Ein Punkt")]), tmp_path / "svg.pdf") == []


def test_a_picture_without_alternative_is_refused() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'
    with pytest.raises(typst.TypstError, match="alt"):
        pdf(REPORT, [Picture(svg, "")])


def test_the_docx_has_real_headings_and_repeated_table_heads() -> None:
    document = Document(io.BytesIO(docx(REPORT)))
    levels = [
        int(p.style.name[-1]) for p in document.paragraphs if p.style.name.startswith("Heading")
    ]
    assert levels[0] == 1
    assert all(two <= one + 1 for one, two in itertools.pairwise(levels))
    assert len(document.tables) >= 3
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    texts = [p.text for p in document.paragraphs]
    assert BENCHES.text in texts
    assert any("getragen von 2" in text.lower() for text in texts)


def test_the_docx_is_german_dated_and_its_picture_has_words() -> None:
    document = Document(io.BytesIO(docx(REPORT)))
    core = document.core_properties
    assert core.language == "de-DE"
    assert core.created.date() == core.modified.date() == REPORT.date
    languages = {element.get(qn("w:val")) for element in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"de-DE"}
    (picture,) = document.inline_shapes
    assert "Frauen 12 Plätze" in picture._inline.docPr.get("descr")


@pytest.mark.parametrize("text", [HOSTILE, "ab\x00\x0b\x1fc", LONG_WORD, "😀 שלום"])
def test_the_docx_takes_any_text(text: str) -> None:
    shown = "".join(c for c in text if c >= " ")
    document = Document(io.BytesIO(docx(with_text(text))))
    assert shown in [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "＝"])
def test_the_csv_runs_no_formulas(start: str) -> None:
    raw = csv(with_text(f'{start}HYPERLINK("x";"y")'))
    assert raw.startswith("\ufeff".encode())
    rows = list(csv_reader.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][1].startswith("'")
    assert len({len(row) for row in rows}) == 1


def test_the_csv_has_one_row_per_recommendation_and_plain_numbers() -> None:
    reader = csv_reader.DictReader(io.StringIO(csv(REPORT).decode("utf-8-sig")), delimiter=";")
    rows = list(reader)
    assert [row["Nummer"] for row in rows] == ["1", "2", "3", "4"]
    assert [row["Angenommen"] for row in rows] == ["ja", "ja", "ja", "nein"]
    assert (rows[0]["Ja"], rows[0]["Nein"], rows[0]["Enthaltung"]) == ("20", "2", "1")


def test_a_recommendation_without_ballot_leaves_its_cells_empty() -> None:
    raw = csv(replace(REPORT, recommendations=(replace(SHOPS, votes=None),)))
    (row,) = csv_reader.DictReader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";")
    assert row["Ja"] == row["Ergebnis"] == ""


def test_the_frozen_report_can_be_thawed() -> None:
    assert from_dict(to_dict(REPORT)) == REPORT
    assert from_dict(json_reader.loads(json(REPORT))) == REPORT


def test_a_field_nobody_knows_is_refused() -> None:
    with pytest.raises(TypeError, match="surprise"):
        from_dict({**to_dict(REPORT), "surprise": 1})
