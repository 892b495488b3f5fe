"""The whole way of one Bürgerrat in dates: what is done, late, or too tight, and what a new first
session would change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from flask_babel import ngettext

from buergerrat.assemblies import locks, services, way
from buergerrat.assemblies.forms import stored
from buergerrat.assemblies.laender import day_off, land_of
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.schedule import DATES, Schedule, day_of, problems, proposal, proposed
from buergerrat.formats import date, time, weekday

Done = Callable[[Assembly], bool]
_done: dict[str, Done] = {"notice_on": lambda assembly: assembly.published_at is not None}
# Which step of the way has to be done when this day is over.
STEPS = {
    "extract_on": "register",
    "letters_on": "letters",
    "lottery_at": "lottery",
    "accept_by": "members",
    "handover_on": "report",
    "answer_promised_by": "answers",
}


def done_when(name: str) -> Callable[[Done], Done]:
    """Register how a later folder knows that what this date asks for is done."""

    def register(function: Done) -> Done:
        _done[name] = function
        return function

    return register


@dataclass(frozen=True)
class Milestone:
    """`late`: days over today without being done. `off`: why nobody works on that day."""

    name: str
    title: str
    day: dt.date
    who: str
    clock: str = ""
    done: bool = False
    late: int = 0
    off: str = ""
    endpoint: str = ""

    @property
    def weekday(self) -> str:
        return weekday(self.day)

    @property
    def state(self) -> str:
        if self.late:
            return str(_("überfällig seit %(days)s", days=days(self.late)))
        return str(_("erledigt") if self.done else _("steht an"))


def days(count: int) -> str:
    return str(ngettext("%(num)s Tag", "%(num)s Tagen", count))


def milestones(assembly: Assembly, today: dt.date) -> list[Milestone]:
    """All dates in their order, with what is done of them. A date left open is not among them."""
    land = land_of(assembly).code
    made = []
    for name, title, who, endpoint in _parts(assembly):
        value = _value(assembly, name)
        if value is None:
            continue
        day = day_of(value)
        done = _is_done(assembly, name, day < today)
        row = Milestone(name, title, day, who, done=done, off=day_off(land, day), endpoint=endpoint)
        late = 0 if done else max(0, (today - day).days)
        clock = time(value) if isinstance(value, dt.datetime) else ""
        made.append(replace(row, late=late, clock=clock))
    return sorted(made, key=lambda row: row.day)


def _parts(assembly: Assembly) -> list[tuple[str, str, str, str]]:
    """Name, title, who does it, page."""
    council = assembly.municipality.council_name
    town, office, lot = _("Verwaltung"), _("Meldebehörde"), _("Verwaltung, öffentlich")
    return [
        ("resolution_date", _("Beschluss"), council, "assemblies.edit"),
        ("reference_date", _("Stichtag für das Alter"), "", "assemblies.edit"),
        ("notice_on", _("Bekanntmachung"), town, "assemblies.edit"),
        ("extract_on", _("Registerauszug"), office, "extract.show"),
        ("letters_on", _("Versand der Briefe"), town, "letters.show"),
        ("reminder_on", _("Erinnerung"), town, "letters.show"),
        ("reply_deadline", _("Antwortfrist"), _("Eingeladene"), "replies.index"),
        ("lottery_at", _("Öffentliche Losung"), lot, "lottery.show"),
        ("accept_by", _("Zusagen"), _("Geloste"), "members.show"),
        ("first_session_on", _("Erste Sitzung"), _("Mitglieder, Moderation"), "sessions.index"),
        ("last_session_on", _("Letzte Sitzung"), _("Mitglieder, Moderation"), "sessions.index"),
        ("handover_on", _("Übergabe"), _("Mitglieder"), "report.show"),
        ("answer_promised_by", _("Antwort des Rats"), council, "follow_up.index"),
        ("retention_until", _("Löschung der Daten"), town, "privacy.show"),
    ]


def titles(assembly: Assembly) -> dict[str, str]:
    """Name of a date → its German title."""
    return {name: title for name, title, _who, _page in _parts(assembly)}


def _value(assembly: Assembly, name: str) -> dt.date | None:
    if name == "accept_by":
        return day_of(assembly.lottery_at) + dt.timedelta(days=assembly.accept_days)
    value: dt.date | None = getattr(assembly, name)
    return value


def _is_done(assembly: Assembly, name: str, over: bool) -> bool:
    """Known for a task; an event that nobody has to tick off is done when its day is over."""
    if name in _done:
        return _done[name](assembly)
    if name in STEPS:
        return way.standing_of(STEPS[name], assembly).done
    return over


@dataclass(frozen=True)
class Hint:
    """kind: danger (against a rule of the Land) | warning (too tight) | info."""

    kind: str
    name: str
    title: str
    text: str


def hints(assembly: Assembly) -> list[Hint]:
    """What the Land forbids first, then what is tight."""
    found = [*_notice(assembly), *_tight(assembly), *_closed(assembly)]
    order = ("danger", "warning", "info")
    return sorted(found, key=lambda hint: order.index(hint.kind))


def _notice(assembly: Assembly) -> list[Hint]:
    land = land_of(assembly)
    if not land.notice_weeks:
        return []
    rule = _(
        "In %(land)s müssen Thema, Absicht und Ablauf mindestens %(weeks)s Wochen vor den Briefen "
        "öffentlich bekannt sein.",
        land=land.name,
        weeks=land.notice_weeks,
    )
    if assembly.notice_on is None:
        return [Hint("danger", "notice_on", _("Der Tag der Bekanntmachung fehlt"), rule)]
    between = (assembly.letters_on - assembly.notice_on).days
    if between >= 7 * land.notice_weeks:
        return []
    title = _("Zwischen Bekanntmachung und Briefen liegen nur %(days)s", days=_count(between))
    return [Hint("danger", "notice_on", title, rule)]


def _count(number: int) -> str:
    return str(ngettext("%(num)s Tag", "%(num)s Tage", number))


def _tight(assembly: Assembly) -> list[Hint]:
    """Distances that are shorter than usual; days between two dates, and what is usual."""
    lottery = day_of(assembly.lottery_at)
    accepted = lottery + dt.timedelta(days=assembly.accept_days)
    letters, deadline, first = (
        assembly.letters_on,
        assembly.reply_deadline,
        assembly.first_session_on,
    )
    rules = [
        ("extract_on", assembly.extract_on, letters, 7, _("Losen, Drucken und Kuvertieren")),
        ("reply_deadline", letters, deadline, 21, _("Antworten")),
        ("reminder_on", assembly.reminder_on, deadline, 7, _("eine Antwort auf die Erinnerung")),
        ("lottery_at", deadline, lottery, 3, _("Karten erfassen und Quoten festschreiben")),
        ("first_session_on", accepted, first, 7, _("Nachrücken und Anreise")),
    ]
    found = []
    for name, start, end, usual, purpose in rules:
        if start is None or (end - start).days >= usual:
            continue
        title = _(
            "Nur %(days)s für %(what)s", days=_count(max(0, (end - start).days)), what=purpose
        )
        text = _("Üblich sind mindestens %(days)s.", days=_count(usual))
        found.append(Hint("warning", name, title, text))
    if assembly.extract_on is not None and assembly.extract_on < assembly.resolution_date:
        title = _("Der Auszug liegt vor dem Beschluss")
        text = _("Ohne Beschluss fehlt die Rechtsgrundlage für den Auszug.")
        found.append(Hint("danger", "extract_on", title, text))
    return found


def _closed(assembly: Assembly) -> list[Hint]:
    """Work that falls on a day on which nobody works in the town hall."""
    land = land_of(assembly).code
    words = titles(assembly)
    found = []
    for name in ("notice_on", "extract_on", "letters_on", "reminder_on", "handover_on"):
        day = getattr(assembly, name)
        if day is not None and (why := day_off(land, day)):
            title = _("%(what)s: kein Arbeitstag (%(why)s)", what=words[name], why=why)
            text = _("An diesem Tag arbeitet im Rathaus und bei der Post kaum jemand.")
            found.append(Hint("info", name, title, text))
    return found


def replanned(assembly: Assembly, first: dt.date, today: dt.date) -> Schedule:
    """All dates counted from another first session; what is past or fixed stays as it is."""
    length = (assembly.last_session_on - assembly.first_session_on).days + 1
    new = proposal(first, land_of(assembly).code, length)
    fixed = locks.locked(assembly)
    kept = {}
    for name in DATES:
        old = getattr(assembly, name)
        if name in fixed or (old is not None and day_of(old) < today):
            kept[name] = old
    if not {"last_session_on", "first_session_on"} & kept.keys():
        kept["last_session_on"] = first + dt.timedelta(days=length - 1)
    if fixed:  # the day of deletion is promised
        kept["retention_until"] = min(new.retention_until, assembly.retention_until)
    clock = assembly.lottery_at.astimezone(new.lottery_at.tzinfo).timetz()
    new = replace(new, lottery_at=dt.datetime.combine(new.lottery_at.date(), clock))
    return replace(new, **kept)


def changes(assembly: Assembly, plan: Schedule) -> list[tuple[str, dt.date | None, dt.date]]:
    """Name, old and new day of every date that moves, in the order of the plan."""
    rows = [(name, getattr(assembly, name), getattr(plan, name)) for name in DATES]
    moved = [row for row in rows if row[2] is not None and row[1] != row[2]]
    return sorted(moved, key=lambda row: day_of(row[2]))


def reasons(assembly: Assembly, first: dt.date) -> dict[str, str]:
    """Name of a date → why it is not the usual day, for those that were moved."""
    length = (assembly.last_session_on - assembly.first_session_on).days + 1
    moved = proposed(first, land_of(assembly).code, length)[1]
    return {
        one.name: _("statt %(day)s (%(why)s)", day=date(one.usual), why=one.reason) for one in moved
    }


def trouble(assembly: Assembly, plan: Schedule) -> dict[str, str]:
    return problems(plan, assembly.resolution_date)


def move(assembly: Assembly, plan: Schedule, user_id: int | None = None) -> list[str]:
    """Store the dates; raises Conflict as any change of the mandate does."""
    return services.change(assembly, replace(stored(assembly), **vars(plan)), user_id)
