"""/melderegister/pruefliste: the doubtful rows, one decision each."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from buergerrat import audit
from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition.models import RegisterExtract
from buergerrat.sortition.notes import MOST_DOUBTS
from buergerrat.sortition.services import extract as extracts
from buergerrat.sortition.services import imports
from buergerrat.sortition.strata import AgeBand, bands_from_bounds, parse_bounds
from buergerrat.web import Conflict, back_to, begin_log

bp = Blueprint("review", __name__)
PATH = "/<town>/buergerraete/<assembly>/melderegister/pruefliste"


def _extract(assembly: Assembly) -> RegisterExtract:
    extract = extracts.latest(assembly)
    if extract is None or extract.state != "ready":
        abort(404)
    if not extracts.is_open(extract):
        raise Conflict(_("Die Prüfung ist abgeschlossen. Die Prüfliste gibt es nicht mehr."))
    return extract


@bp.get(PATH)
@access(Role.ADMINISTRATION, personal=True)
def show(assembly: Assembly) -> str:
    begin_log()
    extract = _extract(assembly)
    rows = extracts.decisions(extract)
    audit.log("look", "register_extract", extract.number, fields="review", count=len(rows))
    return render_template(
        "sortition/review.html",
        assembly=assembly,
        extract=extract,
        rows=[(row, _choices(row, assembly)) for row in rows],
        undecided=sum(row["decision"] is None for row in rows),
        more=max(0, extract.refused.get("doubtful", 0) - MOST_DOUBTS),
    )


def _bands(assembly: Assembly) -> tuple[AgeBand, ...]:
    return bands_from_bounds(parse_bounds(assembly.age_bounds))


def _choices(row: dict[str, Any], assembly: Assembly) -> list[tuple[str, str]]:
    """Age groups the person can be in; empty where the age is not in doubt."""
    if "age" not in row["why"]:
        return []
    low, high = row["ages"]
    return [
        (band.key, band.label)
        for band in _bands(assembly)
        if band.low <= high and (band.high is None or band.high >= low)
    ]


@bp.post(PATH)
@access(Role.ADMINISTRATION, personal=True)
def save(assembly: Assembly) -> ResponseReturnValue:
    extract = _extract(assembly)
    if request.form.get("auszug", type=int) != extract.number:  # the same lines are other people
        raise Conflict(
            _("Inzwischen gibt es einen neuen Auszug. Bitte sehen Sie sich seine Prüfliste an.")
        )
    rest = request.form.get("rest") == "leave_out"
    decided = {
        row["line"]: _decision(row, assembly, rest=rest) for row in extracts.decisions(extract)
    }
    made = imports.decide(extract, decided, current_user.id)
    flash(
        ngettext(
            "Eine Entscheidung wird angewendet. Der Auszug wird neu gelesen.",
            "%(num)s Entscheidungen werden angewendet. Der Auszug wird neu gelesen.",
            made,
        ),
        "success",
    )
    return back_to("extract.show")


def _decision(row: dict[str, Any], assembly: Assembly, *, rest: bool) -> dict[str, Any] | None:
    """What the form says about a row; None where nothing that helps is said."""
    what = request.form.get(f"what-{row['line']}", "")
    band = request.form.get(f"band-{row['line']}", "")
    number = " ".join(request.form.get(f"number-{row['line']}", "").split())[:20]
    known = band in dict(_choices(row, assembly))
    told = (known or "age" not in row["why"]) and (number or "house_number" not in row["why"])
    if what == "take" and told:
        return {"leave_out": False, "age_band": band if known else "", "house_number": number}
    if what == "leave_out" or rest:
        return {"leave_out": True, "age_band": "", "house_number": ""}
    return None
