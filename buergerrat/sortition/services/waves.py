"""Further waves: the next tickets of a stratum, for letters that came back and for weak groups.

Nobody is chosen here. The order was fixed with the draw; a wave takes the next tickets of each
stratum, so that over all waves the tickets of a stratum rise (docs/losprotokoll.md, section 3).
A wave settles every letter that came back before it.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import delete, func, select

from buergerrat import audit
from buergerrat.assemblies import retention
from buergerrat.assemblies.models import Assembly
from buergerrat.crypto import derived_key
from buergerrat.db import db, utcnow
from buergerrat.formats import BERLIN, longdate
from buergerrat.sortition.codes import new_codes
from buergerrat.sortition.commitment import Commitment
from buergerrat.sortition.models import InvitationDraw, Invitee, ReserveTicket
from buergerrat.sortition.services import draw as draws
from buergerrat.sortition.services.draw_job import invitee_of
from buergerrat.sortition.services.refusals import refused_in
from buergerrat.sortition.services.replies import pool_is_frozen
from buergerrat.sortition.spool import Spooled, person_of
from buergerrat.sortition.strata import Stratum, stratum_of
from buergerrat.sortition.tickets import ticket
from buergerrat.web import Conflict

LEAST_DAYS = 10
"""Whoever is invited later has at least so many days to answer: print, post, read, decide."""


def last_day(assembly: Assembly) -> dt.date:
    """Until when somebody can still be invited."""
    return assembly.reply_deadline - dt.timedelta(days=LEAST_DAYS)


def refusal(assembly: Assembly, now: dt.datetime | None = None) -> str:
    """Why nobody can be invited any more, with what to do; empty while it is possible."""
    if draws.last_drawn(assembly) is None:
        return str(_("Noch ist nichts gelost."))
    if pool_is_frozen(assembly):
        return str(_("Der Lostopf ist festgeschrieben. Es wird niemand mehr eingeladen."))
    if (now or utcnow()).astimezone(BERLIN).date() > last_day(assembly):
        return str(
            _(
                "Nachlosen ging bis zum %(day)s, damit allen mindestens %(days)s Tage zum Antworten "
                "bleiben. Wenn Sie mehr Zeit haben, verschieben Sie die Antwortfrist im Auftrag.",
                day=longdate(last_day(assembly)),
                days=LEAST_DAYS,
            )
        )
    return ""


def kept(draw: InvitationDraw) -> dict[str, int]:
    """Stratum → how many next tickets are left."""
    rows = db.session.execute(
        select(ReserveTicket.stratum, func.count())
        .where(ReserveTicket.draw_id == draw.id)
        .group_by(ReserveTicket.stratum)
    )
    return {row[0]: row[1] for row in rows}


def owed(draw: InvitationDraw) -> Counter[str]:
    """Stratum → letters that came back since the last wave: their next tickets are due."""
    since = db.session.scalar(
        select(func.max(Invitee.created_at)).where(Invitee.draw_id == draw.id, Invitee.wave > 1)
    )
    came_back = select(Invitee.sex, Invitee.age_band, Invitee.district).where(
        Invitee.draw_id == draw.id,
        Invitee.state == "undeliverable",
        Invitee.returned_at.is_not(None),
    )
    if since is not None:
        came_back = came_back.where(Invitee.returned_at > since)
    rows = db.session.execute(came_back)
    return Counter(
        stratum_of(Stratum(sex or "", band or "", place or "")).text for sex, band, place in rows
    )


def possible(wanted: Mapping[str, int], left: Mapping[str, int]) -> dict[str, int]:
    """What of a wish the kept tickets can meet, stratum by stratum."""
    met = {name: min(count, left.get(name, 0)) for name, count in wanted.items()}
    return {name: count for name, count in met.items() if count > 0}


def next_wave(draw: InvitationDraw) -> int:
    return max((entry[0] for entry in draw.tickets), default=1) + 1


def invite_next(
    assembly: Assembly, counts: Mapping[str, int], user_id: int | None = None
) -> list[Invitee]:
    """Turn the next tickets of each stratum into invitees of a new wave, with codes.

    `counts`: stratum → letters; where fewer tickets are left, fewer are invited. People whose
    household was written to in another draw, or who objected, are passed over. Raises Conflict
    when it is too late or no ticket is left; then nothing has changed.
    """
    if why := refusal(assembly):
        raise Conflict(why)
    newest = draws.last_drawn(assembly)
    draw = db.session.get_one(InvitationDraw, newest.id if newest else 0, with_for_update=True)
    chosen = _next_tickets(assembly, draw, counts)
    if not chosen:
        raise Conflict(
            _(
                "In diesen Gruppen ist kein weiteres Los aufbewahrt. Hier kann niemand mehr "
                "eingeladen werden. Erinnern Sie die, die noch nicht geantwortet haben."
            )
        )
    wave = next_wave(draw)
    invitees = _invitees(draw, wave, chosen)
    db.session.add_all(invitees)
    draw.tickets = [
        *draw.tickets,
        *([wave, row.stratum, row.row_id, list(row.path)] for row, _person in chosen),
    ]
    for row, _person in chosen:
        db.session.delete(row)
    db.session.flush()
    audit.log(
        "wave_invited",
        "invitation_draw",
        draw.number,
        assembly_id=assembly.id,
        wave=wave,
        letters=len(invitees),
        strata=len({row.stratum for row, _person in chosen}),
        user=user_id,
    )
    return invitees


def _next_tickets(
    assembly: Assembly, draw: InvitationDraw, counts: Mapping[str, int]
) -> list[tuple[ReserveTicket, Spooled]]:
    """By stratum, in it by position: the smallest tickets that are left.

    Inside the draw each household is in the tickets once, by the rule it was committed to.
    """
    homes = _homes_of_other_draws(draw)
    refused = refused_in(assembly.municipality_id)
    found: list[tuple[ReserveTicket, Spooled]] = []
    for stratum in sorted(counts):
        rows = db.session.scalars(
            select(ReserveTicket)
            .where(ReserveTicket.draw_id == draw.id, ReserveTicket.stratum == stratum)
            .order_by(ReserveTicket.position)
        )
        wanted = counts[stratum]
        for row in rows:
            if wanted <= 0:
                break
            person = person_of(row.person)
            if person.household not in homes and not refused(person):
                found.append((row, person))
                wanted -= 1
    return found


def _homes_of_other_draws(draw: InvitationDraw) -> set[str]:
    if not Commitment.from_json(str(draw.commitment).encode()).household_rule:
        return set()
    rows = db.session.scalars(
        select(Invitee.household).where(
            Invitee.assembly_id == draw.assembly_id, Invitee.draw_id != draw.id
        )
    )
    return {home for home in rows if home}


def _invitees(
    draw: InvitationDraw, wave: int, chosen: list[tuple[ReserveTicket, Spooled]]
) -> list[Invitee]:
    fixed = Commitment.from_json(str(draw.commitment).encode())
    seed, key = bytes.fromhex(draw.seed), derived_key(draw.assembly_id, "codes")
    codes = new_codes(len(chosen), secrets.token_bytes)
    return [
        invitee_of(
            person,
            code,
            assembly_id=draw.assembly_id,
            draw_id=draw.id,
            row_id=row.row_id,
            ticket=ticket(seed, fixed.draw_id, row.row_id).hex(),
            code_key=key,
            wave=wave,
        )
        for (row, person), code in zip(chosen, codes, strict=True)
    ]


def forget_unused(assembly: Assembly, user_id: int | None = None) -> int:
    """Delete the tickets that nobody needs any more; the deletion log says how many there were."""
    gone = db.session.execute(delete(ReserveTicket).where(ReserveTicket.assembly_id == assembly.id))
    count = int(gone.rowcount)  # type: ignore[attr-defined]
    why = "Der Lostopf ist festgeschrieben: Es wird niemand mehr eingeladen."
    retention.note_deletion(assembly, "reserve", count, why, user_id)
    return count
