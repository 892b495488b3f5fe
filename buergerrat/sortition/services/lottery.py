"""The panel lottery as it is stored: what was frozen, what was built, the states it walks."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies import scope
from buergerrat.assemblies.models import Assembly
from buergerrat.config import versions
from buergerrat.crypto import derived_key
from buergerrat.db import db, utcnow
from buergerrat.formats import local
from buergerrat.sortition import panels as pure_panels
from buergerrat.sortition import record, seat_dates
from buergerrat.sortition.commitment import (
    PANEL_RULES,
    PanelCommitment,
    SeedKind,
    SeedProcedure,
    derive_seed,
)
from buergerrat.sortition.leximin import Certificate
from buergerrat.sortition.models import InvitationDraw, Invitee, PanelDraw, Replacement, Reply
from buergerrat.sortition.quotas import Quota, check
from buergerrat.sortition.services import quotas as quota_service
from buergerrat.sortition.services import response, waves
from buergerrat.web import Conflict

PANELS = 1000  # unless another number is chosen when Lostopf and quotas are frozen
FEWEST, MOST = 100, 10_000
# from → to; every move is walked by `move` and written to the log
TRANSITIONS = {
    ("frozen", "building"),
    ("building", "built"),
    ("building", "failed"),
    ("building", "frozen"),  # the clerk stopped it
    ("failed", "building"),
    ("built", "picked"),
    ("frozen", "discarded"),
    ("failed", "discarded"),
}


def move(draw: PanelDraw, to: str, action: str = "", **detail: Any) -> None:
    """Walk to another state and log it, under a name of its own or that of the state."""
    if (draw.state, to) not in TRANSITIONS:
        raise Conflict(_("Dieser Schritt geht hier nicht mehr. Bitte laden Sie die Seite neu."))
    detail = {"from": draw.state, "to": to, "rehearsal": draw.rehearsal, **detail}
    draw.state = to
    action = action or f"lottery_{to}"
    audit.log(action, "panel_draw", draw.number, assembly_id=draw.assembly_id, **detail)


def current(assembly: Assembly) -> PanelDraw | None:
    """The real lottery of the assembly: frozen, being built, built or picked."""
    return db.session.scalar(
        select(PanelDraw)
        .where(
            PanelDraw.assembly_id == assembly.id,
            PanelDraw.rehearsal.is_(False),
            PanelDraw.state != "discarded",
        )
        .order_by(PanelDraw.number.desc())
        .limit(1)
    )


def rehearsals(assembly: Assembly) -> list[PanelDraw]:
    return list(
        db.session.scalars(
            select(PanelDraw)
            .where(PanelDraw.assembly_id == assembly.id, PanelDraw.rehearsal.is_(True))
            .order_by(PanelDraw.number.desc())
        )
    )


def freeze(
    assembly: Assembly,
    user_id: int | None,
    rehearsal: bool = False,
    panels: int = PANELS,
    accept_excluded: bool = False,
    pick: SeedProcedure | None = None,
) -> PanelDraw:
    """Fix Lostopf and quotas under a Prüfsumme; from here on neither changes.

    Gives everybody a Losnummer. Raises Conflict when the quotas cannot be met, or when somebody
    could be on no list and nobody said that this is accepted (a rehearsal shows it instead).
    """
    if not rehearsal and current(assembly) is not None:
        raise Conflict(_("Lostopf und Quoten sind schon festgeschrieben."))
    if not FEWEST <= panels <= MOST:
        raise Conflict(_("Die Zahl der Listen liegt zwischen 100 und 10.000."))
    rows = quota_service.stored(assembly)
    invitees = quota_service.pool(assembly)
    features = quota_service.features_of(assembly)
    people = quota_service.people_of(invitees, features)
    if not people:
        raise Conflict(_("Im Lostopf ist noch niemand."))
    quotas = quota_service.pure_quotas(rows, features)
    checked = check(people, quotas, assembly.seats)
    if not rows or not checked.feasible:
        raise Conflict(_("So lässt sich kein Rat bilden. Bitte passen Sie zuerst die Quoten an."))
    excluded = {one for group in checked.excluded for one in group.ids}
    if excluded and not (rehearsal or accept_excluded):
        raise Conflict(
            ngettext(
                "Unter diesen Quoten steht eine Person auf keiner Liste. Ändern Sie die Quoten, "
                "oder bestätigen Sie ausdrücklich, dass es so sein soll.",
                "Unter diesen Quoten stehen %(num)s Personen auf keiner Liste. Ändern Sie die "
                "Quoten, oder bestätigen Sie ausdrücklich, dass es so sein soll.",
                len(excluded),
            )
        )
    number = scope.next_number(PanelDraw, assembly.id)
    # A rehearsal has salts of its own: what it opens must open nothing of the real lottery.
    salts = derived_key(assembly.id, f"losnummern-probe-{number}" if rehearsal else "losnummern")
    entrants = record.entrants(people, salts)
    procedure, value = _seed(assembly, rehearsal)
    invitation = invitation_of(assembly)
    until = assembly.replacements_until or assembly.last_session_on
    commitment = PanelCommitment(
        assembly=f"{assembly.municipality.name}: {assembly.title}",
        draw_id=f"losung-{number}",
        invitation=(invitation.commitment_hash or "") if invitation else "",
        seats=assembly.seats,
        panels=panels,
        household_rule=True,
        people=len(entrants),
        people_sha256=record.sha256(record.people_csv(entrants)),
        quotas_sha256=record.sha256(record.quotas_csv(quotas, entrants)),
        seed=procedure,
        pick=pick or _by_hand(assembly),
        software=versions(),
        rules=(*PANEL_RULES, seat_dates.rule(until)),
    )
    draw = PanelDraw(
        assembly_id=assembly.id,
        number=number,
        rehearsal=rehearsal,
        frozen={
            "commitment": commitment.to_json().decode(),
            "seed_value": value,
            "replacements_until": until.isoformat(),
            "quotas": [asdict(q) for q in quotas],
            "population": [r.population_share for r in rows],
            "excluded": sorted(e.number for e in entrants if e.person_id in excluded),
            "excluded_accepted": bool(excluded) and accept_excluded,
            "pool_counts": list(pure_panels.composition(people, quotas, [p.id for p in people])),
        },
        frozen_at=utcnow(),
        frozen_hash=commitment.checksum,
    )
    draw.pool = json.dumps([asdict(e) for e in entrants], ensure_ascii=False)
    draw.seed = derive_seed(commitment.checksum, procedure.kind, value, rehearsal).hex()
    db.session.add(draw)
    db.session.flush()
    if not rehearsal:
        _give_losnummern(assembly, entrants)
        response.note(assembly)
        waves.forget_unused(assembly, user_id)
    audit.log(
        "lottery_frozen",
        "panel_draw",
        draw.number,
        assembly_id=assembly.id,
        checksum=commitment.checksum,
        people=len(entrants),
        panels=panels,
        excluded=len(excluded),
        rehearsal=rehearsal,
        user=user_id,
    )
    return draw


def invitation_of(assembly: Assembly) -> InvitationDraw | None:
    return db.session.scalar(
        select(InvitationDraw)
        .where(
            InvitationDraw.assembly_id == assembly.id,
            InvitationDraw.state == "drawn",
            InvitationDraw.rehearsal.is_(False),
        )
        .order_by(InvitationDraw.number.desc())
        .limit(1)
    )


def _seed(assembly: Assembly, rehearsal: bool) -> tuple[SeedProcedure, str]:
    """The public seed of the invitation draw; a rehearsal takes a local one and says so."""
    today = utcnow().date().isoformat()
    if rehearsal:
        procedure = SeedProcedure(SeedKind.LOCAL, "Probe, örtlich erzeugt", today, "")
        return procedure, os.urandom(32).hex()
    invitation = invitation_of(assembly)
    if invitation is None or not invitation.seed:
        raise Conflict(_("Zuerst muss die Einladungslosung stattgefunden haben."))
    event = "Startwert der Einladungslosung"
    day = (invitation.seeded_at or utcnow()).date().isoformat()
    return SeedProcedure(SeedKind.INVITATION, event, day, ""), invitation.seed


def _by_hand(assembly: Assembly) -> SeedProcedure:
    """How the list is picked unless something else is announced."""
    day = local(assembly.lottery_at).date().isoformat()
    event = "Ziffern, eine nach der anderen öffentlich gezogen"
    return SeedProcedure(SeedKind.DIGITS, event, day, "")


def _give_losnummern(assembly: Assembly, entrants: tuple[record.Entrant, ...]) -> None:
    numbers = {e.person_id: e.number for e in entrants}
    pairs = db.session.execute(
        select(Reply, Invitee.uid).join(Invitee).where(Reply.assembly_id == assembly.id)
    )
    for reply, uid in pairs:
        reply.losnummer = numbers.get(uid)


def entrants_of(draw: PanelDraw) -> list[record.Entrant]:
    """The frozen pool. Raises Conflict once it is deleted; then nobody can be drawn any more."""
    if draw.pool_sealed is None:
        raise Conflict(_("Der Lostopf ist gelöscht, wie versprochen. Nachrücken geht nicht mehr."))
    return [record.Entrant(**row) for row in json.loads(draw.pool)]


def commitment_of(draw: PanelDraw) -> PanelCommitment:
    """What was fixed and published: seats, number of lists, hashes of Lostopf and quotas."""
    return PanelCommitment.from_json(draw.frozen["commitment"].encode())


def panels_of(draw: PanelDraw) -> int:
    """How many lists this lottery has or will have."""
    return commitment_of(draw).panels


def typed_panels(text: str) -> int:
    """The number of lists as typed; nothing typed means the usual number. Raises Conflict."""
    text = text.strip().replace(".", "").replace("\u00a0", "")
    if not text:
        return PANELS
    if not (text.isascii() and text.isdigit()) or not FEWEST <= int(text[:9]) <= MOST:
        raise Conflict(_("Die Zahl der Listen liegt zwischen 100 und 10.000."))
    return int(text)


def places(panels: int) -> int:
    """How many digits the number of a list has: 3 for 1,000 lists (000 to 999)."""
    return len(pure_panels.label(panels - 1, panels))


def quotas_of(draw: PanelDraw) -> list[Quota]:
    return [Quota(**row) for row in draw.frozen["quotas"]]


def store(draw: PanelDraw, lottery: pure_panels.Lottery) -> None:
    """Write the lottery into the row: lists as lines of Losnummern, figures as JSON."""
    proof = lottery.certificate
    draw.panels = "\n".join(" ".join(panel) for panel in lottery.panels)
    draw.panels_hash = record.sha256(record.marks_csv(lottery.panels, entrants_of(draw)))
    draw.result = {
        "counts": dict(lottery.counts),
        "target": dict(lottery.target),
        "bound": str(lottery.bound),
        "deviation": str(lottery.deviation),
        "excluded": list(lottery.excluded),
        "attained": lottery.attained,
        "distinct": len(set(lottery.panels)),
        "certificate": {
            "seats": str(proof.seats),
            "minimum": [str(v) for v in proof.minimum],
            "maximum": [str(v) for v in proof.maximum],
            "households": {k: str(v) for k, v in proof.households.items()},
            "right": str(proof.right),
            "total": str(proof.total),
        },
    }


def load(draw: PanelDraw) -> pure_panels.Lottery:
    """The lottery as it was built."""
    result, proof = draw.result, draw.result["certificate"]
    return pure_panels.Lottery(
        panels=tuple(tuple(line.split(" ")) for line in draw.panels.split("\n")),
        counts=result["counts"],
        target=result["target"],
        bound=Fraction(result["bound"]),
        certificate=Certificate(
            seats=Fraction(proof["seats"]),
            minimum=tuple(Fraction(v) for v in proof["minimum"]),
            maximum=tuple(Fraction(v) for v in proof["maximum"]),
            households={k: Fraction(v) for k, v in proof["households"].items()},
            right=Fraction(proof["right"]),
            total=Fraction(proof["total"]),
        ),
        deviation=Fraction(result["deviation"]),
        excluded=tuple(result["excluded"]),
        attained=result["attained"],
    )


def panel_lines(draw: PanelDraw) -> list[str]:
    return draw.panels.split("\n")


def replacements_of(draw: PanelDraw) -> list[Replacement]:
    return list(
        db.session.scalars(
            select(Replacement)
            .where(Replacement.panel_draw_id == draw.id)
            .order_by(Replacement.number)
        )
    )
