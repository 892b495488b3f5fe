"""Papers for employers: who gets one, what it says, and that it is an accessible PDF."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import outloud
import pdfua
import pymupdf
import pytest
from conftest import BASE

from buergerrat.accounts.models import Municipality
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, utcnow, writing
from buergerrat.sessions.models import AssemblySession, Attendance
from buergerrat.sortition.models import Member
from tests.support import BrowserLike

PAGE = f"{BASE}/bescheinigungen"


@pytest.fixture
def held(assembly: Assembly, session: AssemblySession, members: list[Member]) -> AssemblySession:
    """Two came to the session, one of them left before it really began; then it was closed."""
    with writing():
        for member in members[:2]:
            row = Attendance(
                assembly_id=assembly.id,
                session_id=session.id,
                member_id=member.id,
                state="present",
            )
            db.session.add(row)
        row.left_at = dt.datetime.combine(session.day, dt.time(9, 5), utcnow().tzinfo)
        row.left_at -= dt.timedelta(hours=3)
        session.state = "closed"
        db.session.add(
            AssemblySession(
                assembly_id=assembly.id,
                number=2,
                title="Sitzung 2",
                day=session.day + dt.timedelta(days=14),
                place="Kulturhalle",
            )
        )
        members[2].state = "withdrawn"
        members[3].invitee.street = "Am Anger 3"
        members[3].invitee.postcode, members[3].invitee.place = "01234", "Elbtal"
    return session


def pages(data: bytes) -> list[str]:
    with pymupdf.open(stream=data) as document:
        return [" ".join(page.get_text().split()).replace("\u00ad", "") for page in document]


def test_the_certificate_names_the_half_days_of_who_was_there(
    clerk: BrowserLike, held: AssemblySession, members: list[Member]
) -> None:
    answer = clerk.get(f"{PAGE}/teilnahme.pdf")
    [page] = pages(answer.data)
    assert "Vorname00 Nachname00" in page
    assert "Das ist ein halber Tag." in page
    assert "9 bis 11 Uhr" in page
    entry = db.session.query(AuditEntry).filter_by(action="export").one()
    assert (entry.object_id, entry.detail["count"]) == ("teilnahme", 1)
    # Who left after five minutes has attended no half day.
    assert clerk.get(f"{PAGE}/teilnahme.pdf?losnummer=002").status_code == 409


def test_leave_is_asked_for_the_coming_session_without_claiming_a_right(
    clerk: BrowserLike, held: AssemblySession, members: list[Member], town: Municipality
) -> None:
    found = pages(clerk.get(f"{PAGE}/freistellung.pdf").data)
    assert len(found) == len(members) - 1  # nobody asks for who has left
    assert all("begründet keinen Anspruch" in page for page in found)
    one = pages(clerk.get(f"{PAGE}/freistellung.pdf?losnummer=004").data)
    assert len(one) == 1
    day = held.day + dt.timedelta(days=14)
    assert f"{day.day}. " in one[0]
    assert "Am Anger 3" in one[0]
    assert town.name in one[0]


def test_what_a_name_says_is_text_and_never_markup(
    clerk: BrowserLike, held: AssemblySession, members: list[Member], assembly: Assembly
) -> None:
    with writing():
        members[0].invitee.last_name = "#panic()*_$`\\"
        assembly.title = "*Ortsmitte* #import"
    [page] = pages(clerk.get(f"{PAGE}/teilnahme.pdf").data)
    assert "#panic()*_$`\\" in page


def test_the_papers_are_accessible(
    clerk: BrowserLike, held: AssemblySession, tmp_path: Path
) -> None:
    for name in ("teilnahme", "freistellung"):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(clerk.get(f"{PAGE}/{name}.pdf").data)
        heard = outloud.check(str(path))
        assert heard.error is None
        assert [one.message for one in heard.findings if one.severity == "error"] == []
        assert [str(finding) for finding in pdfua.validate(str(path)).findings] == []


def test_the_page_lists_who_gets_which_paper(
    clerk: BrowserLike, held: AssemblySession, members: list[Member]
) -> None:
    page = clerk.get(PAGE).text
    assert "Alle 11 Bitten um Freistellung" in page
    assert "Eine Teilnahmebescheinigung" in page
    assert members[2].invitee.full_name not in page


def test_without_members_there_is_nothing_to_certify(
    clerk: BrowserLike, session: AssemblySession
) -> None:
    assert "Noch nichts zu bescheinigen" in clerk.get(PAGE).text
    assert clerk.get(f"{PAGE}/freistellung.pdf").status_code == 409
