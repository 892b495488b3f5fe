"""Recommendations, ballots, the report, the council's answers."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from buergerrat.recommendations.views import register

    register(app)
