"""What goes before the people do: uploads, waiting rows, next tickets, letter files, notes.

Each noun tells how many pieces there are, how old the oldest is, and deletes those whose
period is over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from flask_babel import force_locale
from sqlalchemy import Select, func, or_, select
from sqlalchemy import delete as sql_delete

from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.db import db
from buergerrat.formats import local
from buergerrat.sortition.models import (
    CallNote,
    LetterBatch,
    OutreachVisit,
    RegisterExtract,
    ReserveTicket,
)
from buergerrat.sortition.services import extract as extracts
from buergerrat.sortition.services import letter_files, letters

_Delete = Callable[[Assembly, dt.date], int]
_Noun = type[ReserveTicket | OutreachVisit | CallNote | RegisterExtract]
_TABLES: dict[str, _Noun] = {"reserve": ReserveTicket, "visits": OutreachVisit, "calls": CallNote}


def count(assembly: Assembly, key: str) -> int:
    """How many pieces of one period are there."""
    if key == "letters":
        return sum(len(letter_files.all_of(batch)) for batch in _batches(assembly))
    return db.session.scalar(select(func.count()).select_from(_rows(assembly, key).subquery())) or 0


def oldest(assembly: Assembly, key: str) -> dt.date | None:
    """The day from which the oldest piece counts; None where there is none."""
    if key == "letters":
        return min((_from(assembly, batch) for batch in _batches(assembly)), default=None)
    rows = _rows(assembly, key).subquery()
    at = db.session.scalar(select(func.min(rows.c.created_at)))
    return local(at).date() if at is not None else None


def delete(assembly: Assembly, key: str, before: dt.date, user_id: int | None) -> int:
    """Delete the pieces that count from `before` or earlier; returns how many."""
    gone = _DELETE[key](assembly, before)
    with force_locale("de"):  # the log speaks German, whoever presses the button
        period = next(one for one in retention.periods(assembly) if one.key == key)
        why = f"{period.who}: {period.when}"
    retention.note_deletion(assembly, key, gone, why, user_id)
    return gone


def _rows(assembly: Assembly, key: str) -> Select[int, dt.datetime]:
    """Id and time of the pieces that stand in a table."""
    noun = _TABLES.get(key, RegisterExtract)
    rows = select(noun.id, noun.created_at).where(noun.assembly_id == assembly.id)
    if key == "upload":
        return rows.where(
            RegisterExtract.closed_at.is_(None),
            or_(
                RegisterExtract.upload_id.in_(_kept(assembly)),
                RegisterExtract.samples_sealed.is_not(None),
                RegisterExtract.review_sealed.is_not(None),
            ),
        )
    return rows.where(RegisterExtract.spool_id.in_(_kept(assembly))) if key == "spool" else rows


def _kept(assembly: Assembly) -> Select[int]:
    return select(StoredFile.id).where(
        StoredFile.assembly_id == assembly.id, StoredFile.deleted_at.is_(None)
    )


def _extracts(assembly: Assembly, key: str, before: dt.date) -> list[RegisterExtract]:
    rows = _rows(assembly, key).subquery()
    found = db.session.scalars(
        select(RegisterExtract).where(RegisterExtract.id.in_(select(rows.c.id)))
    )
    return [one for one in found if local(one.created_at).date() <= before]


def _close_imports(assembly: Assembly, before: dt.date) -> int:
    """The raw file, its samples and the review list go; rows that were read wait for the draw."""
    found = _extracts(assembly, "upload", before)
    for extract in found:
        if extract.state == "reading":
            extracts.discard(extract)
        extracts.close(extract, "period")
    return len(found)


def _discard(assembly: Assembly, before: dt.date) -> int:
    """Rows that wait too long for a draw; a committed draw deletes them itself."""
    if extracts.open_commitment(assembly) is not None:
        return 0
    found = _extracts(assembly, "spool", before)
    for extract in found:
        extracts.discard(extract)
    return len(found)


def _batches(assembly: Assembly) -> Sequence[LetterBatch]:
    """Those whose files are still there."""
    return [batch for batch in letters.batches(assembly) if letter_files.all_of(batch)]


def _from(assembly: Assembly, batch: LetterBatch) -> dt.date:
    """Letters that nobody marked as posted count from the day on which they were to be posted."""
    return batch.posted_on or max(local(batch.created_at).date(), assembly.letters_on)


def _delete_letters(assembly: Assembly, before: dt.date) -> int:
    due = [batch for batch in _batches(assembly) if _from(assembly, batch) <= before]
    return sum(letters.destroy(batch) for batch in due)


def _delete_all(key: str) -> _Delete:
    """Their day is the same for all rows of the assembly."""

    def delete_rows(assembly: Assembly, _before: dt.date) -> int:
        noun = _TABLES[key]
        done = db.session.execute(sql_delete(noun).where(noun.assembly_id == assembly.id))
        return int(done.rowcount)  # type: ignore[attr-defined]

    return delete_rows


_DELETE: dict[str, _Delete] = {
    "upload": _close_imports,
    "spool": _discard,
    "letters": _delete_letters,
    **{key: _delete_all(key) for key in _TABLES},
}
