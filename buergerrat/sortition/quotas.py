"""Checks quotas against a pool, quickly enough to answer while somebody types.

The sentences are German and stand in files and on pages alike.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from . import feasibility
from .feasibility import Feasible
from .pool import Person, Pool, Quota, make_pool

__all__ = ["Check", "Excluded", "Person", "Quota", "Row", "check"]


@dataclass(frozen=True)
class Row:
    """One quota: people in the pool, the seats possible while the others hold, the advice.

    `low` and `high` are None only where no panel exists whatever the quotas, as in an empty pool.
    """

    quota: Quota
    pool: int
    low: int | None
    high: int | None
    conflict: bool
    suggestion: str | None


@dataclass(frozen=True)
class Excluded:
    """People who are alike and can be on no panel, and why."""

    ids: tuple[str, ...]
    features: Mapping[str, str]
    reason: str


@dataclass(frozen=True)
class Check:
    """The answer; `problems` forbid a draw, `notes` are to be known. All in German.

    `household`: the household rule is one of the rules in `conflict`. `after`: how many people
    would still be on no panel after the change; None where there is none to make.
    `thorough`: False after a quick look, which knows neither ranges nor conflict nor advice.
    """

    feasible: bool
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    rows: tuple[Row, ...]
    conflict: tuple[str, ...]
    suggestions: tuple[str, ...]
    changed: tuple[Quota, ...]
    missing: tuple[tuple[str, tuple[str, ...]], ...]
    excluded: tuple[Excluded, ...]
    household: bool = False
    after: int | None = None
    thorough: bool = True


NAMED = 6  # groups of people left out for whom the quotas that do it are looked for


def check(
    people: Sequence[Person], quotas: Sequence[Quota], seats: int, thorough: bool = True
) -> Check:
    """Say whether `seats` people can be drawn under `quotas`, and if not, what to change.

    A person without a value counts in no quota of that feature. Not `thorough`: only sums and
    whether a panel exists, for pools where the rest takes longer than somebody waits. Raises
    ValueError for an id that appears twice.
    """
    pool = make_pool(people, quotas, seats)
    missing = _missing(people, quotas)
    problems = _seats(pool) + _sums(pool) + _repeated(quotas)
    if not people:
        return _nobody(quotas, problems)
    notes = _notes(people, pool, missing)
    ask = Feasible(pool)
    ordered = all(quota.min <= quota.max for quota in quotas)
    feasible = ordered and not problems and ask.possible()
    if not thorough:
        return _quick(pool, feasible, problems, notes, missing)
    if feasible:
        rows = _rows(pool, ask, ask, frozenset())
        left_out = _excluded(people, pool, ask, rows)
        return Check(True, (), tuple(notes), rows, (), (), tuple(quotas), tuple(missing), left_out)
    sides = feasibility.conflict(ask) if ordered and not ask.possible() else []
    changed = feasibility.smallest_change(pool) if seats > 0 else ()
    conflict = tuple(_side(pool.quotas[row], side) for row, side in sides)
    homes = bool(sides) and _needs_households(people, quotas, seats, sides)
    if conflict:
        said = [*conflict, HOUSEHOLD_RULE] if homes else conflict
        problems.append("Diese Vorgaben widersprechen sich: " + "; ".join(said) + ".")
        problems += _together(people, pool, sides) if homes else []
    if not problems:
        problems.append("Mit diesen Quoten gibt es keine gültige Liste.")
    fallback = Feasible(make_pool(people, changed, seats)) if changed else ask
    after = _left_after(fallback) if changed else None
    rows = _rows(pool, ask, fallback, frozenset(row for row, _ in sides), changed)
    advice = tuple(f"{row.quota.value}: {row.suggestion}" for row in rows if row.suggestion)
    return Check(
        feasible=False,
        problems=tuple(problems),
        notes=tuple(notes),
        rows=rows,
        conflict=conflict,
        suggestions=advice,
        changed=changed,
        missing=tuple(missing),
        excluded=(),
        household=homes,
        after=after,
    )


HOUSEHOLD_RULE = "höchstens eine Person je Haushalt"


def _quick(
    pool: Pool,
    feasible: bool,
    problems: Sequence[str],
    notes: Sequence[str],
    missing: Sequence[tuple[str, tuple[str, ...]]],
) -> Check:
    rows = tuple(
        Row(quota, count, None, None, False, None)
        for quota, count in zip(pool.quotas, pool.pool_counts, strict=True)
    )
    problems = list(problems)
    if not feasible and not problems:
        problems.append("Mit diesen Quoten gibt es keine gültige Liste.")
    return Check(
        feasible=feasible,
        problems=tuple(problems),
        notes=tuple(notes),
        rows=rows,
        conflict=(),
        suggestions=(),
        changed=pool.quotas if feasible else (),
        missing=tuple(missing),
        excluded=(),
        thorough=False,
    )


def _needs_households(
    people: Sequence[Person],
    quotas: Sequence[Quota],
    seats: int,
    sides: Sequence[tuple[int, str]],
) -> bool:
    """Say whether these sides of quotas would go together if everybody lived alone."""
    everybody = max(seats, len(people))
    kept = [
        replace(
            quota,
            min=quota.min if (row, "min") in sides else 0,
            max=quota.max if (row, "max") in sides else everybody,
        )
        for row, quota in enumerate(quotas)
    ]
    alone = [replace(person, household=None) for person in people]
    return Feasible(make_pool(alone, kept, seats)).possible()


def _together(people: Sequence[Person], pool: Pool, sides: Sequence[tuple[int, str]]) -> list[str]:
    """Return a sentence for each minimum in the conflict that people of one household fill."""
    said = []
    for row, side in sides:
        quota = pool.quotas[row]
        having = [one for one in people if one.features.get(quota.feature) == quota.value]
        homes = {pool.households[one.id] for one in having}
        if side == "min" and len(homes) < len(having):
            said.append(
                f"{quota.name}: Die {len(having)} Personen im Lostopf wohnen in {len(homes)} "
                f"{'Haushalt' if len(homes) == 1 else 'Haushalten'}. Es können also höchstens "
                f"{len(homes)} gelost werden."
            )
    return said


def _left_after(ask: Feasible) -> int:
    return sum(len(ask.pool.classes[column].ids) for column in feasibility.left_out(ask))


def _nobody(quotas: Sequence[Quota], problems: Sequence[str]) -> Check:
    """The answer for an empty Lostopf: there is nothing to calculate yet and nothing to advise."""
    rows = tuple(Row(quota, 0, None, None, False, None) for quota in quotas)
    return Check(False, tuple(problems), (), rows, (), (), (), (), ())


def _sums(pool: Pool) -> list[str]:
    """Compare each feature's sums with the seats; name quotas that cannot be met at all."""
    found: list[str] = []
    counts = pool.pool_counts
    everybody = int(pool.sizes.sum())
    for quota, count in zip(pool.quotas, counts, strict=True):
        if quota.min > quota.max or quota.min < 0:
            found.append(f"{quota.name}: „von {quota.min} bis {quota.max}“ geht nicht auf.")
        elif quota.min > count and everybody:
            found.append(
                f"{quota.name}: {quota.min} Plätze sind verlangt, im Lostopf {_are(count)}."
            )
    by_feature: dict[str, list[int]] = defaultdict(list)
    for row, quota in enumerate(pool.quotas):
        by_feature[quota.feature].append(row)
    for feature, rows in by_feature.items():
        least = sum(pool.quotas[row].min for row in rows)
        most = sum(pool.quotas[row].max for row in rows)
        if least > pool.seats:
            found.append(
                f"{feature}: Die Mindestzahlen ergeben {least}, es gibt aber nur {pool.seats} Plätze."
            )
        if most < pool.seats and sum(counts[row] for row in rows) == everybody:
            found.append(
                f"{feature}: Die Höchstzahlen ergeben {most}, zu besetzen sind aber "
                f"{pool.seats} Plätze."
            )
    return found


