"""Deleting on time: every noun that holds something about people registers here.

    @personal_data("replies", "Antworten, Merkmale, Bedarfe")
    def forget_replies(assembly: Assembly, invitee_ids: Sequence[int]) -> int: ...

A function erases what its noun holds about the given invitees (ids of `invitee`) and
returns how many rows it emptied. The log keeps counts, never whom. When which people are
due is decided in `privacy/`. The periods stand here: the letter, the privacy notice and the
documents for the data protection officer name the same days by which the program deletes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies import overwriting
from buergerrat.assemblies.models import Assembly, DeletionEntry, RetentionRule
from buergerrat.db import db
from buergerrat.formats import local

Forget = Callable[[Assembly, Sequence[int]], int]
AT_ONCE = 500  # people per statement: a database takes only so many parameters


@dataclass(frozen=True)
class Category:
    key: str
    what: str  # German, for the log page and the privacy notice
    forget: Forget


@dataclass(frozen=True)
class Period:
    """Who or what is deleted when, and why not earlier; lazy texts.

    days: counted from `event`, between `low` and `high`; None: on the assembly's last day.
    people: whether a group of people goes, or something about them that goes before they do.
    """

    key: str
    who: Any
    event: Any
    why: Any
    days: int | None
    low: int = 0
    high: int = 0
    people: bool = False

    @property
    def when(self) -> str:
        """`4 Wochen nach der Losung`"""
        return str(self.event) if self.days is None else f"{span(self.days)} {self.event}"


PERIODS = (
    Period(
        "silent",
        _l("Angeschriebene, die nicht im Lostopf sind"),
        _l("nach der Losung"),
        _l("Bis dahin lässt sich klären, ob ein Brief oder eine Antwort verloren ging."),
        28, 7, 84, people=True,
    ),
    Period(
        "pool",
        _l("Menschen im Lostopf ohne Platz"),
        _l("nach der letzten Sitzung"),
        _l("Bis dahin können sie nachrücken."),
        28, 7, 182, people=True,
    ),
    Period(
        "members",
        _l("Mitglieder"),
        _l("am festgelegten Tag nach der Antwort des Rats"),
        _l("Bis dahin laden wir sie zu Sitzungen und zur Antwort des Rats ein."),
        None, people=True,
    ),
    Period(
        "upload",
        _l("Hochgeladener Auszug und Prüfliste"),
        _l("nach dem Hochladen"),
        _l("Bis dahin klärt die Verwaltung zweifelhafte Zeilen."),
        14, 1, 28,
    ),
    Period(
        "spool",
        _l("Gelesene Zeilen des Auszugs"),
        _l("nach dem Einlesen, sonst mit der Einladungslosung"),
        _l("Aus diesen Zeilen wird gelost."),
        56, 7, 84,
    ),
    Period(
        "reserve",
        _l("Nächste Lose, die noch nicht angeschrieben sind"),
        _l("nach dem Ende der Antwortfrist"),
        _l("Kommt ein Brief zurück, wird das nächste Los angeschrieben."),
        0, 0, 14,
    ),
    Period(
        "letters",
        _l("Briefe als Dateien"),
        _l("nach dem Versand"),
        _l("Bis dahin kann die Druckerei einen Teil noch einmal brauchen."),
        28, 7, 84,
    ),
    Period(
        "visits",
        _l("Besuche an der Haustür"),
        _l("nach der Losung"),
        _l("Bis dahin lässt sich nachsehen, wie jemand in den Lostopf kam."),
        28, 7, 84,
    ),
    Period(
        "calls",
        _l("Notizen zu Anrufen"),
        _l("nach der ersten Sitzung"),
        _l("Bis dahin ist klar, wer seinen Platz annimmt."),
        28, 0, 84,
    ),
)  # fmt: skip
BY_KEY = {period.key: period for period in PERIODS}


@dataclass(frozen=True)
class Promise:
    """Until when data are kept as the mandate's dates say: no answer or no; yes; members."""

    silent: dt.date
    pool: dt.date
    members: dt.date


def span(days: int) -> str:
    """`4 Wochen`, `10 Tage`, `sofort`"""
    if days == 0:
        return str(_("sofort"))
    if days % 7 == 0:
        return str(ngettext("%(num)s Woche", "%(num)s Wochen", days // 7))
    return str(ngettext("%(num)s Tag", "%(num)s Tage", days))


def periods(assembly: Assembly) -> tuple[Period, ...]:
    """The periods as they hold for this Bürgerrat, in the order of PERIODS."""
    rows = select(RetentionRule.period, RetentionRule.days).where(
        RetentionRule.assembly_id == assembly.id
    )
    changed = {row.period: row.days for row in db.session.execute(rows)}
    return tuple(replace(one, days=changed.get(one.key, one.days)) for one in PERIODS)


def days_of(assembly: Assembly, key: str) -> int:
    """The days of one period that has days."""
    return next(one.days for one in periods(assembly) if one.key == key) or 0


def promise(assembly: Assembly) -> Promise:
    """What letters and documents say before the day of the draw is history."""
    days = {one.key: dt.timedelta(days=one.days or 0) for one in periods(assembly)}
    last = assembly.retention_until
    return Promise(
        silent=min(local(assembly.lottery_at).date() + days["silent"], last),
        pool=min(assembly.last_session_on + days["pool"], last),
        members=last,
    )


def change_period(assembly: Assembly, key: str, days: int, user_id: int | None = None) -> bool:
    """Set one period; whether it changed. ValueError outside its limits."""
    period = BY_KEY[key]
    if period.days is None or not period.low <= days <= period.high:
        raise ValueError(key)
    before = days_of(assembly, key)
    if days == before:
        return False
    row = db.session.scalar(
        select(RetentionRule).where(
            RetentionRule.assembly_id == assembly.id, RetentionRule.period == key
        )
    )
    if row is None:
        row = RetentionRule(assembly_id=assembly.id, period=key)
        db.session.add(row)
    row.days, row.user_id = days, user_id
    audit.log(
        "period_changed", "assembly", assembly.id, assembly_id=assembly.id,
        period=key, before=before, after=days,
    )  # fmt: skip
    return True


categories: list[Category] = []


def personal_data(key: str, what: str) -> Callable[[Forget], Forget]:
    def register(function: Forget) -> Forget:
        categories.append(Category(key, what, function))
        return function

    return register


def erase(
    assembly: Assembly, invitee_ids: Sequence[int], reason: str, user_id: int | None = None
) -> dict[str, int]:
    """Erase everything about these people, later folders first. Returns category → rows."""
    counts: dict[str, int] = {}
    for category in reversed(categories):
        counts[category.key] = sum(
            category.forget(assembly, invitee_ids[start : start + AT_ONCE])
            for start in range(0, len(invitee_ids), AT_ONCE)
        )
        note_deletion(assembly, category.key, counts[category.key], reason, user_id)
    audit.log("erase", "assembly", assembly.id, assembly_id=assembly.id, reason=reason, **counts)
    db.session.flush()
    return counts


def note_deletion(
    assembly: Assembly, category: str, count: int, reason: str, user_id: int | None = None
) -> None:
    """A line in the deletion log; nothing is noted where nothing was there."""
    if count:
        overwriting.ask()
        db.session.add(
            DeletionEntry(
                assembly_id=assembly.id,
                category=category,
                count=count,
                reason=reason,
                user_id=user_id,
            )
        )
