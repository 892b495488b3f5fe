"""Who was drawn, asked, accepted, left and came instead: the log of the seats, and its check."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from buergerrat.accounts.models import User
from buergerrat.assemblies.models import Assembly
from buergerrat.audit import AuditEntry
from buergerrat.db import db
from buergerrat.formats import date
from buergerrat.sortition.models import PanelDraw

ACTIONS = (
    "lottery_picked",
    "member_accepted",
    "member_declined",
    "member_withdrawn",
    "seat_held",
    "replacement",
)


@dataclass(frozen=True)
class Line:
    """One entry of the log. losnummer: whom it is about; number: the entry in the whole log."""

    number: int
    at: dt.datetime
    kind: str
    losnummer: str
    text: str
    rule: str
    who: str


def entries(assembly: Assembly) -> list[AuditEntry]:
    """The entries about seats, oldest first; rehearsals are left out."""
    rows = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.assembly_id == assembly.id, AuditEntry.action.in_(ACTIONS))
        .order_by(AuditEntry.id)
    )
    return [row for row in rows if not row.detail.get("rehearsal")]


def lines(assembly: Assembly, draw: PanelDraw) -> list[Line]:
    """The log in words, oldest first. Losnummern, never names of those who were drawn."""
    found = entries(assembly)
    ids = {entry.actor_id for entry in found if entry.actor_id is not None}
    names: dict[int, str] = {
        row[0]: row[1]
        for row in db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    }
    return [_line(entry, draw, names) for entry in found]


def _line(entry: AuditEntry, draw: PanelDraw, names: dict[int, str]) -> Line:
    detail: dict[str, Any] = entry.detail
    losnummer = entry.object_id if entry.object_type == "member" else ""
    text, rule = _words(entry.action, losnummer, detail, draw)
    if detail.get("by") == "code":
        who = _("mit dem Code")
    elif entry.actor_id is not None:
        who = names.get(entry.actor_id) or _("gelöschtes Konto")
    elif entry.action == "replacement":
        who = _("nach der Regel")
    else:
        who = _("System")
    return Line(entry.id, entry.at, entry.action, losnummer, text, rule, str(who))


def _words(action: str, losnummer: str, detail: dict[str, Any], draw: PanelDraw) -> tuple[str, str]:
    if action == "lottery_picked":
        count = len(draw.result.get("panel", ()))
        said = ngettext(
            "Liste %(list)s ist gezogen. Eine Person ist angefragt.",
            "Liste %(list)s ist gezogen. %(num)s Personen sind angefragt.",
            count,
            list=draw.digits,
        )
        return said, _("Die öffentliche Ziehung bestimmt die Liste.")
    if action == "replacement":
        return _moved(detail)
    reason = detail.get("reason", "")
    texts = {
        "member_accepted": _("Losnummer %(los)s nimmt den Platz an.", los=losnummer),
        "member_declined": _("Losnummer %(los)s sagt ab.", los=losnummer),
        "member_withdrawn": _("Losnummer %(los)s scheidet aus.", los=losnummer),
        "seat_held": _(
            "Losnummer %(los)s überlegt noch. Der Platz wird bis zum %(day)s gehalten.",
            los=losnummer,
            day=date(dt.date.fromisoformat(detail["until"])) if "until" in detail else "",
        ),
    }
    return texts[action], _("Grund: %(reason)s.", reason=reason) if reason else ""


def _moved(detail: dict[str, Any]) -> tuple[str, str]:
    left, came, broken = detail["left"], detail["came"], detail["broken"]
    if came is None:
        said = _("Der Platz von Losnummer %(left)s bleibt frei.", left=left)
        return said, _("Im Lostopf war niemand mehr.") if detail["wanted"] else ""
    said = _("Losnummer %(came)s rückt für %(left)s nach.", came=came, left=left)
    if broken:
        rule = _(
            "Niemand hielt alles ein. Es kam, wer am wenigsten verletzt; nicht einzuhalten war: "
            "%(quotas)s.",
            quotas=", ".join(broken),
        )
    else:
        rule = _(
            "Die erste Person in der Reihenfolge der Lose, mit der alle Quoten und die "
            "Haushaltsregel halten."
        )
    return said, rule
