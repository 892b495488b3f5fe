"""A worker that is killed in the middle of a job: it is found, done again, and done once."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from buergerrat import create_app
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.audit import AuditEntry
from buergerrat.audit import verify as broken_entries
from buergerrat.config import Settings
from buergerrat.db import db, utcnow, writing
from buergerrat.jobs import Job
from buergerrat.sortition.models import Invitee, PanelDraw
from buergerrat.sortition.services import drawing, lottery, quotas
from tests.sortition.conftest import fill_pool  # noqa: F401
from tests.support import Factory

pytestmark = [pytest.mark.slow]
PAGE = "/elbtal/ortsmitte-2035/"
PEOPLE = 300  # so many that the lists take a while


def until(true: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Wait for something that another process does."""
    end, pause = time.monotonic() + seconds, threading.Event()
    while not true():
        assert time.monotonic() < end, what
        pause.wait(0.02)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An installation of its own, with the queue in a file, as `buergerrat serve` has it."""
    own = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "QUEUE_URL")}
    return {**own, "BUERGERRAT_DATA": str(tmp_path), "BASE_URL": "http://localhost"}


@pytest.fixture
def app(environment: dict[str, str]) -> Iterator[Flask]:
    app = create_app(Settings.from_env(environment))
    with app.app_context():
        with writing():
            db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def start_worker(
    environment: dict[str, str], tmp_path: Path
) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start `buergerrat worker`; whatever still runs at the end is ended."""
    started = []
    with (tmp_path / "worker.log").open("wb") as log:

        def start() -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", "buergerrat.cli", "worker"]
            started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
            return started[-1]

        yield start
        for worker in started:
            if worker.poll() is None:
                worker.kill()
            worker.wait()


@pytest.fixture
def draw(
    app: Flask,
    fill_pool: Callable[[Assembly, int], list[Invitee]],  # noqa: F811
) -> PanelDraw:
    """Frozen, and the job that builds the lists is queued."""
    factory = Factory()
    assembly = factory.assembly(factory.town(), seats=24)
    fill_pool(assembly, PEOPLE)
    with writing():
        quotas.save(assembly, quotas.proposal(assembly, width=2))
        lottery.freeze(assembly, None)
    with writing():
        found = lottery.current(assembly)
        assert found is not None
        drawing.build(found, None)
    return found


def job() -> Job:
    db.session.rollback()
    found: Job = db.session.query(Job).populate_existing().one()
    db.session.rollback()
    return found


def state_is(*states: str) -> Callable[[], bool]:
    def check() -> bool:
        db.session.rollback()
        return db.session.scalar(select(Job.state)) in states

    return check


def test_a_killed_worker_s_job_is_done_once(
    app: Flask, draw: PanelDraw, start_worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    assert app.test_client().get(PAGE).status_code == 200  # templates are compiled now
    first = start_worker()
    until(state_is("running"), "the worker takes the job")
    _the_page_answers(app)
    assert state_is("running")(), "the lists were built before the worker could be killed"
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert state_is("running")()
    assert (job().fence, job().attempts) == (1, 1)
    _the_lease_runs_out()
    second = start_worker()
    until(state_is("done", "failed"), "the second worker does it again")
    second.send_signal(signal.SIGTERM)
    second.wait(timeout=30)
    _exactly_one_effect()


def _the_page_answers(app: Flask) -> None:
    """While the job works, pages are served without waiting for it."""
    started = time.monotonic()
    assert app.test_client().get(PAGE).status_code == 200
    assert time.monotonic() - started < 2.0


def _the_lease_runs_out() -> None:
    """What twenty seconds do, without waiting for them."""
    with writing():
        db.session.execute(update(Job).values(lease_until=utcnow() - dt.timedelta(seconds=1)))


def _exactly_one_effect() -> None:
    done = job()
    assert (done.state, done.fence, done.attempts) == ("done", 2, 2), done.error
    drawn = db.session.query(PanelDraw).populate_existing().one()
    assert drawn.state == "built"
    assert len(lottery.panel_lines(drawn)) == 1000
    built = select(func.count()).where(AuditEntry.action == "lottery_built")
    assert db.session.scalar(built) == 1
    kept = select(func.count()).select_from(StoredFile).where(StoredFile.deleted_at.is_(None))
    assert db.session.scalar(kept) == 1
    assert broken_entries() == []
