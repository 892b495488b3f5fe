"""German first; English by `?sprache=en`, or by the account's choice. No cookie for visitors."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, get_locale
from flask_login import current_user

from buergerrat.config import FILES

babel = Babel()
NAMES = {"de": "Deutsch", "en": "English"}


def locale() -> str:
    if not has_request_context():
        return "de"
    asked = request.args.get("sprache")
    if asked in NAMES:
        return str(asked)
    if session and "_user_id" in session and current_user.is_authenticated:
        return str(current_user.locale)
    return "de"


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "de"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FILES / "translations")
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Berlin"
    babel.init_app(app, locale_selector=locale)
    app.url_defaults(_keep_language)
    app.context_processor(_words)


def _words() -> dict[str, Any]:
    return {"page_lang": str(get_locale() or "de"), "lang_links": lang_links()}


def lang_links() -> list[dict[str, Any]]:
    """The same page in each language; only where a page can be asked for again."""
    if not has_request_context() or request.method != "GET":
        return []
    now = str(get_locale() or "de")
    return [
        {
            "label": name,
            "lang": code,
            "current": code == now,
            "url": f"{request.path}?{urlencode({**request.args.to_dict(), 'sprache': code})}",
        }
        for code, name in NAMES.items()
    ]


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """A visitor who reads English stays in English: the choice walks along in the address."""
    if not has_request_context() or endpoint == "static" or "sprache" in values:
        return
    if request.args.get("sprache") == "en" and g.get("keep_language", True):
        rule = next(iter(current_app.url_map.iter_rules(endpoint)), None)
        if rule is not None and "GET" in (rule.methods or set()):
            values["sprache"] = "en"
