"""A marker of its own in every personal field of a person, in every table that leads to them."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from buergerrat.assemblies import files
from buergerrat.assemblies.models import Assembly, StoredFile
from buergerrat.crypto import Personal
from buergerrat.db import Base, db, utcnow
from buergerrat.sessions.models import Attendance, TableRound, TableSeat
from buergerrat.sortition.letter_kinds import KINDS
from buergerrat.sortition.models import (
    CallNote,
    Consent,
    InvitationDraw,
    Invitee,
    LetterBatch,
    Member,
    OutreachVisit,
    PanelDraw,
    RegisterExtract,
    ReserveTicket,
)

MARK = "Markierung7Q"
KEPT = ("code", "value")  # what the services must find as they wrote it
OPEN = ("sex", "age_band", "district", "nationality_group", "household")


def personal_fields(noun: type) -> list[str]:
    return [name for name, value in vars(noun).items() if isinstance(value, Personal)]


def holders() -> set[str]:
    return {m.class_.__tablename__ for m in Base.registry.mappers if personal_fields(m.class_)}


class Planter:
    """Plants; `planted` is marker → where: table.field."""

    def __init__(self) -> None:
        self.planted: dict[str, str] = {}

    def fresh(self, where: str) -> str:
        mark = f"{MARK}-{len(self.planted)}-"
        self.planted[mark] = where
        return mark

    def fill(self, noun: Any) -> None:
        """A marker into every personal field of a row."""
        table = noun.__tablename__
        for name in personal_fields(type(noun)):
            if name not in KEPT:
                given = self.fresh(f"{table}.{name}")
                if name == "support":
                    given = json.dumps({"needs": [], "text": given})
                setattr(noun, name, given)

    def person(self, invitee: Invitee) -> None:
        """Everything a person can have: reply, consents, visits, calls."""
        self.fill(invitee)
        for name in OPEN[2:]:
            setattr(invitee, name, self.fresh(f"invitee.{name}"))
        if invitee.reply is not None:
            self.fill(invitee.reply)
        of = {"assembly_id": invitee.assembly_id, "invitee_id": invitee.id}
        note = CallNote(**of, outcome="yes")
        self.fill(note)
        db.session.add_all([
            note,
            OutreachVisit(**of, visited_on=dt.date(2026, 9, 9), outcome="not_met"),
            Consent(**of, kind="photo", version="2026-11", given_at=utcnow()),
        ])  # fmt: skip

    def seat(self, invitee: Invitee, draw: PanelDraw, session_id: int) -> None:
        """Somebody who had a seat and left: attendance and a table."""
        of = {"assembly_id": invitee.assembly_id}
        member = Member(
            **of, invitee_id=invitee.id, panel_draw_id=draw.id, losnummer="999", state="withdrawn"
        )
        seating = TableRound(**of, session_id=session_id, number=9, tables=1)
        db.session.add_all([member, seating])
        db.session.flush()
        db.session.add_all([
            Attendance(**of, session_id=session_id, member_id=member.id, state="present"),
            TableSeat(**of, round_id=seating.id, member_id=member.id, table_number=1),
        ])  # fmt: skip

    def letters(self, assembly: Assembly, draw: InvitationDraw) -> None:
        """A batch of each kind, with a draw and without, whose files hold the person."""
        number = 100
        for kind in KINDS:
            for draw_id in (draw.id, None):
                number += 1
                content = io.BytesIO(self.fresh(f"letter_batch.{kind}").encode())
                stored = files.keep(
                    assembly.id, "letters", f"briefe-{number}.pdf", "application/pdf", content
                )
                db.session.add(
                    LetterBatch(
                        assembly_id=assembly.id, number=number, draw_id=draw_id, kind=kind,
                        pdf_id=stored.id,
                    )
                )  # fmt: skip

    def waiting(self, assembly: Assembly, draw: InvitationDraw) -> None:
        """Next tickets, and an import that is still open: file, rows, samples, review list."""
        ticket = ReserveTicket(
            assembly_id=assembly.id, draw_id=draw.id, stratum="s", position=1, row_id="f" * 64
        )
        db.session.add(ticket)
        self.fill(ticket)
        extract = RegisterExtract(assembly_id=assembly.id, number=9, state="ready")
        for purpose in ("upload", "spool"):
            content = io.BytesIO(self.fresh(f"register_extract.{purpose}").encode())
            row = files.keep(assembly.id, purpose, f"{purpose}.csv", "text/csv", content)
            setattr(extract, f"{purpose}_id", row.id)
        db.session.add(extract)
        self.fill(extract)


def opened() -> Iterator[str]:
    """Everything sealed that still opens: values, and the files on disk."""
    for mapper in Base.registry.mappers:
        for name in personal_fields(mapper.class_):
            for row in db.session.scalars(select(mapper.class_)):
                yield getattr(row, name)
    for stored in db.session.scalars(select(StoredFile).where(StoredFile.deleted_at.is_(None))):
        yield b"".join(files.chunks(stored)).decode("latin-1")


def rows() -> Iterator[tuple[str, dict[str, Any]]]:
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(select(table)).mappings():
            yield table.name, dict(row)


def stored_bytes(data: Path) -> bytes:
    """All files below the data folder: database, its log, the queue, sealed files."""
    db.session.commit()
    return b"".join(path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file())


def leading_to(target: str) -> Iterator[tuple[Table, str]]:
    """Tables with a foreign key to `target`, and the column that holds it."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == target for key in column.foreign_keys):
                yield table, column.name
