"""From the register extract to the seats."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from buergerrat.sortition import standing_lottery  # noqa: F401 - registers its steps
    from buergerrat.sortition.views import register

    register(app)
