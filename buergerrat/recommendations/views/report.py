from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import child
from buergerrat.recommendations import presenting, words
from buergerrat.recommendations.forms import ReportForm
from buergerrat.recommendations.models import CitizensReport, ReportFile
from buergerrat.recommendations.services import completeness, states
from buergerrat.recommendations.services import report as service
from buergerrat.recommendations.views.recommendations import WRITERS
from buergerrat.web import back_to

bp = Blueprint("report", __name__)
BASE = "/<town>/buergerraete/<assembly>/gutachten"


@bp.get(BASE)
@access(*WRITERS)
def show(assembly: Assembly) -> str:
    stored = service.find(assembly)
    if stored is not None and stored.frozen is not None:
        return render_template(
            "recommendations/handed_over.html",
            report=stored,
            files=service.published_files(assembly),
            words=words,
        )
    checks = completeness.checks(assembly, stored)
    return render_template(
        "recommendations/report.html",
        report=stored,
        checks=checks,
        missing=[check for check in checks if check.blocks],
        made=service.build(assembly),
        words=words,
    )


@bp.get(f"{BASE}/texte")
@access(*WRITERS)
def edit(assembly: Assembly) -> str:
    states.refuse_after_handover(assembly.id)
    stored = service.find(assembly)
    form = ReportForm(obj=stored, base=stored.revision if stored else 0)
    return _edit_page(form)


@bp.post(f"{BASE}/texte")
@access(*WRITERS)
def save(assembly: Assembly) -> ResponseReturnValue:
    form = ReportForm(request.form)
    if not form.validate():
        return _edit_page(form), 422
    try:
        service.write_report_texts(assembly, form.texts(), form.base_number(), current_user.id)
    except service.TextsOvertaken as conflict:
        form.base.data = str(conflict.current.revision)
        return _edit_page(form, conflict), 409
    return back_to("report.show")


def _edit_page(form: ReportForm, conflict: service.TextsOvertaken | None = None) -> str:
    return render_template(
        "recommendations/report_texts.html",
        form=form,
        conflict=conflict,
        changed=_changed(form, conflict.current) if conflict else [],
    )


def _changed(form: ReportForm, current: CitizensReport) -> list[tuple[str, object]]:
    """(label, parts) of every text that differs from what is stored now."""
    return [
        (field.label.text, presenting.differences(getattr(current, field.name), field.data))
        for field in (form.preface, form.course, form.imprint)
        if getattr(current, field.name) != field.data
    ]


@bp.get(f"{BASE}/entwurf.<any(pdf, docx, csv, json):kind>")
@access(*WRITERS)
def draft_file(assembly: Assembly, kind: str) -> Response:
    """What would be handed over now; says that it is a draft."""
    states.refuse_after_handover(assembly.id)
    content = service.make(service.build(assembly, version="Entwurf"), kind)
    return _download(content, kind, service.filename(assembly, kind, draft=True))


@bp.get(f"{BASE}/uebergeben.<any(pdf, docx, csv, json):kind>")
@access(*WRITERS, Role.COUNCIL)
def frozen_file(assembly: Assembly, kind: str) -> Response:
    """The bytes that were handed over."""
    if not states.handed_over(assembly.id):
        abort(404)
    stored = child(ReportFile, format=kind)
    return _download(stored.content, kind, service.filename(assembly, kind))


def _download(content: bytes, kind: str, name: str) -> Response:
    disposition = "inline" if kind == "pdf" else "attachment"
    return Response(
        content,
        mimetype=words.FORMATS[kind][1],
        headers={"Content-Disposition": f'{disposition}; filename="{name}"'},
    )


@bp.get(f"{BASE}/uebergabe")
@access(Role.ADMINISTRATION, reauth=True)
def confirm_handover(assembly: Assembly) -> str:
    states.refuse_after_handover(assembly.id)
    checks = completeness.checks(assembly, service.find(assembly))
    return render_template(
        "recommendations/handover.html",
        missing=[check for check in checks if check.blocks],
        made=service.build(assembly),
    )


@bp.post(f"{BASE}/uebergabe")
@access(Role.ADMINISTRATION, reauth=True)
def hand_over(assembly: Assembly) -> ResponseReturnValue:
    service.hand_over(assembly, current_user.id)
    return back_to("report.show")