def _are(count: int) -> str:
    return "ist niemand" if count == 0 else ("ist 1 Person" if count == 1 else f"sind {count}")


def _repeated(quotas: Sequence[Quota]) -> list[str]:
    seen = Counter((quota.feature, quota.value) for quota in quotas)
    return [f"{name[0]}: {name[1]} steht doppelt." for name, count in seen.items() if count > 1]


def _seats(pool: Pool) -> list[str]:
    everybody, households = int(pool.sizes.sum()), sum(pool.group_sizes)
    if pool.seats < 1:
        return ["Es braucht mindestens einen Platz."]
    if not everybody:
        return ["Im Lostopf ist noch niemand."]
    if everybody < pool.seats:
        return [f"Im Lostopf sind {everybody} Personen, zu besetzen sind {pool.seats} Plätze."]
    if households < pool.seats:
        return [
            f"Im Lostopf sind {households} Haushalte, zu besetzen sind {pool.seats} Plätze; "
            "aus jedem Haushalt kommt höchstens eine Person."
        ]
    return []


def _missing(
    people: Sequence[Person], quotas: Sequence[Quota]
) -> list[tuple[str, tuple[str, ...]]]:
    features = list(dict.fromkeys(quota.feature for quota in quotas))
    found = []
    for person in sorted(people, key=lambda item: item.id):
        without = tuple(name for name in features if not person.features.get(name))
        if without:
            found.append((person.id, without))
    return found


