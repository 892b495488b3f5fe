"""Database: base class, column types, and how transactions begin.

Services flush and never commit. A request commits once, when it ends well
(`web.py`); a job commits when it is done (`jobs.py`); the command line commits
by itself.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Engine, MetaData, String, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from buergerrat.config import FILES, Settings


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)
migrate = Migrate(directory=str(FILES / "migrations"), render_as_batch=True)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class UTCDateTime(TypeDecorator[dt.datetime]):
    """A point in time: stored in UTC, refuses naive values."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else value.replace(tzinfo=dt.UTC)


def new_uid() -> str:
    return uuid.uuid4().hex


_clock: ContextVar[dt.datetime | None] = ContextVar("clock", default=None)


def utcnow() -> dt.datetime:
    """Now; or the moment set by `set_clock`."""
    return _clock.get() or dt.datetime.now(dt.UTC)


def set_clock(moment: dt.datetime | None) -> None:
    """For the demo and the tests: everything written from here on happens at this moment."""
    _clock.set(moment)


class Timed:
    """Columns that most nouns have: when made, when changed."""

    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=utcnow)


class Identified:
    """A row id known before the row is written, so that a seal can be bound to it."""

    uid: Mapped[str] = mapped_column(String(32), default=new_uid, unique=True)


_writing: ContextVar[bool] = ContextVar("writing", default=False)


def set_writing(value: bool) -> None:
    """Whether transactions that begin from here on take SQLite's write lock at once."""
    _writing.set(value)


def begin_write() -> None:
    """End the transaction that read so far and begin one that may write."""
    db.session.rollback()
    set_writing(True)


@contextmanager
def writing() -> Iterator[None]:
    """A unit of work outside a request: begins immediate, commits or rolls back."""
    before = _writing.get()
    begin_write()
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        set_writing(before)


def init_app(app: Flask, settings: Settings) -> None:
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    if settings.database_url.startswith("sqlite"):
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
            "connect_args": {"timeout": 15, "check_same_thread": False},
        }
    db.init_app(app)
    migrate.init_app(app, db)
    with app.app_context():
        prepare_engine(db.engine)


def prepare_engine(engine: Engine) -> None:
    """SQLite: WAL, every commit on disk, foreign keys on, explicit BEGIN."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=15000",
            "secure_delete=ON",
            "recursive_triggers=ON",  # else INSERT OR REPLACE passes the log's triggers
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
