from __future__ import annotations

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Municipality, Role
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import child
from buergerrat.db import db, utcnow
from buergerrat.formats import local
from buergerrat.recommendations import presenting, words
from buergerrat.recommendations.forms import AnswerForm
from buergerrat.recommendations.models import CitizensReport, Recommendation
from buergerrat.recommendations.services import council as service
from buergerrat.recommendations.services import states
from buergerrat.web import back_to

bp = Blueprint("council", __name__)
COUNCIL = (Role.COUNCIL, Role.ADMINISTRATION)


@bp.get("/<town>/rat/")
@access(*COUNCIL)
def index(municipality: Municipality) -> str:
    handed_over = db.session.execute(
        select(Assembly, CitizensReport)
        .join(CitizensReport, CitizensReport.assembly_id == Assembly.id)
        .where(Assembly.municipality_id == municipality.id, CitizensReport.state == "handed_over")
        .order_by(CitizensReport.handed_over_at.desc())
    )
    rows = [
        {"assembly": assembly, "report": report, "desk": desk(assembly)}
        for assembly, report in handed_over
    ]
    return render_template("recommendations/council_index.html", rows=rows)


@bp.get("/<town>/rat/<assembly>/")
@access(*COUNCIL)
def overview(assembly: Assembly) -> str:
    return render_template(
        "recommendations/council_list.html", public_nav=_nav(assembly), **desk(assembly)
    )


def desk(assembly: Assembly) -> dict[str, object]:
    """Everything that was handed over, the open ones first, and how long the promise still runs."""
    items = service.public_list(assembly)
    return {
        "items": items,
        "open": [item for item in items if item.open],
        "answered": [item for item in items if not item.open],
        "refused": service.public_list(assembly, adopted=False),
        "days_left": (assembly.answer_promised_by - local(utcnow()).date()).days,
    }


def _nav(assembly: Assembly) -> list[dict[str, object]]:
    nav: list[dict[str, object]] = [
        {"label": _("Empfehlungen"), "url": url_for("council.overview"), "current": True}
    ]
    if states.handed_over(assembly.id):
        url = url_for("report.frozen_file", kind="pdf")
        nav.append({"label": _("Gutachten (PDF)"), "url": url, "current": False})
    if assembly.published_at:
        url = url_for("assembly.show")
        nav.append({"label": _("Öffentliche Seite"), "url": url, "current": False})
    return nav


@bp.get("/<town>/rat/<assembly>/<int:number>")
@access(*COUNCIL)
def show(assembly: Assembly, number: int) -> str:
    item = _of_report(assembly, number)
    given = item.answer
    form = AnswerForm(obj=given, seen=len(item.answers))
    # A new answer rests on a new resolution; the draft paper of the mandate is none either.
    form.paper_reference.data, form.decided_on.data = "", None
    return _page(assembly, item, form)


@bp.post("/<town>/rat/<assembly>/<int:number>")
@access(*COUNCIL)
def answer(assembly: Assembly, number: int) -> ResponseReturnValue:
    item = _of_report(assembly, number)
    form = AnswerForm(request.form)
    if not form.validate():
        return _page(assembly, item, form), 422
    service.answer(item, form.result(), current_user.id, seen=form.seen_number())
    if form.work.data:
        service.report_progress(item, form.work.data, "", current_user.id)
    flash(_("Die Antwort ist veröffentlicht."), "success")
    return back_to("council.show", number=number)


def _of_report(assembly: Assembly, number: int) -> Recommendation:
    """What was handed over; drafts and withdrawn ones are not the council's business."""
    states.require_handover(assembly.id)
    item = child(Recommendation, number=number)
    if item.state not in states.DECIDED:
        abort(404)
    return item


def _page(assembly: Assembly, item: Recommendation, form: AnswerForm) -> str:
    listed = service.listed(item, local(utcnow()).date())
    around = desk(assembly)
    return render_template(
        "recommendations/council_show.html",
        item=item,
        listed=listed,
        form=form,
        words=words,
        presenting=presenting,
        public_nav=_nav(assembly),
        **around,
    )
