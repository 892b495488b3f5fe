"""What the lottery command shows: tables and sentences on the terminal, the same as JSON."""

from __future__ import annotations

import contextlib
import errno
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from buergerrat.sortition.commitment import SeedKind
from buergerrat.sortition.file_lottery import drawn, members, panel_of
from buergerrat.sortition.lottery_report import NAME, PROBE, TEXT, TOO_FEW, sentence
from buergerrat.sortition.panels import composition
from buergerrat.sortition.quotas import Check, Row
from buergerrat.sortition.record import DrawRecord, PanelDraw
from buergerrat.sortition.replacements import Event

REASONS = {
    errno.ENOENT: "Das gibt es nicht, oder hier lässt sich nichts anlegen",
    errno.EACCES: "Hier darf nicht gelesen oder geschrieben werden",
    errno.EPERM: "Hier darf nicht gelesen oder geschrieben werden",
    errno.EROFS: "Hier lässt sich nichts schreiben",
    errno.ENOSPC: "Der Datenträger ist voll",
    errno.EDQUOT: "Der Datenträger ist voll",
    errno.ENOTDIR: "Ein Teil des Pfads ist kein Ordner",
    errno.EEXIST: "Das gibt es schon",
    errno.ENOTEMPTY: "Der Ordner ist nicht leer",
    errno.ENAMETOOLONG: "Der Name ist zu lang",
    errno.EFBIG: "Die Datei würde zu groß",
}
STEP = 20  # hundredths between two lines where there is no terminal


