"""Ballots on one version, counted by `tally`; minority statements."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _
from sqlalchemy import func, select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.recommendations import tally
from buergerrat.recommendations.models import Ballot, MinorityStatement, Recommendation
from buergerrat.recommendations.services import states
from buergerrat.sessions.models import AssemblySession, Attendance
from buergerrat.sortition.models import Member
from buergerrat.web import Conflict


@dataclass(frozen=True)
class Rules:
    """How a ballot counts.

    threshold: "simple" | "two_thirds" | "three_quarters" | "percent" (then `percent` counts);
    quorum: per cent of the entitled members who must be present, 0 = none; secret: on paper.
    """

    base: str = "valid"
    threshold: str = "simple"
    percent: int | None = None
    quorum: int = 0
    secret: bool = True


def head_count(assembly: Assembly) -> tuple[int, int]:
    """(present, entitled) to begin with: the running or last session, the accepted members."""
    entitled = db.session.scalar(
        select(func.count())
        .select_from(Member)
        .filter_by(assembly_id=assembly.id, state="accepted")
    )
    entitled = entitled or assembly.seats
    present = db.session.scalar(
        select(func.count())
        .select_from(Attendance)
        .join(AssemblySession, AssemblySession.id == Attendance.session_id)
        .where(
            Attendance.assembly_id == assembly.id,
            Attendance.state == "present",
            AssemblySession.state.in_(("running", "closed")),
        )
        .group_by(AssemblySession.id, AssemblySession.state, AssemblySession.day)
        .order_by((AssemblySession.state == "running").desc(), AssemblySession.day.desc())
        .limit(1)
    )
    return min(present or entitled, entitled), entitled


def open_ballot(
    recommendation: Recommendation, rules: Rules, present: int, entitled: int
) -> Ballot:
    """Put the current version to the vote: its wording is fixed from here on."""
    states.refuse_after_handover(recommendation.assembly_id)
    tally.Votes(0, 0, 0, present, entitled)
    _threshold(rules.threshold, rules.percent)
    states.move(recommendation, "put_to_vote")
    ballot = Ballot(
        assembly_id=recommendation.assembly_id,
        version_id=recommendation.version.id,
        number=max((b.number for b in recommendation.ballots), default=0) + 1,
        base=rules.base,
        threshold=rules.threshold,
        threshold_percent=rules.percent if rules.threshold == "percent" else None,
        quorum=rules.quorum,
        secret=rules.secret,
        present=present,
        entitled=entitled,
        yes=0,
        no=0,
        abstain=0,
    )
    recommendation.ballots.append(ballot)
    db.session.flush()
    _log("ballot_open", ballot, number=ballot.number)
    return ballot


def close_ballot(
    recommendation: Recommendation,
    yes: int,
    no: int,
    abstain: int,
    present: int | None = None,
    entitled: int | None = None,
) -> Ballot:
    """Enter the result of the open ballot. ValueError (German) when it cannot be true."""
    states.refuse_after_handover(recommendation.assembly_id)
    ballot = open_one(recommendation)
    votes = tally.Votes(
        yes,
        no,
        abstain,
        ballot.present if present is None else present,
        ballot.entitled if entitled is None else entitled,
    )
    result = _count(ballot, votes)
    ballot.yes, ballot.no, ballot.abstain = yes, no, abstain
    ballot.present, ballot.entitled = votes.present, votes.entitled
    ballot.adopted, ballot.sentence = result.adopted, result.sentence
    ballot.state, ballot.closed_at = "closed", utcnow()
    states.move(recommendation, "adopted" if result.adopted else "not_adopted")
    _log("ballot_closed", ballot, yes=yes, no=no, abstain=abstain, adopted=result.adopted)
    return ballot


def break_off(recommendation: Recommendation) -> None:
    """End the open ballot without a result: kept, but it does not count."""
    states.refuse_after_handover(recommendation.assembly_id)
    ballot = open_one(recommendation)
    ballot.state, ballot.closed_at = "broken_off", utcnow()
    earlier = counting(recommendation)
    states.move(recommendation, "draft" if earlier is None else _state_after(earlier))
    _log("ballot_broken_off", ballot, number=ballot.number)


def add_minority_statement(
    recommendation: Recommendation, text: str, supporters: int
) -> MinorityStatement:
    """After the vote; printed under the recommendation, without names."""
    states.refuse_after_handover(recommendation.assembly_id)
    if recommendation.state not in states.DECIDED:
        raise Conflict(_("Ein Sondervotum gibt es erst nach der Abstimmung."))
    made = MinorityStatement(
        assembly_id=recommendation.assembly_id, text=text, supporters=supporters
    )
    recommendation.minority_statements.append(made)
    db.session.flush()
    audit.log(
        "minority_statement",
        "recommendation",
        recommendation.id,
        assembly_id=recommendation.assembly_id,
        supporters=supporters,
    )
    return made


def open_one(recommendation: Recommendation) -> Ballot:
    found = next((b for b in recommendation.ballots if b.state == "open"), None)
    if found is None:
        raise Conflict(_("Diese Empfehlung steht gerade nicht zur Abstimmung."))
    return found


def counting(recommendation: Recommendation) -> Ballot | None:
    """The ballot that counts: the last one with a result."""
    closed = [b for b in recommendation.ballots if b.state == "closed"]
    return closed[-1] if closed else None


def needed(ballot: Ballot) -> int:
    """Votes of yes that were needed, for the mark in the picture."""
    votes = tally.Votes(ballot.yes, ballot.no, ballot.abstain, ballot.present, ballot.entitled)
    return _count(ballot, votes).needed


def _count(ballot: Ballot, votes: tally.Votes) -> tally.Outcome:
    return tally.outcome(
        votes,
        tally.Base(ballot.base),
        _threshold(ballot.threshold, ballot.threshold_percent),
        Fraction(ballot.quorum, 100) if ballot.quorum else None,
    )


def _threshold(key: str, percent: int | None) -> tally.Threshold:
    return tally.threshold(f"percent:{percent}" if key == "percent" else key)


def _state_after(ballot: Ballot) -> str:
    return "adopted" if ballot.adopted else "not_adopted"


def _log(action: str, ballot: Ballot, **detail: int | bool) -> None:
    db.session.flush()
    audit.log(action, "ballot", ballot.id, assembly_id=ballot.assembly_id, **detail)


def rules_sentence(ballot: Ballot) -> str:
    """ "Nötig ist die einfache Mehrheit, gerechnet von …": what the members were told before."""
    majority = tally.THRESHOLD_LABELS.get(ballot.threshold) or f"{ballot.threshold_percent}\u00a0%"
    said: str = _(
        "Nötig: %(majority)s. Gerechnet von: %(base)s.",
        majority=majority,
        base=tally.BASE_LABELS[tally.Base(ballot.base)],
    )
    if not ballot.quorum:
        return said
    quorum: str = _("Anwesend sein müssen mindestens %(n)s\u00a0%%.", n=ballot.quorum)
    return f"{said} {quorum}"
