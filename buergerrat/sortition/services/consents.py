"""Consents of a person: given for one text, dated, taken back at any time.

Taking one back also deletes what was told on its ground; the registration stays.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable

from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.sortition.consents import FEATURES, KINDS
from buergerrat.sortition.models import Consent, Invitee, Reply, ReplyFeature

CHUNK = 500  # well under the number of parameters a statement may have


def give(invitee: Invitee, kind: str, source: str, at: dt.datetime | None = None) -> Consent:
    """The consent to the newest text of this kind; one that is there already stays as it is.

    `source`: as in `Reply.source`. Somebody who agreed to an older text agrees anew: the older
    consent ends. Raises KeyError for an unknown kind.
    """
    version = KINDS[kind].newest.version
    held = current(invitee).get(kind)
    if held is not None and held.version == version:
        return held
    now = at or utcnow()
    if held is not None:
        held.withdrawn_at = now
    given = Consent(
        assembly_id=invitee.assembly_id,
        invitee_id=invitee.id,
        kind=kind,
        version=version,
        source=source,
        given_at=now,
    )
    db.session.add(given)
    db.session.flush()
    _log("consent_given", invitee, kind, version=version, source=source)
    return given


def withdraw(
    invitee: Invitee, kind: str, at: dt.datetime | None = None, *, source: str = "online"
) -> bool:
    """Take it back and delete what was told on its ground. False when there was none."""
    now = at or utcnow()
    held = current(invitee).get(kind)
    if held is None:
        return False
    held.withdrawn_at = now
    _delete_told(invitee.reply, kind, now)
    db.session.flush()
    _log("consent_withdrawn", invitee, kind, source=source)
    return True


def current(invitee: Invitee) -> dict[str, Consent]:
    """What this person agrees to now, by kind."""
    rows = db.session.scalars(
        select(Consent)
        .where(Consent.invitee_id == invitee.id, Consent.withdrawn_at.is_(None))
        .order_by(Consent.id)
    )
    return {row.kind: row for row in rows}


def history(invitee: Invitee) -> list[Consent]:
    """All that was ever given, the oldest first."""
    return list(
        db.session.scalars(
            select(Consent).where(Consent.invitee_id == invitee.id).order_by(Consent.id)
        )
    )


def of_many(invitee_ids: Iterable[int], kind: str) -> set[int]:
    """Those of these invitees (ids) who agree to `kind` now."""
    ids = list(invitee_ids)
    found: set[int] = set()
    for start in range(0, len(ids), CHUNK):
        found |= set(
            db.session.scalars(
                select(Consent.invitee_id).where(
                    Consent.invitee_id.in_(ids[start : start + CHUNK]),
                    Consent.kind == kind,
                    Consent.withdrawn_at.is_(None),
                )
            )
        )
    return found


def feature_row(reply: Reply, kind: str) -> ReplyFeature | None:
    return next((row for row in reply.features if row.feature == kind), None)


def _delete_told(reply: Reply | None, kind: str, now: dt.datetime) -> None:
    if reply is None:
        return
    if kind in FEATURES:
        row = feature_row(reply, kind)
        if row is not None:
            reply.features.remove(row)
    elif kind == "support":
        wanted = bool(reply.support and json.loads(reply.support).get("wanted"))
        reply.support = json.dumps({"needs": [], "text": "", "wanted": True}) if wanted else ""
    elif kind == "contact":
        reply.phone = reply.email = ""
    else:
        return
    reply.revision += 1
    reply.changed_at = now


def _log(action: str, invitee: Invitee, kind: str, **detail: str) -> None:
    assembly = db.session.get_one(Assembly, invitee.assembly_id)
    audit.log(
        action,
        "invitee",
        invitee.uid,
        assembly_id=assembly.id,
        municipality_id=assembly.municipality_id,
        kind=kind,
        **detail,
    )
