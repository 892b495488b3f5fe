"""The plan of the letters, the source of the seed, the seed itself."""

from __future__ import annotations

import datetime as dt
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
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from buergerrat.choices import choices
from buergerrat.db import utcnow
from buergerrat.formats import BERLIN
from buergerrat.sortition.commitment import SeedKind, SeedProcedure
from buergerrat.sortition.planning import METHODS
from buergerrat.sortition.services.plan import Choice

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
    letters_total = IntegerField(
        _l("Briefe insgesamt"), [NEEDED, NumberRange(1, 200_000, _l("Mindestens ein Brief."))]
    )
    response_rate = Percent(
        _l("Erwarteter Rücklauf in Prozent"),
        [NEEDED, NumberRange(0.1, 100, _l("Zwischen 0,1 und 100 Prozent."))],
        description=_l("Üblich sind 3 bis 10 Prozent."),
        places=None,
    )
    minimum = IntegerField(
        _l("Mindestens je Gruppe"),
        [
            InputRequired(_l("Diese Angabe fehlt; 0 ist erlaubt.")),
            NumberRange(0, 1000, _l("0 bis 1.000.")),
        ],
    )
    method = RadioField(
        _l("Wie die Briefe verteilt werden"), [NEEDED], choices=choices(METHODS.items())
    )

    @classmethod
    def of(cls, choice: Choice) -> PlanForm:
        rate = 100 * choice.response_rate
        return cls(
            letters_total=choice.letters_total,
            response_rate=int(rate) if rate == int(rate) else round(rate, 2),
            minimum=choice.minimum,
            method=choice.method,
        )

    def choice(self) -> Choice:
        return Choice(
            self.letters_total.data,
            self.method.data,
            float(self.response_rate.data) / 100,
            self.minimum.data,
        )


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
