"""Putting to the vote: rules fixed before, the outcome stored, a repeat beside the old one."""

from __future__ import annotations

import re

import pytest

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow, writing
from buergerrat.recommendations.models import Ballot, MinorityStatement, Recommendation
from buergerrat.recommendations.services import ballots
from buergerrat.sessions.models import Attendance
from buergerrat.sortition.models import (
    InvitationDraw,
    Invitee,
    Member,
    PanelDraw,
    RegisterExtract,
)
from tests.conftest import BrowserLike
from tests.recommendations.conftest import Nouns
from tests.support import frozen_parts

BASE = "/elbtal/buergerraete/ortsmitte-2035/empfehlungen/1"
RULES = {
    "threshold": "two_thirds",
    "base": "cast",
    "secret": "yes",
    "quorum": "50",
    "present": "15",
    "entitled": "16",
}
RESULT = {"yes": "12", "no": "2", "abstain": "1", "present": "15", "entitled": "16"}


def test_the_outcome_is_stored_and_explained(clerk: BrowserLike, nouns: Nouns) -> None:
    nouns.draft()
    assert clerk.submit(f"{BASE}/abstimmung", RULES).status_code == 303
    asked = clerk.get(f"{BASE}/ergebnis").text
    assert "zwei Drittel" in asked
    assert "mindestens 50" in asked
    assert clerk.submit(f"{BASE}/ergebnis", RESULT).status_code == 303
    ballot = db.session.query(Ballot).one()
    assert (ballot.state, ballot.adopted, ballot.yes) == ("closed", True, 12)
    page = clerk.get(BASE).text
    assert "Mit 12 von 15 Stimmen beschlossen" in page
    assert "also 10" in page  # two thirds of 15
    assert "Geheim abgestimmt" in page
    assert db.session.query(Recommendation).one().state == "adopted"


def test_too_few_votes_are_not_enough(clerk: BrowserLike, nouns: Nouns) -> None:
    nouns.draft()
    clerk.submit(f"{BASE}/abstimmung", RULES)
    assert clerk.submit(f"{BASE}/ergebnis", {**RESULT, "yes": "9", "no": "5"}).status_code == 303
    assert db.session.query(Recommendation).one().state == "not_adopted"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"present": "17"}, "17 Mitglieder anwesend"),
        ({"threshold": "percent"}, "eigenen Anteil in Prozent"),
        ({"threshold": "percent", "percent": "101"}, "1 bis 100"),
        ({"quorum": "101"}, "0 bis 100"),
        ({"present": "viele"}, "keine gültige"),
        ({"base": "zufall"}, "auswahl"),
    ],
)
def test_rules_that_cannot_be(
    clerk: BrowserLike, nouns: Nouns, change: dict[str, str], sentence: str
) -> None:
    nouns.draft()
    answer = clerk.submit(f"{BASE}/abstimmung", {**RULES, **change})
    assert answer.status_code == 422
    assert sentence.lower() in answer.text.lower()
    assert db.session.query(Ballot).count() == 0


def test_more_votes_than_people_are_refused(clerk: BrowserLike, nouns: Nouns) -> None:
    nouns.draft()
    clerk.submit(f"{BASE}/abstimmung", RULES)
    answer = clerk.submit(f"{BASE}/ergebnis", {**RESULT, "no": "9"})
    assert answer.status_code == 422
    assert "22 Stimmen" in answer.text
    assert db.session.query(Ballot).one().state == "open"


def test_once_put_to_the_vote_the_wording_is_fixed(clerk: BrowserLike, nouns: Nouns) -> None:
    note = nouns.note(1, "Bank")
    nouns.draft()
    clerk.submit(f"{BASE}/abstimmung", RULES)
    new = {"title": "a", "text": "b", "rationale": "c", "change_note": "d", "base": "1"}
    for url, data in (
        (f"{BASE}/fassung", new),
        (f"{BASE}/karten", {"karte": str(note.id), "stance": "supports"}),
        (f"{BASE}/karten/solution/1/entfernen", {}),
        (f"{BASE}/zurueckziehen", {}),
        (f"{BASE}/abstimmung", RULES),
        (f"{BASE}/sondervotum", {"text": "Nein", "supporters": "1"}),
    ):
        assert clerk.submit(url, data).status_code == 409, url
    assert clerk.get(f"{BASE}/fassung").status_code == 409


def test_a_repeat_is_a_new_ballot_and_the_old_one_stays(clerk: BrowserLike, nouns: Nouns) -> None:
    nouns.voted()
    clerk.submit(f"{BASE}/abstimmung", RULES)
    assert clerk.submit(f"{BASE}/ergebnis", {**RESULT, "yes": "3", "no": "11"}).status_code == 303
    page = clerk.get(BASE).text
    assert "Frühere Abstimmungen" in page
    assert "Abstimmung 1" in page
    states = [b.adopted for b in db.session.query(Ballot).order_by(Ballot.number)]
    assert states == [True, False]


