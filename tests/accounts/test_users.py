"""Inviting people, giving and withdrawing roles, and who may not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import lxml.html
import pyotp
import pytest
from flask import Flask
from sqlalchemy import func, select

from buergerrat.accounts.models import Municipality, Role, User, UserInvitation, WebSession
from buergerrat.accounts.services import second_factor, users
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, utcnow, writing
from tests.accounts.conftest import PASSWORD
from tests.conftest import BrowserLike, Factory

People = dict[str, User]
NEW = {"name": "Nina Neumann", "email": "Nina@Elbtal.example ", "role": "council", "assembly": ""}


def by_email(email: str) -> User:
    return db.session.scalars(select(User).where(User.email == email)).one()


def link_on(client: BrowserLike, url: str) -> str:
    page = lxml.html.fromstring(client.get(url).get_data(as_text=True))
    address: str = page.get_element_by_id("link").get("value")
    return address.removeprefix("http://localhost")


def test_an_invited_person_sets_a_password_once(
    clerk: BrowserLike, browser: Callable[[], BrowserLike]
) -> None:
    response = clerk.submit("/elbtal/konten/neu", NEW)
    user = by_email("nina@elbtal.example")
    assert response.location == f"/elbtal/konten/{user.id}/link"
    link = link_on(clerk, response.location)
    row = db.session.scalars(select(UserInvitation)).one()
    assert row.token_hash not in link
    assert dt.timedelta(days=13) < row.expires_at - utcnow() <= dt.timedelta(days=14)
    guest = browser()
    assert guest.get(link).status_code == 200
    weak = {"password": "passwort1234", "password_again": "passwort1234"}
    assert guest.submit(link, weak).status_code == 422
    unequal = {"password": PASSWORD, "password_again": PASSWORD + "x"}
    assert guest.submit(link, unequal).status_code == 422
    good = {"password": PASSWORD, "password_again": PASSWORD}
    assert guest.submit(link, good).status_code == 303
    assert guest.get("/konto").status_code == 200
    assert browser().submit(link, good).status_code == 404
    assert browser().get(link).status_code == 404


def test_a_link_ends_after_fourteen_days_and_by_a_new_one(
    clerk: BrowserLike, browser: Callable[[], BrowserLike]
) -> None:
    response = clerk.submit("/elbtal/konten/neu", NEW)
    first = link_on(clerk, response.location)
    again = clerk.submit(response.location)
    second = link_on(clerk, again.location)
    assert first != second
    assert browser().get(first).status_code == 404
    with writing():
        db.session.scalars(select(UserInvitation)).one().expires_at = utcnow()
    assert browser().get(second).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "keine-adresse"), ("name", ""), ("role", "system"), ("role", "facilitator")],
)
def test_a_wrong_invitation_keeps_what_was_typed(
    clerk: BrowserLike, field: str, value: str
) -> None:
    response = clerk.submit("/elbtal/konten/neu", {**NEW, field: value})
    assert response.status_code == 422
    kept = "Nina@Elbtal.example" if field != "email" else "Nina Neumann"
    assert kept in response.get_data(as_text=True)
    assert db.session.scalar(select(func.count(UserInvitation.id))) == 0


def test_a_role_of_an_assembly_needs_one_of_this_town(
    clerk: BrowserLike, factory: Factory, people: People, assembly: Assembly
) -> None:
    other = db.session.scalars(
        select(Municipality).where(Municipality.slug == "nachbarstadt")
    ).one()
    foreign = factory.assembly(other)
    wrong = {**NEW, "role": "facilitator", "assembly": str(foreign.id)}
    assert clerk.submit("/elbtal/konten/neu", wrong).status_code == 422
    right = {**NEW, "role": "facilitator", "assembly": str(assembly.id)}
    assert clerk.submit("/elbtal/konten/neu", right).status_code == 303
    assert [a.assembly_id for a in by_email("nina@elbtal.example").assignments] == [assembly.id]


def test_withdrawing_a_role_ends_the_sessions(
    clerk: BrowserLike, browser: Callable[[], BrowserLike], people: People
) -> None:
    user = people["facilitator"]
    theirs = browser().sign_in(user)
    assert theirs.get("/konto").status_code == 200
    role = user.assignments[0]
    response = clerk.submit(f"/elbtal/konten/{user.id}/rolle/{role.id}/entziehen")
    assert response.status_code == 303
    assert theirs.get("/konto").status_code == 303
    db.session.refresh(user)
    assert user.assignments == []
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "role_withdrawn")
    ).one()
    assert entry.actor_id == people["administration"].id
    assert entry.detail == {"role": "facilitator"}


def test_nobody_withdraws_or_disables_oneself(clerk: BrowserLike, people: People) -> None:
    me = people["administration"]
    own = f"/elbtal/konten/{me.id}"
    role = me.assignments[0]
    assert clerk.submit(f"{own}/rolle/{role.id}/entziehen").status_code == 409
    assert clerk.submit(f"{own}/sperren").status_code == 409


def test_a_disabled_account_is_signed_out_and_can_be_opened_again(
    clerk: BrowserLike, browser: Callable[[], BrowserLike], people: People
) -> None:
    user = people["council"]
    theirs = browser().sign_in(user)
    clerk.submit(f"/elbtal/konten/{user.id}/sperren")
    assert theirs.get("/konto").status_code == 303
    assert db.session.scalar(select(func.count()).where(WebSession.user_id == user.id)) == 0
    clerk.submit(f"/elbtal/konten/{user.id}/entsperren")
    db.session.refresh(user)
    assert user.is_active


@pytest.fixture
def lost(app: Flask, people: People) -> People:
    """Everybody has a second factor and recovery codes, and has lost the device."""
    with writing():
        for user in db.session.scalars(select(User)):
            secret = second_factor.new_secret()
            assert second_factor.confirm(user, secret, pyotp.TOTP(secret).at(utcnow()))
    for user in people.values():
        db.session.refresh(user)
    return people


def test_a_lost_second_factor_is_reset_and_set_up_anew(
    clerk: BrowserLike, browser: Callable[[], BrowserLike], lost: People
) -> None:
    user = lost["council"]
    theirs = browser().sign_in(user)
    assert "Zweiten Faktor zurücksetzen" in clerk.get(f"/elbtal/konten/{user.id}").text
    assert clerk.submit(f"/elbtal/konten/{user.id}/zweiter-faktor").status_code == 303
    assert theirs.get("/konto").status_code == 303
    db.session.refresh(user)
    assert (user.totp_secret_sealed, user.totp_confirmed_at) == (None, None)
    assert second_factor.codes_left(user) == 0
    assert second_factor.codes_left(lost["observer"]) == second_factor.RECOVERY_CODES
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "second_factor_reset")
    ).one()
    assert (entry.actor_id, entry.object_id) == (lost["administration"].id, str(user.id))
    again = clerk.submit(f"/elbtal/konten/{user.id}/zweiter-faktor")
    assert again.status_code == 409
    assert "keinen zweiten Faktor" in again.text


def test_only_the_system_administrator_resets_the_administration_s_second_factor(
    clerk: BrowserLike, browser: Callable[[], BrowserLike], lost: People
) -> None:
    clerks = lost["administration"]
    assert "Zweiten Faktor zurücksetzen" not in clerk.get(f"/elbtal/konten/{clerks.id}").text
    assert clerk.submit(f"/elbtal/konten/{clerks.id}/zweiter-faktor").status_code == 409
    system = browser().sign_in(lost["system"])
    assert "Zweiten Faktor zurücksetzen" in system.get("/system/elbtal").text
    path = f"/system/elbtal/verwaltung/{clerks.id}/zweiter-faktor"
    assert system.submit(path).location == "/system/elbtal"
    db.session.refresh(clerks)
    assert clerks.totp_confirmed_at is None
    assert clerk.get("/konto").status_code == 303
    for user in (lost["council"], lost["stranger"]):
        other = f"/system/elbtal/verwaltung/{user.id}/zweiter-faktor"
        assert system.submit(other).status_code == 404


def test_the_second_factor_of_an_account_with_tasks_elsewhere_stays(
    clerk: BrowserLike, factory: Factory, lost: People
) -> None:
    user = factory.assign(lost["council"], Role.SYSTEM)
    assert clerk.submit(f"/elbtal/konten/{user.id}/zweiter-faktor").status_code == 409
    db.session.refresh(user)
    assert user.totp_confirmed_at is not None


def test_people_of_another_town_do_not_exist_here(clerk: BrowserLike, people: People) -> None:
    for user in (people["stranger"], people["nobody"], people["system"]):
        assert clerk.get(f"/elbtal/konten/{user.id}").status_code == 404
        assert clerk.submit(f"/elbtal/konten/{user.id}/link").status_code == 404
        assert clerk.submit(f"/elbtal/konten/{user.id}/sperren").status_code == 404


def test_an_account_with_tasks_elsewhere_gets_no_link_and_is_not_disabled(
    clerk: BrowserLike, people: People, town: Municipality
) -> None:
    user = people["stranger"]
    with writing():
        users.give(db.session.get_one(User, user.id), Role.COUNCIL, town)
    assert clerk.get(f"/elbtal/konten/{user.id}").status_code == 200
    assert clerk.submit(f"/elbtal/konten/{user.id}/link").status_code == 409
    assert clerk.submit(f"/elbtal/konten/{user.id}/sperren").status_code == 409


def test_an_account_that_waits_elsewhere_gets_no_role_here(
    clerk: BrowserLike, people: People
) -> None:
    """Whoever holds the other town's link could otherwise step into this town."""
    waiting = people["stranger"]
    assert waiting.password_hash is None
    response = clerk.submit("/elbtal/konten/neu", {**NEW, "email": waiting.email})
    assert response.status_code == 409
    db.session.refresh(waiting)
    assert len(waiting.assignments) == 1


