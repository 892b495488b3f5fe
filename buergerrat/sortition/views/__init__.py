"""Pages of this folder; a module is named after its part of the address."""

from __future__ import annotations

from flask import Flask

from buergerrat.sortition.views import (  # noqa: F401 - routes of the lottery's and the answer's
    answer_after,
    answer_steps,
    hall,
    lists,
)
from buergerrat.sortition.views.answer import bp as answer_bp
from buergerrat.sortition.views.calls import bp as calls_bp
from buergerrat.sortition.views.draw import bp as draw_bp
from buergerrat.sortition.views.extract import bp as extract_bp
from buergerrat.sortition.views.import_profiles import bp as import_profiles_bp
from buergerrat.sortition.views.letter_texts import bp as letter_texts_bp
from buergerrat.sortition.views.letters import bp as letters_bp
from buergerrat.sortition.views.lottery import bp as lottery_bp
from buergerrat.sortition.views.mapping import bp as mapping_bp
from buergerrat.sortition.views.marginals import bp as marginals_bp
from buergerrat.sortition.views.members import bp as members_bp
from buergerrat.sortition.views.municipalities import bp as municipalities_bp
from buergerrat.sortition.views.quotas import bp as quotas_bp
from buergerrat.sortition.views.replies import bp as replies_bp
from buergerrat.sortition.views.response import bp as response_bp
from buergerrat.sortition.views.returned import bp as returned_bp
from buergerrat.sortition.views.review import bp as review_bp
from buergerrat.sortition.views.seat import bp as seat_bp
from buergerrat.sortition.views.seat_history import bp as seat_history_bp
from buergerrat.sortition.views.second_entry import bp as second_entry_bp
from buergerrat.sortition.views.visits import bp as visits_bp
from buergerrat.sortition.views.volunteers import bp as volunteers_bp
from buergerrat.sortition.views.waves import bp as waves_bp


def register(app: Flask) -> None:
    for blueprint in (
        extract_bp,
        mapping_bp,
        review_bp,
        import_profiles_bp,
        draw_bp,
        letters_bp,
        letter_texts_bp,
        answer_bp,
        replies_bp,
        second_entry_bp,
        response_bp,
        returned_bp,
        waves_bp,
        visits_bp,
        marginals_bp,
        quotas_bp,
        lottery_bp,
        members_bp,
        calls_bp,
        seat_bp,
        seat_history_bp,
        municipalities_bp,
        volunteers_bp,
    ):
        app.register_blueprint(blueprint)
