"""The plan of the letters, the source of the seed, the seed itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DecimalField,
    Form,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from buergerrat.choices import choices
from buergerrat.db import utcnow
from buergerrat.formats import BERLIN, number
from buergerrat.sortition.commitment import SeedKind, SeedProcedure
from buergerrat.sortition.planning import METHODS
from buergerrat.sortition.services.plan import Choice
from buergerrat.sortition.strata import SEX_LABELS, BandError, age_band_label, parse_bounds

NEEDED = InputRequired(_l("Diese Angabe fehlt."))
KINDS = [
    ("dice", _l("Würfel")),
    ("lotto", _l("Lottozahlen")),
    ("drand", _l("drand (öffentlicher Zufallsdienst)")),
]
KIND_HINTS = {
    "dice": _l("Mindestens 20 Würfe mit einem zehnseitigen Würfel, öffentlich, mit Zeugen."),
    "lotto": _l("6 aus 49 und die Superzahl einer Ziehung, die noch kommt."),
    "drand": _l(
        "Eine Runde des Netzes „quicknet“, die noch kommt. Sie brauchen dazu das Internet."
    ),
}

VALUE_HINTS = {
    "dice": _l("Alle Ziffern nacheinander, so wie gewürfelt wurde."),
    "lotto": _l("Sechs Zahlen und die Superzahl, zum Beispiel „3 11 23 34 40 49 / 7“."),
    "drand": _l("Die Nummer der Runde und der Zufallswert."),
}


def today() -> dt.date:
    return utcnow().astimezone(BERLIN).date()


class Percent(DecimalField):
    """Typed with a comma or a point, as 5 or 2,5 percent."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([value.replace(",", ".").strip(" %") for value in valuelist])


