"""/bevoelkerung: sums from files and by hand, with source and year, and what the quotas make of it."""

from __future__ import annotations

import io

import stage_one as stage
from sqlalchemy import select
from werkzeug.test import TestResponse

from buergerrat.accounts.models import User
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.sortition.models import Marginal, PanelDraw, Quota
from buergerrat.sortition.services import draw as draws
from buergerrat.sortition.services import marginals, quotas
from tests.support import BrowserLike

SUMS = (
    "Geschlecht;Alter;Ortsteil;Anzahl\n"
    "weiblich;16-29;Kernstadt;1200\nweiblich;65+;Niederau;800\nmännlich;30-44;Kernstadt;2000\n"
)
ORIGIN = {"source": "Meldeamt, Summenauswertung", "year": "2026"}


def page(path: str = "") -> str:
    return stage.page(f"bevoelkerung{path}")


def send(clerk: BrowserLike, text: str, **fields: str) -> TestResponse:
    form = {"upload": (io.BytesIO(text.encode("cp1252")), "summen.csv"), **ORIGIN, **fields}
    return clerk.submit(page(), form, content_type="multipart/form-data")


def test_the_register_alone(clerk: BrowserLike, assembly: Assembly) -> None:
    assert "Noch keine Zahlen" in clerk.get(page()).text
    stage.upload(clerk, stage.register())
    text = clerk.get(page()).text
    assert "Melderegister, Stichtag" in text
    assert "Für Bildungsabschluss und Einwanderungsgeschichte fehlen noch Zahlen" in text


def test_a_file_of_sums_goes_before_the_register(clerk: BrowserLike, assembly: Assembly) -> None:
    stage.upload(clerk, stage.register())
    assert send(clerk, SUMS).status_code == 303
    shares = quotas.population(assembly)
    assert shares["sex"] == {"female": 0.5, "male": 0.5}
    assert shares["age_band"]["30-44"] == 0.5
    assert sum(marginals.strata_of(assembly).values()) == 4000
    notes = {(r.feature, r.source_note) for r in quotas.proposal(assembly) if r.feature == "sex"}
    assert ("sex", "Meldeamt, Summenauswertung, 2026") in notes
    text = clerk.get(page()).text
    assert "Meldeamt, Summenauswertung, 2026" in text
    clerk.submit(page("/sex/loeschen"))
    db.session.expire_all()
    assert marginals.strata_of(assembly) == {}
    assert quotas.sources(assembly)["sex"].startswith("Melderegister")
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert {"marginals_saved", "marginals_deleted"} <= set(actions)


def test_what_the_register_does_not_know_is_typed(clerk: BrowserLike, assembly: Assembly) -> None:
    typed = {"low": "31", "middle": "32", "high": "34", "school": "3", "not_said": ""}
    for missing in ({"source": ""}, {"year": ""}, {"year": "26"}, {"low": "viele"}):
        answer = clerk.submit(page("/education"), typed | ORIGIN | missing)
        assert answer.status_code == 422
        assert "Das ließ sich nicht speichern" in answer.text
    assert not db.session.scalars(select(Marginal)).all()
    assert clerk.submit(page("/education"), typed | ORIGIN).status_code == 303
    rows = {r.value: r for r in quotas.proposal(assembly) if r.feature == "education"}
    assert [rows[v].share for v in ("low", "middle", "high", "school")] == [0.31, 0.32, 0.34, 0.03]
    assert rows["not_said"].min == 0
    assert "31,0\u00a0%" in clerk.get(page()).text
    clerk.submit(page("/education"), typed | ORIGIN | {"low": "3100", "middle": "6900"})
    found = db.session.scalars(select(Marginal).order_by(Marginal.position)).all()
    assert [(r.value, r.people) for r in found][:2] == [("low", 3100), ("middle", 6900)]


def test_secret_cells_are_named_with_the_feature(clerk: BrowserLike, assembly: Assembly) -> None:
    text = "Schulabschluss;Anzahl\nHauptschule;300\nRealschule;300\nAbitur;.\n"
    assert send(clerk, text).status_code == 303
    assert "Ohne Angabe in der Quelle: Abitur" in clerk.get(page()).text


def test_a_file_without_sums_is_refused_in_words(clerk: BrowserLike, assembly: Assembly) -> None:
    answer = send(clerk, "Name;Vorname\nMuster;Kim\n")
    assert answer.status_code == 422
    assert "keine Spalten mit Merkmal und Anzahl" in answer.text
    assert clerk.submit(page(), ORIGIN).status_code == 422
    assert send(clerk, SUMS, year="").status_code == 422


def test_stored_quotas_learn_the_new_share_and_source(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    stage.upload(clerk, stage.register())
    with writing():
        quotas.save(assembly, quotas.proposal(assembly))
    clerk.submit(page("/migration_history"), {"yes": "25", "no": "75", **ORIGIN})
    rows = db.session.scalars(select(Quota).where(Quota.feature == "migration_history")).all()
    told = {r.value: (r.population_share, r.source_note) for r in rows}
    assert told["yes"] == (0.25, "Meldeamt, Summenauswertung, 2026")
    yes = next(r for r in rows if r.value == "yes")
    assert (yes.min, yes.max) == (4, 4), "a quarter of 16 seats"


def test_nothing_changes_once_the_quotas_are_frozen(clerk: BrowserLike, assembly: Assembly) -> None:
    with writing():
        db.session.add(
            PanelDraw(
                assembly_id=assembly.id, number=1, frozen_at=draws.utcnow(), frozen_hash="0" * 64
            )
        )
    assert send(clerk, SUMS).status_code == 409
    assert "Zahlen aus einer Datei" not in clerk.get(page()).text


def test_an_observer_looks_and_changes_nothing(
    client: BrowserLike, people: dict[str, User], assembly: Assembly
) -> None:
    observer = client.sign_in(people["observer"])
    assert "Zahlen aus einer Datei" not in observer.get(page()).text
    assert send(observer, SUMS).status_code in (403, 404)
