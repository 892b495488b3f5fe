"""How far the answers are, and their part of the assembly's home."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat.assemblies import way
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.way import Standing
from buergerrat.db import db, utcnow
from buergerrat.formats import BERLIN, longdate, shortdate, weekday
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.reply_pictures import reply_context
from buergerrat.sortition.services import reply_numbers
from buergerrat.sortition.services.replies import pool_is_frozen


def has_invitees(assembly: Assembly) -> bool:
    one = select(Invitee.id).where(Invitee.assembly_id == assembly.id).limit(1)
    return db.session.scalar(one) is not None


@way.step("replies")
def replies(assembly: Assembly) -> Standing:
    """Done when the deadline has passed, or the Lostopf is fixed earlier."""
    today = utcnow().astimezone(BERLIN).date()
    over = today > assembly.reply_deadline or pool_is_frozen(assembly)
    deadline = assembly.reply_deadline
    return Standing(
        done=over and has_invitees(assembly),
        when=shortdate(deadline) if over else _("bis %(day)s", day=shortdate(deadline)),
        endpoint="replies.index",
        title=_("Antworten sammeln"),
        text=_(
            "Im Lostopf sind %(pool)s Personen, gesucht werden %(seats)s. Tragen Sie Antwortkarten "
            "und Anrufe ein. Online-Antworten kommen von selbst dazu.",
            pool=reply_numbers.pool_size(assembly),
            seats=assembly.seats,
        ),
        action=_("Antworten ansehen"),
        deadline=_("bis %(weekday)s, %(day)s", weekday=weekday(deadline), day=longdate(deadline)),
    )


@way.overview_section
def overview(assembly: Assembly) -> tuple[str, dict[str, Any]]:
    """Four numbers and the course of the replies, as soon as somebody is invited."""
    if not has_invitees(assembly):
        return "", {}
    context = reply_context(assembly, reply_numbers.course(assembly))
    built = way.current()
    steps = [step for phase in built.phases for step in phase.steps] if built else []
    url = next((step.url for step in steps if step.key == "replies"), None)
    return "sortition/replies/overview.html", {**context, "url": url}
