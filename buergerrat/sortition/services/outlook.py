"""Which groups will be too small at the deadline, how many letters would help, by which way
people came in. Counted in a fixed number of queries, whatever the size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.formats import BERLIN, number
from buergerrat.sortition.arrival import arrived_share
from buergerrat.sortition.features import Feature, sex_value
from buergerrat.sortition.models import InvitationDraw, Invitee, LetterBatch, Member, Reply
from buergerrat.sortition.planning import DEFAULT_RATE, Replies, expected_replies, stratum_rates
from buergerrat.sortition.second_wave import propose, still_to_answer
from buergerrat.sortition.services import draw as draws
from buergerrat.sortition.services import quotas, replies, waves
from buergerrat.sortition.strata import Stratum, stratum_of

IN_REGISTER = ("sex", "age_band", "district")
"""Features by which letters can be aimed; the others are told only with the reply."""
PATHS = (
    ("letter", _l("Brief nach dem Los")),
    ("forwarded", _l("Brief über das Meldeamt")),
    ("visit", _l("Hausbesuch")),
    ("municipality", _l("Losung einer anderen Gemeinde")),
)
Key = tuple[str, str]  # feature, value


@dataclass(frozen=True)
class Open:
    """People of one cell who are silent so far, and the chance of each to say yes yet."""

    stratum: Stratum
    people: int
    chance: float


@dataclass(frozen=True)
class Cell:
    """One group: people in the Lostopf, yeses still to come, seats it needs at least and at most."""

    key: Key
    feature: str
    label: str
    share: float | None
    pool: int
    coming: Replies
    need: int
    most: int

    @property
    def low(self) -> int:
        return self.pool + self.coming.low

    @property
    def mean(self) -> float:
        return self.pool + self.coming.mean

    @property
    def high(self) -> int:
        return self.pool + self.coming.high

    @property
    def state(self) -> str:
        """weak: fewer are to be expected than seats; tight: it may turn out so; else enough."""
        if round(self.mean, 6) < self.need:
            return "weak"
        return "tight" if self.low < self.need else "enough"

    @property
    def missing(self) -> int:
        """Yeses that are to be brought in until even a bad course fills the seats."""
        return max(0, self.need - self.low)

    @property
    def planned(self) -> bool:
        """Whether anything is asked of this group; not where every number of seats is allowed."""
        return self.need > 0 or self.share is not None


@dataclass(frozen=True)
class Outlook:
    """The groups by feature, and who is silent so far."""

    features: list[tuple[Feature, list[Cell]]]
    silent: list[Open]

    @property
    def cells(self) -> list[Cell]:
        return [cell for _feature, cells in self.features for cell in cells]

    def of(self, state: str) -> list[Cell]:
        return [cell for cell in self.cells if cell.state == state]

    @property
    def weak_in_register(self) -> list[Cell]:
        return [cell for cell in self.of("weak") if cell.key[0] in IN_REGISTER]

    @property
    def waiting(self) -> int:
        return sum(one.people for one in self.silent)


def of(assembly: Assembly, now: dt.datetime | None = None) -> Outlook:
    silent = _silent(assembly, (now or utcnow()).astimezone(BERLIN).date())
    keys = [quotas.value_keys(invitee) for invitee in quotas.pool(assembly)]
    rows = {(row.feature, row.value): row for row in _rows(assembly)}
    features = []
    for feature in quotas.features_of(assembly):
        counts = dict.fromkeys((value for value, _label in feature.values), 0)
        for one in keys:
            counts[one[feature.key]] = counts.get(one[feature.key], 0) + 1
        cells = [
            _cell(feature, value, label, counts, silent, rows.get((feature.key, value)))
            for value, label in feature.values
        ]
        features.append((feature, cells))
    return Outlook(features, silent)


def _rows(assembly: Assembly) -> Sequence[quotas.QuotaInput]:
    """The quotas as they stand, else as they would be proposed."""
    stored = quotas.stored(assembly)
    if not stored:
        return quotas.proposal(assembly)
    return [
        quotas.QuotaInput(row.feature, row.value, row.min, row.max, row.population_share)
        for row in stored
    ]


def _cell(
    feature: Feature,
    value: str,
    label: str,
    counts: Mapping[str, int],
    silent: Sequence[Open],
    quota: quotas.QuotaInput | None,
) -> Cell:
    if feature.key in IN_REGISTER:
        coming = _coming([one for one in silent if is_in(one.stratum, (feature.key, value))])
    else:  # the register does not tell: as many as in the Lostopf so far
        total = sum(counts.values())
        coming = _coming(silent, counts[value] / total if total else 0.0)
    return Cell(
        (feature.key, value),
        feature.label,
        label,
        quota.share if quota else None,
        counts[value],
        coming,
        quota.min if quota else 0,
        quota.max if quota else 0,
    )


def _coming(silent: Sequence[Open], part: float = 1.0) -> Replies:
    """A binomial with the people's mean chance: never narrower than the exact sum."""
    people = sum(one.people for one in silent)
    mean = sum(one.people * one.chance for one in silent) * part
    return expected_replies(people, min(1.0, mean / people)) if people else Replies(0, 0.0, 0)


