"""Which state of a recommendation may follow which, and when nothing may change any more."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit
from buergerrat.db import db
from buergerrat.recommendations import words
from buergerrat.recommendations.models import CitizensReport, Recommendation
from buergerrat.web import Conflict

DECIDED = ("adopted", "not_adopted")
MOVES = {
    ("draft", "put_to_vote"),
    ("draft", "withdrawn"),
    ("put_to_vote", "adopted"),
    ("put_to_vote", "not_adopted"),
    ("put_to_vote", "draft"),  # the ballot was broken off before anybody voted
    ("adopted", "put_to_vote"),  # the vote is repeated; the old ballot stays
    ("not_adopted", "put_to_vote"),
}


def move(recommendation: Recommendation, to: str) -> None:
    """Walk one step of the table and log it; Conflict when the table has no such step."""
    before = recommendation.state
    if (before, to) not in MOVES:
        raise Conflict(
            _(
                "Empfehlung %(number)s ist im Stand „%(state)s“. Von dort geht das nicht.",
                number=recommendation.number,
                state=words.STATES[before],
            )
        )
    recommendation.state = to
    db.session.flush()
    audit.log(
        f"recommendation_{to}",
        "recommendation",
        recommendation.id,
        assembly_id=recommendation.assembly_id,
        before=before,
    )


def handed_over(assembly_id: int) -> bool:
    state = select(CitizensReport.state).where(CitizensReport.assembly_id == assembly_id)
    return db.session.scalar(state) == "handed_over"


def refuse_after_handover(assembly_id: int) -> None:
    """Called first in every write to recommendations, ballots and the report."""
    if handed_over(assembly_id):
        raise Conflict(
            _(
                "Das Gutachten ist übergeben. Seitdem stehen Wortlaut, Abstimmungen und "
                "Sondervoten fest. Es wurde nichts verändert."
            )
        )


def require_handover(assembly_id: int) -> None:
    """The council answers what was handed over, not drafts."""
    if not handed_over(assembly_id):
        raise Conflict(
            _("Das Gutachten ist noch nicht übergeben. Erst danach gibt es etwas zu beantworten.")
        )


def require_draft(recommendation: Recommendation) -> None:
    """Wording and cards change only until the recommendation is put to the vote."""
    refuse_after_handover(recommendation.assembly_id)
    if recommendation.state != "draft":
        raise Conflict(
            _(
                "Empfehlung %(number)s ist %(state)s. Ihr Wortlaut steht deshalb fest.",
                number=recommendation.number,
                state=words.STATES[recommendation.state],
            )
        )
