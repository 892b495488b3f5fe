"""Residents answer with their code: what opens, what is stored, what never is."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from reply_people import Person, invite
from sqlalchemy import update

from buergerrat.accounts.models import User, WebSession
from buergerrat.accounts.websession import COOKIE
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, set_clock, utcnow, writing
from buergerrat.sortition import codes
from buergerrat.sortition.models import Invitee, PanelDraw, Reply, ReplyFeature
from buergerrat.sortition.services import replies
from tests.support import BrowserLike

WRONG = "Dieser Code passt nicht."


@pytest.fixture
def person(assembly: Assembly) -> Person:
    return invite(assembly, 1)[0]


@pytest.fixture
def inside(client: BrowserLike, person: Person) -> BrowserLike:
    """A browser in which the code was entered."""
    assert client.submit("/antwort", {"code": person.code}).status_code == 303
    return client


def stored() -> Reply | None:
    return db.session.query(Reply).one_or_none()


def told() -> Reply:
    reply = stored()
    assert reply is not None
    return reply


def body(text: str) -> str:
    """A page without what is new on every page: form tokens and the code typed in."""
    return re.sub(r'value="[^"]*"', "", text)


def look_alike(code: str) -> str:
    return code.translate(str.maketrans({"Q": "O", "G": "6", "V": "u"}))


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code,
        str.lower,
        codes.show,
        lambda code: f"  {code[:3]} {code[3:7]}\t{code[7:]} ",
        lambda code: "–".join(code),
        look_alike,
        lambda code: look_alike(code).replace("O", "0").lower(),
    ],
)
def test_a_code_opens_however_it_is_typed(client: BrowserLike, person: Person, typed: Any) -> None:
    response = client.submit("/antwort", {"code": typed(person.code)})
    assert (response.status_code, response.location) == (303, "/antwort/mitmachen")
    assert "Möchten Sie beim Bürgerrat mitmachen?" in client.get(response.location).text


def test_nothing_is_set_in_the_browser_before_the_code_fits(
    client: BrowserLike, person: Person
) -> None:
    for response in (
        client.get("/antwort"),
        client.get("/antwort?hinweis=neu"),
        client.get("/antwort/mitmachen"),
        client.submit("/antwort", {"code": "FGHJKMNPQR"}),
        client.submit("/antwort", {"code": ""}),
        client.submit("/antwort/mitmachen", {"answer": "yes"}),
    ):
        assert "Set-Cookie" not in response.headers
    assert db.session.query(WebSession).count() == 0
    assert "Set-Cookie" in client.submit("/antwort", {"code": person.code}).headers


def test_wrong_unknown_erased_and_expired_codes_get_the_same_answer(
    client: BrowserLike, factory: Any, town: Any, person: Person, assembly: Assembly
) -> None:
    late = factory.assembly(town, "vorbei", reply_deadline=utcnow().date() - dt.timedelta(days=2))
    expired = invite(late, 1)[0]
    erased = invite(factory.assembly(town, "geloescht"), 1, state="erased")[0]
    pages = [
        client.submit("/antwort", {"code": code})
        for code in ("FGHJKMNPQR", "zu kurz", "x" * 300, expired.code, erased.code)
    ]
    assert {page.status_code for page in pages} == {422}
    assert len({body(page.text) for page in pages}) == 1
    assert WRONG in pages[0].text
    assert 'href="/elbtal/vorbei/lostopf"' in pages[0].text
    assert stored() is None


def test_entering_a_code_changes_the_session(client: BrowserLike, person: Person) -> None:
    client.submit("/antwort", {"code": person.code})
    first = client.get_cookie(COOKIE)
    client.submit("/antwort", {"code": person.code})
    second = client.get_cookie(COOKIE)
    assert first is not None
    assert second is not None
    assert first.value != second.value
    assert db.session.query(WebSession).count() == 1


def test_the_whole_answer_is_saved_step_by_step(inside: BrowserLike, person: Person) -> None:
    inside.submit("/antwort/mitmachen", {"answer": "yes_support"})
    assert (told().answer, told().submitted_at) == ("yes", None)
    next_page = inside.submit("/antwort/schulabschluss", {"value": "secondary", "consent": "y"})
    assert next_page.location == "/antwort/einwanderung"
    assert [(f.feature, f.value) for f in told().features] == [("education", "secondary")]
    inside.submit("/antwort/einwanderung", {"value": "not_said"})
    inside.submit(
        "/antwort/unterstuetzung",
        {"needs": ["childcare", "transport"], "text": "für ein Kind"},
    )
    inside.submit("/antwort/erreichbar", {"phone": "0171 3920012"})
    summary = inside.get("/antwort/zusammenfassung").text
    for words in ("Ja, aber ich brauche Unterstützung", "Realschule", "Kinderbetreuung", "3920012"):
        assert words in summary
    assert summary.count(">Ändern<") == 6
    assert told().submitted_at is None
    sent = inside.submit("/antwort/zusammenfassung")
    assert sent.location == "/antwort/danke"
    assert told().submitted_at is not None
    assert "Angekommen am" in inside.get("/antwort/danke").text
    entry = db.session.query(AuditEntry).filter_by(action="reply").one()
    assert (entry.object_id, entry.detail["source"]) == (person.uid, "online")


def test_a_no_ends_with_thanks_and_no_further_question(inside: BrowserLike) -> None:
    response = inside.submit("/antwort/mitmachen", {"answer": "no"})
    assert response.location == "/antwort/danke"
    assert "Sie machen dieses Mal nicht mit." in inside.get("/antwort/danke").text
    assert told().submitted_at is not None
    assert inside.get("/antwort/schulabschluss").location == "/antwort/mitmachen"


def test_an_answer_is_corrected_with_the_code_entered_again(
    inside: BrowserLike, person: Person
) -> None:
    inside.submit("/antwort/mitmachen", {"answer": "yes"})
    inside.submit("/antwort/schulabschluss", {"value": "upper", "consent": "y"})
    inside.submit("/antwort/zusammenfassung")
    inside.submit("/antwort/ende")
    assert inside.get("/antwort/zusammenfassung").location == "/antwort?hinweis=neu"
    again = inside.submit("/antwort", {"code": person.code})
    assert again.location == "/antwort/zusammenfassung"
    changed = inside.submit("/antwort/mitmachen?aendern=ja", {"answer": "yes_support"})
    assert changed.location == "/antwort/unterstuetzung?aendern=ja"
    assert [f.value for f in told().features] == ["upper"]
    needs = inside.submit("/antwort/unterstuetzung?aendern=ja", {"needs": ["transport"]})
    assert needs.location == "/antwort/zusammenfassung"
    inside.submit("/antwort/mitmachen", {"answer": "no"})
    assert (told().answer, told().features) == ("no", [])


def test_without_consent_nothing_is_stored_and_a_sentence_says_so(inside: BrowserLike) -> None:
    inside.submit("/antwort/mitmachen", {"answer": "yes"})
    page = inside.get("/antwort/schulabschluss").text
    assert re.search(r'<input[^>]*name="consent"[^>]*>', page)
    assert " checked" not in page
    response = inside.submit("/antwort/schulabschluss", {"value": "upper"})
    assert "nicht gespeichert, weil Ihre Zustimmung fehlt" in inside.get(response.location).text
    assert db.session.query(ReplyFeature).count() == 0


def test_a_withdrawn_consent_deletes_the_row(inside: BrowserLike) -> None:
    inside.submit("/antwort/mitmachen", {"answer": "yes"})
    inside.submit("/antwort/einwanderung", {"value": "yes", "consent": "y"})
    row = db.session.query(ReplyFeature).one()
    assert (row.consent_version, row.consent_at is not None) == ("2026-11", True)
    inside.submit("/antwort/einwanderung", {"value": "yes"})
    assert db.session.query(ReplyFeature).count() == 0
    actions = [e.action for e in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions[-2:] == ["consent_given", "consent_withdrawn"]


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/antwort/mitmachen", {}),
        ("/antwort/mitmachen", {"answer": "perhaps"}),
        ("/antwort/schulabschluss", {"consent": "y"}),
        ("/antwort/unterstuetzung", {"needs": "cake", "text": "Das bleibt stehen."}),
        ("/antwort/erreichbar", {"email": "kein Klammeraffe", "phone": "0171 55500"}),
        ("/antwort/erreichbar", {"phone": "anrufen", "email": "das@bleibt.example"}),
    ],
)
def test_a_form_with_a_mistake_comes_back_with_what_was_typed(
    inside: BrowserLike, path: str, form: dict[str, str]
) -> None:
    inside.submit("/antwort/mitmachen", {"answer": "yes"})
    before = told().revision
    response = inside.submit(path, form)
    assert response.status_code == 422
    assert 'id="fehler"' in response.text
    for name in ("text", "phone", "email"):
        assert form.get(name, "") in response.text
    assert told().revision == before


def test_every_form_sent_twice_counts_once(inside: BrowserLike) -> None:
    steps: list[tuple[str, dict[str, Any]]] = [
        ("/antwort/mitmachen", {"answer": "yes"}),
        ("/antwort/schulabschluss", {"value": "upper", "consent": "y"}),
        ("/antwort/einwanderung", {"value": "no", "consent": "y"}),
        ("/antwort/unterstuetzung", {"needs": ["care"]}),
        ("/antwort/erreichbar", {"phone": "01234 1"}),
        ("/antwort/zusammenfassung", {}),
    ]
    for number, (path, form) in enumerate(steps, start=1):
        once = inside.submit(path, {**form, "form_token": f"token-{number}"})
        revision, entries = told().revision, db.session.query(AuditEntry).count()
        twice = inside.submit(path, {**form, "form_token": f"token-{number}"})
        assert (twice.status_code, twice.location) == (303, once.location)
        assert told().revision == revision
        assert db.session.query(AuditEntry).count() == entries
    assert db.session.query(Reply).count() == 1
    inside.submit("/antwort/zusammenfassung")
    assert db.session.query(AuditEntry).filter_by(action="reply").count() == 1


def test_the_deadline_in_the_middle_says_what_is_stored(
    inside: BrowserLike, person: Person, assembly: Assembly
) -> None:
    """An hour that lies before the end of the deadline's day in Berlin, then the day after."""
    inside.submit("/antwort/mitmachen", {"answer": "yes"})
    with writing():
        db.session.execute(
            update(Assembly).values(reply_deadline=utcnow().date() - dt.timedelta(days=2))
        )
    response = inside.submit("/antwort/schulabschluss", {"value": "upper", "consent": "y"})
    assert response.status_code == 410
    assert "angefangen, aber nicht abgesendet" in response.text
    assert inside.submit("/antwort/zusammenfassung").status_code == 410
    assert (told().submitted_at, told().features) == (None, [])
    later = inside.submit("/antwort", {"code": person.code})
    assert later.location == "/antwort/stand"
    assert "nicht mehr ändern" in inside.get("/antwort/mitmachen", follow_redirects=True).text


