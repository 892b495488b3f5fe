"""One Bürgerrat: mandate, dates, the way, retention."""

from __future__ import annotations

from flask import Flask
from werkzeug.local import LocalProxy

from buergerrat.assemblies import scope, way
from buergerrat.assemblies.timeline_views import bp as timeline_bp
from buergerrat.assemblies.uploads import SealingRequest
from buergerrat.assemblies.views import bp


def init_app(app: Flask) -> None:
    from buergerrat.assemblies import standing  # noqa: F401 - registers its step

    app.request_class = SealingRequest
    scope.init_app(app)
    app.register_blueprint(bp)
    app.register_blueprint(timeline_bp)
    # A proxy, so that a page without the way (an error page) does not ask the database for it.
    app.context_processor(lambda: {"way": LocalProxy(way.current)})
