"""Recommendations, ballots, the report, the council's answers."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from buergerrat.recommendations import standing
    from buergerrat.recommendations.views import register

    assert standing  # registers the steps of the way

    register(app)
