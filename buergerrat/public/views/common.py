"""What all public pages share: only what is published, the menu, and how long they may be kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Response, abort, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat.assemblies.models import Assembly

View = TypeVar("View", bound=Callable[..., Any])
MENU = ("assembly.show", "pot.show", "verify.show")


def published(view: View) -> View:
    """The view is there once the Bürgerrat is published; before, the page does not exist.

    Stands below the access rule.
    """

    @wraps(view)
    def wrapped(assembly: Assembly, **values: Any) -> Any:
        if assembly.published_at is None:
            abort(404)
        return view(assembly, **values)

    return wrapped  # type: ignore[return-value]


def cacheable(response: Response) -> Response:
    """Pages that are the same for everybody may be kept for a minute; no cookie goes with them."""
    same_for_all = not current_user.is_authenticated and not g.get("personal", True)
    if request.method == "GET" and response.status_code == 200 and same_for_all:
        response.headers.setdefault("Cache-Control", "public, max-age=60")
    return response


def frame() -> dict[str, Any]:
    """The menu and the link to sign in."""
    assembly: Assembly | None = g.get("assembly")
    shown = assembly is not None and assembly.published_at is not None
    names = {
        "assembly.show": assembly.title if assembly else "",
        "pot.show": _("War ich im Lostopf?"),
        "verify.show": _("Losung prüfen"),
    }
    here = request.endpoint or ""
    menu = [
        {
            "label": names[endpoint],
            "url": url_for(endpoint),
            "current": here.split(".")[0] == endpoint.split(".")[0],
        }
        for endpoint in MENU
        if shown
    ]
    signed_in = current_user.is_authenticated
    return {
        "public_nav": menu,
        "sign_in_url": "" if signed_in else url_for("accounts.sign_in"),
    }
