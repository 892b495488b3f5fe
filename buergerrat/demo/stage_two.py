"""The demo's stage two: quotas, lists, the public pick, the seats and the letters about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from buergerrat.assemblies.models import Assembly
from buergerrat.demo import stage_one
from buergerrat.demo.moments import PAST, at
from buergerrat.sortition import calls as call_words
from buergerrat.sortition.quotas import Check
from buergerrat.sortition.services import calls, consents, drawing, hall, lottery, members, quotas
from buergerrat.sortition.services import letters as letter_service

DIGITS = "352"


def draw_panel(assembly: Assembly, today: dt.date) -> None:
    """Quotas from the population, widened by the suggestion until they fit; then the draw."""
    with at(today, PAST.deadline + 1):
        stage_one.know_population(assembly)
    with at(today, PAST.deadline + 2):
        rows = quotas.proposal(assembly, width=1)
        for _try in range(5):
            quotas.save(assembly, rows)
            checked = quotas.check(assembly, rows)
            if checked.feasible and not checked.excluded:
                break
            rows = _suggested(rows, checked) if not checked.feasible else _wider(assembly, rows)
        lottery.freeze(assembly, None)
    with at(today, PAST.deadline + 3):
        draw = lottery.current(assembly)
        if draw is not None:
            drawing.build(draw, None)
    for place, digit in enumerate(DIGITS):
        with at(today, PAST.lottery, 18, 10 + 3 * place):
            draw = lottery.current(assembly)
            if draw is not None:
                hall.draw_digit(draw, digit, None)


def _suggested(rows: list[quotas.QuotaInput], checked: Check) -> list[quotas.QuotaInput]:
    return [
        quotas.QuotaInput(r.feature, r.value, q.min, q.max, r.share, r.source_note)
        for r, q in zip(rows, checked.changed, strict=True)
    ]


def _wider(assembly: Assembly, rows: Sequence[quotas.QuotaInput]) -> list[quotas.QuotaInput]:
    """One seat more room on each side, so that everybody in the Lostopf can be on a panel."""
    return [
        quotas.QuotaInput(
            r.feature,
            r.value,
            max(0, r.min - 1),
            min(assembly.seats, r.max + 1),
            r.share,
            r.source_note,
        )
        for r in rows
    ]


def take_seats(assembly: Assembly, today: dt.date) -> None:
    """Most accept; two cannot, and the rule in the record says who comes instead."""
    for number, member in enumerate(members.of(assembly, ["asked"])):
        with at(today, PAST.lottery + 2 + number // 4, 9 + number % 4):
            member = members.by_number(assembly, member.losnummer)
            if number % 3 == 0:
                calls.record(member, call_words.NOT_REACHED, "Nachmittags noch einmal", None)
            if number == 4:
                members.leave(assembly, member, "beruflich verhindert", None)
            else:
                members.accept(member)
                if number % 2:
                    consents.give(member.invitee, "photo", "online")
    for member in members.of(assembly, ["asked"]):
        with at(today, PAST.lottery + 7):
            members.accept(members.by_number(assembly, member.losnummer))
    with at(today, PAST.lottery + 12):
        leaving = members.of(assembly, ["accepted"])[9]
        members.leave(assembly, leaving, "weggezogen", None)
    with at(today, PAST.lottery + 13):
        for member in members.of(assembly, ["asked"]):
            members.accept(member)


def write_to_all(assembly: Assembly, today: dt.date) -> None:
    """Everybody in the Lostopf hears what the lottery gave."""
    for kind in ("acceptance", "reserve", "refusal"):
        with at(today, PAST.lottery + 1):
            letter_service.make(assembly, kind=kind)
        with at(today, PAST.lottery + 2, 8):
            newest = letter_service.batches(assembly)[0]
            letter_service.mark_posted(newest, today + dt.timedelta(days=PAST.lottery + 2))
