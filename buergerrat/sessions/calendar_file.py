"""Sessions as a calendar file (RFC 5545) that Outlook, Thunderbird and phones read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class Entry:
    """One event. The same `uid` with a higher `sequence` replaces the earlier one."""

    uid: str
    title: str
    start: datetime
    end: datetime
    place: str = ""
    description: str = ""
    url: str = ""
    sequence: int = 0
    cancelled: bool = False


def calendar(entries: Sequence[Entry], stamp: datetime, name: str = "Bürgerrat") -> bytes:
    """text/calendar in UTF-8, times in Europe/Berlin with its VTIMEZONE.

    `stamp` says when the entries were last changed; equal input gives equal bytes.
    Raises ValueError for a naive time or an end before its start.
    """
    file = Calendar()
    file.add("prodid", "-//Bürgerrat//Sitzungen//DE")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", name)
    for entry in entries:
        file.add_component(_event(entry, stamp))
    if entries:
        file.add_missing_timezones()
    return bytes(file.to_ical())


def _event(entry: Entry, stamp: datetime) -> Event:
    if None in (entry.start.tzinfo, entry.end.tzinfo, stamp.tzinfo):
        raise ValueError("Zeiten brauchen eine Zeitzone.")
    if entry.end < entry.start:
        raise ValueError("Das Ende liegt vor dem Anfang.")
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", stamp)
    event.add("sequence", entry.sequence)
    event.add("summary", entry.title)
    event.add("dtstart", entry.start.astimezone(BERLIN))
    event.add("dtend", entry.end.astimezone(BERLIN))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    for field, text in (
        ("location", entry.place),
        ("description", entry.description),
        ("url", entry.url),
    ):
        if text:
            event.add(field, text)
    return event
