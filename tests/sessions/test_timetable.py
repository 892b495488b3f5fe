"""The timetable and the calendar file."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from buergerrat.sessions.calendar_file import Entry, calendar
from buergerrat.sessions.timetable import (
    BERLIN,
    Item,
    Kind,
    forecast,
    minutes_late,
    problems,
    push,
    running,
    schedule,
)

BEGIN = datetime(2026, 4, 18, 10, 0, tzinfo=BERLIN)


def item(name: str, minutes: int, **rest: object) -> Item:
    return replace(Item(name, f"Punkt {name}", Kind.PLENARY, minutes), **rest)  # type: ignore[arg-type]


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 4, 18, hour, minute, tzinfo=BERLIN)


DAY = [item("a", 30), item("b", 45), item("c", 15, start=at(11, 30)), item("d", 60)]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 720), min_size=1, max_size=12))
def test_items_follow_each_other_without_gap_or_overlap(minutes: list[int]) -> None:
    slots = schedule([item(str(i), length) for i, length in enumerate(minutes)], BEGIN)
    assert slots[0].start == BEGIN
    assert all(one.end == two.start for one, two in itertools.pairwise(slots))
    assert slots[-1].end - BEGIN == timedelta(minutes=sum(minutes))
    assert problems(slots) == []


def test_a_fixed_start_holds_and_what_follows_goes_on_from_there() -> None:
    slots = schedule(DAY, BEGIN)
    assert [slot.start for slot in slots] == [at(10), at(10, 30), at(11, 30), at(11, 45)]


def test_plus_five_minutes_moves_everything_after_it_and_nothing_before() -> None:
    later = schedule(push(DAY, "b"), BEGIN)
    assert [slot.start for slot in later] == [at(10), at(10, 30), at(11, 35), at(11, 50)]
    assert later[1].end == at(11, 20)


def test_push_knows_its_limits() -> None:
    with pytest.raises(KeyError):
        push(DAY, "z")
    with pytest.raises(ValueError, match="Minuten"):
        push(DAY, "c", -15)


def test_overlap_room_and_person_are_found() -> None:
    plan = [
        item("a", 60, room="Saal", responsible=("Moderation 1",)),
        item("b", 60, start=at(10, 30), room="Saal"),
        item("c", 60, start=at(10, 45), room="Foyer", responsible=("Moderation 1",)),
        item("d", 10, start=at(11, 40)),
    ]
    found = problems(schedule(plan, BEGIN))
    assert [(p.kind, p.first, p.second, p.what) for p in found] == [
        ("room", "a", "b", "Saal"),
        ("person", "a", "c", "Moderation 1"),
        ("overlap", "c", "d", ""),
    ]
    assert "10:45 Uhr" in found[1].sentence


def test_what_ends_when_the_next_begins_is_no_clash() -> None:
    plan = [item("a", 30, room="Saal"), item("b", 30, room="Saal")]
    assert problems(schedule(plan, BEGIN)) == []


def test_planned_and_actual_times_stay_apart() -> None:
    plan = [item("a", 30, actual_start=at(10, 10)), *DAY[1:]]
    slots = schedule(plan, BEGIN)
    now = at(10, 50)
    assert slots[0].start == at(10)
    assert slots[0].delay == timedelta(minutes=10)
    assert slots[1].delay is None
    expected = forecast(slots, now)
    assert expected[0].end == now  # still running, so it ends no earlier than now
    assert expected[1].start == now
    assert expected[2].start == at(11, 35)
    assert minutes_late(slots, now) == 5
    current = running(slots, now)
    assert current is not None
    assert current.item.id == "a"


def test_before_anything_has_begun_the_plan_counts() -> None:
    slots = schedule(DAY, BEGIN)
    assert running(slots, at(9)) is None
    assert running(slots, at(10, 30)) == slots[1]
    assert minutes_late(slots, at(9)) == 0
    assert forecast(slots, at(9)) == slots
    assert minutes_late([], at(9)) == 0


def test_naive_times_and_empty_items_are_refused() -> None:
    with pytest.raises(ValueError, match="Zeitzone"):
        item("a", 30, start=datetime(2026, 4, 18, 10, 0))
    with pytest.raises(ValueError, match="Minuten"):
        item("a", 0)


STAMP = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SUMMER = Entry(
    "sitzung-1@elbtal.example",
    "Sitzung; mit Komma, und Strichpunkt",
    datetime(2026, 4, 18, 8, 0, tzinfo=UTC),
    datetime(2026, 4, 18, 14, 30, tzinfo=UTC),
    place="Haus am Markt",
    description="Zeile 1\nZeile 2 " + "ä" * 120,
)


def test_the_calendar_says_berlin_time_and_carries_its_zone() -> None:
    winter = replace(
        SUMMER, uid="w", start=SUMMER.start.replace(month=12), end=SUMMER.end.replace(month=12)
    )
    raw = calendar([SUMMER, winter], STAMP)
    assert b"DTSTART;TZID=Europe/Berlin:20260418T100000" in raw
    assert b"DTSTART;TZID=Europe/Berlin:20261218T090000" in raw
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    read = Calendar.from_ical(raw)
    assert [str(zone["TZID"]) for zone in read.walk("VTIMEZONE")] == ["Europe/Berlin"]
    event = read.walk("VEVENT")[0]
    assert str(event["UID"]) == SUMMER.uid
    assert str(event["SUMMARY"]) == SUMMER.title
    assert str(event["DESCRIPTION"]) == SUMMER.description
    assert event["DTSTAMP"].dt == STAMP


def test_the_same_entries_give_the_same_bytes() -> None:
    assert calendar([SUMMER], STAMP) == calendar([SUMMER], STAMP)


def test_a_cancelled_session_says_so_under_the_same_uid() -> None:
    event = Calendar.from_ical(calendar([replace(SUMMER, cancelled=True, sequence=2)], STAMP))
    (found,) = event.walk("VEVENT")
    assert (str(found["STATUS"]), found["SEQUENCE"], str(found["UID"])) == (
        "CANCELLED",
        2,
        SUMMER.uid,
    )


def test_impossible_entries_are_refused() -> None:
    with pytest.raises(ValueError, match="Ende"):
        calendar([replace(SUMMER, end=SUMMER.start - timedelta(minutes=1))], STAMP)
    with pytest.raises(ValueError, match="Zeitzone"):
        calendar([SUMMER], STAMP.replace(tzinfo=None))
