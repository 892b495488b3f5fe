"""The panel draw in words for everybody: how the list is picked, the bound, who waits in reserve."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from buergerrat.formats import longdate, number, percent
from buergerrat.public.services.facts import Facts
from buergerrat.public.texts import gettext as _
from buergerrat.public.texts import ngettext
from buergerrat.sortition.commitment import SeedKind
from buergerrat.sortition.models import PanelDraw
from buergerrat.sortition.panels import label
from buergerrat.sortition.services.lottery import commitment_of
from buergerrat.sortition.services.members import replacements_until, today


@dataclass(frozen=True)
class Picking:
    """Sentences; empty where there is nothing to say yet.

    lists: how many, "1.000". span: "000 bis 999". announced: how the list will be or was to be
    picked; picked: how it was; bound: what is proven about the lowest chance; moved: who moved up
    and who still waits.
    """

    lists: str
    span: str
    announced: str
    picked: str
    bound: str
    moved: str


def story(facts: Facts) -> Picking | None:
    """None before Lostopf and quotas are frozen. Reads nothing that is deleted later."""
    draw = facts.lottery
    if draw is None:
        return None
    total = commitment_of(draw).panels
    return Picking(
        lists=number(total),
        span=_("%(first)s bis %(last)s", first=label(0, total), last=label(total - 1, total)),
        announced=_announced(draw),
        picked=_picked(draw) if facts.picked else "",
        bound=_bound(draw, total) if facts.listed else "",
        moved=_moved(facts, draw) if facts.picked else "",
    )


def _kinds() -> dict[str, str]:
    return {
        SeedKind.DIGITS: _("einzeln gezogene Ziffern"),
        SeedKind.DICE: _("öffentlich geworfene Würfel"),
        SeedKind.LOTTO: _("Lottozahlen"),
        SeedKind.DRAND: _("die öffentliche Zufallsquelle drand"),
    }


def _announced(draw: PanelDraw) -> str:
    plan = commitment_of(draw).pick
    values = {"how": _kinds()[plan.kind], "event": plan.event}
    if not plan.date:
        return _("Angekündigt vor der Losung: %(how)s (%(event)s).", **values)
    day = longdate(dt.date.fromisoformat(plan.date))
    return _("Angekündigt vor der Losung: %(how)s (%(event)s), am %(day)s.", **values, day=day)


def _picked(draw: PanelDraw) -> str:
    source: dict[str, str] | None = draw.result.get("source")
    day, used = longdate(draw.picked_at), SeedKind(source["kind"]) if source else SeedKind.DIGITS
    if source:
        said = _(
            "Am %(day)s nannten %(how)s die Liste %(digits)s. Der Wert war %(value)s; wie daraus "
            "die Nummer wird, steht im Losprotokoll.",
            day=day,
            how=_kinds()[used],
            digits=draw.digits,
            value=source["value"],
        )
    else:
        digits = _(" und ").join([", ".join(draw.digits[:-1]), draw.digits[-1]])
        said = _(
            "Am %(day)s wurden öffentlich die Ziffern %(digits)s gezogen.", day=day, digits=digits
        )
    if used is not commitment_of(draw).pick.kind:
        said += " " + _("Das war anders als angekündigt.")
    return said


def _bound(draw: PanelDraw, total: int) -> str:
    counts, excluded = draw.result["counts"], set(draw.result["excluded"])
    lowest = min(count for one, count in counts.items() if one not in excluded)
    return _(
        "Keine Losung mit diesen Quoten könnte die kleinste Chance über %(bound)s heben; "
        "hier ist sie %(lowest)s.",
        bound=percent(float(Fraction(draw.result["bound"]))),
        lowest=percent(lowest / total),
    )


def _moved(facts: Facts, draw: PanelDraw) -> str:
    waiting = len(draw.result["counts"]) - commitment_of(draw).seats - facts.replaced
    moved = ngettext(
        "Bisher ist eine Person nachgerückt.",
        "Bisher sind %(num)s Personen nachgerückt.",
        facts.replaced,
    )
    until = replacements_until(draw)
    if waiting <= 0 or (until is not None and today() > until):  # nobody can move up any more
        return moved
    left = ngettext(
        "In Reserve ist noch eine Person aus dem Lostopf; die Reihenfolge ist ausgelost.",
        "In Reserve sind noch %(num)s Personen aus dem Lostopf; die Reihenfolge ist ausgelost.",
        waiting,
    )
    return f"{moved} {left}"
