"""From the register extract to the seats."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from buergerrat.sortition import (  # noqa: F401 - they register steps, locks, erasures
        forgetting,
        forgetting_calls,
        forgetting_consents,
        forgetting_lottery,
        forgetting_replies,
        forgetting_reserve,
        forgetting_visits,
        locking,
        standing,
        standing_lottery,
        standing_replies,
        standing_timeline,
        telling,
        telling_replies,
        telling_seats,
    )
    from buergerrat.sortition.views import register

    register(app)
