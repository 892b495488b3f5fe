"""The simulated reserve as a picture and a table; results are kept while nothing changes."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from flask_babel import gettext as _
from flask_babel import ngettext

from buergerrat.assemblies.models import Assembly
from buergerrat.charts import Picture
from buergerrat.charts.reserve import reserve_curve
from buergerrat.formats import number, percent
from buergerrat.sortition import replacements, reserve
from buergerrat.sortition.models import PanelDraw
from buergerrat.sortition.reserve import Reserve
from buergerrat.sortition.services import lottery
from buergerrat.sortition.services import members as member_service
from buergerrat.sortition.services.chart_words import words

USUAL = 20  # per cent who drop out, unless another rate is chosen
MOST_KEPT = 200
_kept: OrderedDict[str, Reserve] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class ReservePage:
    """drawn: the order is known and today's members count; before, lists and orders are drawn
    anew in each simulation. rows: size and share kept, for the table."""

    rate: int
    rates: list[tuple[str, str]]
    drawn: bool
    result: Reserve
    title: str
    picture: Picture
    rows: list[tuple[str, str]]


def build(assembly: Assembly, draw: PanelDraw | None, rate: int | None) -> ReservePage | None:
    """None without lists and once the pool is deleted: then nobody can move up any more."""
    if draw is None or draw.state not in ("built", "picked") or draw.pool_sealed is None:
        return None
    if draw.rehearsal and draw.state == "picked":
        return None  # a rehearsal seats nobody
    used = rate if rate is not None and rate in reserve.RATES else USUAL
    result = _result(assembly, draw, used)
    title, said = _words(result)
    shares = [float(share) for share in result.curve]
    return ReservePage(
        rate=used,
        rates=[(str(one), percent(one / 100, 0)) for one in reserve.RATES],
        drawn=draw.state == "picked",
        result=result,
        title=title,
        picture=reserve_curve(shares, result.recommended, title, said, words()),
        rows=_rows(result),
    )


def _words(result: Reserve) -> tuple[str, str]:
    whole = percent(float(result.kept))
    if result.recommended is None:
        title = _("Auch der ganze Lostopf reicht nur in %(share)s der Fälle", share=whole)
    elif result.recommended == 0:
        title = _("Eine Reserve ist nicht nötig")
    else:
        title = ngettext(
            "Eine Person in Reserve reicht in 95 von 100 Fällen",
            "%(num)s Personen in Reserve reichen in 95 von 100 Fällen",
            result.recommended,
        )
    said = _(
        "Anteil der Simulationen, in denen alle ersetzt werden und die Quoten halten: ohne Reserve "
        "%(none)s, mit dem ganzen Lostopf (%(people)s Personen) %(whole)s.",
        none=percent(float(result.curve[0])),
        people=number(result.waiting),
        whole=whole,
    )
    return title, said


def _rows(result: Reserve) -> list[tuple[str, str]]:
    """About eight sizes, and among them the recommended one."""
    step = max(1, -(-result.waiting // 8))
    sizes = {*range(0, result.waiting + 1, step), result.waiting}
    if result.recommended is not None:
        sizes.add(result.recommended)
    return [(number(size), percent(float(result.curve[size]))) for size in sorted(sizes)]


def _result(assembly: Assembly, draw: PanelDraw, rate: int) -> Reserve:
    members = member_service.of(assembly) if draw.state == "picked" else []
    seated = [m.losnummer for m in members if m.state in member_service.SEATED]
    gone = [m.losnummer for m in members if m.state not in member_service.SEATED]
    erased = [e.number for e in lottery.entrants_of(draw) if not e.person_id]
    state = [draw.uid, draw.panels_hash, draw.digits, *seated, "/", *gone, "/", *erased, str(rate)]
    key = hashlib.sha256("\n".join(state).encode()).hexdigest()
    with _lock:
        known = _kept.get(key)
    if known is None:
        known = _simulate(draw, rate, seated, {*gone, *erased})
        with _lock:
            _kept[key] = known
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return known


def _simulate(draw: PanelDraw, rate: int, seated: Sequence[str], out: set[str]) -> Reserve:
    people = [one.person() for one in lottery.entrants_of(draw)]
    ids, seed = [person.id for person in people], bytes.fromhex(draw.seed)
    panels: list[Sequence[str]] = [seated]
    turn = None
    if draw.state == "picked":
        fixed = replacements.replacement_seed(seed, draw.panels_hash, draw.digits)
        turn = replacements.order(ids, fixed)
    else:
        panels = [line.split(" ") for line in lottery.panel_lines(draw)]
    return reserve.simulate(
        people,
        lottery.quotas_of(draw),
        lottery.commitment_of(draw).seats,
        panels,
        rate,
        seed,
        order=turn,
        waiting=set(ids) - out,
    )
