"""A full record on disk: read back when it proves right, written so that nothing stays half done."""

import contextlib
import csv
import io
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from . import verify
from .commitment import PanelCommitment, SeedKind
from .leximin import Certificate
from .lottery_tables import show_path
from .panels import Lottery
from .pool import Quota
from .record import SUMS, DrawRecord, Entrant, PanelDraw, SeedUse, record_files, sha256
from .replacements import Event

if sys.platform != "win32":
    import fcntl

NEW = ".buergerrat-neu"
Row = dict[str, str]


class BadRecord(ValueError):
    """The folder cannot be gone on with; the message says why."""


def load(folder: Path) -> DrawRecord:
    """Read a record of the command line; raises BadRecord unless every check holds."""
    name = show_path(folder)
    if not folder.is_dir():
        raise BadRecord(f"{name} ist kein Ordner mit einem Losprotokoll.")
    found = verify.verify(folder)
    if not found.ok:
        wrong = [line for line in found.lines if line.startswith("nein")]
        raise BadRecord("\n".join([f"Das Losprotokoll in {name} stimmt nicht:", *wrong]))
    files = verify.read(folder)
    about: dict[str, Any] = json.loads(files["record.json"])
    if about["variant"] != "full":
        raise BadRecord("Das ist das öffentliche Losprotokoll; gebraucht wird das vollständige.")
    if about["invitation"] is not None or about["panel"] is None:
        raise BadRecord(
            "Dieses Losprotokoll stammt aus der Anwendung; dort wird auch gezogen und nachbesetzt."
        )
    panel = _panel(files, about["panel"])
    record = DrawRecord(about["assembly"], about["software"], about["audit_head"], None, panel)
    if record_files(record, full=True) != files:
        raise BadRecord("Dieses Losprotokoll hat eine andere Fassung des Programms geschrieben.")
    return record


def _rows(data: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))


def _panel(files: Mapping[str, bytes], about: Mapping[str, Any]) -> PanelDraw:
    pick = about["pick"] or {"digits": None, "events": (), "source": None}
    source = pick["source"]
    rehearsal = about["seed"]["rehearsal"]
    return PanelDraw(
        PanelCommitment.from_json(files["panel_commitment.json"]),
        SeedUse(SeedKind(about["seed"]["kind"]), about["seed"]["value"], rehearsal),
        _entrants(files),
        tuple(
            Quota(row["feature"], row["value"], int(row["min"]), int(row["max"]))
            for row in _rows(files["quotas.csv"])
        ),
        _lottery(files, about),
        pick["digits"],
        tuple(
            Event(tuple(e["left"]), tuple(e["declined"]), e["seated"], tuple(e["broken"]))
            for e in pick["events"]
        ),
        SeedUse(SeedKind(source["kind"]), source["value"], rehearsal) if source else None,
    )


def _entrants(files: Mapping[str, bytes]) -> tuple[Entrant, ...]:
    sealed = {row["id"]: row["commitment"] for row in _rows(files["people.csv"])}
    fixed = ("id", "salt", "household")
    lines = csv.reader(io.StringIO(files["features.csv"].decode(), newline=""), strict=True)
    names = next(lines)[len(fixed) :]
    return tuple(
        Entrant(
            own,
            own,
            salt,
            sealed[own],
            {name: value for name, value in zip(names, values, strict=True) if value},
            household,
        )
        for own, salt, household, *values in lines
    )


def _lottery(files: Mapping[str, bytes], about: Mapping[str, Any]) -> Lottery:
    """Return the list; the target of each person stands in no record and stays empty."""
    proof = about["certificate"]
    panels = tuple(tuple(list(row.values())[1:]) for row in _rows(files["panels.csv"]))
    return Lottery(
        panels,
        {row["id"]: int(row["panels"]) for row in _rows(files["chances.csv"])},
        {},
        Fraction(about["bound"]),
        Certificate(
            Fraction(proof["seats"]),
            tuple(Fraction(value) for value in proof["minimum"]),
            tuple(Fraction(value) for value in proof["maximum"]),
            {name: Fraction(value) for name, value in proof["households"].items()},
            Fraction(proof["right"]),
            Fraction(proof["total"]),
        ),
        Fraction(about["deviation"]),
        tuple(about["excluded_ids"]),
        about["attained"],
    )


def refuse_folder(folder: Path) -> None:
    """Raise BadRecord or OSError, before any work is done, unless a new record can go there.

    A folder with a record is refused: a lottery is not drawn again until it pleases.
    """
    name = show_path(folder)
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise BadRecord(f"{name} ist eine Datei oder ein Verweis, kein Ordner.")
    if folder.is_dir() and any(folder.iterdir()):
        if (folder / "record.json").exists():
            raise BadRecord(
                f"In {name} liegt schon ein Losprotokoll. Neu gelost wird nicht, bis es gefällt; "
                "bitte einen anderen Ordner nennen."
            )
        raise BadRecord(f"Der Ordner {name} ist nicht leer.")
    _beside(folder).rmdir()


def _beside(folder: Path) -> Path:
    """Make an empty folder beside the one to come, that only its owner can read."""
    target = folder.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{target.name[:100]}.", dir=target.parent))
    except FileExistsError as error:
        raise BadRecord(f"{show_path(target.parent)} ist kein Ordner.") from error
    except OSError as error:  # name the folder that was asked for
        raise OSError(error.errno, error.strerror, str(folder)) from error


def write_new(files: Mapping[str, bytes], folder: Path) -> None:
    """Write a new folder: all files beside it first, then one renaming. Raises as above."""
    refuse_folder(folder)
    work, target = _beside(folder), folder.resolve()
    try:
        for name, data in files.items():
            _write(work / name, data)
        if target.is_dir():
            target.rmdir()
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep every other command out of a folder, so that no list is picked twice at once."""
    if not folder.is_dir():
        raise BadRecord(f"{show_path(folder)} ist kein Ordner mit einem Losprotokoll.")
    with contextlib.ExitStack() as stack:
        if sys.platform != "win32":
            handle = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX)
        _finish(folder)
        yield


def renew(files: Mapping[str, bytes], folder: Path) -> None:
    """Replace the files that changed: first all new ones go to disk, then they move, sums last.

    Whatever cuts this off, `alone` completes or undoes it the next time.
    """
    names = [name for name, data in files.items() if _old(folder / name) != data]
    names.sort(key=lambda name: name == SUMS)
    try:
        for name in names:
            _write(folder / (name + NEW), files[name])
        for name in names:
            (folder / (name + NEW)).replace(folder / name)
    except OSError:
        _finish(folder)
        raise


def _finish(folder: Path) -> None:
    """Complete a renewal that was cut off if all its files are there, else remove its traces."""
    waiting = sorted(folder.glob("*" + NEW))
    moved = {path.name.removesuffix(NEW): path for path in waiting}
    if SUMS in moved and (folder / SUMS).is_file():
        names = [line.split("  ", 1)[-1] for line in (folder / SUMS).read_text().splitlines()]
        found = [(name, _old(moved.get(name, folder / name)) or b"") for name in names]
        lines = [f"{sha256(data)}  {name}\n" for name, data in found]
        if "".join(lines).encode() == moved[SUMS].read_bytes():
            for path in sorted(waiting, key=lambda path: path == moved[SUMS]):
                path.replace(folder / path.name.removesuffix(NEW))
            return
    for path in waiting:
        path.unlink()


def _old(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
