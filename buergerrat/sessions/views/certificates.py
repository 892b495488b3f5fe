"""/sitzungen/bescheinigungen: papers for employers, for one member or for all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from buergerrat import audit
from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.sessions.services import certificates
from buergerrat.sessions.views.common import BASE
from buergerrat.sortition.member_tabs import member_tabs
from buergerrat.sortition.models import Member
from buergerrat.web import Conflict, begin_log

bp = Blueprint("certificates", __name__)
bp.context_processor(member_tabs)
PATH = BASE + "/bescheinigungen"


@bp.get(PATH)
@access(Role.ADMINISTRATION, personal=True)
def show(assembly: Assembly) -> str:
    begin_log()
    rows = certificates.rows(assembly)
    audit.log("look", "member", "certificates", count=len(rows))
    return render_template(
        "sessions/certificates.html",
        assembly=assembly,
        rows=rows,
        crumbs=[
            {"label": _("Bürgerräte"), "url": url_for("assemblies.index")},
            {"label": assembly.title, "url": url_for("assemblies.home")},
        ],
    )


@bp.get(PATH + "/freistellung.pdf")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def leave(assembly: Assembly) -> Response:
    members = _chosen(assembly, leave=True)
    return _file(assembly, "freistellung", members, certificates.leave_pdf)


@bp.get(PATH + "/teilnahme.pdf")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def attendance(assembly: Assembly) -> Response:
    members = _chosen(assembly, leave=False)
    return _file(assembly, "teilnahme", members, certificates.attendance_pdf)


def _chosen(assembly: Assembly, leave: bool) -> list[Member]:
    """The member whose Losnummer is asked for, or everybody who may get this paper."""
    wanted = request.args.get("losnummer", "")
    found = [
        row.member
        for row in certificates.rows(assembly)
        if (row.leave if leave else row.attended) and wanted in ("", row.member.losnummer)
    ]
    if not found:
        raise Conflict(_("Für diese Bescheinigung gibt es noch niemanden."))
    return found


def _file(
    assembly: Assembly,
    name: str,
    members: Sequence[Member],
    make: Callable[[Assembly, Sequence[Member]], bytes],
) -> Response:
    made = make(assembly, members)  # set before the log is opened, so that nobody else waits
    begin_log()
    audit.log("export", "member", name, count=len(members))
    return Response(
        made,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{assembly.slug}-{name}.pdf"'},
    )
