"""Letters that came back: marked by their code, counted apart, and who is invited instead."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.formats import BERLIN
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.services import draw as draws
from buergerrat.sortition.services import replies, reply_search, waves
from buergerrat.sortition.strata import Stratum, stratum_of

_ADDRESS = re.compile(r".*antwort[^A-Za-z0-9]*", re.DOTALL | re.IGNORECASE)
# A scanner set to an American keyboard, read by a German one, swaps these two.
_KEYBOARD = str.maketrans({"z": "Y", "Z": "Y", "ß": "-"})


@dataclass(frozen=True)
class Mark:
    """What a scan did. result: marked | already | answered."""

    result: str
    invitee: Invitee


@dataclass(frozen=True)
class Standing:
    """What is due: letters that came back since the last wave, and what the tickets can do.

    due: stratum → letters; empty: strata in which no ticket is left. refusal: why not.
    """

    due: dict[str, int]
    empty: dict[str, int]
    refusal: str

    @property
    def letters(self) -> int:
        return 0 if self.refusal else sum(self.due.values())


def code_in(typed: str) -> str:
    """The code in what a scanner typed: the code itself, or an address that ends with it."""
    return _ADDRESS.sub("", typed.strip()).translate(_KEYBOARD)


def find(assembly: Assembly, typed: str) -> str | None:
    """The uid behind a code, or an address with one, of this assembly."""
    return reply_search.by_code(assembly, code_in(typed))


def mark(assembly: Assembly, uid: str) -> Mark:
    """The letter came back. A second scan, or one after an answer, changes nothing."""
    invitee = db.session.scalars(
        select(Invitee)
        .where(Invitee.assembly_id == assembly.id, Invitee.uid == uid)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if invitee.state == "undeliverable":
        return Mark("already", invitee)
    if invitee.reply is not None and invitee.reply.submitted_at is not None:
        return Mark("answered", invitee)
    replies.mark_undeliverable(invitee)
    return Mark("marked", invitee)


def today(assembly: Assembly, now: dt.datetime | None = None) -> list[Invitee]:
    """What was marked today, the newest first."""
    at = (now or utcnow()).astimezone(BERLIN)
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return list(
        db.session.scalars(
            select(Invitee)
            .where(
                Invitee.assembly_id == assembly.id,
                Invitee.state == "undeliverable",
                Invitee.returned_at >= midnight,
            )
            .order_by(Invitee.returned_at.desc(), Invitee.id.desc())
        )
    )


def total(assembly: Assembly) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Invitee)
            .where(Invitee.assembly_id == assembly.id, Invitee.state == "undeliverable")
        )
        or 0
    )


def standing(assembly: Assembly) -> Standing:
    draw = draws.last_drawn(assembly)
    if draw is None:
        return Standing({}, {}, waves.refusal(assembly))
    owed, left = waves.owed(draw), waves.kept(draw)
    due = waves.possible(owed, left)
    empty = {name: count - due.get(name, 0) for name, count in owed.items()}
    return Standing(
        due, {name: count for name, count in empty.items() if count > 0}, waves.refusal(assembly)
    )


def group_of(invitee: Invitee) -> str:
    """The stratum as a person reads it."""
    return stratum_of(
        Stratum(invitee.sex or "unspecified", invitee.age_band or "", invitee.district or "")
    ).label


def consequence(assembly: Assembly, invitee: Invitee) -> str:
    """What follows from this letter, as one sentence."""
    draw = draws.last_drawn(assembly)
    if draw is None or invitee.draw_id != draw.id:
        return str(_("Für diesen Brief wird niemand nachgelost."))
    now = standing(assembly)
    if now.refusal:
        return now.refusal
    name = stratum_of(
        Stratum(invitee.sex or "", invitee.age_band or "", invitee.district or "")
    ).text
    group = group_of(invitee)
    if name in now.empty:
        return str(
            _(
                "In der Gruppe %(group)s ist kein weiteres Los aufbewahrt. Hier kann niemand mehr "
                "eingeladen werden.",
                group=group,
            )
        )
    return str(_("Das nächste Los der Gruppe %(group)s wird eingeladen.", group=group))
