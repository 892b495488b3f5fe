"""What a report still lacks, in sentences. Some of it must be there before the handover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.recommendations.models import CitizensReport, Recommendation
from buergerrat.recommendations.services import collecting


@dataclass(frozen=True)
class Check:
    """One line of the list. `must`: without it the report cannot be handed over."""

    title: str
    ok: bool
    text: str
    must: bool = False

    @property
    def blocks(self) -> bool:
        return self.must and not self.ok

    @property
    def state(self) -> str:
        return "ok" if self.ok else "bad" if self.must else "skip"

    @property
    def word(self) -> str:
        word: str = _("da") if self.ok else _("fehlt") if self.must else _("kann fehlen")
        return word


def checks(assembly: Assembly, report: CitizensReport | None) -> list[Check]:
    """The list, in the order of the report."""
    return [
        _text(
            _("Vorwort"),
            report.preface if report else "",
            _("Es fehlt das Vorwort."),
            must=True,
        ),
        _draw(assembly),
        _composition(assembly),
        *_recommendations(assembly),
        _text(
            _("Ablauf"),
            report.course if report else "",
            _("Es fehlt ein Text zum Ablauf. Die Sitzungen stehen auch so im Gutachten."),
        ),
        _sessions(assembly),
        _text(
            _("Impressum"),
            report.imprint if report else "",
            _("Es fehlt, wer moderiert hat. Anschrift und Kontakt der Stadt stehen schon da."),
        ),
    ]


def _text(title: str, text: str, missing: str, must: bool = False) -> Check:
    count = len(text.split())
    if not count:
        return Check(title, False, missing, must)
    said = ngettext("%(num)s Wort.", "%(num)s Wörter.", count)
    return Check(title, True, said, must)


def _draw(assembly: Assembly) -> Check:
    draw = collecting.picked_draw(assembly)
    if draw is None:
        return Check(_("Losung"), False, _("Es wurde noch kein Rat ausgelost."))
    return Check(_("Losung"), True, _("Liste %(number)s wurde gezogen.", number=draw.digits))


def _composition(assembly: Assembly) -> Check:
    rows = collecting.composition(assembly)
    if not any(row.seats for row in rows):
        return Check(
            _("Zusammensetzung"), False, _("Es gibt noch keine Zahlen zur Zusammensetzung.")
        )
    features = len({row.feature for row in rows})
    said = ngettext(
        "%(num)s Merkmal, Rat und Bevölkerung nebeneinander.",
        "%(num)s Merkmale, Rat und Bevölkerung nebeneinander.",
        features,
    )
    return Check(_("Zusammensetzung"), True, said)


def _recommendations(assembly: Assembly) -> list[Check]:
    found: dict[str, list[int]] = {}
    rows = select(Recommendation.state, Recommendation.number).filter_by(assembly_id=assembly.id)
    for state, number in db.session.execute(rows.order_by(Recommendation.number)):
        found.setdefault(state, []).append(number)
    adopted, refused = found.get("adopted", []), found.get("not_adopted", [])
    waiting = sorted(found.get("draft", []) + found.get("put_to_vote", []))
    said = _(
        "%(adopted)s angenommen, %(refused)s nicht angenommen.",
        adopted=len(adopted),
        refused=len(refused),
    )
    some = Check(
        _("Empfehlungen"),
        bool(adopted or refused),
        said if adopted or refused else _("Es ist noch über keine Empfehlung abgestimmt."),
        must=True,
    )
    rest = Check(
        _("Abstimmungen"),
        not waiting,
        _("Über jede Empfehlung ist abgestimmt.")
        if not waiting
        else _("Ohne Ergebnis: %(numbers)s. Abstimmen oder zurückziehen.", numbers=_nr(waiting)),
        must=True,
    )
    return [some, rest]


def _sessions(assembly: Assembly) -> Check:
    days = len(collecting.session_days(assembly))
    if not days:
        return Check(_("Sitzungen"), False, _("Es hat noch keine Sitzung stattgefunden."))
    return Check(_("Sitzungen"), True, ngettext("%(num)s Sitzung.", "%(num)s Sitzungen.", days))


def _nr(numbers: Sequence[int]) -> str:
    return ", ".join(f"Nr.\u00a0{number}" for number in numbers)
