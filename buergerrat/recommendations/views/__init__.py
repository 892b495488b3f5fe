"""Pages of this folder; a module is named after its part of the address."""

from __future__ import annotations

from flask import Flask

from buergerrat.recommendations.views.ballots import bp as ballots_bp
from buergerrat.recommendations.views.council import bp as council_bp
from buergerrat.recommendations.views.evidence import bp as evidence_bp
from buergerrat.recommendations.views.follow_up import bp as follow_up_bp
from buergerrat.recommendations.views.recommendations import bp as recommendations_bp
from buergerrat.recommendations.views.report import bp as report_bp


def register(app: Flask) -> None:
    for blueprint in (
        recommendations_bp,
        evidence_bp,
        ballots_bp,
        report_bp,
        council_bp,
        follow_up_bp,
    ):
        app.register_blueprint(blueprint)
