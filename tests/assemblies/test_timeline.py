"""The timeline: working days of the Land, what is late or tight, another first session."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from buergerrat.assemblies import laender, schedule, timeline
from buergerrat.assemblies.models import Assembly
from buergerrat.charts.timeline import Stop
from buergerrat.charts.timeline import timeline as picture
from buergerrat.db import db, utcnow, writing
from buergerrat.formats import BERLIN
from tests.assemblies.test_mandate import LIST, form, newest
from tests.support import BrowserLike, Factory

PATH = "/elbtal/buergerraete/ortsmitte-2035/zeitplan"
FIRST = dt.date(2027, 3, 5)
CODES = st.sampled_from(["", *laender.LAENDER])


def store(assembly: Assembly, **values: Any) -> Assembly:
    with writing():
        row = db.session.get_one(Assembly, assembly.id)
        for name, value in values.items():
            setattr(row, name, value)
    return db.session.get_one(Assembly, assembly.id)


def planned(
    assembly: Assembly, first: dt.date = FIRST, land: str = "BW", **values: Any
) -> Assembly:
    plan = vars(schedule.proposal(first, land))
    return store(assembly, land=land, **{**plan, **values})


def test_all_sixteen_laender_by_code_and_key() -> None:
    assert len(laender.LAENDER) == len(laender.BY_PREFIX) == 16
    assert laender.land_of_ags("08125000").code == "BW"
    assert laender.land_of_ags("05").name == "Nordrhein-Westfalen"
    assert laender.land_of_ags("00000000") == laender.land_of_ags("") == laender.UNKNOWN
    assert {land.code for land in laender.LAENDER.values() if land.notice_weeks} == {"BW"}
    assert {land.code for land in laender.LAENDER.values() if land.door_visits == "no"} == {"BW"}


def test_holidays_differ_from_land_to_land() -> None:
    corpus_christi, reformation = dt.date(2026, 6, 4), dt.date(2025, 10, 31)
    assert laender.holiday("BW", corpus_christi) == "Fronleichnam"
    assert laender.holiday("NI", corpus_christi) == ""
    assert laender.holiday("NI", reformation) == "Reformationstag"
    assert laender.holiday("BY", reformation) == ""
    assert laender.day_off("BE", dt.date(2026, 12, 24)) == "Heiligabend"
    assert laender.working_day("BE", dt.date(2026, 12, 24)) == dt.date(2026, 12, 28)
    assert laender.working_day("BE", dt.date(2026, 12, 27), -1) == dt.date(2026, 12, 23)


@settings(deadline=None, max_examples=50)
@given(st.dates(dt.date(2025, 1, 1), dt.date(2040, 1, 1)), CODES)
def test_the_proposal_works_on_working_days_and_keeps_the_notice(first: dt.date, land: str) -> None:
    plan = schedule.proposal(first, land)
    assert schedule.problems(plan) == {}
    assert plan.notice_on is not None
    assert plan.extract_on is not None
    assert plan.letters_on - plan.notice_on >= dt.timedelta(weeks=3)
    assert plan.reply_deadline - plan.letters_on >= dt.timedelta(weeks=4)
    for name in ("notice_on", "extract_on", "letters_on", "reminder_on", "reply_deadline"):
        assert laender.day_off(land, getattr(plan, name)) == "", name


def test_what_was_moved_to_a_working_day_says_why(clerk: BrowserLike, assembly: Assembly) -> None:
    """31 December 2026 is nine weeks before 4 March 2027."""
    plan, moved = schedule.proposed(dt.date(2027, 3, 4), "BW")
    assert plan.letters_on == dt.date(2026, 12, 30)
    assert ("letters_on", dt.date(2026, 12, 31), "Silvester") in [
        (one.name, one.usual, one.reason) for one in moved
    ]
    page = clerk.submit(LIST + "neu/termine", form(first_session_on="2027-03-04", land="BW")).text
    assert "statt 31. Dezember 2026 (Silvester)" in page


def test_visits_are_off_until_switched_on_and_never_in_baden_wuerttemberg(
    factory: Factory, assembly: Assembly
) -> None:
    assert not laender.visits_allowed(assembly)
    assert laender.visits_allowed(store(assembly, land="NW", door_visits=True))
    assert not laender.visits_allowed(store(assembly, land="BW", door_visits=True))
    south = factory.assembly(factory.town("sueden", ags="08125000"), door_visits=True)
    assert not laender.visits_allowed(south), "the key of the town says where it lies"


def test_the_form_refuses_visits_in_baden_wuerttemberg(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    assert "nicht zulässig" in clerk.submit(LIST + "neu", form(land="BW", door_visits="y")).text
    assert clerk.submit(LIST + "neu", form(land="HE", door_visits="y")).status_code == 303
    assert newest().door_visits


def test_founding_takes_five_things_and_proposes_the_rest(
    clerk: BrowserLike, assembly: Assembly
) -> None:
    """Without script: the dates shown were counted from another first session."""
    shown = vars(schedule.proposal(dt.date(2027, 4, 9)))
    typed = {name: value.isoformat() for name, value in shown.items() if name != "lottery_at"}
    typed |= {"lottery_at": f"{shown['lottery_at']:%Y-%m-%dT%H:%M}", "planned_for": "2027-04-09"}
    typed |= {"first_session_on": "2027-06-11", "land": "SN"}
    assert clerk.submit(LIST + "neu", form(**typed)).status_code == 303
    made, wanted = newest(), schedule.proposal(dt.date(2027, 6, 11), "SN")
    assert (made.land, made.accept_days) == ("SN", 10)
    for name in ("letters_on", "notice_on", "extract_on", "reminder_on", "handover_on"):
        assert getattr(made, name) == getattr(wanted, name), name


def test_dates_that_were_typed_are_not_counted_anew(clerk: BrowserLike, assembly: Assembly) -> None:
    typed = form(planned_for="2027-03-05", first_session_on="2027-03-12", allowance="60 Euro")
    typed["last_session_on"] = "2027-03-13"
    typed["letters_on"] = "2026-12-30"
    clerk.submit(LIST + "neu", typed)
    assert newest().letters_on == dt.date(2026, 12, 30)


WRONG = [
    ({"notice_on": "2027-02-01"}, "vor dem Versand der Briefe"),
    ({"extract_on": "2027-02-01"}, "vor dem Versand der Briefe"),
    ({"reminder_on": "2027-02-20"}, "zwischen dem Versand"),
    ({"accept_days": "61"}, "Zwischen 1 und 60"),
]


def test_new_dates_are_checked_as_well(clerk: BrowserLike, assembly: Assembly) -> None:
    for change, sentence in WRONG:
        answer = clerk.submit(LIST + "neu", form(**change))
        assert (answer.status_code, sentence in answer.text) == (422, True), change


def hint_titles(assembly: Assembly) -> dict[str, str]:
    return {hint.title: hint.kind for hint in timeline.hints(assembly)}


def test_the_notice_of_baden_wuerttemberg_is_a_hard_warning(app: Flask, assembly: Assembly) -> None:
    with app.test_request_context("/"):
        row = planned(assembly, resolution_date=dt.date(2026, 9, 1))
        assert hint_titles(row) == {}
        row = store(row, notice_on=row.letters_on - dt.timedelta(days=20))
        [(title, kind)] = hint_titles(row).items()
        assert ("nur 20 Tage" in title, kind) == (True, "danger")
        assert "danger" in hint_titles(store(row, notice_on=None)).values()
        assert hint_titles(store(row, land="HE")) == {}, "no law asks for it there"


def test_what_is_tight_or_on_a_holiday_is_named(app: Flask, assembly: Assembly) -> None:
    with app.test_request_context("/"):
        row = planned(
            assembly,
            land="HE",
            letters_on=dt.date(2027, 1, 11),
            extract_on=dt.date(2026, 8, 1),
            reminder_on=dt.date(2027, 1, 25),
            resolution_date=dt.date(2026, 9, 1),
        )
        found = hint_titles(row)
    assert found["Nur 18 Tage für Antworten"] == "warning"
    assert found["Nur 4 Tage für eine Antwort auf die Erinnerung"] == "warning"
    assert found["Der Auszug liegt vor dem Beschluss"] == "danger"
    assert found["Registerauszug: kein Arbeitstag (Samstag)"] == "info"


def test_what_should_be_done_by_today_is_late(app: Flask, assembly: Assembly) -> None:
    with app.test_request_context("/"):
        row = planned(assembly)
        day = row.letters_on + dt.timedelta(days=3)
        by_name = {one.name: one for one in timeline.milestones(row, day)}
    assert (by_name["letters_on"].late, by_name["letters_on"].done) == (3, False)
    assert by_name["extract_on"].late > 3
    assert (by_name["notice_on"].late, by_name["notice_on"].done) == (0, True), "page is public"
    assert (by_name["reply_deadline"].late, by_name["reply_deadline"].done) == (0, False)
    assert by_name["accept_by"].day == dt.date(2027, 2, 15), "ten days after the lottery"


def test_another_first_session_keeps_what_is_past(
    app: Flask, clerk: BrowserLike, assembly: Assembly
) -> None:
    today = utcnow().astimezone(BERLIN).date()
    first = today + dt.timedelta(days=60)
    planned(assembly, first, retention_until=first + dt.timedelta(days=800))
    old = db.session.get_one(Assembly, assembly.id)
    letters, later = old.letters_on, first + dt.timedelta(days=28)
    assert letters < today
    shown = clerk.get(f"{PATH}?erste-sitzung={later}").text
    assert "Diese Termine übernehmen" in shown
    db.session.rollback()
    assert db.session.get_one(Assembly, assembly.id).first_session_on == first, "only looked at"
    assert clerk.submit(PATH, {"erste-sitzung": later.isoformat()}).status_code == 303
    db.session.rollback()
    row = db.session.get_one(Assembly, assembly.id)
    assert (row.first_session_on, row.letters_on) == (later, letters)
    assert row.last_session_on == later + dt.timedelta(days=1)
    assert row.lottery_at.astimezone(BERLIN).hour == 18
    with app.test_request_context("/"):
        assert timeline.trouble(row, timeline.replanned(row, later, today)) == {}


@pytest.mark.parametrize(("day", "status"), [("", 303), ("morgen", 303), ("2026-01-09", 422)])
def test_a_first_session_that_cannot_be_is_refused(
    clerk: BrowserLike, assembly: Assembly, day: str, status: int
) -> None:
    before = assembly.first_session_on
    assert clerk.submit(PATH, {"erste-sitzung": day}).status_code == status
    db.session.rollback()
    assert db.session.get_one(Assembly, assembly.id).first_session_on == before


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 400), min_size=2, max_size=14), st.integers(0, 400))
def test_no_name_in_the_picture_lies_on_another(offsets: list[int], today: int) -> None:
    start = dt.date(2026, 10, 1)
    stops = [
        Stop("Auszug aus dem Register", start + dt.timedelta(days=days), "Do, 01.10.2026")
        for days in sorted(offsets)
    ]
    drawn = picture(stops, start + dt.timedelta(days=today), ("heute", "01.10.2026"))
    for shape in (drawn.wide, drawn.narrow):
        words = re.findall(
            r'<text class="(?:d-wert)?" x="([\d.]+)" y="([\d.]+)">(\D[^<]{3,})<', shape
        )
        assert len(words) >= len(stops)
        places = [(float(y), float(x), float(x) + 6.4 * len(word)) for x, y, word in words]
        for (y, left, right), (other, start_x, end_x) in itertools.combinations(places, 2):
            assert abs(y - other) > 12 or right <= start_x or end_x <= left


def test_the_page_and_its_calendar(clerk: BrowserLike, assembly: Assembly) -> None:
    planned(assembly)
    page = clerk.get(PATH).text
    assert "Fronleichnam" not in page
    assert page.count("<svg") >= 2
    file = Calendar.from_ical(clerk.get(f"{PATH}/zeitplan.ics").data)
    days = {str(event["summary"]): event["dtstart"].dt for event in file.walk("VEVENT")}
    row = db.session.get_one(Assembly, assembly.id)
    assert days["Ortsmitte 2035: Versand der Briefe"] == row.letters_on
    assert days["Ortsmitte 2035: Bekanntmachung"] == row.notice_on
