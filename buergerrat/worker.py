"""The worker: carries out jobs one after the other, finds lost ones, does what is due."""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
import threading
import time
from collections.abc import Callable

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from buergerrat import jobs
from buergerrat.assemblies import files

log = logging.getLogger(__name__)
SWEEP_SECONDS = 5.0
LOST_AFTER = dt.timedelta(seconds=10)


@jobs.every(dt.timedelta(hours=1))
def sweep_files() -> None:
    """Delete files that a crash left without a row."""
    files.sweep_orphans()


def run(app: Flask, *, parent: int | None = None) -> None:
    """Until SIGTERM or SIGINT. With `parent`, ends when that process is gone."""
    stop = threading.Event()
    sweeper = threading.Thread(target=_sweep_until, args=(app, stop, parent), daemon=True)
    sweeper.start()
    consumer = app.extensions["queue"].create_consumer(
        workers=1, worker_type="thread", periodic=False, max_delay=1.0, check_worker_health=True
    )
    try:
        consumer.run()
    finally:
        stop.set()


def _sweep_until(app: Flask, stop: threading.Event, parent: int | None) -> None:
    last: dict[int, float] = {}
    while True:
        with app.app_context():
            _guarded("jobs", lambda: requeue_lost(app))
            for number, due in enumerate(jobs.periodic):
                now = time.monotonic()
                if now - last.get(number, float("-inf")) >= due.every.total_seconds():
                    last[number] = now
                    _guarded(due.function.__name__, due.function)
        if parent is not None and os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        if stop.wait(SWEEP_SECONDS):
            return


def requeue_lost(app: Flask) -> int:
    """Hand jobs to the queue that it does not know of: lost in a crash, or their worker died.

    While the queue still holds messages nothing is added: the worker will get there.
    """
    queue = app.extensions["queue"]
    if queue.pending_count():
        return 0
    lost = jobs.waiting(at_least=LOST_AFTER)
    for uid in lost:
        app.extensions["run_job"](uid)
    return len(lost)


def _guarded(name: str, function: Callable[[], object]) -> None:
    """A failing chore must not end the others; it is tried again next time."""
    try:
        function()
    except (SQLAlchemyError, OSError, ValueError, LookupError, RuntimeError):
        log.exception("chore failed", extra={"kind": name})