def test_the_deadline_ends_with_its_day_in_berlin(inside: BrowserLike, assembly: Assembly) -> None:
    day = assembly.reply_deadline
    midnight = dt.datetime.combine(
        day + dt.timedelta(days=1), dt.time(), tzinfo=dt.timezone(dt.timedelta(hours=1))
    )
    assert replies.is_open(assembly, midnight - dt.timedelta(hours=2))
    assert not replies.is_open(assembly, midnight + dt.timedelta(hours=1))


def test_a_sent_answer_stands_after_the_deadline(inside: BrowserLike) -> None:
    inside.submit("/antwort/mitmachen", {"answer": "yes"})
    inside.submit("/antwort/zusammenfassung")
    with writing():
        db.session.execute(
            update(Assembly).values(reply_deadline=utcnow().date() - dt.timedelta(days=2))
        )
    response = inside.submit("/antwort/mitmachen", {"answer": "no"})
    assert "gilt: Sie sind im Lostopf." in response.text
    assert told().answer == "yes"


def test_a_fixed_lostopf_ends_the_answers_before_the_deadline(
    inside: BrowserLike, assembly: Assembly
) -> None:
    inside.submit("/antwort/mitmachen", {"answer": "yes"})
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
    assert inside.submit("/antwort/mitmachen", {"answer": "no"}).status_code == 410
    assert told().answer == "yes"


