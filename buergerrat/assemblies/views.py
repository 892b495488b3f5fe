"""The town's assemblies, founding one, its mandate, and its home."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, abort, flash, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from buergerrat.accounts.access import access, public, roles_in, signed_in
from buergerrat.accounts.models import Municipality, Role
from buergerrat.assemblies import locks, overview, services, way
from buergerrat.assemblies.forms import MandateForm, defaults, stored
from buergerrat.assemblies.laender import land_of, land_of_ags
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.schedule import Moved, proposal, proposed
from buergerrat.db import utcnow
from buergerrat.formats import BERLIN
from buergerrat.web import back_to

bp = Blueprint("assemblies", __name__)
LEGAL_BASIS = (
    "§ 37 Bundesmeldegesetz (Weitergabe innerhalb der Verwaltung), Artikel 6 Absatz 1 Buchstabe e "
    "und Absatz 3 DSGVO in Verbindung mit der Gemeindeordnung und dem Beschluss des Rats"
)


@bp.get("/healthz")
@public()
def healthz() -> dict[str, str]:
    return {"status": "ok"}


@bp.get("/<town>/buergerraete/")
@signed_in()
def index(municipality: Municipality) -> str:
    """Everybody sees the assemblies they belong to; the administration all of the town."""
    rows = overview.assemblies_for(current_user, municipality)
    may_found = Role.ADMINISTRATION in roles_in(current_user.assignments, municipality.id, None)
    if not rows and not roles_in(current_user.assignments, municipality.id, None):
        abort(403)
    standings = []
    for assembly in rows:
        g.pop("way_roles", None)
        standings.append((assembly, way.build(assembly)))
    return render_template("assemblies/index.html", standings=standings, may_found=may_found)


@bp.get("/<town>/buergerraete/neu")
@access(Role.ADMINISTRATION)
def new(municipality: Municipality) -> str:
    land = land_of_ags(municipality.ags or "").code
    return _founding(MandateForm(data=defaults(LEGAL_BASIS, _today(), land=land)))


def _founding(form: MandateForm) -> str:
    """The founding form; as long as the dates are those proposed, with why some were moved."""
    first = form.first_session_on.data
    moved: list[Moved] = []
    if first is not None:
        plan, moved = proposed(first, form.land.data or "")
        moved = [one for one in moved if form[one.name].data == getattr(plan, one.name)]
    return render_template("assemblies/new.html", form=form, moved=moved)


@bp.post("/<town>/buergerraete/neu/termine")
@access(Role.ADMINISTRATION)
def propose(municipality: Municipality) -> str:
    """The same form with its dates counted anew from the first session; nothing is stored."""
    form = MandateForm(request.form)
    land = form.land.data or ""
    first = form.first_session_on.data or defaults(LEGAL_BASIS, _today())["first_session_on"]
    form.take(proposal(first, land))
    return _founding(form)


def _today() -> dt.date:
    return utcnow().astimezone(BERLIN).date()


@bp.post("/<town>/buergerraete/neu")
@access(Role.ADMINISTRATION)
def found(municipality: Municipality) -> ResponseReturnValue:
    form = MandateForm(request.form)
    form.follow_first_session()
    if not form.validate():
        return _founding(form), 422
    assembly = services.found(municipality, form.mandate(), current_user.id)
    flash(_("Der Bürgerrat „%(title)s“ ist angelegt.", title=assembly.title), "success")
    return back_to("assemblies.home", assembly=assembly.slug)


@bp.get("/<town>/buergerraete/<assembly>/")
@access(Role.ADMINISTRATION, Role.FACILITATOR, Role.OBSERVER, Role.COUNCIL)
def home(assembly: Assembly) -> str:
    sections = [section(assembly) for section in way.overview_sections]
    parts = [Markup(render_template(name, **context)) for name, context in sections if name]  # noqa: S704
    return render_template(
        "assemblies/home.html",
        assembly=assembly,
        dates=overview.dates(assembly, utcnow()),
        parts=parts,
        links=_links(assembly),
    )


def _links(assembly: Assembly) -> list[dict[str, str]]:
    """What is not a step of the way, as far as the person who looks may open it."""
    labels = {
        "assembly.show": _("öffentliche Seite"),
        "timeline.show": _("Zeitplan"),
        "assemblies.edit": _("Auftrag ändern")
        if g.actor_role == "administration"
        else _("Auftrag"),
        "privacy.show": _("Personendaten löschen"),
        "log.show": _("Protokoll"),
    }
    if assembly.published_at is None:
        del labels["assembly.show"]
    urls = {endpoint: way.url_if_allowed(endpoint, assembly) for endpoint in labels}
    return [{"label": labels[e], "url": url} for e, url in urls.items() if url]


@bp.get("/<town>/buergerraete/<assembly>/auftrag")
@access(Role.ADMINISTRATION, Role.OBSERVER)
def edit(assembly: Assembly) -> str:
    form, fixed = _form_of(assembly)
    return render_template("assemblies/edit.html", assembly=assembly, form=form, fixed=fixed)


@bp.post("/<town>/buergerraete/<assembly>/auftrag")
@access(Role.ADMINISTRATION)
def change(assembly: Assembly) -> ResponseReturnValue:
    form, fixed = _form_of(assembly)
    kept = stored(assembly)
    if not form.validate(kept=kept):
        page = render_template("assemblies/edit.html", assembly=assembly, form=form, fixed=fixed)
        return page, 422
    services.change(assembly, form.mandate(kept), current_user.id)
    flash(_("Der Auftrag ist gespeichert."), "success")
    return back_to("assemblies.edit", assembly=assembly.slug)


@bp.post("/<town>/buergerraete/<assembly>/oeffentlichkeit")
@access(Role.ADMINISTRATION)
def publish(assembly: Assembly) -> ResponseReturnValue:
    visible = request.form.get("sichtbar") == "ja"
    services.publish(assembly, visible, current_user.id)
    flash(
        _("Die öffentliche Seite ist freigeschaltet.")
        if visible
        else _("Die öffentliche Seite ist abgeschaltet."),
        "success",
    )
    return back_to("assemblies.home" if visible else "assemblies.edit")


def _form_of(assembly: Assembly) -> tuple[MandateForm, dict[str, str]]:
    """The form without the fields that are fixed, and those with the reason."""
    form = MandateForm(request.form or None, obj=assembly)
    if not request.form and not form.land.data:
        form.land.data = land_of(assembly).code
    fixed = locks.locked(assembly)
    for name in fixed:
        del form[name]
    return form, fixed
