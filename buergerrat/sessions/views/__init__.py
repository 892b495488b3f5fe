"""Pages of this folder; a module is named after its part of the address."""

from __future__ import annotations

from flask import Flask

from buergerrat.sessions.views.agenda import bp as agenda_bp
from buergerrat.sessions.views.attendance import bp as attendance_bp
from buergerrat.sessions.views.board import bp as board_bp
from buergerrat.sessions.views.cards import bp as cards_bp
from buergerrat.sessions.views.certificates import bp as certificates_bp
from buergerrat.sessions.views.screen import bp as screen_bp
from buergerrat.sessions.views.sessions import bp as sessions_bp
from buergerrat.sessions.views.tables import bp as tables_bp
from buergerrat.sessions.views.themes import bp as themes_bp


def register(app: Flask) -> None:
    for blueprint in (
        sessions_bp,
        agenda_bp,
        attendance_bp,
        tables_bp,
        board_bp,
        cards_bp,
        themes_bp,
        screen_bp,
        certificates_bp,
    ):
        app.register_blueprint(blueprint)
