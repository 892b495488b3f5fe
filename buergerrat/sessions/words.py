"""What readers call the lists, kinds and states of a session."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from buergerrat.sessions.timetable import Kind


class NoteList(NamedTuple):
    """One of the four lists of Dynamic Facilitation; `letter` is also its key on the keyboard."""

    key: str
    letter: str
    name: Any
    placeholder: Any


LISTS = (
    NoteList("challenge", "H", _l("Herausforderungen"), _l("Wie können wir …?")),
    NoteList("solution", "L", _l("Lösungen"), _l("Idee, Vorschlag")),
    NoteList("concern", "B", _l("Bedenken"), _l("zu welcher Lösung?")),
    NoteList("information", "I", _l("Informationen"), _l("Wissen, Quelle")),
)
BY_KEY = {entry.key: entry for entry in LISTS}
BY_LETTER = {entry.letter: entry for entry in LISTS}

KINDS: dict[str, Any] = {
    Kind.PLENARY: _l("Plenum"),
    Kind.INPUT: _l("Vortrag"),
    Kind.TABLE_WORK: _l("Arbeit an Tischen"),
    Kind.VOTE: _l("Abstimmung"),
    Kind.BREAK: _l("Pause"),
}
SESSION_STATES: dict[str, Any] = {
    "planned": _l("geplant"),
    "running": _l("läuft"),
    "closed": _l("geschlossen"),
    "cancelled": _l("abgesagt"),
}
ATTENDANCE: dict[str, Any] = {
    "present": _l("anwesend"),
    "excused": _l("entschuldigt"),
    "absent": _l("fehlt"),
}