def grid(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> list[str]:
    """Return a table as lines; the columns named in `right` are flush right."""
    widths = [max(len(row[place]) for row in [header, *rows]) for place in range(len(header))]
    return [
        "  ".join(
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in [header, *rows]
    ]


def check_text(found: Check) -> str:
    """Return the check as a table and sentences."""
    rows = [_check_row(row) for row in found.rows]
    header = ("Merkmal", "Angabe", "im Lostopf", "Plätze", "möglich", "Vorschlag")
    lines = [*grid(header, rows, (2, 3, 4)), ""]
    lines += found.problems
    lines += change(found)
    if found.notes:
        lines += ["", "Zu wissen:", *_listed(found.notes)]
    if found.excluded:
        lines += ["", "Auf keiner Liste können stehen:", *_listed(_left_out(found))]
    if found.feasible:
        lines += ["", "Mit diesen Quoten lässt sich losen."]
    return "\n".join(lines).replace("\n\n\n", "\n\n")


def change(found: Check) -> list[str]:
    """Return the smallest change of the quotas, a line for each row it touches."""
    rows = [f"{row.quota.name}: {row.suggestion}" for row in found.rows if row.suggestion]
    return ["", "Kleinste Änderung, mit der es geht:", *_listed(rows)] if rows else []


def _listed(texts: Sequence[str]) -> list[str]:
    return [f"- {text}" for text in texts]


def _check_row(row: Row) -> tuple[str, ...]:
    possible = "–" if row.low is None or row.high is None else f"{row.low}–{row.high}"
    quota = row.quota
    advice = row.suggestion or ("widerspricht anderen" if row.conflict else "")
    wanted = f"{quota.min}–{quota.max}"
    return quota.feature, quota.value, str(row.pool), wanted, possible, advice


def _left_out(found: Check) -> list[str]:
    return [
        f"{', '.join(item.ids)} ("
        + ", ".join(f"{name}: {value or 'ohne Angabe'}" for name, value in item.features.items())
        + f"). {item.reason}"
        for item in found.excluded
    ]


def check_json(found: Check, seats: int) -> str:
    """Return the check as JSON."""
    shown = {
        "feasible": found.feasible,
        "seats": seats,
        "quotas": [
            {
                **asdict(row.quota),
                "pool": row.pool,
                "low": row.low,
                "high": row.high,
                "conflict": row.conflict,
                "suggestion": row.suggestion,
            }
            for row in found.rows
        ],
        "problems": found.problems,
        "notes": found.notes,
        "conflict": found.conflict,
        "suggestions": found.suggestions,
        "changed": [asdict(quota) for quota in found.changed],
        "missing": [{"id": one, "features": names} for one, names in found.missing],
        "excluded": [
            {"ids": item.ids, "features": dict(item.features), "reason": item.reason}
            for item in found.excluded
        ],
    }
    return _json(shown)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


@contextlib.contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """Give a function for (done, total): a bar on a terminal, plain lines elsewhere, on stderr."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    with click.progressbar(length=100, label="Listen", file=sys.stderr) as bar:
        yield lambda done, total: bar.update(100 * done // total - bar.pos)


def _lines() -> Callable[[int, int], None]:
    shown = [0]

    def tell(done: int, total: int) -> None:
        part = 100 * done // total
        if part >= shown[0] + STEP:
            shown[0] = part - part % STEP
            click.echo(f"{shown[0]} % der Rechnung", err=True)

    return tell


def built(record: DrawRecord, figures: Mapping[str, object], out: Path) -> str:
    """Return what a lottery came to, and what it is worth."""
    lottery = panel_of(record).lottery
    lines = [PROBE] if figures["rehearsal"] else []
    lines += [
        f"{figures['panels']} Listen mit je {figures['seats']} von {figures['people']} Personen, "
        f"{figures['distinct_panels']} davon verschieden.",
        sentence(record),
    ]
    if lottery.lowest == 0:
        lines.append(TOO_FEW)
    if not lottery.attained:
        lines.append("Ganze Listen erreichen diese Schranke nicht überall.")
    if lottery.excluded:
        lines.append(f"Auf keiner Liste: {', '.join(lottery.excluded)} (warum, steht im Bericht).")
    if panel_of(record).seed.kind is SeedKind.TEXT:
        lines.append(TEXT)
    lines += [
        f"Prüfsumme zum Veröffentlichen: {figures['checksum']}",
        f"Der Ordner enthält Angaben jeder Person und ist nicht zum Veröffentlichen. "
        f"Bericht: {click.format_filename(out / NAME)}",
    ]
    return "\n".join(lines)


def _composition(panel: PanelDraw, ids: Sequence[str]) -> list[tuple[str, str, str, str]]:
    people = [one.person() for one in panel.entrants]
    made = composition(people, panel.quotas, ids)
    return [
        (quota.feature, quota.value, str(count), f"{quota.min}–{quota.max}")
        for quota, count in zip(panel.quotas, made, strict=True)
    ]


def picked(record: DrawRecord, seal: str) -> str:
    """Return the list that was drawn, and what it is made of."""
    panel = panel_of(record)
    ids = drawn(panel)
    return "\n".join(
        [
            *([PROBE] if panel.seed.rehearsal else []),
            f"Gezogen ist Liste {panel.digits}:",
            ", ".join(ids),
            "",
            *grid(("Merkmal", "Angabe", "Sitze", "Quote"), _composition(panel, ids), (2, 3)),
            "",
            f"Neue Prüfsumme: {seal}",
        ]
    )


def picked_json(record: DrawRecord, seal: str) -> str:
    """Return the list that was drawn as JSON."""
    panel = panel_of(record)
    ids = drawn(panel)
    made = [
        {"feature": feature, "value": value, "seats": int(count)}
        for feature, value, count, _ in _composition(panel, ids)
    ]
    rehearsal = panel.seed.rehearsal
    return _json(
        {
            "number": panel.digits,
            "panel": ids,
            "composition": made,
            "rehearsal": rehearsal,
            "checksum": seal,
        }
    )


def replaced(record: DrawRecord, events: Sequence[Event], seal: str) -> str:
    """Return who moved up, and what that breaks."""
    panel = panel_of(record)
    lines = [PROBE] if panel.seed.rehearsal else []
    for event in events:
        if event.seated is None:
            continue
        if event.broken:
            lines.append(
                f"Es rückt nach: {event.seated}. Niemand hält mehr alles ein; so wird am wenigsten "
                f"verletzt: {', '.join(event.broken)}."
            )
        else:
            lines.append(f"Es rückt nach: {event.seated}. Alle Quoten sind eingehalten.")
    seats, taken = panel.commitment.seats, len(members(panel)[0])
    if taken < seats:
        lines.append(f"Es ist niemand mehr da: {taken} von {seats} Plätzen sind besetzt.")
    elif not any(event.seated for event in events):
        lines.append("Festgehalten. Es ist kein Platz frei.")
    return "\n".join([*lines, f"Neue Prüfsumme: {seal}"])


def replaced_json(record: DrawRecord, events: Sequence[Event], seal: str) -> str:
    """Return the new events and who has a seat now as JSON."""
    panel = panel_of(record)
    return _json(
        {
            "events": [asdict(event) for event in events],
            "members": sorted(members(panel)[0]),
            "rehearsal": panel.seed.rehearsal,
            "checksum": seal,
        }
    )
