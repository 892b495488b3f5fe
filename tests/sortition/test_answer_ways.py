"""The ways through the answer: people the register did not name, minors, after the deadline, again."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reply_people import Person, invite
from sqlalchemy import update

from buergerrat.accounts.models import WebSession
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow, writing
from buergerrat.sortition import answer_steps as way
from buergerrat.sortition.models import Invitee, Reply, ReplyFeature
from buergerrat.sortition.services import consents, replies
from tests.support import BrowserLike


@pytest.fixture
def person(assembly: Assembly) -> Person:
    return invite(assembly, 1)[0]


def row(person: Person) -> Invitee:
    db.session.rollback()
    return db.session.query(Invitee).filter_by(uid=person.uid).one()


def change(**values: object) -> None:
    with writing():
        db.session.execute(update(Invitee).values(**values))


def close() -> None:
    with writing():
        late = utcnow().date() - dt.timedelta(days=2)
        db.session.execute(update(Assembly).values(reply_deadline=late))


def enter(client: BrowserLike, person: Person) -> BrowserLike:
    assert client.submit("/antwort", {"code": person.code}).status_code == 303
    return client


@given(st.booleans(), st.booleans(), st.booleans())
def test_every_way_begins_and_ends_the_same_and_goes_back_the_way_it_came(
    forwarded: bool, minor: bool, wants_support: bool
) -> None:
    steps = way.steps(forwarded=forwarded, minor=minor, wants_support=wants_support)
    assert (steps[0], steps[-1]) == (way.JOIN, way.SUMMARY)
    assert len(set(steps)) == len(steps)
    assert [way.after(steps, step) for step in steps[:-1]] == list(steps[1:])
    assert [way.before(steps, step) for step in steps[1:]] == list(steps[:-1])
    assert (way.GUARDIAN in steps, way.SUPPORT in steps) == (minor, wants_support)
    if forwarded:  # before anything the register does not know
        assert steps.index("ortsteil") < steps.index("schulabschluss")


def test_a_plain_yes_is_five_short_steps(client: BrowserLike, person: Person) -> None:
    enter(client, person)
    seen = [client.submit("/antwort/mitmachen", {"answer": "yes"}).location]
    for _ in range(2):
        seen.append(client.submit(seen[-1], {"value": "not_said"}).location)
    seen.append(client.submit(seen[-1], {}).location)
    assert seen == [
        "/antwort/schulabschluss",
        "/antwort/einwanderung",
        "/antwort/erreichbar",
        "/antwort/zusammenfassung",
    ]
    assert "Schritt 5 von 5" in client.get(seen[-1]).text


def test_somebody_the_office_wrote_to_is_asked_what_the_register_knows(
    client: BrowserLike, person: Person
) -> None:
    forwarded = {"recruitment_path": "forwarded", "draw_id": None}
    change(sex=None, age_band=None, district=None, last_name_sealed=None, **forwarded)
    enter(client, person)
    first = client.submit("/antwort/mitmachen", {"answer": "yes"})
    assert first.location == "/antwort/geschlecht"
    page = client.get(first.location).text
    assert "Das Einwohnermeldeamt hat Ihnen den Brief selbst geschickt." in page
    hasty = client.submit("/antwort/zusammenfassung")
    assert hasty.location == "/antwort/geschlecht"
    assert "Ohne sie können wir nicht losen" in client.get(hasty.location).text
    assert client.submit("/antwort/geschlecht", {"value": "dwarf"}).status_code == 422
    assert client.submit("/antwort/geschlecht", {"value": "female"}).location == "/antwort/alter"
    ages = re.findall(r'name="value"[^>]*value="([^"]+)"', client.get("/antwort/alter").text)
    assert ages[:2] == ["16-29|minor", "16-29"]
    assert client.submit("/antwort/alter", {"value": "16-29|minor"}).location == "/antwort/ortsteil"
    after = client.submit("/antwort/ortsteil", {"value": "Niederau"})
    assert after.location == "/antwort/eltern"
    found = row(person)
    assert (found.sex, found.age_band, found.district, found.minor) == (
        "female",
        "16-29",
        "Niederau",
        True,
    )
    summary = client.get("/antwort/zusammenfassung").text
    for words in ("Frau", "16 bis 17 Jahre", "Niederau", "Einverständnis der Eltern"):
        assert words in summary
    client.submit("/antwort/alter?aendern=ja", {"value": "16-29"})
    assert row(person).minor is False
    assert client.submit("/antwort/zusammenfassung").location == "/antwort/danke"


def test_nobody_else_is_asked_what_the_register_knows(client: BrowserLike, person: Person) -> None:
    enter(client, person).submit("/antwort/mitmachen", {"answer": "yes"})
    before = row(person).sex
    for step, value in (("geschlecht", "diverse"), ("alter", "65+"), ("ortsteil", "Weinberg")):
        assert client.submit(f"/antwort/{step}", {"value": value}).location == "/antwort/mitmachen"
    assert row(person).sex == before
    assert client.get("/antwort/eltern").location == "/antwort/mitmachen"


def test_under_18_a_guardian_agrees_without_a_name(client: BrowserLike, person: Person) -> None:
    change(minor=True)
    enter(client, person)
    assert client.submit("/antwort/mitmachen", {"answer": "yes"}).location == "/antwort/eltern"
    assert client.submit("/antwort/eltern", {}).location == "/antwort/schulabschluss"
    assert "fehlt noch" in client.get("/antwort/zusammenfassung").text
    client.submit("/antwort/eltern?aendern=ja", {"agreed": "y"})
    assert "liegt vor" in client.get("/antwort/zusammenfassung").text
    assert set(consents.current(row(person))) == {"guardian"}
    client.submit("/antwort/eltern?aendern=ja", {})
    assert consents.current(row(person)) == {}


def test_a_consent_is_taken_back_also_after_the_deadline(
    client: BrowserLike, person: Person
) -> None:
    enter(client, person).submit("/antwort/mitmachen", {"answer": "yes"})
    client.submit("/antwort/einwanderung", {"value": "yes", "consent": "y"})
    client.submit("/antwort/erreichbar", {"phone": "0171 55501"})
    client.submit("/antwort/zusammenfassung")
    close()
    page = client.get("/antwort/zustimmungen").text
    assert page.count(">Zurücknehmen<") == 2
    assert "darf meine Antwort zur Einwanderungsgeschichte für die Losung nutzen" in page
    client.submit("/antwort/zustimmungen", {"kind": "migration_history"})
    assert "Ihre Zustimmung ist zurückgenommen." in client.get("/antwort/zustimmungen").text
    assert db.session.query(ReplyFeature).count() == 0
    reply = db.session.query(Reply).one()
    assert (reply.answer, reply.phone) == ("yes", "0171 55501")
    assert client.submit("/antwort/zustimmungen", {"kind": "shoe_size"}).status_code == 404


def test_the_clerk_takes_a_consent_back_at_a_call(clerk: BrowserLike, person: Person) -> None:
    with writing():
        consents.give(row(person), "photo", "card")
    url = f"/elbtal/buergerraete/ortsmitte-2035/antworten/personen/{person.uid}"
    assert "Fotos" in clerk.get(url).text
    assert clerk.submit(f"{url}/zustimmung", {"kind": "photo"}).location == url
    assert consents.current(row(person)) == {}
    assert clerk.submit(f"{url}/zustimmung", {"kind": "shoe_size"}).status_code == 404


def test_after_the_deadline_one_reads_and_changes_nothing(
    client: BrowserLike, person: Person
) -> None:
    enter(client, person).submit("/antwort/mitmachen", {"answer": "yes"})
    client.submit("/antwort/zusammenfassung")
    close()
    assert enter(client, person).get("/antwort/mitmachen").location == "/antwort/stand"
    page = client.get("/antwort/stand").text
    assert "lesen, aber nicht mehr ändern" in page
    assert ">Ändern<" not in page
    assert 'href="/antwort/platz"' in page
    before = db.session.query(Reply).one().revision
    for step in ("mitmachen", "schulabschluss", "erreichbar", "unterstuetzung", "zusammenfassung"):
        assert client.submit(f"/antwort/{step}", {"answer": "no"}).status_code == 410
    db.session.rollback()
    assert db.session.query(Reply).one().revision == before


def own_mark(client: BrowserLike, url: str) -> dict[str, str]:
    """What the form of a step says about whose it is."""
    found = re.search(r'name="wessen" value="([^"]+)"', client.get(url).text)
    assert found is not None
    return {"wessen": found[1]}


def test_what_somebody_typed_never_comes_back_to_somebody_else(
    client: BrowserLike, assembly: Assembly
) -> None:
    first, second = invite(assembly, 2)
    enter(client, first).submit("/antwort/mitmachen", {"answer": "yes"})
    mine = own_mark(client, "/antwort/erreichbar")
    client.submit("/antwort/ende")
    for fields in (mine, {}):
        ended = client.submit("/antwort/erreichbar", {"phone": "0171 987654", **fields})
        kept = re.search(r'name="aufgehoben" value="([^"]+)"', ended.text)
        assert kept is not None
        other = client.submit("/antwort", {"code": second.code, "aufgehoben": kept[1]})
        assert other.location == "/antwort/mitmachen"
        client.submit("/antwort/ende")


def test_what_was_typed_survives_the_end_of_the_session(
    client: BrowserLike, person: Person
) -> None:
    enter(client, person).submit("/antwort/mitmachen", {"answer": "yes"})
    mine = own_mark(client, "/antwort/erreichbar?aendern=ja")
    with writing():
        db.session.execute(update(WebSession).values(seen_at=utcnow() - dt.timedelta(minutes=61)))
    ended = client.submit("/antwort/erreichbar?aendern=ja", {"phone": "0171 987654", **mine})
    assert ended.status_code == 401
    assert "0171" not in ended.text
    kept = re.search(r'name="aufgehoben" value="([^"]+)"', ended.text)
    assert kept is not None
    wrong = client.submit("/antwort", {"code": "FGHJKMNPQR", "aufgehoben": kept[1]})
    assert kept[1] in wrong.text
    back = client.submit("/antwort", {"code": person.code, "aufgehoben": kept[1]})
    assert back.status_code == 200
    assert 'value="0171 987654"' in back.text
    assert 'action="/antwort/erreichbar?aendern=ja"' in back.text
    assert "Ihre Eingabe ist noch da" in back.text
    assert db.session.query(Reply).one().phone == ""  # shown, not yet saved
    done = client.submit("/antwort/erreichbar?aendern=ja", {"phone": "0171 987654"})
    assert done.location == "/antwort/zusammenfassung"
    db.session.rollback()
    assert db.session.query(Reply).one().phone == "0171 987654"


def test_a_kept_form_opens_no_other_page(client: BrowserLike, person: Person) -> None:
    for url in ("/antwort/ende", "/abmelden", "/antwort/gibt-es-nicht"):
        ended = client.submit(url, {"x": "y"})
        kept = re.search(r'name="aufgehoben" value="([^"]+)"', ended.text)
        data = {"code": person.code, "aufgehoben": kept[1] if kept else "x"}
        assert client.submit("/antwort", data).location == "/antwort/mitmachen"
        client.submit("/antwort/ende")


def test_a_card_of_somebody_without_a_name(clerk: BrowserLike, person: Person) -> None:
    change(first_name_sealed=None, last_name_sealed=None, street_sealed=None)
    change(recruitment_path="forwarded", sex=None, age_band=None, district=None)
    base = "/elbtal/buergerraete/ortsmitte-2035/antworten"
    url = clerk.submit(f"{base}/karte", {"text": person.code}).location.split("?")[0]
    page = clerk.get(url).text
    assert f"ohne Namen, Code {person.code[:5]}-" in page
    card = {"stand": "0", "source": "card", "answer": "yes", "sex": "male"}
    card |= {"age_band": "16-29|minor", "district": "Weinberg", "guardian": "y"}
    assert clerk.submit(url, card).status_code == 303
    found = row(person)
    assert (found.sex, found.age_band, found.district) == ("male", "16-29", "Weinberg")
    assert (found.minor, set(consents.current(found))) == (True, {"guardian"})
    assert found.reply is not None
    assert replies.answer_of(found.reply).answer == "yes"
    for path in ("/personen", f"/personen/{person.uid}", "/zweiteingabe"):
        assert "ohne Namen" in clerk.get(base + path).text
