"""Deleting on time: who is due when, what stays, and that the pages still work afterwards."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from buergerrat import audit
from buergerrat.accounts.models import User
from buergerrat.assemblies.models import DeletionEntry, StoredFile
from buergerrat.crypto import AssemblyKey
from buergerrat.db import begin_write, db, set_writing, writing
from buergerrat.formats import BERLIN
from buergerrat.privacy import deadlines, services
from buergerrat.privacy.periodic import delete_due
from buergerrat.sortition.models import Invitee, Member, PanelDraw, Reply
from buergerrat.sortition.services import lottery, members, reply_numbers
from buergerrat.sortition.verify import verify
from buergerrat.web import Conflict
from tests.public.course import POOL, REFUSED, SILENT, Course, at, code_of, later
from tests.support import BrowserLike

PUBLIC = "/elbtal/ortsmitte-2035/"
STAFF = "/elbtal/buergerraete/ortsmitte-2035"
SEATS = 16


def on(day: dt.date) -> dt.datetime:
    """Noon of that day."""
    return dt.datetime.combine(day, dt.time(12), BERLIN)


def due(course: Course) -> dict[str, deadlines.Group]:
    return {group.period.key: group for group in deadlines.groups(course.assembly)}


def left() -> set[int]:
    return set(db.session.scalars(select(Invitee.id).where(Invitee.state != "erased")))


def record_verifies(draw: PanelDraw, folder: Path) -> bool:
    path = folder / "record.zip"
    path.write_bytes(draw.public_record or b"")
    return verify(path, draw.record_hash).ok


def test_everybody_is_in_one_group_with_a_day(course: Course) -> None:
    course.seated()
    groups, assembly = due(course), course.assembly
    assert {key: group.people for key, group in groups.items()} == {
        "silent": SILENT + REFUSED,
        "pool": POOL - SEATS,
        "members": SEATS,
    }
    today = deadlines.today()
    assert groups["silent"].due == today + dt.timedelta(weeks=4)
    assert groups["pool"].due == assembly.last_session_on + dt.timedelta(weeks=4)
    assert groups["members"].due == assembly.retention_until


def test_before_the_pick_nothing_is_due_until_the_last_day(course: Course) -> None:
    course.replied()
    groups = due(course)
    assert groups["silent"].due is None
    assert groups["silent"].people == SILENT + REFUSED + POOL
    with at(on(course.assembly.retention_until)):
        assert due(course)["silent"].due == course.assembly.retention_until


def test_a_later_session_moves_the_day(course: Course) -> None:
    course.seated()
    session = course.met(state="planned")
    with writing():
        session.day = course.assembly.last_session_on + dt.timedelta(days=30)
    assert due(course)["pool"].due == session.day + dt.timedelta(weeks=4)


def test_the_worker_deletes_each_group_on_its_day_and_once(
    client: BrowserLike, course: Course, tmp_path: Path
) -> None:
    draw = course.seated()
    course.met()
    composition = _composition(client)
    assert delete_due() == 0
    assert len(left()) == POOL + SILENT + REFUSED
    for key in ("silent", "pool", "members"):
        group = due(course)[key]
        assert group.due is not None
        with at(on(group.due) - dt.timedelta(days=1)):
            assert delete_due() == 0
        with at(on(group.due)):
            assert delete_due() == group.people
            assert delete_due() == 0
        db.session.expire_all()
        assert record_verifies(draw, tmp_path)
        assert _composition(client) == composition
    assert left() == set()
    assert reply_numbers.pool_size(course.assembly) == POOL
    assert draw.pool_sealed is None
    assert db.session.get_one(AssemblyKey, course.assembly.id).wrapped is None
    assert not db.session.scalars(select(StoredFile).where(StoredFile.deleted_at.is_(None))).all()
    assert not list((tmp_path / "files").glob("??/*"))
    assert audit.verify() == []
    assert {m.losnummer for m in db.session.scalars(select(Member))} == set(draw.result["panel"])


def _composition(client: BrowserLike) -> str:
    text = client.get(PUBLIC).get_data(as_text=True)
    start = text.index('id="zusammensetzung"')
    return text[start : text.index('id="losung"')]


def test_all_pages_work_when_everything_is_gone(
    clerk: BrowserLike, course: Course, people: dict[str, User]
) -> None:
    course.seated()
    course.met()
    course.answered(course.handed_over()[0])
    with at(on(course.assembly.retention_until)):
        delete_due()
    for path in (
        "",
        "lostopf",
        "pruefen",
        "datei/losprotokoll.zip",
        "datei/losprotokoll.pdf",
        "datei/gutachten.pdf",
        "datei/festschreibung-1.json",
        "datei/sitzungen.ics",
    ):
        assert clerk.get(PUBLIC + path).status_code == 200, path
    for path in (
        "/",
        "/loeschen",
        "/melderegister",
        "/einladungslosung",
        "/antworten",
        "/quoten",
        "/losung",
        "/mitglieder",
        "/sitzungen",
        "/empfehlungen",
        "/gutachten",
        "/protokoll",
    ):
        assert clerk.get(STAFF + path).status_code == 200, path
    response = clerk.submit(PUBLIC + "lostopf", {"code": code_of(0)})
    assert response.status_code == 422
    assert "schon gelöscht" in response.get_data(as_text=True)


def test_nobody_moves_up_from_a_deleted_pool(course: Course) -> None:
    course.seated()
    with at(on(due(course)["pool"].due or dt.date.max)):
        delete_due()
    db.session.expire_all()
    with pytest.raises(Conflict, match="Der Lostopf ist gelöscht"), writing():
        members.leave(course.assembly, members.of(course.assembly)[0], "Umzug", None)


def test_the_page_counts_and_names_nobody(clerk: BrowserLike, course: Course) -> None:
    course.seated()
    text = clerk.get(f"{STAFF}/loeschen").get_data(as_text=True)
    assert "Menschen im Lostopf ohne Platz" in text
    assert "Nachname" not in text
    assert "Noch wurde nichts gelöscht." in text
    assert "Jetzt löschen" not in text


def test_the_clerk_deletes_at_once_what_is_due(clerk: BrowserLike, course: Course) -> None:
    course.seated()
    with writing():
        lottery_draw = lottery.current(course.assembly)
        assert lottery_draw is not None
        lottery_draw.picked_at = later(-29)
    assert "Jetzt löschen" in clerk.get(f"{STAFF}/loeschen").get_data(as_text=True)
    assert clerk.submit(f"{STAFF}/loeschen?sprache=en").status_code == 303
    assert len(left()) == POOL
    text = clerk.get(f"{STAFF}/loeschen").get_data(as_text=True)
    assert "Namen, Anschriften und Merkmale der Angeschriebenen" in text
    counts = {e.category: e.count for e in db.session.scalars(select(DeletionEntry))}
    assert counts["invitees"] == SILENT + REFUSED
    assert set(db.session.scalars(select(DeletionEntry.reason))) == {
        "Angeschriebene, die nicht im Lostopf sind: 4 Wochen nach der Losung"
    }
    assert clerk.submit(f"{STAFF}/loeschen").status_code == 303
    assert len(left()) == POOL


def test_observers_see_and_do_not_delete(
    client: BrowserLike, course: Course, people: dict[str, User]
) -> None:
    course.replied()
    client.sign_in(people["observer"])
    text = client.get(f"{STAFF}/loeschen").get_data(as_text=True)
    assert "Person löschen" not in text
    assert client.submit(f"{STAFF}/loeschen").status_code == 403
    client.sign_in(people["council"])
    assert client.get(f"{STAFF}/loeschen").status_code == 403


def delete(clerk: BrowserLike, person: str, reason: str = "request") -> int:
    """Delete whom the search finds by code or Losnummer; 404 when it finds nobody."""
    page = clerk.submit(f"{STAFF}/datenschutz/person/suche", {"text": person})
    found = re.search(r"/datenschutz/person/([0-9a-f]{32})", page.get_data(as_text=True))
    if found is None:
        return 404
    address = f"{STAFF}/datenschutz/person/{found[1]}/loeschen"
    return clerk.submit(address, {"reason": reason}).status_code


def test_one_person_is_deleted_by_code_or_losnummer(clerk: BrowserLike, course: Course) -> None:
    course.replied()
    assert delete(clerk, code_of(0)) == 303
    for nobody in (code_of(0), "", "999"):
        assert delete(clerk, nobody) == 404
    assert delete(clerk, code_of(1), "Frau Nachname1 wollte es") == 422
    assert len(left()) == POOL + SILENT + REFUSED - 1
    reasons = set(db.session.scalars(select(DeletionEntry.reason)))
    assert reasons == {services.REASONS["request"]}


def test_nobody_is_taken_out_of_a_frozen_pool_or_off_a_seat(
    clerk: BrowserLike, course: Course
) -> None:
    course.frozen()
    assert delete(clerk, code_of(0)) == 409
    assert delete(clerk, code_of(POOL)) == 303
    assert len(left()) == POOL + SILENT + REFUSED - 1


def test_whoever_is_deleted_is_passed_over_and_the_record_still_verifies(
    clerk: BrowserLike, course: Course, tmp_path: Path
) -> None:
    draw = course.seated()
    coming = _who_would_come(course)
    assert delete(clerk, str(draw.result["panel"][0])) == 409
    assert delete(clerk, coming) == 303
    db.session.expire_all()
    with writing():
        row = members.leave(course.assembly, members.of(course.assembly)[0], "Umzug", None)
    assert row is not None
    assert row.came not in (None, coming)
    assert draw.result["passed_over"] == {"1": [coming]}
    assert record_verifies(draw, tmp_path)
    full = _full(draw, tmp_path)
    report = verify(full)
    assert report.ok, report.lines
    with writing():
        seated = members.of(course.assembly, members.SEATED)
        assert members.leave(course.assembly, seated[1], "Umzug", None)
    assert draw.result["passed_over"] == {"1": [coming]}
    assert verify(_full(draw, tmp_path)).ok
    assert db.session.scalar(select(Reply).where(Reply.losnummer == coming)) is None


def _who_would_come(course: Course) -> str:
    """The Losnummer that moves up next; tried out and taken back."""
    begin_write()
    row = members.leave(course.assembly, members.of(course.assembly)[0], "Umzug", None)
    assert row is not None
    assert row.came is not None
    losnummer = row.came
    db.session.rollback()
    set_writing(False)
    return losnummer


def _full(draw: PanelDraw, folder: Path) -> Path:
    from buergerrat.assemblies import files

    stored = db.session.get_one(StoredFile, draw.full_record_id)
    path = folder / "full.zip"
    path.write_bytes(files.open_file(stored).read())
    return path
