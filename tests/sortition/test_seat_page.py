"""The page of the code after the lottery: accept, decline, consents, and what others read there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from seat_people import pick, seated, waiting, with_code

from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, set_clock, utcnow, writing
from buergerrat.sortition.models import Consent, Invitee, Member, PanelDraw
from buergerrat.sortition.services import consents, lottery, members
from buergerrat.sortition.verify import verify
from tests.support import BrowserLike

Fill = Callable[[Assembly, int], list[Invitee]]
SEAT = "/antwort/platz"


@pytest.fixture
def picked(assembly: Assembly, fill_pool: Fill) -> PanelDraw:
    fill_pool(assembly, 40)
    return pick(assembly)


@pytest.fixture
def member(assembly: Assembly, picked: PanelDraw) -> Member:
    return seated(assembly)[0]


@pytest.fixture
def inside(app: Flask, member: Member) -> BrowserLike:
    return with_code(app, member.invitee)


def state_of(member: Member) -> str:
    db.session.expire_all()
    return member.state


def later(days: int) -> None:
    set_clock(utcnow() + dt.timedelta(days=days))


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    yield
    set_clock(None)


def test_a_drawn_person_accepts_and_a_second_click_changes_nothing(
    inside: BrowserLike, member: Member
) -> None:
    page = inside.get(SEAT).text
    assert '<h1 class="br-q">Sie sind gelost</h1>' in page
    for _click in range(2):
        assert inside.submit(f"{SEAT}/zusage").status_code == 303
    assert state_of(member) == "accepted"
    entries = db.session.query(AuditEntry).filter_by(action="member_accepted").all()
    assert [(e.object_id, e.actor_id, e.detail["by"]) for e in entries] == [
        (member.losnummer, None, "code")
    ]
    assert "Sie sind dabei" in inside.get(SEAT).text
    # From here on only the office takes the seat back.
    assert inside.get(f"{SEAT}/absage").status_code == 303
    inside.submit(f"{SEAT}/absage", {"reason": "weggezogen"})
    assert state_of(member) == "accepted"


def test_declining_frees_the_seat_at_once_and_the_record_still_verifies(
    inside: BrowserLike, assembly: Assembly, member: Member, picked: PanelDraw, tmp_path: Path
) -> None:
    expected = members.who_comes(picked, assembly, 1, [member.losnummer])[0]
    assert "wirklich absagen" in inside.get(f"{SEAT}/absage").text
    for _click in range(2):
        inside.submit(f"{SEAT}/absage", {"reason": "weggezogen"})
    assert state_of(member) == "declined"
    [row] = lottery.replacements_of(picked)
    assert expected is not None
    assert (row.left, row.came, row.reason, row.user_id) == (
        member.losnummer,
        expected.person_id,
        "weggezogen",
        None,
    )
    (tmp_path / "record.zip").write_bytes(picked.public_record or b"")
    report = verify(tmp_path / "record.zip", picked.record_hash)
    assert report.ok, report.lines
    assert "Sie haben abgesagt" in inside.get(SEAT).text


@pytest.mark.parametrize("reason", ["", "krank", "nicht erreichbar und krank"])
def test_no_reason_but_the_fixed_words_is_kept(
    inside: BrowserLike, member: Member, picked: PanelDraw, reason: str
) -> None:
    inside.submit(f"{SEAT}/absage", {"reason": reason})
    assert [row.reason for row in lottery.replacements_of(picked)] == ["ohne Angabe"]


def test_after_the_day_only_the_office_accepts(
    app: Flask, clerk: BrowserLike, assembly: Assembly, member: Member
) -> None:
    assert member.accept_by == members.today() + dt.timedelta(days=assembly.accept_days)
    later(assembly.accept_days + 1)
    inside = with_code(app, member.invitee)
    page = inside.get(SEAT).text
    assert "Die Frist für Ihre Zusage ist vorbei" in page
    assert "Ja, ich nehme den Platz an" not in page
    inside.submit(f"{SEAT}/zusage")
    assert state_of(member) == "asked"
    with writing():
        members.accept(member)
    assert state_of(member) == "accepted"


def test_who_declines_late_is_heard(app: Flask, assembly: Assembly, member: Member) -> None:
    later(assembly.accept_days + 1)
    with_code(app, member.invitee).submit(f"{SEAT}/absage", {"reason": "weggezogen"})
    assert state_of(member) == "declined"
    assert len(seated(assembly)) == assembly.seats


def test_after_the_last_day_to_move_up_the_seat_stays_free(
    app: Flask, assembly: Assembly, member: Member, picked: PanelDraw
) -> None:
    until = members.replacements_until(picked)
    assert until == assembly.last_session_on
    later((until - members.today()).days + 1)
    with_code(app, member.invitee).submit(f"{SEAT}/absage", {"reason": "weggezogen"})
    [row] = lottery.replacements_of(picked)
    assert (row.came, row.wanted) == (None, False)
    page = with_code(app, waiting(assembly)).get(SEAT).text
    assert "Nachrücken ist nicht mehr möglich" in page


def test_who_was_not_drawn_reads_their_own_chance(
    app: Flask, assembly: Assembly, picked: PanelDraw
) -> None:
    invitee = waiting(assembly)
    assert invitee.reply is not None
    count = picked.result["counts"][invitee.reply.losnummer]
    page = with_code(app, invitee).get(SEAT).text
    assert "Sie sind nicht gelost" in page
    assert f"auf {count} von 100 Listen" in page or "auf keiner der 100 Listen" in page
    assert "Ja, vielleicht." in page
    assert "/elbtal/ortsmitte-2035/lostopf" in page
    # Without a seat there is nothing to accept, decline or consent to.
    browser = with_code(app, invitee)
    for step in ("zusage", "absage", "zustimmung"):
        assert browser.submit(f"{SEAT}/{step}", {"kind": "photo", "give": "1"}).status_code == 303
    assert db.session.query(Consent).filter_by(kind="photo").count() == 0
    assert len(seated(assembly)) == assembly.seats


def test_before_the_draw_the_page_names_day_and_place(
    app: Flask, assembly: Assembly, fill_pool: Fill
) -> None:
    invitee = fill_pool(assembly, 4)[0]
    with writing():
        assembly.lottery_place = "Ratssaal"
        assembly.reply_deadline = members.today() - dt.timedelta(days=1)
    page = with_code(app, invitee).get(SEAT).text
    assert "Sie sind im Lostopf" in page
    assert "Ratssaal" in page


def test_while_answers_are_taken_the_answer_itself_is_shown(
    app: Flask, assembly: Assembly, fill_pool: Fill
) -> None:
    answer = with_code(app, fill_pool(assembly, 4)[0]).get(SEAT)
    assert answer.status_code == 303
    assert answer.location.startswith("/antwort/")
    assert not answer.location.startswith(SEAT)


def test_the_code_leads_to_the_seat_and_not_into_the_answer(
    client: BrowserLike, assembly: Assembly, member: Member
) -> None:
    answer = client.submit("/antwort", {"code": member.invitee.code})
    assert answer.status_code == 303
    assert answer.location == SEAT
    assert "Sie sind gelost" in client.get(SEAT).text
    # Frozen is frozen: with the same code nothing of the answer changes any more.
    assert client.get("/antwort/mitmachen").status_code in (303, 410)


def test_without_a_code_nothing_is_shown(client: BrowserLike, picked: PanelDraw) -> None:
    for answer in (client.get(SEAT), client.submit(f"{SEAT}/zusage")):
        assert answer.status_code == 303
        assert "hinweis=neu" in answer.location


def test_photo_and_name_are_given_and_taken_back_with_their_days(
    inside: BrowserLike, member: Member
) -> None:
    give = {"kind": "photo", "give": "1"}
    for _click in range(2):
        inside.submit(f"{SEAT}/zustimmung", give)
    page = inside.get(SEAT).text
    assert "Zustimmung zurücknehmen: Fotos" in page
    assert "Zustimmen: Name" in page
    inside.submit(f"{SEAT}/zustimmung", {"kind": "photo", "take_back": "1"})
    assert "Zurückgenommen am" in inside.get(SEAT).text
    rows = db.session.query(Consent).filter_by(invitee_id=member.invitee_id, kind="photo").all()
    assert [row.withdrawn_at is not None for row in rows] == [True]
    # A feature is not taken back here, whatever a form says.
    inside.submit(f"{SEAT}/zustimmung", {"kind": "education", "give": "1"})
    assert db.session.query(Consent).filter_by(kind="education", source="online").count() == 0


def test_the_office_is_told_whose_parents_have_not_agreed(
    clerk: BrowserLike, assembly: Assembly, member: Member
) -> None:
    page = f"/{assembly.municipality.slug}/buergerraete/{assembly.slug}/mitglieder"
    said = "Die Zustimmung der Eltern fehlt noch."
    assert said not in clerk.get(page).text
    with writing():
        member.invitee.minor = True
    assert said in clerk.get(page).text
    with writing():
        consents.give(member.invitee, "guardian", "card")
    assert said not in clerk.get(page).text
