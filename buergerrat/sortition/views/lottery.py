"""/losung: build the 1,000 lists, publish them, draw three digits in public, the record."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, g, render_template, request, url_for
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
from buergerrat.sortition.services import drawing, lottery, records
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
    job = db.session.get(Job, draw.job_id) if draw is not None and draw.job_id else None
    ready = draw is not None and draw.state in ("built", "picked")
    return render_template(
        "sortition/lottery/show.html",
        assembly=assembly,
        draw=draw,
        job=job,
        figures=page.figures(draw) if draw is not None and ready else None,
        first_lists=page.lists(draw, size=8)[0] if draw is not None and ready else [],
        rehearsals=lottery.rehearsals(assembly),
        people=len(quota_service.pool(assembly)) if draw is None else 0,
        may_act=Role.ADMINISTRATION in _roles(assembly),
        crumbs=_crumbs(assembly),
    )


def _roles(assembly: Assembly) -> frozenset[Role]:
    return roles_in(current_user.assignments, assembly.municipality_id, assembly.id)


def _crumbs(assembly: Assembly, *more: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"label": _("Bürgerräte"), "url": url_for("assemblies.index")},
        {"label": assembly.title, "url": url_for("assemblies.home")},
        *more,
    ]


@bp.post(PATH + "/probe")
@access(Role.ADMINISTRATION)
def rehearse(assembly: Assembly) -> ResponseReturnValue:
    """The same with a local seed; changes nobody's status and is marked as a rehearsal."""
    draw = lottery.freeze(assembly, current_user.id, rehearsal=True)
    drawing.build(draw, current_user.id)
    return back_to("lottery.show_one", number=draw.number)


@bp.post(ONE + "/bilden")
@access(Role.ADMINISTRATION, reauth=True)
def build(assembly: Assembly, number: int) -> ResponseReturnValue:
    draw = scope.child(PanelDraw, number=number)
    drawing.reopen_after_failure(draw)
    drawing.build(draw, current_user.id)
    return back_to("lottery.show_one", number=number)


@bp.get(ONE + "/listen")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def lists(assembly: Assembly, number: int) -> str:
    draw = _built(number)
    losnummer = request.args.get("losnummer", "").strip()
    current = max(1, request.args.get("seite", 1, int))
    rows, count = page.lists(draw, losnummer, current)
    last = max(1, -(-count // 50))
    back = {"label": _("Losung"), "url": url_for("lottery.show")}
    return render_template(
        "sortition/lottery/lists.html",
        assembly=assembly,
        draw=draw,
        rows=rows,
        count=count,
        losnummer=losnummer,
        page=current,
        pages=last,
        page_url=lambda n: url_for(
            "lottery.lists", number=number, seite=n, losnummer=losnummer or None
        ),
        crumbs=_crumbs(assembly, back),
    )


@bp.get(ONE + "/saal")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def hall(assembly: Assembly, number: int) -> str:
    """The page for the hall: large digits, then the composition. For the projector."""
    draw = _built(number)
    left, first, last = page.range_left(draw.digits)
    return render_template(
        "sortition/lottery/hall.html",
        assembly=assembly,
        draw=draw,
        left=left,
        first=first,
        last=last,
        features=page.hall(draw),
        people=len(draw.result["counts"]),
        may_act=Role.ADMINISTRATION in _roles(assembly),
    )


@bp.post(ONE + "/ziffer")
@access(Role.ADMINISTRATION, reauth=True)
def draw_digit(assembly: Assembly, number: int) -> ResponseReturnValue:
    draw = scope.child(PanelDraw, number=number)
    place = request.form.get("place", "")
    if place and place != str(len(draw.digits) + 1):
        flash(_("Diese Ziffer ist schon eingetragen."), "info")
        return back_to("lottery.hall", number=number)
    drawing.draw_digit(draw, request.form.get("digit", ""), current_user.id)
    return back_to("lottery.hall", number=number)


@bp.get(ONE + "/losprotokoll.pdf")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def record_pdf(assembly: Assembly, number: int) -> Response:
    base_url = request_app().extensions["settings"].base_url
    content = records.pdf(_built(number), base_url + url_for("verify.show"))
    return _download(content, "application/pdf", f"losprotokoll-{number}.pdf", inline=True)


@bp.get(ONE + "/losprotokoll.zip")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def record_zip(assembly: Assembly, number: int) -> Response:
    content = _built(number).public_record or b""
    return _download(content, "application/zip", f"losprotokoll-{number}.zip")


@bp.get(ONE + "/listen.csv")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def lists_csv(assembly: Assembly, number: int) -> Response:
    rows = [line.split(" ") for line in lottery.panel_lines(_built(number))]
    return _download(panels_csv(rows), "text/csv", f"listen-{number}.csv")


@bp.get(ONE + "/losprotokoll-voll.zip")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def full_record(assembly: Assembly, number: int) -> Response:
    """The record that opens the commitments: handed to auditors; every download is in the log."""
    begin_log()
    draw = _built(number)
    stored = db.session.get(StoredFile, draw.full_record_id) if draw.full_record_id else None
    if stored is None or stored.deleted_at is not None:
        abort(410)
    audit.log("export", "full_record", draw.number, actor=g.actor_id)
    content = files.open_file(stored).read()
    return _download(content, "application/zip", stored.filename)


def _built(number: int) -> PanelDraw:
    draw = scope.child(PanelDraw, number=number)
    if draw.state not in ("built", "picked"):
        abort(404)
    return draw


def _download(content: bytes, media_type: str, name: str, inline: bool = False) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers.set("Content-Disposition", "inline" if inline else "attachment", filename=name)
    return response
