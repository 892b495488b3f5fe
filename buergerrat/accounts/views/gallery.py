"""Every part that pages are made of, with invented numbers; for whoever changes one."""

from __future__ import annotations

from flask import Blueprint, render_template

from buergerrat.accounts.access import public

bp = Blueprint("gallery", __name__)


@bp.get("/bausteine")
@public()
def show() -> str:
    return render_template("components/gallery.html")