def is_in(stratum: Stratum, key: Key) -> bool:
    feature, value = key
    if feature == "sex":
        return sex_value(stratum.sex) == value
    return value == (stratum.age_band if feature == "age_band" else stratum.district)


def rate_of(draw: InvitationDraw | None, stratum: Stratum) -> float:
    """Replies per letter (0–1), as the plan expects them."""
    if draw is None:
        return DEFAULT_RATE
    return stratum_rates([stratum], draw.response_rate or DEFAULT_RATE, draw.rates or {})[stratum]


def _silent(assembly: Assembly, today: dt.date) -> list[Open]:
    """Who has a letter and has not answered, by cell and wave, with what may still come."""
    draw = draws.last_drawn(assembly)
    rows = db.session.execute(
        select(
            Invitee.sex, Invitee.age_band, Invitee.district, Invitee.wave, func.count(Invitee.id)
        )
        .outerjoin(Reply, Reply.invitee_id == Invitee.id)
        .where(
            Invitee.assembly_id == assembly.id,
            Invitee.state == "invited",
            or_(Reply.id.is_(None), Reply.submitted_at.is_(None)),
        )
        .group_by(Invitee.sex, Invitee.age_band, Invitee.district, Invitee.wave)
    ).all()
    posted = _posted(assembly)
    closed = today > assembly.reply_deadline or replies.pool_is_frozen(assembly)
    found = []
    for sex, band, district, wave, people in rows:
        stratum = Stratum(sex or "", band or "", district or "")
        start = posted.get(wave, assembly.letters_on if wave == 1 else today)
        days = max((assembly.reply_deadline - start).days, 1)
        arrived = arrived_share((today - start).days, days)
        chance = still_to_answer(rate_of(draw, stratum_of(stratum)), arrived)
        found.append(Open(stratum, people, 0.0 if closed else chance))
    return found


def _posted(assembly: Assembly) -> dict[int, dt.date]:
    """Wave → when its invitations went to the post."""
    rows = db.session.execute(
        select(LetterBatch.wave, func.min(LetterBatch.posted_on))
        .where(
            LetterBatch.assembly_id == assembly.id,
            LetterBatch.kind == "invitation",
            LetterBatch.posted_on.is_not(None),
        )
        .group_by(LetterBatch.wave)
    )
    return {wave or 1: day for wave, day in rows if day is not None}


def proposal(draw: InvitationDraw, seen: Outlook) -> dict[str, int]:
    """Letters of a second wave, per stratum: for the weak groups, and for letters that came back."""
    people = {
        Stratum(row["sex"], row["age_band"], row["district"]): int(row["people"])
        for row in draw.letters
    }
    left = waves.kept(draw)
    kept = {Stratum.parse(name): count for name, count in left.items()}
    weak = {cell.key: cell for cell in seen.weak_in_register}
    letters = propose(
        people,
        kept,
        {key: cell.missing for key, cell in weak.items()},
        {key: [s for s in kept if is_in(s, key)] for key in weak},
        {stratum: rate_of(draw, stratum) for stratum in kept},
    )
    asked = {stratum.text: count for stratum, count in letters.items()}
    due = waves.possible(waves.owed(draw), left)
    return {name: max(asked.get(name, 0), due.get(name, 0)) for name in {**asked, **due}}


def paths(assembly: Assembly) -> dict[str, int]:
    """recruitment_path → people who said yes."""
    rows = db.session.execute(
        select(Invitee.recruitment_path, func.count())
        .join(Reply)
        .where(
            Invitee.assembly_id == assembly.id,
            Reply.answer == "yes",
            Reply.submitted_at.is_not(None),
        )
        .group_by(Invitee.recruitment_path)
    )
    return {row[0]: row[1] for row in rows}


def member_paths(assembly: Assembly) -> dict[str, int]:
    """recruitment_path → members with a seat, asked or accepted."""
    rows = db.session.execute(
        select(Invitee.recruitment_path, func.count())
        .join(Member, Member.invitee_id == Invitee.id)
        .where(Member.assembly_id == assembly.id, Member.state.in_(("asked", "accepted")))
        .group_by(Invitee.recruitment_path)
    )
    return {row[0]: row[1] for row in rows}


def path_lines(found: Mapping[str, int]) -> list[dict[str, str]]:
    """Ways and numbers in German words; nothing while everybody came in by a letter."""
    if set(found) <= {"letter"}:
        return []
    return [
        {"label": str(label), "value": number(found.get(key, 0))}
        for key, label in PATHS
        if key == "letter" or found.get(key)
    ]


def needing_support(assembly: Assembly) -> int:
    """How many said „Ja, aber ich brauche Unterstützung“; emptied with the personal data."""
    count = (
        select(func.count())
        .select_from(Reply)
        .where(
            Reply.assembly_id == assembly.id,
            Reply.answer == "yes",
            Reply.submitted_at.is_not(None),
            Reply.support_sealed.is_not(None),
        )
    )
    return db.session.scalar(count) or 0
