"""The invitation draw: commit, enter the public seed, draw; and what the record needs of it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit, jobs
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import next_number
from buergerrat.config import SOFTWARE
from buergerrat.db import db, utcnow
from buergerrat.formats import BERLIN, date, longdate
from buergerrat.jobs import Job
from buergerrat.sortition import record
from buergerrat.sortition.commitment import (
    Commitment,
    SeedError,
    SeedKind,
    SeedProcedure,
    StratumPlan,
    derive_seed,
    normalise,
)
from buergerrat.sortition.drand import round_time
from buergerrat.sortition.households import HOUSEHOLD_SENTENCES
from buergerrat.sortition.models import InvitationDraw, RegisterExtract
from buergerrat.sortition.planning import METHODS
from buergerrat.sortition.services import extract as extracts
from buergerrat.sortition.spool import ROW_FIELDS
from buergerrat.sortition.strata import Stratum
from buergerrat.web import Conflict

TRANSITIONS = {("planned", "committed"), ("committed", "seeded"), ("seeded", "drawn")}
PUBLIC_KINDS = (SeedKind.DICE, SeedKind.LOTTO, SeedKind.DRAND)


def walk(draw: InvitationDraw, state: str, **detail: Any) -> None:
    """Change the state and log it. Raises ValueError for a step there is not."""
    if (draw.state, state) not in TRANSITIONS:
        raise ValueError(f"{draw.state} → {state}")
    draw.state = state
    audit.log(
        f"invitation_{state}",
        "invitation_draw",
        draw.number,
        assembly_id=draw.assembly_id,
        rehearsal=draw.rehearsal,
        **detail,
    )


def draws(assembly: Assembly) -> list[InvitationDraw]:
    """All of the assembly, rehearsals too, the newest first."""
    return list(
        db.session.scalars(
            select(InvitationDraw)
            .where(InvitationDraw.assembly_id == assembly.id)
            .order_by(InvitationDraw.number.desc())
        )
    )


def last_drawn(assembly: Assembly) -> InvitationDraw | None:
    """The newest real draw that has been carried out."""
    return db.session.scalar(
        select(InvitationDraw)
        .where(
            InvitationDraw.assembly_id == assembly.id,
            InvitationDraw.rehearsal.is_(False),
            InvitationDraw.state == "drawn",
        )
        .order_by(InvitationDraw.number.desc())
        .limit(1)
    )


def _draw_id(assembly: Assembly, number: int, rehearsal: bool) -> str:
    place = f"{assembly.municipality.slug}/{assembly.slug}"
    return f"{place}/einladung-{number}{'-probe' if rehearsal else ''}"


def _rules(assembly: Assembly, draw: InvitationDraw) -> tuple[str, ...]:
    return (
        f"Gelost wird aus allen Zeilen des Auszugs mit Hauptwohnung, ab {assembly.min_age} Jahren am "
        f"{date(assembly.reference_date)}, ohne Auskunftssperre.",
        "Gruppen: Geschlecht, Altersgruppe und Ortsteil; „divers“ und „ohne Angabe“ bilden je "
        "eine Gruppe.",
        f"Briefe je Gruppe: {METHODS[draw.method]}, mindestens {draw.minimum}, verteilt nach "
        "Sainte-Laguë.",
        "Los: HMAC-SHA-256 aus Startwert, Name der Losung und Zeile. In jeder Gruppe zählen die "
        "kleinsten Lose.",
        HOUSEHOLD_SENTENCES[draw.extract.household_rule],
        "Wer zu diesem Bürgerrat schon angeschrieben wurde, bleibt außen vor, mit seinem Haushalt.",
    )


def _commitment(
    assembly: Assembly, draw: InvitationDraw, extract: RegisterExtract, seed: SeedProcedure
) -> Commitment:
    return Commitment(
        assembly=f"{assembly.municipality.name}: {assembly.title}",
        draw_id=_draw_id(assembly, draw.number, draw.rehearsal),
        reference_date=assembly.reference_date.isoformat(),
        rules=_rules(assembly, draw),
        row_fields=ROW_FIELDS,
        household_rule=extract.household_rule != "none",
        strata=tuple(
            StratumPlan(stratum_name(row), row["people"], row["letters"]) for row in draw.letters
        ),
        refused=tuple(sorted(extract.refused.items())),
        merkle_root=extract.merkle_root,
        seed=seed,
        software=SOFTWARE,
    )


def stratum_name(row: dict[str, Any]) -> str:
    """The name of a stratum in the commitment and the record."""
    return Stratum(row["sex"], row["age_band"], row["district"]).text


def commit(draw: InvitationDraw, seed: SeedProcedure, user_id: int | None = None) -> Commitment:
    """Fix the plan, the register and the source of the seed; from now on all is public."""
    assembly = db.session.get_one(Assembly, draw.assembly_id)
    if draw.state != "planned" or draw.rehearsal:
        raise Conflict(_("Dieser Plan ist schon festgeschrieben."))
    if draw.extract.state != "ready":
        raise Conflict(_("Zu diesem Plan gibt es keinen Auszug mehr. Lesen Sie ihn neu ein."))
    extracts.refuse_while_committed(assembly)
    extracts.refuse_after_freezing(assembly)
    if seed.kind not in PUBLIC_KINDS:
        raise Conflict(_("Ein selbst erzeugter Startwert ist nur für eine Probe erlaubt."))
    if assembly.published_at is None:
        raise Conflict(
            _(
                "Die öffentliche Seite ist noch nicht freigeschaltet. Eine Prüfsumme zählt erst, "
                "wenn alle sie sehen können."
            )
        )
    extracts.close(draw.extract, "committed", user_id)
    return _fix(assembly, draw, seed, user_id)


def _fix(
    assembly: Assembly, draw: InvitationDraw, seed: SeedProcedure, user_id: int | None
) -> Commitment:
    fixed = _commitment(assembly, draw, draw.extract, seed)
    draw.seed_kind, draw.seed_source = seed.kind.value, seed.event
    draw.seed_due = dt.date.fromisoformat(seed.date)
    draw.seed_fallback = seed.fallback
    draw.commitment, draw.commitment_hash = fixed.to_json().decode(), fixed.checksum
    draw.committed_at = utcnow()
    walk(draw, "committed", checksum=fixed.checksum, letters=fixed.letters, user=user_id)
    db.session.flush()
    return fixed


def refuse_seed(draw: InvitationDraw) -> dt.datetime:
    """Raise Conflict unless the draw waits for its seed; returns when it was committed."""
    if draw.committed_at is None:
        raise Conflict(
            _(
                "Noch ist nichts festgeschrieben. Ein Startwert zählt nur, wenn die Prüfsumme "
                "vorher öffentlich war. Schreiben Sie zuerst den Plan fest."
            )
        )
    if draw.state != "committed":
        raise Conflict(_("Der Startwert steht schon fest und lässt sich nicht mehr ändern."))
    return draw.committed_at


def enter_seed(
    draw: InvitationDraw, kind: SeedKind, value: str, on: dt.date, user_id: int | None = None
) -> str:
    """Take the public value and derive the seed; returns its hex. Raises SeedError, Conflict."""
    committed_at = refuse_seed(draw)
    if kind not in PUBLIC_KINDS:
        raise SeedError(_("Ein selbst erzeugter Startwert ist nur für eine Probe erlaubt."))
    public = normalise(kind, value)
    check_time(committed_at, kind, public, on)
    if draw.seed_due is not None and on < draw.seed_due:
        raise SeedError(
            _(
                "Angekündigt ist der %(day)s. Ein Wert von einem früheren Tag zählt nicht, sonst "
                "könnte ihn jemand aussuchen.",
                day=longdate(draw.seed_due),
            )
        )
    if kind is not announced_kind(draw) and draw.seed_due is not None and on == draw.seed_due:
        raise SeedError(
            _(
                "Angekündigt ist eine andere Quelle. Eine Ersatzquelle zählt erst von einem "
                "späteren Tag an, wenn die angekündigte ausgefallen ist."
            )
        )
    return _seed(draw, kind, public, on, user_id)


def announced_kind(draw: InvitationDraw) -> SeedKind:
    """The source that the commitment names."""
    return Commitment.from_json(str(draw.commitment).encode()).seed.kind


def _seed(
    draw: InvitationDraw, kind: SeedKind, public: str, on: dt.date, user_id: int | None
) -> str:
    seed = derive_seed(str(draw.commitment_hash), kind, public, draw.rehearsal).hex()
    draw.seed_kind, draw.seed_value, draw.seed_on = kind.value, public, on
    draw.seed, draw.seeded_at = seed, utcnow()
    walk(draw, "seeded", kind=kind.value, value=public, on=on.isoformat(), user=user_id)
    db.session.flush()
    return seed


def check_time(committed_at: dt.datetime, kind: SeedKind, public: str, on: dt.date) -> None:
    """The public event came after the commitment, and it has happened."""
    fixed, today = committed_at.astimezone(BERLIN).date(), utcnow().astimezone(BERLIN).date()
    if on > today:
        raise SeedError(_("Dieser Tag liegt in der Zukunft."))
    if on < fixed or (kind is SeedKind.LOTTO and on == fixed):
        raise SeedError(
            _(
                "Das war vor dem Festschreiben am %(day)s. Der Startwert muss danach entstehen, "
                "sonst könnte ihn jemand beim Planen gekannt haben.",
                day=longdate(fixed),
            )
        )
    if kind is SeedKind.DRAND:
        number = min(int(public.split(":")[0]), 10**10)  # far off already; later no date exists
        _check_round(committed_at, round_time(number), on)


def _check_round(committed_at: dt.datetime, published: dt.datetime, on: dt.date) -> None:
    """A round of the named day that is out: there are 28,800 a day to choose from."""
    if published <= committed_at:
        raise SeedError(
            _(
                "Diese drand-Runde erschien vor dem Festschreiben. Nehmen Sie die angekündigte "
                "Runde des Netzes „quicknet“."
            )
        )
    if published > utcnow() or published.astimezone(BERLIN).date() != on:
        raise SeedError(
            _(
                "Diese drand-Runde ist nicht vom %(day)s oder noch nicht erschienen.",
                day=longdate(on),
            )
        )


def start(draw: InvitationDraw, user_id: int | None = None) -> Job:
    """Start the draw. A second click, or a second clerk, is told that it runs or is done."""
    if draw.state == "drawn":
        raise Conflict(_("Auf diese Festschreibung ist schon gelost. Ein zweites Mal geht nicht."))
    if draw.state != "seeded":
        raise Conflict(_("Vor der Losung brauchen wir den öffentlichen Startwert."))
    running = db.session.get(Job, draw.job_id) if draw.job_id else None
    if running is not None and running.state in ("queued", "running", "done"):
        raise Conflict(_("Die Losung läuft schon. Jemand anderes hat sie eben gestartet."))
    job = jobs.start(
        "draw_invitations", assembly_id=draw.assembly_id, user_id=user_id, draw=draw.id
    )
    draw.job_id = job.id
    db.session.flush()
    return job


def rehearse(plan: InvitationDraw, user_id: int | None = None) -> InvitationDraw:
    """Draw once for practice, with a seed made here. Writes nobody down."""
    if plan.extract.state != "ready":
        raise Conflict(_("Zu diesem Plan gibt es keinen Auszug mehr."))
    assembly = db.session.get_one(Assembly, plan.assembly_id)
    today = utcnow().astimezone(BERLIN).date()
    probe = InvitationDraw(
        assembly_id=assembly.id,
        number=next_number(InvitationDraw, assembly.id),
        extract=plan.extract,
        state="planned",
        rehearsal=True,
        method=plan.method,
        letters_total=plan.letters_total,
        response_rate=plan.response_rate,
        rates=plan.rates,
        minimum=plan.minimum,
        reserve_share=plan.reserve_share,
        letters=plan.letters,
    )
    db.session.add(probe)
    db.session.flush()
    procedure = SeedProcedure(SeedKind.LOCAL, "Probe", today.isoformat(), "")
    _fix(assembly, probe, procedure, user_id)
    _seed(probe, SeedKind.LOCAL, secrets.token_hex(32), today, user_id)
    start(probe, user_id)
    return probe


def record_part(draw: InvitationDraw) -> record.InvitationDraw:
    """The draw as the Losprotokoll writes it, with every wave."""
    fixed = Commitment.from_json(str(draw.commitment).encode())
    use = record.SeedUse(SeedKind(draw.seed_kind), draw.seed_value, draw.rehearsal)
    by_wave: defaultdict[int, list[list[Any]]] = defaultdict(list)
    for entry in draw.tickets:
        by_wave[entry[0]].append(entry)
    planned = {row.name: row.letters for row in fixed.strata}
    waves = [_wave(fixed.draw_id, by_wave[1], planned)]
    waves += [_wave(fixed.draw_id, by_wave[number]) for number in range(2, max(by_wave) + 1)]
    return record.InvitationDraw(fixed, use, tuple(waves))


def _wave(
    draw_id: str, entries: list[list[Any]], planned: Mapping[str, int] | None = None
) -> record.Wave:
    """`entries` as in `InvitationDraw.tickets`; later waves are as large as what was drawn."""
    drawn: defaultdict[str, list[str]] = defaultdict(list)
    for _number, stratum, row_id, _path in entries:
        drawn[stratum].append(row_id)
    rows = {name: tuple(drawn[name]) for name in planned or drawn}
    letters = planned or {name: len(some) for name, some in rows.items()}
    return record.Wave(draw_id, letters, rows, {row: tuple(path) for _n, _s, row, path in entries})
