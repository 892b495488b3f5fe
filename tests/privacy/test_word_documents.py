"""The Word files: the little language they are written in, what they say, what they lack."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import Any

import pytest
from docx import Document as open_docx
from hypothesis import given, settings
from hypothesis import strategies as st

from buergerrat.accounts.models import Municipality, User
from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly
from buergerrat.db import writing
from buergerrat.privacy import agreements, documents, facts
from buergerrat.privacy.markup import Table, Text, blocks, escaped
from buergerrat.sortition.models import MunicipalityDraw
from tests.support import BrowserLike

BASE = "/elbtal/buergerraete/ortsmitte-2035/datenschutz"


def plain(text: str) -> list[tuple[str, str]]:
    return [(b.kind, b.plain) for b in blocks(text) if isinstance(b, Text)]


def test_each_sign_makes_its_block() -> None:
    text = "# A\n## B\n### C\n- d\n1. e\n[ ] f\n> g\nh\ni\n\nj"
    assert plain(text) == [
        ("title", "A"), ("heading1", "B"), ("heading2", "C"), ("bullet", "d"), ("step", "e"),
        ("box", "f"), ("note", "g"), ("paragraph", "h i"), ("paragraph", "j"),
    ]  # fmt: skip


def test_a_table_has_a_head_and_rows_of_one_width() -> None:
    (table,) = blocks("| a | b |\n| 1 | x \\| y |")
    assert table == Table(("a", "b"), (("1", "x | y"),))
    with pytest.raises(ValueError, match="Tabelle"):
        list(blocks("| a | b |\n| 1 |"))


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=60))
def test_what_somebody_typed_stays_text_wherever_it_stands(typed: str) -> None:
    line = " ".join(typed.split())
    if not line:
        return
    (alone,) = blocks(escaped(typed))
    assert alone == Text("paragraph", ((line, False),))
    (row,) = blocks(f"| a |\n| {escaped(typed)} |")
    assert isinstance(row, Table)
    assert row.rows == ((line,),)


@pytest.fixture
def filled(assembly: Assembly, town: Municipality) -> Assembly:
    """An assembly to which nothing is missing, in a town whose names look like markup."""
    with writing():
        town.privacy_officer = "Anna | **Muster**, datenschutz@elbtal.example"
        assembly.land, assembly.extract_on = "NW", dt.date(2026, 9, 10)
        agreements.add(
            assembly,
            {
                "name": "Druckhaus | Elbtal", "place": "Elbtal", "task": "# Briefe drucken",
                "data": "Name, Anschrift, Code", "signed_on": dt.date(2026, 8, 1),
                "valid_until": None,
            },
        )  # fmt: skip
    return assembly


def words(data: bytes) -> str:
    document = open_docx(io.BytesIO(data))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def made(assembly: Assembly, key: str) -> bytes:
    document = next(one for one in documents.DOCUMENTS if one.key == key)
    return documents.docx(assembly, document)


def test_every_document_is_a_word_file_with_real_headings(filled: Assembly) -> None:
    for one in documents.DOCUMENTS:
        with writing():
            data = made(filled, one.key)
        document = open_docx(io.BytesIO(data))
        styles = [p.style.name for p in document.paragraphs if p.style is not None]
        assert styles[0] == "Title", one.key
        assert "Heading 1" in styles, one.key
        assert document.core_properties.language == "de-DE"
        for table in document.tables:
            assert "w:tblHeader" in table.rows[0]._tr.xml, one.key
        body = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
        assert not re.search(r"\{[{%]", body), one.key
        assert "Noch zu tun" not in words(data), one.key


def test_texts_say_what_the_program_does(filled: Assembly) -> None:
    with writing():
        retention.change_period(filled, "silent", 21)
        record, letter = words(made(filled, "vvt")), words(made(filled, "art14"))
        request = words(made(filled, "meldebehoerde"))
    assert "3 Wochen nach der Losung" in record
    for period in retention.periods(filled):
        assert period.when in record
    for category in retention.categories:
        assert category.what in record
    assert "Druckhaus | Elbtal" in record
    assert "# Briefe drucken" in record
    assert "Anna | **Muster**" in record
    for heading, text in facts.notice(filled):
        assert heading in letter
        assert " ".join(text.split()) in letter
    assert "§ 37 Absatz 1" in request
    assert "10. September 2026" in request


def test_what_is_missing_is_said_on_the_page_and_in_the_file(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    page = clerk.get(BASE).get_data(as_text=True)
    assert "Datenschutzbeauftragte Stelle der Stadt eintragen" in page
    assert "Mindestens einen Vertrag eintragen" in page
    response = clerk.get(f"{BASE}/dokumente/verarbeitungsverzeichnis.docx")
    assert response.mimetype == documents.MEDIA_TYPE
    assert "Noch zu tun: Mindestens einen Vertrag eintragen" in words(response.data)
    assert clerk.get(f"{BASE}/dokumente/anderes.docx").status_code == 404


def test_joint_responsibility_only_where_several_towns_draw(filled: Assembly) -> None:
    assert "gemeinsam" not in [one.key for one, _lacks in documents.of(filled)]
    from buergerrat.db import db

    with writing():
        db.session.add(MunicipalityDraw(assembly_id=filled.id, number=1))
    assert "gemeinsam" in [one.key for one, _lacks in documents.of(filled)]


def agreement(**values: Any) -> dict[str, Any]:
    return {"name": "Druckhaus", "task": "Briefe", "signed_on": "2026-08-01", **values}


def test_contracts_are_kept_on_the_page(clerk: BrowserLike, assembly: Assembly) -> None:
    assert clerk.submit(f"{BASE}/vertraege", agreement()).status_code == 303
    (row,) = agreements.of(assembly)
    assert "Druckhaus" in clerk.get(BASE).get_data(as_text=True)
    changed = agreement(valid_until="2026-08-31")
    assert clerk.submit(f"{BASE}/vertraege/{row.id}", changed).status_code == 303
    assert "abgelaufen" in clerk.get(BASE).get_data(as_text=True)
    wrong = clerk.submit(f"{BASE}/vertraege/{row.id}", agreement(valid_until="2020-01-01"))
    assert wrong.status_code == 422
    assert clerk.submit(f"{BASE}/vertraege/{row.id}/entfernen").status_code == 303
    assert agreements.of(assembly) == []


def test_the_observer_reads_and_does_not_write(
    client: BrowserLike, assembly: Assembly, people: dict[str, User]
) -> None:
    client.sign_in(people["observer"])
    assert f'action="{BASE}/vertraege"' not in client.get(BASE).get_data(as_text=True)
    assert client.get(f"{BASE}/dokumente/folgenabschaetzung.docx").status_code == 200
    assert client.submit(f"{BASE}/vertraege", agreement()).status_code == 403
