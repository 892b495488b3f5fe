"""Signing in and out, and the password asked once more."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import Form

from buergerrat.accounts import entering, passwords, resume, roles
from buergerrat.accounts.access import public, signed_in
from buergerrat.accounts.forms import AgainForm, CodeForm, NewPasswordForm, SignInForm
from buergerrat.accounts.models import User
from buergerrat.accounts.services import second_factor, signing_in, throttle, users
from buergerrat.db import db
from buergerrat.web import back_to

bp = Blueprint("accounts", __name__)
PER_ADDRESS = (60, 20)  # tries at once, then so many a minute


@bp.get("/anmelden")
@public(personal=True)
def sign_in() -> ResponseReturnValue:
    target = entering.safe_target(request.args.get("weiter"))
    if current_user.is_authenticated:
        if "erneut" not in request.args:
            return redirect(target or roles.home_of(current_user))
        return _again_page(AgainForm(), target, "")
    return _page(SignInForm(), target, "")


@bp.post("/anmelden")
@public(personal=True)
def sign_in_post() -> ResponseReturnValue:
    form = SignInForm(request.form)
    target, kept = _luggage()
    if not form.validate():
        return _page(form, target, kept), 422
    try:
        _slow_down()
        user = signing_in.check_password(form.email.data, form.password.data)
    except signing_in.TooManyAttempts:
        return _page(form, target, kept, _too_many()), 429
    if user is None:
        wrong = _("E-Mail-Adresse oder Passwort stimmen nicht.")
        return _page(form, target, kept, wrong), 422
    if user.totp_confirmed_at is not None:
        entering.remember_pending(user)
        return _code_page(CodeForm(), target, kept)
    entering.enter(user)
    return _go_on(user, target, kept)


@bp.post("/anmelden/code")
@public(personal=True)
def code() -> ResponseReturnValue:
    form = CodeForm(request.form)
    target, kept = _luggage()
    user_id = entering.pending_user_id()
    user = db.session.get(User, user_id) if user_id else None
    if user is None or not user.is_active:
        late = _("Das hat zu lange gedauert. Bitte melden Sie sich noch einmal an.")
        return _page(SignInForm(), target, kept, late), 422
    if not form.validate():
        return _code_page(form, target, kept), 422
    try:
        good = second_factor.check(user, form.code.data)
    except second_factor.TooManyCodes:
        return _code_page(form, target, kept, _too_many()), 429
    if not good:
        wrong = _("Dieser Code stimmt nicht oder wurde schon benutzt.")
        return _code_page(form, target, kept, wrong), 422
    entering.enter(user, with_second_factor=True)
    return _go_on(user, target, kept)


@bp.post("/anmelden/erneut")
@signed_in()
def again() -> ResponseReturnValue:
    form = AgainForm(request.form)
    target, kept = _luggage()
    if not form.validate():
        return _again_page(form, target, kept), 422
    user_id = current_user.id
    try:
        _slow_down()
        user = signing_in.check_password(current_user.email, form.password.data)
    except signing_in.TooManyAttempts:
        return _again_page(form, target, kept, _too_many()), 429
    if user is None or user.id != user_id:
        return _again_page(form, target, kept, _("Das Passwort stimmt nicht.")), 422
    entering.confirm_again()
    return _go_on(user, target, kept)


@bp.post("/abmelden")
@public(personal=True)
def sign_out() -> ResponseReturnValue:
    entering.leave()
    return back_to("accounts.sign_in", abgemeldet=1)


@bp.route("/einladung/<token>", methods=["GET", "POST"])
@public(personal=True)
def invitation(token: str) -> ResponseReturnValue:
    """The invited person sets a password and is signed in."""
    found = users.find_invitation(token)
    if found is None:
        return render_template("accounts/invitation_gone.html"), 404
    user = db.session.get_one(User, found.user_id)
    form = NewPasswordForm(request.form)
    form.email = user.email
    if request.method == "GET" or not form.validate():
        page = render_template("accounts/invitation.html", form=form, user=user)
        return page, 200 if request.method == "GET" else 422
    db.session.rollback()  # nothing is locked while the password is hashed
    password_hash = passwords.make(form.password.data)
    found = users.find_invitation(token)
    if found is None:
        return render_template("accounts/invitation_gone.html"), 404
    user = users.redeem(found, password_hash)
    entering.leave()
    if user.totp_confirmed_at is not None:
        entering.remember_pending(user)
        return _code_page(CodeForm(), "", "")
    entering.enter(user)
    return redirect(roles.home_of(user), 303)


def closed_door(kept: str, *, reauth: bool) -> str:
    """The page that a POST meets when nobody is signed in, or the password is asked again."""
    target = entering.safe_target(_path_of_referrer())
    if reauth:
        return _again_page(AgainForm(), target, kept)
    return _page(SignInForm(), target, kept)


def _path_of_referrer() -> str:
    referrer = request.referrer or ""
    return referrer.removeprefix(request.host_url.rstrip("/"))


def _luggage() -> tuple[str, str]:
    """Where the person wanted to go, and what was typed there (sealed)."""
    return entering.safe_target(request.form.get("weiter")), request.form.get("resume", "")


def _slow_down() -> None:
    if not throttle.take_for_address("sign-in", *PER_ADDRESS):
        raise signing_in.TooManyAttempts


def _go_on(user: User, target: str, kept: str) -> ResponseReturnValue:
    found = resume.open_kept(kept, user.id)
    if found is not None:
        return render_template("accounts/resume.html", kept=found)
    if kept:
        flash(_("Ihre letzte Eingabe ließ sich nicht wiederherstellen."), "warning")
    if session.get("second_factor_missing"):
        return redirect(url_for("second_factor.set_up"), 303)
    return redirect(target or roles.home_of(user), 303)


def _too_many() -> str:
    return str(_("Zu viele Versuche. Bitte warten Sie einige Minuten. Es wurde nichts verändert."))


def _page(form: Form, target: str, kept: str, problem: str = "") -> str:
    return render_template(
        "accounts/sign_in.html", form=form, target=target, kept=kept, problem=problem
    )


def _code_page(form: Form, target: str, kept: str, problem: str = "") -> str:
    return render_template(
        "accounts/code.html", form=form, target=target, kept=kept, problem=problem
    )


def _again_page(form: Form, target: str, kept: str, problem: str = "") -> str:
    return render_template(
        "accounts/again.html", form=form, target=target, kept=kept, problem=problem
    )
