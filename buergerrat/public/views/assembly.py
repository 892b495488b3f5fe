from __future__ import annotations

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from buergerrat.accounts.access import public
from buergerrat.accounts.models import Municipality
from buergerrat.assemblies.models import Assembly
from buergerrat.public.services import answers, documents, drawing, facts, picking, progress, towns
from buergerrat.public.views.common import published
from buergerrat.recommendations.services.report import published_files
from buergerrat.sortition.services import municipality_draw, municipality_page

bp = Blueprint("assembly", __name__)


@bp.get("/")
@public()
def index() -> ResponseReturnValue:
    """The towns of this installation; with one town, its page."""
    found = towns.with_published()
    if len(found) == 1:
        return redirect(url_for("assembly.town", town=found[0].town.slug), 302)
    return render_template("public/towns.html", towns=found)


@bp.get("/<town>/")
@public()
def town(municipality: Municipality) -> str:
    return render_template(
        "public/town.html", municipality=municipality, assemblies=towns.published_of(municipality)
    )


@bp.get("/<town>/<assembly>/")
@public()
@published
def show(assembly: Assembly) -> str:
    known = facts.of(assembly)
    rows = answers.rows(known)
    chosen = request.args.get("antwort", "")
    return render_template(
        "public/assembly.html",
        assembly=assembly,
        facts=known,
        steps=progress.steps(known),
        lead=progress.lead(known),
        coming=progress.coming(known),
        rows=rows,
        chips=answers.chips(rows),
        chosen=chosen if chosen in answers.GROUPS else "",
        promise=answers.promise(known, rows),
        not_adopted=answers.not_adopted(known),
        funnel=drawing.funnel(known),
        compositions=drawing.compositions(known),
        composition_table=drawing.composition_table(known),
        fixed=drawing.fixed(known),
        picking=picking.story(known),
        seed=drawing.seed_sentence(known.invitation) if known.invitation else "",
        files=published_files(assembly) if known.report else [],
        municipalities=municipality_page.public_part(municipality_draw.current(assembly)),
    )


@bp.get("/<town>/<assembly>/gemeindelosung.json")
@public()
@published
def municipality_record(assembly: Assembly) -> Response:
    """The record of the draw of municipalities, as `buergerrat verify` reads it."""
    row = municipality_draw.current(assembly)
    if row is None or row.state != "drawn":
        abort(404)
    response = Response(municipality_draw.record(row), mimetype="application/json")
    response.headers.set("Content-Disposition", "attachment", filename="gemeindelosung.json")
    return response


@bp.get("/<town>/<assembly>/datei/<name>")
@public()
@published
def file(assembly: Assembly, name: str) -> Response:
    found = documents.find(assembly, name)
    if found is None:
        abort(404)
    response = Response(found.content, mimetype=found.media_type)
    where = "inline" if found.inline else "attachment"
    response.headers.set("Content-Disposition", where, filename=found.filename)
    if found.etag:
        response.set_etag(found.etag)
        response.make_conditional(request)
    return response
