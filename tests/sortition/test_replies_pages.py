"""The administration's side of the replies: cards, calls, search, numbers, deletion on time."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reply_people import Person, invite
from sqlalchemy import update

from buergerrat.accounts.models import User
from buergerrat.assemblies import retention, way
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, utcnow, writing
from buergerrat.sortition import codes
from buergerrat.sortition.arrival import arrived_share
from buergerrat.sortition.models import Invitee, LetterBatch, PanelDraw, Reply, ReplyFeature
from buergerrat.sortition.services import outlook, quotas, replies, reply_numbers, reply_search
from tests.support import BrowserLike

BASE = "/elbtal/buergerraete/ortsmitte-2035/antworten"
YES = {"answer": "yes", "source": "card", "stand": "0"}


@pytest.fixture
def persons(assembly: Assembly) -> list[Person]:
    return invite(assembly, 12)


def invitee(person: Person) -> Invitee:
    return db.session.query(Invitee).filter_by(uid=person.uid).one()


def answer(assembly: Assembly, person: Person, said: str = "yes", **values: Any) -> None:
    with writing():
        given = replies.Answer(said, values.pop("features", {}), phone=values.pop("phone", ""))
        replies.save(db.session.merge(assembly), invitee(person), given, **values)


def logged(action: str) -> list[AuditEntry]:
    return db.session.query(AuditEntry).filter_by(action=action).order_by(AuditEntry.id).all()


def freeze(assembly: Assembly) -> None:
    with writing():
        db.session.add(
            PanelDraw(
                assembly_id=assembly.id,
                number=1,
                state="frozen",
                frozen_at=utcnow(),
                frozen_hash="0" * 64,
            )
        )


def test_a_card_is_typed_in_by_its_code(clerk: BrowserLike, persons: list[Person]) -> None:
    found = clerk.submit(f"{BASE}/karte", {"text": codes.show(persons[3].code).lower()})
    assert found.location == f"{BASE}/karte/{persons[3].uid}?quelle=card"
    page = clerk.get(found.location).text
    assert persons[3].name in page
    form = {
        **YES,
        "education": "upper",
        "education_consent": "y",
        "migration_history": "yes",  # without consent
        "phone": "01234 99",
        "needs": ["childcare"],
        "text": "zwei Kinder",
    }
    saved = clerk.submit(f"{BASE}/karte/{persons[3].uid}", form)
    assert saved.location == f"{BASE}/karte?quelle=card"
    nextcard = clerk.get(saved.location).text
    assert "autofocus" in nextcard
    assert "Ohne Zustimmung nicht gespeichert: Einwanderungsgeschichte" in nextcard
    reply = invitee(persons[3]).reply
    assert reply is not None
    assert (reply.source, reply.answer, reply.phone) == ("card", "yes", "01234 99")
    assert replies.support_of(reply) == (["childcare"], "zwei Kinder")
    assert [(f.feature, f.value) for f in reply.features] == [("education", "upper")]
    assert reply.submitted_at is not None
    assert reply.entered_by is not None
    assert [e.object_id for e in logged("look")] == [persons[3].uid]


def test_a_call_keeps_its_source_for_the_next_one(
    clerk: BrowserLike, persons: list[Person]
) -> None:
    form = {**YES, "source": "phone", "answer": "no"}
    saved = clerk.submit(f"{BASE}/karte/{persons[0].uid}", form)
    assert saved.location.endswith("?quelle=phone")
    found = clerk.submit(saved.location, {"text": persons[1].code})
    page = clerk.get(found.location).text
    assert 'value="phone" checked' in page


def test_cards_are_typed_in_after_the_deadline_until_the_lostopf_is_fixed(
    clerk: BrowserLike, persons: list[Person], assembly: Assembly
) -> None:
    with writing():
        db.session.execute(
            update(Assembly).values(reply_deadline=utcnow().date() - dt.timedelta(days=3))
        )
    assert clerk.submit(f"{BASE}/karte/{persons[0].uid}", YES).status_code == 303
    freeze(assembly)
    refused = clerk.submit(f"{BASE}/karte/{persons[1].uid}", YES)
    assert refused.status_code == 409
    assert "Der Lostopf ist festgeschrieben." in refused.text
    assert db.session.query(Reply).count() == 1


def test_two_clerks_on_the_same_card_lose_nothing(
    clerk: BrowserLike, persons: list[Person], app: Any, people: dict[str, User]
) -> None:
    other = app.test_client().sign_in(people["administration"])
    url = f"{BASE}/karte/{persons[0].uid}"
    for browser in (clerk, other):
        assert 'name="stand" type="hidden" value="0"' in browser.get(url).text
    assert clerk.submit(url, {**YES, "phone": "01234 111"}).status_code == 303
    late = other.submit(url, {**YES, "phone": "01234 222"})
    assert late.status_code == 409
    assert "01234 111" in late.text
    assert 'value="01234 222"' in late.text
    assert 'name="stand" type="hidden" value="1"' in late.text
    reply = invitee(persons[0]).reply
    assert reply is not None
    assert reply.phone == "01234 111"
    assert other.submit(url, {**YES, "stand": "1", "phone": "01234 222"}).status_code == 303
    db.session.expire_all()
    assert reply.phone == "01234 222"


def test_a_card_sent_twice_counts_once(clerk: BrowserLike, persons: list[Person]) -> None:
    url = f"{BASE}/karte/{persons[0].uid}"
    for _ in range(2):
        assert clerk.submit(url, {**YES, "form_token": "same"}).status_code == 303
    assert len(logged("reply")) == 1


def test_a_card_with_a_mistake_comes_back(clerk: BrowserLike, persons: list[Person]) -> None:
    url = f"{BASE}/karte/{persons[0].uid}"
    response = clerk.submit(url, {"source": "card", "stand": "0", "email": "ohne Klammeraffe"})
    assert response.status_code == 422
    assert "ohne Klammeraffe" in response.text
    assert db.session.query(Reply).count() == 0


@pytest.mark.parametrize("typed", ["müßler", "MUSSLER, vorname2", "lindenweg 3", "Vorname2 linden"])
def test_people_are_found_by_name_and_street(
    clerk: BrowserLike, persons: list[Person], typed: str
) -> None:
    response = clerk.submit(f"{BASE}/suche", {"text": typed})
    assert "Müßler, Vorname2" in response.text
    assert "Winter" not in response.text.split("<main")[1]
    entry = logged("look")[-1]
    assert entry.object_id == "search"
    assert "ler" not in json.dumps(entry.detail)


def test_a_search_never_stands_in_an_address(clerk: BrowserLike, persons: list[Person]) -> None:
    assert clerk.get(f"{BASE}/suche").status_code == 405
    assert 'method="post"' in clerk.get(BASE).text


def test_one_hit_leads_straight_to_the_card(clerk: BrowserLike, persons: list[Person]) -> None:
    assert clerk.submit(f"{BASE}/karte", {"text": "Vorname11"}).status_code == 303
    several = clerk.submit(f"{BASE}/karte", {"text": "Vorname1"})
    assert "3 Personen gefunden" in several.text
    none = clerk.submit(f"{BASE}/karte", {"text": "Niemand"})
    assert "Weder ein Code noch ein Name passt" in none.text


def test_the_list_is_paged_filtered_and_in_the_log(
    clerk: BrowserLike, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    persons = invite(assembly, 12)
    answer(assembly, persons[0], "no", source="card")
    monkeypatch.setattr("buergerrat.sortition.views.replies.PER_PAGE", 5)
    first, last = clerk.get(f"{BASE}/personen").text, clerk.get(f"{BASE}/personen?seite=99").text
    assert (first.count("Vorname"), last.count("Vorname")) == (5, 2)
    assert "12 Personen" in first
    assert clerk.get(f"{BASE}/personen?stand=no").text.count("Vorname") == 1
    assert clerk.get(f"{BASE}/personen?stand=erfunden").status_code == 404
    assert [entry.detail["count"] for entry in logged("look")] == [5, 2, 1]


def test_over_the_limit_only_codes_are_looked_up(
    clerk: BrowserLike, persons: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply_search, "SEARCH_LIMIT", 5)
    assert clerk.submit(f"{BASE}/karte", {"text": persons[2].code}).status_code == 303
    refused = clerk.submit(f"{BASE}/karte", {"text": "Winter"})
    assert refused.status_code == 409
    assert "nicht nach Namen suchen" in refused.text


def test_a_letter_that_came_back(clerk: BrowserLike, persons: list[Person]) -> None:
    url = f"{BASE}/personen/{persons[0].uid}/zustellung"
    assert clerk.submit(url, {"unzustellbar": "ja"}).status_code == 303
    assert clerk.submit(url, {"unzustellbar": "ja"}).status_code == 409
    assert "Doch zugestellt" in clerk.get(f"{BASE}/personen/{persons[0].uid}").text
    assert clerk.submit(url, {"unzustellbar": "nein"}).status_code == 303
    clerk.submit(f"{BASE}/karte/{persons[0].uid}", YES)
    refused = clerk.submit(url, {"unzustellbar": "ja"})
    assert "Der Brief kam also an." in refused.text
    assert [len(logged(a)) for a in ("undeliverable", "delivered")] == [1, 1]


def test_every_look_at_a_person_is_in_the_log(
    clerk: BrowserLike, persons: list[Person], assembly: Assembly
) -> None:
    answer(assembly, persons[4], features={"education": "lower"}, phone="01234 7", source="phone")
    page = clerk.get(f"{BASE}/personen/{persons[4].uid}")
    assert page.headers["Cache-Control"] == "no-store"
    for words in (persons[4].name, "Hauptschule, Volksschule", "01234 7", "Telefon"):
        assert words in page.text
    entry = logged("look")[-1]
    assert (entry.object_id, entry.actor_id is not None) == (persons[4].uid, True)


def test_an_erased_person_is_gone_from_every_page(clerk: BrowserLike, assembly: Assembly) -> None:
    erased = invite(assembly, 1, state="erased")[0]
    for path in (f"personen/{erased.uid}", f"karte/{erased.uid}"):
        assert clerk.get(f"{BASE}/{path}").status_code == 404
    assert "Vorname" not in clerk.get(f"{BASE}/personen").text
    assert clerk.submit(f"{BASE}/karte", {"text": erased.code}).status_code == 200


def test_observers_see_numbers_and_no_names(
    client: BrowserLike, people: dict[str, User], persons: list[Person]
) -> None:
    client.sign_in(people["observer"])
    page = client.get(BASE)
    assert page.status_code == 200
    assert "Jemanden suchen" not in page.text
    for path in ("/personen", f"/personen/{persons[0].uid}", "/karte", f"/karte/{persons[0].uid}"):
        assert client.get(BASE + path).status_code == 403


def test_another_town_finds_nobody(
    client: BrowserLike, people: dict[str, User], persons: list[Person], factory: Any
) -> None:
    other = factory.assembly(people["stranger"].assignments[0].municipality, "anderswo")
    invite(other, 1)
    client.sign_in(people["stranger"])
    theirs = "/nachbarstadt/buergerraete/anderswo/antworten"
    assert client.get(f"{theirs}/personen/{persons[0].uid}").status_code == 404
    assert client.submit(f"{theirs}/karte/{persons[0].uid}", YES).status_code == 404
    assert client.submit(f"{theirs}/karte", {"text": persons[0].code}).status_code == 200


def test_the_numbers_add_up(clerk: BrowserLike, persons: list[Person], assembly: Assembly) -> None:
    for number, person in enumerate(persons[:6]):
        said = "no" if number == 5 else "yes"
        answer(assembly, person, said, source=("online", "card", "phone")[number % 3])
    with writing():
        replies.save(
            assembly, invitee(persons[6]), replies.Answer("yes", {}), submit=False
        )  # only started
        replies.mark_undeliverable(invitee(persons[7]))
    course = reply_numbers.course(assembly)
    assert (course.response.letters, course.response.undeliverable) == (12, 1)
    assert (course.response.yes, course.response.no, course.pool) == (5, 1, 5)
    assert course.pool == len(quotas.pool(assembly))
    assert course.response.sources == {"online": 2, "card": 2, "phone": 2}
    assert course.response.answers == 6
    assert course.counts[-1][1] == course.pool  # the plan is one of yeses, so these are compared
    for _feature, cells in outlook.of(assembly).features:
        assert sum(cell.pool for cell in cells) == 5
    page = clerk.get(BASE).text
    assert "6 von 12 Angeschriebenen haben geantwortet, das sind 50,0" in page


def test_the_reminder_divides_the_replies(persons: list[Person], assembly: Assembly) -> None:
    now = utcnow()
    for days, person in ((9, persons[0]), (8, persons[1]), (2, persons[2])):
        answer(assembly, person, at=now - dt.timedelta(days=days), source="card")
    reminded = (now - dt.timedelta(days=5)).date()
    with writing():
        for number, (kind, day) in enumerate(
            (("invitation", reminded - dt.timedelta(days=9)), ("reminder", reminded))
        ):
            db.session.add(
                LetterBatch(
                    assembly_id=assembly.id, number=number, draw_id=1, kind=kind, posted_on=day
                )
            )
    course = reply_numbers.course(assembly)
    assert course.reminder == reminded
    assert course.start == reminded - dt.timedelta(days=9)
    assert course.response.yes - course.arrived(reminded) == 1


def test_pages_stand_before_anybody_is_invited(clerk: BrowserLike, assembly: Assembly) -> None:
    assert clerk.get(BASE).status_code == 200
    assert clerk.get(f"{BASE}/personen").status_code == 200
    assert "So kamen die Antworten" not in clerk.get(BASE.removesuffix("antworten")).text


def test_the_home_shows_how_the_replies_come(
    clerk: BrowserLike, persons: list[Person], assembly: Assembly
) -> None:
    answer(assembly, persons[0], source="phone")
    page = clerk.get(BASE.removesuffix("antworten")).text
    assert "So kamen die Antworten" in page
    assert "Zahlen als Tabelle" in page


def test_the_step_is_done_with_the_deadline(app: Any, assembly: Assembly) -> None:
    def standing() -> way.Standing:
        return way._standings["replies"](assembly)

    with app.test_request_context():
        assert not standing().done
        invite(assembly, 2)
        assert not standing().done
        assembly.reply_deadline = utcnow().date() - dt.timedelta(days=2)
        assert standing().done


def test_what_was_told_is_deleted_on_time(persons: list[Person], assembly: Assembly) -> None:
    for person in persons[:3]:
        answer(assembly, person, features={"education": "upper"}, phone="01234 5", source="card")
    ids = [invitee(person).id for person in persons[:2]]
    with writing():
        counts = retention.erase(assembly, ids, "Frist abgelaufen")
    assert counts["replies"] == 4  # two features, two replies
    gone, kept = invitee(persons[0]).reply, invitee(persons[2]).reply
    assert gone is not None
    assert kept is not None
    assert (gone.phone_sealed, gone.features) == (None, [])
    assert (kept.phone, len(kept.features)) == ("01234 5", 1)
    assert db.session.query(ReplyFeature).count() == 1


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 120), st.integers(-5, 130))
def test_the_planned_course_rises_from_nothing_to_all(days: int, day: int) -> None:
    share = arrived_share(day, days)
    assert 0 <= share <= 1
    assert arrived_share(day + 1, days) >= share
    assert arrived_share(0, days) == 0
    assert arrived_share(days, days) == 1
