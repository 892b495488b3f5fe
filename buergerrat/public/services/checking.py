"""Check a Losprotokoll that somebody uploads: the published checker, run as they would run it."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db
from buergerrat.formats import longdate
from buergerrat.public.texts import gettext as _
from buergerrat.sortition import verify

SCRIPT = Path(verify.__file__)
MOST_BYTES = 20 * 1024 * 1024
SECONDS = 30
MEMORY = 1024**3  # bytes: whatever an upload claims, the machine keeps the rest
LIMITED = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
CHECKSUM = re.compile(r"Vergleichen Sie die Prüfsumme ([0-9a-f]{64}) mit der veröffentlichten")
_turns = threading.BoundedSemaphore(2)  # a check takes a core for seconds

# How a sentence of the checker begins → what it is about.
TITLES: tuple[tuple[str, Any], ...] = (
    ("Alle ", _l("Die Dateien sind unversehrt")),
    ("record.json hat", _l("Das Format stimmt")),
    ("Es fehlt keine Datei", _l("Das Losprotokoll ist vollständig")),
    ("Echte Ziehung oder Probe", _l("Echte Ziehung oder Probe")),
    ("Die Festlegung commitment.json", _l("Die Einladungslosung war vorher festgelegt")),
    ("Die Festlegung panel_commitment.json", _l("Der Lostopf war vorher festgelegt")),
    ("Der Startwert folgt", _l("Der Startwert ist richtig abgeleitet")),
    ("Die Zahl der Briefe", _l("Die Briefe sind verteilt wie festgelegt")),
    ("Lostopf, Quoten und Herkunft", _l("Die zweite Losung hängt an der ersten")),
    ("Die Chancen", _l("Die Chancen sind richtig gezählt")),
    ("Die kleinste Chance", _l("Die kleinste Chance")),
    ("Nachgerechnet", _l("Gerechter ging es nicht")),
    ("Gezogen wurde Liste", _l("Die gezogene Liste ist der Bürgerrat")),
    ("Die Zusammensetzung", _l("Die gezogene Liste hält die Quoten ein")),
    ("Die Reihenfolge zum Nachrücken", _l("Die Reihenfolge zum Nachrücken stimmt")),
)
PARTS: tuple[tuple[str, Any], ...] = (
    (" Lose nachgerechnet", _l("Die Einladungen wurden ausgelost")),
    (" Gezogenen standen", _l("Die Eingeladenen standen im Melderegister")),
    (" Losnummern, lückenlos", _l("Der Lostopf hat keine Lücke")),
    (" Listen mit je ", _l("Jede Liste hat gleich viele Menschen")),
    (" Vorgänge beim Nachrücken", _l("Freie Plätze wurden nachbesetzt")),
)


@dataclass(frozen=True)
class Check:
    """For `ui.checks`. state: ok | bad | skip."""

    title: str
    text: str
    state: str
    word: str


@dataclass(frozen=True)
class Outcome:
    ok: bool
    checks: list[Check]

    def count(self, state: str) -> int:
        return sum(check.state == state for check in self.checks)


@dataclass(frozen=True)
class Published:
    """A Prüfsumme of this Bürgerrat that was valid from `at`; `newest`: it is the valid one."""

    at: dt.datetime
    newest: bool


class Busy(Exception):
    """Two checks are running; nobody waits in line with an upload in hand."""


def published(assembly: Assembly) -> dict[str, Published]:
    """Every Prüfsumme the Losprotokoll ever had, public and full, from the log."""
    entries = db.session.execute(
        select(AuditEntry.at, AuditEntry.detail)
        .where(AuditEntry.assembly_id == assembly.id, AuditEntry.action == "record_written")
        .order_by(AuditEntry.id)
    ).all()
    last = len(entries) - 1
    return {
        detail[variant]: Published(at, place == last)
        for place, (at, detail) in enumerate(entries)
        for variant in ("checksum", "full")
    }


def check(content: bytes, known: dict[str, Published]) -> Outcome:
    """Run the checker in a process of its own, so that no upload can hold up the pages."""
    if not _turns.acquire(blocking=False):
        raise Busy
    try:
        lines = _run(content)
    finally:
        _turns.release()
    checks = [_published_check(line, known) or _check(line) for line in lines]
    return Outcome(all(one.state != "bad" for one in checks), checks)


def _run(content: bytes) -> Sequence[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "losprotokoll.zip"
        path.write_bytes(content)
        limited = ["-c", LIMITED, str(MEMORY), str(SCRIPT), str(path)]
        command = [sys.executable, "-I", "-X", "utf8", *limited]
        try:
            done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            return ["nein: " + _("Die Prüfung dauert zu lange. Prüfen Sie mit verify.py.")]
    lines = done.stdout.decode(errors="replace").splitlines()
    found = [line for line in lines if line.startswith(("ok: ", "nein: ", "offen: "))]
    if done.returncode not in (0, 1) or not found:
        return ["nein: " + _("Die Datei lässt sich nicht als Losprotokoll lesen.")]
    return found


def _published_check(line: str, known: dict[str, Published]) -> Check | None:
    """The one thing only this page can tell: whether the town published this record."""
    match = CHECKSUM.search(line)
    if match is None:
        return None
    title = _("Dieses Losprotokoll ist veröffentlicht")
    found = known.get(match[1])
    if found is None:
        text = _("Die Prüfsumme %(sum)s wurde hier nie veröffentlicht.", sum=match[1])
        return Check(title, text, "bad", _word("bad"))
    if found.newest:
        text = _("Die Prüfsumme %(sum)s steht auf dieser Seite.", sum=match[1])
        return Check(title, text, "ok", _word("ok"))
    text = _(
        "Es ist eine frühere Fassung vom %(day)s. Seitdem ist jemand nachgerückt.",
        day=longdate(found.at),
    )
    return Check(title, text, "ok", _word("ok"))


def _check(line: str) -> Check:
    kind, _colon, text = line.partition(": ")
    state = {"ok": "ok", "nein": "bad", "offen": "skip"}[kind]
    text = text.removeprefix("Das stimmt nicht: ")
    return Check(_title(text, state), text, state, _word(state))


def _title(text: str, state: str) -> str:
    for begins, title in TITLES:
        if text.startswith(begins):
            return str(title)
    for part, title in PARTS:
        if part in text:
            return str(title)
    return _("Das bleibt hier offen") if state == "skip" else _("Das Losprotokoll")


def _word(state: str) -> str:
    words = {"ok": _("Stimmt"), "bad": _("Stimmt nicht"), "skip": _("Offen")}
    return words[state]
