"""The Losprotokoll to read."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import outloud
import pdfua
import pymupdf
import pytest
from record_samples import RECORD

from buergerrat.sortition.record_pdf import RecordSummary, losprotokoll_pdf


def squeeze(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if not c.isspace() and unicodedata.category(c) != "Cf")


def text_of(raw: bytes) -> str:
    with pymupdf.open(stream=raw) as document:
        return squeeze("".join(page.get_text() for page in document))


def complaints(raw: bytes, path: Path) -> list[str]:
    path.write_bytes(raw)
    heard = outloud.check(str(path))
    assert heard.error is None
    found = [f"{f.rule}: {f.message}" for f in heard.findings if f.severity == "error"]
    return found + [str(finding) for finding in pdfua.validate(str(path)).findings]


EARLY = replace(
    RECORD,
    drawn_number="",
    drawn_at=None,
    seed="",
    seed_at=None,
    panel=(),
    quotas=(),
    replacements=(),
    bound=None,
    certificate="",
    record_checksum="",
    audit_head="",
    check_url="",
)
CASES = {
    "complete": RECORD,
    "before the pick": EARLY,
    "rehearsal": replace(RECORD, rehearsal=True),
    "large": replace(
        RECORD,
        seats=160,
        panel=tuple(f"L-{n:05d}" for n in range(160)),
        reserve=("L-00901", "L-00902"),
        quotas=tuple(
            replace(row, minimum=row.minimum * 7, maximum=row.maximum * 7, drawn=row.drawn * 7)
            for row in RECORD.quotas
        ),
    ),
    "hostile": replace(
        RECORD, seed_source='#eval("x") *fett* <b>' + "Wort" * 60, title="#pagebreak()"
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_losprotokoll_is_accessible(case: str, tmp_path: Path) -> None:
    assert complaints(losprotokoll_pdf(CASES[case]), tmp_path / "record.pdf") == []


def test_it_says_everything_one_needs_to_check() -> None:
    text = text_of(losprotokoll_pdf(RECORD))
    parts = (
        RECORD.commitment,
        "Veröffentlicht am 20. Februar 2026 um 10.00 Uhr",
        "drei zehnseitige Würfel",
        "die Nummer 418",
        "kleinste Chance war 16,2 %, die größte 43,8 %",
        "Mehr als 16,4 %",
        "Der Losung fehlen dazu 0,2 Prozentpunkte",
        "11–13",
        RECORD.record_checksum,
        RECORD.audit_head,
        "Leitung der Ziehung",
        "Beobachter:in",
        "Datenschutz",
        *RECORD.panel,
    )
    for part in parts:
        assert squeeze(part) in text, part


def test_a_lottery_that_reaches_the_bound_says_so() -> None:
    text = text_of(losprotokoll_pdf(replace(RECORD, bound=RECORD.lowest_chance)))
    assert squeeze("Die Losung erreicht diese Grenze.") in text


def test_before_the_pick_nothing_is_claimed_and_nobody_signs() -> None:
    text = text_of(losprotokoll_pdf(EARLY))
    assert squeeze("Noch wurde keine Nummer gezogen.") in text
    assert squeeze("Er entsteht erst, wenn die Prüfsumme") in text
    assert "Unterschriften" not in text


def test_a_rehearsal_says_so_on_every_page() -> None:
    with pymupdf.open(stream=losprotokoll_pdf(CASES["rehearsal"])) as document:
        assert len(document) > 1
        assert all("Probe" in page.get_text() for page in document)


@pytest.mark.parametrize("record", [RECORD, EARLY])
def test_the_same_summary_gives_the_same_bytes(record: RecordSummary) -> None:
    assert losprotokoll_pdf(record) == losprotokoll_pdf(record)
