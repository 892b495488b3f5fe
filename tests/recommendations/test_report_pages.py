"""The Bürgergutachten: what is missing, handing over, and that nothing changes afterwards."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pdfua
import pytest

from buergerrat.accounts.models import User
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow, writing
from buergerrat.recommendations.models import CitizensReport, ReportFile
from buergerrat.recommendations.report_data import from_dict
from buergerrat.recommendations.services import report as service
from buergerrat.sortition.models import PanelDraw
from tests.conftest import BrowserLike
from tests.recommendations.conftest import BENCHES, Nouns
from tests.support import frozen_parts

HERE = "/elbtal/buergerraete/ortsmitte-2035"
BASE = f"{HERE}/gutachten"
TEXTS = {
    "preface": "Liebe Elbtalerinnen und Elbtaler!",
    "course": "Zwei Samstage.",
    "imprint": "Büro für Beteiligung",
    "base": "0",
}


def conforms(raw: bytes, tmp_path: Path) -> bool:
    path = tmp_path / "gutachten.pdf"
    path.write_bytes(raw)
    return not pdfua.validate(str(path)).findings


def test_what_is_missing_is_said_in_sentences(clerk: BrowserLike, nouns: Nouns) -> None:
    page = clerk.get(BASE).text
    assert "Es fehlt das Vorwort." in page
    assert "Es ist noch über keine Empfehlung abgestimmt." in page
    assert "Es wurde noch kein Rat ausgelost." in page
    nouns.voted()
    nouns.draft()
    assert "Ohne Ergebnis: Nr.\u00a02." in clerk.get(BASE).text
    answer = clerk.submit(f"{BASE}/uebergabe")
    assert answer.status_code == 409
    assert "Es fehlt das Vorwort." in answer.text
    assert db.session.query(CitizensReport).count() == 0


def test_two_people_writing_the_texts_lose_nothing(clerk: BrowserLike) -> None:
    assert clerk.submit(f"{BASE}/texte", TEXTS).status_code == 303
    answer = clerk.submit(f"{BASE}/texte", {**TEXTS, "preface": "Liebe Nachbarn!"})
    assert answer.status_code == 409
    assert "<ins>Nachbarn</ins>" in answer.text
    assert "Liebe Nachbarn!</textarea>" in answer.text
    assert db.session.query(CitizensReport).one().preface == TEXTS["preface"]
    answer = clerk.submit(f"{BASE}/texte", {**TEXTS, "preface": "Liebe Nachbarn!", "base": "1"})
    assert answer.status_code == 303
    assert db.session.query(CitizensReport).one().revision == 2


@pytest.mark.parametrize("kind", ["pdf", "docx", "csv", "json"])
def test_a_draft_says_that_it_is_one(clerk: BrowserLike, nouns: Nouns, kind: str) -> None:
    nouns.voted()
    answer = clerk.get(f"{BASE}/entwurf.{kind}")
    assert answer.status_code == 200
    assert (
        f"buergergutachten-ortsmitte-2035-entwurf.{kind}" in answer.headers["Content-Disposition"]
    )
    if kind == "json":
        assert json.loads(answer.data)["version"] == "Entwurf"
    if kind == "pdf":
        import pymupdf

        with pymupdf.open(stream=answer.data) as document:
            assert "Entwurf" in document[0].get_text()


def test_handing_over_freezes_text_numbers_and_files(
    clerk: BrowserLike, nouns: Nouns, assembly: Assembly, tmp_path: Path
) -> None:
    nouns.voted()
    nouns.voted(yes=2, no=12)
    clerk.submit(f"{BASE}/texte", TEXTS)
    assert "Text und Zahlen festgehalten" in clerk.get(f"{BASE}/uebergabe").text
    assert clerk.submit(f"{BASE}/uebergabe").status_code == 303
    stored = db.session.query(CitizensReport).one()
    assert stored.state == "handed_over"
    frozen = from_dict(stored.frozen or {})
    assert [r.number for r in frozen.adopted] == ["1"]
    assert [r.number for r in frozen.not_adopted] == ["2"]
    assert frozen.course == TEXTS["course"]
    assert [f.format for f in service.published_files(assembly)] == ["pdf", "docx", "csv", "json"]
    for file in service.published_files(assembly):
        raw = clerk.get(f"{BASE}/uebergeben.{file.format}").data
        assert hashlib.sha256(raw).hexdigest() == file.sha256
        assert len(raw) == file.size
    assert conforms(clerk.get(f"{BASE}/uebergeben.pdf").data, tmp_path)
    page = clerk.get(BASE).text
    assert "Seitdem stehen Text und Zahlen fest." in page


def test_the_files_come_from_the_frozen_bytes(
    clerk: BrowserLike, nouns: Nouns, assembly: Assembly
) -> None:
    nouns.handed_over()
    before = {k: clerk.get(f"{BASE}/uebergeben.{k}").data for k in ("pdf", "docx", "csv", "json")}
    with writing():  # what is not frozen changes later: the town gets another mayor
        db.session.get_one(Assembly, assembly.id).municipality.mayor = "Jemand Neues"
    after = {k: clerk.get(f"{BASE}/uebergeben.{k}").data for k in before}
    assert before == after
    assert clerk.get(f"{BASE}/entwurf.pdf").status_code == 409


def test_handing_over_twice_is_refused_and_sent_twice_is_once(
    clerk: BrowserLike, nouns: Nouns
) -> None:
    nouns.voted()
    clerk.submit(f"{BASE}/texte", TEXTS)
    once = {"form_token": "einmal"}
    assert clerk.submit(f"{BASE}/uebergabe", once).status_code == 303
    stamp = db.session.query(CitizensReport).one().handed_over_at
    assert clerk.submit(f"{BASE}/uebergabe", once).status_code == 303
    assert clerk.submit(f"{BASE}/uebergabe", {"form_token": "noch einmal"}).status_code == 409
    db.session.expire_all()
    assert db.session.query(CitizensReport).one().handed_over_at == stamp
    assert db.session.query(ReportFile).count() == 4


RULES = {"threshold": "simple", "base": "valid", "secret": "yes", "quorum": "0"}
HEADS = {"present": "16", "entitled": "16"}
VERSION = {"title": "a", "text": "b", "rationale": "c", "change_note": "d", "base": "1"}


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("empfehlungen/neu", {"title": "a", "text": "b", "rationale": "c"}),
        ("empfehlungen/1/fassung", VERSION),
        ("empfehlungen/1/zurueckziehen", {}),
        ("empfehlungen/1/karten", {"karte": "1", "stance": "supports"}),
        ("empfehlungen/1/karten/solution/1/entfernen", {}),
        ("empfehlungen/1/abstimmung", {**RULES, **HEADS}),
        ("empfehlungen/1/abstimmung/abbrechen", {}),
        ("empfehlungen/1/sondervotum", {"text": "Nein", "supporters": "1"}),
        ("gutachten/texte", {**TEXTS, "base": "1"}),
        ("gutachten/uebergabe", {}),
    ],
)
def test_after_the_handover_every_way_to_write_is_closed(
    clerk: BrowserLike, nouns: Nouns, path: str, data: dict[str, str]
) -> None:
    nouns.note(1, "Bank")
    nouns.handed_over()
    answer = clerk.submit(f"{HERE}/{path}", data)
    assert answer.status_code == 409
    assert "Das Gutachten ist übergeben." in answer.text


def test_no_result_after_the_handover(clerk: BrowserLike, nouns: Nouns) -> None:
    nouns.handed_over()
    data = {"yes": "1", "no": "0", "abstain": "0", **HEADS}
    assert clerk.submit(f"{HERE}/empfehlungen/1/ergebnis", data).status_code == 409


def test_only_the_administration_hands_over(
    client: BrowserLike, people: dict[str, User], nouns: Nouns
) -> None:
    nouns.voted()
    client.sign_in(people["facilitator"])
    assert client.submit(f"{BASE}/texte", TEXTS).status_code == 303
    assert client.submit(f"{BASE}/uebergabe").status_code == 403


def test_the_composition_is_told_from_the_draw(
    clerk: BrowserLike, nouns: Nouns, assembly: Assembly
) -> None:
    rows = [
        {"feature": "Ortsteil", "value": "Weinberg", "population": 0.25, "pool": 9, "seats": 4},
        {"feature": "Ortsteil", "value": "Niederau", "population": 0.75, "pool": 30, "seats": 12},
    ]
    with writing():
        db.session.add(
            PanelDraw(
                assembly_id=assembly.id,
                number=1,
                state="picked",
                frozen=frozen_parts(),
                frozen_at=utcnow(),
                frozen_hash="0" * 64,
                digits="352",
                picked_at=utcnow(),
                panels_hash="a" * 64,
                result={"composition": rows, "counts": {"001": 170, "002": 420, "003": 0}},
            )
        )
    nouns.voted(wording=BENCHES)
    made = service.build(assembly)
    assert [(r.value, r.population, r.pool, r.seats) for r in made.composition] == [
        ("Weinberg", 25.0, 9, 4),
        ("Niederau", 75.0, 30, 12),
    ]
    assert made.draw.panel_number == "352"
    assert made.draw.lowest_chance == 0.17
    assert made.draw.pool == 3
    assert "Liste 352 wurde gezogen." in clerk.get(BASE).text
