"""The demo's stage one: extract, plan, invitation draw, letters, replies, visits."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Container

import numpy as np
from sqlalchemy import select

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.demo import story
from buergerrat.demo.moments import Days, at
from buergerrat.demo.register import write_register
from buergerrat.sortition.commitment import SeedKind, SeedProcedure
from buergerrat.sortition.models import InvitationDraw, Invitee
from buergerrat.sortition.services import (
    draw as invitation,
)
from buergerrat.sortition.services import (
    extract,
    forwarding,
    marginals,
    outreach,
    plan,
    quotas,
    replies,
    waves,
)
from buergerrat.sortition.services import letters as letter_service

DICE = "4 7 1 9 0 3 8 2 6 5 5 1 7 7 0 9 2 4 8 3 6 1"
LETTERS = 460


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


def know_population(assembly: Assembly) -> None:
    """What the register does not know, as a census would tell it."""
    features = {one.key: one for one in quotas.features_of(assembly)}
    for feature in ("education", "migration_history"):
        typed = {
            value: f"{100 * share:.0f}"
            for (key, value), share in story.SHARES.items()
            if key == feature
        }
        marginals.enter(assembly, features[feature], typed, marginals.Origin(*story.CENSUS))


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


def answer_letters(
    assembly: Assembly,
    today: dt.date,
    days: Days,
    until: int,
    generator: np.random.Generator,
    rare: Container[str | None] = (),
) -> None:
    """Invented answers until a day: more from the educated, some by card and phone.

    In the age bands and districts of `rare` a quarter as many answer.
    """
    invitees = list(
        db.session.scalars(
            select(Invitee)
            .where(Invitee.assembly_id == assembly.id, Invitee.recruitment_path == "letter")
            .order_by(Invitee.ticket)
        )
    )
    for invitee in invitees:
        chance = generator.random()
        if chance < 0.03:
            with at(today, days.letters + 6):
                replies.mark_undeliverable(invitee)
        elif chance < 0.03 + ANSWERING * (
            0.25 if invitee.age_band in rare or invitee.district in rare else 1
        ):
            span = days.deadline - days.letters
            day = days.letters + 2 + int((span - 3) * generator.random() ** 1.4)
            hour = 8 + int(12 * generator.random())
            if day <= until:
                with at(today, day, hour):
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


def invite_again(assembly: Assembly, today: dt.date, day: int) -> None:
    """The next tickets in the place of letters that came back, and their letters."""
    with at(today, day, 11):
        waves.invite_next(assembly, waves.owed(_draw(assembly)))
        letter_service.make(assembly, wave=2)
    _post_newest(assembly, today, day + 1)


def remind(assembly: Assembly, today: dt.date, day: int) -> None:
    with at(today, day, 9):
        letter_service.make(assembly, kind="reminder")
    _post_newest(assembly, today, day)


def _post_newest(assembly: Assembly, today: dt.date, day: int) -> None:
    with at(today, day, 15):
        newest = letter_service.batches(assembly)[0]
        letter_service.mark_posted(newest, today + dt.timedelta(days=day))


def forward(assembly: Assembly, today: dt.date, day: int) -> None:
    """Letters that the registration office posts itself."""
    with at(today, day, 12):
        forwarding.make_codes(assembly, 5)
    _post_newest(assembly, today, day)


def visit(assembly: Assembly, today: dt.date, day: int) -> None:
    """Some doors, and what two of them said."""
    with at(today, day, 9):
        outreach.plan(assembly, 12)
    with at(today, day, 18):
        listed = outreach.listed(assembly)
        for row, outcome in zip(listed, ("not_met", "refuses"), strict=False):
            outreach.enter(assembly, row.invitee, outcome)
