"""“Was I in the Lostopf?” for whoever holds the code of a letter. Losnummern, never names."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select

from buergerrat.assemblies.models import Assembly
from buergerrat.charts import PanelField, Picture, chance_scale, panel_fields
from buergerrat.db import db
from buergerrat.formats import language
from buergerrat.sortition.models import Invitee, Member, PanelDraw, Reply
from buergerrat.sortition.panels import label
from buergerrat.sortition.record import Entrant
from buergerrat.sortition.services import lottery, replies
from buergerrat.sortition.services.members import SEATED


@dataclass(frozen=True)
class Others:
    """Everybody else who can be on a list, by what the lottery sees.

    alike: same features in all quotas, and living with people who have the same;
    alike_lists: fewest and most lists among them and the person. The rest by their number of
    lists: smaller, larger, or the same as the person's (or as somebody alike).
    """

    alike: int
    alike_lists: tuple[int, int]
    smaller: int
    same: int
    larger: int


@dataclass(frozen=True)
class Chance:
    """What the lottery gave this person. Chances 0–1; `lists` are the numbers 0 to total - 1.

    numbers: the lists as they are printed. features: what the commitment holds, name and value;
    empty, like `others`, once the pool is deleted. drawn: None before the pick.
    """

    losnummer: str
    lists: tuple[int, ...]
    numbers: tuple[str, ...]
    total: int
    people: int
    seats: int
    chance: float
    lowest: float
    mean: float
    highest: float
    others: Others | None
    features: tuple[tuple[str, str], ...]
    household: bool
    excluded: bool
    drawn: int | None
    drawn_label: str
    member: str  # "" | state of the seat
    replacement: bool
    fields: list[PanelField]
    scale: Picture

    @property
    def on_drawn(self) -> bool:
        return self.drawn is not None and self.drawn in self.lists


@dataclass(frozen=True)
class Answer:
    """What we can say. state: silent | no | yes | late | deleted | frozen | listed.

    silent: no answer yet or none given; yes: waits for the lottery; late: said yes, but is not
    in the pool; deleted: the pool is gone and with it who was in it; frozen: in the pool, lists
    not yet made; listed: `chance` is there.
    """

    state: str
    losnummer: str = ""
    chance: Chance | None = None


def ask(assembly: Assembly, typed: str) -> Answer | None:
    """None when no letter of this Bürgerrat carries the code, or its data are gone."""
    invitee = _invitee(assembly, typed)
    if invitee is None:
        return None
    reply, draw = invitee.reply, lottery.current(assembly)
    if reply is None or reply.submitted_at is None:
        return Answer("silent")
    if reply.answer == "no":
        return Answer("no")
    if draw is None:
        return Answer("yes")
    if reply.losnummer is None:
        return Answer("late" if draw.pool_sealed is not None else "deleted")
    if draw.state not in ("built", "picked"):
        return Answer("frozen", reply.losnummer)
    return Answer("listed", reply.losnummer, _chance(assembly, draw, invitee, reply))


def _invitee(assembly: Assembly, typed: str) -> Invitee | None:
    invitee = replies.find_by_code(typed)
    return invitee if invitee is not None and invitee.assembly_id == assembly.id else None


def own_row(assembly: Assembly, typed: str) -> tuple[str, bytes] | None:
    """Losnummer and file that opens the person's own commitment, for both checkers.

    JSON with losnummer, salt, features and household exactly as committed. None when the code
    is unknown, its owner is not in the pool, or the pool is deleted.
    """
    invitee, draw = _invitee(assembly, typed), lottery.current(assembly)
    if invitee is None or invitee.reply is None or draw is None or draw.pool_sealed is None:
        return None
    mine = _entrant(draw, invitee.reply.losnummer or "")
    if mine is None:
        return None
    opened = {
        "losnummer": mine.number,
        "salt": mine.salt,
        "features": dict(mine.features),
        "household": mine.household,
    }
    return mine.number, (json.dumps(opened, ensure_ascii=False, indent=2) + "\n").encode()


def _entrant(draw: PanelDraw, losnummer: str) -> Entrant | None:
    if draw.pool_sealed is None:
        return None
    return next((one for one in lottery.entrants_of(draw) if one.number == losnummer), None)


def _chance(assembly: Assembly, draw: PanelDraw, invitee: Invitee, reply: Reply) -> Chance:
    mine = str(reply.losnummer)
    counts: dict[str, int] = draw.result["counts"]
    lines = [line.split(" ") for line in lottery.panel_lines(draw)]
    total = len(lines)
    lists = tuple(number for number, line in enumerate(lines) if mine in line)
    excluded = set(draw.result["excluded"])
    inside = {one: count for one, count in counts.items() if one not in excluded}
    drawn = int(draw.digits) if draw.state == "picked" else None
    seat = db.session.scalar(select(Member).filter_by(invitee_id=invitee.id))
    entrant = _entrant(draw, mine)
    low, high = min(inside.values()) / total, max(inside.values()) / total
    mean = float(Fraction(sum(inside.values()), len(inside) * total))
    return Chance(
        losnummer=mine,
        lists=lists,
        numbers=tuple(label(number, total) for number in lists),
        total=total,
        people=len(counts),
        seats=assembly.seats,
        chance=len(lists) / total,
        lowest=low,
        mean=mean,
        highest=high,
        others=_others(draw, mine, inside) if entrant and mine in inside else None,
        features=tuple(entrant.features.items()) if entrant else (),
        household=bool(entrant and entrant.household),
        excluded=mine in excluded,
        drawn=drawn,
        drawn_label="" if drawn is None else label(drawn, total),
        member=seat.state if seat is not None else "",
        replacement=seat is not None and seat.origin == "replacement" and seat.state in SEATED,
        fields=panel_fields(lists, drawn, language(), total),
        scale=chance_scale(len(lists) / total, low, mean, high, language()),
    )


def _others(draw: PanelDraw, mine: str, counts: dict[str, int]) -> Others:
    """Only numbers of people: nothing here says what anybody else's features are."""
    alike = [one for one in _alike(draw, mine) if one in counts]
    low, high = (pick(counts[one] for one in alike) for pick in (min, max))
    rest = [count for one, count in counts.items() if one not in set(alike)]
    return Others(
        alike=len(alike) - 1,
        alike_lists=(low, high),
        smaller=sum(count < low for count in rest),
        same=sum(low <= count <= high for count in rest),
        larger=sum(count > high for count in rest),
    )


def _alike(draw: PanelDraw, mine: str) -> list[str]:
    """Losnummern of everybody who is alike for the lottery, the person included."""
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
