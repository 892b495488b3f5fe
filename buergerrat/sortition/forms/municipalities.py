"""The list, the plan and the refusals of a draw of municipalities; files that travel."""

from __future__ import annotations

import itertools
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Form,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from buergerrat.choices import choices
from buergerrat.german import count
from buergerrat.sortition.municipalities import Plan

NEEDED = InputRequired(_l("Diese Angabe fehlt."))
LEVELS = [
    (2, _l("Bundesländer")),
    (3, _l("Regierungsbezirke")),
    (5, _l("Kreise")),
    (0, _l("Regionen, wie sie in der Liste stehen")),
]
PASSPHRASE_LEAST = 12


class ListForm(Form):
    source = StringField(
        _l("Quelle und Stand"),
        [NEEDED, Length(max=200)],
        description=_l(
            "Zum Beispiel „Statistisches Bundesamt, Gemeindeverzeichnis, Stand 31.12.2024“."
        ),
    )
    starts_with = StringField(
        _l("Nur Gemeinden, deren Schlüssel so beginnt"),
        [Optional(), Regexp(r"^[0-9]{1,8}$", message=_l("Nur Ziffern."))],
        description=_l(
            "Zwei Ziffern für ein Bundesland, fünf für einen Kreis. Leer lassen: alle in der Liste."
        ),
    )


class MunicipalityPlanForm(Form):
    places = IntegerField(
        _l("Zahl der Gemeinden"),
        [NEEDED, NumberRange(1, 2000, _l("Zwischen 1 und 2.000."))],
        description=_l("Genauer: Plätze. Sehr große Städte können mehrere bekommen."),
    )
    letters = IntegerField(
        _l("Briefe je Gemeinde"),
        [NEEDED, NumberRange(1, 20_000, _l("Zwischen 1 und 20.000 Briefen."))],
    )
    level = SelectField(_l("Regionen"), [NEEDED], choices=choices(LEVELS), coerce=int)
    bounds = StringField(
        _l("Größenklassen beginnen mit"),
        [NEEDED, Length(max=80)],
        description=_l("Einwohnerzahlen, durch Strichpunkt getrennt."),
    )
    percent = IntegerField(
        _l("Höchstens so viel Prozent einer Gemeinde anschreiben"),
        [NEEDED, NumberRange(1, 100, _l("Zwischen 1 und 100 Prozent."))],
    )
    one_per_cell = BooleanField(_l("Aus jedem Feld mindestens eine Gemeinde"))

    @classmethod
    def of(cls, plan: Plan, level: int) -> MunicipalityPlanForm:
        return cls(
            data={
                **vars(plan),
                "level": level,
                "bounds": "; ".join(count(bound) for bound in plan.bounds),
            }
        )

    def validate_bounds(self, field: StringField) -> None:
        numbers = self._bounds()
        if any(low >= high for low, high in itertools.pairwise((0, *numbers))):
            raise ValidationError(_("Bitte ganze Zahlen, aufsteigend: 5.000; 20.000; 40.000."))

    def _bounds(self) -> tuple[int, ...]:
        words = [part.replace(".", "").strip() for part in str(self.bounds.data).split(";")]
        return tuple(int(word) if word.isdigit() else -1 for word in words if word)

    def plan(self) -> Plan:
        values: dict[str, Any] = {
            name: self[name].data for name in ("places", "letters", "percent", "one_per_cell")
        }
        return Plan(bounds=self._bounds(), **values)


class RefusalForm(Form):
    reason = StringField(_l("Warum die Gemeinde absagt"), [NEEDED, Length(max=200)])


class PassphraseForm(Form):
    """Typed by who sends; told to who receives by telephone, never with the file."""

    passphrase = PasswordField(
        _l("Kennsatz"),
        [
            NEEDED,
            Length(
                min=PASSPHRASE_LEAST,
                max=200,
                message=_l("Mindestens 12 Zeichen, besser vier Wörter."),
            ),
        ],
    )
