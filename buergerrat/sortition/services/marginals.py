"""The population beside the register: sums from a file or typed by hand, with source and year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from flask_babel import gettext as _
from sqlalchemy import delete, select

from buergerrat import audit
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition.amounts import NotANumber, amount
from buergerrat.sortition.features import NOT_SAID, Feature
from buergerrat.sortition.marginals import Frame, Margin, Part, Sums, read_sums
from buergerrat.sortition.models import Marginal
from buergerrat.sortition.services.replies import pool_is_frozen
from buergerrat.sortition.strata import Stratum, bands_from_bounds, parse_bounds
from buergerrat.sortition.sum_tables import SumsError, read_table, understand
from buergerrat.web import Conflict

STRATA = "stratum"
"""The feature under which people per stratum are kept; the value is `Stratum.text`."""
NOTE = 300


@dataclass(frozen=True)
class Origin:
    """Where figures come from; both are needed."""

    source: str
    year: int

    @property
    def text(self) -> str:
        return f"{self.source}, {self.year}"


def of(assembly: Assembly) -> dict[str, list[Marginal]]:
    """Feature → its stored rows in order, without those per stratum."""
    found: dict[str, list[Marginal]] = {}
    for row in db.session.scalars(
        select(Marginal)
        .where(Marginal.assembly_id == assembly.id, Marginal.feature != STRATA)
        .order_by(Marginal.feature, Marginal.position)
    ):
        found.setdefault(row.feature, []).append(row)
    return found


def strata_of(assembly: Assembly) -> dict[Stratum, int]:
    """People per stratum from a file of sums; empty where there is none."""
    rows = db.session.execute(
        select(Marginal.value, Marginal.people).where(
            Marginal.assembly_id == assembly.id, Marginal.feature == STRATA
        )
    )
    return {Stratum.parse(value): people or 0 for value, people in rows}


def note_of(rows: Sequence[Marginal]) -> str:
    """Source and year in one line, as the quotas keep it."""
    return Origin(rows[0].source, rows[0].year or 0).text if rows else ""


def frame(assembly: Assembly, features: Sequence[Feature]) -> Frame:
    """What values mean for this assembly; `features` as `quotas.features_of` gives them."""
    places = next((f for f in features if f.key == "district"), None)
    districts = [key for key, _label in places.values] if places else []
    return Frame(bands_from_bounds(parse_bounds(assembly.age_bounds)), districts, features)


def take_file(
    assembly: Assembly,
    stream: BinaryIO,
    origin: Origin,
    features: Sequence[Feature],
    only: str = "",
    user_id: int | None = None,
) -> Sums:
    """Read a table of sums and keep what it says. Raises `SumsError`, `Conflict`."""
    refuse_frozen(assembly)
    asked = "age" if only == "age_band" else only
    sums = read_sums(understand(read_table(stream), asked), frame(assembly, features))
    for margin in sums.margins.values():
        _put(assembly, margin, origin)
    if sums.strata:
        _put_strata(assembly, sums.strata, origin)
    _log(assembly, sorted(sums.margins), origin, user_id, strata=len(sums.strata))
    return sums


def enter(
    assembly: Assembly,
    feature: Feature,
    typed: Mapping[str, str],
    origin: Origin,
    user_id: int | None = None,
) -> Margin:
    """Keep what was typed for one feature: percent or people per value. Raises `SumsError`."""
    refuse_frozen(assembly)
    margin = typed_margin(feature, typed)
    _put(assembly, margin, origin)
    _log(assembly, [feature.key], origin, user_id)
    return margin


def typed_margin(feature: Feature, typed: Mapping[str, str]) -> Margin:
    """Percentages when they add up to at most 100 and none is larger, people otherwise."""
    numbers: dict[str, float] = {}
    unknown = []
    for value, label in feature.values:
        text = typed.get(value, "").strip()
        try:
            number = amount(text)
        except NotANumber:
            raise SumsError(
                _("%(name)s: Bitte geben Sie eine Zahl ein, oder nichts.", name=label)
            ) from None
        if number is not None:
            numbers[value] = number
        elif value != NOT_SAID and value not in feature.open_values:
            unknown.append(label)
    whole = sum(numbers.values())
    if whole <= 0:
        raise SumsError(_("Bitte geben Sie mindestens eine Zahl ein."))
    percent = whole <= 100.5
    parts = [
        Part(v, None, min(1.0, n / max(100, whole))) if percent else Part(v, round(n), n / whole)
        for v, n in numbers.items()
    ]
    notes = [_("Ohne Angabe: %(names)s.", names=", ".join(unknown))] if unknown else []
    return Margin(feature.key, parts, notes)


def forget(assembly: Assembly, feature: str, user_id: int | None = None) -> None:
    """Delete the figures of one feature; those per stratum rest on the register's features."""
    refuse_frozen(assembly)
    keys = [feature, STRATA] if feature in ("sex", "age_band", "district") else [feature]
    db.session.execute(
        delete(Marginal).where(Marginal.assembly_id == assembly.id, Marginal.feature.in_(keys))
    )
    audit.log(
        "marginals_deleted",
        "assembly",
        assembly.id,
        assembly_id=assembly.id,
        feature=feature,
        user=user_id,
    )


def refuse_frozen(assembly: Assembly) -> None:
    if pool_is_frozen(assembly):
        raise Conflict(
            _("Lostopf und Quoten sind festgeschrieben. Die Bevölkerungszahlen gehören dazu.")
        )


def _put(assembly: Assembly, margin: Margin, origin: Origin) -> None:
    _clear(assembly, margin.feature)
    note = " ".join(margin.notes)
    short = note if len(note) <= NOTE else f"{note[: NOTE - 2]} …"
    for position, part in enumerate(margin.parts):
        _add(assembly, margin.feature, position, part, origin, short)
    db.session.flush()


def _put_strata(assembly: Assembly, strata: Mapping[Stratum, int], origin: Origin) -> None:
    _clear(assembly, STRATA)
    whole = sum(strata.values()) or 1
    for position, (stratum, people) in enumerate(strata.items()):
        part = Part(stratum.text, people, people / whole)
        _add(assembly, STRATA, position, part, origin, "")
    db.session.flush()


def _clear(assembly: Assembly, feature: str) -> None:
    db.session.execute(
        delete(Marginal).where(Marginal.assembly_id == assembly.id, Marginal.feature == feature)
    )


def _add(
    assembly: Assembly, feature: str, position: int, part: Part, origin: Origin, note: str
) -> None:
    db.session.add(
        Marginal(
            assembly_id=assembly.id,
            feature=feature,
            value=part.value,
            position=position,
            people=part.people,
            share=part.share,
            source=origin.source,
            year=origin.year,
            note=note,
        )
    )


def _log(
    assembly: Assembly, features: Sequence[str], origin: Origin, user_id: int | None, **detail: int
) -> None:
    audit.log(
        "marginals_saved",
        "assembly",
        assembly.id,
        assembly_id=assembly.id,
        features=list(features),
        source=origin.text,
        user=user_id,
        **detail,
    )
