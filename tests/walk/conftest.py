"""Two installations behind real servers: the finished demo, and an empty town to walk through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from buergerrat import create_app
from buergerrat.accounts import passwords
from buergerrat.accounts.models import Role, User
from buergerrat.db import db, utcnow, writing
from buergerrat.demo import accounts, walk
from buergerrat.formats import BERLIN
from tests.browser import Server, browser  # noqa: F401
from tests.support import BrowserLike, Factory, make_settings
from tests.walk.people import PASSWORD, Clock, Person
from tests.walk.world import World


@contextmanager
def installation(data: Path, *, demo: bool = True) -> Iterator[Flask]:
    """An application on an empty database; jobs run at once when their request commits."""
    app = create_app(make_settings(data, demo=demo))
    app.test_client_class = BrowserLike
    with app.app_context(), writing():
        db.create_all()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def serving(app: Flask) -> Iterator[Server]:
    server = Server(app)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """What `buergerrat demo` shows, built once for all modules here."""
    with installation(tmp_path_factory.mktemp("demo")) as app:
        with app.app_context():
            walk.build(utcnow().astimezone(BERLIN).date(), lambda _line: None)
            accounts.set_up(PASSWORD)
            db.session.remove()
        with serving(app) as server:
            yield server


def person(app: Flask, email: str) -> User:
    """An account by its address; call it inside the app's context."""
    found: User = db.session.query(User).filter_by(email=f"{email}@elbtal.example").one()
    return found


def in_days(days: int) -> dt.date:
    return utcnow().astimezone(BERLIN).date() + dt.timedelta(days=days)


@pytest.fixture(scope="session")
def world(
    tmp_path_factory: pytest.TempPathFactory,
    browser: Browser,  # noqa: F811
) -> Iterator[World]:
    with installation(tmp_path_factory.mktemp("walk"), demo=False) as app, serving(app) as server:
        clock = Clock(server)
        with app.app_context():
            _accounts()
            db.session.remove()
        people = [Person(browser, server, clock) for _ in range(3)]
        phones = [Person(browser, server, clock, phone=True, js=js) for js in (True, False)]
        yield World(server, clock, *people, *phones, tmp_path_factory.mktemp("kept"))
        for one in [*people, *phones]:
            one.context.close()


def _accounts() -> None:
    factory = Factory()
    town = factory.town()
    for email, role in (("verwaltung", Role.ADMINISTRATION), ("rat", Role.COUNCIL)):
        factory.assign(_user(factory, email), role, town)


def _user(factory: Factory, name: str) -> object:
    user = factory.user(name.capitalize(), password_hash=passwords.make(PASSWORD))
    with writing():
        user.email = f"{name}@elbtal.example"
    return user


@pytest.fixture
def in_order(request: pytest.FixtureRequest, world: World) -> None:
    """A phase runs when all before it have passed; each says at its end that it is done."""
    if world.done != int(request.node.name.split("_")[1]) - 1:
        pytest.skip("eine frühere Phase ist gescheitert")