class PlanForm(Form):
    """The plan of the letters. Beside its fields `rate.<sex>|<age band>`: a rate for each group."""

    letters_total = IntegerField(
        _l("Briefe insgesamt"), [NEEDED, NumberRange(1, 200_000, _l("Mindestens ein Brief."))]
    )
    response_rate = Percent(
        _l("Erwarteter Rücklauf in Prozent"),
        [NEEDED, NumberRange(0.1, 100, _l("Zwischen 0,1 und 100 Prozent."))],
        description=_l("So viele sagen zu. Üblich sind 3 bis 10 Prozent."),
        places=None,
    )
    minimum = IntegerField(
        _l("Mindestens je Gruppe"),
        [
            InputRequired(_l("Diese Angabe fehlt; 0 ist erlaubt.")),
            NumberRange(0, 1000, _l("0 bis 1.000.")),
        ],
    )
    reserve_share = IntegerField(
        _l("Nächste Lose aufbewahren, in Prozent der Briefe"),
        [Optional(), NumberRange(0, 200, _l("0 bis 200 Prozent."))],
        default=50,
        description=_l(
            "Für Briefe, die zurückkommen, und für eine zweite Welle. Gelöscht, sobald niemand "
            "mehr antworten kann."
        ),
    )
    method = RadioField(
        _l("Wie die Briefe verteilt werden"), [NEEDED], choices=choices(METHODS.items())
    )

    def __init__(self, formdata: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.typed_rates: dict[str, str] = {
            name.removeprefix("rate."): str(value).strip()
            for name, value in (formdata or {}).items()
            if name.startswith("rate.")
        }

    @classmethod
    def of(cls, choice: Choice) -> PlanForm:
        form = cls(
            letters_total=choice.letters_total,
            response_rate=_percent(choice.response_rate),
            minimum=choice.minimum,
            reserve_share=round(100 * choice.reserve_share),
            method=choice.method,
        )
        form.typed_rates = {
            key: number(_percent(rate), 1).removesuffix(",0") for key, rate in choice.rates.items()
        }
        return form

    def validate_response_rate(self, field: Percent) -> None:
        """The table's cells too: what cannot be read is named with its group."""
        for key, text in self.typed_rates.items():
            rate = _rate(text)
            if text and (rate is None or not 0.001 <= rate <= 1):
                raise ValidationError(
                    _("%(group)s: Bitte geben Sie 0,1 bis 100 Prozent an.", group=kind_label(key))
                )

    def choice(self) -> Choice:
        rates = {key: _rate(text) for key, text in self.typed_rates.items()}
        return Choice(
            self.letters_total.data,
            self.method.data,
            float(self.response_rate.data) / 100,
            self.minimum.data,
            {key: rate for key, rate in rates.items() if rate is not None},
            0.5 if self.reserve_share.data is None else self.reserve_share.data / 100,
        )


def _percent(rate: float) -> float:
    share = 100 * rate
    return int(share) if share == int(share) else round(share, 2)


def _rate(text: str) -> float | None:
    """A share 0–1 from percent as typed; None for nothing and for what is no number."""
    try:
        return round(float(text.replace(",", ".").strip(" %")) / 100, 5) if text else None
    except ValueError:
        return None


def kind_label(key: str) -> str:
    """`female|16-29` → `Frauen, 16–29 Jahre`."""
    sex, _sep, band = key.partition("|")
    parts = [SEX_LABELS.get(sex, sex), age_band_label(band) if band else ""]
    return ", ".join(filter(None, parts))


def rate_rows(keys: Sequence[str], form: PlanForm) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """The table of rates: (label of the age band, its cells: key, label, text as typed)."""
    rows: dict[str, list[tuple[str, str, str]]] = {}
    for key in keys:
        sex, _sep, band = key.partition("|")
        label = age_band_label(band) if band else SEX_LABELS.get(sex, sex)
        rows.setdefault(label, []).append((key, kind_label(key), form.typed_rates.get(key, "")))
    return list(rows.items())


class GroupsForm(Form):
    """How the people are parted: age bands, and districts that go together."""

    age_bounds = StringField(
        _l("Altersgruppen beginnen mit"),
        [NEEDED, Length(max=60)],
        description=_l("Zum Beispiel 16, 30, 45, 65. Die erste Zahl ist das Mindestalter."),
    )

    def __init__(self, formdata: Any = None, *, min_age: int = 0, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        self.min_age = min_age
        self.districts: dict[str, str] = {
            name.removeprefix("district."): " ".join(str(value).split())[:60]
            for name, value in (formdata or {}).items()
            if name.startswith("district.")
        }

    def validate_age_bounds(self, field: StringField) -> None:
        try:
            parse_bounds(field.data, min_age=self.min_age)
        except BandError as problem:
            raise ValidationError(str(problem)) from None

    def bounds(self) -> str:
        return ",".join(map(str, parse_bounds(self.age_bounds.data)))

    def renamed(self) -> dict[str, str]:
        """District → its new name, only where it changes."""
        return {old: new for old, new in self.districts.items() if new and new != old}


class ProcedureForm(Form):
    """Where the seed will come from: named before anybody can know it."""

    kind = RadioField(
        _l("Woher der Startwert kommt"), [NEEDED], choices=choices(KINDS), default="dice"
    )
    event = StringField(
        _l("Öffentliches Ereignis"),
        [NEEDED, Length(max=200)],
        description=_l(
            "So genau, dass es nur eines sein kann. Zum Beispiel: „Würfeln im Ratssaal, vor der "
            "Sitzung des Stadtrats“."
        ),
    )
    due = DateField(_l("Tag"), [NEEDED])
    fallback = TextAreaField(
        _l("Wenn es ausfällt"),
        [NEEDED, Length(max=300)],
        default=_l("Die nächste Ziehung der gleichen Art, wieder mit vorheriger Ankündigung."),
    )

    def validate_due(self, field: DateField) -> None:
        if field.data < today():
            raise ValidationError(_("Der Tag ist vorbei. Der Startwert muss erst noch entstehen."))
        if field.data == today() and self.kind.data == "lotto":
            raise ValidationError(
                _("Nehmen Sie eine Ziehung ab morgen, damit die Prüfsumme sicher vorher da ist.")
            )

    def procedure(self) -> SeedProcedure:
        return SeedProcedure(
            SeedKind(self.kind.data),
            self.event.data.strip(),
            self.due.data.isoformat(),
            self.fallback.data.strip(),
        )


class SeedForm(Form):
    """What the public source gave."""

    kind = RadioField(_l("Quelle"), [NEEDED], choices=choices(KINDS))
    value = StringField(_l("Öffentlicher Wert"), [NEEDED, Length(max=300)])
    on = DateField(_l("Tag der Ziehung"), [NEEDED])

    def fail(self, field: str, sentence: str) -> None:
        target: Any = self[field]
        target.errors = [*target.errors, sentence]
