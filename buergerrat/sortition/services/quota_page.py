"""What the quota page shows: rows by feature with their picture, the check in words, typed input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from markupsafe import Markup

from buergerrat.assemblies.models import Assembly
from buergerrat.charts import QuotaMark, quota_axis, quota_row
from buergerrat.sortition.features import Feature
from buergerrat.sortition.models import Quota
from buergerrat.sortition.quotas import Check, Excluded, Row
from buergerrat.sortition.quotas import Quota as PureQuota
from buergerrat.sortition.quotas import check as check_quotas
from buergerrat.sortition.services import lottery
from buergerrat.sortition.services import quotas as service
from buergerrat.sortition.services.chart_words import words
from buergerrat.sortition.services.quotas import QuotaInput

# People times quotas up to which the whole answer comes at once; above, ranges come second.
AT_ONCE = 5_000
WIDTHS = (0, 1, 2, 3)
"""Seats by which proposed ranges may be wider than the rounded share."""


@dataclass(frozen=True)
class Line:
    """One quota row of the page. Population and pool in seats where a picture needs them."""

    value: str
    label: str
    field: str  # name of the two inputs, "<feature>.<value>"
    share: float | None
    seats: float | None
    pool: int
    min: int
    max: int
    low: int | None
    high: int | None
    conflict: bool
    suggestion: str | None
    picture: Markup


@dataclass(frozen=True)
class Table:
    key: str
    label: str
    lines: list[Line]
    lowest: int
    highest: int
    axis: Markup
    top: int
    asked: bool
    source: str
    fits: bool  # whether the seats lie between both sums


@dataclass(frozen=True)
class Group:
    """People whom the same quotas keep off every list: how many, and who they are.

    `kinds`: per kind of people how many, their Losnummern once they have some, their features.
    """

    people: int
    reason: str
    kinds: list[tuple[int, tuple[str, ...], tuple[str, ...]]]


@dataclass(frozen=True)
class QuotaPage:
    tables: list[Table]
    check: Check
    people: int
    seats: int
    quotas: int
    changes: list[str]
    groups: list[Group]

    @property
    def excluded(self) -> int:
        """How many people can be on no list under these quotas."""
        return sum(group.people for group in self.groups)

    @property
    def in_two_steps(self) -> bool:
        """Whether the live check asks twice: first whether it goes, then for the ranges."""
        return self.people * self.quotas > AT_ONCE


@dataclass(frozen=True)
class Typed:
    rows: list[QuotaInput]
    problems: tuple[str, ...]


def inputs(rows: Sequence[Quota] | Sequence[QuotaInput]) -> list[QuotaInput]:
    return [
        r
        if isinstance(r, QuotaInput)
        else QuotaInput(r.feature, r.value, r.min, r.max, r.population_share, r.source_note)
        for r in rows
    ]


def build(assembly: Assembly, rows: Sequence[QuotaInput], thorough: bool = True) -> QuotaPage:
    """Everything on the page, from one reading of the Lostopf; without ranges if not thorough."""
    features = service.features_of(assembly)
    checked, people, frozen = _checked(assembly, rows, features, thorough)
    by_key = {f.key: f for f in features}
    known = [r for r in rows if r.feature in by_key]
    top = _top(known, checked)
    lines: dict[str, list[Line]] = {}
    said = words()
    advised = checked.changed or [found.quota for found in checked.rows]
    advice = [_advice(row.quota, new) for row, new in zip(checked.rows, advised, strict=True)]
    for row, found, change in zip(known, checked.rows, advice, strict=True):
        seats = None if row.share is None else row.share * assembly.seats
        in_seats = found.pool * assembly.seats / people if people else None
        possible = None if found.low is None or found.high is None else (found.low, found.high)
        label = by_key[row.feature].value_label(row.value)
        mark = QuotaMark(label, seats, in_seats, row.min, row.max, possible, found.conflict)
        lines.setdefault(row.feature, []).append(
            Line(
                value=row.value,
                label=label,
                field=f"{row.feature}.{row.value}",
                share=row.share,
                seats=seats,
                pool=found.pool,
                min=row.min,
                max=row.max,
                low=found.low,
                high=found.high,
                conflict=found.conflict,
                suggestion=change,
                picture=quota_row(mark, top, said),
            )
        )
    tables = [_table(by_key[key], made, top, known, assembly.seats) for key, made in lines.items()]
    changes = [f"{row.value}: {a}" for row, a in zip(_quotas(checked), advice, strict=True) if a]
    groups = _groups(checked.excluded, frozen)
    return QuotaPage(tables, checked, people, assembly.seats, len(known), changes, groups)


def _quotas(checked: Check) -> list[PureQuota]:
    return [row.quota for row in checked.rows]


def _advice(old: PureQuota, new: PureQuota) -> str | None:
    """The change of one row in words, as in "höchstens 9 statt 8"."""
    parts = []
    if new.min != old.min:
        parts.append(_("mindestens %(new)s statt %(old)s", new=new.min, old=old.min))
    if new.max != old.max:
        parts.append(_("höchstens %(new)s statt %(old)s", new=new.max, old=old.max))
    return ", ".join(parts) or None


def _groups(excluded: Sequence[Excluded], frozen: bool) -> list[Group]:
    by_reason: dict[str, list[Excluded]] = {}
    for one in excluded:
        by_reason.setdefault(one.reason, []).append(one)
    return [
        Group(
            sum(len(one.ids) for one in ones),
            reason,
            [(len(one.ids), one.ids if frozen else (), _told(one)) for one in ones],
        )
        for reason, ones in by_reason.items()
    ]


def _told(one: Excluded) -> tuple[str, ...]:
    return tuple(f"{name}: {value or '–'}" for name, value in one.features.items())


def _checked(
    assembly: Assembly, rows: Sequence[QuotaInput], features: Sequence[Feature], thorough: bool
) -> tuple[Check, int, bool]:
    """The check, how many people are in the pool, and whether it is the frozen pool.

    When that is deleted, its numbers are left: what was possible is then not known any more.
    """
    quotas = service.pure_quotas(rows, features)
    draw = lottery.current(assembly)
    if draw is not None and draw.pool_sealed is None:
        counts = {
            (quota["feature"], quota["value"]): in_pool
            for quota, in_pool in zip(
                draw.frozen["quotas"], draw.frozen["pool_counts"], strict=True
            )
        }
        kept = tuple(
            Row(q, counts.get((q.feature, q.value), 0), None, None, False, None) for q in quotas
        )
        people = len(draw.result.get("counts", ()))
        return Check(True, (), (), kept, (), (), tuple(quotas), (), ()), people, True
    if draw is not None:
        pool = [entrant.person() for entrant in lottery.entrants_of(draw)]
    else:
        pool = service.people_of(service.pool(assembly), features)
    found = check_quotas(pool, quotas, assembly.seats, thorough)
    return found, len(pool), draw is not None


def _top(rows: Sequence[QuotaInput], checked: Check) -> int:
    """The end of the common scale: the largest number of seats that any mark reaches."""
    ends = [r.max for r in rows if r.max < 10**6 and r.share is not None]
    possible = [r.high for r in checked.rows if r.high is not None]
    highest = max([4, *ends, *possible])
    return highest + (-highest) % 4


def _table(
    feature: Feature, lines: list[Line], top: int, rows: Sequence[QuotaInput], seats: int
) -> Table:
    notes = {r.source_note for r in rows if r.feature == feature.key and r.source_note}
    return Table(
        key=feature.key,
        label=feature.label,
        lines=lines,
        lowest=sum(line.min for line in lines),
        highest=sum(line.max for line in lines),
        axis=quota_axis(top),
        top=top,
        asked=bool(feature.asked),
        source=", ".join(sorted(notes)),
        fits=sum(line.min for line in lines) <= seats <= sum(line.max for line in lines),
    )


def typed(assembly: Assembly, form: Mapping[str, str]) -> Typed:
    """The rows as the clerk typed them. What is no number keeps its old value and is named."""
    # Every value has a row, so that quotas proposed anew can be typed and saved before any are.
    saved = {(r.feature, r.value): r for r in inputs(service.stored(assembly))}
    stored = [saved.get((r.feature, r.value), r) for r in service.proposal(assembly)]
    features = {f.key: f for f in service.features_of(assembly)}
    rows, problems = [], []
    for row in stored:
        if row.feature not in features:
            continue
        name = features[row.feature].value_label(row.value)
        low = _whole(form.get(f"{row.feature}.{row.value}.min"), row.min)
        high = _whole(form.get(f"{row.feature}.{row.value}.max"), row.max)
        if low is None or high is None or not 0 <= min(low, high) <= max(low, high) <= 10_000:
            problems.append(_("%(name)s: Bitte geben Sie zwei ganze Zahlen ein.", name=name))
            rows.append(row)
            continue
        if low > high:
            problems.append(_("%(name)s: „von“ ist größer als „bis“.", name=name))
            rows.append(row)
            continue
        rows.append(replace(row, min=low, max=high))
    return Typed(rows, tuple(problems))


def _whole(text: str | None, otherwise: int) -> int | None:
    if text is None:
        return otherwise
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


def with_suggestion(
    assembly: Assembly, rows: Sequence[QuotaInput], field: str = ""
) -> list[QuotaInput]:
    """The rows after the smallest change that makes them possible; unchanged if none helps.

    `field` ("sex.female"): only this row takes its part of the change.
    """
    features = service.features_of(assembly)
    people = service.people_of(service.pool(assembly), features)
    checked = check_quotas(people, service.pure_quotas(rows, features), assembly.seats)
    if not checked.changed:
        return list(rows)
    return [
        replace(row, min=new.min, max=new.max)
        if field in ("", f"{row.feature}.{row.value}")
        else row
        for row, new in zip(rows, checked.changed, strict=True)
    ]
