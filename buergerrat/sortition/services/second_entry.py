"""Cards typed a second time: what two people read the same is right with good reason.

How many of the cards are typed twice is chosen in per cent. Which ones follows from a keyed hash,
so the choice is as good as random, stays the same, and nobody who types knows it beforehand.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.crypto import derived_key
from buergerrat.db import db, utcnow
from buergerrat.sortition.features import REPLY_FEATURES
from buergerrat.sortition.models import Invitee, Reply
from buergerrat.sortition.services import replies
from buergerrat.web import Conflict

NEXT_CARDS = 20


@dataclass(frozen=True)
class Progress:
    """typed: cards in all; chosen: of them to be typed twice; checked: done."""

    typed: int
    chosen: int
    checked: int
    waiting: Sequence[int]  # ids of invitees, in the order of the stack

    @property
    def left(self) -> int:
        return len(self.waiting)


@dataclass(frozen=True)
class Difference:
    """A field that was read in two ways; "" is not said, or without consent."""

    field: str  # answer | key of a reply feature
    first: str
    second: str


def progress(assembly: Assembly) -> Progress:
    """Two columns of every card, one query."""
    rows = db.session.execute(
        select(Reply.invitee_id, Invitee.uid, Reply.checked_at)
        .join(Invitee, Invitee.id == Reply.invitee_id)
        .where(
            Reply.assembly_id == assembly.id,
            Reply.source == "card",
            Reply.submitted_at.is_not(None),
            Invitee.state != "erased",
        )
        .order_by(Reply.submitted_at, Reply.id)
    ).all()
    key = derived_key(assembly.id, "second entry")
    chosen = [row for row in rows if is_chosen(key, row.uid, assembly.check_share)]
    return Progress(
        typed=len(rows),
        chosen=len(chosen),
        checked=sum(row.checked_at is not None for row in chosen),
        waiting=[row.invitee_id for row in chosen if row.checked_at is None],
    )


def is_chosen(key: bytes, uid: str, share: int) -> bool:
    """Whether this card is among the `share` per cent; who is chosen at 10 is chosen at 20."""
    digest = hmac.new(key, uid.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") * 100 < share << 64


def next_cards(found: Progress) -> list[Invitee]:
    """The first of those that wait, in the order of the stack."""
    rows = db.session.scalars(select(Invitee).where(Invitee.id.in_(found.waiting[:NEXT_CARDS])))
    place = {number: at for at, number in enumerate(found.waiting)}
    return sorted(rows, key=lambda invitee: place[invitee.id])


def set_share(assembly: Assembly, share: int) -> None:
    assembly.check_share = share
    db.session.flush()
    audit.log("check_share", "assembly", assembly.id, share=share)


def first_entry(reply: Reply) -> dict[str, str]:
    """What stands there, field by field, as `SecondForm.typed` gives it."""
    told = replies.answer_of(reply)
    return {"answer": told.answer} | {f.key: told.features.get(f.key, "") for f in REPLY_FEATURES}


def differences(reply: Reply, typed: Mapping[str, str]) -> list[Difference]:
    stored = first_entry(reply)
    found = [
        Difference(field, stored[field], typed[field])
        for field in stored
        if stored[field] != typed[field]
    ]
    # Somebody who says no has no features: then only the answer is in question.
    return found[:1] if found and found[0].field == "answer" else found


def require_waiting(reply: Reply | None, stand: str) -> Reply:
    """The reply as the clerk saw it. Raises Conflict when somebody was there in between."""
    if reply is None or reply.source != "card" or reply.submitted_at is None:
        raise Conflict(_("Diese Antwort kam nicht als Karte. Es gibt nichts zu vergleichen."))
    if reply.checked_at is not None:
        raise Conflict(_("Diese Karte ist inzwischen geprüft. Nehmen Sie die nächste."))
    if stand != str(reply.revision):
        raise Changed
    return reply


class Changed(Exception):
    """The first entry was changed while the second was typed."""


def confirm(
    assembly: Assembly, invitee: Invitee, kept: Mapping[str, str], typed: int, user_id: int
) -> None:
    """Note the check; where `kept` is not what stands there, correct it first.

    `typed`: how many fields were read in two ways.
    """
    if replies.pool_is_frozen(assembly):
        raise Conflict(_("Der Lostopf ist festgeschrieben. Antworten ändern sich nicht mehr."))
    reply = invitee.reply
    assert reply is not None
    changed = {k: v for k, v in kept.items() if v != first_entry(reply)[k]}
    if changed:
        told = replies.answer_of(reply)
        features = {k: v for k, v in kept.items() if k != "answer" and v}
        answer = replace(told, answer=kept["answer"], features=features)
        entered_by = reply.entered_by
        replies.save(assembly, invitee, answer, source="card", user_id=entered_by)
    reply.checked_at, reply.checked_by = utcnow(), user_id
    db.session.flush()
    audit.log("card_checked", "invitee", invitee.uid, different=typed, corrected=len(changed))
