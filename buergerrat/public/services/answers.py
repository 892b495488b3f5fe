"""Recommendations as the public reads them: the frozen text, the newest answer and its progress."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from buergerrat.formats import date, local
from buergerrat.public.services.facts import Facts
from buergerrat.public.texts import gettext as _
from buergerrat.public.texts import ngettext
from buergerrat.recommendations import report_data, words
from buergerrat.recommendations.models import CouncilAnswer, ProgressUpdate
from buergerrat.recommendations.services.council import lines

# Groups of the filter, in this order; a passed-on recommendation is still open.
GROUPS = ("yes", "part", "no", "note", "open")


@dataclass(frozen=True)
class Row:
    """For `ui.recommendation`. group: one of GROUPS; work: bars 0–4."""

    n: str
    anchor: str
    title: str
    text: str
    votes: str
    kind: str
    word: str
    group: str
    work: int
    reply: str
    meta: str
    reasons: list[str] = field(default_factory=list)
    url: str = ""


def rows(facts: Facts) -> list[Row]:
    """The adopted ones, by number."""
    if facts.report is None:
        return []
    live = {str(item.number): item for item in facts.recommendations}
    made = []
    for printed in facts.report.adopted:
        item = live[printed.number]
        made.append(_row(facts, printed, item.answer, item.progress[-1] if item.progress else None))
    return made


def _row(
    facts: Facts,
    printed: report_data.Recommendation,
    answer: CouncilAnswer | None,
    progress: ProgressUpdate | None,
) -> Row:
    kind = words.glyph(answer.decision if answer else None)
    return Row(
        n=printed.number,
        anchor=f"e{printed.number}",
        title=printed.title,
        text=printed.text,
        reasons=lines(printed.rationale) + [_minority(one) for one in printed.minority],
        votes=_votes(printed.votes),
        kind=kind,
        word=words.decision_word(answer.decision if answer else None),
        group="open" if kind in ("ref", "open") else kind,
        work=words.WORK_LEVELS[progress.status] if progress else 0,
        reply=_reply(answer, progress),
        meta=_meta(facts, answer, progress),
    )


def _minority(statement: report_data.MinorityStatement) -> str:
    return ngettext(
        "Sondervotum von einem Mitglied: %(text)s",
        "Sondervotum von %(num)s Mitgliedern: %(text)s",
        statement.supporters,
        text=statement.text,
    )


def _votes(votes: report_data.VoteResult | None) -> str:
    if votes is None:
        return ""
    return ngettext(
        "Im Bürgerrat: %(yes)s Ja, %(no)s Nein, %(num)s Enthaltung.",
        "Im Bürgerrat: %(yes)s Ja, %(no)s Nein, %(num)s Enthaltungen.",
        votes.abstain,
        yes=votes.yes,
        no=votes.no,
    )


def _reply(answer: CouncilAnswer | None, progress: ProgressUpdate | None) -> str:
    """The council's reason, and what was reported last."""
    return " ".join(
        part
        for part in (answer.reason if answer else "", progress.text if progress else "")
        if part
    )


def _meta(facts: Facts, answer: CouncilAnswer | None, progress: ProgressUpdate | None) -> str:
    if answer is None:
        return _("Antwort bis %(day)s", day=date(facts.assembly.answer_promised_by))
    parts = [answer.lead_department]
    if progress is not None and progress.status == "done":
        parts.append(_("umgesetzt, gemeldet am %(day)s", day=date(local(progress.created_at))))
    elif progress is not None and progress.status == "stopped":
        parts.append(_("eingestellt am %(day)s", day=date(local(progress.created_at))))
    elif answer.due_on:
        parts.append(_("Frist %(day)s", day=date(answer.due_on)))
    return " · ".join(part for part in parts if part)


@dataclass(frozen=True)
class Chip:
    """For `ui.chips`; group "" = all."""

    group: str
    label: str
    count: int


def chips(made: list[Row]) -> list[Chip]:
    """All, and each group that has somebody in it."""
    names = {
        "yes": _("Angenommen"),
        "part": _("Teilweise"),
        "no": _("Abgelehnt"),
        "note": _("Zur Kenntnis genommen"),
        "open": _("Offen"),
    }
    counts = Counter(row.group for row in made)
    found = [Chip(group, names[group], counts[group]) for group in GROUPS if counts[group]]
    return [Chip("", _("Alle"), len(made)), *found]


def promise(facts: Facts, made: list[Row]) -> str:
    """How many the council has answered."""
    answered = sum(row.group != "open" for row in made)
    council = facts.assembly.municipality.council_name
    if answered == len(made):
        return _("Der %(council)s hat jede Empfehlung beantwortet.", council=council)
    return _(
        "Der %(council)s hat versprochen, jede Empfehlung zu beantworten. %(answered)s von "
        "%(all)s sind beantwortet.",
        council=council,
        answered=answered,
        all=len(made),
    )


def not_adopted(facts: Facts) -> tuple[report_data.Recommendation, ...]:
    return facts.report.not_adopted if facts.report else ()
