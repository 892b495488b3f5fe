"""Consents that a seat brings with it: photos, and the name in public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition import consents as texts
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.services import consents

KINDS = ("photo", "name")


@dataclass(frozen=True)
class ConsentLine:
    """text: what was agreed to, or what would be. given_at, withdrawn_at: empty where it was not."""

    kind: str
    label: str
    text: str
    lost: str
    given_at: dt.datetime | None
    withdrawn_at: dt.datetime | None


def lines(invitee: Invitee) -> list[ConsentLine]:
    town = db.session.get_one(Assembly, invitee.assembly_id).municipality.name
    held = consents.current(invitee)
    ended = {row.kind: row.withdrawn_at for row in consents.history(invitee) if row.withdrawn_at}
    found = []
    for key in KINDS:
        kind, row = texts.KINDS[key], held.get(key)
        text = kind.text_of(row.version) if row is not None else kind.newest.text
        found.append(
            ConsentLine(
                kind=key,
                label=_(kind.label),
                text=_(text, town=town),
                lost=_(kind.lost),
                given_at=row.given_at if row is not None else None,
                withdrawn_at=None if row is not None else ended.get(key),
            )
        )
    return found


def given(invitee_ids: Iterable[int]) -> dict[str, set[int]]:
    """Who of these (ids of invitees) agrees, by kind."""
    ids = list(invitee_ids)
    return {kind: consents.of_many(ids, kind) for kind in KINDS}
