"""The features a panel mirrors: keys in the database, German words in quotas and records.

Register features come with the extract; reply features are told by the person, with consent.
Pure: no Flask, no database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from buergerrat.sortition.strata import bands_from_bounds

NOT_SAID = "not_said"


def N_(text: str) -> str:
    """Marks a text for the catalogue; it is translated where somebody reads it."""
    return text


@dataclass(frozen=True)
class Feature:
    """A feature and its values in order. `asked`: the answers on the reply form, mapped to values.

    `open_values` are never forced: their quota starts at 0 seats.
    """

    key: str
    label: str
    values: tuple[tuple[str, str], ...]  # key, German label
    asked: tuple[tuple[str, str, str], ...] = ()  # answer key, German label, value key
    question: str = ""
    why: str = ""
    open_values: frozenset[str] = frozenset()

    def value_label(self, key: str) -> str:
        return dict(self.values).get(key, key)

    def value_of_answer(self, answer: str) -> str:
        return next((v for k, _, v in self.asked if k == answer), NOT_SAID)


EDUCATION = Feature(
    key="education",
    label="Bildungsabschluss",
    values=(
        ("low", "ohne oder Hauptschule"),
        ("middle", "mittlerer Abschluss"),
        ("high", "(Fach-)Abitur"),
        ("school", "noch in der Schule"),
        (NOT_SAID, "anderer oder keine Angabe"),
    ),
    asked=(
        ("in_school", N_("Ich gehe noch zur Schule"), "school"),
        ("none", N_("Kein Schulabschluss"), "low"),
        ("lower", N_("Hauptschule, Volksschule"), "low"),
        ("secondary", N_("Realschule, POS 10. Klasse"), "middle"),
        ("upper", N_("Abitur, Fachabitur"), "high"),
        ("other", N_("Anderer Abschluss"), NOT_SAID),
        (NOT_SAID, N_("Das möchte ich nicht sagen"), NOT_SAID),
    ),
    question=N_("Welchen höchsten Schulabschluss haben Sie?"),
    why=N_(
        "Menschen mit Abitur antworten öfter auf solche Briefe. Der Bürgerrat soll aber so "
        "gemischt sein wie die Stadt. Darum achten wir beim Losen auf den Schulabschluss."
    ),
    open_values=frozenset({NOT_SAID}),
)
MIGRATION_HISTORY = Feature(
    key="migration_history",
    label="Einwanderungsgeschichte",
    values=(("yes", "mit"), ("no", "ohne"), (NOT_SAID, "keine Angabe")),
    asked=(
        ("yes", N_("Ja"), "yes"),
        ("no", N_("Nein"), "no"),
        (NOT_SAID, N_("Das möchte ich nicht sagen"), NOT_SAID),
    ),
    question=N_("Sind Sie oder beide Eltern nach 1950 nach Deutschland eingewandert?"),
    why=N_(
        "Menschen mit Einwanderungsgeschichte fehlen oft in Bürgerräten. Wir möchten, dass sie "
        "dabei sind. Das Melderegister weiß davon nichts, darum fragen wir Sie."
    ),
    open_values=frozenset({NOT_SAID}),
)
REPLY_FEATURES = (EDUCATION, MIGRATION_HISTORY)
SEX = Feature(
    key="sex",
    label="Geschlecht",
    values=(("female", "weiblich"), ("male", "männlich"), ("diverse", "divers, ohne Angabe")),
    open_values=frozenset({"diverse"}),
)


def feature_list(age_bounds: str, districts: Sequence[str]) -> tuple[Feature, ...]:
    """All features of an assembly, in the order of the quota page."""
    bands = bands_from_bounds([int(part) for part in age_bounds.split(",")])
    ages = Feature("age_band", "Altersgruppe", tuple((b.key, b.label) for b in bands))
    places = Feature("district", "Ortsteil", tuple((d, d) for d in districts))
    return (ages, SEX, EDUCATION, MIGRATION_HISTORY, places)


def sex_value(register_sex: str | None) -> str:
    """`diverse` and `unspecified` share one value."""
    return register_sex if register_sex in ("female", "male") else "diverse"


def propose_range(share: float | None, seats: int, width: int, forced: bool) -> tuple[int, int]:
    """Seats from–to for a population share: the two whole numbers around it, `width` wider.

    An unknown share gives 0–seats; a value that is not forced starts at 0.
    """
    if share is None:
        return 0, seats
    exact = _exact(share, seats)
    low = max(0, floor(exact) - width) if forced else 0
    return low, min(seats, max(1, ceil(exact) + width))


def propose_ranges(
    feature: Feature, shares: Mapping[str, float | None], seats: int, width: int
) -> dict[str, tuple[int, int]]:
    """Seats from–to for every value of a feature, so that all seats can be filled.

    Each value by `propose_range`. Where a source's shares add up to less than one (noise, values
    that are missing), the largest remainders are raised until the upper ends reach the seats; where
    they add up to more, the largest lower ends give way.
    """
    found = {
        value: propose_range(shares.get(value), seats, width, value not in feature.open_values)
        for value, _label in feature.values
    }
    rest = {v: _exact(shares.get(v) or 0, seats) - found[v][1] for v in found}
    while found and sum(high for _, high in found.values()) < seats:
        value = max(found, key=lambda v: rest[v])
        found[value] = found[value][0], found[value][1] + 1
        rest[value] -= 1
    while sum(low for low, _ in found.values()) > seats:
        value = max(found, key=lambda v: found[v][0])
        found[value] = found[value][0] - 1, found[value][1]
    return found


def _exact(share: float, seats: int) -> Fraction:
    return Fraction(share).limit_denominator(100_000) * seats


def shares(counts: Mapping[str, int]) -> dict[str, float]:
    """Population shares 0–1 from counts; empty when nobody is counted."""
    total = sum(counts.values())
    return {k: v / total for k, v in counts.items()} if total else {}
