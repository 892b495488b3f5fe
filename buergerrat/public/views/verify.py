from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from buergerrat.accounts.access import public
from buergerrat.accounts.services import throttle
from buergerrat.assemblies.models import Assembly
from buergerrat.config import FILES
from buergerrat.db import db, set_writing
from buergerrat.formats import longdate
from buergerrat.public.services import checking, facts
from buergerrat.public.views.common import published

bp = Blueprint("verify", __name__)
DOCUMENTS = ("losprotokoll", "rueckschluesse")  # what a stranger needs to write a third checker
PER_ADDRESS = (10, 2)  # checks at once, then so many a minute


@bp.url_value_preprocessor
def _limit_upload(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before anything reads the form: everybody may upload here, so less than for the clerk."""
    request.max_content_length = checking.MOST_BYTES


@bp.get("/<town>/<assembly>/pruefen")
@public()
@published
def show(assembly: Assembly) -> str:
    return _page(assembly, problem="")


@bp.post("/<town>/<assembly>/pruefen")
@public()
@published
def check(assembly: Assembly) -> ResponseReturnValue:
    if not throttle.take_for_address("verify", *PER_ADDRESS):
        return _page(assembly, problem="throttled"), 429
    upload = request.files.get("losprotokoll")
    if upload is None or not upload.filename:
        return _page(assembly, problem="missing"), 422
    content, known = upload.read(), checking.published(assembly)
    # The check takes seconds: give the write lock back that every POST takes.
    db.session.rollback()
    set_writing(False)
    try:
        outcome = checking.check(content, known)
    except checking.Busy:
        return _page(assembly, problem="busy"), 503
    return _page(assembly, problem="", outcome=outcome, name=upload.filename, size=len(content))


def _page(assembly: Assembly, **values: Any) -> str:
    given = {"outcome": None, "name": "", "size": 0, **values}
    known = facts.of(assembly)
    return render_template(
        "public/verify.html",
        assembly=assembly,
        lottery=known.listed,
        record_size=known.record_size,
        script_size=checking.SCRIPT.stat().st_size,
        most=checking.MOST_BYTES,
        published=_published(assembly),
        **given,
    )


def _published(assembly: Assembly) -> list[dict[str, str | bool]]:
    """Every Prüfsumme that was ever valid, for the checker in the browser."""
    return [
        {"sum": sum_, "day": longdate(one.at), "newest": one.newest}
        for sum_, one in checking.published(assembly).items()
    ]


@bp.get("/<town>/<assembly>/pruefen/verify.py")
@public()
@published
def script(assembly: Assembly) -> Response:
    """The checker, the very file that this installation runs."""
    response = Response(checking.SCRIPT.read_bytes(), mimetype="text/x-python")
    response.headers.set("Content-Disposition", "attachment", filename="verify.py")
    return response


@bp.get("/<town>/<assembly>/pruefen/<name>.md")
@public()
@published
def document(assembly: Assembly, name: str) -> Response:
    """The document of the format, or what the public record gives away, as text to read."""
    if name not in DOCUMENTS:
        abort(404)
    return Response((FILES / "docs" / f"{name}.md").read_bytes(), mimetype="text/plain")
