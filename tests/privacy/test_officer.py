"""The overview for the data protection officer, the periods, and the preview of deletions."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from buergerrat import audit
from buergerrat.accounts.models import User
from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly, DeletionEntry
from buergerrat.charts.deadlines import Deadline, deadlines
from buergerrat.charts.looks import Week, looks
from buergerrat.db import db, writing
from buergerrat.formats import BERLIN
from buergerrat.privacy import deadlines as due
from buergerrat.privacy import officer, requests, services, sweeps
from buergerrat.sortition.models import InvitationDraw, LetterBatch, RegisterExtract
from tests.privacy.planting import Planter
from tests.public.course import Course, at, later
from tests.support import BrowserLike

STAFF = "/elbtal/buergerraete/ortsmitte-2035"
PAGE = f"{STAFF}/datenschutz/uebersicht"


def test_the_officer_sees_numbers_and_no_name(
    client: BrowserLike, course: Course, people: dict[str, User]
) -> None:
    course.seated()
    client.sign_in(people["observer"])
    text = client.get(f"{PAGE}?pruefen=1").get_data(as_text=True)
    assert "Nachname" not in text
    assert people["administration"].name not in text
    assert "Über 45 Personen ist etwas gespeichert" in text
    assert "Kette geprüft: ja" in text
    assert "Antrag vermerken" not in text
    assert client.submit(f"{STAFF}/datenschutz/anfragen").status_code == 403


def test_looks_and_exports_are_counted_by_role_and_week(
    app: Flask, course: Course, clerk: BrowserLike
) -> None:
    course.replied()
    clerk.get(f"{STAFF}/antworten/personen")
    with writing():
        for days in (0, 7, 7, 200):
            with at(later(-days)):
                audit.log("export", "letter_batch", 1, assembly_id=course.assembly.id)
    seen = officer.seen(course.assembly)
    assert [(w.looks, w.exports) for w in seen.weeks[-2:]] == [(0, 2), (1, 1)]
    assert seen.total == 4  # the one of 200 days ago is older than twelve weeks
    assert {(line.role, line.count) for line in seen.lines} == {("Verwaltung", 1), ("Programm", 3)}
    only = officer.seen(course.assembly, "administration", "look")
    assert only.total == 1


def test_requests_have_a_last_day_and_name_nobody(clerk: BrowserLike, assembly: Assembly) -> None:
    long_ago = str(due.today() - dt.timedelta(days=31))
    form = {"kind": "information", "received_on": long_ago}
    assert clerk.submit(f"{STAFF}/datenschutz/anfragen", form).status_code == 303
    assert "zu spät" in clerk.get(PAGE).get_data(as_text=True)
    assert officer.tasks(assembly).late == 1
    assert clerk.submit(f"{STAFF}/datenschutz/anfragen/1").status_code == 303
    assert officer.tasks(assembly).open == []
    assert requests.answered(assembly) == {"information": 1}
    future = {"kind": "information", "received_on": str(later(2).date())}
    assert clerk.submit(f"{STAFF}/datenschutz/anfragen", future).status_code == 422


def test_a_period_is_changed_within_its_limits_and_used_at_once(
    clerk: BrowserLike, course: Course
) -> None:
    course.seated()
    assembly = course.assembly
    form = {one.key: one.days for one in retention.PERIODS if one.days is not None}
    assert clerk.submit(f"{STAFF}/loeschen/fristen", {**form, "silent": 100}).status_code == 422
    assert retention.days_of(assembly, "silent") == 28
    assert clerk.submit(f"{STAFF}/loeschen/fristen", {**form, "silent": 10}).status_code == 303
    db.session.expire_all()
    silent = next(one for one in due.groups(assembly) if one.period.key == "silent")
    assert silent.due == due.today() + dt.timedelta(days=10)
    assert silent.period.when == "10 Tage nach der Losung"
    assert "10 Tage nach der Losung" in clerk.get(f"{STAFF}/loeschen").get_data(as_text=True)
    promised = retention.promise(assembly)
    assert promised.silent < promised.pool < promised.members


def test_limits_hold_in_the_service_too(assembly: Assembly) -> None:
    for period in retention.PERIODS:
        with pytest.raises(ValueError, match=period.key):
            retention.change_period(assembly, period.key, period.high + 1)
        if period.days is None:
            continue
        with writing():
            changed = retention.change_period(assembly, period.key, period.high)
        assert changed is (period.days != period.high)
        assert retention.days_of(assembly, period.key) == period.high


def test_pieces_go_on_their_own_days(app: Flask, course: Course) -> None:
    """Uploads, waiting rows, next tickets, letters: each when its period is over, not before."""
    course.replied()
    assembly, planter = course.assembly, Planter()
    draw = db.session.scalars(select(InvitationDraw)).one()
    with writing():
        planter.waiting(assembly, draw)
        planter.letters(assembly, draw)
        for batch in db.session.scalars(select(LetterBatch)):
            batch.posted_on = due.today()
    before = {one.period.key: one.people for one in due.pieces(assembly)}
    assert before["upload"] == before["spool"] == before["reserve"] == 1
    assert before["letters"] == 12
    days = {one.period.key: one.due for one in due.pieces(assembly) if one.people}
    assert days["upload"] == due.today() + dt.timedelta(days=14)
    assert days["letters"] == due.today() + dt.timedelta(days=28)
    for day in sorted({day for day in days.values() if day is not None}):
        keys = [key for key in days if days[key] == day]
        noon = dt.datetime.combine(day, dt.time(12), BERLIN)
        for moment, there in ((noon - dt.timedelta(days=1), True), (noon, False)):
            with at(moment), writing():
                services.delete_due(assembly)
            for key in keys:
                assert (sweeps.count(assembly, key) > 0) is there, (key, moment)
    noted = set(db.session.scalars(select(DeletionEntry.category)))
    assert noted == {"upload", "reserve", "letters", "spool"}


def test_rows_committed_to_a_draw_wait_for_it(app: Flask, course: Course) -> None:
    course.replied()
    draw = db.session.scalars(select(InvitationDraw)).one()
    with writing():
        Planter().waiting(course.assembly, draw)
        db.session.flush()
        extract = db.session.scalars(
            select(RegisterExtract).where(RegisterExtract.number == 9)
        ).one()
        db.session.add(
            InvitationDraw(
                assembly_id=course.assembly.id, number=2, extract_id=extract.id,
                state="committed", letters_total=10,
            )
        )  # fmt: skip
    with at(later(100)), writing():
        services.delete_due(course.assembly)
    assert sweeps.count(course.assembly, "spool") == 1


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(-900, 900), st.booleans()), min_size=1, max_size=12))
def test_the_timeline_keeps_every_mark_inside_the_picture(
    rows: list[tuple[int, bool]],
) -> None:
    day = dt.date(2026, 9, 14)
    picture = deadlines(
        [Deadline("x", day + dt.timedelta(days=n), fixed, "1") for n, fixed in rows],
        day,
        "t",
        "heute",
    )
    for svg, width in ((picture.wide, 760), (picture.narrow, 350)):
        marks = [float(x) for x in re.findall(r'cx="([-\d.]+)"', str(svg))]
        assert len(marks) == len(rows)
        assert all(0 <= x <= width for x in marks)


def test_a_quiet_week_and_a_busy_one_fit_the_same_picture() -> None:
    weeks = [Week(dt.date(2026, 9, 7), 0, 0), Week(dt.date(2026, 9, 14), 5000, 3)]
    picture = looks(weeks, "Blicke", "Blicke", "Ausgaben")
    assert "5000" in picture.wide
    assert "14.09.2026: 5000 Blicke, 3 Ausgaben." in picture.desc