def test_after_an_idle_hour_the_code_is_asked_again(inside: BrowserLike) -> None:
    inside.submit("/antwort/mitmachen", {"answer": "yes"})
    with writing():
        db.session.execute(update(WebSession).values(seen_at=utcnow() - dt.timedelta(minutes=61)))
    response = inside.submit("/antwort/mitmachen", {"answer": "no"})
    assert response.status_code == 401
    assert "noch einmal ein" in response.text
    assert told().answer == "yes"


def test_the_letter_arrived_if_somebody_answers(inside: BrowserLike, person: Person) -> None:
    with writing():
        replies.mark_undeliverable(db.session.query(Invitee).one())
    inside.submit("/antwort/mitmachen", {"answer": "yes"})
    assert db.session.query(Invitee).one().state == "invited"


def test_what_was_told_is_not_readable_in_any_file(
    inside: BrowserLike, assembly: Assembly, tmp_path: Path
) -> None:
    markers = ("Lavendelweg-Marker", "0999 8887776", "marker@kennung.example")
    inside.submit("/antwort/mitmachen", {"answer": "yes"})
    inside.submit("/antwort/schulabschluss", {"value": "in_school", "consent": "y"})
    inside.submit("/antwort/unterstuetzung", {"text": markers[0]})
    inside.submit("/antwort/erreichbar", {"phone": markers[1], "email": markers[2]})
    inside.submit("/antwort/zusammenfassung")
    assert (told().support, told().phone) != ("", "")
    data = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"web_session" in data
    for marker in (*markers, "in_school"):
        assert marker.encode() not in data


