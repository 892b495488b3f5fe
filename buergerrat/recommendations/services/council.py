"""The council's answers and what became of them. Every new one is a new row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.formats import local
from buergerrat.recommendations import words
from buergerrat.recommendations.models import CouncilAnswer, ProgressUpdate, Recommendation
from buergerrat.recommendations.report_data import MinorityStatement, VoteResult
from buergerrat.recommendations.services import states
from buergerrat.recommendations.services.recommendations import of_assembly
from buergerrat.recommendations.services.report import votes_of
from buergerrat.web import Conflict

FINISHED = ("done", "stopped")


@dataclass(frozen=True)
class Decision:
    """What the council decided. decision: a key of words.DECISIONS."""

    decision: str
    reason: str = ""
    lead_department: str = ""
    due_on: dt.date | None = None
    decided_on: dt.date | None = None
    paper_reference: str = ""


@dataclass(frozen=True)
class Listed:
    """A recommendation with the newest answer and the newest state of the work.

    kind: shape of the answer for ui.status ("open" while there is none); word: German word of
    it; work_level 0–4 for ui.work, work_word "" while nothing was reported.
    """

    number: int
    title: str
    text: str
    rationale: str
    adopted: bool
    votes: VoteResult | None
    minority: tuple[MinorityStatement, ...]
    cards: int
    kind: str
    word: str
    reason: str
    department: str
    due: dt.date | None
    decided_on: dt.date | None
    paper: str
    open: bool
    work_level: int
    work_word: str
    work_text: str
    work_on: dt.date | None
    overdue: bool

    @property
    def reasons(self) -> list[str]:
        return lines(self.rationale)


def lines(text: str) -> list[str]:
    """One reason per line of the rationale."""
    return [line.strip().lstrip("-–• ").strip() for line in text.splitlines() if line.strip()]


def answer(
    recommendation: Recommendation,
    decision: Decision,
    user_id: int | None = None,
    seen: int | None = None,
) -> CouncilAnswer:
    """Record an answer beside the earlier ones.

    `seen`: how many answers the writer had seen; Conflict when there is one more by now.
    ValueError (German) when the reason is missing.
    """
    _require_adopted(recommendation)
    if seen is not None and seen != len(recommendation.answers):
        raise Conflict(
            _("Inzwischen hat jemand anderes eine Antwort eingetragen. Ihre ist nicht gespeichert.")
        )
    if decision.decision != "adopted" and not decision.reason.strip():
        raise ValueError(_("Außer bei „Angenommen“ gehört eine Begründung dazu."))
    made = CouncilAnswer(
        assembly_id=recommendation.assembly_id,
        decision=decision.decision,
        reason=decision.reason.strip(),
        lead_department=decision.lead_department,
        due_on=decision.due_on,
        decided_on=decision.decided_on,
        paper_reference=decision.paper_reference,
        user_id=user_id,
    )
    recommendation.answers.append(made)
    _log("council_answer", recommendation, decision=decision.decision)
    return made


def report_progress(
    recommendation: Recommendation, status: str, text: str, user_id: int | None = None
) -> ProgressUpdate:
    """Append the state of the work. ValueError (German) when a stop has no reason."""
    _require_adopted(recommendation)
    if status == "stopped" and not text.strip():
        raise ValueError(_("Warum wird nicht weitergearbeitet? Bitte einen Satz dazu."))
    made = ProgressUpdate(
        assembly_id=recommendation.assembly_id, status=status, text=text.strip(), user_id=user_id
    )
    recommendation.progress.append(made)
    _log("progress", recommendation, status=status)
    return made


def public_list(assembly: Assembly, adopted: bool = True) -> list[Listed]:
    """What was handed over, by number; nothing before. A fixed number of queries.

    With `adopted=False` those the Bürgerrat did not adopt; the council owes them no answer.
    """
    if not states.handed_over(assembly.id):
        return []
    state = "adopted" if adopted else "not_adopted"
    today = local(utcnow()).date()
    return [listed(item, today) for item in of_assembly(assembly) if item.state == state]


def listed(item: Recommendation, today: dt.date) -> Listed:
    version, given = item.version, item.answer
    newest = item.progress[-1] if item.progress else None
    return Listed(
        number=item.number,
        title=version.title,
        text=version.text,
        rationale=version.rationale,
        adopted=item.state == "adopted",
        votes=votes_of(item),
        minority=tuple(MinorityStatement(m.text, m.supporters) for m in item.minority_statements),
        cards=len(item.evidence),
        kind=words.glyph(given.decision if given else None),
        word=words.decision_word(given.decision if given else None),
        reason=given.reason if given else "",
        department=given.lead_department if given else "",
        due=given.due_on if given else None,
        decided_on=given.decided_on if given else None,
        paper=given.paper_reference if given else "",
        open=is_open(item),
        work_level=words.WORK_LEVELS[newest.status] if newest else 0,
        work_word=str(words.WORK[newest.status]) if newest else "",
        work_text=newest.text if newest else "",
        work_on=local(newest.created_at).date() if newest else None,
        overdue=overdue(item, today),
    )


def is_open(item: Recommendation) -> bool:
    """No answer yet, or only passed on to a committee."""
    return item.answer is None or item.answer.decision == "referred"


def overdue(item: Recommendation, today: dt.date) -> bool:
    """The promised date has passed and the work is neither done nor stopped."""
    if item.answer is None or item.answer.due_on is None or item.answer.due_on >= today:
        return False
    return not (item.progress and item.progress[-1].status in FINISHED)


def _require_adopted(recommendation: Recommendation) -> None:
    states.require_handover(recommendation.assembly_id)
    if recommendation.state != "adopted":
        raise Conflict(
            _(
                "Der Bürgerrat hat diese Empfehlung nicht angenommen. Der Rat schuldet keine Antwort."
            )
        )


def _log(action: str, recommendation: Recommendation, **detail: Any) -> None:
    db.session.flush()
    audit.log(
        action,
        "recommendation",
        recommendation.id,
        assembly_id=recommendation.assembly_id,
        **detail,
    )
