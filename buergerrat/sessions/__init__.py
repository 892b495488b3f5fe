"""Sessions, tables, notes."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from buergerrat.sessions.views import register

    register(app)
