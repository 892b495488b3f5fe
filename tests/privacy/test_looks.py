"""Every page for staff that shows somebody's name leaves an entry in the log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from buergerrat.accounts.access import rule_of
from buergerrat.accounts.models import User
from buergerrat.audit import AuditEntry
from buergerrat.db import db, writing
from buergerrat.sortition.models import Invitee, Member
from buergerrat.sortition.services import letters
from tests.public.course import Course
from tests.support import BrowserLike

# A name, street or contact of somebody who was invited; the course writes only such names.
SOMEBODY = re.compile(rb"(Vorname|Nachname)\d")


@pytest.fixture
def values(course: Course) -> dict[str, Any]:
    """What stands in addresses, from an assembly that has met."""
    course.seated()
    session = course.met()
    with writing():
        batch = letters.make(course.assembly)
    member = db.session.scalars(select(Member).order_by(Member.id)).first()
    somebody = course.somebody_in_the_pool()
    assert member is not None
    return {
        "town": "elbtal", "assembly": "ortsmitte-2035", "uid": somebody.uid,
        "losnummer": member.losnummer, "number": batch.number, "session": session.number,
        "session_number": session.number, "part": 1, "nr": 1, "list": "000", "digits": "000",
    }  # fmt: skip


def looked_at(app: Flask, values: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Method, endpoint and address of every page for staff that is about people."""
    adapter = app.url_map.bind("localhost")
    for route in app.url_map.iter_rules():
        rule = rule_of(app, route.endpoint)
        if rule is None or not rule.personal or not rule.roles:
            continue
        if not set(route.arguments) <= set(values):
            continue
        given = {name: values[name] for name in route.arguments}
        for method in sorted((route.methods or set()) & {"GET", "POST"}):
            yield method, route.endpoint, adapter.build(route.endpoint, given, method=method)


def entries() -> int:
    wanted = select(func.count()).where(AuditEntry.action.in_(("look", "export")))
    return db.session.scalar(wanted) or 0


def test_whoever_shows_a_name_writes_it_into_the_log(
    app: Flask, client: BrowserLike, people: dict[str, User], values: dict[str, Any]
) -> None:
    silent, shown = [], set()
    for method, endpoint, url in looked_at(app, values):
        role = "facilitator" if endpoint.split(".")[0] in FACILITATED else "administration"
        client.sign_in(people[role])
        before = entries()
        response = client.get(url) if method == "GET" else client.submit(url, FORMS.get(endpoint))
        if SOMEBODY.search(response.data):
            shown.add(endpoint)
            if entries() == before:
                silent.append(f"{method} {endpoint}: {response.status_code}")
    assert silent == []
    assert shown >= {"members.show", "replies.people", "replies.person", "rights.show"}


FACILITATED = {"attendance", "tables"}
FORMS = {
    "replies.search": {"text": "Nachname7"},
    "replies.find_card": {"text": "Nachname"},
    "rights.search": {"text": "Nachname7"},
}


def test_the_log_never_holds_a_name(
    app: Flask, client: BrowserLike, people: dict[str, User], values: dict[str, Any]
) -> None:
    client.sign_in(people["administration"])
    for _method, endpoint, url in looked_at(app, values):
        if _method == "GET":
            client.get(url)
        elif endpoint in FORMS:
            client.submit(url, FORMS[endpoint])
    names = {one.last_name for one in db.session.scalars(select(Invitee))}
    assert names
    told = " ".join(str(entry.content()) for entry in db.session.scalars(select(AuditEntry)))
    assert not [name for name in names if name in told]
