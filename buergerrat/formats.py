"""Dates, times and numbers as German (or English) readers write them. Template filters."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import get_locale

BERLIN = ZoneInfo("Europe/Berlin")
MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
}
DAYS = {
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}


def language() -> str:
    return "en" if str(get_locale() or "de").startswith("en") else "de"


def local(value: dt.datetime) -> dt.datetime:
    return value.astimezone(BERLIN)


def _day(value: dt.date | dt.datetime) -> dt.date:
    return local(value).date() if isinstance(value, dt.datetime) else value


def date(value: dt.date | dt.datetime | None) -> str:
    """14.09.2026"""
    return "" if value is None else f"{_day(value):%d.%m.%Y}"


def shortdate(value: dt.date | dt.datetime | None) -> str:
    """14.09."""
    return "" if value is None else f"{_day(value):%d.%m.}"


def longdate(value: dt.date | dt.datetime | None) -> str:
    """14. September 2026"""
    if value is None:
        return ""
    day = _day(value)
    month = MONTHS[language()].split()[day.month - 1]
    return (
        f"{day.day} {month} {day.year}" if language() == "en" else f"{day.day}. {month} {day.year}"
    )


def period(first: dt.date, last: dt.date) -> str:
    """14. und 15. Februar 2027; 14. bis 17. Februar 2027; 28. Februar bis 1. März 2027"""
    if first == last:
        return longdate(first)
    english = language() == "en"
    pair, span = ("and", "to") if english else ("und", "bis")
    word = pair if (last - first).days == 1 else span
    start = longdate(first)
    if first.year == last.year:
        start = start.removesuffix(f" {first.year}")
        if first.month == last.month:
            start = start.split(" ")[0]
    return f"{start} {word} {longdate(last)}"


def weekday(value: dt.date | dt.datetime | None) -> str:
    return "" if value is None else DAYS[language()].split()[_day(value).weekday()]


def time(value: dt.datetime | dt.time | None) -> str:
    """10.42 Uhr; 18 Uhr"""
    if value is None:
        return ""
    at = local(value) if isinstance(value, dt.datetime) else value
    if language() == "en":
        return f"{at:%H:%M}"
    return f"{at.hour} Uhr" if at.minute == 0 else f"{at.hour}.{at:%M} Uhr"


def clock(value: dt.datetime | dt.time | None) -> str:
    """10:42, for forms and timetables"""
    if value is None:
        return ""
    return f"{local(value) if isinstance(value, dt.datetime) else value:%H:%M}"


def datetime(value: dt.datetime | None) -> str:
    return "" if value is None else f"{date(value)}, {time(value)}"


def number(value: float, digits: int = 0) -> str:
    """17.042 or 3,5"""
    text = f"{value:,.{digits}f}"
    return text if language() == "en" else text.translate(str.maketrans(",.", ".,"))


def percent(value: float, digits: int = 1) -> str:
    """A share 0–1 as 49,8 %, with a non-breaking blank."""
    return f"{number(100 * value, digits)}\u00a0%"


def filesize(value: int) -> str:
    if value < 1024 * 1024:
        return f"{number(max(1, value // 1024))}\u00a0KB"
    return f"{number(value / 1024 / 1024, 1)}\u00a0MB"


def init_app(app: Flask) -> None:
    for function in (
        date,
        shortdate,
        longdate,
        period,
        weekday,
        time,
        clock,
        datetime,
        number,
        percent,
        filesize,
    ):
        app.jinja_env.filters[function.__name__] = function
