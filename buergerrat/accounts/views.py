"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, render_template

from buergerrat.accounts.access import public

bp = Blueprint("accounts", __name__)


@bp.get("/anmelden")
@public(personal=True)
def sign_in() -> str:
    return render_template("accounts/sign_in.html")
