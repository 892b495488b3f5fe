"""The plan of the letters: how many for whom, what to expect, and the stored plan."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.scope import next_number
from buergerrat.db import db
from buergerrat.sortition.marginals import scaled
from buergerrat.sortition.models import InvitationDraw, RegisterExtract
from buergerrat.sortition.planning import (
    DEFAULT_RATE,
    Replies,
    expected_total,
    plan_letters,
    rate_key,
    stratum_rates,
)
from buergerrat.sortition.services import marginals, response
from buergerrat.sortition.services.extract import refuse_while_committed
from buergerrat.sortition.strata import Stratum, sort_strata
from buergerrat.web import Conflict

Z = 1.645
"""95 % of a normal distribution lie above its mean minus this many standard deviations."""


@dataclass(frozen=True)
class Choice:
    """What the clerk chooses. `response_rate` is a share, 0–1, and holds where `rates` (sex|age
    band → share) names no other; `reserve_share`: next tickets to keep, per letter, 0–2."""

    letters_total: int
    method: str = "proportional"
    response_rate: float = DEFAULT_RATE
    minimum: int = 1
    rates: Mapping[str, float] = field(default_factory=dict)
    reserve_share: float = 0.5


@dataclass(frozen=True)
class Line:
    """A stratum, or several together, in the plan.

    `people` can be drawn; `population` are those of the town, the same unless sums were given.
    """

    label: str
    people: int
    letters: int
    expected: Replies
    population: float

    @property
    def one_in(self) -> int | None:
        """One in so many gets a letter; None where nobody does."""
        return max(1, round(self.population / self.letters)) if self.letters else None


@dataclass(frozen=True)
class Plan:
    """The letters per stratum and what they may bring."""

    choice: Choice
    letters: Mapping[Stratum, int]
    people: Mapping[Stratum, int]
    population: Mapping[Stratum, float]

    @property
    def rates(self) -> dict[Stratum, float]:
        return stratum_rates(self.people, self.choice.response_rate, self.choice.rates)

    @property
    def expected(self) -> Replies:
        return expected_total(self.letters, self.rates)

    def line(self, label: str, strata: Iterable[Stratum]) -> Line:
        chosen = list(strata)
        part = {s: self.letters.get(s, 0) for s in chosen}
        return Line(
            label,
            sum(self.people[s] for s in chosen),
            sum(part.values()),
            expected_total(
                part, stratum_rates(chosen, self.choice.response_rate, self.choice.rates)
            ),
            sum(self.population[s] for s in chosen),
        )


def people_of(extract: RegisterExtract) -> dict[Stratum, int]:
    return {
        Stratum(row["sex"], row["age_band"], row["district"]): row["people"]
        for row in extract.strata
    }


def first_choice(assembly: Assembly, people: int) -> Choice:
    """As many letters as bring enough people for seats and reserve in 19 of 20 cases.

    Rates are those of the town's own earlier assemblies, where there are any.
    """
    known = response.earlier(assembly)
    rate = known.overall if known else DEFAULT_RATE
    spread = Z * math.sqrt(1 - rate)
    root = (spread + math.sqrt(spread**2 + 4 * (assembly.seats + assembly.reserve))) / 2
    letters = math.ceil(root**2 / rate / 10) * 10
    return Choice(min(letters, people), response_rate=rate, rates=known.rates if known else {})


def kinds_of(extract: RegisterExtract) -> list[str]:
    """The rows of the table of rates: sex and age band of every stratum, in order."""
    return list(dict.fromkeys(rate_key(s) for s in sort_strata(people_of(extract))))


def population_of(assembly_id: int, people: Mapping[Stratum, int]) -> dict[Stratum, float]:
    """The town's people per stratum: from sums where these were given, else the extract's own."""
    assembly = db.session.get_one(Assembly, assembly_id)
    return scaled(people, marginals.strata_of(assembly))


def make(extract: RegisterExtract, choice: Choice) -> Plan:
    """Raises PlanError, a German sentence."""
    people = people_of(extract)
    population = population_of(extract.assembly_id, people)
    return arrange(people, population, choice)


def arrange(
    people: Mapping[Stratum, int], population: Mapping[Stratum, float], choice: Choice
) -> Plan:
    """The plan for these people. Raises PlanError."""
    letters = plan_letters(
        people,
        choice.letters_total,
        choice.method,
        stratum_rates(people, choice.response_rate, choice.rates),
        choice.minimum,
        population,
    )
    return Plan(choice, letters, people, population)


def stored_plan(draw: InvitationDraw) -> Plan:
    """The plan as it was stored with the draw."""
    rows = {Stratum(row["sex"], row["age_band"], row["district"]): row for row in draw.letters}
    people = {stratum: row["people"] for stratum, row in rows.items()}
    letters = {stratum: row["letters"] for stratum, row in rows.items()}
    return Plan(choice_of(draw), letters, people, population_of(draw.assembly_id, people))


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
    return Choice(
        draw.letters_total,
        draw.method,
        draw.response_rate,
        draw.minimum,
        draw.rates,
        draw.reserve_share,
    )


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
    draw.rates, draw.reserve_share = dict(choice.rates), choice.reserve_share
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