def test_neither_name_nor_code_reach_an_address_the_log_or_the_records(
    client: BrowserLike, person: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    visited = [client.submit("/antwort", {"code": person.code}).location]
    for path, form in (
        ("/antwort/mitmachen", {"answer": "yes"}),
        ("/antwort/erreichbar", {"phone": "0171 55"}),
        ("/antwort/zusammenfassung", {}),
    ):
        visited.append(client.submit(path, form).location)
    entries = json.dumps([[e.object_id, e.detail] for e in db.session.query(AuditEntry)])
    lines = " ".join(
        [*visited, entries, *(f"{r.getMessage()} {r.__dict__}" for r in caplog.records)]
    )
    for secret in (person.code, codes.show(person.code), "Öztürk", "0171 55"):
        assert secret not in lines


def test_one_code_never_shows_another_persons_answer(
    inside: BrowserLike, assembly: Assembly
) -> None:
    inside.submit("/antwort/mitmachen", {"answer": "yes"})
    inside.submit("/antwort/erreichbar", {"phone": "0171 1111111"})
    other = invite(assembly, 1)[0]
    inside.submit("/antwort", {"code": other.code})
    assert inside.get("/antwort/erreichbar").location == "/antwort/mitmachen"
    assert db.session.query(Reply).count() == 1


def test_a_clerk_who_tries_a_code_stays_signed_in(
    client: BrowserLike, people: dict[str, User], person: Person, assembly: Assembly
) -> None:
    client.sign_in(people["administration"])
    client.submit("/antwort", {"code": person.code})
    assert client.get("/elbtal/buergerraete/ortsmitte-2035/antworten").status_code == 200
    client.submit("/antwort/ende")
    assert client.get("/elbtal/buergerraete/ortsmitte-2035/antworten").status_code == 200


def test_english_walks_along(client: BrowserLike, person: Person) -> None:
    response = client.submit("/antwort?sprache=en", {"code": person.code})
    assert response.location.endswith("sprache=en")
    page = client.get(response.location).text
    assert '<html lang="en"' in page
    assert "Leichte Sprache" in page.split("<main")[0]


def test_the_saved_time_is_shown(inside: BrowserLike) -> None:
    set_clock(dt.datetime(2026, 11, 22, 17, 42, tzinfo=dt.UTC))
    try:
        with writing():
            db.session.execute(update(Assembly).values(reply_deadline=dt.date(2026, 12, 1)))
            db.session.execute(
                update(WebSession).values(
                    seen_at=utcnow(), expires_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
                )
            )
        inside.submit("/antwort/mitmachen", {"answer": "yes"})
        assert "Gespeichert um 18.42 Uhr" in inside.get("/antwort/schulabschluss").text
    finally:
        set_clock(None)
