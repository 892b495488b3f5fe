from __future__ import annotations

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import child
from buergerrat.db import utcnow
from buergerrat.formats import local
from buergerrat.recommendations import words
from buergerrat.recommendations.forms import ProgressForm
from buergerrat.recommendations.models import Recommendation
from buergerrat.recommendations.services import council as service
from buergerrat.recommendations.services import states
from buergerrat.web import back_to

bp = Blueprint("follow_up", __name__)
BASE = "/<town>/buergerraete/<assembly>/umsetzung"


@bp.get(BASE)
@access(Role.ADMINISTRATION)
def index(assembly: Assembly) -> str:
    items = service.public_list(assembly)
    chosen = request.args.get("zeige", "alle")
    groups = {
        "alle": items,
        "ueberfaellig": [item for item in items if item.overdue],
        "offen": [item for item in items if item.work_level in (1, 2, 3) or not item.work_word],
        "fertig": [item for item in items if item.work_level == 4],
        "eingestellt": [item for item in items if item.work_word and not item.work_level],
    }
    return render_template(
        "recommendations/follow_up.html",
        groups=groups,
        chosen=chosen if chosen in groups else "alle",
        handed_over=states.handed_over(assembly.id),
    )


@bp.get(f"{BASE}/<int:number>")
@access(Role.ADMINISTRATION)
def show(assembly: Assembly, number: int) -> str:
    item = child(Recommendation, number=number)
    newest = item.progress[-1] if item.progress else None
    return _page(item, ProgressForm(status=newest.status if newest else None))


@bp.post(f"{BASE}/<int:number>")
@access(Role.ADMINISTRATION)
def report(assembly: Assembly, number: int) -> ResponseReturnValue:
    item = child(Recommendation, number=number)
    form = ProgressForm(request.form)
    if not form.validate():
        return _page(item, form), 422
    service.report_progress(item, form.status.data, form.text.data, current_user.id)
    flash(_("Der Stand ist veröffentlicht."), "success")
    return back_to("follow_up.show", number=number)


def _page(item: Recommendation, form: ProgressForm) -> str:
    states.require_handover(item.assembly_id)
    listed = service.listed(item, local(utcnow()).date())
    return render_template(
        "recommendations/progress.html", item=item, listed=listed, form=form, words=words
    )
