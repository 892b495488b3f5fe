from __future__ import annotations

from flask import Blueprint, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import Form

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly
from buergerrat.privacy import deadlines, officer, services
from buergerrat.privacy.forms import periods_form
from buergerrat.web import back_to

bp = Blueprint("privacy", __name__)
BASE = "/<town>/buergerraete/<assembly>/loeschen"


@bp.get(BASE)
@access(Role.ADMINISTRATION, Role.OBSERVER)
def show(assembly: Assembly) -> str:
    return _page(assembly)


@bp.post(BASE)
@access(Role.ADMINISTRATION, reauth=True)
def delete_due(assembly: Assembly) -> ResponseReturnValue:
    people = services.delete_due(assembly, g.actor_id)
    told = ngettext(
        "Die Daten einer Person sind gelöscht.",
        "Die Daten von %(num)s Personen sind gelöscht.",
        people,
    )
    flash(told if people else _("Es ist nichts fällig. Gelöscht wurde nichts."), "success")
    return back_to("privacy.show")


@bp.get(f"{BASE}/fristen")
@access(Role.ADMINISTRATION)
def periods(assembly: Assembly) -> str:
    return _periods_page(assembly, periods_form(retention.periods(assembly)))


@bp.post(f"{BASE}/fristen")
@access(Role.ADMINISTRATION)
def change_periods(assembly: Assembly) -> ResponseReturnValue:
    form = periods_form(retention.periods(assembly), request.form)
    if not form.validate():
        return _periods_page(assembly, form), 422
    changed = [
        retention.change_period(assembly, field.name, field.data, g.actor_id) for field in form
    ]
    flash(
        _("Die Fristen sind geändert.") if any(changed) else _("Es war nichts zu ändern."),
        "success",
    )
    return back_to("privacy.show")


def _periods_page(assembly: Assembly, form: Form) -> str:
    return render_template("privacy/periods.html", assembly=assembly, form=form)


def _page(assembly: Assembly) -> str:
    """Counts only: nobody is named, so nothing here is a look at personal data."""
    now = deadlines.today()
    groups = deadlines.preview(assembly)
    return render_template(
        "privacy/show.html",
        assembly=assembly,
        groups=groups,
        amount=officer.amount,
        over=officer.over,
        timeline=officer.timeline(groups),
        today=now,
        due=sum(one.people for one in groups if one.period.people and one.is_due(now)),
        pieces=any(one.people and one.is_due(now) for one in groups if not one.period.people),
        closing=now >= assembly.retention_until and services.key_is_there(assembly),
        key_is_there=services.key_is_there(assembly),
        categories=retention.categories,
        names=_names(),
        log=services.deletion_log(assembly),
        may_act=g.actor_role == Role.ADMINISTRATION,
    )


def _names() -> dict[str, str]:
    """Category → what it is, for the log."""
    known = {category.key: category.what for category in retention.categories}
    pieces = {period.key: str(period.who) for period in retention.PERIODS if not period.people}
    return {
        **pieces,
        **known,
        "files": _("übrige verschlüsselte Dateien"),
        "key": _("Schlüssel des Bürgerrats"),
    }
