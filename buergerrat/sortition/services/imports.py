"""What the clerk decides while an import is open: columns, doubtful rows, profiles of the town."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit
from buergerrat.db import db, utcnow
from buergerrat.sortition.models import ImportProfile, RegisterExtract
from buergerrat.sortition.profiles import Profile, of_json
from buergerrat.sortition.services import extract as extracts
from buergerrat.web import Conflict


def profiles(municipality_id: int) -> list[ImportProfile]:
    """The town's, by name."""
    rows = select(ImportProfile).where(ImportProfile.municipality_id == municipality_id)
    return list(db.session.scalars(rows.order_by(ImportProfile.name)))


def profile_named(municipality_id: int, name: str) -> ImportProfile | None:
    return db.session.scalar(
        select(ImportProfile).where(
            ImportProfile.municipality_id == municipality_id, ImportProfile.name == name
        )
    )


def save_profile(municipality_id: int, name: str, profile: Profile) -> ImportProfile:
    """Keep a profile under a name; one of that name is overwritten."""
    row = profile_named(municipality_id, name)
    if row is None:
        row = ImportProfile(municipality_id=municipality_id, name=name)
        db.session.add(row)
    row.profile, row.changed_at = profile.as_json(), utcnow()
    db.session.flush()
    audit.log("import_profile_saved", "import_profile", row.id)
    return row


def rename_profile(row: ImportProfile, name: str) -> None:
    other = profile_named(row.municipality_id, name)
    if other is not None and other.id != row.id:
        raise Conflict(_("Ein Importprofil mit diesem Namen gibt es schon."))
    row.name, row.changed_at = name, utcnow()
    audit.log("import_profile_saved", "import_profile", row.id)
    db.session.flush()


def delete_profile(row: ImportProfile) -> None:
    audit.log("import_profile_deleted", "import_profile", row.id)
    db.session.delete(row)
    db.session.flush()


def profile_of(row: ImportProfile) -> Profile:
    return of_json(row.profile)


def samples(extract: RegisterExtract) -> dict[str, list[str]]:
    """A few values by their column's title; empty when the import is closed."""
    found: dict[str, list[str]] = json.loads(extract.samples or "{}")
    return found


def map_columns(
    extract: RegisterExtract, columns: Mapping[str, str], user_id: int, **changes: Any
) -> Profile:
    """Read the upload again with these columns; `changes` are further fields of the profile.

    `columns`: our field → their title, "" for a field that is not to be read. Returns the profile
    as it can be kept for the town: how the file was read, with what is changed here.
    """
    given = replace(extracts.given(extract), columns=dict(columns), **changes)
    extracts.read_again(extract, user_id, profile=given)
    read = extracts.read_as(extract) or given
    return replace(read, columns=dict(columns), streets=given.streets)


def decide(
    extract: RegisterExtract, decided: Mapping[int, dict[str, Any] | None], user_id: int
) -> int:
    """Keep the decisions about doubtful rows, by line, and read again. Returns how many there are.

    A decision has the fields of `rows.Decision`; None takes one back.
    """
    if not extracts.is_open(extract):
        raise Conflict(_("Die Prüfung ist abgeschlossen. Die Prüfliste gibt es nicht mehr."))
    rows = extracts.decisions(extract)
    for row in rows:
        if row["line"] in decided:
            row["decision"] = decided[row["line"]]
    extract.review = json.dumps(rows, ensure_ascii=False)
    made = sum(row["decision"] is not None for row in rows)
    audit.log("review_decided", "register_extract", extract.number, count=made, user=user_id)
    extracts.read_again(extract, user_id)
    return made
