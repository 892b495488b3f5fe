"""Pages about personal data: what is deleted when, documents, one person's rights, the overview."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    from buergerrat.privacy.views import deleting, documents, officer, rights

    for module in (deleting, documents, officer, rights):
        app.register_blueprint(module.bp)
