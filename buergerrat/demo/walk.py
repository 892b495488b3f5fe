"""The demo: one Bürgerrat that goes the whole way, one whose extract waits for its draw.

Everything happens by the service functions that the pages use; only the clock is set, so
that the first Bürgerrat lies in the past.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Sequence

import numpy as np
from sqlalchemy import select

from buergerrat.accounts.models import Municipality
from buergerrat.assemblies import services as assemblies
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, writing
from buergerrat.demo import deliberation, story
from buergerrat.demo.moments import COMING, PAST, Days, at
from buergerrat.demo.register import write_register
from buergerrat.formats import BERLIN
from buergerrat.sortition import codes
from buergerrat.sortition.commitment import SeedKind, SeedProcedure
from buergerrat.sortition.models import InvitationDraw, Invitee, Member
from buergerrat.sortition.quotas import Check
from buergerrat.sortition.services import draw as invitation
from buergerrat.sortition.services import (
    drawing,
    extract,
    hall,
    lottery,
    members,
    plan,
    quotas,
    replies,
)
from buergerrat.sortition.services import letters as letter_service

EDITION = 4  # another number makes every demo be built anew
DICE = "4 7 1 9 0 3 8 2 6 5 5 1 7 7 0 9 2 4 8 3 6 1"
DIGITS = "352"
LETTERS = 460
Say = Callable[[str], None]


def build(today: dt.date, say: Say) -> None:
    """Everything, in an empty database. `say` hears of each step."""
    generator = np.random.default_rng(2035)
    with writing():
        town = Municipality(**story.TOWN)
        db.session.add(town)
        db.session.flush()
    say("Bürgerrat „Ortsmitte 2035“: Auftrag, Melderegister, Einladungslosung")
    first = found(town, today, PAST, "Ortsmitte 2035", story.QUESTION)
    invite(first, today, PAST)
    say("Briefe und Antworten")
    answer_letters(first, today, generator)
    say("Quoten, 1.000 Listen, öffentliche Ziehung, Mitglieder")
    draw_panel(first, today)
    take_seats(first, today)
    say("Sitzungen, Tische, Notizen")
    deliberation.meet(first, today)
    say("Empfehlungen, Abstimmungen, Gutachten, Antworten des Stadtrats")
    deliberation.recommend(first, today)
    deliberation.hand_over(first, today)
    deliberation.council_answers(first, today)
    say("Bürgerrat „Hitze in der Stadt“: Der Auszug wartet auf die Losung")
    second = found(town, today, COMING, "Hitze in der Stadt", story.SECOND_QUESTION)
    read_register(second, today - dt.timedelta(days=1), 2026)


def found(town: Municipality, today: dt.date, days: Days, title: str, question: str) -> Assembly:
    """The mandate, published."""

    def day(offset: int) -> dt.date:
        return today + dt.timedelta(days=offset)

    with at(today, days.resolution + 3):
        assembly = assemblies.found(
            town,
            assemblies.Mandate(
                title=title,
                guiding_question=question,
                legal_basis=story.LEGAL_BASIS,
                resolution_number=f"{day(days.resolution).year}/061",
                resolution_date=day(days.resolution),
                seats=16,
                reserve=4,
                reference_date=day(days.letters - 14),
                letters_on=day(days.letters),
                reply_deadline=day(days.deadline),
                lottery_at=dt.datetime.combine(
                    day(days.lottery), dt.time(18), tzinfo=BERLIN
                ).astimezone(dt.UTC),
                lottery_place="Ratssaal",
                first_session_on=day(days.first_session),
                last_session_on=day(days.first_session + 1),
                session_place="Ratssaal, Markt 1, ohne Stufen",
                session_note="Zwei Tage, 9 bis 16 Uhr. Essen ist frei.",
                allowance="60 Euro am Tag",
                handover_on=day(days.handover),
                answer_promised_by=day(days.answer),
                retention_until=day(days.retention),
            ),
        )
        assemblies.publish(assembly, True)
    return assembly


def read_register(assembly: Assembly, on: dt.date, seed: int) -> None:
    """A synthetic extract of 17,000 rows, read by the job, and a first plan."""
    register = io.BytesIO()
    write_register(register, seed)
    register.seek(0)
    with at(on, 0, 9):
        extract.receive(assembly, "auszug.csv", register)
    with at(on, 0, 9, 30):
        ready = extract.ready(assembly)
        if ready is None:
            raise RuntimeError("the demo's register could not be read")
        plan.save(assembly, ready, plan.Choice(LETTERS, "proportional", 0.08, 1))


def invite(assembly: Assembly, today: dt.date, days: Days) -> None:
    """Freeze, publish, throw the dice, draw, print."""
    read_register(assembly, today + dt.timedelta(days=days.letters - 12), 2025)
    dice_on = today + dt.timedelta(days=days.letters - 8)
    with at(today, days.letters - 10):
        draw = _draw(assembly)
        procedure = SeedProcedure(
            SeedKind.DICE,
            "Zehnseitiger Würfel in der öffentlichen Sitzung des Stadtrats",
            dice_on.isoformat(),
            "Fällt die Sitzung aus, gilt die nächste öffentliche Sitzung.",
        )
        invitation.commit(draw, procedure)
    with at(today, days.letters - 8, 19):
        invitation.enter_seed(_draw(assembly), SeedKind.DICE, DICE, dice_on)
    with at(today, days.letters - 7):
        invitation.start(_draw(assembly))
    with at(today, days.letters - 5):
        letter_service.make(assembly)
    with at(today, days.letters):
        letter_service.mark_posted(
            letter_service.batches(assembly)[0], today + dt.timedelta(days=days.letters)
        )


def _draw(assembly: Assembly) -> InvitationDraw:
    draws = invitation.draws(assembly)
    return draws[0]


# Among 100 people who are written to: how many answer, and how many of those say yes.
ANSWERING, SAYING_YES = 0.115, 0.72
EDUCATION = (
    ("upper", 0.38),
    ("secondary", 0.27),
    ("lower", 0.25),
    ("none", 0.02),
    ("not_said", 0.08),
)


def answer_letters(assembly: Assembly, today: dt.date, generator: np.random.Generator) -> None:
    """Invented answers: more from the educated, some by card and phone."""
    invitees = list(
        db.session.scalars(
            select(Invitee).where(Invitee.assembly_id == assembly.id).order_by(Invitee.ticket)
        )
    )
    span = PAST.deadline - PAST.letters
    for invitee in invitees:
        chance = generator.random()
        if chance < 0.03:
            with at(today, PAST.letters + 6):
                replies.mark_undeliverable(invitee)
        elif chance < 0.03 + ANSWERING:
            day = PAST.letters + 2 + int((span - 3) * generator.random() ** 1.4)
            with at(today, day, 8 + int(12 * generator.random())):
                _one_answer(assembly, invitee, generator)
    db.session.rollback()


def _one_answer(assembly: Assembly, invitee: Invitee, generator: np.random.Generator) -> None:
    yes = generator.random() < SAYING_YES
    source = ("online", "card", "phone")[int(np.searchsorted([0.62, 0.9], generator.random()))]
    school = generator.choice([key for key, _ in EDUCATION], p=[share for _, share in EDUCATION])
    if invitee.age_band == "16-29" and generator.random() < 0.35:
        school = "in_school"
    needs = ["childcare"] if generator.random() < 0.12 else []
    answer = replies.Answer(
        answer="yes" if yes else "no",
        features={
            "education": str(school),
            "migration_history": "yes" if generator.random() < 0.17 else "no",
        },
        support=needs,
        phone=f"01234 {10000 + int(80000 * generator.random())}",
    )
    replies.save(assembly, invitee, answer if yes else replies.Answer("no", {}), source=source)


def draw_panel(assembly: Assembly, today: dt.date) -> None:
    """Quotas from the population, widened by the suggestion until they fit; then the draw."""
    with at(today, PAST.deadline + 2):
        rows = quotas.proposal(assembly, story.SHARES, 1, "erfundene Anteile")
        for _try in range(5):
            quotas.save(assembly, rows)
            checked = quotas.check(assembly, rows)
            if checked.feasible and not checked.excluded:
                break
            rows = _suggested(rows, checked) if not checked.feasible else _wider(assembly, rows)
        lottery.freeze(assembly, None)
    with at(today, PAST.deadline + 3):
        draw = lottery.current(assembly)
        if draw is not None:
            drawing.build(draw, None)
    for place, digit in enumerate(DIGITS):
        with at(today, PAST.lottery, 18, 10 + 3 * place):
            draw = lottery.current(assembly)
            if draw is not None:
                hall.draw_digit(draw, digit, None)


def _suggested(rows: list[quotas.QuotaInput], checked: Check) -> list[quotas.QuotaInput]:
    return [
        quotas.QuotaInput(r.feature, r.value, q.min, q.max, r.share, r.source_note)
        for r, q in zip(rows, checked.changed, strict=True)
    ]


def _wider(assembly: Assembly, rows: Sequence[quotas.QuotaInput]) -> list[quotas.QuotaInput]:
    """One seat more room on each side, so that everybody in the Lostopf can be on a panel."""
    return [
        quotas.QuotaInput(
            r.feature,
            r.value,
            max(0, r.min - 1),
            min(assembly.seats, r.max + 1),
            r.share,
            r.source_note,
        )
        for r in rows
    ]


def take_seats(assembly: Assembly, today: dt.date) -> None:
    """Most accept; two cannot, and the rule in the record says who comes instead."""
    for number, member in enumerate(members.of(assembly, ["asked"])):
        with at(today, PAST.lottery + 2 + number // 4, 9 + number % 4):
            member = members.by_number(assembly, member.losnummer)
            if number == 4:
                members.leave(assembly, member, "beruflich verhindert", None)
            else:
                members.accept(member)
    for member in members.of(assembly, ["asked"]):
        with at(today, PAST.lottery + 7):
            members.accept(members.by_number(assembly, member.losnummer))
    with at(today, PAST.lottery + 12):
        leaving = members.of(assembly, ["accepted"])[9]
        members.leave(assembly, leaving, "weggezogen", None)
    with at(today, PAST.lottery + 13):
        for member in members.of(assembly, ["asked"]):
            members.accept(member)


def sample_code() -> str:
    """A code of somebody in the Lostopf, so that a visitor can look for their chance."""
    invitee = db.session.scalars(
        select(Invitee).join(Member).where(Member.state == "accepted").order_by(Member.losnummer)
    ).first()
    return codes.show(invitee.code) if invitee else ""
