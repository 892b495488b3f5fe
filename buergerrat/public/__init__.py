"""What everybody sees without an account."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from buergerrat.public.views import register

    register(app)
