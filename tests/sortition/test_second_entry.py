"""Cards typed a second time: blind, compared, decided; two clerks at once; how many are chosen."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reply_people import Person, invite

from buergerrat.accounts.models import Role, User
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.sortition.models import Invitee, Reply
from buergerrat.sortition.services import consents, replies, reply_history, second_entry
from tests.support import BrowserLike, Factory

BASE = "/elbtal/buergerraete/ortsmitte-2035/antworten"
QUEUE = f"{BASE}/zweiteingabe"
CARD = {
    "source": "card",
    "answer": "yes",
    "education": "upper",
    "education_consent": "y",
    "migration_history": "no",
    "migration_history_consent": "y",
    "phone": "01234 5",
}


@pytest.fixture
def persons(assembly: Assembly) -> list[Person]:
    return invite(assembly, 3)


def type_card(clerk: BrowserLike, person: Person, **changes: str) -> None:
    stand = reply_of(person)
    data = {**CARD, "stand": str(stand.revision if stand else 0), **changes}
    assert clerk.submit(f"{BASE}/karte/{person.uid}", data).status_code == 303


def again(person: Person, **changes: str) -> dict[str, str]:
    stand = reply_of(person)
    assert stand is not None
    return {**CARD, "stand": str(stand.revision), **changes}


def invitee(person: Person) -> Invitee:
    db.session.rollback()
    return db.session.query(Invitee).filter_by(uid=person.uid).one()


def reply_of(person: Person) -> Reply | None:
    return invitee(person).reply


def told(person: Person) -> Reply:
    reply = reply_of(person)
    assert reply is not None
    return reply


def features(person: Person) -> dict[str, str]:
    return {row.feature: row.value for row in told(person).features}


def test_the_second_entry_is_blind_and_equal_ones_are_checked(
    clerk: BrowserLike, persons: list[Person], people: dict[str, User]
) -> None:
    type_card(clerk, persons[0])
    assert "Noch 1 Karte zu prüfen" in clerk.get(QUEUE).text
    found = clerk.submit(QUEUE, {"text": persons[0].code})
    assert found.location == f"{QUEUE}/{persons[0].uid}"
    page = clerk.get(found.location).text
    form = page.split('id="karte"')[1]
    assert " checked" not in form
    assert "selected" not in form.replace('<option selected value="">', "")
    assert "Diese Karte haben Sie selbst eingegeben" in page
    done = clerk.submit(found.location, again(persons[0]))
    assert done.location == QUEUE
    reply = told(persons[0])
    assert (reply.checked_at is not None, reply.checked_by) == (True, people["administration"].id)
    assert "Alle Karten sind geprüft" in clerk.get(QUEUE).text
    entry = db.session.query(AuditEntry).filter_by(action="card_checked").one()
    assert (entry.object_id, entry.detail) == (persons[0].uid, {"different": 0, "corrected": 0})


def test_what_differs_stands_side_by_side_and_the_card_decides(
    clerk: BrowserLike, persons: list[Person]
) -> None:
    type_card(clerk, persons[0])
    url = f"{QUEUE}/{persons[0].uid}"
    typed = again(persons[0], education="lower", migration_history_consent="")
    page = clerk.submit(url, typed)
    assert "2 Angaben sind verschieden" in page.text
    for words in ("Abitur, Fachabitur", "Hauptschule, Volksschule", "ohne Zustimmung"):
        assert words in page.text
    assert (told(persons[0]).checked_at, features(persons[0])["education"]) == (None, "upper")
    choice = {"wahl-education": "second", "wahl-migration_history": "first"}
    assert clerk.submit(f"{url}/entscheiden", {**typed, **choice}).location == QUEUE
    assert features(persons[0]) == {"education": "lower", "migration_history": "no"}
    reply = told(persons[0])
    assert (reply.source, reply.phone, reply.checked_at is not None) == ("card", "01234 5", True)
    entry = db.session.query(AuditEntry).filter_by(action="card_checked").one()
    assert entry.detail == {"different": 2, "corrected": 1}


def test_a_no_that_was_a_yes(clerk: BrowserLike, persons: list[Person]) -> None:
    type_card(clerk, persons[0], answer="no")
    url = f"{QUEUE}/{persons[0].uid}"
    typed = again(persons[0])
    assert "1 Angabe ist verschieden" in clerk.submit(url, typed).text
    clerk.submit(f"{url}/entscheiden", {**typed, "wahl-answer": "second"})
    assert told(persons[0]).answer == "yes"
    assert features(persons[0]) == {"education": "upper", "migration_history": "no"}
    assert set(consents.current(invitee(persons[0]))) == {"education", "migration_history"}


def test_two_clerks_at_the_same_card(
    clerk: BrowserLike, persons: list[Person], factory: Factory, assembly: Assembly
) -> None:
    """Whoever comes second sees what happened, and what they typed is still there."""
    type_card(clerk, persons[0])
    other = factory.assign(factory.user(), Role.ADMINISTRATION, assembly.municipality)
    second = clerk.application.test_client()
    assert isinstance(second, BrowserLike)
    second.sign_in(other)
    url = f"{QUEUE}/{persons[0].uid}"
    old = again(persons[0], education="none")
    type_card(clerk, persons[0], education="lower")
    late = second.submit(url, old)
    assert late.status_code == 409
    assert "hat jemand die erste Eingabe geändert" in late.text
    assert '<option selected value="none">' in late.text
    assert f'name="stand" type="hidden" value="{told(persons[0]).revision}"' in late.text
    assert clerk.submit(url, again(persons[0], education="lower")).status_code == 303
    done = second.submit(url, again(persons[0], education="lower"))
    assert done.status_code == 409
    assert "inzwischen geprüft" in done.text
    assert db.session.query(AuditEntry).filter_by(action="card_checked").count() == 1


def test_a_change_after_the_check_must_be_checked_again(
    clerk: BrowserLike, persons: list[Person], assembly: Assembly
) -> None:
    type_card(clerk, persons[0])
    clerk.submit(f"{QUEUE}/{persons[0].uid}", again(persons[0]))
    type_card(clerk, persons[0], education="lower")
    assert told(persons[0]).checked_at is None
    assert second_entry.progress(assembly).left == 1


def test_only_cards_wait_and_a_later_answer_does_not_hide_the_card(
    clerk: BrowserLike, persons: list[Person], assembly: Assembly
) -> None:
    type_card(clerk, persons[0])
    type_card(clerk, persons[1], source="phone")
    assert second_entry.progress(assembly).typed == 1
    with writing():
        replies.save(assembly, invitee(persons[0]), replies.Answer("yes", {}))
    assert second_entry.progress(assembly).typed == 0
    sources = [way.source for way in reply_history.ways(invitee(persons[0]))]
    assert sources == ["card", "online"]
    page = clerk.get(f"{BASE}/personen/{persons[0].uid}").text
    assert "Antwortkarte (" in page
    assert "online mit Code (" in page
    assert clerk.get(f"{QUEUE}/{persons[0].uid}").status_code == 409


def test_the_share_is_chosen_logged_and_checked(
    clerk: BrowserLike, persons: list[Person], assembly: Assembly
) -> None:
    for person in persons:
        type_card(clerk, person)
    for wrong in ("101", "-1", "alle", ""):
        page = clerk.submit(f"{QUEUE}/anteil", {"share": wrong})
        assert page.status_code == 422
        assert 'id="share-fehler"' in page.text
    assert clerk.submit(f"{QUEUE}/anteil", {"share": "0"}).status_code == 303
    db.session.refresh(assembly)
    assert (second_entry.progress(assembly).chosen, assembly.check_share) == (0, 0)
    assert "Keine Karte wird zweimal eingegeben" in clerk.get(QUEUE).text
    assert db.session.query(AuditEntry).filter_by(action="check_share").one().detail == {"share": 0}


@settings(deadline=None, max_examples=40)
@given(st.binary(min_size=32, max_size=32), st.integers(0, 100), st.integers(0, 100))
def test_a_larger_share_holds_the_smaller_one(key: bytes, one: int, other: int) -> None:
    small, large = sorted((one, other))
    uids = [f"{number:032x}" for number in range(50)]
    chosen = {
        share: {u for u in uids if second_entry.is_chosen(key, u, share)}
        for share in (small, large)
    }
    assert chosen[small] <= chosen[large]
    assert not any(second_entry.is_chosen(key, u, 0) for u in uids)
    assert all(second_entry.is_chosen(key, u, 100) for u in uids)


def test_the_share_is_about_the_share() -> None:
    uids = [f"{number:032x}" for number in range(4000)]
    count = sum(second_entry.is_chosen(b"k" * 32, uid, 20) for uid in uids)
    assert 680 < count < 920  # five standard deviations around 800
