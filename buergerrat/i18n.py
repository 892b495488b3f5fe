"""German first; English by `?sprache=en`, or by the account's choice. No cookie for visitors.

The pages on which residents answer offer more: Leichte Sprache and every further catalogue. Leichte
Sprache is a catalogue like any other, `translations/de@easy`: a text that it lacks stays German.
Behind the code the choice is kept in the session of the answer, and nowhere else.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from babel import Locale
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, get_locale
from flask_login import current_user

from buergerrat.config import FILES

babel = Babel()
NAMES = {"de": "Deutsch", "en": "English"}
EASY = "leicht"
EASY_LOCALE = "de@easy"
EASY_TAG = "de-simple"  # for `lang=`: the registered variant for simplified language
ANSWERS = ("answer", "seat")  # blueprints behind the code
KEPT = "answer_language"


def locale() -> str:
    if not has_request_context():
        return "de"
    if request.blueprint in ANSWERS:
        asked = answer_language()
        return EASY_LOCALE if asked == EASY else asked
    asked = request.args.get("sprache", "")
    if asked in NAMES:
        return asked
    if session and "_user_id" in session and current_user.is_authenticated:
        return str(current_user.locale)
    return "de"


def answer_language() -> str:
    """The key of `offered` in which the resident reads."""
    known = offered()
    for asked in (request.args.get("sprache", ""), session.get(KEPT, "") if session else ""):
        if asked in known:
            return str(asked)
    return "de"


def keep_answer_language() -> None:
    """Call once a code has opened an answer: the choice stays until the answer is left."""
    language = answer_language()
    if session.get(KEPT, "de") != language:
        session[KEPT] = language


def offered() -> dict[str, str]:
    """The languages of this page: value of `?sprache=` → name in that language."""
    if request.blueprint not in ANSWERS:
        return NAMES
    further: dict[str, str] | None = current_app.extensions.get("answer_languages")
    if further is None:
        found = {str(one): str(one.display_name) for one in babel.list_translations()}
        further = {k: name for k, name in sorted(found.items()) if k not in (*NAMES, EASY_LOCALE)}
        current_app.extensions["answer_languages"] = further
    return {"de": NAMES["de"], EASY: "Leichte Sprache", "en": NAMES["en"], **further}


def init_app(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "de"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FILES / "translations")
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Berlin"
    babel.init_app(app, locale_selector=locale)
    app.url_defaults(_keep_language)
    app.context_processor(_words)


def _words() -> dict[str, Any]:
    now = get_locale() or Locale("de")
    return {
        "page_lang": tag_of(str(now)),
        "page_dir": now.text_direction if now.text_direction != "ltr" else "",
        "easy": str(now) == EASY_LOCALE,
        "lang_links": lang_links(),
    }


def tag_of(language: str) -> str:
    """What stands in `lang=`."""
    return EASY_TAG if language in (EASY, EASY_LOCALE) else language.replace("_", "-")


def lang_links() -> list[dict[str, Any]]:
    """The same page in each language; only where a page can be asked for again."""
    if not has_request_context() or request.method != "GET":
        return []
    now = tag_of(str(get_locale() or "de"))
    return [
        {
            "label": name,
            "lang": tag_of(code),
            "current": tag_of(code) == now,
            "url": f"{request.path}?{urlencode({**request.args.to_dict(), 'sprache': code})}",
        }
        for code, name in offered().items()
    ]


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """A visitor who reads English stays in English: the choice walks along in the address."""
    if not has_request_context() or endpoint == "static" or "sprache" in values:
        return
    if endpoint.split(".")[0] in ANSWERS and request.blueprint in ANSWERS:
        if request.args.get("sprache") in offered():  # also where a form is sent
            values["sprache"] = request.args["sprache"]
        return
    english = request.args.get("sprache") == "en" or (
        request.blueprint in ANSWERS and answer_language() == "en"
    )
    if english and g.get("keep_language", True):
        rule = next(iter(current_app.url_map.iter_rules(endpoint)), None)
        if rule is not None and "GET" in (rule.methods or set()):
            values["sprache"] = "en"
