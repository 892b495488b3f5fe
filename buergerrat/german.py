"""Numbers and dates as German readers write them, for documents made outside a request."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
NBSP = "\u00a0"
_MONTHS = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]


def long_date(day: date | None) -> str:
    """26. Februar 2026; "" for None."""
    if day is None:
        return ""
    return f"{day.day}.{NBSP}{_MONTHS[day.month - 1]} {day.year}"


def moment(when: datetime | None) -> str:
    """26. Februar 2026 um 18.05 Uhr, in Europe/Berlin; "" for None."""
    if when is None:
        return ""
    local = when.astimezone(BERLIN)
    return f"{long_date(local.date())} um {local:%H.%M}{NBSP}Uhr"


def count(number: int) -> str:
    """14.386"""
    return f"{number:,}".replace(",", ".")


def decimal(number: float, places: int = 1) -> str:
    """49,8"""
    return f"{number:.{places}f}".replace(".", ",")


def per_cent(share: float, places: int = 1) -> str:
    """49,8 % for a share of 0.498."""
    return f"{decimal(100 * share, places)}{NBSP}%"
