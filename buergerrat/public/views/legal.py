from __future__ import annotations

from flask import Blueprint, render_template

from buergerrat.accounts.access import public
from buergerrat.accounts.models import Municipality
from buergerrat.assemblies import retention
from buergerrat.public.services import towns

bp = Blueprint("legal", __name__)


@bp.get("/<town>/barrierefreiheit")
@public()
def accessibility(municipality: Municipality) -> str:
    return render_template("public/accessibility.html", municipality=municipality)


@bp.get("/<town>/datenschutz")
@public()
def privacy(municipality: Municipality) -> str:
    assemblies = towns.published_of(municipality)
    return render_template(
        "public/privacy.html",
        municipality=municipality,
        categories=retention.categories,
        periods=retention.PERIODS,
        changed={
            one.id: [p for p in retention.periods(one) if p.days != retention.BY_KEY[p.key].days]
            for one in assemblies
        },
        assemblies=assemblies,
    )


@bp.get("/<town>/impressum")
@public()
def imprint(municipality: Municipality) -> str:
    return render_template("public/imprint.html", municipality=municipality)
