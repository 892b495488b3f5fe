"""Long work: Huey carries it, a row in our database is the truth about it.

A job runs under a lease that a heartbeat renews. A worker that dies leaves a lease
that runs out; the next sweep hands the job to another run. `fence` counts the runs:
the final step commits only under the newest fence, so a job has exactly one effect.

    @job("read_register")
    def read_register(run: Run) -> None:
        for done in work: run.progress(done, total, "…")   # outside a transaction
        with run.finish() as result:                        # the one effect
            ...

Payloads are JSON and hold ids, never names.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from huey import Huey, MemoryHuey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from sqlalchemy import JSON, ForeignKey, String, Text, event, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from buergerrat.db import Identified, Model, Timed, UTCDateTime, db, set_writing, utcnow, writing

LEASE = dt.timedelta(seconds=20)
HEARTBEAT_SECONDS = 5.0
MAX_ATTEMPTS = 5
log = logging.getLogger(__name__)


class Job(Identified, Timed, Model):
    """state: queued → running → done | failed | cancelled."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    assembly_id: Mapped[int | None] = mapped_column(
        ForeignKey("assembly.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = mapped_column(String(12), default="queued", index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(String(200), default="")
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(Text, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))

    @property
    def active(self) -> bool:
        return self.state in ("queued", "running")

    @property
    def percent(self) -> int:
        if self.state == "done":
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0


class JobProblem(Exception):
    """The work cannot be done with what was given. The text is a sentence for the person."""


class LeaseLost(Exception):
    """Another run has taken the job over, or it was cancelled; this one must stop."""


class Run:
    """One run of a job, as its function sees it."""

    def __init__(self, job: Job) -> None:
        self.job_id = job.id
        self.uid = job.uid
        self.assembly_id = job.assembly_id
        self.payload: dict[str, Any] = dict(job.payload)
        self.user_id = job.user_id
        self.fence = job.fence
        self._reported = 0.0
        self.lost = threading.Event()

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Say how far it is. Raises LeaseLost. Call it outside a transaction."""
        if self.lost.is_set():
            raise LeaseLost
        now = time.monotonic()
        if now - self._reported < 0.25 and done < total:
            return
        self._reported = now
        db.session.rollback()
        if not self._renew(done=done, total=total, message=message):
            raise LeaseLost

    def beat(self) -> bool:
        return self._renew()

    def _renew(self, **values: Any) -> bool:
        set_writing(True)
        with db.engine.begin() as connection:
            result = connection.execute(
                update(Job)
                .where(Job.id == self.job_id, Job.fence == self.fence, Job.state == "running")
                .values(lease_until=utcnow() + LEASE, **values)
            )
        set_writing(False)
        return result.rowcount == 1

    @contextmanager
    def finish(self) -> Iterator[dict[str, Any]]:
        """The job's one effect: commits together with state `done`, or not at all."""
        result: dict[str, Any] = {}
        with writing():
            job = db.session.get_one(Job, self.job_id, populate_existing=True)
            if job.fence != self.fence or job.state != "running":
                raise LeaseLost
            yield result
            job.state, job.result, job.finished_at = "done", result, utcnow()
            job.lease_until = None
            job.done = job.total


@dataclass(frozen=True)
class Periodic:
    """What the worker does by itself, at its start and then every so often."""

    every: dt.timedelta
    function: Callable[[], object]


periodic: list[Periodic] = []


def every(span: dt.timedelta) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Register a function that the worker calls in an app context, again and again.

    It may be called at any time and more than once: it must do nothing when nothing is due.
    """

    def register(function: Callable[[], object]) -> Callable[[], object]:
        periodic.append(Periodic(span, function))
        return function

    return register


Function = Callable[[Run], None]
_functions: dict[str, Function] = {}


def job(kind: str) -> Callable[[Function], Function]:
    """Register the function that does jobs of this kind."""

    def register(function: Function) -> Function:
        _functions[kind] = function
        return function

    return register


def start(kind: str, *, assembly_id: int | None, user_id: int | None = None, **payload: Any) -> Job:
    """Put a job in the caller's transaction; Huey hears of it once that is committed."""
    if kind not in _functions:
        raise KeyError(kind)
    row = Job(kind=kind, assembly_id=assembly_id, user_id=user_id, payload=payload)
    db.session.add(row)
    db.session.flush()
    uid = row.uid
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    @event.listens_for(db.session(), "after_commit", once=True)
    def enqueue(_session: Any) -> None:
        app.extensions["run_job"](uid)

    return row


