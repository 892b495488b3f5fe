"""Every migration runs up and down with data in the tables, and ends where the models are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade

from buergerrat import create_app
from buergerrat.db import db, set_writing
from tests.support import make_settings

SCRIPTS = ScriptDirectory(str(Path(__file__).parent.parent / "migrations"))
REVISIONS = [s.revision for s in reversed(list(SCRIPTS.walk_revisions()))]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(make_settings(tmp_path))
    with app.app_context():
        yield app
        set_writing(False)
        db.session.remove()
        db.engine.dispose()


def sample(column: Any, row: int) -> Any:
    """A value this column takes, from its type alone."""
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return False
    if isinstance(kind, sa.DateTime):
        return dt.datetime(2026, 1, 1)
    if isinstance(kind, sa.Date):
        return dt.date(2026, 1, 1)
    if isinstance(kind, sa.Time):
        return dt.time(9)
    if isinstance(kind, sa.Integer | sa.Numeric | sa.Float):
        return row
    if isinstance(kind, sa.LargeBinary):
        return b"x"
    if isinstance(kind, sa.JSON):
        return {}
    return "x"


def fill(connection: sa.Connection) -> dict[str, int]:
    """One row in every table; checks are off, since the values mean nothing."""
    connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
    metadata = sa.MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        if table.name != "alembic_version":
            values = {c.name: sample(c, 1) for c in table.columns}
            connection.execute(table.insert().values(values))
    return {t.name: 1 for t in metadata.sorted_tables if t.name != "alembic_version"}


def tables(connection: sa.Connection) -> set[str]:
    return set(sa.inspect(connection).get_table_names()) - {"alembic_version"}


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_migration_goes_up_and_down_with_data(empty: Flask, revision: str) -> None:
    below = SCRIPTS.get_revision(revision).down_revision or "base"
    upgrade(revision=str(below)) if below != "base" else None
    with db.engine.begin() as connection:
        before = tables(connection)
    upgrade(revision=revision)
    with db.engine.begin() as connection:
        filled = fill(connection)
    assert filled
    downgrade(revision=str(below))
    with db.engine.begin() as connection:
        assert tables(connection) == before
    upgrade(revision=revision)


def test_the_newest_migration_is_what_the_models_say(empty: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, db.metadata)
    assert differences == []


def test_a_migrated_log_refuses_changes(empty: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type='trigger'")
        assert {n for (n,) in names} == {"audit_entry_no_update", "audit_entry_no_delete"}
