"""Two clerks who press the same button in the same second: one act, and nobody is misled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from buergerrat.accounts.models import Municipality, Role, User
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.sortition.models import Invitee, Member, PanelDraw, Replacement
from buergerrat.sortition.services import lottery, members, quotas
from tests.sortition.conftest import fill_pool  # noqa: F401
from tests.support import BrowserLike, Factory

BASE = "/elbtal/buergerraete/ortsmitte-2035"
Act = tuple[str, dict[str, str]]


@pytest.fixture
def clerks(
    app: Flask, factory: Factory, town: Municipality, people: dict[str, User]
) -> list[BrowserLike]:
    second = factory.assign(factory.user("Kurt Zweiter"), Role.ADMINISTRATION, town)
    found = []
    for user in (people["administration"], second):
        client = app.test_client()
        assert isinstance(client, BrowserLike)
        found.append(client.sign_in(user))
    return found


def together(clerks: list[BrowserLike], *acts: Act) -> list[int]:
    """Each clerk does one of the acts, all beginning at once. Returns the statuses, sorted."""
    start = threading.Barrier(len(clerks))

    def press(client: BrowserLike, act: Act) -> int:
        with client.application.app_context():
            start.wait(timeout=10)
            return client.submit(*act).status_code

    with ThreadPoolExecutor(len(clerks)) as pool:
        running = [pool.submit(press, c, act) for c, act in zip(clerks, acts, strict=True)]
        return sorted(one.result(timeout=60) for one in running)


def stored(model: type) -> list[object]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.query(model).all())


def logged(action: str) -> int:
    return sum(e.action == action for e in stored(AuditEntry))  # type: ignore[attr-defined]


@pytest.fixture
def pool(
    assembly: Assembly,
    fill_pool: Callable[[Assembly, int], list[Invitee]],  # noqa: F811
) -> None:
    fill_pool(assembly, 40)
    with writing():
        quotas.save(assembly, quotas.proposal(assembly, width=2))


def test_freezing_and_building(clerks: list[BrowserLike], pool: None) -> None:
    freeze: Act = (f"{BASE}/quoten/festschreiben", {})
    assert together(clerks, freeze, freeze) == [303, 409]
    assert len(stored(PanelDraw)) == 1
    build: Act = (f"{BASE}/losung/1/bilden", {})
    assert together(clerks, build, build) == [303, 409]
    assert logged("lottery_built") == 1
    assert db.session.query(PanelDraw).one().state == "built"


@pytest.fixture
def built(clerks: list[BrowserLike], pool: None) -> None:
    for act in ("quoten/festschreiben", "losung/1/bilden"):
        assert clerks[0].submit(f"{BASE}/{act}").status_code == 303


def test_both_enter_the_first_digit(
    clerks: list[BrowserLike], assembly: Assembly, built: None
) -> None:
    """The page names the place it asks for: the second „3“ is not taken for the next digit."""
    digit: Act = (f"{BASE}/losung/1/ziffer", {"digit": "3", "place": "1"})
    assert together(clerks, digit, digit) == [303, 303]
    db.session.expire_all()
    draw = lottery.current(assembly)
    assert draw is not None
    assert draw.digits == "3"
    assert logged("digit_drawn") == 1


def test_both_enter_the_last_digit(
    clerks: list[BrowserLike], assembly: Assembly, built: None
) -> None:
    for place, one in enumerate("35", start=1):
        clerks[0].submit(f"{BASE}/losung/1/ziffer", {"digit": one, "place": str(place)})
    url = f"{BASE}/losung/1/ziffer"
    statuses = together(
        clerks, (url, {"digit": "2", "place": "3"}), (url, {"digit": "7", "place": "3"})
    )
    assert statuses == [303, 303]
    db.session.expire_all()
    draw = lottery.current(assembly)
    assert draw is not None
    assert draw.digits in ("352", "357")
    assert len(stored(Member)) == assembly.seats
    assert logged("lottery_picked") == 1


def test_both_enter_who_leaves(clerks: list[BrowserLike], assembly: Assembly, built: None) -> None:
    """The same member twice is one effect; two members are two, and nobody is asked twice."""
    for place, one in enumerate("352", start=1):
        clerks[0].submit(f"{BASE}/losung/1/ziffer", {"digit": one, "place": str(place)})
    first, second, third = (m.losnummer for m in members.of(assembly)[:3])
    form = {"reason": "weggezogen", "replace": "1"}
    db.session.rollback()

    def leaves(losnummer: str) -> Act:
        return f"{BASE}/mitglieder/{losnummer}/ausscheiden", form

    assert together(clerks, leaves(first), leaves(first)) == [303, 409]
    assert logged("replacement") == 1
    assert together(clerks, leaves(second), leaves(third)) == [303, 303]
    rows = stored(Replacement)
    assert sorted(row.number for row in rows) == [1, 2, 3]  # type: ignore[attr-defined]
    assert len({row.came for row in rows}) == 3  # type: ignore[attr-defined]
