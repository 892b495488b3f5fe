"""The plan of the letters: how many for whom, what to expect, and the stored plan."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import next_number
from buergerrat.db import db
from buergerrat.sortition.models import InvitationDraw, RegisterExtract
from buergerrat.sortition.planning import (
    DEFAULT_RATE,
    Replies,
    expected_replies,
    expected_total,
    plan_letters,
)
from buergerrat.sortition.services.extract import refuse_while_committed
from buergerrat.sortition.strata import Stratum
from buergerrat.web import Conflict

Z = 1.645
"""95 % of a normal distribution lie above its mean minus this many standard deviations."""


@dataclass(frozen=True)
class Choice:
    """What the clerk chooses. `response_rate` is a share, 0–1."""

    letters_total: int
    method: str = "proportional"
    response_rate: float = DEFAULT_RATE
    minimum: int = 1


@dataclass(frozen=True)
class Line:
    """A stratum, or several together, in the plan."""

    label: str
    people: int
    letters: int
    expected: Replies


@dataclass(frozen=True)
class Plan:
    """The letters per stratum and what they may bring."""

    choice: Choice
    letters: Mapping[Stratum, int]
    people: Mapping[Stratum, int]
    expected: Replies

    def line(self, label: str, strata: Iterable[Stratum]) -> Line:
        chosen = list(strata)
        letters = sum(self.letters.get(s, 0) for s in chosen)
        people = sum(self.people[s] for s in chosen)
        return Line(label, people, letters, expected_replies(letters, self.choice.response_rate))


def people_of(extract: RegisterExtract) -> dict[Stratum, int]:
    return {
        Stratum(row["sex"], row["age_band"], row["district"]): row["people"]
        for row in extract.strata
    }


def first_choice(assembly: Assembly, people: int) -> Choice:
    """As many letters as bring enough people for seats and reserve in 19 of 20 cases."""
    spread = Z * math.sqrt(1 - DEFAULT_RATE)
    root = (spread + math.sqrt(spread**2 + 4 * (assembly.seats + assembly.reserve))) / 2
    letters = math.ceil(root**2 / DEFAULT_RATE / 10) * 10
    return Choice(min(letters, people))


def make(extract: RegisterExtract, choice: Choice) -> Plan:
    """Raises PlanError, a German sentence."""
    people = people_of(extract)
    letters = plan_letters(
        people, choice.letters_total, choice.method, choice.response_rate, choice.minimum
    )
    return Plan(choice, letters, people, expected_total(letters, choice.response_rate))


def planned(assembly: Assembly, extract: RegisterExtract) -> InvitationDraw | None:
    """The plan that is stored and not yet committed."""
    return db.session.scalar(
        select(InvitationDraw).where(
            InvitationDraw.assembly_id == assembly.id,
            InvitationDraw.extract_id == extract.id,
            InvitationDraw.state == "planned",
            InvitationDraw.rehearsal.is_(False),
        )
    )


def choice_of(draw: InvitationDraw) -> Choice:
    return Choice(draw.letters_total, draw.method, draw.response_rate, draw.minimum)


def rows_of(plan: Plan) -> list[dict[str, Any]]:
    """As `InvitationDraw.letters` stores them."""
    return [
        {**stratum._asdict(), "people": count, "letters": plan.letters.get(stratum, 0)}
        for stratum, count in plan.people.items()
    ]


def save(
    assembly: Assembly, extract: RegisterExtract, choice: Choice, user_id: int | None = None
) -> InvitationDraw:
    """Store the plan in the place of the one before. Raises PlanError, Conflict."""
    if extract.state != "ready":
        raise Conflict(_("Zu diesem Plan gibt es keinen Auszug mehr. Lesen Sie ihn neu ein."))
    refuse_while_committed(assembly)
    plan = make(extract, choice)
    draw = planned(assembly, extract)
    if draw is None:
        number = next_number(InvitationDraw, assembly.id)
        draw = InvitationDraw(assembly_id=assembly.id, number=number, extract_id=extract.id)
        db.session.add(draw)
    draw.letters_total, draw.method = choice.letters_total, choice.method
    draw.response_rate, draw.minimum = choice.response_rate, choice.minimum
    draw.letters = rows_of(plan)
    audit.log(
        "plan",
        "invitation_draw",
        draw.number,
        assembly_id=assembly.id,
        letters=choice.letters_total,
        method=choice.method,
        user=user_id,
    )
    db.session.flush()
    return draw
