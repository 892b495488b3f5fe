"""Invented numbers for the gallery of components and for looking at every picture."""

from datetime import date, datetime, timedelta
from typing import Any

from buergerrat.charts.chances import chance_axis, chance_row, chance_scale, chance_staircase
from buergerrat.charts.composition import CompositionRow, composition, hall_row
from buergerrat.charts.council import FunnelStep, funnel, hemicycle
from buergerrat.charts.panels import panel_fields
from buergerrat.charts.plan import Stratum, strata_bars
from buergerrat.charts.quotas import QuotaMark, quota_axis, quota_row
from buergerrat.charts.replies import PlanPoint, expected_range, replies_over_time
from buergerrat.charts.timetable import Slot, timetable
from buergerrat.charts.votes import votes

_START = date(2026, 9, 21)
_ARRIVED = (
    0,
    0,
    1,
    2,
    4,
    6,
    8,
    9,
    11,
    12,
    12,
    13,
    14,
    14,
    14,
    15,
    17,
    20,
    22,
    24,
    25,
    26,
    28,
    28,
    29,
)
_DAY = datetime(2026, 11, 21, 9)  # noqa: DTZ001 - a day of no real calendar
_AGES = (
    CompositionRow("16 bis 29 Jahre", 3, 2.9),
    CompositionRow("30 bis 44 Jahre", 3, 3.5),
    CompositionRow("45 bis 64 Jahre", 5, 5.4),
    CompositionRow("65 Jahre und älter", 5, 4.2),
)


def _slot(name: str, start: int, end: int, state: Any = "later") -> Slot:
    return Slot(name, _DAY + timedelta(minutes=start), _DAY + timedelta(minutes=end), state)


def sample_pictures() -> dict[str, Any]:
    """One of each picture, by the name of its function."""
    days = [(_START + timedelta(days=i), n) for i, n in enumerate(_ARRIVED)]
    plan = [PlanPoint(day, 0.8 * i, 1.0 * i, 1.2 * i) for i, (day, _) in enumerate(days)]
    quotas = (
        QuotaMark("Kernstadt", 7.4, 7.7, 7, 8, (7, 11)),
        QuotaMark("Niederau", 3.4, 4.1, 3, 4, (3, 7)),
        QuotaMark("Weinberg", 2.7, 1.8, 3, 3, (1, 2), conflict=True),
    )
    chances = [0.498] * 18 + [0.668] * 3 + [0.779] * 3 + [0.834] * 2 + [1.0]
    planned = [
        _slot("Begrüßung", 0, 30),
        _slot("Runde 1", 30, 150),
        _slot("Pause", 150, 170),
        _slot("Runde 2 an den Tischen", 170, 300),
    ]
    actual = [
        _slot("Begrüßung", 0, 35, "done"),
        _slot("Runde 1", 35, 160, "done"),
        _slot("Pause", 160, 178, "done"),
        _slot("Runde 2 an den Tischen", 178, 308, "now"),
    ]
    return {
        "replies_over_time": replies_over_time(days, plan, reminder=date(2026, 10, 5)),
        "expected_range": expected_range(18, 29, 31),
        "quota_axis": quota_axis(12),
        "quotas": [(mark, quota_row(mark, 12)) for mark in quotas],
        "chance_staircase": chance_staircase(chances, bound=0.5),
        "chance_axis": chance_axis(),
        "chance_row": chance_row("16 bis 29 Jahre", 0.499, 0.569, 0.779),
        "chance_scale": chance_scale(0.172, 0.131, 0.203, 0.368),
        "composition": composition("Altersgruppe", _AGES, 16),
        "hall_rows": [(row, hall_row(row, 6)) for row in _AGES],
        "panel_fields": panel_fields([n for n in range(1000) if n * n % 29 < 5], drawn=418),
        "votes": votes(12, 2, 1, needed=10),
        "votes_many": votes(17, 4, 2),
        "hemicycle": hemicycle(24),
        "funnel": funnel(
            [
                FunnelStep(14386, "Menschen ab 16 Jahren", "stehen im Melderegister"),
                FunnelStep(1200, "Briefe", "gingen an ausgeloste Menschen"),
                FunnelStep(118, "Menschen im Lostopf", "haben mit Ja geantwortet"),
                FunnelStep(24, "Mitglieder", "hat das Los bestimmt"),
            ]
        ),
        "strata_bars": strata_bars(
            [
                Stratum("Kernstadt", 0.46, 96, 0.43, 12.1),
                Stratum("Niederau", 0.21, 47, 0.21, 6.0),
                Stratum("Hohenfels", 0.16, 36, 0.16, 4.4),
                Stratum("Weinberg", 0.17, 45, 0.20, 4.6),
            ]
        ),
        "timetable": timetable(planned, actual, now=_DAY + timedelta(minutes=222)),
    }
