"""Whole days as a calendar file (RFC 5545) that Outlook, Thunderbird and phones read. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from icalendar import Calendar, Event


@dataclass(frozen=True)
class Day:
    """One day; the same `uid` again replaces the earlier entry."""

    uid: str
    title: str
    on: dt.date
    description: str = ""


def calendar(days: Sequence[Day], stamp: dt.datetime, name: str) -> bytes:
    """text/calendar in UTF-8. `stamp` (with a zone): when the plan was last changed."""
    file = Calendar()
    file.add("prodid", "-//Bürgerrat//Zeitplan//DE")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", name)
    for day in days:
        event = Event()
        event.add("uid", day.uid)
        event.add("dtstamp", stamp)
        event.add("summary", day.title)
        event.add("dtstart", day.on)
        event.add("dtend", day.on + dt.timedelta(days=1))
        event.add("transp", "TRANSPARENT")  # nobody is busy all day because of a date in a plan
        if day.description:
            event.add("description", day.description)
        file.add_component(event)
    return bytes(file.to_ical())
