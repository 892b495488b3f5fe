"""The documents that the demo makes, checked as a screen reader and a validator meet them."""

from __future__ import annotations

from pathlib import Path

import outloud
import pdfua
import pytest
from flask import Flask
from sqlalchemy import select

from buergerrat.db import db
from buergerrat.recommendations.models import ReportFile
from buergerrat.sortition.services import letters, lottery, records
from tests.browser import Server
from tests.walk.world import assembly

pytestmark = [pytest.mark.slow]


@pytest.fixture
def app(demo: Server) -> Flask:
    return demo.app


def complaints(raw: bytes, path: Path) -> list[str]:
    path.write_bytes(raw)
    heard = outloud.check(str(path))
    assert heard.error is None
    found = [f"{f.rule}: {f.message}" for f in heard.findings if f.severity == "error"]
    return found + [str(finding) for finding in pdfua.validate(str(path)).findings]


def test_the_report_that_was_handed_over(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        first = assembly("ortsmitte-2035")
        rows = db.session.scalars(select(ReportFile).filter_by(assembly_id=first.id))
        kept = {row.format: row.content for row in rows}
    assert set(kept) == {"pdf", "docx", "csv", "json"}
    assert complaints(kept["pdf"], tmp_path / "gutachten.pdf") == []


def test_the_record_of_the_draw(app: Flask, tmp_path: Path) -> None:
    with app.app_context(), app.test_request_context():
        draw = lottery.current(assembly("ortsmitte-2035"))
        assert draw is not None
        raw = records.pdf(draw, "http://localhost/elbtal/ortsmitte-2035/pruefen")
    assert complaints(raw, tmp_path / "losprotokoll.pdf") == []


def test_the_letter_is_three_pages_of_paper(app: Flask, tmp_path: Path) -> None:
    """Letters are printed, not read on a screen: what counts is that they are whole."""
    import pymupdf

    with app.app_context():
        raw = letters.sample_pdf(assembly("ortsmitte-2035"))
    with pymupdf.open(stream=raw) as document:
        assert document.page_count == 3
        assert [round(side) for side in document[0].rect[2:]] == [595, 842]
        assert "FGHJK-MNPQR" in document[0].get_text()
