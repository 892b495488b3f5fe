"""One Bürgerrat: mandate, dates, the way, retention."""

from __future__ import annotations

from flask import Flask
from werkzeug.local import LocalProxy

from buergerrat.assemblies import scope, way
from buergerrat.assemblies.uploads import SealingRequest
from buergerrat.assemblies.views import bp


def init_app(app: Flask) -> None:
    from buergerrat.assemblies import standing  # noqa: F401 - registers its step

    app.request_class = SealingRequest
    scope.init_app(app)
    app.register_blueprint(bp)
    # A proxy, so that a page without the way (an error page) does not ask the database for it.
    app.context_processor(lambda: {"way": LocalProxy(way.current)})
