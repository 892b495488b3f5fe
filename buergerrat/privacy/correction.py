"""Correcting what is held about a person (Art. 16 DSGVO).

The committed row stays what it was: row id, ticket and household are hashes of the register's
text, and the record of the draw is checked against them. What changes is what letters, pages and
the pool use from now on. The log names the fields, never the values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.privacy import requests
from buergerrat.sortition.features import REPLY_FEATURES, feature_list
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.services import replies
from buergerrat.web import Conflict

OF_PERSON = ("title", "first_name", "last_name", "street", "postcode", "place")
OF_DRAW = ("sex", "age_band", "district", "nationality_group")
OF_REPLY = ("phone", "email")
FEATURES = tuple(feature.key for feature in REPLY_FEATURES)


def stored(invitee: Invitee) -> dict[str, str]:
    """Field → what is stored now; reply fields only where there is a reply."""
    values = {name: getattr(invitee, name) or "" for name in (*OF_PERSON, *OF_DRAW)}
    reply = invitee.reply
    if reply is not None and reply.answer == "yes":
        values |= {name: getattr(reply, name) for name in OF_REPLY}
        values |= {row.feature: row.value for row in reply.features if row.feature in FEATURES}
    return values


def stand(invitee: Invitee) -> str:
    """Changes whenever one of the fields does: what a form was filled against."""
    text = "\x1f".join(f"{name}={value}" for name, value in sorted(stored(invitee).items()))
    return hashlib.sha256(f"{invitee.uid}\x1f{text}".encode()).hexdigest()[:16]


def open_fields(assembly: Assembly, invitee: Invitee) -> tuple[str, ...]:
    """What may be corrected now: features only until the Lostopf is fixed."""
    names = tuple(stored(invitee))
    if replies.pool_is_frozen(assembly):
        return tuple(name for name in names if name not in (*OF_DRAW, *FEATURES))
    return names


def choices_of(assembly: Assembly, name: str, now: str) -> list[tuple[str, str]]:
    """Key and word of the values a field can have; empty for a field of free text."""
    ages = feature_list(assembly.age_bounds, ())[0]
    told = {feature.key: feature for feature in REPLY_FEATURES}
    found: list[tuple[str, str]] = []
    if name == "sex":
        found = [("female", "weiblich"), ("male", "männlich"), ("diverse", "divers"),
                 ("unspecified", "keine Angabe")]  # fmt: skip
    elif name == "age_band":
        found = list(ages.values)
    elif name == "district":
        found = [(one, one) for one in _districts(assembly)]
    elif name == "nationality_group":
        found = [("german", "deutsch"), ("other", "nicht deutsch"), ("unknown", "keine Angabe")]
    elif name in told:
        found = [(key, label) for key, label, _value in told[name].asked]
    else:
        return []
    known = dict(found)
    return [(key, _(word)) for key, word in found] + ([(now, now)] if now not in known else [])


def correct(
    assembly: Assembly,
    invitee: Invitee,
    values: Mapping[str, str],
    seen: str,
    user_id: int | None = None,
) -> list[str]:
    """Change these fields; returns the names of those that changed. Conflict when somebody else
    changed them since the form was shown (`seen`: its `stand`)."""
    if seen != stand(invitee):
        raise Conflict(
            _(
                "Diese Angaben hat inzwischen jemand anderes geändert. Bitte sehen Sie nach und "
                "tragen Sie Ihre Berichtigung noch einmal ein."
            )
        )
    before, may = stored(invitee), open_fields(assembly, invitee)
    changed = sorted(n for n, value in values.items() if n in may and before[n] != value.strip())
    for name in changed:
        _set(invitee, name, values[name].strip())
    if changed:
        audit.log("corrected", "invitee", invitee.uid, fields=changed)
        requests.fulfil(assembly, "correction", user_id)
    db.session.flush()
    return changed


def _set(invitee: Invitee, name: str, value: str) -> None:
    if name in (*OF_PERSON, *OF_DRAW):
        setattr(invitee, name, value or None)
        return
    reply = invitee.reply
    if reply is None:
        raise Conflict(_("Zu dieser Person gibt es keine Antwort."))
    if name in OF_REPLY:
        setattr(reply, name, value)
    else:
        next(row for row in reply.features if row.feature == name).value = value
    reply.revision += 1
    reply.changed_at = utcnow()


def _districts(assembly: Assembly) -> list[str]:
    rows = select(Invitee.district).where(
        Invitee.assembly_id == assembly.id, Invitee.district.is_not(None)
    )
    return sorted({one for one in db.session.scalars(rows.distinct()) if one})
