"""/losung: build the lists, publish them, rehearse, hand out the record."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat import audit
from buergerrat.accounts.access import access, roles_in
from buergerrat.accounts.models import Role
from buergerrat.assemblies import files, scope
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.db import db
from buergerrat.jobs import Job
from buergerrat.sortition.models import PanelDraw
from buergerrat.sortition.record import panels_csv
from buergerrat.sortition.services import drawing, list_page, lottery, records, reserve_page
from buergerrat.sortition.services import lottery_page as page
from buergerrat.sortition.services import quotas as quota_service
from buergerrat.web import back_to, begin_log, request_app

bp = Blueprint("lottery", __name__)
PATH = "/<town>/buergerraete/<assembly>/losung"
ONE = PATH + "/<int:number>"


@bp.get(PATH)
@access(Role.ADMINISTRATION, Role.OBSERVER)
def show(assembly: Assembly) -> str:
    draw = lottery.current(assembly)
    return _render(assembly, draw)


@bp.get(ONE)
@access(Role.ADMINISTRATION, Role.OBSERVER)
def show_one(assembly: Assembly, number: int) -> str:
    return _render(assembly, scope.child(PanelDraw, number=number))


def _render(assembly: Assembly, draw: PanelDraw | None) -> str:
    may_act = Role.ADMINISTRATION in roles(assembly)
    job = db.session.get(Job, draw.job_id) if draw is not None and draw.job_id else None
    ready = draw is not None and draw.state in ("built", "picked")
    return render_template(
        "sortition/lottery/show.html",
        assembly=assembly,
        draw=draw,
        job=job,
        figures=page.figures(draw) if draw is not None and ready else None,
        reserve=_reserve(assembly, draw),
        first_lists=list_page.lists(draw, size=8)[0] if draw and ready and may_act else [],
        pick_sentence=page.how_it_is_picked(draw, assembly) if draw is not None else "",
        panels=lottery.panels_of(draw) if draw is not None else lottery.PANELS,
        panels_range=(lottery.FEWEST, lottery.MOST),
        rehearsed=page.rehearsed(assembly),
        people=len(quota_service.pool(assembly)) if draw is None else 0,
        may_act=may_act,
        crumbs=crumbs(assembly),
    )


def _reserve(assembly: Assembly, draw: PanelDraw | None) -> reserve_page.ReservePage | None:
    """Here until the list is picked; afterwards on the members' page."""
    if draw is None or draw.state != "built":
        return None
    return reserve_page.build(assembly, draw, request.args.get("ausfall", type=int))


def roles(assembly: Assembly) -> frozenset[Role]:
    return roles_in(current_user.assignments, assembly.municipality_id, assembly.id)


def crumbs(assembly: Assembly, *more: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"label": _("Bürgerräte"), "url": url_for("assemblies.index")},
        {"label": assembly.title, "url": url_for("assemblies.home")},
        *more,
    ]


@bp.post(PATH + "/probe")
@access(Role.ADMINISTRATION)
def rehearse(assembly: Assembly) -> ResponseReturnValue:
    """The same with a local seed; changes nobody's status and is marked as a rehearsal."""
    panels = lottery.typed_panels(request.form.get("panels", ""))
    draw = lottery.freeze(assembly, current_user.id, rehearsal=True, panels=panels)
    drawing.build(draw, current_user.id)
    return back_to("lottery.show_one", number=draw.number)


@bp.post(ONE + "/bilden")
@access(Role.ADMINISTRATION, reauth=True)
def build(assembly: Assembly, number: int) -> ResponseReturnValue:
    draw = scope.child(PanelDraw, number=number)
    drawing.reopen_after_failure(draw)
    drawing.build(draw, current_user.id)
    return back_to("lottery.show_one", number=number)


@bp.post(ONE + "/abbrechen")
@access(Role.ADMINISTRATION)
def cancel(assembly: Assembly, number: int) -> ResponseReturnValue:
    """Stop building; Lostopf and quotas stay frozen, the same lists can be built again."""
    drawing.cancel(scope.child(PanelDraw, number=number))
    return back_to("lottery.show_one", number=number)


@bp.get(ONE + "/losprotokoll.pdf")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def record_pdf(assembly: Assembly, number: int) -> Response:
    base_url = request_app().extensions["settings"].base_url
    draw = built(number)
    content = records.pdf(draw, base_url + url_for("verify.show"))
    return _download(
        content, "application/pdf", _file_name("losprotokoll", draw, "pdf"), inline=True
    )


@bp.get(ONE + "/losprotokoll.zip")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def record_zip(assembly: Assembly, number: int) -> Response:
    draw = built(number)
    content = draw.public_record or b""
    return _download(content, "application/zip", _file_name("losprotokoll", draw, "zip"))


@bp.get(ONE + "/listen.csv")
@access(Role.ADMINISTRATION, personal=True)
def lists_csv(assembly: Assembly, number: int) -> Response:
    """All lists by Losnummer: whoever has them can compute features, so it is in the log."""
    begin_log()
    draw = built(number)
    audit.log("export", "lists", draw.number, actor=g.actor_id)
    rows = [line.split(" ") for line in lottery.panel_lines(draw)]
    return _download(panels_csv(rows), "text/csv", _file_name("listen", draw, "csv"))


@bp.get(ONE + "/losprotokoll-voll.zip")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def full_record(assembly: Assembly, number: int) -> Response:
    """The record that opens the commitments: handed to auditors; every download is in the log."""
    begin_log()
    draw = built(number)
    stored = db.session.get(StoredFile, draw.full_record_id) if draw.full_record_id else None
    if stored is None or stored.deleted_at is not None:
        abort(410)
    audit.log("export", "full_record", draw.number, actor=g.actor_id)
    content = files.open_file(stored).read()
    return _download(content, "application/zip", stored.filename)


def built(number: int) -> PanelDraw:
    draw = scope.child(PanelDraw, number=number)
    if draw.state not in ("built", "picked"):
        abort(404)
    return draw


def _file_name(what: str, draw: PanelDraw, ending: str) -> str:
    return (
        f"{what}-probe-{draw.number}.{ending}"
        if draw.rehearsal
        else f"{what}-{draw.number}.{ending}"
    )


def _download(content: bytes, media_type: str, name: str, inline: bool = False) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "inline" if inline else "attachment", filename=name)
    return response
