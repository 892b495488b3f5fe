"""The catalogue's functions with types: Flask-Babel carries none."""

from __future__ import annotations

from typing import Any

import flask_babel


def gettext(text: str, **values: Any) -> str:
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, count: int, **values: Any) -> str:
    return str(flask_babel.ngettext(one, many, count, **values))
