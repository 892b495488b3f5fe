"""Sessions, tables, notes."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    # Importing the first two registers the step and the deletion.
    from buergerrat.sessions import forgetting, standing  # noqa: F401
    from buergerrat.sessions.views import register

    register(app)
