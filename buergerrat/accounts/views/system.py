"""The installation: its towns, and who administers them. No data about residents."""

from __future__ import annotations

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from buergerrat.accounts.access import access
from buergerrat.accounts.forms import ClerkForm, NewTownForm, TownForm
from buergerrat.accounts.models import Municipality, Role, RoleAssignment, User
from buergerrat.accounts.services import towns, users
from buergerrat.accounts.views.users import link_page
from buergerrat.db import db
from buergerrat.web import back_to

bp = Blueprint("system", __name__)


@bp.get("/system")
@access(Role.SYSTEM, personal=True)
def index() -> ResponseReturnValue:
    found = db.session.scalars(select(Municipality).order_by(Municipality.short_name)).all()
    return render_template(
        "accounts/towns.html", towns=[(town, len(_clerks(town))) for town in found]
    )


@bp.get("/system/staedte/neu")
@access(Role.SYSTEM, reauth=True)
def new_town() -> ResponseReturnValue:
    form = NewTownForm(data={"office": "Hauptamt", "council_name": "Stadtrat"})
    return render_template("accounts/town_form.html", form=form, town=None)


@bp.post("/system/staedte/neu")
@access(Role.SYSTEM, reauth=True)
def found_town() -> ResponseReturnValue:
    form = NewTownForm(request.form)
    if not form.validate():
        return render_template("accounts/town_form.html", form=form, town=None), 422
    town = towns.found(form.data)
    flash(_("Die Stadt ist angelegt. Laden Sie jetzt jemanden aus der Verwaltung ein."), "success")
    return back_to("system.town", town=town)


@bp.get("/system/<town>")
@access(Role.SYSTEM, personal=True)
def town(municipality: Municipality) -> ResponseReturnValue:
    return _town_page(municipality, ClerkForm())


@bp.get("/system/<town>/angaben")
@access(Role.SYSTEM, reauth=True)
def edit_town(municipality: Municipality) -> ResponseReturnValue:
    form = TownForm(obj=municipality)
    return render_template("accounts/town_form.html", form=form, town=municipality)


@bp.post("/system/<town>/angaben")
@access(Role.SYSTEM, reauth=True)
def save_town(municipality: Municipality) -> ResponseReturnValue:
    form = TownForm(request.form)
    if not form.validate():
        return render_template("accounts/town_form.html", form=form, town=municipality), 422
    towns.change(municipality, form.data)
    flash(_("Gespeichert."), "success")
    return back_to("system.town")


@bp.post("/system/<town>/verwaltung")
@access(Role.SYSTEM, reauth=True, personal=True)
def invite(municipality: Municipality) -> ResponseReturnValue:
    form = ClerkForm(request.form)
    if not form.validate():
        return _town_page(municipality, form), 422
    user = users.invite(municipality, form.email.data, form.name.data, Role.ADMINISTRATION)
    if user.password_hash is not None:
        flash(_("Die Rolle gilt sofort. Diese Person hat schon ein Konto."), "success")
        return back_to("system.town")
    users.make_link(user, municipality, current_user.id)
    return back_to("system.link", number=user.id)


@bp.get("/system/<town>/verwaltung/<int:number>/link")
@access(Role.SYSTEM, reauth=True, personal=True)
def link(municipality: Municipality, number: int) -> ResponseReturnValue:
    user, _role = _clerk(municipality, number)
    return link_page(user, municipality, url_for("system.town"))


@bp.post("/system/<town>/verwaltung/<int:number>/link")
@access(Role.SYSTEM, reauth=True, personal=True)
def new_link(municipality: Municipality, number: int) -> ResponseReturnValue:
    user, _role = _clerk(municipality, number)
    users.make_link(user, municipality, current_user.id)
    return back_to("system.link", number=user.id)


@bp.post("/system/<town>/verwaltung/<int:number>/zweiter-faktor")
@access(Role.SYSTEM, reauth=True, personal=True)
def reset_second_factor(municipality: Municipality, number: int) -> ResponseReturnValue:
    user, _role = _clerk(municipality, number)
    users.reset_second_factor(user, municipality)
    flash(_("Der zweite Faktor ist zurückgesetzt. Die Person richtet ihn neu ein."), "success")
    return back_to("system.town")


@bp.post("/system/<town>/verwaltung/<int:number>/entziehen")
@access(Role.SYSTEM, reauth=True, personal=True)
def withdraw(municipality: Municipality, number: int) -> ResponseReturnValue:
    _user, role = _clerk(municipality, number)
    users.withdraw(role)
    flash(_("Die Rolle ist entzogen."), "success")
    return back_to("system.town")


def _clerks(town: Municipality) -> list[tuple[User, RoleAssignment]]:
    return [
        (user, role)
        for user in users.of_town(town)
        for role in user.assignments
        if role.municipality_id == town.id and role.role == Role.ADMINISTRATION
    ]


def _clerk(town: Municipality, number: int) -> tuple[User, RoleAssignment]:
    found = next((pair for pair in _clerks(town) if pair[0].id == number), None)
    if found is None:
        abort(404)
    return found


def _town_page(town: Municipality, form: ClerkForm) -> str:
    return render_template(
        "accounts/town.html",
        town=town,
        clerks=[(user, users.belongs_only_to(user, town)) for user, _role in _clerks(town)],
        form=form,
    )