def cancel(row: Job) -> None:
    """Ask a queued or running job to stop; its run notices at its next progress."""
    if row.active:
        row.state, row.finished_at = "cancelled", utcnow()


def run(uid: str) -> None:
    """Claim and carry out a job. Does nothing when somebody else holds it."""
    claimed = _claim(uid)
    if claimed is None:
        return
    stop = threading.Event()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    heart = threading.Thread(target=_beat, args=(app, claimed, stop), daemon=True)
    heart.start()
    try:
        _functions[_kind(uid)](claimed)
        _fail_unless_finished(claimed, "Der Auftrag endete ohne Ergebnis.")
    except LeaseLost:
        db.session.rollback()
        log.info("job lost its lease", extra={"job": uid})
    except JobProblem as problem:
        db.session.rollback()
        _fail_unless_finished(claimed, str(problem))
    except Exception:
        db.session.rollback()
        log.exception("job failed", extra={"job": uid})
        _fail_unless_finished(
            claimed,
            "Das hat nicht geklappt. Es wurde nichts verändert. Bitte starten Sie es noch einmal.",
        )
    finally:
        stop.set()
        heart.join()


def _kind(uid: str) -> str:
    kind = db.session.scalar(select(Job.kind).where(Job.uid == uid))
    db.session.rollback()
    return str(kind)


def _claim(uid: str) -> Run | None:
    now = utcnow()
    with writing():
        row = db.session.scalar(select(Job).where(Job.uid == uid))
        if row is None:
            return None
        expired = row.state == "running" and (row.lease_until is None or row.lease_until < now)
        if row.state != "queued" and not expired:
            return None
        if row.attempts >= MAX_ATTEMPTS:
            row.state, row.finished_at = "failed", now
            row.error = "Der Auftrag brach mehrmals ab. Es wurde nichts verändert."
            return None
        row.state, row.lease_until = "running", now + LEASE
        row.fence += 1
        row.attempts += 1
        db.session.flush()
        return Run(row)


def _beat(app: Flask, claimed: Run, stop: threading.Event) -> None:
    while not stop.wait(HEARTBEAT_SECONDS):
        with app.app_context():
            if not claimed.beat():
                claimed.lost.set()
                return


def _fail_unless_finished(claimed: Run, sentence: str) -> None:
    with writing():
        db.session.execute(
            update(Job)
            .where(Job.id == claimed.job_id, Job.fence == claimed.fence, Job.state == "running")
            .values(state="failed", error=sentence, finished_at=utcnow(), lease_until=None)
        )


def waiting(at_least: dt.timedelta = dt.timedelta(0)) -> list[str]:
    """Uids of jobs nobody works on: queued for that long, or running with a lease that ran out."""
    rows = db.session.scalars(
        select(Job.uid)
        .where(
            or_(
                (Job.state == "queued") & (Job.created_at <= utcnow() - at_least),
                (Job.state == "running") & (Job.lease_until < utcnow()),
            )
        )
        .order_by(Job.id)
    ).all()
    db.session.rollback()
    return list(rows)


class JsonSerializer(Serializer):
    """Huey's messages as JSON instead of pickle."""

    def _serialize(self, data: Any) -> bytes:
        if isinstance(data, Message):
            return json.dumps({"message": list(data)}).encode()
        return json.dumps({"data": data}).encode()

    def _deserialize(self, data: bytes) -> Any:
        decoded = json.loads(data)
        if "message" in decoded:
            fields = decoded["message"]
            return Message(*fields)
        return decoded["data"]


def make_queue(url: str) -> Huey:
    """SQLite file beside the database by default; `redis://…` for several machines."""
    options = {"serializer": JsonSerializer(), "results": False, "utc": True}
    if url == "memory:":
        return MemoryHuey("buergerrat", immediate=True, **options)
    if url.startswith("redis"):
        return RedisHuey("buergerrat", url=url, **options)
    return SqliteHuey("buergerrat", filename=url.removeprefix("sqlite:///"), fsync=True, **options)


def init_app(app: Flask, queue_url: str) -> Huey:
    queue = make_queue(queue_url)

    @queue.task(name="run_job")
    def run_job(uid: str) -> None:
        with app.app_context():
            run(uid)

    app.extensions["queue"] = queue
    app.extensions["run_job"] = run_job
    return queue
