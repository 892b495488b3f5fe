"""Setting up the second factor, and the codes for the day the phone is gone."""

from __future__ import annotations

from flask import Blueprint, flash, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from buergerrat.accounts import entering, roles
from buergerrat.accounts.access import signed_in
from buergerrat.accounts.forms import SetUpForm
from buergerrat.accounts.services import second_factor, signing_in
from buergerrat.crypto import SealBroken
from buergerrat.web import Conflict, back_to

bp = Blueprint("second_factor", __name__)


@bp.get("/konto/zweiter-faktor")
@signed_in(reauth=True)
def set_up() -> ResponseReturnValue:
    return _page(SetUpForm(), second_factor.new_secret())


@bp.post("/konto/zweiter-faktor")
@signed_in(reauth=True)
def confirm() -> ResponseReturnValue:
    form = SetUpForm(request.form)
    try:
        secret = second_factor.open_from_form(current_user, form.sealed.data or "")
    except (ValueError, SealBroken):
        return _page(SetUpForm(), second_factor.new_secret()), 422
    if not form.validate():
        return _page(form, secret), 422
    codes = second_factor.confirm(current_user, secret, form.code.data)
    if codes is None:
        form.code.errors = [_("Dieser Code stimmt nicht. Warten Sie auf den nächsten.")]
        return _page(form, secret), 422
    session.pop("second_factor_missing", None)
    entering.confirm_again()
    return _codes_page(codes)


@bp.post("/konto/wiederherstellung")
@signed_in(reauth=True)
def recovery_codes() -> ResponseReturnValue:
    """Ten new codes; the old ones stop working."""
    if current_user.totp_confirmed_at is None:
        raise Conflict(_("Richten Sie zuerst den zweiten Faktor ein."))
    return _codes_page(second_factor.make_recovery_codes(current_user))


@bp.post("/konto/zweiter-faktor/aus")
@signed_in(reauth=True)
def switch_off() -> ResponseReturnValue:
    if signing_in.is_staff(current_user) and entering.second_factor_required():
        raise Conflict(_("Für Ihre Aufgaben ist der zweite Faktor Pflicht."))
    second_factor.switch_off(current_user)
    flash(_("Der zweite Faktor ist ausgeschaltet."), "success")
    return back_to("account.show")


def _page(form: SetUpForm, secret: str) -> str:
    return render_template(
        "accounts/second_factor.html",
        form=form,
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        sealed=second_factor.seal_for_form(current_user, secret),
        picture=second_factor.picture(current_user, secret),
        must=bool(session.get("second_factor_missing")),
    )


def _codes_page(codes: list[str]) -> str:
    return render_template(
        "accounts/recovery_codes.html", codes=codes, onward=roles.home_of(current_user)
    )
