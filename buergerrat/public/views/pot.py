from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from buergerrat.accounts.access import public
from buergerrat.accounts.services import throttle
from buergerrat.assemblies.models import Assembly
from buergerrat.db import utcnow
from buergerrat.formats import BERLIN
from buergerrat.public.services import pot
from buergerrat.public.views.common import published
from buergerrat.sortition.views.answer import OVERALL, PER_ADDRESS

bp = Blueprint("pot", __name__)


@bp.get("/<town>/<assembly>/lostopf")
@public()
@published
def show(assembly: Assembly) -> str:
    return render_template("public/pot.html", assembly=assembly, problem="")


@bp.post("/<town>/<assembly>/lostopf")
@public(personal=True)
@published
def ask(assembly: Assembly) -> ResponseReturnValue:
    """The answer stands on the page that comes back: no cookie, no code in an address."""
    typed = request.form.get("code", "")
    # The same buckets as on the reply pages: guessing here is no second chance.
    allowed = throttle.take_for_address("code", *PER_ADDRESS) and throttle.take("code", *OVERALL)
    if not allowed:
        return render_template("public/pot.html", assembly=assembly, problem="throttled"), 429
    answer = pot.ask(assembly, typed)
    if answer is None:
        return render_template("public/pot.html", assembly=assembly, problem="unknown"), 422
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
