"""What was typed is still there after the session has ended or the password was asked again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select

from buergerrat.accounts import resume
from buergerrat.accounts.models import User, WebSession
from buergerrat.db import db, utcnow, writing
from tests.accounts.conftest import PASSWORD
from tests.accounts.pages import hidden, title
from tests.conftest import BrowserLike

People = dict[str, User]
WithPassword = Callable[[User], User]
TYPED = "Rolf „der Rat“ <Neumann> & Söhne"


def end_session() -> None:
    with writing():
        for row in db.session.scalars(select(WebSession)):
            db.session.delete(row)


def test_an_ended_session_does_not_lose_the_form(
    client: BrowserLike, people: People, with_password: WithPassword
) -> None:
    user = with_password(people["council"])
    client.sign_in(user)
    end_session()
    door = client.submit("/konto", {"name": TYPED, "locale": "de"})
    assert door.status_code == 401
    assert title(door) == "Anmelden"
    fields = hidden(door)
    assert TYPED not in door.get_data(as_text=True)
    page = client.submit("/anmelden", {**fields, "email": user.email, "password": PASSWORD})
    assert title(page) == "Ihre Eingabe ist noch da"
    again = hidden(page, "/konto")
    assert again["name"] == TYPED
    assert client.submit("/konto", again).status_code == 303
    db.session.refresh(user)
    assert user.name == TYPED


def test_asking_for_the_password_in_the_middle_does_not_lose_the_form(
    client: BrowserLike,
    people: People,
    with_password: WithPassword,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = with_password(people["administration"])
    client.sign_in(user)
    later = utcnow() + dt.timedelta(minutes=11)
    invitation = {"name": TYPED, "email": "neu@elbtal.example", "role": "council", "assembly": ""}
    with monkeypatch.context() as patch:
        patch.setattr("buergerrat.web.utcnow", lambda: later)
        door = client.submit("/elbtal/konten/neu", invitation)
    assert title(door) == "Bitte bestätigen Sie, dass Sie es sind"
    page = client.submit("/anmelden/erneut", {**hidden(door), "password": PASSWORD})
    response = client.submit("/elbtal/konten/neu", hidden(page, "/elbtal/konten/neu"))
    assert response.status_code == 303
    made = db.session.scalars(select(User).where(User.email == "neu@elbtal.example")).one()
    assert made.name == TYPED


def test_a_wrong_password_in_between_keeps_it_too(
    client: BrowserLike, people: People, with_password: WithPassword
) -> None:
    user = with_password(people["council"])
    door = client.submit("/konto", {"name": TYPED, "locale": "de"})
    wrong = client.submit("/anmelden", {**hidden(door), "email": user.email, "password": "wrong"})
    assert hidden(wrong)["resume"] == hidden(door)["resume"]


def test_passwords_do_not_travel(client: BrowserLike, people: People) -> None:
    door = client.submit(
        "/konto/passwort", {"password": "geheim geheim", "password_again": "x", "note": "y"}
    )
    kept = resume.open_kept(hidden(door)["resume"], people["council"].id)
    assert kept is not None
    assert [key for key, _value in kept.fields] == ["note"]


def test_a_form_from_elsewhere_is_not_kept(client: BrowserLike, people: People) -> None:
    response = client.submit(
        "/konto", {"name": "Angriff"}, headers={"Origin": "https://evil.example"}
    )
    assert response.status_code == 400
    assert b'name="resume"' not in response.data


def test_a_changed_old_or_foreign_text_opens_nothing(
    client: BrowserLike, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.sign_in(people["administration"])
    later = utcnow() + dt.timedelta(minutes=11)
    with monkeypatch.context() as patch:
        patch.setattr("buergerrat.web.utcnow", lambda: later)
        sealed = hidden(client.submit("/elbtal/konten/neu", {"name": TYPED}))["resume"]
    owner, other = people["administration"].id, people["council"].id
    assert resume.open_kept(sealed, owner) is not None
    assert resume.open_kept(sealed, other) is None
    assert resume.open_kept("A" + sealed[1:], owner) is None
    assert resume.open_kept("kein base64 ä", owner) is None
    monkeypatch.setattr(resume, "utcnow", lambda: later + dt.timedelta(hours=12))
    assert resume.open_kept(sealed, owner) is None
