"""/mitglieder/verlauf: the log of the seats, without names, and its check."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition.member_tabs import member_tabs
from buergerrat.sortition.services import lottery, member_page, seat_check, seat_history

bp = Blueprint("seat_history", __name__)
bp.context_processor(member_tabs)


@bp.get("/<town>/buergerraete/<assembly>/mitglieder/verlauf")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def show(assembly: Assembly) -> str:
    draw = lottery.current(assembly)
    picked = draw if draw is not None and draw.state == "picked" else None
    checked = picked is not None and "pruefen" in request.args
    result = seat_check.check(assembly, picked) if picked is not None and checked else None
    return render_template(
        "sortition/members/history.html",
        assembly=assembly,
        lines=seat_history.lines(assembly, picked) if picked is not None else [],
        check=result,
        later=seat_check.later_words(result.later) if result is not None else "",
        seats=member_page.seats_today(assembly) if picked is not None else None,
        crumbs=[
            {"label": _("Bürgerräte"), "url": url_for("assemblies.index")},
            {"label": assembly.title, "url": url_for("assemblies.home")},
        ],
    )
