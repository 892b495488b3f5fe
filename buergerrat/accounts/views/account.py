"""One's own account: name, language, password, sessions."""

from __future__ import annotations

from flask import Blueprint, abort, flash, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import delete, select

from buergerrat import audit
from buergerrat.accounts import entering, passwords, roles
from buergerrat.accounts.access import signed_in
from buergerrat.accounts.forms import NewPasswordForm, ProfileForm
from buergerrat.accounts.models import User, WebSession
from buergerrat.accounts.services import second_factor, signing_in, users
from buergerrat.db import db, utcnow
from buergerrat.web import back_to

bp = Blueprint("account", __name__)
TOO_LONG = 2**31  # a number in an address that no database column holds


@bp.get("/konto")
@signed_in()
def show() -> ResponseReturnValue:
    return _page(ProfileForm(obj=current_user))


@bp.post("/konto")
@signed_in()
def save() -> ResponseReturnValue:
    form = ProfileForm(request.form)
    if not form.validate():
        return _page(form), 422
    form.populate_obj(current_user)
    audit.log("profile_changed", "user", current_user.id)
    flash(_("Gespeichert."), "success")
    return back_to("account.show")


@bp.get("/konto/passwort")
@signed_in(reauth=True)
def password() -> ResponseReturnValue:
    return render_template("accounts/password.html", form=NewPasswordForm())


@bp.post("/konto/passwort")
@signed_in(reauth=True)
def set_password() -> ResponseReturnValue:
    form = NewPasswordForm(request.form)
    form.email = current_user.email
    if not form.validate():
        return render_template("accounts/password.html", form=form), 422
    user_id = current_user.id
    db.session.rollback()  # nothing is locked while the password is hashed
    password_hash = passwords.make(form.password.data)
    users.set_password(
        db.session.get_one(User, user_id),
        password_hash,
        keep_session=session.token_hash,  # type: ignore[attr-defined]
    )
    entering.confirm_again()
    flash(_("Das neue Passwort gilt. Andere Geräte wurden abgemeldet."), "success")
    return back_to("account.show")


@bp.post("/konto/sitzungen/<int:number>/beenden")
@signed_in()
def end_session(number: int) -> ResponseReturnValue:
    if number >= TOO_LONG:
        abort(404)
    row = db.session.scalar(
        select(WebSession).where(WebSession.id == number, WebSession.user_id == current_user.id)
    )
    if row is None:
        abort(404)
    db.session.delete(row)
    audit.log("session_ended", "user", current_user.id)
    flash(_("Das Gerät ist abgemeldet."), "success")
    return back_to("account.show")


@bp.post("/konto/sitzungen/beenden")
@signed_in()
def end_other_sessions() -> ResponseReturnValue:
    db.session.execute(
        delete(WebSession).where(
            WebSession.user_id == current_user.id,
            WebSession.token_hash != session.token_hash,  # type: ignore[attr-defined]
        )
    )
    audit.log("session_ended", "user", current_user.id, all=True)
    flash(_("Alle anderen Geräte sind abgemeldet."), "success")
    return back_to("account.show")


def _page(form: ProfileForm) -> str:
    sessions = db.session.scalars(
        select(WebSession)
        .where(WebSession.user_id == current_user.id, WebSession.expires_at > utcnow())
        .order_by(WebSession.seen_at.desc())
    ).all()
    return render_template(
        "accounts/account.html",
        form=form,
        places=roles.places_of(current_user),
        sessions=sessions,
        this_session=session.token_hash,  # type: ignore[attr-defined]
        second_factor=current_user.totp_confirmed_at,
        codes_left=second_factor.codes_left(current_user),
        staff=signing_in.is_staff(current_user),
    )
