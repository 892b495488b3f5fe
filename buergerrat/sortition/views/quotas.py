"""/quoten: seats from–to per value, checked with today's Lostopf while one types."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition.forms.pick import HINTS, PickForm
from buergerrat.sortition.services import lottery
from buergerrat.sortition.services import quota_page as page
from buergerrat.sortition.services import quotas as service
from buergerrat.sortition.services.replies import pool_is_frozen
from buergerrat.web import back_to

bp = Blueprint("quotas", __name__)
PATH = "/<town>/buergerraete/<assembly>/quoten"


@bp.get(PATH)
@access(Role.ADMINISTRATION, Role.OBSERVER, personal=True)
def show(assembly: Assembly) -> str:
    rows = service.stored(assembly) or service.proposal(assembly)
    return _render(assembly, page.inputs(rows))


@bp.post(PATH + "/pruefung")
@access(Role.ADMINISTRATION, personal=True)
def check(assembly: Assembly) -> str:
    """The same page for what is typed but not saved: the live check.

    `kurz`: only whether it goes, without ranges and advice, for large pools while one types.
    `live`: without head and navigation, because a script takes the middle of the page over.
    """
    typed = page.typed(assembly, request.form)
    quick = bool(request.form.get("kurz"))
    return _render(assembly, typed.rows, typed.problems, unsaved=True, thorough=not quick)


@bp.post(PATH)
@access(Role.ADMINISTRATION, personal=True)
def save(assembly: Assembly) -> ResponseReturnValue:
    typed = page.typed(assembly, request.form)
    if typed.problems:
        return _render(assembly, typed.rows, typed.problems, unsaved=True), 422
    service.save(assembly, typed.rows, current_user.id)
    flash(_("Die Quoten sind gespeichert."), "success")
    return back_to("quotas.show")


@bp.post(PATH + "/vorschlag")
@access(Role.ADMINISTRATION, personal=True)
def take_suggestion(assembly: Assembly) -> ResponseReturnValue:
    """Save what is typed with the smallest change that makes it possible."""
    typed = page.typed(assembly, request.form)
    field = request.form.get("zeile", "")
    service.save(assembly, page.with_suggestion(assembly, typed.rows, field), current_user.id)
    flash(_("Der Vorschlag ist übernommen und gespeichert."), "success")
    return back_to("quotas.show", _anchor=f"zeile-{field}" if field else None)


@bp.post(PATH + "/spannen")
@access(Role.ADMINISTRATION, personal=True)
def propose(assembly: Assembly) -> str:
    """The same page with quotas proposed anew in another width; nothing is stored."""
    text = request.form.get("width", "")
    width = int(text) if text in map(str, page.WIDTHS) else 0
    rows = page.inputs(service.proposal(assembly, width=width))
    return _render(assembly, rows, unsaved=True, width=width)


@bp.post(PATH + "/festschreiben")
@access(Role.ADMINISTRATION, reauth=True)
def freeze(assembly: Assembly) -> ResponseReturnValue:
    """Fix Lostopf and quotas, the number of lists, and how the list will be picked."""
    typed = PickForm.of(assembly, request.form)
    announced = "pick_kind" in request.form
    if announced and not typed.validate():
        rows = page.inputs(service.stored(assembly) or service.proposal(assembly))
        return _render(assembly, rows, pick_form=typed), 422
    lottery.freeze(
        assembly,
        current_user.id,
        panels=lottery.typed_panels(request.form.get("panels", "")),
        accept_excluded=bool(request.form.get("accept_excluded")),
        pick=typed.procedure() if announced else None,
    )
    flash(_("Lostopf und Quoten sind festgeschrieben."), "success")
    return back_to("lottery.show")


def _render(
    assembly: Assembly,
    rows: list[service.QuotaInput],
    problems: tuple[str, ...] = (),
    unsaved: bool = False,
    thorough: bool = True,
    pick_form: PickForm | None = None,
    width: int | None = None,
) -> str:
    return render_template(
        "sortition/quotas/show.html",
        assembly=assembly,
        page=page.build(assembly, rows, thorough),
        problems=problems,
        unsaved=unsaved,
        width=width,
        widths=page.WIDTHS,
        saved=bool(service.stored(assembly)),
        frozen=pool_is_frozen(assembly),
        panels=lottery.PANELS,
        panels_range=(lottery.FEWEST, lottery.MOST),
        pick_form=pick_form or PickForm.of(assembly),
        pick_hints=HINTS,
        live=bool(request.form.get("live")),
        crumbs=[
            {"label": _("Bürgerräte"), "url": url_for("assemblies.index")},
            {"label": assembly.title, "url": url_for("assemblies.home")},
        ],
    )
