"""What the page of a recommendation shows beside the stored texts: stand, next step, differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from buergerrat import charts
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.formats import clock, date, longdate, shortdate
from buergerrat.recommendations import words
from buergerrat.recommendations.comparison import compare
from buergerrat.recommendations.models import (
    Ballot,
    CitizensReport,
    EvidenceLink,
    Recommendation,
    RecommendationVersion,
)
from buergerrat.recommendations.report_data import VoteResult
from buergerrat.recommendations.services import ballots, council
from buergerrat.sessions.models import AssemblySession, Note

OPERATIONS = {"equal": "same", "insert": "ins", "delete": "del"}


@dataclass(frozen=True)
class NextStep:
    """The blue panel: what to do now with this recommendation."""

    title: str
    text: str
    label: str
    url: str


def differences(before: str, after: str) -> list[tuple[str, str]]:
    """(op, text) for ui.diff."""
    return [(OPERATIONS[s.kind], s.text) for s in compare(before, after)]


def comparison(older: RecommendationVersion, newer: RecommendationVersion) -> dict[str, Any]:
    """Differences of the three texts; title and rationale only where they differ."""
    parts = {"text": differences(older.text, newer.text)}
    for name in ("title", "rationale"):
        before, after = getattr(older, name), getattr(newer, name)
        if before != after:
            parts[name] = differences(before, after)
    return parts


def card(note: Note, link: EvidenceLink | None = None) -> dict[str, Any]:
    """A card as ui.note_card takes it, with a link to its place on the board."""
    label = words.card_label(note.df_list, note.number)
    kind = str(words.LISTS[note.df_list])
    if link is not None and link.stance != "supports":
        kind = f"{kind}, {words.STANCES[link.stance]}"
    return {"nr": label, "text": note.text, "kind": kind, "url": board_url(note)}


def board_url(note: Note) -> str:
    session = db.session.get_one(AssemblySession, note.session_id)
    anchor = f"{words.LIST_LETTERS[note.df_list]}{note.number}"
    return url_for("board.show", number=session.number, _anchor=anchor)


def picture(ballot: Ballot) -> charts.Picture:
    return charts.votes(
        ballot.yes,
        ballot.no,
        ballot.abstain,
        ballots.needed(ballot),
        title=_("Abstimmung %(number)s", number=ballot.number),
    )


def small_picture(votes: VoteResult) -> Markup:
    """The narrow picture for a narrow column, shown at every width of the page."""
    made = charts.votes(votes.yes, votes.no, votes.abstain, votes.needed)
    return Markup(made.narrow.replace("br-bild br-nur-schmal", "br-bild"))  # noqa: S704


def headline(ballot: Ballot) -> str:
    """ "Mit 12 von 15 Stimmen beschlossen"."""
    votes = {
        "yes": ballot.yes,
        "cast": ballot.yes + ballot.no + (ballot.abstain if ballot.base != "valid" else 0),
    }
    said: str = (
        _("Mit %(yes)s von %(cast)s Stimmen beschlossen", **votes)
        if ballot.adopted
        else _("Mit %(yes)s von %(cast)s Stimmen nicht angenommen", **votes)
    )
    return said


def run_of(
    item: Recommendation, assembly: Assembly, report: CitizensReport | None
) -> list[dict[str, Any]]:
    """From the first version to the work done: {name, url, note, state} for ui.run."""
    if item.state == "withdrawn":
        return [_written(item), {"name": _("Zurückgezogen"), "state": "now", "note": "", "url": ""}]
    steps = [_written(item), _decided(item)]
    if item.state != "not_adopted":
        steps += [_handed_over(assembly, report), *_after(item, assembly)]
    now = True
    for step in steps:
        step["state"] = "done" if step.pop("done") else "now" if now else "later"
        now = now and step["state"] == "done"
    return steps


def _written(item: Recommendation) -> dict[str, Any]:
    count = len(item.versions)
    said = ngettext("%(num)s Fassung", "%(num)s Fassungen", count)
    return {
        "name": _("Geschrieben"),
        "url": "#fassungen",
        "note": f"{date(item.version.created_at)}, {said}",
        "done": item.state != "draft",
        "state": "done",
    }


def _decided(item: Recommendation) -> dict[str, Any]:
    ballot = ballots.counting(item)
    note = ""
    if ballot:
        note = _("%(day)s, %(yes)s Ja-Stimmen", day=date(ballot.closed_at), yes=ballot.yes)
    name = _("Nicht angenommen") if item.state == "not_adopted" else _("Beschlossen")
    done = item.state in ("adopted", "not_adopted")
    return {"name": name, "url": "#abstimmung" if ballot else "", "note": note, "done": done}


def _handed_over(assembly: Assembly, report: CitizensReport | None) -> dict[str, Any]:
    at = report.handed_over_at if report else None
    note = date(at) if at else _("geplant am %(day)s", day=shortdate(assembly.handover_on))
    return {"name": _("Übergeben"), "url": "", "note": note, "done": at is not None}


def _after(item: Recommendation, assembly: Assembly) -> list[dict[str, Any]]:
    given, newest = item.answer, item.progress[-1] if item.progress else None
    council_name = assembly.municipality.council_name
    promised = _("zugesagt bis %(day)s", day=date(assembly.answer_promised_by))
    answered = not council.is_open(item)
    answer_note = f"{date(given.created_at)}, {promised}" if given else promised
    done = newest is not None and newest.status in council.FINISHED
    due = _("Frist %(day)s", day=date(given.due_on)) if given and given.due_on else ""
    end = _("Eingestellt") if newest and newest.status == "stopped" else _("Abgeschlossen")
    return [
        {
            "name": _("Vom %(council)s beantwortet", council=council_name),
            "url": "#antwort" if given else "",
            "note": answer_note,
            "done": answered,
        },
        {
            "name": _("In Umsetzung"),
            "url": "#umsetzung" if newest else "",
            "note": due,
            "done": done,
        },
        {
            "name": end,
            "url": "",
            "note": date(newest.created_at) if newest and done else "",
            "done": done,
        },
    ]


def next_step(
    item: Recommendation, assembly: Assembly, handed_over: bool, administration: bool
) -> NextStep | None:
    """What comes next, if the reader may do it."""
    if item.state == "draft" and not handed_over:
        return NextStep(
            _("Zur Abstimmung stellen"),
            _("Danach steht der Wortlaut fest."),
            _("Abstimmung vorbereiten"),
            url_for("ballots.prepare", number=item.number),
        )
    if item.state == "put_to_vote":
        return NextStep(
            _("Ergebnis eintragen"),
            _("Die Abstimmung läuft."),
            _("Stimmen eintragen"),
            url_for("ballots.enter_result", number=item.number),
        )
    if item.state == "adopted" and not handed_over:
        return NextStep(
            _("Gutachten übergeben"),
            _("Geplant am %(day)s.", day=longdate(assembly.handover_on)),
            _("Zum Gutachten"),
            url_for("report.show"),
        )
    if item.state != "adopted" or not administration:
        return None
    if council.is_open(item):
        return NextStep(
            _("Antwort eintragen"),
            _("Zugesagt bis %(day)s.", day=longdate(assembly.answer_promised_by)),
            _("Antwort eintragen"),
            url_for("council.show", number=item.number),
        )
    return NextStep(
        _("Sachstand eintragen"),
        _("Was ist seit der Antwort geschehen?"),
        _("Eintragen"),
        url_for("follow_up.show", number=item.number),
    )


def version_label(version: RecommendationVersion) -> str:
    """ "Fassung 3 (21.11., 15:35 Uhr)"."""
    said: str = _(
        "Fassung %(number)s (%(day)s, %(time)s Uhr)",
        number=version.number,
        day=shortdate(version.created_at),
        time=clock(version.created_at),
    )
    return said
