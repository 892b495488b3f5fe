"""Visits at the door: only where allowed, by ticket, and counted as what they are."""

from __future__ import annotations

import pytest
from reply_people import Person, invite

from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.public.services import facts
from buergerrat.recommendations.services import collecting
from buergerrat.sortition.models import Invitee, OutreachVisit
from buergerrat.sortition.services import outlook, outreach, refusals, replies
from tests.support import BrowserLike

BASE = "/elbtal/buergerraete/ortsmitte-2035/antworten"
URL = f"{BASE}/besuche"


@pytest.fixture
def persons(assembly: Assembly) -> list[Person]:
    with writing():
        assembly.door_visits, assembly.land = True, "SN"
    return invite(assembly, 12)


def one(uid: str) -> Invitee:
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Invitee).filter_by(uid=uid).one()


def logged(action: str) -> list[AuditEntry]:
    db.session.rollback()
    return db.session.query(AuditEntry).filter_by(action=action).all()


@pytest.mark.parametrize(("land", "wanted"), [("BW", True), ("SN", False)])
def test_where_they_are_not_allowed_there_is_only_the_reason(
    clerk: BrowserLike, assembly: Assembly, persons: list[Person], land: str, wanted: bool
) -> None:
    with writing():
        row = db.session.merge(assembly)
        row.land, row.door_visits = land, wanted
    shown = clerk.get(URL)
    assert "Keine Hausbesuche" in shown.text
    assert ("nur schriftlich eingeladen" in shown.text) == (land == "BW")
    assert clerk.submit(f"{URL}/planen", {"count": "3"}).status_code == 409
    assert clerk.get(f"{URL}/liste").status_code == 409
    assert "Besuche planen" not in clerk.get(BASE).text
    assert db.session.query(OutreachVisit).count() == 0


def test_the_silent_are_listed_by_ticket(
    clerk: BrowserLike, assembly: Assembly, persons: list[Person]
) -> None:
    answered, returned = persons[0].uid, persons[1].uid
    with writing():
        rows = {row.uid: row for row in db.session.query(Invitee)}
        no = replies.Answer("no", {})
        replies.save(db.session.merge(assembly), rows[answered], no, source="card")
        replies.mark_undeliverable(rows[returned])
    assert clerk.submit(f"{URL}/planen", {"count": "4"}).status_code == 303
    assert clerk.submit(f"{URL}/planen", {"count": "100"}).status_code == 303
    listed = {row.invitee.uid for row in outreach.listed(assembly)}
    assert listed == {person.uid for person in persons[2:]}
    assert [e.detail["count"] for e in logged("visits_planned")] == [4, 6]
    assert clerk.submit(f"{URL}/planen", {"count": "0"}).status_code == 409


def test_the_printed_list_is_an_export_by_street(
    clerk: BrowserLike, assembly: Assembly, persons: list[Person]
) -> None:
    clerk.submit(f"{URL}/planen", {"count": "12"})
    text = clerk.get(f"{URL}/liste").text
    streets = [f"Lindenweg {number}<" for number in range(1, 13)]
    places = [text.index(street) for street in streets]
    assert places == sorted(places)  # 9 before 10
    assert text.count("br-kaestchen") == 12 * 5
    assert [e.detail["count"] for e in logged("export")] == [12]


def test_a_yes_leads_to_the_card_and_keeps_the_way(
    clerk: BrowserLike, assembly: Assembly, persons: list[Person]
) -> None:
    clerk.submit(f"{URL}/planen", {"count": "12"})
    uid = persons[3].uid
    done = clerk.submit(f"{URL}/{uid}", {"outcome": "needs"})
    assert done.location.endswith(f"/karte/{uid}?quelle=visit")
    assert 'value="visit" checked' in clerk.get(done.location).text
    saved = clerk.submit(done.location, {"answer": "yes", "source": "visit", "stand": "0"})
    assert saved.location.endswith("/besuche")
    row = one(uid)
    assert row.recruitment_path == "visit"
    assert row.reply is not None
    assert row.reply.source == "visit"
    assert outlook.paths(assembly) == {"visit": 1}
    assert "Hausbesuch" in clerk.get(BASE).text
    assert "Hausbesuch" not in clerk.get(f"{BASE}/karte/{persons[4].uid}").text


@pytest.mark.parametrize("outcome", ["refuses", "moved", "not_met"])
def test_the_other_outcomes(
    clerk: BrowserLike, assembly: Assembly, persons: list[Person], outcome: str
) -> None:
    clerk.submit(f"{URL}/planen", {"count": "12"})
    uid = persons[5].uid
    for _twice in range(2):
        assert clerk.submit(f"{URL}/{uid}", {"outcome": outcome}).status_code == 303
    row = one(uid)
    assert row.recruitment_path == "letter"
    assert (row.reply.answer if row.reply else None) == {"refuses": "no"}.get(outcome)
    assert row.state == ("undeliverable" if outcome == "moved" else "invited")
    assert [e.detail["outcome"] for e in logged("visited")] == [outcome]
    assert outreach.numbers(assembly)[outcome] == 1
    again = clerk.submit(f"{URL}/{uid}", {"outcome": "joins"})
    assert again.status_code == 303
    assert db.session.query(OutreachVisit).filter_by(invitee_id=row.id).count() == 2


def test_only_whoever_is_on_the_list_is_shown(
    clerk: BrowserLike, assembly: Assembly, persons: list[Person]
) -> None:
    assert clerk.get(f"{URL}/{persons[0].uid}").status_code == 404
    clerk.submit(f"{URL}/planen", {"count": "12"})
    assert clerk.get(f"{URL}/{persons[0].uid}").status_code == 200
    assert clerk.submit(f"{URL}/{persons[0].uid}", {"outcome": "unsinn"}).status_code == 409
    assert clerk.submit(f"{URL}/{persons[0].uid}", {"outcome": "planned"}).status_code == 409


def test_visits_go_with_the_person(
    clerk: BrowserLike, assembly: Assembly, persons: list[Person]
) -> None:
    clerk.submit(f"{URL}/planen", {"count": "12"})
    ids = [one(person.uid).id for person in persons[:2]]
    with writing():
        counts = retention.erase(db.session.merge(assembly), ids, "Frist abgelaufen")
    assert counts["visits"] == 2
    assert db.session.query(OutreachVisit).count() == 10


def test_the_way_is_told_in_public_and_in_the_report(
    clerk: BrowserLike, assembly: Assembly, persons: list[Person]
) -> None:
    clerk.submit(f"{URL}/planen", {"count": "12"})
    for person in persons[:2]:
        form = {"answer": "yes", "source": "visit", "stand": "0"}
        clerk.submit(f"{BASE}/karte/{person.uid}?quelle=visit", form)
    assert facts.of(db.session.merge(assembly)).visited == 2
    with clerk.application.test_request_context():
        assert collecting.draw_story(db.session.merge(assembly)).visited == 2


def test_whoever_objects_is_on_no_list_any_more(
    clerk: BrowserLike, assembly: Assembly, persons: list[Person]
) -> None:
    with writing():
        outreach.plan(assembly, 12)
    with writing():
        refusals.silence(one(persons[0].uid))
    assert persons[0].uid not in {row.invitee.uid for row in outreach.listed(assembly)}
    assert clerk.get(f"{URL}/{persons[0].uid}").status_code == 404
