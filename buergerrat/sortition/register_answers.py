"""What the register would know of somebody, asked where the office posted the letter itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from buergerrat.assemblies.models import Assembly
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.services.quotas import features_of
from buergerrat.sortition.strata import AgeBand, bands_from_bounds

FULL_AGE = 18
MINOR = "|minor"  # behind the key of an age band: the part of it under 18
SEXES = (
    ("female", _l("Frau")),
    ("male", _l("Mann")),
    ("diverse", _l("Divers")),
    ("unspecified", _l("Das möchte ich nicht sagen")),
)


@dataclass(frozen=True)
class Asked:
    """A step: its question, why it is asked, the tiles; lazy texts."""

    question: Any
    why: Any


QUESTIONS = {
    "sex": Asked(
        _l("Welches Geschlecht haben Sie?"),
        _l(
            "Im Bürgerrat sollen so viele Frauen und Männer sitzen wie in der Stadt. Wir kennen Sie "
            "nicht: Das Einwohnermeldeamt hat Ihnen den Brief selbst geschickt. Darum fragen wir."
        ),
    ),
    "age_band": Asked(
        _l("Wie alt sind Sie?"),
        _l("Im Bürgerrat sollen alle Altersgruppen vertreten sein. Darum fragen wir Sie."),
    ),
    "district": Asked(
        _l("In welchem Ortsteil wohnen Sie?"),
        _l("Alle Ortsteile sollen vertreten sein. Ihre Anschrift brauchen wir dafür nicht."),
    ),
}


def options(assembly: Assembly, field: str) -> Sequence[tuple[str, str]]:
    """The tiles: value, words. No district is asked for where the extract had none."""
    if field == "sex":
        return [(key, str(word)) for key, word in SEXES]
    if field == "district":
        found = next(f for f in features_of(assembly) if f.key == "district")
        return [(value, label) for value, label in found.values]
    bands = bands_from_bounds([int(part) for part in assembly.age_bounds.split(",")])
    return [pair for band in bands for pair in _ages(band)]


def _ages(band: AgeBand) -> list[tuple[str, str]]:
    """A band that begins under 18 is two tiles: for the younger part, guardians must agree."""
    if band.low >= FULL_AGE or (band.high is not None and band.high < FULL_AGE):
        return [(band.key + (MINOR if band.low < FULL_AGE else ""), _years(band.low, band.high))]
    young = (band.key + MINOR, _years(band.low, FULL_AGE - 1))
    return [young, (band.key, _years(FULL_AGE, band.high))]


def _years(low: int, high: int | None) -> str:
    if high is None:
        return str(_("%(low)s Jahre oder älter", low=low))
    if low == high:
        return str(_("%(low)s Jahre", low=low))
    return str(_("%(low)s bis %(high)s Jahre", low=low, high=high))


def stored(invitee: Invitee, field: str) -> str:
    value = getattr(invitee, field) or ""
    return value + MINOR if value and field == "age_band" and invitee.minor else value


def keep(invitee: Invitee, field: str, value: str) -> None:
    """Write the tile's value to the invitee; the age also says whether guardians are asked."""
    if field == "age_band":
        invitee.minor = value.endswith(MINOR)
        value = value.removesuffix(MINOR)
    setattr(invitee, field, value)
