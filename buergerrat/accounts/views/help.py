"""Short help: what each role does, and whom to ask."""

from __future__ import annotations

from flask import Blueprint, render_template

from buergerrat.accounts.access import public

bp = Blueprint("help", __name__)


@bp.get("/hilfe")
@public()
def show() -> str:
    return render_template("accounts/help.html")
