"""A session's timetable: when each item starts, who is booked twice, how late we are."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
LONGEST = 720  # minutes: no item lasts longer than half a day


class Kind(StrEnum):
    """What people do during an item."""

    PLENARY = "plenary"
    INPUT = "input"
    TABLE_WORK = "table_work"
    VOTE = "vote"
    BREAK = "break"


KIND_LABELS = {
    Kind.PLENARY: "Plenum",
    Kind.INPUT: "Vortrag",
    Kind.TABLE_WORK: "Arbeit an Tischen",
    Kind.VOTE: "Abstimmung",
    Kind.BREAK: "Pause",
}


@dataclass(frozen=True)
class Item:
    """One item of the agenda; `duration` in minutes, all times aware.

    Without a `start` of its own an item follows the one before it.
    """

    id: str
    title: str
    kind: Kind
    duration: int
    start: datetime | None = None
    method: str = ""
    room: str = ""
    responsible: tuple[str, ...] = ()
    public: bool = False
    actual_start: datetime | None = None
    actual_end: datetime | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.duration <= LONGEST:
            raise ValueError(f"Ein Programmpunkt dauert 1 bis {LONGEST} Minuten.")
        for moment in (self.start, self.actual_start, self.actual_end):
            if moment is not None and moment.tzinfo is None:
                raise ValueError("Zeiten brauchen eine Zeitzone.")


@dataclass(frozen=True)
class Slot:
    """An item with its computed start and end."""

    item: Item
    start: datetime
    end: datetime

    @property
    def delay(self) -> timedelta | None:
        """How much later than planned the item really began; negative when earlier."""
        return None if self.item.actual_start is None else self.item.actual_start - self.start

    def meets(self, other: "Slot") -> bool:
        """Whether the two share a moment; one may begin when the other ends."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Problem:
    """Two items that cannot both be as planned; kind is "overlap", "room" or "person"."""

    kind: str
    first: str
    second: str
    what: str = ""
    sentence: str = field(default="", compare=False)


def schedule(items: Sequence[Item], begins: datetime) -> list[Slot]:
    """Start and end of every item, in the given order; the first begins at `begins`."""
    slots = []
    clock = begins
    for item in items:
        start = item.start or clock
        clock = start + timedelta(minutes=item.duration)
        slots.append(Slot(item, start, clock))
    return slots


def problems(slots: Sequence[Slot]) -> list[Problem]:
    """Overlaps and double bookings, earliest first. Slots of several sessions may be mixed.

    Items at the same time in two named, different rooms run in parallel and are no overlap.
    """
    found: list[Problem] = []
    for a, b in combinations(sorted(slots, key=lambda slot: (slot.start, slot.item.id)), 2):
        if a.meets(b):
            found += _clashes(a, b)
    return found


def _clashes(a: Slot, b: Slot) -> list[Problem]:
    titles = f"„{a.item.title}“ und „{b.item.title}“"
    ids = a.item.id, b.item.id
    found = []
    if not (a.item.room and b.item.room):
        sentence = f"{titles} überschneiden sich um {_clock(b.start)}."
        found.append(Problem("overlap", *ids, sentence=sentence))
    elif a.item.room == b.item.room:
        sentence = f"{a.item.room} ist um {_clock(b.start)} zweimal belegt: {titles}."
        found.append(Problem("room", *ids, a.item.room, sentence))
    for person in sorted(set(a.item.responsible) & set(b.item.responsible)):
        sentence = f"{person} ist um {_clock(b.start)} zweimal eingeplant: {titles}."
        found.append(Problem("person", *ids, person, sentence))
    return found


def push(items: Sequence[Item], item_id: str, minutes: int = 5) -> list[Item]:
    """Let one item last `minutes` longer (or shorter); all later ones move, fixed starts too.

    KeyError when no item has this id; ValueError when nothing of the item would be left.
    """
    at = next((i for i, item in enumerate(items) if item.id == item_id), None)
    if at is None:
        raise KeyError(item_id)
    moved = timedelta(minutes=minutes)
    longer = replace(items[at], duration=items[at].duration + minutes)
    later = [
        item if item.start is None else replace(item, start=item.start + moved)
        for item in items[at + 1 :]
    ]
    return [*items[:at], longer, *later]


def forecast(slots: Sequence[Slot], now: datetime) -> list[Slot]:
    """The day as it will be: what has happened stays, what runs lasts at least until now.

    An item that has not begun starts no earlier than planned and not before the one before
    it has ended, unless the two were planned side by side.
    """
    expected: list[Slot] = []
    for i, slot in enumerate(slots):
        earlier = [
            done.end
            for done, plan in zip(expected, slots[:i], strict=True)
            if plan.end <= slot.start
        ]
        expected.append(_expect(slot, now, max(earlier, default=slot.start)))
    return expected


def _expect(slot: Slot, now: datetime, free: datetime) -> Slot:
    item = slot.item
    length = slot.end - slot.start
    if item.actual_start is None:
        start = max(slot.start, free, now)
        return Slot(item, start, start + length)
    end = item.actual_end or max(item.actual_start + length, now)
    return Slot(item, item.actual_start, end)


def running(slots: Sequence[Slot], now: datetime) -> Slot | None:
    """The item that has begun and not ended; before any was started, the planned one."""
    begun = [slot for slot in slots if slot.item.actual_start is not None]
    if not begun:
        return next((slot for slot in slots if slot.start <= now < slot.end), None)
    unfinished = [slot for slot in begun if slot.item.actual_end is None]
    return max(unfinished, key=lambda slot: slot.start, default=None)


def minutes_late(slots: Sequence[Slot], now: datetime) -> int:
    """Whole minutes by which the end of the day is behind plan; 0 when on time."""
    if not slots:
        return 0
    planned = max(slot.end for slot in slots)
    expected = max(slot.end for slot in forecast(slots, now))
    return int((expected - planned).total_seconds() // 60)


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone(BERLIN):%H:%M} Uhr"
