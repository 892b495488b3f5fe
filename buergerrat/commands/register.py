"""The register extract from a file: what would be read. No application, no database.

A profile (`--profile`) is a JSON file; `buergerrat.sortition.profiles` says what is in it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO, cast

import click

from buergerrat.commands.lottery import PATH, explained
from buergerrat.commands.register_draw import draw
from buergerrat.german import count as number
from buergerrat.sortition.decoding import ENCODING_LABELS
from buergerrat.sortition.fields import FIELDS
from buergerrat.sortition.profiles import MAX_BYTES, Profile, parse
from buergerrat.sortition.register import REASONS
from buergerrat.sortition.register_check import Findings, check_extract
from buergerrat.sortition.sniffing import SEPARATOR_LABELS
from buergerrat.sortition.tables import KIND_LABELS


@click.group()
def register() -> None:
    """Auszüge aus dem Melderegister prüfen und auslosen, ohne Anwendung und Datenbank."""


register.add_command(draw)


@register.command()
@click.argument("file", metavar="DATEI", type=PATH)
@click.option("--profile", type=PATH, help="Importprofil der Stadt (JSON).")
@click.option(
    "--reference-date",
    metavar="JJJJ-MM-TT",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Stichtag für das Alter; ohne Angabe heute.",
)
@click.option(
    "--min-age", default=16, show_default=True, type=click.IntRange(0, 120), help="Mindestalter."
)
@click.option("--json", "as_json", is_flag=True, help="Die Zahlen als JSON ausgeben.")
@explained
def check(
    file: Path, profile: Path | None, reference_date: datetime | None, min_age: int, as_json: bool
) -> None:
    """Zählen, was gelesen, abgewiesen und zweifelhaft wäre. Niemand wird gespeichert."""
    day = reference_date.date() if reference_date else datetime.now(UTC).astimezone().date()
    with file.open("rb") as source:
        found = check_extract(cast(BinaryIO, source), read_profile(profile), day, min_age)
    click.echo(_as_json(found) if as_json else _as_text(found, day, min_age))


def read_profile(path: Path | None) -> Profile | None:
    """The profile in a file. Raises `ExtractError` if it is none."""
    if path is None:
        return None
    with path.open("rb") as source:
        return parse(source.read(MAX_BYTES + 1))


def _as_json(found: Findings) -> str:
    return json.dumps(asdict(found), ensure_ascii=False, indent=2)


def _as_text(found: Findings, day: date, min_age: int) -> str:
    counts = [
        ("Personen in der Datei", found.rows),
        ("können gelost werden", found.eligible),
        ("zweifelhaft, für die Prüfliste", found.doubtful),
        *((REASONS[reason], count) for reason, count in _by_count(found.refused)),
        *([("Summenzeilen", found.total_lines)] if found.total_lines else []),
    ]
    dropped = ", ".join(found.dropped) or "keine"
    how = [
        ("Zeichensatz", (ENCODING_LABELS | KIND_LABELS).get(found.encoding, found.encoding)),
        ("Trennzeichen", SEPARATOR_LABELS.get(found.separator, "keines")),
        ("Spaltennamen in Zeile", str(found.header_line)),
        *((FIELDS[ours], theirs) for ours, theirs in found.columns.items()),
        ("nicht gelesen", dropped),
        *([("leere Spalten am Ende", str(found.blank_columns))] if found.blank_columns else []),
    ]
    blocks = [
        f"Stichtag {day:%d.%m.%Y}, ab {min_age} Jahren",
        _table([(label, number(count)) for label, count in counts], right=True),
        _table(how, right=False),
        *found.warnings,
    ]
    return "\n\n".join(blocks)


def _by_count(refused: dict[str, int]) -> list[tuple[str, int]]:
    return sorted(refused.items(), key=lambda item: (-item[1], item[0]))


def _table(rows: list[tuple[str, str]], *, right: bool) -> str:
    first = max(len(label) for label, _ in rows)
    second = max(len(text) for _, text in rows) if right else 0
    return "\n".join(f"{label:<{first}}  {text:>{second}}" for label, text in rows)