def test_a_ballot_broken_off_gives_the_wording_back(clerk: BrowserLike, nouns: Nouns) -> None:
    nouns.draft()
    clerk.submit(f"{BASE}/abstimmung", RULES)
    assert clerk.submit(f"{BASE}/abstimmung/abbrechen").status_code == 303
    assert db.session.query(Recommendation).one().state == "draft"
    assert db.session.query(Ballot).one().state == "broken_off"
    assert clerk.submit(f"{BASE}/abstimmung/abbrechen").status_code == 409
    assert clerk.submit(f"{BASE}/ergebnis", RESULT).status_code == 409


def test_a_repeat_broken_off_leaves_the_first_result(clerk: BrowserLike, nouns: Nouns) -> None:
    nouns.voted()
    clerk.submit(f"{BASE}/abstimmung", RULES)
    clerk.submit(f"{BASE}/abstimmung/abbrechen")
    assert db.session.query(Recommendation).one().state == "adopted"
    assert "ohne Ergebnis abgebrochen" in clerk.get(BASE).text


def test_every_form_sent_twice_counts_once(clerk: BrowserLike, nouns: Nouns) -> None:
    nouns.draft()
    minority = {"text": "Zuerst die Bänke.", "supporters": "2"}
    for part, data in (("abstimmung", RULES), ("ergebnis", RESULT), ("sondervotum", minority)):
        for _ in range(2):
            answer = clerk.submit(f"{BASE}/{part}", {**data, "form_token": f"einmal-{part}"})
            assert answer.status_code == 303
    assert db.session.query(Ballot).count() == 1
    assert db.session.query(MinorityStatement).count() == 1


def test_a_minority_statement_beyond_those_against_is_only_a_hint(
    clerk: BrowserLike, nouns: Nouns
) -> None:
    nouns.voted()  # 2 no, 1 abstention
    data = {"text": "Der Brunnen kostet jedes Jahr Geld.", "supporters": "9"}
    assert clerk.submit(f"{BASE}/sondervotum", data).status_code == 303
    page = clerk.get(BASE).text
    assert "Der Brunnen kostet jedes Jahr Geld." in page
    assert "nur 3 haben" in page
    assert "getragen von 9 Mitgliedern" in page
    empty = clerk.submit(f"{BASE}/sondervotum", {"text": "", "supporters": "0"})
    assert empty.status_code == 422


def test_no_minority_before_the_vote(clerk: BrowserLike, nouns: Nouns) -> None:
    nouns.draft()
    data = {"text": "Zu früh.", "supporters": "1"}
    assert clerk.submit(f"{BASE}/sondervotum", data).status_code == 409


def _member(assembly: Assembly, draws: tuple[int, int], number: int, state: str) -> Member:
    invitee = Invitee(
        assembly_id=assembly.id, draw_id=draws[0], row_id=f"row{number}", ticket=f"{number:064}"
    )
    with writing():
        db.session.add(invitee)
        db.session.flush()
        member = Member(
            assembly_id=assembly.id,
            invitee_id=invitee.id,
            panel_draw_id=draws[1],
            losnummer=f"{number:03}",
            state=state,
        )
        db.session.add(member)
    return member


@pytest.fixture
def draws(assembly: Assembly) -> tuple[int, int]:
    extract = RegisterExtract(assembly_id=assembly.id, number=1)
    with writing():
        db.session.add(extract)
        db.session.flush()
        invitation = InvitationDraw(
            assembly_id=assembly.id, number=1, extract_id=extract.id, letters_total=3
        )
        panel = PanelDraw(
            assembly_id=assembly.id,
            number=1,
            frozen=frozen_parts(),
            frozen_at=utcnow(),
            frozen_hash="0" * 64,
        )
        db.session.add_all([invitation, panel])
        db.session.flush()
        return invitation.id, panel.id


def test_the_head_count_comes_from_members_and_attendance(
    clerk: BrowserLike, nouns: Nouns, assembly: Assembly, draws: tuple[int, int]
) -> None:
    assert ballots.head_count(assembly) == (16, 16)  # nobody accepted yet: the seats
    members = [_member(assembly, draws, n, "accepted") for n in range(3)]
    _member(assembly, draws, 3, "declined")
    assert ballots.head_count(assembly) == (3, 3)
    session = nouns.session()
    for member, state in zip(members, ("present", "present", "excused"), strict=True):
        with writing():
            db.session.add(
                Attendance(
                    assembly_id=assembly.id,
                    session_id=session.id,
                    member_id=member.id,
                    state=state,
                )
            )
    assert ballots.head_count(assembly) == (2, 3)
    nouns.draft()
    page = clerk.get(f"{BASE}/abstimmung").text
    assert re.search(r'<input[^>]*id="present"[^>]*value="2"', page)
    assert re.search(r'<input[^>]*id="entitled"[^>]*value="3"', page)
