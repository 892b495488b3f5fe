"""Rules that hold for every page, so that nobody has to remember them."""

from __future__ import annotations

import io
import json
import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import UndefinedError
from sqlalchemy import event, func, select

from buergerrat import audit, create_app, web
from buergerrat.accounts.access import access, check_all_routes
from buergerrat.accounts.models import Municipality, Role, Submission, User
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.logs import ALLOWED, JsonLines
from tests.access_table import TABLE
from tests.accounts.test_users import TOWN
from tests.html_rules import Page
from tests.support import BrowserLike, Factory, make_settings
from tests.test_access import methods_of, rules_of, url_of

People = dict[str, User]
LONG_NAME = "Dr. Annegret von und zu Hohenfels-Weinberg"


# --- routes ---------------------------------------------------------------------------------


def test_every_route_has_a_rule(app: Flask) -> None:
    check_all_routes(app)


def test_the_application_does_not_start_with_a_route_without_a_rule(app: Flask) -> None:
    app.add_url_rule("/offen", "open", lambda: "x")
    with pytest.raises(RuntimeError, match="open"):
        web.seal_routes(app)


def test_a_route_that_slipped_through_is_closed(app: Flask, client: BrowserLike) -> None:
    app.add_url_rule("/offen", "open", lambda: "x")
    assert client.get("/offen").status_code == 403


def test_a_rule_without_roles_is_refused() -> None:
    with pytest.raises(ValueError):
        access()


def test_parameters_of_addresses_are_typed(app: Flask) -> None:
    """Numbers are `<int:…>`; only names of places and pseudonyms are words."""
    for rule in app.url_map.iter_rules():
        for name, converter in rule._converters.items():
            if name in ("number", "nr", "id") or name.endswith("_number"):
                assert type(converter).__name__ == "IntegerConverter", rule.rule


# --- pages ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """One application with a town, an assembly at its beginning, and people."""
    app = create_app(make_settings(tmp_path_factory.mktemp("whole")))
    app.test_client_class = BrowserLike
    with app.app_context():
        with writing():
            db.create_all()
        factory = Factory()
        town = factory.town()
        assembly = factory.assembly(town)
        people = {
            "system": factory.assign(factory.user("Sabine System"), Role.SYSTEM),
            "administration": factory.assign(factory.user("Katrin"), Role.ADMINISTRATION, town),
            "council": factory.assign(factory.user("Rolf Rat"), Role.COUNCIL, town),
            "facilitator": factory.assign(factory.user("Mona"), Role.FACILITATOR, assembly),
            "observer": factory.assign(factory.user("Oskar"), Role.OBSERVER, assembly),
        }
        yield {"app": app, "people": people}
        db.session.remove()
        db.engine.dispose()


def browser_for(world: dict[str, Any], endpoint: str) -> BrowserLike:
    """Somebody who may call it, signed in just now; a visitor where everybody may."""
    client = world["app"].test_client()
    assert isinstance(client, BrowserLike)
    words = TABLE[endpoint].split()
    if "public" not in words:
        name = next((w for w in words if w in world["people"]), "administration")
        client.sign_in(world["people"][name])
    return client


def plain_get_routes(app: Flask) -> list[tuple[str, str]]:
    """Pages whose address needs no more than town and assembly."""
    found = []
    for endpoint in sorted(TABLE):
        for rule in rules_of(app, endpoint):
            if "GET" in methods_of(rule) and rule.arguments <= {"town", "assembly"}:
                found.append((endpoint, url_of(app, rule)))
    return found


def test_pages_are_well_formed_and_their_title_is_their_heading(world: dict[str, Any]) -> None:
    problems, seen = [], 0
    for endpoint, url in plain_get_routes(world["app"]):
        for address in (url, f"{url}?sprache=en"):
            response = browser_for(world, endpoint).get(address)
            if response.status_code >= 500:
                problems.append(f"{address}: {response.status_code}")
            if response.mimetype != "text/html" or response.status_code in (302, 303):
                continue
            seen += 1
            if response.headers.get("HX-Fragment") or b"<html" not in response.data:
                continue
            page = Page(response.get_data(as_text=True))
            problems += [f"{address}: {problem}" for problem in page.problems]
            if response.status_code == 200 and page.lang != (
                "en" if address.endswith("=en") else "de"
            ):
                problems.append(f"{address}: lang {page.lang}")
    assert not problems, "\n".join(problems)
    assert seen > 20


