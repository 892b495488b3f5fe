"""/losung/<n>/saal: the screen in the hall. Digits one after the other, or a public value."""

from __future__ import annotations

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies import scope
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition.commitment import SeedError, SeedKind, normalise
from buergerrat.sortition.models import PanelDraw
from buergerrat.sortition.services import hall as service
from buergerrat.sortition.services import hall_page
from buergerrat.sortition.views.lottery import ONE, bp, built, roles
from buergerrat.web import Conflict, back_to


@bp.get(ONE + "/saal")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def hall(assembly: Assembly, number: int) -> str:
    """The page for the hall: large digits, then the composition. For the projector."""
    return _render(assembly, built(number), request.args.get("weg", ""))


@bp.post(ONE + "/ziffer")
@access(Role.ADMINISTRATION, reauth=True)
def draw_digit(assembly: Assembly, number: int) -> ResponseReturnValue:
    draw = scope.child(PanelDraw, number=number)
    place, digit = request.form.get("place", ""), request.form.get("digit", "")
    if place and place != str(len(draw.digits) + 1):
        flash(_("Diese Ziffer ist schon eingetragen."), "info")
        return back_to("lottery.hall", number=number, weg=_way())
    if request.form.get("again", digit) != digit:
        raise Conflict(
            _("Die beiden Eingaben sind verschieden. Es ist nichts eingetragen. Bitte noch einmal.")
        )
    service.draw_digit(draw, digit, current_user.id)
    return back_to("lottery.hall", number=number, weg=_way())


@bp.post(ONE + "/ziffer/zurueck")
@access(Role.ADMINISTRATION, reauth=True)
def take_digit_back(assembly: Assembly, number: int) -> ResponseReturnValue:
    """Until the last digit; the reason stands on the screen and in the log."""
    draw = scope.child(PanelDraw, number=number)
    if request.form.get("place", "") != str(len(draw.digits)):
        flash(_("Diese Ziffer ist schon zurückgenommen."), "info")
        return back_to("lottery.hall", number=number, weg=_way())
    service.take_back(draw, request.form.get("reason", ""))
    return back_to("lottery.hall", number=number, weg=_way())


@bp.post(ONE + "/quelle")
@access(Role.ADMINISTRATION, reauth=True)
def enter_source(assembly: Assembly, number: int) -> ResponseReturnValue:
    """First the value as it will count, for everybody to compare; the list only after that."""
    draw = scope.child(PanelDraw, number=number)
    kind, value = request.form.get("kind", ""), request.form.get("value", "")
    if kind not in hall_page.SOURCES:
        raise Conflict(_("Bitte wählen Sie, woher der Wert kommt."))
    try:
        shown = normalise(kind, value)
        if request.form.get("confirmed") != shown:
            return _render(assembly, built(number), "quelle", kind, value, shown)
        service.pick_from_source(draw, SeedKind(kind), value, current_user.id)
    except SeedError as problem:
        return _render(assembly, built(number), "quelle", kind, value, error=str(problem)), 422
    return back_to("lottery.hall", number=number)


def _way() -> str | None:
    return request.form.get("weg") or None


def _render(
    assembly: Assembly,
    draw: PanelDraw,
    way: str,
    kind: str = "",
    value: str = "",
    shown: str = "",
    error: str = "",
) -> str:
    entered = hall_page.Entered(kind, value, shown, error)
    return render_template(
        "sortition/lottery/hall.html",
        assembly=assembly,
        draw=draw,
        page=hall_page.build(assembly, draw, way, entered),
        may_act=Role.ADMINISTRATION in roles(assembly),
    )
