"""/losung/…/listen: the lists as a table to search, and one list against its quotas.

For the administration alone: all lists together give people's features away (docs/rueckschluesse.md).
"""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.formats import number as grouped
from buergerrat.sortition.models import PanelDraw
from buergerrat.sortition.services import list_page as page
from buergerrat.sortition.services import lottery
from buergerrat.sortition.views.lottery import ONE, bp, built, crumbs
from buergerrat.web import back_to


@bp.get(ONE + "/listen")
@access(Role.ADMINISTRATION)
def lists(assembly: Assembly, number: int) -> ResponseReturnValue:
    draw = built(number)
    wanted = request.args.get("liste", "").strip()
    found = page.list_number(draw, wanted) if wanted else None
    if found is not None:
        return back_to("lottery.one_list", number=number, shown=found)
    losnummer = page.losnummer_as_written(draw, request.args.get("losnummer", ""))
    current = max(1, request.args.get("seite", 1, int))
    rows, count = page.lists(draw, losnummer, current)
    return render_template(
        "sortition/lottery/lists.html",
        assembly=assembly,
        draw=draw,
        panels=lottery.panels_of(draw),
        rows=rows,
        count=count,
        losnummer=losnummer,
        known=losnummer in draw.result["counts"],
        wanted=wanted,
        page=current,
        pages=max(1, -(-count // page.PAGE)),
        page_url=lambda n: url_for(
            "lottery.lists", number=number, seite=n, losnummer=losnummer or None
        ),
        crumbs=crumbs(assembly, _back(draw)),
    )


@bp.get(ONE + "/listen/<shown>")
@access(Role.ADMINISTRATION)
def one_list(assembly: Assembly, number: int, shown: str) -> str:
    draw = built(number)
    if page.list_number(draw, shown) != shown:
        abort(404)
    panels = lottery.panels_of(draw)
    all_lists = {
        "label": _("Die %(count)s Listen", count=grouped(panels)),
        "url": url_for("lottery.lists", number=number),
    }
    return render_template(
        "sortition/lottery/one_list.html",
        assembly=assembly,
        draw=draw,
        one=page.one_list(draw, shown),
        crumbs=crumbs(assembly, _back(draw), all_lists),
    )


def _back(draw: PanelDraw) -> dict[str, str]:
    name = _("Probe %(number)s", number=draw.number) if draw.rehearsal else _("Losung")
    return {"label": name, "url": url_for("lottery.show_one", number=draw.number)}
