"""The page's language for the pictures, which know no web framework."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from buergerrat.charts import Words
from buergerrat.formats import language


def words() -> Words:
    return Words(gettext, ngettext, language())
