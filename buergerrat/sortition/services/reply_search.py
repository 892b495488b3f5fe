"""Finding invitees by name, street or code. Names are sealed, so they are opened in memory."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from buergerrat.assemblies.models import Assembly
from buergerrat.crypto import assembly_key, unseal
from buergerrat.db import db
from buergerrat.sortition import codes
from buergerrat.sortition.models import Invitee, Reply
from buergerrat.sortition.services.replies import code_digest
from buergerrat.web import Conflict

# Opening three values for each of 20,000 people takes about a second.
SEARCH_LIMIT = 20_000
STATES = ("open", "started", "yes", "no", "undeliverable")


@dataclass(frozen=True)
class Found:
    """One line of the list. state: one of STATES."""

    uid: str
    first_name: str
    last_name: str
    street: str
    state: str
    source: str
    submitted_at: dt.datetime | None
    code_hash: str

    @property
    def name(self) -> str:
        return f"{self.last_name}, {self.first_name}"


def everybody(assembly: Assembly, state: str = "") -> list[Found]:
    """All invitees (of one state) by surname, with one query. Raises Conflict over the limit."""
    count = db.session.scalar(
        select(func.count()).select_from(Invitee).where(Invitee.assembly_id == assembly.id)
    )
    if (count or 0) > SEARCH_LIMIT:
        raise Conflict(
            _(
                "Bei mehr als 20.000 Angeschriebenen lässt sich nicht nach Namen suchen. Geben Sie "
                "den Code vom Brief oder von der Karte ein."
            )
        )
    rows = db.session.execute(
        select(
            Invitee.uid,
            Invitee.first_name_sealed,
            Invitee.last_name_sealed,
            Invitee.street_sealed,
            Invitee.state,
            Invitee.code_hash,
            Reply.answer,
            Reply.source,
            Reply.submitted_at,
        )
        .outerjoin(Reply, Reply.invitee_id == Invitee.id)
        .where(Invitee.assembly_id == assembly.id, Invitee.state != "erased")
    ).all()
    key = assembly_key(assembly.id) if rows else b""
    found = [
        Found(
            uid=row.uid,
            first_name=_open(key, row.first_name_sealed, f"invitee.first_name.{row.uid}"),
            last_name=_open(key, row.last_name_sealed, f"invitee.last_name.{row.uid}"),
            street=_open(key, row.street_sealed, f"invitee.street.{row.uid}"),
            state=_state(row.state, row.answer, row.submitted_at),
            source=row.source or "",
            submitted_at=row.submitted_at,
            code_hash=row.code_hash or "",
        )
        for row in rows
    ]
    kept = [one for one in found if not state or one.state == state]
    return sorted(kept, key=lambda one: (_plain(one.last_name), _plain(one.first_name), one.uid))


def search(assembly: Assembly, text: str) -> Sequence[Found]:
    """Everybody whose code it is, or whose name or street holds all of the words."""
    code = codes.normalise(text)
    digest = code_digest(assembly.id, code) if code else ""
    words = _plain(text).split()
    people = everybody(assembly)
    by_code = [one for one in people if digest and one.code_hash == digest]
    return by_code or [
        one
        for one in people
        if words
        and all(w in _plain(f"{one.first_name} {one.last_name} {one.street}") for w in words)
    ]


def by_code(assembly: Assembly, text: str) -> str | None:
    """The uid behind a code of this assembly, without opening a name."""
    code = codes.normalise(text)
    if code is None:
        return None
    return db.session.scalar(
        select(Invitee.uid).where(
            Invitee.assembly_id == assembly.id,
            Invitee.code_hash == code_digest(assembly.id, code),
            Invitee.state != "erased",
        )
    )


def _open(key: bytes, sealed: bytes | None, context: str) -> str:
    return unseal(key, sealed, context).decode() if sealed else ""


def _state(invitation: str, answer: str | None, submitted_at: dt.datetime | None) -> str:
    if invitation == "undeliverable":
        return "undeliverable"
    if answer is None:
        return "open"
    return answer if submitted_at is not None else "started"


def _plain(text: str) -> str:
    """`Müßler` → `mussler`: case, accents and umlauts do not matter."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in folded if not unicodedata.combining(char)).replace(",", " ")
