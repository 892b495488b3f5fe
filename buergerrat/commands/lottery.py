"""The lottery on files: check, build, pick, replace, verify. No application, no database."""

from __future__ import annotations

import functools
import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec
from unicodedata import normalize

import click

from buergerrat.commands import printing
from buergerrat.config import versions
from buergerrat.sortition import file_lottery, lottery_files, lottery_report, record_folder
from buergerrat.sortition.commitment import PICK_KINDS, SeedKind
from buergerrat.sortition.commitment import normalise as normal_seed
from buergerrat.sortition.lottery_tables import show_path
from buergerrat.sortition.panels import NoPanel
from buergerrat.sortition.quotas import check as check_quotas
from buergerrat.sortition.record import DrawRecord, SeedUse, checksum, record_files

P = ParamSpec("P")
BAD_INPUT, NO_PANEL = 2, 3
PATH = click.Path(path_type=Path)


def explained(command: Callable[P, None]) -> Callable[P, None]:
    """Mistakes become sentences: exit status 2 for bad input, 3 where no panel is possible."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except BrokenPipeError:
            raise
        except NoPanel as error:
            raise _end(str(error), NO_PANEL) from error
        except OSError as error:
            name = show_path(Path(error.filename)) if error.filename else "Die Ausgabe"
            why = printing.REASONS.get(error.errno or 0, error.strerror or str(error))
            raise _end(f"{name}: {why}.", BAD_INPUT) from error
        except MemoryError as error:
            raise _end("Der Arbeitsspeicher reicht für diese Eingabe nicht.", BAD_INPUT) from error
        except (ValueError, ArithmeticError) as error:
            raise _end(str(error), BAD_INPUT) from error

    return run


def _end(text: str, status: int) -> SystemExit:
    click.echo(text, err=True)
    return SystemExit(status)


def _split(_ctx: click.Context, _param: click.Parameter, text: str | None) -> tuple[str, ...]:
    parts = normalize("NFC", text or "").split(",")
    return tuple(part.strip() for part in parts if part.strip())


def inputs(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that name files, seats and columns."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Die Zahlen als JSON ausgeben."),
        click.option(
            "--same-household",
            metavar="SPALTE[,SPALTE]",
            callback=_split,
            help="Wer in diesen Spalten das Gleiche stehen hat, wohnt zusammen; höchstens eine "
            "Person je Haushalt.",
        ),
        click.option("--id", "id_column", metavar="SPALTE", help="Spalte mit der Kennung."),
        click.option(
            "--seats", required=True, type=click.IntRange(1, 100_000), help="Zahl der Plätze."
        ),
        click.option(
            "--quotas", required=True, type=PATH, help="Quoten: feature,value,min,max als CSV."
        ),
        click.option(
            "--people", required=True, type=PATH, help="Personen: Kennung und Merkmale als CSV."
        ),
    ):
        command = option(command)
    return command


def _read(
    people: Path, quotas: Path, seats: int, id_column: str | None, same_household: tuple[str, ...]
) -> lottery_files.Inputs:
    found = lottery_files.read(people, quotas, id_column, same_household)
    file_lottery.refuse_seats(found, seats)
    click.echo(f"Kennung aus der Spalte „{found.id_column}“.", err=True)
    return found


@click.group()
def lottery() -> None:
    """Mitglieder aus Dateien losen, ohne Anwendung und Datenbank."""


@lottery.command()
@inputs
@explained
def check(seats: int, as_json: bool, **files: Any) -> None:
    """Quoten prüfen, bevor gelost wird."""
    given = _read(seats=seats, **files)
    found = check_quotas(given.people, given.quotas, seats)
    click.echo(printing.check_json(found, seats) if as_json else printing.check_text(found))
    if not found.feasible:
        raise SystemExit(NO_PANEL)


@lottery.command()
@inputs
@click.option(
    "--panels",
    default=1000,
    show_default=True,
    type=click.IntRange(100, 10_000),
    help="Zahl der gleich wahrscheinlichen Listen.",
)
@click.option("--seed", metavar="TEXT", help="Startwert; ohne ihn wird nur geprobt.")
@click.option(
    "--pick-by",
    default=SeedKind.DIGITS.value,
    show_default=True,
    type=click.Choice([SeedKind.DIGITS.value, *(kind.value for kind in PICK_KINDS)]),
    help="Wie die Liste später gezogen wird.",
)
@click.option("--out", required=True, type=PATH, help="Neuer Ordner für das Losprotokoll.")
@explained
def build(
    seats: int, panels: int, seed: str | None, pick_by: str, out: Path, as_json: bool, **files: Any
) -> None:
    """Die gleich wahrscheinlichen Listen losen und das Losprotokoll schreiben."""
    start = time.perf_counter()
    use = _seed(seed)
    record_folder.refuse_folder(out)
    given = _read(seats=seats, **files)
    wanted = file_lottery.Order(seats, panels, use, SeedKind(pick_by))
    try:
        with printing.progress() as progress:
            record = file_lottery.draw(given, wanted, versions(), progress)
    except NoPanel as error:
        found = check_quotas(given.people, given.quotas, seats)
        sentences = [*found.problems, *printing.change(found)]
        raise NoPanel("\n".join(sentences) or str(error)) from error
    sums = _files(record)
    record_folder.write_new(sums, out)
    figures = {**file_lottery.figures(record), "checksum": checksum(sums)}
    if as_json:
        seconds = round(time.perf_counter() - start, 3)
        click.echo(json.dumps({**figures, "seconds": seconds}, ensure_ascii=False, indent=2))
    else:
        click.echo(printing.built(record, figures, out))


def _seed(text: str | None) -> SeedUse:
    if text is None:
        return SeedUse(SeedKind.LOCAL, secrets.token_hex(32), rehearsal=True)
    return SeedUse(SeedKind.TEXT, normal_seed(SeedKind.TEXT, text), rehearsal=False)


def _files(record: DrawRecord) -> dict[str, bytes]:
    """Return the files of the full record and the report."""
    files = record_files(record, full=True)
    files[lottery_report.NAME] = lottery_report.report(record, checksum(files)).encode()
    return files


@lottery.command()
@click.argument("folder", metavar="ORDNER", type=PATH)
@click.option("--number", metavar="ZIFFERN", help="Die öffentlich gezogenen Ziffern.")
@click.option(
    "--source",
    type=click.Choice([kind.value for kind in PICK_KINDS]),
    help="Statt Ziffern: eine öffentliche Quelle.",
)
@click.option("--value", metavar="TEXT", help="Was die Quelle ergab.")
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
@explained
def pick(
    folder: Path, number: str | None, source: str | None, value: str | None, as_json: bool
) -> None:
    """Die gezogene Liste festhalten. Das geht nur einmal."""
    if (number is None) == (source is None) or (source is None) != (value is None):
        raise click.UsageError("Entweder --number, oder --source zusammen mit --value.")
    with record_folder.alone(folder):
        record = record_folder.load(folder)
        if number is not None:
            record = file_lottery.pick(record, number.strip())
        else:
            record = file_lottery.pick_by(record, SeedKind(source or ""), value or "")
        files = _files(record)
        record_folder.renew(files, folder)
    show = printing.picked_json if as_json else printing.picked
    click.echo(show(record, checksum(files)))


@lottery.command()
@click.argument("folder", metavar="ORDNER", type=PATH)
@click.option(
    "--left", metavar="ID[,ID…]", callback=_split, help="Wer ausgeschieden ist, der Reihe nach."
)
@click.option(
    "--declined", metavar="ID[,ID…]", callback=_split, help="Wer gefragt wurde und ablehnte."
)
@click.option("--json", "as_json", is_flag=True, help="Als JSON ausgeben.")
@explained
def replace(folder: Path, left: tuple[str, ...], declined: tuple[str, ...], as_json: bool) -> None:
    """Frei gewordene Plätze nachbesetzen, in der Reihenfolge der Lose."""
    if not left and not declined:
        raise click.UsageError("Bitte mit --left sagen, wer ausgeschieden ist.")
    with record_folder.alone(folder):
        record, events = file_lottery.leave(record_folder.load(folder), left, declined)
        files = _files(record)
        record_folder.renew(files, folder)
    show = printing.replaced_json if as_json else printing.replaced
    click.echo(show(record, events, checksum(files)))


def _verdict(good: bool) -> str:
    return "Die Gemeindelosung stimmt." if good else "Die Gemeindelosung stimmt NICHT."


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--expect", help="Prüfsumme, die zuvor veröffentlicht wurde.")
@click.option(
    "--own",
    metavar="DATEI",
    type=click.Path(exists=True, dir_okay=False),
    help="Die eigene Datei: War ich im Lostopf, auf welchen Listen stehe ich?",
)
def verify(path: Path, expect: str | None, own: str | None) -> None:
    """Ein Losprotokoll nachrechnen, auch das einer Gemeindelosung (JSON)."""
    from buergerrat.sortition import municipality_record
    from buergerrat.sortition import verify as checker

    if path.is_file() and path.suffix == ".json":
        found = municipality_record.check_text(path.read_bytes(), expect or "")
        click.echo("\n".join([*(f"nein: {line}" for line in found), _verdict(not found)]))
        raise SystemExit(1 if found else 0)
    arguments = [str(path), *([expect] if expect else []), *(["--own", own] if own else [])]
    raise SystemExit(checker.main(arguments))
