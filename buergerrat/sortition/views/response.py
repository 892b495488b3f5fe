"""What the response page lets the clerk do: plan a reminder."""

from __future__ import annotations

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition.services import letters, response_page
from buergerrat.web import Conflict, back_to

bp = Blueprint("response", __name__)


@bp.post("/<town>/buergerraete/<assembly>/antworten/erinnerung")
@access(Role.ADMINISTRATION)
def remind(assembly: Assembly) -> ResponseReturnValue:
    """Letters to everybody who has not answered; the letters page shows how they are made."""
    if why := response_page.no_reminder(assembly):
        raise Conflict(why)
    letters.make(assembly, current_user.id, kind="reminder")
    flash(_("Die Erinnerungen werden erstellt."), "success")
    return back_to("letters.show")
