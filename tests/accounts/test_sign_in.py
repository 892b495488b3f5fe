"""Signing in, the second factor, asking again, and sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select

from buergerrat.accounts import entering
from buergerrat.accounts.models import User, WebSession
from buergerrat.accounts.services import second_factor, users
from buergerrat.accounts.websession import COOKIE, hash_of
from buergerrat.audit import AuditEntry
from buergerrat.db import db, utcnow, writing
from tests.accounts.conftest import PASSWORD
from tests.accounts.pages import hidden, title
from tests.conftest import BrowserLike

People = dict[str, User]
WithPassword = Callable[[User], User]


def sign_in(client: BrowserLike, user: User, **more: str):
    return client.submit("/anmelden", {"email": user.email, "password": PASSWORD, **more})


def sessions() -> int:
    return db.session.scalar(select(func.count(WebSession.id))) or 0


def set_up_second_factor(user: User, step_back: int = 3) -> str:
    """Confirmed with a code that is some steps old, so that the current one is fresh."""
    secret = second_factor.new_secret()
    with writing():
        row = db.session.get_one(User, user.id)
        second_factor.confirm(row, secret, pyotp.TOTP(secret).now())
        row.totp_last_step -= step_back
    db.session.refresh(user)
    return secret


def test_council_members_sign_in_with_a_password(
    client: BrowserLike, people: People, with_password: WithPassword
) -> None:
    user = with_password(people["council"])
    response = sign_in(client, user)
    assert response.status_code == 303
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    row = db.session.scalars(select(WebSession)).one()
    assert row.token_hash == hash_of(cookie.value) != cookie.value
    assert row.user_id == user.id
    assert client.get("/konto").status_code == 200
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "sign_in")).one()
    assert (entry.actor_id, entry.detail) == (user.id, {"second_factor": False})


@pytest.mark.parametrize("email", ["nobody@example.org", "", "x" * 300, "person1@example.org"])
def test_wrong_credentials_give_no_session_and_no_cookie(
    client: BrowserLike, people: People, email: str
) -> None:
    response = client.submit("/anmelden", {"email": email, "password": "wrong"})
    assert response.status_code == 422
    assert "Set-Cookie" not in response.headers
    assert sessions() == 0


def test_unknown_and_known_names_read_the_same(
    client: BrowserLike, people: People, with_password: WithPassword
) -> None:
    known = with_password(people["council"]).email
    pages = [
        client.submit("/anmelden", {"email": email, "password": "wrong"}).get_data(as_text=True)
        for email in (known, "unknown@example.org")
    ]
    assert pages[0].replace(known, "unknown@example.org") == pages[1]


def test_a_disabled_account_cannot_sign_in_and_its_sessions_end(
    client: BrowserLike, people: People, with_password: WithPassword
) -> None:
    user = with_password(people["council"])
    sign_in(client, user)
    with writing():
        db.session.get_one(User, user.id).disabled_at = utcnow()
    assert client.get("/konto").status_code == 303
    assert sign_in(client, user).status_code in (400, 422)


def test_guessing_is_stopped_for_the_account_and_says_so(
    client: BrowserLike, people: People, with_password: WithPassword
) -> None:
    user = with_password(people["council"])
    statuses = [
        client.submit("/anmelden", {"email": user.email.upper(), "password": "wrong"}).status_code
        for _ in range(11)
    ]
    assert statuses == [422] * 10 + [429]
    assert sign_in(client, user).status_code == 429


def test_staff_sets_up_a_second_factor_before_anything_else(
    client: BrowserLike, people: People, with_password: WithPassword
) -> None:
    user = with_password(people["administration"])
    response = sign_in(client, user)
    assert response.location == "/konto/zweiter-faktor"
    assert client.get("/elbtal/konten").location == "/konto/zweiter-faktor"
    page = client.get("/konto/zweiter-faktor")
    assert "<svg" in page.get_data(as_text=True)
    fields = hidden(page, "/konto/zweiter-faktor")
    secret = _secret_of(user, fields["sealed"])
    assert client.submit("/konto/zweiter-faktor", {**fields, "code": "000000"}).status_code == 422
    done = client.submit("/konto/zweiter-faktor", {**fields, "code": pyotp.TOTP(secret).now()})
    assert done.status_code == 200
    assert done.get_data(as_text=True).count("<code>") == 10
    assert client.get("/elbtal/konten").status_code == 200
    db.session.refresh(user)
    assert secret.encode() not in (user.totp_secret_sealed or b"")


def _secret_of(user: User, sealed: str) -> str:
    return second_factor.open_from_form(user, sealed)


def test_the_second_factor_is_asked_and_no_code_works_twice(
    client: BrowserLike,
    browser: Callable[[], BrowserLike],
    people: People,
    with_password: WithPassword,
) -> None:
    user = with_password(people["administration"])
    secret = set_up_second_factor(user)
    asked = sign_in(client, user)
    assert title(asked) == "Code eingeben"
    assert client.get("/konto").status_code == 303
    code = pyotp.TOTP(secret).now()
    wrong = client.submit("/anmelden/code", {"code": "12"})
    assert wrong.status_code == 422
    assert client.submit("/anmelden/code", {"code": code}).status_code == 303
    assert client.get("/konto").status_code == 200
    other = browser()
    sign_in(other, user)
    assert other.submit("/anmelden/code", {"code": code}).status_code == 422


def test_a_recovery_code_works_once(
    client: BrowserLike,
    browser: Callable[[], BrowserLike],
    people: People,
    with_password: WithPassword,
) -> None:
    user = with_password(people["observer"])
    set_up_second_factor(user)
    with writing():
        codes = second_factor.make_recovery_codes(db.session.get_one(User, user.id))
    assert len(set(codes)) == 10
    sign_in(client, user)
    assert client.submit("/anmelden/code", {"code": codes[3].upper()}).status_code == 303
    other = browser()
    sign_in(other, user)
    assert other.submit("/anmelden/code", {"code": codes[3]}).status_code == 422
    assert second_factor.codes_left(user) == 9


def test_codes_cannot_be_guessed_without_end(
    client: BrowserLike, people: People, with_password: WithPassword
) -> None:
    user = with_password(people["facilitator"])
    set_up_second_factor(user)
    sign_in(client, user)
    statuses = [client.submit("/anmelden/code", {"code": f"{n:06}"}).status_code for n in range(7)]
    assert statuses == [422] * 6 + [429]


def test_the_password_alone_is_not_enough_after_ten_minutes(
    client: BrowserLike,
    people: People,
    with_password: WithPassword,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = with_password(people["administration"])
    set_up_second_factor(user)
    sign_in(client, user)
    later = utcnow() + dt.timedelta(minutes=11)
    monkeypatch.setattr(entering, "utcnow", lambda: later)
    assert title(client.submit("/anmelden/code", {"code": "123456"})) == "Anmelden"


def test_the_demo_needs_no_second_factor_and_says_so(
    app: Flask, client: BrowserLike, people: People, with_password: WithPassword
) -> None:
    from dataclasses import replace

    app.extensions["settings"] = replace(app.extensions["settings"], demo=True)
    assert "Vorführung mit erfundenen Daten" in client.get("/anmelden").get_data(as_text=True)
    user = with_password(people["administration"])
    assert sign_in(client, user).location != "/konto/zweiter-faktor"
    assert client.get("/elbtal/konten").status_code == 200


def test_the_token_changes_at_sign_in_and_when_asked_again(
    client: BrowserLike, people: People, with_password: WithPassword
) -> None:
    user = with_password(people["council"])
    client.sign_in(user)
    before = client.get_cookie(COOKIE)
    response = client.submit("/anmelden/erneut", {"password": PASSWORD, "weiter": "/konto"})
    assert response.location == "/konto"
    after = client.get_cookie(COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert sessions() == 1


def test_asking_again_accepts_only_the_password(
    client: BrowserLike, people: People, with_password: WithPassword
) -> None:
    user = with_password(people["council"])
    client.sign_in(user)
    assert client.submit("/anmelden/erneut", {"password": "wrong"}).status_code == 422
    page = client.get("/anmelden?erneut=1&weiter=/konto")
    assert title(page) == "Bitte bestätigen Sie, dass Sie es sind"


def test_what_needs_the_password_again_asks_after_ten_minutes(
    client: BrowserLike, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in(people["administration"])
    assert client.get("/elbtal/konten/neu").status_code == 200
    later = utcnow() + dt.timedelta(minutes=11)
    monkeypatch.setattr("buergerrat.web.utcnow", lambda: later)
    response = client.get("/elbtal/konten/neu")
    assert response.location == "/anmelden?weiter=/elbtal/konten/neu&erneut=1"
    assert client.get("/elbtal/konten").status_code == 200


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/konto", "/konto"),
        ("/a?b=c#d", "/a?b=c#d"),
        ("//evil.example/x", ""),
        ("https://evil.example/", ""),
        ("/\\evil.example", ""),
        ("javascript:alert(1)", ""),
        ("/a\r\nSet-Cookie: x", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_after_sign_in_nobody_is_sent_to_another_host(target: str | None, safe: str) -> None:
    assert entering.safe_target(target) == safe


def test_signing_out_ends_the_session_on_the_server(
    client: BrowserLike, people: People, with_password: WithPassword
) -> None:
    sign_in(client, with_password(people["council"]))
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    client.submit("/abmelden")
    assert sessions() == 0
    client.set_cookie(COOKIE, cookie.value)
    assert client.get("/konto").status_code == 303


def test_sessions_end_when_idle_and_at_the_latest_after_the_limit(
    client: BrowserLike, people: People
) -> None:
    client.sign_in(people["council"])
    assert client.get("/konto").status_code == 200
    with writing():
        row = db.session.scalars(select(WebSession)).one()
        row.seen_at = utcnow() - dt.timedelta(minutes=61)
    assert client.get("/konto").status_code == 303
    with writing():
        row = db.session.scalars(select(WebSession)).one()
        row.seen_at, row.expires_at = utcnow(), utcnow() - dt.timedelta(seconds=1)
    assert client.get("/konto").status_code == 303


def test_one_sees_and_ends_ones_own_sessions_only(
    client: BrowserLike, browser: Callable[[], BrowserLike], people: People
) -> None:
    client.sign_in(people["council"])
    second = browser().sign_in(people["council"])
    stranger = browser().sign_in(people["observer"])
    rows = {r.token_hash: r.id for r in db.session.scalars(select(WebSession))}
    theirs = rows[hash_of(stranger.token or "")]
    assert client.submit(f"/konto/sitzungen/{theirs}/beenden").status_code == 404
    mine = rows[hash_of(second.token or "")]
    assert client.submit(f"/konto/sitzungen/{mine}/beenden").status_code == 303
    assert second.get("/konto").status_code == 303
    assert client.get("/konto").status_code == 200
    assert stranger.get("/konto").status_code == 200


def test_a_new_password_signs_other_devices_out(
    client: BrowserLike,
    browser: Callable[[], BrowserLike],
    people: People,
    with_password: WithPassword,
) -> None:
    user = with_password(people["council"])
    client.sign_in(user)
    second = browser().sign_in(user)
    new = "fünf andere Worte dafür"
    refused = client.submit("/konto/passwort", {"password": "kurz", "password_again": "kurz"})
    assert refused.status_code == 422
    assert (
        client.submit("/konto/passwort", {"password": new, "password_again": new}).status_code
        == 303
    )
    assert client.get("/konto").status_code == 200
    assert second.get("/konto").status_code == 303
    other = browser()
    assert sign_in(other, user).status_code == 422
    assert other.submit("/anmelden", {"email": user.email, "password": new}).status_code == 303


def test_a_change_of_role_ends_the_sessions_of_that_person(
    client: BrowserLike, people: People
) -> None:
    user = people["council"]
    client.sign_in(user)
    with writing():
        row = db.session.get_one(User, user.id)
        users.withdraw(row.assignments[0])
    assert client.get("/konto").status_code == 303
