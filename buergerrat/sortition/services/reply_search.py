"""Finding invitees by name, street or code. Names are sealed, so they are opened in memory.

An index over names would lie beside the sealed values and betray them. Opening is fast enough:
three values of 20,000 people in about a third of a second.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from buergerrat.assemblies.models import Assembly
from buergerrat.crypto import assembly_key, opener
from buergerrat.db import db
from buergerrat.sortition import codes
from buergerrat.sortition.models import Invitee, Reply
from buergerrat.sortition.services.replies import code_digest
from buergerrat.web import Conflict

SEARCH_LIMIT = 50_000
STATES = ("open", "started", "yes", "no", "undeliverable")
CHUNK = 500  # well under the number of parameters a statement may have
SEALED = ("last_name", "first_name", "street")


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

    @property
    def name(self) -> str:
        if not self.last_name and not self.first_name:
            return str(_("ohne Namen (Brief vom Amt)"))
        return f"{self.last_name}, {self.first_name}"


def page_of(assembly: Assembly, state: str, first: int, count: int) -> tuple[list[Found], int]:
    """A page of everybody (of one state) by surname, from place `first`; and how many there are."""
    read = opener(_key(assembly))
    named = sorted(
        (_plain(_opened(read, row, "last_name")), _plain(_opened(read, row, "first_name")), row.uid)
        for row in _rows(assembly, state)
    )
    return _lines(assembly, [uid for *_names, uid in named[first : first + count]]), len(named)


def search(assembly: Assembly, text: str) -> Sequence[Found]:
    """Everybody whose code it is, or whose name or street holds all of the words, by surname."""
    uid = by_code(assembly, text)
    if uid is not None:
        return _lines(assembly, [uid])
    words = _plain(text).split()
    if not words:
        return []
    read = opener(_key(assembly))
    hits = []
    for row in _rows(assembly):
        told = _plain(" ".join(_opened(read, row, field) for field in SEALED))
        if all(word in told for word in words):
            hits.append((told, row.uid))
    return _lines(assembly, [uid for _told, uid in sorted(hits)])


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


def _rows(assembly: Assembly, state: str = "") -> Sequence[Any]:
    """uid and sealed names of all. Raises Conflict over the limit."""
    query: Any = select(
        Invitee.uid,
        Invitee.first_name_sealed,
        Invitee.last_name_sealed,
        Invitee.street_sealed,
    ).where(Invitee.assembly_id == assembly.id, Invitee.state != "erased")
    if state:
        query = _of_state(query.outerjoin(Reply, Reply.invitee_id == Invitee.id), state)
    count = db.session.scalar(select(func.count()).select_from(query.subquery()))
    if (count or 0) > SEARCH_LIMIT:
        raise Conflict(
            _(
                "Bei mehr als 50.000 Angeschriebenen lässt sich nicht nach Namen suchen. Geben Sie "
                "den Code vom Brief oder von der Karte ein."
            )
        )
    rows: Sequence[Any] = db.session.execute(query).all()
    return rows


def _of_state(query: Any, state: str) -> Any:
    """The same rule as `_state`, for the database."""
    if state == "undeliverable":
        return query.where(Invitee.state == "undeliverable")
    query = query.where(Invitee.state != "undeliverable")
    if state == "open":
        return query.where(Reply.id.is_(None))
    if state == "started":
        return query.where(Reply.id.is_not(None), Reply.submitted_at.is_(None))
    return query.where(Reply.answer == state, Reply.submitted_at.is_not(None))


def _lines(assembly: Assembly, uids: Sequence[str]) -> list[Found]:
    """The lines of these people, in this order."""
    found: dict[str, Found] = {}
    read = opener(_key(assembly)) if uids else None
    for start in range(0, len(uids), CHUNK):
        rows = db.session.execute(
            select(
                Invitee.uid,
                Invitee.first_name_sealed,
                Invitee.last_name_sealed,
                Invitee.street_sealed,
                Invitee.state,
                Reply.answer,
                Reply.source,
                Reply.submitted_at,
            )
            .outerjoin(Reply, Reply.invitee_id == Invitee.id)
            .where(Invitee.uid.in_(uids[start : start + CHUNK]))
        )
        for row in rows:
            found[row.uid] = Found(
                uid=row.uid,
                first_name=_opened(read, row, "first_name"),
                last_name=_opened(read, row, "last_name"),
                street=_opened(read, row, "street"),
                state=_state(row.state, row.answer, row.submitted_at),
                source=row.source or "",
                submitted_at=row.submitted_at,
            )
    return [found[uid] for uid in uids if uid in found]


def _key(assembly: Assembly) -> bytes:
    return assembly_key(assembly.id)


def _opened(read: Any, row: Any, field: str) -> str:
    text: str = read(getattr(row, f"{field}_sealed"), f"invitee.{field}.{row.uid}")
    return text


def _state(invitation: str, answer: str | None, submitted_at: dt.datetime | None) -> str:
    if invitation == "undeliverable":
        return "undeliverable"
    if answer is None:
        return "open"
    return answer if submitted_at is not None else "started"


def _plain(text: str) -> str:
    """`Müßler` → `mussler`: case, accents and umlauts do not matter."""
    folded = text.casefold()
    if folded.isascii():
        return folded.replace(",", " ")
    folded = unicodedata.normalize("NFKD", folded)
    return "".join(char for char in folded if not unicodedata.combining(char)).replace(",", " ")
