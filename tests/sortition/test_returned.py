"""Letters that came back: scanned once or twice, by one or two clerks, answered after all."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from stage_one import draw as newest
from stage_one import page, register, whole_draw

from buergerrat.accounts.models import Municipality, Role, User
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, utcnow, writing
from buergerrat.sortition import codes
from buergerrat.sortition.models import Invitee, LetterBatch, PanelDraw, ReserveTicket
from buergerrat.sortition.services import quotas, replies, reply_numbers, returned, waves
from buergerrat.sortition.strata import stratum_of
from tests.support import BrowserLike, Factory

URL = page("antworten/unzustellbar")


@pytest.fixture
def invited(clerk: BrowserLike, assembly: Assembly) -> list[str]:
    """Uids of the drawn, in the order of their tickets."""
    with writing():
        assembly.reply_deadline = utcnow().date() + dt.timedelta(days=30)
    whole_draw(clerk, register(300))
    rows = db.session.query(Invitee).order_by(Invitee.ticket).all()
    return [row.uid for row in rows]


def one(uid: str) -> Invitee:
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Invitee).filter_by(uid=uid).one()


def logged(action: str) -> int:
    db.session.rollback()
    return db.session.query(AuditEntry).filter_by(action=action).count()


@pytest.mark.parametrize(
    "typed",
    [
        "{code}",
        "{short}",
        "https://beteiligung.elbtal.example/antwort#{code}",
        "HTTPS://BETEILIGUNG.ELBTAL.EXAMPLE/ANTWORT#{code}",
        "httpsÖ--beteiligung.elbtal.example-antwort§{swapped}",  # a scanner with another keyboard
    ],
)
def test_a_code_is_scanned_or_typed(clerk: BrowserLike, invited: list[str], typed: str) -> None:
    code = one(invited[0]).code
    text = typed.format(
        code=code, short=codes.show(code).lower(), swapped=code.replace("Y", "Z")
    )  # fmt: skip
    done = clerk.submit(URL, {"code": text})
    assert done.status_code == 303
    row = one(invited[0])
    assert row.state == "undeliverable"
    assert row.returned_at is not None
    shown = clerk.get(URL).text
    assert "autofocus" in shown
    assert row.full_name in shown


def test_what_is_no_code_changes_nothing(clerk: BrowserLike, invited: list[str]) -> None:
    for text in ("", "FGHJKFGHJK", "antwort#", "x" * 400):
        answer = clerk.submit(URL, {"code": text})
        assert answer.status_code == 422
        assert "Diesen Code gibt es nicht." in answer.text
    assert db.session.query(Invitee).filter_by(state="undeliverable").count() == 0


def test_scanned_twice_is_one_effect_and_can_be_taken_back(
    clerk: BrowserLike, invited: list[str], assembly: Assembly
) -> None:
    code = one(invited[0]).code
    clerk.submit(URL, {"code": code})
    at = one(invited[0]).returned_at
    clerk.submit(URL, {"code": code})
    assert "schon eingetragen" in clerk.get(URL).text
    assert one(invited[0]).returned_at == at
    assert logged("undeliverable") == 1
    assert sum(waves.owed(newest()).values()) == 1
    assert clerk.submit(f"{URL}/{invited[0]}/zurueck").status_code == 303
    assert (one(invited[0]).state, one(invited[0]).returned_at) == ("invited", None)
    assert sum(waves.owed(newest()).values()) == 0


def test_two_clerks_scan_the_same_letter(
    app: Flask,
    clerk: BrowserLike,
    factory: Factory,
    town: Municipality,
    invited: list[str],
) -> None:
    other = factory.assign(factory.user("Kurt Zweiter"), Role.ADMINISTRATION, town)
    second = app.test_client()
    assert isinstance(second, BrowserLike)
    code, start = one(invited[0]).code, threading.Barrier(2)
    db.session.rollback()

    def scan(client: BrowserLike) -> int:
        with client.application.app_context():
            start.wait(timeout=10)
            return client.submit(URL, {"code": code}).status_code

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(scan, client) for client in (clerk, second.sign_in(other))]
        assert [job.result(timeout=60) for job in running] == [303, 303]
    assert logged("undeliverable") == 1
    assert sum(waves.owed(newest()).values()) == 1


def test_the_next_ticket_of_the_group_is_invited(
    clerk: BrowserLike, invited: list[str], assembly: Assembly
) -> None:
    """One letter, one next ticket of the same stratum; nothing is owed afterwards."""
    gone = one(invited[0])
    stratum = stratum_of(gone).text  # type: ignore[arg-type]
    following = db.session.query(ReserveTicket).filter_by(stratum=stratum, position=1).one().row_id
    clerk.submit(URL, {"code": gone.code})
    assert "Das nächste Los der Gruppe" in clerk.get(URL).text
    assert clerk.submit(f"{URL}/briefe").location.endswith("/briefe")
    db.session.expire_all()
    new = db.session.query(Invitee).filter_by(wave=2).one()
    assert (new.row_id, stratum_of(new).text) == (following, stratum)  # type: ignore[arg-type]
    batch = db.session.query(LetterBatch).filter_by(wave=2).one()
    assert (batch.kind, batch.letters) == ("invitation", 1)
    assert not returned.standing(assembly).due
    assert clerk.submit(f"{URL}/briefe").status_code == 409
    clerk.submit(f"{URL}/{gone.uid}/zurueck")  # taken back too late: both stay invited
    assert db.session.query(Invitee).filter_by(state="invited").count() == len(invited) + 1


def test_who_answers_after_all_is_valid_beside_the_next_ticket(
    clerk: BrowserLike, invited: list[str], assembly: Assembly
) -> None:
    code = one(invited[0]).code
    clerk.submit(URL, {"code": code})
    clerk.submit(f"{URL}/briefe")
    with writing():
        yes = replies.Answer("yes", {})
        replies.save(db.session.merge(assembly), one(invited[0]), yes, source="phone")
    new = db.session.query(Invitee).filter_by(wave=2).one()
    with writing():
        replies.save(db.session.merge(assembly), new, yes, source="card")
    assert {row.uid for row in quotas.pool(assembly)} == {invited[0], new.uid}
    clerk.submit(URL, {"code": code})
    assert "hat schon geantwortet" in clerk.get(URL).text
    assert one(invited[0]).state == "invited"


def test_late_letters_are_marked_and_nobody_follows(
    clerk: BrowserLike, invited: list[str], assembly: Assembly
) -> None:
    with writing():
        db.session.merge(assembly).reply_deadline = utcnow().date() + dt.timedelta(days=8)
    clerk.submit(URL, {"code": one(invited[0]).code})
    shown = clerk.get(URL).text
    assert "Es wird nicht mehr nachgelost" in shown
    assert clerk.submit(f"{URL}/briefe").status_code == 409
    assert reply_numbers.course(assembly).response.undeliverable == 1


def test_where_no_ticket_is_left_the_page_says_so(
    clerk: BrowserLike, invited: list[str], assembly: Assembly
) -> None:
    with writing():
        waves.forget_unused(db.session.merge(assembly))
    clerk.submit(URL, {"code": one(invited[0]).code})
    shown = clerk.get(URL).text
    assert "Hier ist kein Los mehr aufbewahrt" in shown
    assert "Briefe für Nachgeloste erstellen" not in shown


def test_returned_letters_are_no_silence(
    clerk: BrowserLike, invited: list[str], assembly: Assembly
) -> None:
    for uid in invited[:3]:
        clerk.submit(URL, {"code": one(uid).code})
    page_text = clerk.get(page("antworten")).text
    assert f"kamen zurück: 3; keine Antwort: {len(invited) - 3};" in page_text


def test_observers_and_strangers_stay_out(
    client: BrowserLike, people: dict[str, User], clerk: BrowserLike, invited: list[str]
) -> None:
    client.sign_in(people["observer"])
    assert client.get(URL).status_code == 403
    client.sign_in(people["stranger"])
    assert client.submit(URL, {"code": "x"}).status_code in (403, 404)


def test_freezing_deletes_the_tickets(app: Flask, assembly: Assembly, invited: list[str]) -> None:
    """Whoever was close to a letter is forgotten with the Lostopf's freezing (see lottery)."""
    assert db.session.query(ReserveTicket).count() > 0
    with writing():
        for uid in invited:
            person = db.session.query(Invitee).filter_by(uid=uid).one()
            replies.save(assembly, person, replies.Answer("yes", {}), source="card")
        rows = quotas.proposal(assembly)
        quotas.save(assembly, [quotas.QuotaInput(r.feature, r.value, 0, 16) for r in rows])
    from buergerrat.sortition.services import lottery

    with writing():
        lottery.freeze(db.session.merge(assembly), None)
    assert db.session.query(PanelDraw).count() == 1
    assert db.session.query(ReserveTicket).count() == 0
