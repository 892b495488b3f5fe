"""`register draw`: from an extract and a plan to the letters, without application or database."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from buergerrat.commands.lottery import PATH, explained
from buergerrat.config import SOFTWARE
from buergerrat.german import count as number
from buergerrat.sortition import file_draw, profiles, record_folder
from buergerrat.sortition.commitment import Commitment, SeedKind
from buergerrat.sortition.commitment import normalise as normal_seed
from buergerrat.sortition.file_plan import read_plan
from buergerrat.sortition.lottery_report import NAME, TEXT, plain
from buergerrat.sortition.lottery_tables import show_path
from buergerrat.sortition.record import DrawRecord, checksum, record_files
from buergerrat.sortition.strata import Stratum
from buergerrat.sortition.tables import open_table

_PLAN_MOST = 1 << 20  # bytes


@click.command()
@click.argument("file", metavar="DATEI", type=PATH)
@click.option("--plan", "plan_file", required=True, type=PATH, help="Der Plan als JSON-Datei.")
@click.option("--seed", required=True, metavar="TEXT", help="Startwert.")
@click.option("--out", required=True, type=PATH, help="Neuer Ordner für Losprotokoll und Adressen.")
@click.option(
    "--key", "key_file", type=PATH, help="Schlüssel der Zeilen: eine Datei mit 64 Zeichen 0–9, a–f."
)
@click.option("--profile", "profile_file", type=PATH, help="Importprofil der Stadt (JSON).")
@explained
def draw(
    file: Path,
    plan_file: Path,
    seed: str,
    out: Path,
    key_file: Path | None,
    profile_file: Path | None,
) -> None:
    """Aus einem Registerauszug die Briefe losen und das Losprotokoll schreiben."""
    text = normal_seed(SeedKind.TEXT, seed)
    record_folder.refuse_folder(out)
    plan = read_plan(_start(plan_file, _PLAN_MOST))
    profile = profiles.parse(_start(profile_file, profiles.MAX_BYTES + 1)) if profile_file else None
    beside = out.parent / f"{out.name}.schluessel"
    if key_file is None and beside.exists():
        raise ValueError(f"{show_path(beside)} gibt es schon. Mit --key wird er wieder benutzt.")
    key = _read_key(key_file) if key_file else secrets.token_bytes(32)
    found = file_draw.draw(
        lambda: open_table(file.open("rb")).stream, plan, text, key, SOFTWARE, profile
    )
    files = record_files(found.record, full=True)
    sums = checksum(files)
    report = _report(found.record, sums).encode()
    record_folder.write_new(files | {file_draw.INVITED: found.invited, NAME: report}, out)
    if key_file is None:
        _write_key(beside, key)
    click.echo("\n".join(_told(found.record, sums, out, None if key_file else beside)))


def _start(path: Path, size: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(size)


def _read_key(path: Path) -> bytes:
    text = _start(path, 200).decode("ascii", "replace").strip()
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise ValueError(f"{show_path(path)}: Ein Schlüssel hat 64 Zeichen, 0–9 und a–f.")
    return bytes.fromhex(text)


def _write_key(path: Path, key: bytes) -> None:
    """Only its owner can read it: with the key, anyone can try whether a person was in the pot."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(key.hex() + "\n")


def _fixed(record: DrawRecord) -> Commitment:
    if record.invitation is None:
        raise ValueError(record.assembly)
    return record.invitation.commitment


def _letters(record: DrawRecord) -> int:
    waves = record.invitation.waves if record.invitation else ()
    return sum(len(rows) for wave in waves for rows in wave.drawn.values())


def _told(record: DrawRecord, sums: str, out: Path, key: Path | None) -> Iterator[str]:
    fixed = _fixed(record)
    refused = sum(count for _reason, count in fixed.refused)
    yield (
        f"Geloste Briefe: {number(_letters(record))}. Personen im Lostopf: "
        f"{number(fixed.eligible)}. Zeilen, die nicht hineinkamen: {number(refused)}."
    )
    if (missing := fixed.letters - _letters(record)) > 0:
        yield f"Fehlende Briefe: {number(missing)}. Die Haushaltsregel lässt nicht so viele zu."
    yield f"Prüfsumme des Losprotokolls: {sums}"
    yield f"Der Ordner {show_path(out)} enthält Adressen. Bitte nicht veröffentlichen."
    if key is not None:
        yield (
            f"Der Schlüssel liegt in {show_path(key)}. Nur mit ihm lässt sich die Losung an der "
            "Datei nachrechnen; bitte getrennt vom Losprotokoll verwahren."
        )


def _report(record: DrawRecord, sums: str) -> str:
    fixed = _fixed(record)
    lines = [
        "# Losung der Einladungen",
        "",
        f"> **Nicht veröffentlichen.** In `{file_draw.INVITED}` stehen die Adressen der Gelosten.",
        "",
        f"Geloste Briefe: {number(_letters(record))}. Personen im Lostopf: "
        f"{number(fixed.eligible)}. Stichtag: {fixed.reference_date}.",
        "",
        TEXT.replace("Lostopf und Quoten", "Auszug und Plan"),
        "",
        *_groups(record, fixed),
        "## Was festliegt",
        "",
        f"- Prüfsumme des Losprotokolls: `{sums}`",
        f"- Prüfsumme der Festlegung: `{fixed.checksum}`",
        f"- Merkle-Wurzel des Auszugs: `{fixed.merkle_root}`",
        *(f"- {plain(rule)}" for rule in fixed.rules),
        "",
        "Nachrechnen: `buergerrat verify ORDNER`. Dass kein kleineres Los übergangen wurde, zeigt "
        "derselbe Befehl noch einmal, mit derselben Datei und demselben Schlüssel (`--key`).",
    ]
    return "\n".join(lines) + "\n"


def _groups(record: DrawRecord, fixed: Commitment) -> Iterable[str]:
    drawn = record.invitation.waves[0].drawn if record.invitation else {}
    yield "| Gruppe | Personen | Briefe | gelost |"
    yield "|---|---|---|---|"
    for row in fixed.strata:
        name = plain(Stratum.parse(row.name).label)
        yield f"| {name} | {row.eligible} | {row.letters} | {len(drawn.get(row.name, ()))} |"
    yield ""
