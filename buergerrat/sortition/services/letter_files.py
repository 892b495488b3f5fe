"""The files of a batch of letters: sealed one after the other, found again, handed out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from flask_babel import gettext as _
from sqlalchemy import or_, select

from buergerrat import audit
from buergerrat.assemblies import files
from buergerrat.assemblies.models import StoredFile
from buergerrat.db import db
from buergerrat.sortition.models import LetterBatch
from buergerrat.web import Conflict

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PART = re.compile(r"-teil-(\d+)-nr-(\d+)-bis-(\d+)\.pdf$")
_ENDINGS = {"csv": ".csv", "xlsx": "-druckerei.xlsx", "list": "-laufliste.csv",
            "numbers": "-nummern.csv"}  # fmt: skip


@dataclass(frozen=True)
class PartFile:
    """A PDF of some of the letters, with the sequence numbers of the first and the last."""

    number: int
    first: int
    last: int
    file: StoredFile


@dataclass(frozen=True)
class BatchFiles:
    """The files of a batch that are still there."""

    pdf: StoredFile | None
    parts: list[PartFile]
    csv: StoredFile | None
    xlsx: StoredFile | None
    listing: StoredFile | None
    numbers: StoredFile | None


def name_of(batch: LetterBatch) -> str:
    return f"briefe-{batch.number}"


def filename(batch_name: str, kind: str) -> str:
    return f"{batch_name}{_ENDINGS[kind]}"


def all_of(batch: LetterBatch) -> list[StoredFile]:
    """Every file of a batch that is still there, in the order they were made."""
    name = name_of(batch)
    return list(
        db.session.scalars(
            select(StoredFile)
            .where(
                StoredFile.assembly_id == batch.assembly_id,
                StoredFile.purpose == "letters",
                StoredFile.deleted_at.is_(None),
                or_(
                    StoredFile.id.in_([batch.pdf_id or 0, batch.csv_id or 0]),
                    StoredFile.filename.startswith(f"{name}-"),
                ),
            )
            .order_by(StoredFile.id)
        )
    )


def of(batch: LetterBatch) -> BatchFiles:
    rows = all_of(batch)
    name = name_of(batch)
    by_name = {row.filename: row for row in rows}
    parts = [
        PartFile(int(match[1]), int(match[2]), int(match[3]), row)
        for row in rows
        if (match := _PART.search(row.filename))
    ]
    return BatchFiles(
        next((row for row in rows if row.id == batch.pdf_id), None),
        parts,
        *(by_name.get(filename(name, kind)) for kind in ("csv", "xlsx", "list", "numbers")),
    )


def part_name(batch_name: str, number: int, first: int, last: int, parts: int) -> str:
    split = f"-teil-{number:02d}-nr-{first:06d}-bis-{last:06d}"
    return f"{batch_name}{split if parts > 1 else ''}.pdf"


def destroy(batch: LetterBatch) -> int:
    """Delete the files; returns how many there were."""
    rows = all_of(batch)
    for row in rows:
        files.destroy(row)
    return len(rows)


class Seal:
    """Seals one file after the other and remembers them until they have rows."""

    def __init__(self, assembly_id: int) -> None:
        self.assembly_id = assembly_id
        self.made: list[tuple[files.Sealed, str, str]] = []

    def __call__(self, name: str, media_type: str, source: BinaryIO) -> None:
        self.made.append((files.write(self.assembly_id, source), name, media_type))


@contextmanager
def sealing(assembly_id: int) -> Iterator[Seal]:
    """Whatever ends the work early takes the files along."""
    seal = Seal(assembly_id)
    try:
        yield seal
    except BaseException:
        for sealed, _filename, _type in seal.made:
            files.forget(sealed)
        raise


def hand_out(
    batch: LetterBatch, kind: str, user_id: int | None = None, part: int | None = None
) -> StoredFile:
    """The PDF (`pdf`, with `part` one of several), the table with addresses (`csv`, `xlsx`), the
    list without (`list`) or that of the numbers (`numbers`); that it left the house is written
    down."""
    row = _wanted(of(batch), kind, part)
    if row is None:
        raise Conflict(_("Diese Datei gibt es nicht mehr."))
    detail: dict[str, Any] = {"kind": kind, "letters": batch.letters}
    if part is not None:
        detail["part"] = part
    audit.log(
        "export", "letter_batch", batch.number, assembly_id=batch.assembly_id, user=user_id, **detail
    )  # fmt: skip
    return row


def _wanted(found: BatchFiles, kind: str, part: int | None) -> StoredFile | None:
    if part is not None:
        return next((one.file for one in found.parts if one.number == part), None)
    rows = {"pdf": found.pdf, "csv": found.csv, "xlsx": found.xlsx, "list": found.listing}
    return rows.get(kind, found.numbers)
