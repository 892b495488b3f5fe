"""Deleting people's data on time, their rights, and the documents that say so."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from buergerrat.privacy import models, overview, periodic  # noqa: F401 - they register themselves
    from buergerrat.privacy.views import register

    register(app)
