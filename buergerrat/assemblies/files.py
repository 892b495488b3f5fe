"""Encrypted files below the data folder; the row names them, the assembly's key opens them.

The disk follows the database: a file whose row was rolled back is removed, and a file is
removed for good only when the transaction that says so has been committed.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from flask import current_app
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from buergerrat.assemblies.models import StoredFile
from buergerrat.crypto import derived_key, seal_stream, unseal_stream
from buergerrat.db import db, new_uid, utcnow


class _Hashing(io.RawIOBase):
    def __init__(self, source: BinaryIO) -> None:
        self.source, self.digest = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.source.read(size)
        self.digest.update(chunk)
        return chunk


def path_of(uid: str) -> Path:
    folder: Path = current_app.extensions["settings"].data / "files" / uid[:2]
    return folder / uid


@dataclass(frozen=True)
class Sealed:
    """A file that is on disk and has no row yet."""

    uid: str
    size: int  # plain bytes
    sha256: str  # of the plain bytes


def write(assembly_id: int, source: BinaryIO) -> Sealed:
    """Seal a stream into a new file, outside of any transaction. `adopt` gives it a row."""
    uid = new_uid()
    path = path_of(uid)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    hashing = _Hashing(source)
    partial = path.with_suffix(".part")
    try:
        with partial.open("wb") as out:
            size = seal_stream(derived_key(assembly_id, "files"), hashing, out, uid)  # type: ignore[arg-type]
            out.flush()
            os.fsync(out.fileno())
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    partial.rename(path)
    return Sealed(uid, size, hashing.digest.hexdigest())


def adopt(
    sealed: Sealed, assembly_id: int, purpose: str, filename: str, media_type: str
) -> StoredFile:
    """The row of a file that is on disk; when it is rolled back the file goes too."""
    db.session.info.setdefault("files_new", set()).add(path_of(sealed.uid))
    row = StoredFile(
        uid=sealed.uid,
        assembly_id=assembly_id,
        purpose=purpose,
        filename=filename,
        media_type=media_type,
        size=sealed.size,
        sha256=sealed.sha256,
    )
    db.session.add(row)
    db.session.flush()
    return row


def forget(sealed: Sealed) -> None:
    """Remove a file that was never given a row."""
    path_of(sealed.uid).unlink(missing_ok=True)


def keep(
    assembly_id: int, purpose: str, filename: str, media_type: str, source: BinaryIO
) -> StoredFile:
    """Seal a stream into a new file, on disk before the row is flushed."""
    return adopt(write(assembly_id, source), assembly_id, purpose, filename, media_type)


def chunks(row: StoredFile) -> Iterator[bytes]:
    """The content part by part. Path and key are looked up now: a response is sent part by part
    when the request's context is gone."""
    return _parts(path_of(row.uid), derived_key(row.assembly_id, "files"), row.uid)


def _parts(path: Path, key: bytes, uid: str) -> Iterator[bytes]:
    with path.open("rb") as source:
        yield from unseal_stream(key, source, uid)


class FileReader(io.RawIOBase):
    """A stored file as a readable binary stream; wrap it in io.BufferedReader."""

    def __init__(self, row: StoredFile) -> None:
        self.parts = chunks(row)
        self.rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self.rest:
            self.rest = next(self.parts, b"")
        count = min(len(buffer), len(self.rest))
        buffer[:count], self.rest = self.rest[:count], self.rest[count:]
        return count


def open_file(row: StoredFile) -> io.BufferedReader:
    return io.BufferedReader(FileReader(row))


def destroy(row: StoredFile) -> None:
    """Remove the file when this transaction commits; the row stays as a trace without content."""
    db.session.info.setdefault("files_gone", set()).add(path_of(row.uid))
    row.deleted_at = utcnow()


def _unlink(session: Session, wanted: str, other: str) -> None:
    for path in session.info.pop(wanted, ()):
        path.unlink(missing_ok=True)
    session.info.pop(other, None)


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    _unlink(session, "files_gone", "files_new")


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session) -> None:
    _unlink(session, "files_new", "files_gone")


def sweep_orphans() -> int:
    """Delete files without a row: left by a crash or a rolled-back transaction."""
    folder: Path = current_app.extensions["settings"].data / "files"
    known = set(db.session.scalars(select(StoredFile.uid).where(StoredFile.deleted_at.is_(None))))
    removed = 0
    for path in folder.glob("??/*"):
        age = utcnow().timestamp() - path.stat().st_mtime
        if path.name not in known and age > 3600:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
