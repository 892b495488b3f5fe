"""Bürgerrat: from the resident register to the council's answer."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from buergerrat.config import FILES, VERSION, Settings

__version__ = VERSION


def create_app(settings: Settings | None = None) -> Flask:
    """The application. Refuses to start while a route lacks an access rule."""
    from buergerrat import (
        accounts,
        assemblies,
        charts,
        db,
        errors,
        formats,
        i18n,
        jobs,
        logs,
        privacy,
        public,
        recommendations,
        sessions,
        sortition,
        web,
    )

    settings = settings or Settings.from_env()
    app = Flask(
        __name__,
        template_folder=str(FILES / "templates"),
        static_folder=str(FILES / "static"),
        static_url_path="/static",
    )
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.upload_limit,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SEND_FILE_MAX_AGE_DEFAULT=86400,
    )
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["charts"] = charts
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]

    db.init_app(app, settings)
    jobs.init_app(app, settings.queue_url)
    i18n.init_app(app)
    formats.init_app(app)
    logs.init_app(app)
    for part in (accounts, assemblies):
        part.init_app(app)
    web.init_app(app)
    for later in (sortition, sessions, recommendations, public, privacy):
        later.init_app(app)
    errors.init_app(app)
    web.seal_routes(app)
    return app
