"""Structured logs: one JSON object a line, and only fields that cannot hold personal data."""

from __future__ import annotations

import datetime as dt
import json
import logging
import time
from typing import Any

from flask import Flask, Response, g, request

ALLOWED = ("endpoint", "method", "status", "ms", "job", "reference", "kind")


class JsonLines(logging.Formatter):
    """Message template without its arguments' personal values; tracebacks without values."""

    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage() if record.name.startswith("buergerrat") else record.msg,
        }
        entry |= {k: record.__dict__[k] for k in ALLOWED if k in record.__dict__}
        if record.exc_info and record.exc_info[0] is not None:
            entry["error"] = record.exc_info[0].__name__
            entry["where"] = _places(record.exc_info[2])
        return json.dumps(entry, ensure_ascii=False, default=str)


def _places(traceback: Any) -> list[str]:
    """File and line of every step; no source text, no values."""
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return places[-12:]


def setup() -> None:
    """Send the root logger's records to standard error as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("huey", "waitress", "fontTools", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def init_app(app: Flask) -> None:
    log = logging.getLogger("buergerrat.access")

    @app.before_request
    def start_clock() -> None:
        g.clock = time.perf_counter()

    @app.after_request
    def write_line(response: Response) -> Response:
        if request.endpoint != "static":
            ms = round(1000 * (time.perf_counter() - g.get("clock", time.perf_counter())), 1)
            extra = {
                "endpoint": request.endpoint,
                "method": request.method,
                "status": response.status_code,
                "ms": ms,
            }
            log.info("request", extra=extra)
        return response
