"""The ground everything stands on: seals, the log, jobs, double submits, files."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from buergerrat import audit, jobs
from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly
from buergerrat.crypto import KeyDestroyed, SealBroken, destroy_assembly_key
from buergerrat.db import db, utcnow, writing
from buergerrat.jobs import Job, JobProblem, LeaseLost, Run
from buergerrat.sortition.models import Reply
from tests.support import MASTER, make_settings


def test_a_sealed_value_opens_only_in_its_own_row(app: Flask, assembly: Assembly) -> None:
    one = Reply(assembly_id=assembly.id, phone="0171 1234567")
    two = Reply(assembly_id=assembly.id, phone="")
    assert one.phone == "0171 1234567"
    assert two.phone == ""
    assert one.phone_sealed is not None
    assert b"0171" not in one.phone_sealed
    two.phone_sealed = one.phone_sealed
    two.uid = two.uid or "x"
    with pytest.raises(SealBroken):
        _ = two.phone


def test_without_its_key_nothing_opens(app: Flask, assembly: Assembly) -> None:
    reply = Reply(assembly_id=assembly.id, phone="0171 1234567")
    with writing():
        destroy_assembly_key(assembly.id)
    with pytest.raises(KeyDestroyed):
        _ = reply.phone


def test_the_log_refuses_changes_and_finds_those_made_past_it(app: Flask) -> None:
    for number in range(3):
        with writing():
            audit.log("probe", "thing", number, count=number)
    assert audit.verify() == []
    with pytest.raises(DatabaseError), writing():
        db.session.execute(text("UPDATE audit_entry SET action = 'x' WHERE id = 2"))
    with pytest.raises(DatabaseError), writing():
        db.session.execute(text("DELETE FROM audit_entry WHERE id = 3"))
    with writing():
        db.session.execute(text("DROP TRIGGER audit_entry_no_update"))
        db.session.execute(text("DROP TRIGGER audit_entry_no_delete"))
    for damage in (
        "UPDATE audit_entry SET action = 'x' WHERE id = 2",
        "UPDATE audit_entry SET actor_role = 'x' WHERE id = 1",
        "DELETE FROM audit_entry WHERE id = 3",
    ):
        db.session.rollback()
        db.session.execute(text("PRAGMA defer_foreign_keys=ON"))
        db.session.execute(text(damage))
        db.session.expire_all()
        assert audit.verify() != []
        db.session.rollback()


def test_a_stored_file_is_sealed_and_its_tail_cannot_be_cut(app: Flask, assembly: Assembly) -> None:
    plain = b"Name;Ort\r\n" * 30_000
    with writing():
        row = files.keep(assembly.id, "upload", "auszug.csv", "text/csv", io.BytesIO(plain))
    assert files.open_file(row).read() == plain
    path = files.path_of(row.uid)
    sealed = path.read_bytes()
    assert b"Name;Ort" not in sealed
    path.write_bytes(sealed[:-40])
    with pytest.raises(SealBroken):
        files.open_file(row).read()


calls: list[str] = []


@jobs.job("probe")
def probe(run: Run) -> None:
    calls.append(run.uid)
    run.progress(1, 2, "halb")
    if run.payload.get("problem"):
        raise JobProblem("Die Datei ist leer.")
    if run.payload.get("crash"):
        raise ZeroDivisionError
    with run.finish() as result:
        audit.log("probe", "job", run.uid, assembly_id=run.assembly_id)
        result["answer"] = 42


@pytest.mark.parametrize(
    ("payload", "state"),
    [({}, "done"), ({"problem": True}, "failed"), ({"crash": True}, "failed")],
)
def test_a_job_ends_in_a_state_that_says_what_happened(
    app: Flask, assembly: Assembly, payload: dict[str, bool], state: str
) -> None:
    with writing():
        job = jobs.start("probe", assembly_id=assembly.id, **payload)
    db.session.expire_all()
    assert job.state == state
    assert (job.result.get("answer") == 42) == (state == "done")
    assert job.error == ("" if state == "done" else job.error)
    assert bool(job.error) == (state == "failed")


def test_a_job_whose_worker_died_is_run_again_with_one_effect(
    app: Flask, assembly: Assembly
) -> None:
    with writing():
        db.session.add(Job(kind="probe", assembly_id=assembly.id, state="running", attempts=1))
        job = db.session.scalars(db.select(Job)).one()
        job.lease_until, job.fence = utcnow(), 1
    dead, uid = Run(job), job.uid
    assert jobs.waiting() == [uid]
    jobs.run(uid)
    db.session.expire_all()
    assert job.state == "done"
    with pytest.raises(LeaseLost), dead.finish():
        audit.log("probe", "job", uid)
    jobs.run(uid)
    effects = [e for e in db.session.scalars(db.select(audit.AuditEntry)) if e.object_id == uid]
    assert len(effects) == 1


def test_a_town_there_is_not_gets_a_whole_page(app: Flask) -> None:
    answer = app.test_client().get("/nirgendwo/?_scheme=javascript&_external=1")
    assert answer.status_code == 404
    assert "<h1" in answer.text
    assert "javascript:" not in answer.text


def test_no_secret_stands_in_the_printed_settings(tmp_path: Path) -> None:
    settings = make_settings(
        tmp_path,
        secret_key="MARKER-1",
        database_url="postgresql://u:MARKER-2@db/x",
        queue_url="redis://:MARKER-3@q",
    )
    assert "MARKER" not in repr(settings)
    assert MASTER.hex() not in repr(settings)
    assert repr(MASTER) not in repr(settings)


def test_the_log_cannot_be_replaced_either(app: Flask) -> None:
    """SQLite counts REPLACE as an INSERT unless it is told that it deletes."""
    with writing():
        audit.log("look", "member", "all")
    forge = text("INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry")
    with pytest.raises(DatabaseError, match="append-only"), writing():
        db.session.execute(forge)
