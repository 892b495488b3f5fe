"""One command for everything: migrations, the web server, and a worker that is watched."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from types import FrameType

import flask_migrate
import waitress  # type: ignore[import-untyped]
from flask import Flask

from buergerrat.assemblies import uploads

log = logging.getLogger(__name__)
LONGEST_PAUSE = 60.0
HEALTHY_SECONDS = 60.0
GRACE_SECONDS = 10.0


def serve(app: Flask, host: str, port: int) -> None:
    """Blocks until SIGTERM or SIGINT; then web server and worker end."""
    with app.app_context():
        flask_migrate.upgrade()
    # Alembic's configuration replaces the log handlers; ours come back.
    from buergerrat import logs

    logs.setup()
    uploads.seal_buffers()
    signal.signal(signal.SIGTERM, _leave)
    watch = WorkerWatch()
    watch.start()
    try:
        waitress.serve(
            app,
            host=host,
            port=port,
            threads=app.extensions["settings"].threads,
            ident=None,
            channel_timeout=120,
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + 1024 * 1024,
        )
    finally:
        watch.end()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


class WorkerWatch(threading.Thread):
    """Starts the worker as a child process and starts it again when it ends, ever more slowly."""

    def __init__(self, command: list[str] | None = None) -> None:
        super().__init__(daemon=True)
        self.command = command or [
            sys.executable,
            "-m",
            "buergerrat.cli",
            "worker",
            "--parent",
            str(os.getpid()),
        ]
        self.child: subprocess.Popen[bytes] | None = None
        self.stopping = threading.Event()
        self.starting = threading.Lock()  # so that no worker starts after `end` has looked
        self.starts = 0

    def run(self) -> None:
        pause = 1.0
        while not self.stopping.is_set():
            started = time.monotonic()
            child = self._start()
            if child is None:
                return
            status = child.wait()
            if self.stopping.is_set():
                return
            if time.monotonic() - started > HEALTHY_SECONDS:
                pause = 1.0
            log.warning("worker ended, starts again", extra={"status": status})
            self.stopping.wait(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)

    def _start(self) -> subprocess.Popen[bytes] | None:
        """A new worker; None when it is no longer wanted."""
        with self.starting:
            if self.stopping.is_set():
                return None
            self.child = subprocess.Popen(self.command)  # noqa: S603 - our own command
            self.starts += 1
            return self.child

    def end(self) -> None:
        """Stop the worker; its job, if any, is taken up again at the next start."""
        with self.starting:
            self.stopping.set()
        if self.child is None:
            return
        self.child.terminate()
        try:
            self.child.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
