"""Finding the person who asks: by code or Losnummer, else by name or street."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition.features import REPLY_FEATURES
from buergerrat.sortition.models import Invitee, Reply
from buergerrat.sortition.services import reply_search

MOST = 30
LABELS = {
    "title": _l("Titel"),
    "first_name": _l("Vorname"),
    "last_name": _l("Familienname"),
    "street": _l("Straße und Hausnummer"),
    "postcode": _l("Postleitzahl"),
    "place": _l("Ort"),
    "sex": _l("Geschlecht"),
    "age_band": _l("Altersgruppe"),
    "district": _l("Ortsteil"),
    "nationality_group": _l("Staatsangehörigkeit"),
    "phone": _l("Telefon"),
    "email": _l("E-Mail"),
    **{feature.key: _l(feature.label) for feature in REPLY_FEATURES},
}


@dataclass(frozen=True)
class Hit:
    uid: str
    name: str
    street: str


def search(assembly: Assembly, typed: str) -> Sequence[Hit]:
    """Somebody's code or Losnummer finds one person; anything else is searched in names and
    streets. Only people who still have data here."""
    by_number = db.session.scalar(
        select(Invitee)
        .join(Reply)
        .where(
            Invitee.assembly_id == assembly.id,
            Invitee.state != "erased",
            Reply.losnummer == typed.strip(),
        )
    )
    if by_number is not None:
        return [Hit(by_number.uid, by_number.full_name, by_number.street)]
    return [Hit(one.uid, one.name, one.street) for one in reply_search.search(assembly, typed)]