def test_addresses_of_things_that_do_not_exist_never_end_in_an_error(world: dict[str, Any]) -> None:
    problems = []
    for endpoint in sorted(TABLE):
        for rule in rules_of(world["app"], endpoint):
            if "GET" in methods_of(rule) and not rule.arguments <= {"town", "assembly"}:
                url = url_of(world["app"], rule)
                status = browser_for(world, endpoint).get(url).status_code
                if status >= 500:
                    problems.append(f"{url}: {status}")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(
    "form",
    [{}, {"number": "x", "name": "\u0000", "title": "ä" * 5000, "code": "'; DROP TABLE job; --"}],
    ids=["empty", "nonsense"],
)
def test_forms_without_sense_never_end_in_an_error(
    world: dict[str, Any], form: dict[str, str]
) -> None:
    problems = []
    for endpoint in sorted(TABLE):
        for rule in rules_of(world["app"], endpoint):
            for method in set(methods_of(rule)) - {"GET"}:
                client, url = browser_for(world, endpoint), url_of(world["app"], rule)
                headers = {"Origin": "http://localhost", "X-CSRF-Token": client.csrf()}
                status = client.open(url, method=method, data=form, headers=headers).status_code
                if status >= 500:
                    problems.append(f"{method} {url}: {status}")
    assert not problems, "\n".join(problems)
    assert audit.verify() == []


def test_visitors_get_headers_that_protect_them_and_no_cookie(world: dict[str, Any]) -> None:
    client = world["app"].test_client()
    for endpoint, url in [*plain_get_routes(world["app"]), ("", "/gibt-es-nicht")]:
        response = client.get(url)
        headers = response.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, url
        assert "frame-ancestors 'none'" in policy, url
        assert "unsafe-inline" not in policy, url
        assert headers["X-Content-Type-Options"] == "nosniff", url
        assert "camera=()" in headers["Permissions-Policy"], url
        assert "Set-Cookie" not in headers, url
        if endpoint and "public" not in TABLE[endpoint]:
            assert response.status_code == 303, url


def test_pages_for_staff_are_not_kept(world: dict[str, Any]) -> None:
    for endpoint, url in plain_get_routes(world["app"]):
        if "public" in TABLE[endpoint]:
            continue
        kept = browser_for(world, endpoint).get(url).headers.get("Cache-Control", "")
        assert "no-store" in kept or "private" in kept, url


def test_strict_transport_only_behind_tls(tmp_path: Path) -> None:
    secure = create_app(make_settings(tmp_path, base_url="https://buergerrat.example"))
    plain = create_app(make_settings(tmp_path))
    assert "max-age" in secure.test_client().get("/healthz").headers["Strict-Transport-Security"]
    assert "Strict-Transport-Security" not in plain.test_client().get("/healthz").headers


# --- logs -----------------------------------------------------------------------------------


def test_logs_know_no_names(
    app: Flask, client: BrowserLike, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        user = people["council"]
        client.submit("/anmelden", {"email": "planted@example.org", "password": "Planted-Pass"})
        client.sign_in(user)
        client.get("/konto?suche=Planted")
        client.submit("/konto", {"name": "Planted Name", "locale": "de"})
        broken = lambda *_a, **_k: 1 / len({"Planted"} - {"Planted"})  # noqa: E731
        monkeypatch.setattr("buergerrat.accounts.views.account._page", broken)
        assert client.get("/konto").status_code == 500
        logging.getLogger("other").warning("Hello %s", "Planted")
        logging.getLogger("other").warning("extra", extra={"name_of_person": "Planted"})
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert len(lines) >= 7
    assert "planted" not in stream.getvalue().lower()
    fixed = {"at", "level", "logger", "event", "error", "where"}
    assert {key for line in lines for key in line} <= fixed | set(ALLOWED)
    assert any(line.get("error") == "ZeroDivisionError" for line in lines)


# --- writing --------------------------------------------------------------------------------


def test_the_same_form_sent_twice_has_one_effect(client: BrowserLike, people: People) -> None:
    client.sign_in(people["system"])
    form = {**TOWN, "form_token": "the-token-of-this-form"}
    first = client.submit("/system/staedte/neu", form)
    second = client.submit("/system/staedte/neu", form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert db.session.scalar(select(func.count()).where(Municipality.slug == "hohenau")) == 1
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "town_founded")) == 1


def test_every_form_on_a_page_carries_its_tokens(world: dict[str, Any]) -> None:
    """Sign-in pages need none against double sending: a second sign-in does no harm."""
    import lxml.html

    missing = []
    for endpoint, url in plain_get_routes(world["app"]):
        response = browser_for(world, endpoint).get(url)
        if response.mimetype != "text/html" or not response.data.strip():
            continue
        for form in lxml.html.fromstring(response.get_data(as_text=True)).xpath("//form"):
            if form.get("method", "get").lower() != "post":
                continue
            names = {i.get("name") for i in form.xpath(".//input[@type='hidden']")}
            action = form.get("action") or url
            if "csrf_token" not in names:
                missing.append(f"{url}: {action} without csrf_token")
            if "form_token" not in names and not action.startswith(ONCE_IS_NO_MATTER):
                missing.append(f"{url}: {action} without form_token")
    assert not missing, "\n".join(missing)


ONCE_IS_NO_MATTER = ("/anmelden", "/abmelden", "/einladung", "/konto/zweiter-faktor", "/antwort")


