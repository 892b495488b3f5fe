"""A marker in every field of some people; after the erasure no byte anywhere tells of them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from buergerrat.assemblies import files, holdings, retention
from buergerrat.assemblies.models import StoredFile
from buergerrat.crypto import SealBroken, assembly_key, unseal
from buergerrat.db import db, writing
from buergerrat.jobs import Job
from buergerrat.logs import JsonLines
from buergerrat.privacy import services
from buergerrat.sortition.models import InvitationDraw, Invitee, Member
from buergerrat.sortition.services import letters, replies
from tests.privacy.planting import (
    MARK,
    OPEN,
    Planter,
    holders,
    leading_to,
    opened,
    rows,
    stored_bytes,
)
from tests.public.course import Course, at, later
from tests.support import BrowserLike

STAFF = "/elbtal/buergerraete/ortsmitte-2035"
# What stays of an erased person, so that draws still verify and replies still count.
TRACE = {
    "invitee": {
        "assembly_id", "created_at", "draw_id", "erased_at", "id", "minor", "recruitment_path",
        "returned_at", "row_id", "state", "ticket", "uid", "wave",
    },
    "reply": {
        "answer", "assembly_id", "changed_at", "checked_at", "checked_by", "created_at",
        "entered_by", "id", "invitee_id", "revision", "source", "submitted_at", "uid",
    },
    "member": {
        "accept_by", "assembly_id", "changed_at", "created_at", "id", "invitee_id", "losnummer",
        "origin", "panel_draw_id", "state", "uid",
    },
}  # fmt: skip


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the log writes while the test runs, as the installation writes it."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.addHandler(handler)
    yield out
    root.removeHandler(handler)


@pytest.fixture
def planted(course: Course) -> tuple[Planter, Invitee]:
    """Somebody who had a seat, in every table there is, with letters of every kind."""
    draw = course.seated()
    session = course.met()
    invitee, planter = course.somebody_in_the_pool(), Planter()
    invitation = db.session.scalars(select(InvitationDraw)).one()
    with writing():
        planter.person(invitee)
        planter.seat(invitee, draw, session.id)
        planter.letters(course.assembly, invitation)
    return planter, invitee


def test_one_person_is_erased_everywhere_and_nobody_else(
    app: Flask,
    clerk: BrowserLike,
    course: Course,
    planted: tuple[Planter, Invitee],
    tmp_path: Path,
    written: io.StringIO,
) -> None:
    planter, invitee = planted
    uid, person_id = invitee.uid, invitee.id
    others = db.session.scalars(select(Invitee.id).where(Invitee.state != "erased")).all()
    page = f"{STAFF}/datenschutz/person"
    sealed = sum(MARK in value for value in opened())
    assert sealed == len(planter.planted) - len(OPEN[2:])  # those stand open in the row
    assert not _readable(planter, stored_bytes(tmp_path))
    assert uid in clerk.submit(f"{page}/suche", {"text": MARK}).get_data(as_text=True)
    assert MARK in clerk.get(f"{page}/{uid}").get_data(as_text=True)
    assert clerk.submit(f"{page}/{uid}/auskunft.pdf").mimetype == "application/pdf"
    assert clerk.submit(f"{page}/{uid}/loeschen", {"reason": "request"}).status_code == 303
    assert MARK.encode() not in stored_bytes(tmp_path)
    assert not any(MARK in value for value in opened())
    assert MARK not in written.getvalue()
    assert not any(MARK in json.dumps([j.payload, j.result, j.message, j.error]) for j in _jobs())
    assert not any(MARK in repr(row) for _table, row in rows())
    for noun, key in (("invitee", person_id), *_seats(person_id)):
        for table, column in leading_to(noun):
            left = db.session.execute(select(table).where(table.c[column] == key)).mappings().all()
            assert not left or table.name in TRACE, table.name
    for row in (dict(r) for name, r in rows() if name in TRACE and _is_of(name, r, person_id)):
        table_name = "invitee" if "ticket" in row else "reply" if "answer" in row else "member"
        told = {name for name, value in row.items() if value is not None}
        assert told <= TRACE[table_name]
    now = set(db.session.scalars(select(Invitee.id).where(Invitee.state != "erased")))
    assert now == set(others) - {person_id}
    assert clerk.get(f"{page}/{uid}").status_code == 404


def _readable(planter: Planter, stored: bytes) -> set[str]:
    """Fields whose marker stands readable on disk, but for those that quotas count."""
    found = {where for mark, where in planter.planted.items() if mark.encode() in stored}
    return found - {f"invitee.{name}" for name in OPEN}


def _jobs() -> list[Job]:
    return list(db.session.scalars(select(Job)))


def _seats(person_id: int) -> list[tuple[str, int]]:
    found = db.session.scalars(select(Member.id).where(Member.invitee_id == person_id))
    return [("member", one) for one in found]


def _is_of(table: str, row: dict[str, object], person_id: int) -> bool:
    return row["id" if table == "invitee" else "invitee_id"] == person_id


def test_what_is_told_to_a_person_covers_every_field(
    course: Course, planted: tuple[Planter, Invitee]
) -> None:
    """Each marker, in whatever table it was planted, comes back in the information (Art. 15)."""
    planter, invitee = planted
    told = holdings.about(course.assembly, invitee)
    text = json.dumps([one.rows for one in told], ensure_ascii=False)
    silent = {where for mark, where in planter.planted.items() if mark not in text}
    assert {where for where in silent if not where.startswith("letter_batch.")} == set()
    keys = {one.key for one in told}
    assert keys >= {"members", "sessions", "visits", "consents", "calls", "features", "lottery"}


def test_on_the_last_day_nothing_is_left_to_read(
    app: Flask, course: Course, planted: tuple[Planter, Invitee], tmp_path: Path
) -> None:
    """Also next tickets, and an import that was never finished."""
    planter, _person = planted
    invitation = db.session.scalars(select(InvitationDraw)).one()
    with writing():
        planter.waiting(course.assembly, invitation)
    everybody = db.session.scalars(select(Invitee)).all()
    secret = [str(value) for one in everybody for value in (one.code, one.code_hash, one.household)]
    planted_in = {where.split(".")[0] for where in planter.planted.values()}
    assert holders() - {"panel_draw", "reply_feature"} <= planted_in
    key = assembly_key(course.assembly.id)
    with at(later(1000)), writing():
        services.delete_due(course.assembly)
    after = stored_bytes(tmp_path)
    assert MARK.encode() not in after
    assert not [value for value in secret if value.encode() in after]
    # Even whoever kept the key finds nothing: the rows are empty, not only locked.
    for table, row in rows():
        if table in holders():
            assert not [name for name in row if name.endswith("_sealed") and row[name]], table
        for value in row.values():
            if isinstance(value, bytes) and table not in ("report_file", "panel_draw"):
                with pytest.raises((SealBroken, ValueError)):
                    unseal(key, value, "anything")


def test_every_sealed_field_belongs_to_a_noun_that_forgets_and_tells(app: Flask) -> None:
    """A new noun with personal data must say how it forgets, and what it holds."""
    assert holders() == {
        "call_note", "invitee", "panel_draw", "register_extract", "reply", "reply_feature",
        "reserve_ticket",
    }  # fmt: skip
    forget = {category.key for category in retention.categories}
    assert forget >= {
        "calls", "consents", "invitees", "letters", "lottery", "register_spool", "replies",
        "reserve_tickets", "sessions", "visits",
    }  # fmt: skip
    tell = {noun.key for noun in holdings.nouns}
    beforehand = {"register_spool", "reserve_tickets"}  # about people who are no invitees yet
    assert forget - tell == beforehand


def test_letters_and_full_record_go_with_those_they_tell_of(
    app: Flask, course: Course, tmp_path: Path
) -> None:
    draw = course.seated()
    with writing():
        letters.make(course.assembly)
    kept = [f for f in db.session.scalars(select(StoredFile)) if not f.deleted_at]
    assert {f.purpose for f in kept} == {"letters", "full_record"}
    paths = [files.path_of(f.uid) for f in kept]
    assert all(path.exists() for path in paths)
    with at(later(100)), writing():
        services.delete_due(course.assembly)
    assert not any(path.exists() for path in paths)
    assert draw.pool_sealed is None
    somebody = db.session.scalars(select(Member)).first()
    assert somebody is not None
    assert somebody.invitee.last_name  # members stay until their own day
    assert replies.find_by_code(somebody.invitee.code) is not None
