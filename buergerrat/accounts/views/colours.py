"""The stylesheet with a town's own two colours."""

from __future__ import annotations

from flask import Blueprint, Response

from buergerrat.accounts.access import public
from buergerrat.accounts.models import Municipality
from buergerrat.charts import town_stylesheet

bp = Blueprint("colours", __name__)


@bp.get("/<town>/farben.css")
@public()
def show(municipality: Municipality) -> Response:
    """The address in the pages changes with the colours, so it may be kept for a day."""
    sheet = town_stylesheet(municipality.town_colour, municipality.data_colour)
    response = Response(sheet, mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
