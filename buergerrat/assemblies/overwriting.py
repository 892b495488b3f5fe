"""After an erasure the database's write-ahead log is emptied too.

SQLite overwrites what is deleted in the database (`secure_delete`), but older pages stay in its
log until somebody writes over them. Where readers are in the way the worker tries again.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy import event
from sqlalchemy.orm import Session

from buergerrat.db import db

_SECONDS = 1.0  # how long an erasure waits for readers


def ask() -> None:
    """Empty the log when the running transaction has been committed."""
    db.session.info["erased"] = True


def empty_log() -> bool:
    """Bring the log into the database and cut it off; whether that was possible now."""
    if db.engine.dialect.name != "sqlite":
        return True
    connection = sqlite3.connect(str(db.engine.url.database), timeout=_SECONDS)
    try:
        busy, _frames, _done = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:  # somebody writes
        return False
    finally:
        connection.close()
    return not busy


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if session.info.pop("erased", False):
        empty_log()


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session) -> None:
    session.info.pop("erased", None)