def _notes(
    people: Sequence[Person], pool: Pool, missing: Sequence[tuple[str, tuple[str, ...]]]
) -> list[str]:
    notes = []
    for feature, count in Counter(name for _, names in missing for name in names).items():
        notes.append(
            f"{feature}: Bei {count} {'Person' if count == 1 else 'Personen'} fehlt die Angabe. "
            "Sie zählen dort in keiner Quote."
        )
    known = {(quota.feature, quota.value) for quota in pool.quotas}
    features = {quota.feature for quota in pool.quotas}
    others = Counter(
        item
        for person in people
        for item in person.features.items()
        if item[0] in features and item[1] and item not in known
    )
    for (feature, value), count in sorted(others.items()):
        notes.append(f"{feature}: Für „{value}“ ({count} im Lostopf) gibt es keine Quote.")
    for quota, count in zip(pool.quotas, pool.pool_counts, strict=True):
        if count == 0 and quota.min <= 0:
            notes.append(f"{quota.name}: Niemand im Lostopf hat diese Angabe.")
    return notes


def _side(quota: Quota, side: str) -> str:
    if side == "min":
        return f"{quota.name} mindestens {quota.min}"
    return f"{quota.name} höchstens {quota.max}"


def _suggestion(old: Quota, new: Quota) -> str | None:
    parts = []
    if new.min != old.min:
        parts.append(f"mindestens {new.min} statt {old.min}")
    if new.max != old.max:
        parts.append(f"höchstens {new.max} statt {old.max}")
    return ", ".join(parts) or None


def _rows(
    pool: Pool,
    ask: Feasible,
    fallback: Feasible,
    in_conflict: frozenset[int],
    changed: Sequence[Quota] = (),
) -> tuple[Row, ...]:
    """Return the rows; where the other quotas allow nothing, ranges under the changed ones."""
    rows = []
    counts = pool.pool_counts
    for index, quota in enumerate(pool.quotas):
        limits = feasibility.row_range(ask, index)
        if limits is None and fallback is not ask:
            limits = feasibility.row_range(fallback, index)
        low, high = limits or (None, None)
        advice = _suggestion(quota, changed[index]) if changed else None
        rows.append(Row(quota, counts[index], low, high, index in in_conflict, advice))
    return tuple(rows)


def _excluded(
    people: Sequence[Person], pool: Pool, ask: Feasible, rows: Sequence[Row]
) -> tuple[Excluded, ...]:
    by_id = {person.id: person for person in people}
    names = {quota.feature for quota in pool.quotas}
    found = []
    for place, column in enumerate(feasibility.left_out(ask)):
        item = pool.classes[column]
        features = by_id[item.ids[0]].features
        shown = {name: features.get(name, "") for name in sorted(names)}
        reason = _reason(pool, column, rows, place < NAMED)
        found.append(Excluded(item.ids, shown, reason))
    return tuple(found)


def _reason(pool: Pool, column: int, rows: Sequence[Row], named: bool) -> str:
    """Say which quotas keep a class off every panel; `named`: look for them where it takes time."""
    key = pool.classes[column].key
    full = [rows[row] for row in key if rows[row].quota.max == 0 or rows[row].high == 0]
    if full:
        return f"{full[0].quota.name}: Hier ist kein Platz vorgesehen oder möglich."
    sides = feasibility.shut_out_by(pool, column) if named else []
    if sides:
        names = "; ".join(_side(pool.quotas[row], side) for row, side in sides)
        return f"Daran liegt es: {names}."
    return "Mit dieser Verbindung von Angaben lassen sich die übrigen Quoten nicht erfüllen."
