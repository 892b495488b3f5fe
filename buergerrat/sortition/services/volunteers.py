"""Volunteers on their way: out of the town that drew them, into the assembly of several towns."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.crypto import derived_key
from buergerrat.db import db
from buergerrat.sortition import volunteers
from buergerrat.sortition.codes import code_digest, new_codes
from buergerrat.sortition.consents import KINDS
from buergerrat.sortition.features import REPLY_FEATURES, feature_list
from buergerrat.sortition.models import Consent, Invitee, Reply, ReplyFeature
from buergerrat.sortition.services.replies import SUPPORT_NEEDS, pool_is_frozen, support_of
from buergerrat.web import Conflict

_ID = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Taken:
    """How many came in, and how many were there already."""

    town: str
    new: int
    known: int


def willing(assembly: Assembly) -> list[Reply]:
    """Submitted answers with yes of people who are still there, in the order of their arrival."""
    return list(
        db.session.scalars(
            select(Reply)
            .where(Reply.id.in_(_willing(assembly)))
            .options(joinedload(Reply.invitee), selectinload(Reply.features))
            .order_by(Reply.submitted_at, Reply.id)
        )
    )


def count(assembly: Assembly) -> int:
    """How many that are."""
    rows = select(func.count()).select_from(_willing(assembly).subquery())
    return db.session.scalar(rows) or 0


def _willing(assembly: Assembly) -> Select[Any]:
    return (
        select(Reply.id)
        .join(Invitee)
        .where(
            Reply.assembly_id == assembly.id,
            Reply.answer == "yes",
            Reply.submitted_at.is_not(None),
            Invitee.state == "invited",
            Invitee.recruitment_path != "municipality",
        )
    )


def pack(assembly: Assembly, passphrase: str, user_id: int | None = None) -> bytes:
    """The sealed file with everybody who said yes; logged as an export."""
    rows = willing(assembly)
    if not rows:
        raise Conflict(_("Noch hat niemand mit Ja geantwortet."))
    consents = _consents(assembly)
    people = [_told(row, consents.get(row.invitee_id, [])) for row in rows]
    audit.log(
        "export",
        "volunteers",
        "all",
        assembly_id=assembly.id,
        municipality_id=assembly.municipality_id,
        count=len(people),
        user=user_id,
    )
    name = assembly.municipality.short_name or assembly.municipality.name
    return volunteers.pack(
        name, assembly.age_bounds, people, passphrase, os.urandom(16), os.urandom(12)
    )


def _consents(assembly: Assembly) -> dict[int, list[Consent]]:
    found: dict[int, list[Consent]] = {}
    rows = select(Consent).where(Consent.assembly_id == assembly.id, Consent.withdrawn_at.is_(None))
    for row in db.session.scalars(rows):
        found.setdefault(row.invitee_id, []).append(row)
    return found


def _told(reply: Reply, consents: list[Consent]) -> dict[str, Any]:
    one = reply.invitee
    needs, text = support_of(reply)
    return {
        "id": hashlib.sha256(f"freiwillige/{one.uid}".encode()).hexdigest(),
        "first_name": one.first_name,
        "last_name": one.last_name,
        "title": one.title,
        "street": one.street,
        "postcode": one.postcode,
        "place": one.place,
        "sex": one.sex,
        "age_band": one.age_band,
        "nationality_group": one.nationality_group,
        "minor": one.minor,
        "phone": reply.phone,
        "email": reply.email,
        "needs": needs,
        "needs_text": text,
        "wants_support": bool(reply.support),
        "features": {row.feature: row.value for row in reply.features},
        "consents": [
            {"kind": row.kind, "version": row.version, "given_at": row.given_at.isoformat()}
            for row in consents
        ],
        "submitted_at": reply.submitted_at.isoformat() if reply.submitted_at else "",
    }


def take(assembly: Assembly, data: bytes, passphrase: str, user_id: int | None = None) -> Taken:
    """Take the volunteers of a town in: invited there, in our Lostopf from now on.

    Raises FileError; Conflict once the Lostopf is frozen or where the age groups differ.
    """
    if pool_is_frozen(assembly):
        raise Conflict(_("Der Lostopf ist schon festgeschrieben. Es kommt niemand mehr hinein."))
    town, bounds, people = volunteers.unpack(data, passphrase)
    town = town[:80]
    if bounds != assembly.age_bounds:
        raise Conflict(
            _(
                "Die Gemeinde hat mit anderen Altersgruppen gelost (%(theirs)s statt %(ours)s).",
                theirs=bounds,
                ours=assembly.age_bounds,
            )
        )
    _refuse_unknown(assembly, people)
    known = set(
        db.session.scalars(
            select(Invitee.row_id).where(
                Invitee.assembly_id == assembly.id, Invitee.recruitment_path == "municipality"
            )
        )
    )
    fresh = list({one["id"]: one for one in people if one["id"] not in known}.values())
    key = derived_key(assembly.id, "codes")
    replies = [
        _reply(assembly, town, one, code, code_digest(code, key))
        for one, code in zip(fresh, new_codes(len(fresh), secrets.token_bytes), strict=True)
    ]
    db.session.add_all(replies)
    db.session.flush()  # the invitees have their numbers now
    for one, reply in zip(fresh, replies, strict=True):
        _consented(assembly, reply, one)
    db.session.flush()
    audit.log(
        "volunteers_taken",
        "volunteers",
        town,
        assembly_id=assembly.id,
        municipality_id=assembly.municipality_id,
        count=len(fresh),
        user=user_id,
    )
    return Taken(town, len(fresh), len(people) - len(fresh))


def _refuse_unknown(assembly: Assembly, people: list[dict[str, Any]]) -> None:
    """The id is what tells people apart, and the lottery knows no other age groups. FileError."""
    bands = {"", *dict(feature_list(assembly.age_bounds, ())[0].values)}
    if not all(_ID.fullmatch(one["id"]) and one["age_band"] in bands for one in people):
        raise volunteers.FileError(_("Die Datei mit den Freiwilligen ist beschädigt."))


def _reply(assembly: Assembly, town: str, one: Mapping[str, Any], code: str, digest: str) -> Reply:
    """A new invitee with their answer."""
    invitee = Invitee(
        assembly_id=assembly.id,
        recruitment_path="municipality",
        row_id=one["id"],
        ticket="",
        sex=one["sex"][:20] or None,
        age_band=one["age_band"][:20] or None,
        district=town,
        nationality_group=one["nationality_group"][:20] or None,
        minor=one["minor"],
        code_hash=digest,
    )
    for name in ("first_name", "last_name", "title", "street", "postcode", "place"):
        setattr(invitee, name, one[name])
    invitee.code = code
    moment = _moment(one["submitted_at"])
    reply = Reply(
        assembly_id=assembly.id,
        invitee=invitee,
        answer="yes",
        source="municipality",
        submitted_at=moment,
        changed_at=moment,
    )
    known_needs = [need for need in one["needs"] if need in dict(SUPPORT_NEEDS)]
    needs = {"needs": known_needs, "text": one["needs_text"], "wanted": one["wants_support"]}
    reply.support = json.dumps(needs, ensure_ascii=False) if any(needs.values()) else ""
    reply.phone, reply.email = one["phone"], one["email"]
    return reply


def _consented(assembly: Assembly, reply: Reply, one: Mapping[str, Any]) -> None:
    """The consents as they were given, and the features that rest on them."""
    consents = [given for given in one["consents"] if given["kind"] in KINDS]
    for given in consents:
        db.session.add(
            Consent(
                assembly_id=assembly.id,
                invitee_id=reply.invitee_id,
                kind=given["kind"],
                version=given["version"][:20],
                source="municipality",
                given_at=_moment(given["given_at"]),
            )
        )
    _features(reply, one["features"], {given["kind"]: given for given in consents})


def _features(
    reply: Reply, told: Mapping[str, str], consents: Mapping[str, Mapping[str, str]]
) -> None:
    """Only what was told with a consent that came along."""
    for feature in REPLY_FEATURES:
        given = consents.get(feature.key)
        if feature.key not in told or given is None:
            continue
        row = ReplyFeature(
            assembly_id=reply.assembly_id,
            feature=feature.key,
            consent_version=given["version"][:20],
            consent_at=_moment(given["given_at"]),
        )
        row.value = told[feature.key]
        reply.features.append(row)


def _moment(text: str) -> dt.datetime:
    """A point in time with its zone; raises FileError."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise volunteers.FileError(_("Die Datei mit den Freiwilligen ist beschädigt.")) from error
    if moment.tzinfo is None:
        raise volunteers.FileError(_("Die Datei mit den Freiwilligen ist beschädigt."))
    return moment
