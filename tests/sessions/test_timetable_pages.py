"""Sessions and their timetable, by the browser's way."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from buergerrat.accounts.models import User
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.sessions.models import AgendaItem, AssemblySession
from buergerrat.sessions.services import planning, timetable
from buergerrat.web import Conflict
from tests.sessions.conftest import BASE, ONE
from tests.support import BrowserLike

ITEM: dict[str, Any] = {
    "title": "Gast aus der Stadtplanung",
    "kind": "input",
    "starts": "11:30",
    "duration": "20",
    "room": "Saal",
    "responsible": "M. Vogel",
    "revision": "1",
}


def starts(session: AssemblySession) -> list[tuple[str, str]]:
    db.session.expire_all()
    return [(item.title, f"{item.starts:%H:%M}") for item in session.items]


def test_a_session_is_planned_and_gets_an_item(clerk: BrowserLike, assembly: Assembly) -> None:
    made = clerk.submit(BASE, {"title": "Sitzung 1", "day": "2026-12-05", "place": "Halle"})
    assert made.status_code == 303
    assert clerk.submit(f"{ONE}/punkte", ITEM).status_code == 303
    page = clerk.get(ONE).text
    assert "Samstag, 5. Dezember 2026" in page
    assert "11:30–11:50" in page
    assert "Gast aus der Stadtplanung" in page


def test_what_is_missing_is_said_and_what_was_typed_stays(
    clerk: BrowserLike, session: AssemblySession
) -> None:
    answer = clerk.submit(f"{ONE}/punkte", {**ITEM, "duration": "0", "starts": "halb zehn"})
    assert answer.status_code == 422
    assert "Gast aus der Stadtplanung" in answer.text
    assert "Bitte eine Uhrzeit eingeben" in answer.text
    assert "Von 1 bis 720 Minuten." in answer.text


def test_an_item_without_a_start_follows_the_last(
    clerk: BrowserLike, session: AssemblySession
) -> None:
    clerk.submit(f"{ONE}/punkte", {**ITEM, "starts": ""})
    assert starts(session)[-1] == ("Gast aus der Stadtplanung", "11:00")


def test_items_swap_places_and_the_pair_begins_where_it_began(
    clerk: BrowserLike, session: AssemblySession
) -> None:
    clerk.submit(f"{ONE}/punkte/3/frueher")
    assert starts(session) == [("Ankommen", "09:00"), ("Mittag", "09:15"), ("Runde 1", "10:00")]
    clerk.submit(f"{ONE}/punkte/3/spaeter")
    assert starts(session) == [("Ankommen", "09:00"), ("Runde 1", "09:15"), ("Mittag", "10:15")]


def test_five_minutes_more_move_everything_after(
    clerk: BrowserLike, session: AssemblySession
) -> None:
    clerk.submit(f"{ONE}/punkte/2/fuenf-minuten")
    assert starts(session)[2] == ("Mittag", "10:20")
    assert session.items[1].duration == 65


def test_a_day_never_runs_past_midnight(session: AssemblySession) -> None:
    item = session.items[-1]
    with writing():
        data = planning.ItemData("Mittag", "break", 20, dt.time(23, 38))
        planning.change_item(item, item.revision, data)
        planning.add_item(session, planning.ItemData("Ende", "plenary", 1, None))
    with pytest.raises(Conflict, match="Mitternacht"), writing():
        planning.extend_item(item, 2)
    with pytest.raises(Conflict, match="Mitternacht"), writing():
        planning.extend_item(session.items[0], 25)


def test_two_who_edit_the_same_item_both_keep_their_text(
    clerk: BrowserLike, session: AssemblySession
) -> None:
    url = f"{ONE}/punkte/2"
    first = {**ITEM, "title": "Runde 1: Markt", "starts": "09:15", "duration": "60"}
    assert clerk.submit(url, first).status_code == 303
    second = clerk.submit(url, {**first, "title": "Runde 1: Bahnhof"})
    assert second.status_code == 409
    assert "Jemand anderes war schneller" in second.text
    assert "Runde 1: Bahnhof" in second.text
    assert "Runde 1: Markt" in second.text
    assert starts(session)[1][0] == "Runde 1: Markt"
    again = clerk.submit(url, {**first, "title": "Runde 1: Bahnhof", "revision": "2"})
    assert again.status_code == 303
    assert starts(session)[1][0] == "Runde 1: Bahnhof"


def test_two_who_rename_the_session_both_keep_their_text(
    clerk: BrowserLike, session: AssemblySession
) -> None:
    form = {"title": "Auftakt", "day": "2026-12-05", "place": "Halle", "revision": "1"}
    assert clerk.submit(f"{ONE}/angaben", form).status_code == 303
    stale = clerk.submit(f"{ONE}/angaben", {**form, "title": "Eröffnung"})
    assert stale.status_code == 409
    assert "Eröffnung" in stale.text
    assert "„Auftakt“" in stale.text


def test_overlaps_and_double_bookings_are_warned_about(
    clerk: BrowserLike, session: AssemblySession
) -> None:
    clerk.submit(f"{ONE}/punkte", {**ITEM, "starts": "09:30"})
    assert "Saal ist um 09:30 Uhr zweimal belegt" in clerk.get(ONE).text


def test_deleting_leaves_the_others_where_they_are(
    clerk: BrowserLike, session: AssemblySession
) -> None:
    clerk.submit(f"{ONE}/punkte/2/loeschen")
    assert starts(session) == [("Ankommen", "09:00"), ("Mittag", "10:15")]


def test_what_has_begun_is_not_deleted(clerk: BrowserLike, session: AssemblySession) -> None:
    clerk.submit(f"{ONE}/punkte/1/beginnen")
    assert clerk.submit(f"{ONE}/punkte/1/loeschen").status_code == 409
    assert len(starts(session)) == 3


def test_beginning_the_next_item_ends_the_one_before(
    clerk: BrowserLike, session: AssemblySession
) -> None:
    clerk.submit(f"{ONE}/punkte/1/beginnen")
    clerk.submit(f"{ONE}/punkte/2/beginnen")
    db.session.expire_all()
    first, second, _third = session.items
    assert session.state == "running"
    assert first.ended_at == second.started_at
    assert second.ended_at is None


def test_only_the_listed_moves_are_possible(session: AssemblySession) -> None:
    states = ("planned", "running", "closed", "cancelled")
    for before in states:
        for after in states:
            with writing():
                session.state = before
            allowed = (before, after) in planning.TRANSITIONS
            try:
                with writing():
                    planning.walk(session, after, reason="Nachtrag")
                moved = True
            except Conflict:
                moved = False
            assert moved is allowed


def test_a_closed_session_is_read_only_until_the_administration_opens_it(
    clerk: BrowserLike, session: AssemblySession, people: dict[str, User]
) -> None:
    clerk.submit(f"{ONE}/oeffnen")
    clerk.submit(f"{ONE}/schliessen")
    assert clerk.submit(f"{ONE}/punkte", ITEM).status_code == 409
    assert clerk.submit(f"{ONE}/wieder-oeffnen", {"reason": " "}).status_code == 409
    assert clerk.submit(f"{ONE}/wieder-oeffnen", {"reason": "Nachtrag"}).status_code == 303
    assert clerk.submit(f"{ONE}/punkte", ITEM).status_code == 303
    entry = db.session.query(AuditEntry).filter_by(action="reopen").one()
    assert entry.detail["reason"] == "Nachtrag"
    clerk.submit(f"{ONE}/schliessen")
    clerk.sign_in(people["facilitator"])
    assert clerk.submit(f"{ONE}/wieder-oeffnen", {"reason": "x"}).status_code == 403


def test_an_observer_reads_the_timetable_and_nothing_else(
    client: BrowserLike, people: dict[str, User], session: AssemblySession
) -> None:
    client.sign_in(people["observer"])
    page = client.get(ONE)
    assert page.status_code == 200
    assert "Punkt hinzufügen" not in page.text
    assert client.get(f"{ONE}/regieplan").status_code == 200
    for path in ("anwesenheit", "tische", "tafel", "themen", "grossbild"):
        assert client.get(f"{ONE}/{path}").status_code == 403
    client.sign_in(people["council"])
    assert client.get(ONE).status_code == 403


def test_the_calendar_file_holds_the_day(clerk: BrowserLike, session: AssemblySession) -> None:
    answer = clerk.get(f"{ONE}/kalender.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    text = answer.text.replace("\r\n ", "")
    assert "SUMMARY:Ortsmitte 2035: Sitzung 1" in text
    assert f"DTSTART;TZID=Europe/Berlin:{session.day:%Y%m%d}T090000" in text
    assert "Runde 1" in text


def test_the_public_sees_public_items_only(session: AssemblySession, assembly: Assembly) -> None:
    (day,) = timetable.public_items(assembly)
    assert [item.title for item in day.items] == ["Mittag"]
    assert b"Runde 1" not in timetable.public_calendar(assembly)


def test_another_towns_item_is_not_there(
    clerk: BrowserLike, session: AssemblySession, factory: Any, town: Any
) -> None:
    other = factory.assembly(town, slug="anderer-rat")
    with writing():
        far = planning.plan_session(other, "Sitzung 1", session.day)
        planning.add_item(far, planning.ItemData("Fern", "plenary", 10))
        planning.add_item(far, planning.ItemData("Ferner", "plenary", 10))
    assert clerk.get(f"{ONE}/punkte/9").status_code == 404
    assert clerk.get(f"{BASE}/2").status_code == 404
    assert db.session.query(AgendaItem).count() == 5
