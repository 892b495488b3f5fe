"""What the screen in the hall shows: digits, what is still possible, the composition. No names."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from math import ceil
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from buergerrat.assemblies.models import Assembly
from buergerrat.charts import CompositionRow, hall_row
from buergerrat.formats import number as grouped
from buergerrat.formats import time
from buergerrat.sortition.commitment import SeedKind
from buergerrat.sortition.forms.pick import SOURCE_HINTS, WAYS
from buergerrat.sortition.models import PanelDraw
from buergerrat.sortition.panels import label
from buergerrat.sortition.services import hall
from buergerrat.sortition.services.lottery import panels_of, places

SOURCES = ("dice", "lotto", "drand")
Group = tuple[str, list[tuple[dict[str, Any], Markup]]]


@dataclass(frozen=True)
class Entered:
    """A value typed for the source: as typed, as it counts (`shown`), or why it is none."""

    kind: str = ""
    value: str = ""
    shown: str = ""
    error: str = ""


@dataclass(frozen=True)
class HallPage:
    """way: digits | source. places: how many digits. left: lists still possible, 0 when drawn.

    notes: sentences about what was taken back or refused. steps: from the public value to the
    number, as {"title","text","code"}. features: composition by feature, drawn panel only.
    """

    way: str
    places: int
    panels: int
    left: int
    first: str
    last: str
    announced_kind: str
    announced: str
    announced_on: dt.date | None
    fallback: str
    notes: list[str]
    entered: Entered
    sources: list[tuple[str, str]]
    source_hint: str
    steps: list[dict[str, str]]
    features: list[Group]
    rows: int
    people: int
    seats: int
    reasons: list[tuple[str, str]]


def build(assembly: Assembly, draw: PanelDraw, way: str, entered: Entered) -> HallPage:
    """The page of a built or picked lottery. `way` may change to the other way of picking."""
    total, plan = panels_of(draw), hall.announced(draw)
    left = hall.possible(draw.digits, total)
    by_source = plan.kind in SOURCES
    chosen = {"quelle": "source", "ziffern": "digits"}.get(way, "source" if by_source else "digits")
    kind = entered.kind or (plan.kind.value if by_source else "dice")
    features = _features(draw)
    return HallPage(
        way="digits" if draw.digits else chosen,
        places=places(total),
        panels=total,
        left=len(left),
        first=label(left.start, total),
        last=label(left.stop - 1, total),
        announced_kind=plan.kind.value,
        announced=f"{dict(WAYS)[plan.kind.value]}: {plan.event}",
        announced_on=dt.date.fromisoformat(plan.date) if plan.date else None,
        fallback=plan.fallback,
        notes=[_sentence(note, total) for note in hall.notes(draw)],
        entered=Entered(kind, entered.value, entered.shown, entered.error),
        sources=[(one, str(dict(WAYS)[one])) for one in SOURCES],
        source_hint=" ".join(f"{dict(WAYS)[one]}: {SOURCE_HINTS[one]}" for one in SOURCES)
        if not by_source
        else str(SOURCE_HINTS[kind]),
        steps=_steps(draw, total),
        features=features,
        rows=sum(len(rows) for _name, rows in features),
        people=len(draw.result["counts"]),
        seats=assembly.seats,
        reasons=[("", "–"), *((reason, reason) for reason in hall.REASONS)],
    )


def _sentence(note: dict[str, Any], total: int) -> str:
    at = time(dt.datetime.fromisoformat(note["at"]))
    if note["kind"] == "refused":
        said = _(
            "%(at)s: Mit %(digits)s beginnt keine Liste, die letzte ist %(last)s. Alle Ziffern "
            "werden neu gezogen.",
            at=at,
            digits=note["digits"],
            last=label(total - 1, total),
        )
        return str(said)
    said = _(
        "%(at)s: Die %(place)s. Ziffer %(digit)s ist zurückgenommen: %(reason)s.",
        at=at,
        place=note["place"],
        digit=note["digit"],
        reason=note["reason"],
    )
    return str(said)


def _steps(draw: PanelDraw, total: int) -> list[dict[str, str]]:
    steps = hall.number_steps(draw) if draw.state == "picked" else None
    if steps is None:
        return []
    kind = str(dict(WAYS)[SeedKind(steps["kind"])])
    more = _("Mit Startwert und Listen-Prüfsumme ergibt das über SHA-256 eine sehr große Zahl:")
    if steps["attempts"] > 1:
        more += " " + _("(%(n)s. Versuch, damit keine Liste bevorzugt ist)", n=steps["attempts"])
    return [
        {"title": _("Der öffentliche Wert"), "text": f"{kind}:", "code": steps["value"]},
        {"title": _("Die Zahl daraus"), "text": more, "code": steps["large"]},
        {
            "title": _("Die Liste"),
            "text": _("Rest beim Teilen durch %(total)s Listen:", total=grouped(total)),
            "code": steps["number"],
        },
    ]


def _features(draw: PanelDraw) -> list[Group]:
    """The drawn panel's composition by feature, for the projector."""
    features: dict[str, list[tuple[dict[str, Any], Markup]]] = {}
    rows = draw.result.get("composition", [])
    seats = len(draw.result.get("panel", ()))
    pools: dict[str, int] = {}
    for row in rows:
        pools[row["feature"]] = pools.get(row["feature"], 0) + row["pool"]
    most = max((ceil(max(r["seats"], (r["population"] or 0) * seats)) for r in rows), default=1)
    for row in rows:
        if row["seats"] == 0 and not row["population"]:
            continue
        in_pool = row["pool"] * seats / pools[row["feature"]] if pools[row["feature"]] else 0.0
        shown = CompositionRow(row["value"], row["seats"], (row["population"] or 0.0) * seats)
        extended = {**row, "pool_seats": in_pool}
        features.setdefault(row["feature"], []).append(
            (extended, hall_row(shown, max(most, in_pool), in_pool))
        )
    return list(features.items())
