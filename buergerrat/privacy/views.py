from __future__ import annotations

from flask import Blueprint, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly
from buergerrat.privacy import deadlines, services
from buergerrat.privacy.forms import PersonForm
from buergerrat.web import back_to

bp = Blueprint("privacy", __name__)
BASE = "/<town>/buergerraete/<assembly>/loeschen"


@bp.get(BASE)
@access(Role.ADMINISTRATION, Role.OBSERVER)
def show(assembly: Assembly) -> str:
    return _page(assembly, PersonForm())


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


@bp.post(f"{BASE}/person")
@access(Role.ADMINISTRATION, reauth=True)
def delete_person(assembly: Assembly) -> ResponseReturnValue:
    form = PersonForm(request.form)
    if not form.validate():
        return _page(assembly, form), 422
    invitee = services.find_person(assembly, form.person.data or "")
    if invitee is None:
        form.refuse(_("Dazu gibt es hier keine Daten (mehr). Bitte prüfen Sie die Eingabe."))
        return _page(assembly, form), 422
    services.delete_person(assembly, invitee, form.reason.data, g.actor_id)
    flash(_("Die Daten dieser Person sind gelöscht."), "success")
    return back_to("privacy.show")


def _page(assembly: Assembly, form: PersonForm) -> str:
    """Counts only: nobody is named, so nothing here is a look at personal data."""
    now = deadlines.today()
    groups = deadlines.groups(assembly)
    may_act = g.actor_role == Role.ADMINISTRATION
    return render_template(
        "privacy/show.html",
        assembly=assembly,
        form=form,
        groups=groups,
        today=now,
        due=sum(group.people for group in groups if group.is_due(now)),
        closing=now >= assembly.retention_until and services.key_is_there(assembly),
        key_is_there=services.key_is_there(assembly),
        categories=retention.categories,
        names=_names(),
        log=services.deletion_log(assembly),
        may_act=may_act,
    )


def _names() -> dict[str, str]:
    """Category → what it is, for the log."""
    known = {category.key: category.what for category in retention.categories}
    return {
        **known,
        "files": _("übrige verschlüsselte Dateien"),
        "key": _("Schlüssel des Bürgerrats"),
    }
