"""The town's assemblies and the home of one assembly."""

from __future__ import annotations

from flask import Blueprint

from buergerrat.accounts.access import public

bp = Blueprint("assemblies", __name__)


@bp.get("/healthz")
@public()
def healthz() -> dict[str, str]:
    return {"status": "ok"}
