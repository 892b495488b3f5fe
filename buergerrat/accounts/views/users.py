"""A town's accounts: who works on its Bürgerräte, and as what."""

from __future__ import annotations

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat.accounts import roles
from buergerrat.accounts.access import access
from buergerrat.accounts.forms import InviteForm, RoleForm
from buergerrat.accounts.models import Municipality, Role, RoleAssignment, User
from buergerrat.accounts.services import users
from buergerrat.web import Conflict, back_to

bp = Blueprint("users", __name__)


@bp.get("/<town>/konten")
@access(Role.ADMINISTRATION, personal=True)
def index(municipality: Municipality) -> ResponseReturnValue:
    return render_template(
        "accounts/users.html",
        people=[(user, _roles_here(user, municipality)) for user in users.of_town(municipality)],
        role_words=roles.LABELS,
        pending={u.id for u in users.of_town(municipality) if u.password_hash is None},
    )


@bp.get("/<town>/konten/neu")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def new(municipality: Municipality) -> ResponseReturnValue:
    form = InviteForm()
    form.offer(municipality)
    return render_template("accounts/invite.html", form=form)


@bp.post("/<town>/konten/neu")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def invite(municipality: Municipality) -> ResponseReturnValue:
    form = InviteForm(request.form)
    form.offer(municipality)
    if not form.validate():
        return render_template("accounts/invite.html", form=form), 422
    user = users.invite(
        municipality, form.email.data, form.name.data, Role(form.role.data), form.assembly_id
    )
    if user.password_hash is not None:
        flash(_("Die Rolle gilt sofort. Diese Person hat schon ein Konto."), "success")
        return back_to("users.person", number=user.id)
    users.make_link(user, municipality, current_user.id)
    return back_to("users.link", number=user.id)


@bp.get("/<town>/konten/<int:number>")
@access(Role.ADMINISTRATION, personal=True)
def person(municipality: Municipality, number: int) -> ResponseReturnValue:
    return _person_page(_one(municipality, number), municipality, None)


@bp.get("/<town>/konten/<int:number>/link")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def link(municipality: Municipality, number: int) -> ResponseReturnValue:
    """The invitation's address, to copy; as long as it can be used."""
    user = _one(municipality, number)
    return link_page(user, municipality, url_for("users.index"))


@bp.post("/<town>/konten/<int:number>/link")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def new_link(municipality: Municipality, number: int) -> ResponseReturnValue:
    """For a link that got lost, or a forgotten password."""
    user = _one(municipality, number)
    users.make_link(user, municipality, current_user.id)
    return back_to("users.link", number=user.id)


@bp.post("/<town>/konten/<int:number>/rolle")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def give(municipality: Municipality, number: int) -> ResponseReturnValue:
    user = _one(municipality, number)
    form = RoleForm(request.form)
    form.offer(municipality)
    if not form.validate():
        return _person_page(user, municipality, form), 422
    users.give(user, Role(form.role.data), municipality, form.assembly_id)
    flash(_("Die Rolle gilt sofort. Die Person meldet sich neu an."), "success")
    return back_to("users.person", number=user.id)


@bp.post("/<town>/konten/<int:number>/rolle/<int:assignment>/entziehen")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def withdraw(municipality: Municipality, number: int, assignment: int) -> ResponseReturnValue:
    user = _one(municipality, number)
    found = next((a for a in _roles_here(user, municipality) if a.id == assignment), None)
    if found is None:
        abort(404)
    if user.id == current_user.id and found.role == Role.ADMINISTRATION:
        raise Conflict(_("Ihre eigene Rolle kann Ihnen nur jemand anderes entziehen."))
    users.withdraw(found)
    flash(_("Die Rolle ist entzogen."), "success")
    return back_to("users.index")


@bp.post("/<town>/konten/<int:number>/sperren")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def disable(municipality: Municipality, number: int) -> ResponseReturnValue:
    user = _one(municipality, number)
    if user.id == current_user.id:
        raise Conflict(_("Ihr eigenes Konto kann nur jemand anderes sperren."))
    users.disable(user, municipality)
    flash(_("Das Konto ist gesperrt."), "success")
    return back_to("users.person", number=user.id)


@bp.post("/<town>/konten/<int:number>/entsperren")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def enable(municipality: Municipality, number: int) -> ResponseReturnValue:
    user = _one(municipality, number)
    users.enable(user, municipality)
    flash(_("Das Konto ist wieder offen."), "success")
    return back_to("users.person", number=user.id)


@bp.post("/<town>/konten/<int:number>/zweiter-faktor")
@access(Role.ADMINISTRATION, reauth=True, personal=True)
def reset_second_factor(municipality: Municipality, number: int) -> ResponseReturnValue:
    """Who administers the town turns to the system administrator: nobody lets in an equal."""
    user = _one(municipality, number)
    if _administers(user, municipality):
        raise Conflict(_("Bei Personen aus der Verwaltung macht das die Systemverwaltung."))
    users.reset_second_factor(user, municipality)
    flash(_("Der zweite Faktor ist zurückgesetzt. Die Person richtet ihn neu ein."), "success")
    return back_to("users.person", number=user.id)


def _administers(user: User, town: Municipality) -> bool:
    return any(a.role == Role.ADMINISTRATION for a in _roles_here(user, town))


def _one(town: Municipality, number: int) -> User:
    """Somebody with a role in this town; everybody else does not exist here."""
    user = users.one_of_town(town, number)
    if user is None:
        abort(404)
    return user


def _roles_here(user: User, town: Municipality) -> list[RoleAssignment]:
    here = [a for a in user.assignments if a.municipality_id == town.id]
    return sorted(here, key=lambda a: (roles.ORDER.index(Role(a.role)), a.id))


def _person_page(user: User, town: Municipality, form: RoleForm | None) -> str:
    if form is None:
        form = RoleForm()
        form.offer(town)
    return render_template(
        "accounts/person.html",
        user=user,
        assignments=[(a, roles.label(a.role), roles.scope_of(a)) for a in _roles_here(user, town)],
        form=form,
        only_here=users.belongs_only_to(user, town),
        open_link=users.open_link_of(user),
        administers=_administers(user, town),
    )


def link_page(user: User, municipality: Municipality, back_url: str) -> str:
    """The address of the person's open invitation; 404 when there is none to show."""
    invitation = users.open_link_of(user)
    if invitation is None or not users.belongs_only_to(user, municipality):
        abort(404)
    return render_template(
        "accounts/link.html",
        user=user,
        url=users.link_of(invitation),
        until=invitation.expires_at,
        back_url=back_url,
    )
