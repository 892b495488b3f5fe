"""A marker in every field of some people; after the erasure no byte anywhere tells of them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from buergerrat.assemblies import files, retention
from buergerrat.assemblies.models import StoredFile
from buergerrat.crypto import Personal, SealBroken, assembly_key, unseal
from buergerrat.db import Base, db, writing
from buergerrat.jobs import Job
from buergerrat.logs import JsonLines
from buergerrat.privacy import deadlines, services
from buergerrat.sortition.models import Invitee, Member, Reply, ReplyFeature
from buergerrat.sortition.services import letters, replies
from tests.public.course import Course, at, later
from tests.support import BrowserLike

MARK = "Markierung7Q"


def personal_fields(noun: type) -> list[str]:
    return [name for name, value in vars(noun).items() if isinstance(value, Personal)]


def mark(invitee: Invitee) -> list[str]:
    """Put a marker of its own into every sealed and every open field; returns them."""
    assert invitee.reply is not None
    marks = []

    def fresh() -> str:
        marks.append(f"{MARK}-{invitee.id}-{len(marks)}-")
        return marks[-1]

    for noun in (invitee, invitee.reply, *invitee.reply.features):
        for name in personal_fields(type(noun)):
            if name not in ("code", "value"):  # those two must stay what the services know
                given = fresh()
                setattr(
                    noun,
                    name,
                    json.dumps({"needs": [], "text": given}) if name == "support" else given,
                )
    return marks


def rows() -> Iterator[tuple[str, dict[str, Any]]]:
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(select(table)).mappings():
            yield table.name, dict(row)


def opened() -> Iterator[str]:
    """Everything sealed that still opens."""
    for mapper in Base.registry.mappers:
        for name in personal_fields(mapper.class_):
            for row in db.session.scalars(select(mapper.class_)):
                yield getattr(row, name)


def stored_bytes(data: Path) -> bytes:
    """All files below the data folder: database, its log, the queue, sealed files."""
    db.session.commit()
    db.session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    db.session.commit()
    return b"".join(path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file())


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


def test_no_marker_survives_and_none_was_ever_readable_on_disk(
    app: Flask, clerk: BrowserLike, course: Course, tmp_path: Path, written: io.StringIO
) -> None:
    draw = course.seated()
    course.met()
    seated = set(db.session.scalars(select(Member.invitee_id)))
    silent = db.session.scalars(select(Invitee).outerjoin(Reply).where(Reply.id.is_(None))).first()
    waiting = course.somebody_in_the_pool()
    member = db.session.get_one(Invitee, min(seated))
    assert silent is not None
    with writing():
        marks = mark(waiting) + mark(member)
        silent.last_name = f"{MARK}-silent-"
        marks.append(silent.last_name)
        letters.make(course.assembly)
    uids = [one.uid for one in (silent, waiting, member)]
    codes = [one.code for one in (silent, waiting, member)]
    hashes = [str(one.code_hash) for one in (silent, waiting, member)]
    homes = [str(one.household) for one in (silent, waiting, member)]
    assert sum(MARK in value for value in opened()) == len(marks)
    clerk.get(f"/elbtal/buergerraete/ortsmitte-2035/antworten?suche={MARK}")
    before = stored_bytes(tmp_path)
    assert MARK.encode() not in before  # sealed, never readable
    assert not any(code.encode() in before for code in codes)
    lists = draw.panels
    key = assembly_key(course.assembly.id)
    with at(later(1000)), writing():
        services.delete_due(course.assembly)
    after = stored_bytes(tmp_path)
    assert MARK.encode() not in after
    for gone in (*codes, *hashes, *homes):
        assert gone.encode() not in after
    # Even whoever kept the key finds nothing: the rows are empty, not only locked.
    for noun in (Invitee, Reply, ReplyFeature):
        for table, row in rows():
            if table == noun.__tablename__:
                assert not [
                    name for name, value in row.items() if name.endswith("_sealed") and value
                ]
    for table, row in rows():
        for value in row.values():
            if isinstance(value, bytes) and table not in ("report_file", "panel_draw"):
                with pytest.raises((SealBroken, ValueError)):
                    unseal(key, value, "anything")
    for job in db.session.scalars(select(Job)):
        assert not any(uid in json.dumps([job.payload, job.result, job.message]) for uid in uids)
    assert MARK not in written.getvalue()
    assert "Nachname" not in written.getvalue()
    assert draw.panels == lists


def test_every_sealed_field_belongs_to_a_noun_that_forgets(app: Flask) -> None:
    """A new noun with personal data must say how it forgets."""
    holders = {m.class_.__tablename__ for m in Base.registry.mappers if personal_fields(m.class_)}
    assert holders == {
        "call_note",
        "invitee",
        "panel_draw",
        "register_extract",
        "reply",
        "reply_feature",
        "reserve_ticket",
    }
    keys = {category.key for category in retention.categories}
    assert {"invitees", "letters", "register_spool", "replies", "lottery", "sessions"} <= keys


def test_letters_and_full_record_go_with_those_they_tell_of(
    app: Flask, course: Course, tmp_path: Path
) -> None:
    draw = course.seated()
    with writing():
        letters.make(course.assembly)
    purposes = {f.purpose for f in db.session.scalars(select(StoredFile)) if not f.deleted_at}
    assert purposes == {"letters", "full_record"}
    paths = [
        files.path_of(f.uid) for f in db.session.scalars(select(StoredFile)) if not f.deleted_at
    ]
    assert all(path.exists() for path in paths)
    group = next(g for g in deadlines.groups(course.assembly) if g.period.key == "pool")
    assert group.due is not None
    with at(later(100)), writing():
        services.delete_due(course.assembly)
    assert not any(path.exists() for path in paths)
    assert draw.pool_sealed is None
    somebody = db.session.scalars(select(Member)).first()
    assert somebody is not None
    assert somebody.invitee.last_name  # members stay until their own day
    assert replies.find_by_code(somebody.invitee.code) is not None
