"""/datenschutz/person: information, correction, objection, erasure of one person."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from buergerrat import audit
from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.privacy import correction, finding, information, objecting, services
from buergerrat.privacy.forms import (
    ErasureForm,
    FindForm,
    ObjectionForm,
    StrangerForm,
    correction_form,
)
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.views.people import invitee_of
from buergerrat.web import back_to, begin_log

bp = Blueprint("rights", __name__)
BASE = "/<town>/buergerraete/<assembly>/datenschutz/person"
PERSON = f"{BASE}/<string(length=32):uid>"


@bp.get(BASE)
@access(Role.ADMINISTRATION, personal=True)
def find(assembly: Assembly) -> str:
    """An empty form: nobody is shown yet."""
    return _find_page(FindForm(), StrangerForm())


@bp.post(f"{BASE}/suche")
@access(Role.ADMINISTRATION, personal=True)
def search(assembly: Assembly) -> ResponseReturnValue:
    """By POST, so that no name and no code stands in an address."""
    form = FindForm(request.form)
    if not form.validate():
        return _find_page(form, StrangerForm()), 422
    found = finding.search(assembly, form.text.data or "")
    audit.log("look", "invitee", "search", count=min(len(found), finding.MOST))
    return _find_page(form, StrangerForm(), found)


@bp.post(f"{BASE}/widerspruch")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def object_unknown(assembly: Assembly) -> ResponseReturnValue:
    """The objection of somebody who was not invited."""
    form = StrangerForm(request.form)
    if not form.validate():
        return _find_page(FindForm(), form), 422
    who = objecting.Who(
        form.first_name.data, form.last_name.data, form.street.data, form.postcode.data,
        form.birth.data,
    )  # fmt: skip
    objecting.by_anybody(assembly, who, g.actor_id)
    flash(_("Der Widerspruch ist gespeichert. Wir schreiben dieser Person nicht mehr."), "success")
    return back_to("rights.find")


@bp.get(PERSON)
@access(Role.ADMINISTRATION, personal=True)
def show(assembly: Assembly, uid: str) -> str:
    begin_log()
    invitee = invitee_of(uid)
    audit.log("look", "invitee", uid)
    return _person_page(assembly, invitee)


@bp.post(f"{PERSON}/auskunft.pdf")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def inform(assembly: Assembly, uid: str) -> Response:
    """A POST: it writes the log and answers the request."""
    pdf = information.pdf(assembly, invitee_of(uid), g.actor_id)
    headers = {"Content-Disposition": 'attachment; filename="auskunft.pdf"'}
    return Response(pdf, mimetype="application/pdf", headers=headers)


@bp.get(f"{PERSON}/berichtigen")
@access(Role.ADMINISTRATION, personal=True)
def edit(assembly: Assembly, uid: str) -> str:
    begin_log()
    invitee = invitee_of(uid)
    audit.log("look", "invitee", uid)
    return _correction_page(assembly, invitee, _correction_form(assembly, invitee))


@bp.post(f"{PERSON}/berichtigen")
@access(Role.ADMINISTRATION, personal=True)
def correct(assembly: Assembly, uid: str) -> ResponseReturnValue:
    invitee = invitee_of(uid)
    form = _correction_form(assembly, invitee, request.form)
    if not form.validate():
        return _correction_page(assembly, invitee, form), 422
    values = {field.name: field.data or "" for field in form if field.name != "seen"}
    changed = correction.correct(assembly, invitee, values, form["seen"].data or "", g.actor_id)
    flash(_("Berichtigt.") if changed else _("Es war nichts zu ändern."), "success")
    return back_to("rights.show", uid=uid)


@bp.post(f"{PERSON}/widerspruch")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def object_to(assembly: Assembly, uid: str) -> ResponseReturnValue:
    invitee = invitee_of(uid)
    form = ObjectionForm(request.form)
    if not form.validate():
        return _person_page(assembly, invitee, objection=form), 422
    if objecting.by_invitee(assembly, invitee, form.birth.data, g.actor_id):
        said = _("Der Widerspruch ist gespeichert, die Daten sind gelöscht.")
    else:
        said = _(
            "Der Widerspruch ist gespeichert. Name, Anschrift und Kontakt sind gelöscht. Die "
            "Losnummer bleibt bis zur Ziehung, weil der Lostopf feststeht."
        )
    flash(said, "success")
    return back_to("rights.find")


@bp.post(f"{PERSON}/loeschen")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def erase(assembly: Assembly, uid: str) -> ResponseReturnValue:
    invitee = invitee_of(uid)
    form = ErasureForm(request.form)
    if not form.validate():
        return _person_page(assembly, invitee, erasure=form), 422
    services.delete_on_request(assembly, invitee, form.reason.data, g.actor_id)
    flash(_("Die Daten dieser Person sind gelöscht."), "success")
    return back_to("rights.find")


def _find_page(form: FindForm, stranger: StrangerForm, found: Any = None) -> str:
    return render_template(
        "privacy/find.html",
        form=form,
        stranger=stranger,
        found=None if found is None else found[: finding.MOST],
        total=len(found or ()),
    )


def _person_page(
    assembly: Assembly,
    invitee: Invitee,
    objection: ObjectionForm | None = None,
    erasure: ErasureForm | None = None,
) -> str:
    return render_template(
        "privacy/person.html",
        invitee=invitee,
        told=information.information(assembly, invitee),
        objection=objection or ObjectionForm(),
        erasure=erasure or ErasureForm(),
        seated=services.is_seated(invitee),
        waits=services.waits_for_pick(assembly, invitee),
    )


def _correction_form(assembly: Assembly, invitee: Invitee, typed: Any = None) -> Any:
    may, now = correction.open_fields(assembly, invitee), correction.stored(invitee)
    return correction_form(
        finding.LABELS,
        {name: now[name] for name in may},
        {name: correction.choices_of(assembly, name, now[name]) for name in may},
        correction.stand(invitee),
        typed,
    )


def _correction_page(assembly: Assembly, invitee: Invitee, form: Any) -> str:
    frozen = len(correction.open_fields(assembly, invitee)) < len(correction.stored(invitee))
    return render_template("privacy/correct.html", invitee=invitee, form=form, frozen=frozen)