def test_a_refused_form_may_be_sent_again(client: BrowserLike, people: People) -> None:
    client.sign_in(people["system"])
    form = {**TOWN, "form_token": "the-token-of-this-form"}
    assert client.submit("/system/staedte/neu", {**form, "name": ""}).status_code == 422
    assert db.session.scalars(select(Submission)).all() == []
    assert client.submit("/system/staedte/neu", form).status_code == 303


def test_a_locked_database_gives_a_clear_page_with_what_was_typed(
    app: Flask, client: BrowserLike, people: People
) -> None:
    client.sign_in(people["council"])
    _on_connect("PRAGMA busy_timeout=50")
    path = str(db.engine.url.database)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        response = client.submit("/konto", {"name": LONG_NAME, "locale": "de"})
        assert client.get("/konto").status_code == 200
    finally:
        other.execute("ROLLBACK")
        other.close()
    page = response.get_data(as_text=True)
    assert response.status_code == 503
    assert "Gerade kann nichts gespeichert werden" in page
    assert LONG_NAME in page
    assert client.submit("/konto", {"name": LONG_NAME, "locale": "de"}).status_code == 303


def test_a_full_disk_gives_a_clear_page_and_leaves_the_chain_whole(
    app: Flask, client: BrowserLike, people: People
) -> None:
    client.sign_in(people["council"])
    with db.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    _on_connect(f"PRAGMA max_page_count={pages}")
    before = db.session.scalar(select(func.count(AuditEntry.id))) or 0
    saved = 0
    for _ in range(200):
        response = client.submit("/konto", {"name": LONG_NAME, "locale": "de"})
        if response.status_code != 303:
            break
        saved += 1
    page = response.get_data(as_text=True)
    assert response.status_code == 503
    assert LONG_NAME in page
    assert "Was schon gespeichert war, ist unversehrt" in page
    assert db.session.scalar(select(func.count(AuditEntry.id))) == before + saved
    assert audit.verify() == []
    assert client.get("/konto").status_code == 200


def _on_connect(pragma: str) -> None:
    """Every connection from here on has it."""
    db.session.remove()
    db.engine.dispose()

    @event.listens_for(db.engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.execute(pragma)


def test_a_file_system_that_is_full_gives_the_same_page(
    client: BrowserLike, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("buergerrat.accounts.views.account.audit.log", full)
    client.sign_in(people["council"])
    response = client.submit("/konto", {"name": LONG_NAME, "locale": "de"})
    assert response.status_code == 503
    assert LONG_NAME in response.get_data(as_text=True)


def test_an_unexpected_error_says_what_was_kept_and_saves_nothing(
    client: BrowserLike, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_named: object) -> None:
        raise ZeroDivisionError(LONG_NAME)

    monkeypatch.setattr("buergerrat.accounts.views.account.audit.log", broken)
    client.sign_in(people["council"])
    response = client.submit("/konto", {"name": LONG_NAME, "locale": "de"})
    page = response.get_data(as_text=True)
    assert response.status_code == 500
    assert LONG_NAME in page
    assert "Kennung für Rückfragen" in page
    assert "ZeroDivisionError" not in page
    db.session.refresh(people["council"])
    assert people["council"].name == "Rolf Rat"


def test_a_broken_error_page_becomes_plain_text(
    client: BrowserLike, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_named: object) -> str:
        raise UndefinedError("x is undefined")

    monkeypatch.setattr("buergerrat.errors.render_template", broken)
    client.sign_in(people["council"])
    form = {"name": LONG_NAME, "csrf_token": "wrong", "password": "a secret that is long enough"}
    response = client.submit("/konto", form)
    assert (response.status_code, response.mimetype) == (400, "text/plain")
    text = response.get_data(as_text=True)
    assert LONG_NAME in text
    assert "a secret" not in text


def test_two_people_at_the_same_second_make_one_thing(app: Flask, people: People) -> None:
    browsers = [app.test_client().sign_in(people["system"]) for _ in range(4)]  # type: ignore[attr-defined]
    db.session.rollback()
    start, statuses = threading.Barrier(len(browsers)), []

    def found(browser: BrowserLike) -> None:
        with app.app_context():
            start.wait(10)
            statuses.append(browser.submit("/system/staedte/neu", TOWN).status_code)
            db.session.remove()

    threads = [threading.Thread(target=found, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(statuses) == [303, 422, 422, 422]
    assert db.session.scalar(select(func.count()).where(Municipality.slug == "hohenau")) == 1
    assert audit.verify() == []


def test_what_does_not_fit_any_more_is_a_conflict_with_the_sentence(
    client: BrowserLike, people: People
) -> None:
    """Two clerks look at the same page; the second click meets what the first one did."""
    client.sign_in(people["administration"])
    user = people["council"]
    role = user.assignments[0].id
    url = f"/elbtal/konten/{user.id}/rolle/{role}/entziehen"
    assert client.submit(url).status_code == 303
    assert client.submit(url).status_code == 404
    own = people["administration"]
    response = client.submit(f"/elbtal/konten/{own.id}/sperren")
    assert response.status_code == 409
    assert "Ihr eigenes Konto kann nur jemand anderes sperren." in response.get_data(as_text=True)
