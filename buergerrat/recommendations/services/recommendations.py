"""Writing recommendations: from note cards, in versions that stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import next_number
from buergerrat.db import db
from buergerrat.recommendations.models import EvidenceLink, Recommendation, RecommendationVersion
from buergerrat.recommendations.services import states
from buergerrat.sessions.models import Note
from buergerrat.web import Conflict


@dataclass(frozen=True)
class Wording:
    """What a version says; the rationale has one reason per line."""

    title: str
    text: str
    rationale: str


class Overtaken(Conflict):
    """Somebody saved a newer version meanwhile; `current` is its number."""

    def __init__(self, current: int) -> None:
        super().__init__(
            _(
                "Inzwischen gibt es Fassung %(number)s. Ihr Text wurde noch nicht gespeichert.",
                number=current,
            )
        )
        self.current = current


def draft_recommendation(
    assembly: Assembly,
    wording: Wording,
    notes: Sequence[Note] = (),
    user_id: int | None = None,
) -> Recommendation:
    """A new recommendation with the next number, its first version and its cards."""
    states.refuse_after_handover(assembly.id)
    number = next_number(Recommendation, assembly.id)
    made = Recommendation(assembly_id=assembly.id, number=number)
    db.session.add(made)
    db.session.flush()
    _add_version(made, 1, wording, "", user_id)
    for note in notes:
        _link(made, note, "supports")
    db.session.flush()
    audit.log(
        "recommendation_draft",
        "recommendation",
        made.id,
        assembly_id=assembly.id,
        cards=len(notes),
    )
    return made


def revise(
    recommendation: Recommendation,
    base: int,
    wording: Wording,
    change_note: str,
    user_id: int | None = None,
) -> RecommendationVersion:
    """A new version after version `base`; Overtaken when `base` is no longer the newest."""
    states.require_draft(recommendation)
    if base != recommendation.current_version:
        raise Overtaken(recommendation.current_version)
    newest = recommendation.version
    if Wording(newest.title, newest.text, newest.rationale) == wording:
        raise Conflict(_("Der Text ist derselbe wie in der letzten Fassung."))
    made = _add_version(recommendation, base + 1, wording, change_note, user_id)
    recommendation.current_version = made.number
    db.session.flush()
    audit.log(
        "recommendation_version",
        "recommendation",
        recommendation.id,
        assembly_id=recommendation.assembly_id,
        version=made.number,
    )
    return made


def withdraw(recommendation: Recommendation) -> None:
    """The number stays taken; the texts stay readable."""
    states.refuse_after_handover(recommendation.assembly_id)
    states.move(recommendation, "withdrawn")


def add_evidence(recommendation: Recommendation, notes: Sequence[Note], stance: str) -> int:
    """Link cards; those already linked take the new stance. How many links are new."""
    states.require_draft(recommendation)
    known = {link.note_id: link for link in recommendation.evidence}
    for note in notes:
        if note.id in known:
            known[note.id].stance = stance
        else:
            _link(recommendation, note, stance)
    added = sum(note.id not in known for note in notes)
    _log_evidence(recommendation, added=added)
    return added


def remove_evidence(recommendation: Recommendation, note: Note) -> None:
    """Unlink a card; the card itself stays on the board. Nothing happens if it was not linked."""
    states.require_draft(recommendation)
    recommendation.evidence = [e for e in recommendation.evidence if e.note_id != note.id]
    _log_evidence(recommendation, removed=note.id)


def of_assembly(assembly: Assembly) -> list[Recommendation]:
    """All, by number, with everything a list shows: a fixed number of queries."""
    return list(
        db.session.scalars(
            select(Recommendation)
            .filter_by(assembly_id=assembly.id)
            .options(
                selectinload(Recommendation.versions),
                selectinload(Recommendation.evidence),
                selectinload(Recommendation.ballots),
                selectinload(Recommendation.minority_statements),
                selectinload(Recommendation.answers),
                selectinload(Recommendation.progress),
            )
            .order_by(Recommendation.number)
        )
    )


def _add_version(
    recommendation: Recommendation,
    number: int,
    wording: Wording,
    change_note: str,
    user_id: int | None,
) -> RecommendationVersion:
    version = RecommendationVersion(
        assembly_id=recommendation.assembly_id,
        number=number,
        title=wording.title,
        text=wording.text,
        rationale=wording.rationale,
        change_note=change_note,
        user_id=user_id,
    )
    recommendation.versions.append(version)
    return version


def _link(recommendation: Recommendation, note: Note, stance: str) -> None:
    if note.assembly_id != recommendation.assembly_id:
        raise ValueError("the card belongs to another assembly")
    recommendation.evidence.append(
        EvidenceLink(assembly_id=recommendation.assembly_id, note_id=note.id, stance=stance)
    )


def _log_evidence(recommendation: Recommendation, **detail: int) -> None:
    db.session.flush()
    audit.log(
        "recommendation_cards",
        "recommendation",
        recommendation.id,
        assembly_id=recommendation.assembly_id,
        **detail,
    )
