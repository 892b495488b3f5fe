"""The log: append-only, each entry carries the hash of the one before it.

Entries hold ids and counts, never names. `hash` = SHA-256 over the canonical JSON
of the entry's fields and the previous hash. Triggers in the database refuse to
change or delete an entry; `verify` finds what was changed past them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from flask import g, has_request_context
from sqlalchemy import JSON, ForeignKey, String, event, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from buergerrat.db import Model, UTCDateTime, db, utcnow

START = "0" * 64


class AuditEntry(Model):
    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None]
    actor_role: Mapped[str] = mapped_column(String(40))
    municipality_id: Mapped[int | None] = mapped_column(index=True)
    assembly_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(60))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    def content(self) -> str:
        return json.dumps(
            {
                "id": self.id,
                "at": self.at.isoformat(),
                "actor_id": self.actor_id,
                "actor_role": self.actor_role,
                "municipality_id": self.municipality_id,
                "assembly_id": self.assembly_id,
                "action": self.action,
                "object_type": self.object_type,
                "object_id": self.object_id,
                "detail": self.detail,
                "previous_hash": self.previous_hash,
            },
            sort_keys=True,
            ensure_ascii=False,
            separators=(",", ":"),
        )

    def expected_hash(self) -> str:
        return hashlib.sha256(self.content().encode()).hexdigest()


class AuditHead(Model):
    """One row with the newest id and hash, so that a cut-off tail is noticed."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"))
    hash: Mapped[str] = mapped_column(String(64))


SQLITE_TRIGGERS = [
    f"""CREATE TRIGGER IF NOT EXISTS audit_entry_no_{verb.lower()} BEFORE {verb} ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END"""
    for verb in ("UPDATE", "DELETE")
]
POSTGRES_TRIGGERS = [
    """CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'audit entries are append-only'; END; $$ LANGUAGE plpgsql""",
    """CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()""",
]
TRIGGERS = {"sqlite": SQLITE_TRIGGERS, "postgresql": POSTGRES_TRIGGERS}


@event.listens_for(AuditEntry.__table__, "after_create")
def _make_append_only(_table: Any, connection: Connection, **_options: Any) -> None:
    for statement in TRIGGERS[connection.dialect.name]:
        connection.exec_driver_sql(statement)


def log(
    action: str,
    object_type: str,
    object_id: object,
    *,
    assembly_id: int | None = None,
    municipality_id: int | None = None,
    **detail: Any,
) -> AuditEntry:
    """Append an entry to the chain, in the caller's transaction. No names in `detail`."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(4711)"))
    head = db.session.get(AuditHead, 1)
    in_request = has_request_context()
    actor = getattr(g, "actor_id", None) if in_request else None
    scope_assembly = g.get("assembly") if in_request else None
    scope_town = g.get("municipality") if in_request else None
    entry = AuditEntry(
        id=head.entry_id + 1 if head else 1,
        at=utcnow(),
        actor_id=actor,
        actor_role=getattr(g, "actor_role", "") if in_request else "system",
        assembly_id=assembly_id or (scope_assembly.id if scope_assembly else None),
        municipality_id=municipality_id or (scope_town.id if scope_town else None),
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        detail=detail,
        previous_hash=head.hash if head else START,
    )
    entry.hash = entry.expected_hash()
    db.session.add(entry)
    db.session.flush()
    if head:
        head.entry_id, head.hash = entry.id, entry.hash
    else:
        db.session.add(AuditHead(id=1, entry_id=entry.id, hash=entry.hash))
    db.session.flush()
    return entry


def head_hash() -> str:
    head = db.session.get(AuditHead, 1)
    return head.hash if head else START


def verify() -> list[str]:
    """Everything that is wrong with the chain, in sentences; empty when it is whole."""
    problems: list[str] = []
    previous, expected_id = START, 1
    entries = db.session.scalars(
        select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000)
    )
    for entry in entries:
        if entry.id != expected_id:
            problems.append(f"Eintrag {expected_id} fehlt.")
        if entry.previous_hash != previous:
            problems.append(f"Eintrag {entry.id} schließt nicht an den vorigen an.")
        if entry.hash != entry.expected_hash():
            problems.append(f"Eintrag {entry.id} wurde nachträglich geändert.")
        previous, expected_id = entry.hash, entry.id + 1
    head = db.session.get(AuditHead, 1)
    if (head.hash if head else START) != previous:
        problems.append("Das Ende der Kette fehlt oder wurde ausgetauscht.")
    return problems
