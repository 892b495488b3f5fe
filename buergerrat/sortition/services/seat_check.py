"""Does what the app says about the seats agree with the Losprotokoll? Checked, not believed.

Four things are held against each other: the stored record, which verify.py recalculates; the
replacements; the members and their states; and the entries of the log, each with its own hash.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db
from buergerrat.sortition.models import Member, PanelDraw, Replacement
from buergerrat.sortition.services import lottery, records, seat_history
from buergerrat.sortition.services import members as service
from buergerrat.sortition.verify import Checker

UNREADABLE = (zipfile.BadZipFile, KeyError, ValueError, EOFError, NotImplementedError)


@dataclass(frozen=True)
class Finding:
    """One thing that was checked. wrong: the first difference, empty when there is none."""

    title: str
    wrong: str


@dataclass(frozen=True)
class SeatCheck:
    findings: list[Finding]
    later: int  # seats that became free after the Lostopf was deleted: the record has no line

    @property
    def ok(self) -> bool:
        return all(not one.wrong for one in self.findings)

    @property
    def first(self) -> str:
        return next((one.wrong for one in self.findings if one.wrong), "")


@dataclass(frozen=True)
class _Stored:
    draw: PanelDraw
    pick: dict[str, Any]  # of the stored record
    rows: list[Replacement]
    members: list[Member]
    entries: list[AuditEntry]

    @property
    def recorded(self) -> list[Replacement]:
        return self.rows[: len(self.pick["events"])]


def check(assembly: Assembly, draw: PanelDraw) -> SeatCheck:
    """Recalculate and compare. draw: the picked one."""
    files, wrong = _recalculated(draw)
    title = _("Das Losprotokoll ist nachgerechnet und trägt die veröffentlichte Prüfsumme")
    findings = [Finding(title, wrong)]
    if wrong:
        return SeatCheck(findings, 0)
    stored = _Stored(
        draw,
        json.loads(files["record.json"])["panel"]["pick"],
        lottery.replacements_of(draw),
        list(
            db.session.scalars(
                select(Member)
                .where(Member.panel_draw_id == draw.id)
                .order_by(Member.id)
                .execution_options(populate_existing=True)
            )
        ),
        seat_history.entries(assembly),
    )
    steps: list[tuple[str, Callable[[_Stored], str]]] = [
        (_("Gefragt wurde, wer gezogen ist oder nachgerückt ist, und sonst niemand"), _asked),
        (_("Jedes Nachrücken steht so im Losprotokoll"), _events),
        (_("Auf den Plätzen sitzt, wer nach dem Losprotokoll dort sitzt"), _seated),
        (_("Jeder Eintrag dieses Verlaufs ist unverändert und passt zum Stand"), _logged),
    ]
    findings += [Finding(title, step(stored)) for title, step in steps]
    return SeatCheck(findings, len(stored.rows) - len(stored.recorded))


def _recalculated(draw: PanelDraw) -> tuple[dict[str, bytes], str]:
    try:
        with zipfile.ZipFile(io.BytesIO(draw.public_record or b"")) as archive:
            files = {info.filename: archive.read(info) for info in archive.infolist()}
        report = Checker(files, draw.record_hash).run()
    except UNREADABLE:
        return {}, _("Das gespeicherte Losprotokoll lässt sich nicht lesen.")
    bad = [line.removeprefix("nein: ") for line in report.lines if line.startswith("nein:")]
    said = _("Das gespeicherte Losprotokoll stimmt nicht: %(line)s", line=" ".join(bad[:1]))
    return files, "" if report.ok else said


def _asked(stored: _Stored) -> str:
    drawn = sorted(stored.pick["panel"])
    came = [row.came for row in stored.rows if row.came is not None]
    for origin, wanted in (("drawn", drawn), ("replacement", sorted(came))):
        there = sorted(one.losnummer for one in stored.members if one.origin == origin)
        if there != wanted:
            odd = sorted(
                (Counter(there) - Counter(wanted) + (Counter(wanted) - Counter(there))).elements()
            )
            return str(
                _(
                    "Losnummer %(los)s: Mitglieder und Losprotokoll nennen nicht dieselben.",
                    los=odd[0],
                )
            )
    return ""


def _events(stored: _Stored) -> str:
    expected = [
        {
            "left": list(one.left),
            "declined": list(one.declined),
            "seated": one.seated,
            "broken": list(one.broken),
        }
        for one in records.events_of(stored.draw)
    ]
    given: list[dict[str, Any]] = stored.pick["events"]
    for place, event in enumerate(given):
        if place >= len(expected) or expected[place] != event:
            return str(_("Vorgang %(nr)s steht im Losprotokoll anders.", nr=place + 1))
    extra = stored.rows[len(given) :]
    if extra and stored.draw.pool_sealed is not None:
        return str(_("Vorgang %(nr)s fehlt im Losprotokoll.", nr=len(given) + 1))
    # Without the Lostopf the record stays as it is; then nobody can have moved up.
    if any(row.came is not None for row in extra):
        return str(_("Nach dem Löschen des Lostopfs ist noch jemand nachgerückt."))
    return ""


def _seated(stored: _Stored) -> str:
    seated = set(stored.pick["panel"])
    for event in stored.pick["events"]:
        seated -= set(event["left"])
        if event["seated"] is not None:
            seated.add(event["seated"])
    seated -= {row.left for row in stored.rows[len(stored.recorded) :]}
    there = {one.losnummer for one in stored.members if one.state in service.SEATED}
    for one in sorted(seated ^ there):
        if one in there:
            return str(_("Losnummer %(los)s sitzt hier, im Losprotokoll nicht.", los=one))
        return str(_("Losnummer %(los)s sitzt im Losprotokoll, hier nicht.", los=one))
    return ""


def _logged(stored: _Stored) -> str:
    last: dict[str, str] = {}
    moved: dict[str, dict[str, Any]] = {}
    for entry in stored.entries:
        if entry.hash != entry.expected_hash():
            return str(_("Eintrag %(nr)s wurde nachträglich geändert.", nr=entry.id))
        if entry.action == "replacement":
            moved[entry.object_id] = entry.detail
        elif entry.action.startswith("member_"):
            last[entry.object_id] = entry.action.removeprefix("member_")
    for member in stored.members:
        if last.get(member.losnummer, "asked") != member.state:
            return str(
                _(
                    "Losnummer %(los)s ist „%(state)s“, im Verlauf steht es anders.",
                    los=member.losnummer,
                    state=service.STATES[member.state],
                )
            )
    for row in stored.rows:
        detail = moved.get(str(row.number), {})
        kept = {"left": row.left, "came": row.came, "wanted": row.wanted, "broken": row.broken}
        if {key: detail.get(key) for key in kept} != kept:
            return str(_("Vorgang %(nr)s steht im Verlauf anders.", nr=row.number))
    return ""


def later_words(count: int) -> str:
    if not count:
        return ""
    return str(
        ngettext(
            "Ein Platz wurde nach dem Löschen des Lostopfs frei. Das steht nur hier.",
            "%(num)s Plätze wurden nach dem Löschen des Lostopfs frei. Das steht nur hier.",
            count,
        )
    )
