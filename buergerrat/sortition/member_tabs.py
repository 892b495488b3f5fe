"""The pages about the members, as a row of links; only those the person may open."""

from __future__ import annotations

from typing import Any

from flask import g, request
from flask_babel import gettext as _

from buergerrat.assemblies import way


def member_tabs() -> dict[str, Any]:
    """For the templates of these pages: {label, url, current}."""
    labels = {
        "members.show": _("Mitglieder"),
        "calls.index": _("Anrufe"),
        "seat_history.show": _("Verlauf"),
        "certificates.show": _("Bescheinigungen"),
        "letters.show": _("Briefe"),
    }
    if g.get("assembly") is None:
        return {"member_tabs": []}
    urls = {endpoint: way.url_if_allowed(endpoint, g.assembly) for endpoint in labels}
    links = [
        {"label": label, "url": urls[endpoint], "current": endpoint == request.endpoint}
        for endpoint, label in labels.items()
        if urls[endpoint]
    ]
    return {"member_tabs": links}
