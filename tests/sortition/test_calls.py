"""The call list: who is on it, in which order, and what each outcome does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from seat_people import pick, seated
from sqlalchemy import text

from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.sortition import standing_lottery
from buergerrat.sortition.models import CallNote, Invitee, Member, PanelDraw
from buergerrat.sortition.services import calls, members
from tests.support import BrowserLike

Fill = Callable[[Assembly, int], list[Invitee]]
BASE = "/elbtal/buergerraete/ortsmitte-2035/mitglieder"
SECRET = "Rückruf nach der Nachtschicht"


@pytest.fixture
def member(assembly: Assembly, fill_pool: Fill) -> Member:
    fill_pool(assembly, 40)
    draw: PanelDraw = pick(assembly)
    assert draw.state == "picked"
    return seated(assembly)[0]


def call(clerk: BrowserLike, member: Member, **form: str) -> object:
    return clerk.submit(f"{BASE}/{member.losnummer}/anruf", form)


def test_a_yes_on_the_telephone_is_the_acceptance(
    clerk: BrowserLike, assembly: Assembly, member: Member
) -> None:
    call(clerk, member, outcome="yes", note=SECRET)
    db.session.expire_all()
    assert member.state == "accepted"
    assert member.losnummer not in [row.losnummer for row in calls.waiting(assembly)]
    # A second clerk with the same page open changes nothing and is told.
    again = clerk.submit(f"{BASE}/{member.losnummer}/anruf", {"outcome": "yes"})
    assert again.status_code == 422
    assert db.session.query(CallNote).count() == 1


def test_a_no_leads_to_the_preview_and_changes_nothing_yet(
    clerk: BrowserLike, member: Member
) -> None:
    answer = clerk.submit(f"{BASE}/{member.losnummer}/anruf", {"outcome": "no"})
    assert answer.location.endswith(f"{member.losnummer}/ausscheiden")
    db.session.expire_all()
    assert member.state == "asked"


def test_thinking_holds_the_seat_until_the_day_that_was_agreed(
    clerk: BrowserLike, member: Member
) -> None:
    day = members.today() + dt.timedelta(days=20)
    missing = clerk.submit(f"{BASE}/{member.losnummer}/anruf", {"outcome": "thinks"})
    assert missing.status_code == 422
    past = (members.today() - dt.timedelta(days=1)).isoformat()
    call(clerk, member, outcome="thinks", until=past)
    assert db.session.query(CallNote).count() == 0
    call(clerk, member, outcome="thinks", until=day.isoformat())
    db.session.expire_all()
    assert member.accept_by == day
    entry = db.session.query(AuditEntry).filter_by(action="seat_held").one()
    assert entry.detail["until"] == day.isoformat()


def test_overdue_comes_first_then_who_moved_up(assembly: Assembly, member: Member) -> None:
    late, leaving = seated(assembly)[1:3]
    with writing():
        row = members.leave(assembly, leaving, "weggezogen", None)
        late.accept_by = members.today() - dt.timedelta(days=1)
    db.session.expire_all()
    order = [one.losnummer for one in calls.waiting(assembly)]
    assert order[:2] == [late.losnummer, row.came]
    assert len(order) == assembly.seats


def test_tries_are_counted_since_somebody_picked_up(
    clerk: BrowserLike, assembly: Assembly, member: Member
) -> None:
    call(clerk, member, outcome="not_reached")
    call(clerk, member, outcome="thinks", until=members.today().isoformat())
    for _try in range(2):
        call(clerk, member, outcome="not_reached", note=SECRET)
    db.session.expire_all()
    row = calls.of_member(member)
    assert (row.tried, len(row.calls)) == (2, 4)
    page = clerk.get(f"{BASE}/anrufe").text
    assert "2 Versuche" in page
    assert SECRET in page


def test_notes_are_sealed_looks_are_logged_and_all_goes_with_the_person(
    clerk: BrowserLike, assembly: Assembly, member: Member
) -> None:
    call(clerk, member, outcome="not_reached", note=SECRET)
    clerk.get(f"{BASE}/anrufe")
    clerk.get(f"{BASE}/{member.losnummer}/anruf")
    looks = db.session.query(AuditEntry).filter_by(action="look").all()
    assert {entry.object_id for entry in looks} >= {"calls", member.losnummer}
    raw = db.session.execute(text("SELECT hex(note_sealed) FROM call_note")).scalar_one()
    assert SECRET.encode().hex() not in raw.lower()
    assert all(SECRET not in str(entry.detail) for entry in db.session.query(AuditEntry))
    with writing():
        retention.erase(assembly, [member.invitee_id], "Auf Wunsch")
    assert db.session.query(CallNote).count() == 0


def test_the_next_step_is_to_call_who_moved_up(assembly: Assembly, member: Member) -> None:
    before = standing_lottery.members(assembly)
    assert before.text.startswith("16 geloste Personen")
    with writing():
        members.leave(assembly, member, members.UNSAID, None, by="code")
    after = standing_lottery.members(assembly)
    assert (after.title, after.endpoint) == ("Nachgerückte anrufen", "calls.index")
    assert not after.done


def test_the_list_of_members_marks_who_is_late(
    clerk: BrowserLike, assembly: Assembly, member: Member
) -> None:
    with writing():
        for one in seated(assembly)[1:]:
            members.accept(one)
        member.accept_by = members.today() - dt.timedelta(days=1)
    page = clerk.get(BASE).text
    assert page.count("Frist vorbei seit") == 1
    first = page.index("br-person__name")
    assert member.invitee.full_name in page[first : first + 200]


def test_after_the_last_day_the_preview_offers_nobody(
    clerk: BrowserLike, assembly: Assembly, member: Member
) -> None:
    draw = db.session.get_one(PanelDraw, member.panel_draw_id)
    with writing():
        past = members.today() - dt.timedelta(days=1)
        draw.frozen = {**draw.frozen, "replacements_until": past.isoformat()}
    url = f"{BASE}/{member.losnummer}/ausscheiden"
    page = clerk.get(url).text
    assert "So ist es im Losprotokoll festgelegt" in page
    assert 'name="replace"' not in page
    sent = {"reason": "weggezogen", "replace": "1"}
    assert clerk.submit(url, sent).status_code == 409
    assert clerk.submit(url, {"reason": "weggezogen"}).status_code == 303
    assert len(seated(assembly)) == assembly.seats - 1
