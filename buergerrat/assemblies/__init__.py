"""One Bürgerrat: mandate, dates, the way, retention."""

from __future__ import annotations

from flask import Flask

from buergerrat.assemblies import scope
from buergerrat.assemblies.views import bp


def init_app(app: Flask) -> None:
    scope.init_app(app)
    app.register_blueprint(bp)
