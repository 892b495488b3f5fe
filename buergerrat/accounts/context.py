"""What every page knows about the person who looks at it."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, has_request_context, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from buergerrat.accounts import roles
from buergerrat.accounts.access import roles_in
from buergerrat.accounts.models import DATA_COLOUR, TOWN_COLOUR, Municipality, Role

LEGAL: dict[str, Any] = {
    "legal.accessibility": _l("Barrierefreiheit"),
    "legal.privacy": _l("Datenschutz"),
    "legal.imprint": _l("Impressum"),
}


def init_app(app: Flask) -> None:
    app.context_processor(about_the_reader)


def about_the_reader() -> dict[str, Any]:
    """role_label, help_url, logout_url, home_url, legal_links, demo_notice, town_css_url."""
    if not has_request_context():
        return dict.fromkeys(("role_label", "help_url", "logout_url", "demo_notice"), "") | {
            "home_url": "/",
            "legal_links": [],
            "town_css_url": None,
        }
    signed_in = bool(session) and "_user_id" in session and current_user.is_authenticated
    role = _role_here() if signed_in else None
    return {
        "role_label": roles.label(role) if role else "",
        "help_url": url_for("help.show", _anchor=roles.HELP[role] if role else None),
        "logout_url": url_for("accounts.sign_out") if signed_in else "",
        "account_url": url_for("account.show") if signed_in else "",
        "home_url": roles.home_of(current_user) if signed_in else _front_page(),
        "legal_links": _legal_links(),
        "demo_notice": demo_notice(),
        "town_css_url": _town_css_url(),
    }


def demo_notice() -> str:
    """The line that a demo shows on every page; empty for a real town."""
    if not current_app.extensions["settings"].demo:
        return ""
    return str(_("Vorführung mit erfundenen Daten. Anmelden geht hier ohne zweiten Faktor."))


def _role_here() -> Role | None:
    """The widest role that holds on this page; away from towns, any of the person's roles."""
    town, assembly = g.get("municipality"), g.get("assembly")
    if town is None:
        have = {Role(a.role) for a in current_user.assignments}
    else:
        have = set(roles_in(current_user.assignments, town.id, assembly.id if assembly else None))
    return next((role for role in map(Role, roles.ORDER) if role in have), None)


def _front_page() -> str:
    town = g.get("municipality")
    if town is not None and "assembly.town" in current_app.view_functions:
        return url_for("assembly.town", town=town.slug)
    return "/"


def _town_css_url() -> str | None:
    """The stylesheet of the page's town, None when it has the usual colours."""
    town: Municipality | None = g.get("municipality")
    if town is None or (town.town_colour, town.data_colour) == (TOWN_COLOUR, DATA_COLOUR):
        return None
    colours = (town.town_colour + town.data_colour).replace("#", "").lower()
    return url_for("colours.show", town=town.slug, v=colours)


def _legal_links() -> list[dict[str, str]]:
    if g.get("municipality") is None:
        return []
    return [
        {"label": str(name), "url": url_for(endpoint)}
        for endpoint, name in LEGAL.items()
        if endpoint in current_app.view_functions
    ]
