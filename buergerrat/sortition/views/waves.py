"""/antworten/nachlosung: a second wave of letters, by ticket, for the groups that lack people."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from buergerrat.accounts.access import access
from buergerrat.accounts.models import Role
from buergerrat.assemblies.models import Assembly
from buergerrat.sortition.services import letters, waves
from buergerrat.sortition.services import wave_page as service
from buergerrat.web import back_to

bp = Blueprint("waves", __name__)
BASE = "/<town>/buergerraete/<assembly>/antworten/nachlosung"


@bp.get(BASE)
@access(Role.ADMINISTRATION, Role.OBSERVER)
def show(assembly: Assembly) -> str:
    return render_template("sortition/waves/show.html", page=service.build(assembly))


@bp.post(f"{BASE}/rechnen")
@access(Role.ADMINISTRATION)
def count(assembly: Assembly) -> ResponseReturnValue:
    """The same page with what these letters may bring; nothing is stored."""
    page = service.build(assembly, service.typed(request.form))
    status = 422 if page.problem else 200
    return render_template("sortition/waves/show.html", page=page), status


@bp.post(BASE)
@access(Role.ADMINISTRATION, reauth=True)
def invite(assembly: Assembly) -> ResponseReturnValue:
    """Invite the next tickets and make their letters."""
    page = service.build(assembly, service.typed(request.form))
    if request.form.get("welle", type=int) != page.wave:  # another clerk was faster
        flash(
            _("Inzwischen wurde schon nachgelost. Hier stehen die neuen Zahlen; bitte prüfen Sie, "
              "ob noch Briefe fehlen."), "warning",
        )  # fmt: skip
        return render_template("sortition/waves/show.html", page=service.build(assembly)), 409
    if page.problem:
        return render_template("sortition/waves/show.html", page=page), 422
    return invite_and_write(assembly, page.counts)


def invite_and_write(assembly: Assembly, counts: Mapping[str, int]) -> ResponseReturnValue:
    """Invite the next tickets (stratum → letters), make their letters and go there."""
    made = waves.invite_next(assembly, counts, current_user.id)
    letters.make(assembly, current_user.id, kind="invitation", wave=made[0].wave)
    flash(
        ngettext(
            "Nachgelost: %(num)s Person. Ihr Brief wird erstellt.",
            "Nachgelost: %(num)s Personen. Ihre Briefe werden erstellt.",
            len(made),
        ),
        "success",
    )
    return back_to("letters.show")
