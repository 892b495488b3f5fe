"""Fixtures: an application with an empty database, a factory per noun, people of every role."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from buergerrat import create_app
from buergerrat.accounts.models import Municipality, Role, User
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, writing
from tests.support import MASTER, BrowserLike, Factory, make_settings

__all__ = ["MASTER", "BrowserLike", "Factory", "make_settings"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadgroup`, one process does all of tests/walk.

    Its tests build on each other and share two servers. The plugin's own groups hang on the end
    of a test's name, where this version of pytest no longer takes them.
    """
    if config.getoption("dist") != "loadgroup":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class WalkTogether(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "walk" if nodeid.startswith("tests/walk/") else nodeid

    return WalkTogether(config, log)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty SQLite file; jobs run at once when their request commits."""
    app = create_app(make_settings(tmp_path))
    app.test_client_class = BrowserLike
    with app.app_context():
        with writing():
            db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> BrowserLike:
    client = app.test_client()
    assert isinstance(client, BrowserLike)
    return client


@pytest.fixture
def factory(app: Flask) -> Factory:
    return Factory()


@pytest.fixture
def town(factory: Factory) -> Municipality:
    return factory.town()


@pytest.fixture
def assembly(factory: Factory, town: Municipality) -> Assembly:
    return factory.assembly(town)


@pytest.fixture
def people(factory: Factory, town: Municipality, assembly: Assembly) -> dict[str, User]:
    """One person of each role in the town, one clerk of another town, one without any role."""
    other = factory.town("nachbarstadt")
    return {
        "system": factory.assign(factory.user("Sabine System"), Role.SYSTEM),
        "administration": factory.assign(factory.user("Katrin Behrens"), Role.ADMINISTRATION, town),
        "council": factory.assign(factory.user("Rolf Rat"), Role.COUNCIL, town),
        "facilitator": factory.assign(factory.user("Mona Mod"), Role.FACILITATOR, assembly),
        "observer": factory.assign(factory.user("Oskar Obacht"), Role.OBSERVER, assembly),
        "stranger": factory.assign(factory.user("Nora Nachbar"), Role.ADMINISTRATION, other),
        "nobody": factory.user("Nele Niemand"),
    }


@pytest.fixture
def clerk(client: BrowserLike, people: dict[str, User]) -> BrowserLike:
    """A browser in which the town's administration is signed in."""
    return client.sign_in(people["administration"])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a Chromium the browser tests are left out, and the end of the run says so."""
    if shutil.which("chromium") or shutil.which("chromium-browser"):
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if shutil.which("chromium") is None and shutil.which("chromium-browser") is None:
        terminalreporter.write_line(
            "Ohne Browsertests: Auf dieser Maschine fehlt Chromium (Debian: apt-get install chromium)."
        )