def test_giving_the_same_role_twice_is_one_role(
    clerk: BrowserLike, people: People, town: Municipality
) -> None:
    user = people["council"]
    for _ in range(2):
        response = clerk.submit(f"/elbtal/konten/{user.id}/rolle", {"role": "council"})
        assert response.status_code == 303
    db.session.refresh(user)
    assert len(user.assignments) == 1


TOWN = {
    "slug": "hohenau",
    "name": "Stadt Hohenau",
    "short_name": "Hohenau",
    "ags": "",
    "office": "Hauptamt",
    "street": "Markt 2",
    "postcode": "01235",
    "place": "Hohenau",
    "phone": "01235 1-0",
    "email": "rathaus@hohenau.example",
    "privacy_officer": "",
    "mayor": "Max Muster",
    "mayor_title": "Bürgermeister",
    "council_name": "Stadtrat",
}


def test_a_system_administrator_founds_a_town_and_invites_its_clerk(
    client: BrowserLike, people: People
) -> None:
    client.sign_in(people["system"])
    assert client.submit("/system/staedte/neu", TOWN).location == "/system/hohenau"
    changed = {**TOWN, "phone": "01235 2-0"}
    assert client.submit("/system/hohenau/angaben", changed).status_code == 303
    invited = client.submit(
        "/system/hohenau/verwaltung", {"name": "Vera", "email": "vera@hohenau.example"}
    )
    user = by_email("vera@hohenau.example")
    assert [a.role for a in user.assignments] == [Role.ADMINISTRATION]
    assert "/einladung/" in link_on(client, invited.location)
    assert client.submit(f"/system/hohenau/verwaltung/{user.id}/entziehen").status_code == 303
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"town_founded", "town_changed", "user_invited", "role_withdrawn"} <= actions


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "elbtal"),
        ("slug", "system"),
        ("slug", "anmelden"),
        ("slug", "Elb Tal"),
        ("ags", "12"),
        ("postcode", "abc"),
        ("name", ""),
    ],
)
def test_a_town_that_cannot_be_is_refused(
    client: BrowserLike, people: People, field: str, value: str
) -> None:
    client.sign_in(people["system"])
    assert client.submit("/system/staedte/neu", {**TOWN, field: value}).status_code == 422
    assert db.session.scalar(select(func.count(Municipality.id))) == 2
