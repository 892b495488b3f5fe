"""“Was I in the Lostopf?” for whoever holds the code of a letter. Losnummern, never names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select

from buergerrat.assemblies.models import Assembly
from buergerrat.charts import PanelField, Picture, chance_scale, panel_fields
from buergerrat.db import db
from buergerrat.formats import language
from buergerrat.sortition.models import Invitee, Member, PanelDraw, Reply
from buergerrat.sortition.record import Entrant
from buergerrat.sortition.services import lottery, replies
from buergerrat.sortition.services.members import SEATED


@dataclass(frozen=True)
class Chance:
    """What the lottery gave this person. Chances 0–1; `lists` are the numbers 0–999.

    alike: how many other people count in the same quotas and live with people who do;
    alike_lists: fewest and most lists among all of these. drawn: None before the pick.
    """

    losnummer: str
    lists: tuple[int, ...]
    total: int
    people: int
    seats: int
    chance: float
    lowest: float
    mean: float
    highest: float
    alike: int
    alike_lists: tuple[int, int]
    excluded: bool
    drawn: int | None
    member: str  # "" | state of the seat
    replacement: bool
    fields: list[PanelField]
    scale: Picture

    @property
    def on_drawn(self) -> bool:
        return self.drawn is not None and self.drawn in self.lists


@dataclass(frozen=True)
class Answer:
    """What we can say. state: silent | no | yes | late | frozen | listed.

    silent: no answer yet or none given; yes: waits for the lottery; late: said yes, but is not
    in the pool; frozen: in the pool, lists not yet made; listed: `chance` is there.
    """

    state: str
    losnummer: str = ""
    chance: Chance | None = None


def ask(assembly: Assembly, typed: str) -> Answer | None:
    """None when no letter of this Bürgerrat carries the code, or its data are gone."""
    invitee = replies.find_by_code(typed)
    if invitee is None or invitee.assembly_id != assembly.id:
        return None
    reply, draw = invitee.reply, lottery.current(assembly)
    if reply is None or reply.submitted_at is None:
        return Answer("silent")
    if reply.answer == "no":
        return Answer("no")
    if draw is None:
        return Answer("yes")
    if reply.losnummer is None:
        return Answer("late")
    if draw.state not in ("built", "picked"):
        return Answer("frozen", reply.losnummer)
    return Answer("listed", reply.losnummer, _chance(assembly, draw, invitee, reply))


def _chance(assembly: Assembly, draw: PanelDraw, invitee: Invitee, reply: Reply) -> Chance:
    mine = str(reply.losnummer)
    counts: dict[str, int] = draw.result["counts"]
    lines = [line.split(" ") for line in lottery.panel_lines(draw)]
    lists = tuple(number for number, line in enumerate(lines) if mine in line)
    excluded = set(draw.result["excluded"])
    inside = [count for one, count in counts.items() if one not in excluded]
    drawn = int(draw.digits) if draw.state == "picked" else None
    seat = db.session.scalar(select(Member).filter_by(invitee_id=invitee.id))
    alike = _alike(draw, mine)
    total = len(lines)
    low, high = min(inside) / total, max(inside) / total
    mean = float(Fraction(sum(inside), len(inside) * total))
    return Chance(
        losnummer=mine,
        lists=lists,
        total=total,
        people=len(counts),
        seats=assembly.seats,
        chance=len(lists) / total,
        lowest=low,
        mean=mean,
        highest=high,
        alike=len(alike) - 1,
        alike_lists=(min(counts[one] for one in alike), max(counts[one] for one in alike)),
        excluded=mine in excluded,
        drawn=drawn,
        member=seat.state if seat is not None else "",
        replacement=seat is not None and seat.origin == "replacement" and seat.state in SEATED,
        fields=panel_fields(lists, drawn, language()),
        scale=chance_scale(len(lists) / total, low, mean, high, language()),
    )


def _alike(draw: PanelDraw, mine: str) -> list[str]:
    """Losnummern of everybody who is alike for the lottery, the person included."""
    if not draw.pool:
        return [mine]
    people = lottery.entrants_of(draw)
    known = {(quota.feature, quota.value) for quota in lottery.quotas_of(draw)}
    kinds = {one.number: tuple(sorted(known & set(one.features.items()))) for one in people}
    homes: dict[str, list[str]] = {}
    for one in people:
        homes.setdefault(_home(one), []).append(one.number)
    keys = {one.number: _key(one, kinds, homes) for one in people}
    return [number for number, key in keys.items() if key == keys[mine]]


def _home(one: Entrant) -> str:
    return one.household or one.number


def _key(
    one: Entrant, kinds: dict[str, tuple[tuple[str, str], ...]], homes: dict[str, list[str]]
) -> tuple[object, Sequence[object]]:
    others = sorted(kinds[other] for other in homes[_home(one)] if other != one.number)
    return kinds[one.number], tuple(others)
