"""The Lostopf, the population beside it, and the quotas between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.formats import date
from buergerrat.sortition import quotas as pure
from buergerrat.sortition.features import (
    NOT_SAID,
    REPLY_FEATURES,
    Feature,
    feature_list,
    propose_ranges,
    sex_value,
    shares,
)
from buergerrat.sortition.models import (
    InvitationDraw,
    Invitee,
    Quota,
    RegisterExtract,
    Reply,
)
from buergerrat.sortition.services import marginals
from buergerrat.sortition.services.replies import pool_is_frozen
from buergerrat.web import Conflict


@dataclass(frozen=True)
class QuotaInput:
    """One row as the clerk typed it. share: population 0–1, None when unknown."""

    feature: str
    value: str
    min: int
    max: int
    share: float | None = None
    source_note: str = ""


def extract_of(assembly: Assembly) -> RegisterExtract | None:
    """The extract behind the real invitation draw, else the newest that was read."""
    drawn = db.session.scalar(
        select(RegisterExtract)
        .join(InvitationDraw, InvitationDraw.extract_id == RegisterExtract.id)
        .where(
            InvitationDraw.assembly_id == assembly.id,
            InvitationDraw.state == "drawn",
            InvitationDraw.rehearsal.is_(False),
        )
        .order_by(InvitationDraw.number.desc())
        .limit(1)
    )
    return drawn or db.session.scalar(
        select(RegisterExtract)
        .where(RegisterExtract.assembly_id == assembly.id, RegisterExtract.strata != [])
        .order_by(RegisterExtract.number.desc())
        .limit(1)
    )


def features_of(assembly: Assembly) -> tuple[Feature, ...]:
    """All features with their values; districts as in the extract, without one as in the sums."""
    extract = extract_of(assembly)
    rows = extract.strata if extract else []
    districts = sorted({r["district"] for r in rows if r["district"]})
    if extract is None:
        districts = sorted(row.value for row in marginals.of(assembly).get("district", ()))
    return feature_list(assembly.age_bounds, districts)


def population(assembly: Assembly) -> dict[str, dict[str, float]]:
    """feature → value → share of the population (0–1).

    The register first, unless a table of sums was given for the feature; what the register does
    not know comes from marginals alone.
    """
    found = {feature: shares(counts) for feature, counts in register_counts(assembly).items()}
    for feature, rows in marginals.of(assembly).items():
        found[feature] = {row.value: row.share for row in rows}
    return found


def register_counts(assembly: Assembly) -> dict[str, Counter[str]]:
    """feature → value → eligible people of the extract; kept when the extract itself is gone."""
    extract = extract_of(assembly)
    counts: dict[str, Counter[str]] = {k: Counter() for k in ("sex", "age_band", "district")}
    for row in extract.strata if extract else []:
        counts["sex"][sex_value(row["sex"])] += row["people"]
        for key in ("age_band", "district"):
            if row[key]:
                counts[key][row[key]] += row["people"]
    return counts


def register_note(assembly: Assembly) -> str:
    """The register as a source, with its day."""
    return str(_("Melderegister, Stichtag %(day)s", day=date(assembly.reference_date)))


def sources(assembly: Assembly) -> dict[str, str]:
    """feature → where its shares come from, with the year."""
    found = {f: register_note(assembly) for f, c in register_counts(assembly).items() if c}
    found |= {f: marginals.note_of(rows) for f, rows in marginals.of(assembly).items()}
    return found


def pool(assembly: Assembly) -> list[Invitee]:
    """Everybody who said yes and can still be drawn, in a fixed order."""
    return list(
        db.session.scalars(
            select(Invitee)
            .join(Reply)
            .where(
                Invitee.assembly_id == assembly.id,
                Invitee.state == "invited",
                Reply.answer == "yes",
                Reply.submitted_at.is_not(None),
            )
            .options(joinedload(Invitee.reply).selectinload(Reply.features))
            .order_by(Invitee.row_id)
        ).unique()
    )


def value_keys(invitee: Invitee) -> dict[str, str]:
    """feature key → value key of one person; what was not told is `not_said`."""
    told = {f.feature: f.value for f in invitee.reply.features} if invitee.reply else {}
    keys = {
        "sex": sex_value(invitee.sex),
        "age_band": invitee.age_band or "",
        "district": invitee.district or "",
    }
    for feature in REPLY_FEATURES:
        answer = told.get(feature.key)
        keys[feature.key] = feature.value_of_answer(answer) if answer else NOT_SAID
    return keys


def people_of(invitees: Sequence[Invitee], features: Sequence[Feature]) -> list[pure.Person]:
    """The Lostopf for the lottery: ids are uids, features in German words."""
    people = []
    for invitee in invitees:
        keys = value_keys(invitee)
        words = {f.label: f.value_label(keys[f.key]) for f in features}
        people.append(pure.Person(invitee.uid, words, invitee.household))
    return people


def pure_quotas(
    rows: Sequence[Quota] | Sequence[QuotaInput], features: Sequence[Feature]
) -> list[pure.Quota]:
    by_key = {f.key: f for f in features}
    return [
        pure.Quota(by_key[r.feature].label, by_key[r.feature].value_label(r.value), r.min, r.max)
        for r in rows
        if r.feature in by_key
    ]


def stored(assembly: Assembly) -> list[Quota]:
    return list(
        db.session.scalars(
            select(Quota).where(Quota.assembly_id == assembly.id).order_by(Quota.position)
        )
    )


def proposal(
    assembly: Assembly,
    given: Mapping[tuple[str, str], float] | None = None,
    width: int = 0,
    source: str = "",
) -> list[QuotaInput]:
    """A first set of quotas from the population; `given` are shares for the reply features.

    `source` says where these shares come from, with the year.
    """
    known, noted = population(assembly), sources(assembly)
    rows = []
    for feature in features_of(assembly):
        told: dict[str, float | None] = {
            value: (given or {}).get((feature.key, value), known.get(feature.key, {}).get(value))
            for value, _label in feature.values
        }
        ranges = propose_ranges(feature, told, assembly.seats, width)
        for value, (low, high) in ranges.items():
            from_given = (feature.key, value) in (given or {})
            note = source if from_given else noted.get(feature.key, "")
            share = told[value]
            rows.append(
                QuotaInput(feature.key, value, low, high, share, note if share is not None else "")
            )
    return rows


def save(assembly: Assembly, rows: Sequence[QuotaInput], user_id: int | None = None) -> None:
    """Replace the quotas; refused once they are frozen for a lottery."""
    if pool_is_frozen(assembly):
        raise Conflict(_("Die Quoten sind festgeschrieben. Sie ändern sich nicht mehr."))
    before = {(q.feature, q.value): q for q in stored(assembly)}
    for position, row in enumerate(rows):
        quota = before.pop((row.feature, row.value), None)
        if quota is None:
            quota = Quota(assembly_id=assembly.id, feature=row.feature, value=row.value)
            db.session.add(quota)
        quota.position, quota.min, quota.max = position, row.min, row.max
        quota.population_share, quota.source_note = row.share, row.source_note
    for left_over in before.values():
        db.session.delete(left_over)
    db.session.flush()
    audit.log("quotas_saved", "assembly", assembly.id, assembly_id=assembly.id, rows=len(rows))


def learn_shares(assembly: Assembly, keys: Collection[str]) -> None:
    """Stored quotas of these features take the new shares and their source.

    Seats that somebody chose stay; only rows whose share was not known are proposed anew.
    """
    fresh = {(r.feature, r.value): r for r in proposal(assembly) if r.feature in keys}
    for row in stored(assembly):
        new = fresh.get((row.feature, row.value))
        if new is None:
            continue
        if row.population_share is None:
            row.min, row.max = new.min, new.max
        row.population_share, row.source_note = new.share, new.source_note
    db.session.flush()


def check(assembly: Assembly, rows: Sequence[Quota] | Sequence[QuotaInput]) -> pure.Check:
    """Whether these quotas can be met with today's Lostopf, and what stands in the way."""
    features = features_of(assembly)
    people = people_of(pool(assembly), features)
    return pure.check(people, pure_quotas(rows, features), assembly.seats)
