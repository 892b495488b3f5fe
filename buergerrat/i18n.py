"""German first; English by `?sprache=en`, or by the account's choice. No cookie for visitors."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel
from flask_login import current_user

from buergerrat.config import FILES

babel = Babel()


def locale() -> str:
    if not has_request_context():
        return "de"
    asked = request.args.get("sprache")
    if asked in ("de", "en"):
        return str(asked)
    if current_user and current_user.is_authenticated:
        return str(current_user.locale)
    return "de"


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "de"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FILES / "translations")
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Berlin"
    babel.init_app(app, locale_selector=locale)
    app.url_defaults(_keep_language)


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """A visitor who reads English stays in English: the choice walks along in the address."""
    if not has_request_context() or endpoint == "static" or "sprache" in values:
        return
    if request.args.get("sprache") == "en" and g.get("keep_language", True):
        rule = next(iter(current_app.url_map.iter_rules(endpoint)), None)
        if rule is not None and "GET" in (rule.methods or set()):
            values["sprache"] = "en"
