"""The pick in public: digit after digit by hand, or one value of a source named before."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _

from buergerrat import audit
from buergerrat.db import db, utcnow
from buergerrat.sortition.commitment import (
    PICK_LABEL,
    SeedError,
    SeedKind,
    SeedProcedure,
    normalise,
    pick_number,
)
from buergerrat.sortition.drand import round_time
from buergerrat.sortition.models import PanelDraw
from buergerrat.sortition.panels import composition, label
from buergerrat.sortition.services import members, records
from buergerrat.sortition.services.lottery import (
    commitment_of,
    entrants_of,
    move,
    panel_lines,
    panels_of,
    places,
    quotas_of,
)
from buergerrat.web import Conflict

# Why a digit was taken back: fixed words, because they stand on the screen and in the log.
REASONS = ("falsch eingetippt", "falsch angesagt oder verstanden", "der Zug war ungültig")


class Step(StrEnum):
    """What a drawn digit led to."""

    NEXT = "next"
    REFUSED = "refused"
    PICKED = "picked"


def announced(draw: PanelDraw) -> SeedProcedure:
    """How the list is to be picked, as published when Lostopf and quotas were frozen."""
    return commitment_of(draw).pick


def possible(digits: str, panels: int) -> range:
    """The lists whose number begins with these digits; empty when there is none."""
    span = 10 ** (places(panels) - len(digits))
    first = int(digits or "0") * span
    return range(first, min(first + span, panels)) if first < panels else range(0)


def draw_digit(draw: PanelDraw, digit: str, user_id: int | None) -> Step:
    """One publicly drawn digit; the last one picks the list.

    As soon as no list begins with the digits drawn, all of them are drawn anew: every list
    stays equally likely, and nobody draws on for nothing.
    """
    _must_be_built(draw)
    if len(digit) != 1 or digit not in "0123456789":
        raise Conflict(_("Bitte geben Sie genau eine Ziffer von 0 bis 9 ein."))
    total = panels_of(draw)
    draw.digits += digit
    _log("digit_drawn", draw, place=len(draw.digits), digit=digit)
    if not possible(draw.digits, total):
        _note(draw, "refused", digits=draw.digits)
        _log("digits_refused", draw, digits=draw.digits)
        draw.digits = ""
        db.session.flush()
        return Step.REFUSED
    if len(draw.digits) < places(total):
        db.session.flush()
        return Step.NEXT
    _pick(draw, user_id)
    return Step.PICKED


def take_back(draw: PanelDraw, reason: str) -> None:
    """Take back the digit entered last; after the last one there is no way back."""
    if draw.state == "picked":
        raise Conflict(_("Die Liste ist gezogen. Das lässt sich nicht mehr zurücknehmen."))
    _must_be_built(draw)
    if not draw.digits:
        raise Conflict(_("Es ist noch keine Ziffer eingetragen."))
    if reason not in REASONS:
        raise Conflict(_("Bitte nennen Sie einen Grund."))
    place, digit = len(draw.digits), draw.digits[-1]
    draw.digits = draw.digits[:-1]
    _note(draw, "taken_back", place=place, digit=digit, reason=reason)
    _log("digit_taken_back", draw, place=place, digit=digit, reason=reason)
    db.session.flush()


def pick_from_source(draw: PanelDraw, kind: SeedKind, value: str, user_id: int | None) -> None:
    """The list that a public value names. Raises SeedError when the value cannot be read."""
    _must_be_built(draw)
    if draw.digits:
        raise Conflict(_("Es sind schon Ziffern gezogen. Nehmen Sie sie zuerst zurück."))
    total = panels_of(draw)
    source = {"kind": kind.value, "value": normalise(kind, value)}
    if kind is SeedKind.DRAND:
        _check_round(draw, int(source["value"].split(":")[0]))
    number = pick_number(bytes.fromhex(draw.seed), draw.panels_hash, kind, value, total)
    draw.digits = label(number, total)
    draw.result = {**draw.result, "source": source}
    _log("list_named_by_source", draw, **source, list=draw.digits)
    _pick(draw, user_id)


def _check_round(draw: PanelDraw, number: int) -> None:
    """A round that was out before the lists could be chosen for the list it names."""
    published = round_time(min(number, 10**10))  # far off already; later no date exists
    if draw.published_at is None or not draw.published_at < published <= utcnow():
        raise SeedError(
            _(
                "Diese drand-Runde erschien vor den Listen oder ist noch nicht erschienen. "
                "Nehmen Sie die angekündigte Runde des Netzes „quicknet“."
            )
        )


def number_steps(draw: PanelDraw) -> dict[str, Any] | None:
    """From value to number, to show: {"kind","value","attempts","large","number"}.

    large: the 256-bit number (hex) whose remainder by the number of lists is the list; attempts:
    how many were tried, nearly always 1. None when digits were drawn by hand.
    """
    source: dict[str, str] | None = draw.result.get("source")
    if source is None:
        return None
    total, attempts = panels_of(draw), 0
    fixed = [PICK_LABEL, draw.seed, draw.panels_hash, source["kind"], source["value"]]
    while True:
        text = "\n".join([*fixed, str(attempts)])
        large = hashlib.sha256(text.encode()).hexdigest()
        attempts += 1
        if int(large, 16) < 2**256 // total * total:
            break
    number = label(int(large, 16) % total, total)
    if number != draw.digits:
        raise SeedError("the stored list is not the one that the source names")
    return {**source, "attempts": attempts, "large": large, "number": number}


def notes(draw: PanelDraw) -> list[dict[str, Any]]:
    """What happened on the stage besides the digits: taken back, refused; with the time."""
    found: list[dict[str, Any]] = draw.result.get("hall", [])
    return found


def _pick(draw: PanelDraw, user_id: int | None) -> None:
    draw.picked_at, draw.picked_by = utcnow(), user_id
    panel = panel_lines(draw)[int(draw.digits)].split(" ")
    quotas, population = quotas_of(draw), draw.frozen["population"]
    people = [e.person() for e in entrants_of(draw)]
    seats = composition(people, quotas, panel)
    rows = [
        {"feature": q.feature, "value": q.value, "population": share, "pool": in_pool, "seats": s}
        for q, share, in_pool, s in zip(
            quotas, population, draw.frozen["pool_counts"], seats, strict=True
        )
    ]
    draw.result = {**draw.result, "composition": rows, "panel": panel}
    move(draw, "picked", digits=draw.digits)
    db.session.flush()
    if not draw.rehearsal:
        members.offer_seats(draw, panel)
    records.write(draw)


def _must_be_built(draw: PanelDraw) -> None:
    if draw.state != "built":
        raise Conflict(_("Gezogen wird erst, wenn die Listen veröffentlicht sind, und nur einmal."))


def _note(draw: PanelDraw, kind: str, **detail: Any) -> None:
    note = {"kind": kind, "at": utcnow().isoformat(), **detail}
    draw.result = {**draw.result, "hall": [*notes(draw), note]}


def _log(action: str, draw: PanelDraw, **detail: Any) -> None:
    audit.log(
        action,
        "panel_draw",
        draw.number,
        assembly_id=draw.assembly_id,
        rehearsal=draw.rehearsal,
        **detail,
    )
