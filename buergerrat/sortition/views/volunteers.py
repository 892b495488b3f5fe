"""Volunteers on their way: out of the town that drew them, into the assembly of several towns."""

from __future__ import annotations

from flask import Blueprint, Response, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition.forms.municipalities import PassphraseForm
from buergerrat.sortition.services import volunteers as service
from buergerrat.sortition.volunteers import MOST, FileError
from buergerrat.web import back_to

bp = Blueprint("volunteers", __name__)
PATH = "/<town>/buergerraete/<assembly>"


@bp.get(PATH + "/antworten/freiwillige")
@access(Role.ADMINISTRATION, reauth=True)
def show(assembly: Assembly) -> str:
    return _page(assembly, PassphraseForm())


def _page(assembly: Assembly, form: PassphraseForm) -> str:
    return render_template(
        "sortition/municipalities/volunteers.html",
        assembly=assembly,
        form=form,
        count=service.count(assembly),
    )


@bp.post(PATH + "/antworten/freiwillige.json")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def export(assembly: Assembly) -> ResponseReturnValue:
    form = PassphraseForm(request.form)
    if not form.validate():
        return _page(assembly, form), 422
    answer = Response(
        service.pack(assembly, form.passphrase.data, current_user.id), mimetype="application/json"
    )
    name = f"freiwillige-{assembly.municipality.slug}.json"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@bp.get(PATH + "/gemeindelosung/freiwillige")
@access(Role.ADMINISTRATION, reauth=True)
def arrive(assembly: Assembly) -> str:
    return render_template(
        "sortition/municipalities/arrive.html", assembly=assembly, form=PassphraseForm()
    )


@bp.post(PATH + "/gemeindelosung/freiwillige")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def take(assembly: Assembly) -> ResponseReturnValue:
    form = PassphraseForm(request.form)
    file = request.files.get("freiwillige")
    if form.validate():
        try:
            data = file.stream.read(MOST + 1) if file else b""
            done = service.take(assembly, data, form.passphrase.data, current_user.id)
        except FileError as problem:
            flash(str(problem), "danger")
        else:
            _tell(done)
            return back_to("volunteers.arrive")
    page = render_template("sortition/municipalities/arrive.html", assembly=assembly, form=form)
    return page, 422


def _tell(done: service.Taken) -> None:
    said = ngettext(
        "%(town)s: %(num)s Person ist neu im Lostopf.",
        "%(town)s: %(num)s Personen sind neu im Lostopf.",
        done.new,
        town=done.town,
    )
    if done.known:
        said += " " + _("Schon da waren %(count)s.", count=done.known)
    flash(said, "success")
