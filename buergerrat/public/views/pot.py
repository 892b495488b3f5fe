from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from buergerrat import audit
from buergerrat.accounts.access import public
from buergerrat.assemblies.models import Assembly
from buergerrat.db import utcnow
from buergerrat.formats import BERLIN
from buergerrat.public.services import pot
from buergerrat.public.views.common import published
from buergerrat.sortition.services import code_guard, lottery

bp = Blueprint("pot", __name__)


@bp.get("/<town>/<assembly>/lostopf")
@public()
@published
def show(assembly: Assembly) -> str:
    return _entry(assembly)


@bp.post("/<town>/<assembly>/lostopf")
@public(personal=True)
@published
def ask(assembly: Assembly) -> ResponseReturnValue:
    """The answer stands on the page that comes back: no cookie, no code in an address."""
    if not code_guard.allowed():
        return _entry(assembly, "throttled"), 429
    answer = pot.ask(assembly, request.form.get("code", ""))
    if answer is None:
        code_guard.was_wrong()
        return _entry(assembly, "unknown"), 422
    audit.log("look", "own_chance", answer.losnummer or "-", state=answer.state)
    if answer.chance is None:
        return render_template(
            "public/pot_waiting.html",
            assembly=assembly,
            answer=answer,
            today=utcnow().astimezone(BERLIN).date(),
        )
    return render_template(
        "public/pot_answer.html", assembly=assembly, answer=answer, chance=answer.chance
    )


@bp.post("/<town>/<assembly>/lostopf/meine-zeile")
@public(personal=True)
@published
def own(assembly: Assembly) -> ResponseReturnValue:
    """The person's own row as a file that opens their commitment; the code is asked again."""
    if not code_guard.allowed():
        return _entry(assembly, "throttled"), 429
    found = pot.own_row(assembly, request.form.get("code", ""))
    if found is None:
        code_guard.was_wrong()
        return _entry(assembly, "unknown"), 422
    losnummer, content = found
    audit.log("own_row_saved", "own_chance", losnummer)
    response = Response(content, mimetype="application/json")
    name = f"meine-zeile-{losnummer}.json"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _entry(assembly: Assembly, problem: str = "") -> str:
    draw = lottery.current(assembly)
    return render_template(
        "public/pot.html",
        assembly=assembly,
        problem=problem,
        deleted=draw is not None and draw.state == "picked" and draw.pool_sealed is None,
    )
