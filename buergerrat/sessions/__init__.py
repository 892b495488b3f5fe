"""Sessions, tables, notes."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    # Importing the first three registers the dates, the deletion and the step.
    from buergerrat.sessions import dates, forgetting, standing, telling  # noqa: F401
    from buergerrat.sessions.views import register

    register(app)
