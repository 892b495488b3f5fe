"""The access matrix: every route, every role, own and foreign places, with and without CSRF.

The views are replaced by one that says it was reached; everything before them is real.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import IntegerConverter, Rule

from buergerrat import create_app
from buergerrat.accounts.models import Role, User, WebSession
from buergerrat.crypto import seal
from buergerrat.db import db, utcnow, writing
from tests.access_table import TABLE
from tests.support import MASTER, BrowserLike, Factory, make_settings

REACHED = "reached"
ROLES = (
    "system",
    "administration",
    "council",
    "facilitator",
    "observer",
    "stranger",
    "nobody",
    "anonymous",
)
# What each person is in each place: own assembly, another of the same town, another town's.
PLACES: dict[str, dict[str, set[str]]] = {
    "own": {
        "system": {"system"},
        "administration": {"administration"},
        "council": {"council"},
        "facilitator": {"facilitator"},
        "observer": {"observer"},
    },
    "sibling": {
        "system": {"system"},
        "administration": {"administration"},
        "council": {"council"},
    },
    "foreign": {"system": {"system"}, "stranger": {"administration"}},
    "nowhere": {"system": {"system"}},
}
SLUGS = {
    "own": ("elbtal", "ortsmitte-2035"),
    "sibling": ("elbtal", "schulweg"),
    "foreign": ("nachbarstadt", "am-fluss"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """One application for all, its views replaced, and a browser for every person."""
    app = create_app(make_settings(tmp_path_factory.mktemp("access")))
    app.test_client_class = BrowserLike
    patch = pytest.MonkeyPatch()
    for pages in ("buergerrat.errors", "buergerrat.accounts.views.sign_in"):
        patch.setattr(f"{pages}.render_template", lambda _name, **_context: "closed")
    for endpoint, view in list(app.view_functions.items()):
        if endpoint != "static":
            app.view_functions[endpoint] = _stub(view.access_rule)  # type: ignore[attr-defined]
    with app.app_context():
        with writing():
            db.create_all()
        browsers = _browsers(app)
        yield {"app": app, "browsers": browsers, "old": _old_browsers(app)}
        patch.undo()
        db.session.remove()
        db.engine.dispose()


def _stub(rule: Any) -> Any:
    def view(**_values: Any) -> str:
        return REACHED

    view.access_rule = rule  # type: ignore[attr-defined]
    return view


def _browsers(app: Flask) -> dict[str, BrowserLike]:
    factory = Factory()
    town, other = factory.town(), factory.town("nachbarstadt")
    assembly = factory.assembly(town)
    factory.assembly(town, slug="schulweg")
    factory.assembly(other, slug="am-fluss")
    scopes: dict[str, tuple[Role, Any]] = {
        "system": (Role.SYSTEM, None),
        "administration": (Role.ADMINISTRATION, town),
        "council": (Role.COUNCIL, town),
        "facilitator": (Role.FACILITATOR, assembly),
        "observer": (Role.OBSERVER, assembly),
        "stranger": (Role.ADMINISTRATION, other),
    }
    browsers = {}
    for name in ROLES:
        client = app.test_client()
        assert isinstance(client, BrowserLike)
        if name != "anonymous":
            user: User = factory.user(name)
            client.sign_in(factory.assign(user, *scopes[name]) if name in scopes else user)
        browsers[name] = client
    return browsers


def _old_browsers(app: Flask) -> dict[str, BrowserLike]:
    """Signed in eleven minutes ago."""
    old = {}
    for name in ROLES[:-1]:
        client = app.test_client()
        assert isinstance(client, BrowserLike)
        user = db.session.scalars(select(User).where(User.name == name)).one()
        old[name] = client.sign_in(user)
        _make_older(dt.timedelta(minutes=11))
    return old


def rules_of(app: Flask, endpoint: str) -> list[Rule]:
    return list(app.url_map.iter_rules(endpoint))


def methods_of(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def url_of(app: Flask, rule: Rule, town: str = "elbtal", assembly: str = "ortsmitte-2035") -> str:
    """An address of this route; numbers are 1, words the first that fits."""
    values: dict[str, Any] = {}
    for name, converter in rule._converters.items():
        if name in ("town", "assembly"):
            values[name] = {"town": town, "assembly": assembly}[name]
        elif isinstance(converter, IntegerConverter):
            values[name] = 1
        elif converter.regex.startswith("(?:"):
            values[name] = converter.regex[3:-1].split("|")[0].replace("\\", "")
        else:
            length = re.search(r"\{(\d+)\}", converter.regex)
            values[name] = "a" * (int(length.group(1)) if length else 3)
    return str(app.url_map.bind("localhost").build(rule.endpoint, values, methods_of(rule)[0]))


def allowed(endpoint: str, person: str, place: str) -> bool:
    words = set(TABLE[endpoint].split())
    if "public" in words:
        return True
    if person == "anonymous":
        return False
    return "signed-in" in words or bool(words & PLACES[place].get(person, set()))


def call(client: BrowserLike, method: str, url: str, **headers: str) -> tuple[int, bool]:
    """Status, and whether the view was reached."""
    if method == "GET":
        response = client.get(url)
    else:
        sent = {"Origin": "http://localhost", "X-CSRF-Token": client.csrf(), **headers}
        response = client.open(url, method=method, headers=sent)
    return response.status_code, response.get_data(as_text=True) == REACHED


def test_the_table_names_every_route_and_no_other(world: dict[str, Any]) -> None:
    assert set(TABLE) == set(world["app"].view_functions) - {"static"}


def test_the_table_uses_known_words_only() -> None:
    known = {role.value for role in Role} | {"public", "signed-in", "+again"}
    assert {word for words in TABLE.values() for word in words.split()} <= known


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_who_reaches_it(world: dict[str, Any], endpoint: str) -> None:
    app = world["app"]
    for rule in rules_of(app, endpoint):
        places = (
            ["own", "sibling", "foreign"] if "assembly" in rule.arguments else ["own", "foreign"]
        )
        for place in places if "town" in rule.arguments else ["nowhere"]:
            town, assembly = SLUGS.get(place, SLUGS["own"])
            url = url_of(app, rule, town, assembly)
            for person in ROLES:
                for method in methods_of(rule):
                    status, reached = call(world["browsers"][person], method, url)
                    where = f"{method} {url} as {person}"
                    if allowed(endpoint, person, place):
                        assert reached, f"{where}: {status}"
                    elif person == "anonymous":
                        assert (status, reached) == (303 if method == "GET" else 401, False), where
                    else:
                        assert (status, reached) == (403, False), where


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_towns_and_assemblies_that_do_not_exist_are_not_found(
    world: dict[str, Any], endpoint: str
) -> None:
    app = world["app"]
    for rule in rules_of(app, endpoint):
        missing = []
        if "town" in rule.arguments:
            missing.append(url_of(app, rule, town="gibt-es-nicht"))
        if "assembly" in rule.arguments:
            missing.append(url_of(app, rule, assembly="gibt-es-nicht"))
            missing.append(url_of(app, rule, town="elbtal", assembly="am-fluss"))
        for url in missing:
            for person in ("administration", "nobody", "anonymous"):
                for method in methods_of(rule):
                    status, reached = call(world["browsers"][person], method, url)
                    assert (status, reached) == (404, False), f"{method} {url} as {person}"


@pytest.mark.parametrize("endpoint", sorted(TABLE))
def test_no_form_from_elsewhere(world: dict[str, Any], endpoint: str) -> None:
    app = world["app"]
    for rule in rules_of(app, endpoint):
        url = url_of(app, rule)
        for method in set(methods_of(rule)) - {"GET"}:
            for person in ROLES:
                client = world["browsers"][person]
                foreign = call(client, method, url, Origin="https://evil.example")
                assert foreign == (400, False), f"{method} {url} as {person}, foreign origin"
                assert call(client, method, url, Origin="null") == (400, False)
                if person != "anonymous" and allowed(endpoint, person, "own"):
                    for token in ("", "0" * 64):
                        got = call(client, method, url, **{"X-CSRF-Token": token})
                        assert got == (400, False), f"{method} {url} as {person}, token {token!r}"
                nowhere = client.open(url, method=method)
                assert nowhere.status_code == 400


@pytest.mark.parametrize("endpoint", sorted(e for e in TABLE if "+again" in TABLE[e]))
def test_the_password_is_asked_again(world: dict[str, Any], endpoint: str) -> None:
    """With a session that is eleven minutes old; and only where the table says so."""
    app = world["app"]
    client = world["old"]["system" if "system" in TABLE[endpoint] else "administration"]
    for rule in rules_of(app, endpoint):
        for method in methods_of(rule):
            status, reached = call(client, method, url_of(app, rule))
            assert (status, reached) == (303 if method == "GET" else 401, False)


@pytest.mark.parametrize("endpoint", sorted(e for e in TABLE if "+again" not in TABLE[e]))
def test_the_password_is_not_asked_again(world: dict[str, Any], endpoint: str) -> None:
    app = world["app"]
    words = TABLE[endpoint]
    person = next((r for r in ROLES if r in words), "administration")
    client = world["old"][person]
    for rule in rules_of(app, endpoint):
        for method in methods_of(rule):
            assert call(client, method, url_of(app, rule))[1]


def _make_older(age: dt.timedelta) -> None:
    """The newest session."""
    row = db.session.scalars(select(WebSession).order_by(WebSession.id.desc())).first()
    assert row is not None
    data = {
        "_user_id": str(row.user_id),
        "_fresh": True,
        "authenticated_at": (utcnow() - age).isoformat(),
    }
    with writing():
        db.session.get_one(WebSession, row.id).data_sealed = seal(
            MASTER, json.dumps(data).encode(), f"web_session.{row.token_hash}"
        )
