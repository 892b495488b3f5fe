"""/datenschutz: the documents as Word files, and the list of contracts they draw on."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies import scope
from buergerrat.assemblies.models import Assembly
from buergerrat.privacy import agreements, deadlines, documents
from buergerrat.privacy.forms import AgreementForm
from buergerrat.privacy.models import ProcessorAgreement
from buergerrat.web import back_to, begin_log

bp = Blueprint("documents", __name__)
BASE = "/<town>/buergerraete/<assembly>/datenschutz"


@bp.get(BASE)
@access(Role.ADMINISTRATION, Role.OBSERVER)
def show(assembly: Assembly) -> str:
    return _page(assembly, AgreementForm())


@bp.get(f"{BASE}/dokumente/<name>.docx")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def download(assembly: Assembly, name: str) -> Response:
    document = documents.BY_NAME.get(name)
    if document is None:
        abort(404)
    begin_log()
    return Response(
        documents.docx(assembly, document),
        mimetype=documents.MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}.docx"'},
    )


@bp.post(f"{BASE}/vertraege")
@access(Role.ADMINISTRATION)
def add(assembly: Assembly) -> ResponseReturnValue:
    form = AgreementForm(request.form)
    if not form.validate():
        return _page(assembly, form), 422
    agreements.add(assembly, form.values())
    flash(_("Der Vertrag steht in der Liste."), "success")
    return back_to("documents.show", _anchor="vertraege")


@bp.get(f"{BASE}/vertraege/<int:number>")
@access(Role.ADMINISTRATION)
def edit(assembly: Assembly, number: int) -> str:
    row = scope.child(ProcessorAgreement, id=number)
    return render_template("privacy/agreement.html", row=row, form=AgreementForm.of(row))


@bp.post(f"{BASE}/vertraege/<int:number>")
@access(Role.ADMINISTRATION)
def change(assembly: Assembly, number: int) -> ResponseReturnValue:
    row = scope.child(ProcessorAgreement, id=number)
    form = AgreementForm(request.form)
    if not form.validate():
        return render_template("privacy/agreement.html", row=row, form=form), 422
    agreements.change(row, form.values())
    flash(_("Gespeichert."), "success")
    return back_to("documents.show", _anchor="vertraege")


@bp.post(f"{BASE}/vertraege/<int:number>/entfernen")
@access(Role.ADMINISTRATION)
def remove(assembly: Assembly, number: int) -> ResponseReturnValue:
    agreements.remove(scope.child(ProcessorAgreement, id=number))
    flash(_("Der Vertrag steht nicht mehr in der Liste."), "success")
    return back_to("documents.show", _anchor="vertraege")


def _page(assembly: Assembly, form: AgreementForm) -> str:
    rows = agreements.of(assembly)
    found = documents.of(assembly)
    return render_template(
        "privacy/documents.html",
        assembly=assembly,
        documents=found,
        ready=sum(not lacks for _document, lacks in found),
        agreements=rows,
        lacking={row.id for row in agreements.lacking(rows, deadlines.today())},
        form=form,
        may_act=g.actor_role == Role.ADMINISTRATION,
    )
