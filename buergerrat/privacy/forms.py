from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from buergerrat.assemblies.retention import Period
from buergerrat.choices import choices
from buergerrat.privacy.deadlines import today
from buergerrat.privacy.models import ProcessorAgreement
from buergerrat.privacy.requests import KINDS
from buergerrat.privacy.services import REASONS

NEEDED = ("first_name", "last_name", "street", "postcode", "place")
MISSING = _l("Bitte füllen Sie dieses Feld aus.")
TOO_LONG = _l("Das ist zu lang.")
NO_DATE = _l("Bitte geben Sie einen Tag an, zum Beispiel 14.09.2026.")


class ErasureForm(Form):
    reason = SelectField(_l("Grund"), [InputRequired()], choices=choices(REASONS.items()))


class FindForm(Form):
    text = StringField(
        _l("Code, Losnummer, Name oder Straße"),
        [InputRequired(_l("Bitte geben Sie etwas ein.")), Length(max=100, message=TOO_LONG)],
    )


class ObjectionForm(Form):
    """The objection of somebody who was invited."""

    birth = DateField(
        _l("Geburtsdatum"),
        [Optional()],
        description=_l(
            "Damit wir die Person auch nach einem Umzug erkennen. Das Datum wird nicht gespeichert."
        ),
    )

    def validate_birth(self, field: DateField) -> None:
        if field.data and not dt.date(1890, 1, 1) < field.data <= today():
            raise ValidationError(_("Dieses Datum kann kein Geburtsdatum sein."))


class StrangerForm(ObjectionForm):
    """The objection of somebody who is not to be found here."""

    first_name = StringField(_l("Vorname"), [InputRequired(MISSING), Length(max=80)])
    last_name = StringField(_l("Familienname"), [InputRequired(MISSING), Length(max=80)])
    street = StringField(_l("Straße und Hausnummer"), [InputRequired(MISSING), Length(max=120)])
    postcode = StringField(_l("Postleitzahl"), [InputRequired(MISSING), Length(max=10)])


class RequestForm(Form):
    kind = SelectField(_l("Was"), [InputRequired()], choices=choices(KINDS.items()))
    received_on = DateField(_l("Eingegangen am"), [InputRequired(NO_DATE)])

    def validate_received_on(self, field: DateField) -> None:
        if field.data and field.data > today():
            raise ValidationError(_("Dieser Tag liegt in der Zukunft."))


class AgreementForm(Form):
    name = StringField(_l("Wer"), [InputRequired(MISSING), Length(max=120, message=TOO_LONG)])
    place = StringField(_l("Ort"), [Length(max=120, message=TOO_LONG)])
    task = StringField(_l("Aufgabe"), [InputRequired(MISSING), Length(max=300, message=TOO_LONG)])
    data = StringField(_l("Welche Daten"), [Length(max=300, message=TOO_LONG)])
    signed_on = DateField(_l("Vertrag vom"), [Optional()])
    valid_until = DateField(_l("Gilt bis"), [Optional()])

    def validate_valid_until(self, field: DateField) -> None:
        start = self.signed_on.data
        if field.data and start and field.data < start:
            raise ValidationError(_("Der Vertrag endet, bevor er beginnt."))

    def values(self) -> dict[str, Any]:
        return {
            "name": self.name.data.strip(),
            "place": (self.place.data or "").strip(),
            "task": self.task.data.strip(),
            "data": (self.data.data or "").strip(),
            "signed_on": self.signed_on.data,
            "valid_until": self.valid_until.data,
        }

    @classmethod
    def of(cls, row: ProcessorAgreement) -> AgreementForm:
        return cls(obj=row)


def periods_form(periods: Iterable[Period], formdata: Any = None) -> Form:
    """A number of days for each period that has days, within its limits."""
    fields = {
        one.key: IntegerField(
            one.who,
            [
                InputRequired(_("Bitte geben Sie eine Zahl ein.")),
                NumberRange(
                    one.low, one.high,
                    _("Möglich sind %(low)s bis %(high)s Tage.", low=one.low, high=one.high),
                ),
            ],
            description=_(
                "Tage %(event)s; möglich sind %(low)s bis %(high)s.",
                event=one.event, low=one.low, high=one.high,
            ),
            default=one.days,
        )
        for one in periods
        if one.days is not None
    }  # fmt: skip
    form: Form = type("PeriodsForm", (Form,), fields)(formdata)
    return form


def correction_form(
    labels: dict[str, Any],
    values: dict[str, str],
    options: dict[str, list[tuple[str, str]]],
    seen: str,
    formdata: Any = None,
) -> Form:
    """One field for each detail that may be corrected now."""
    fields: dict[str, Any] = {"seen": HiddenField(default=seen)}
    for name, value in values.items():
        if options[name]:
            fields[name] = SelectField(labels[name], choices=choices(options[name]), default=value)
        else:
            needed = [InputRequired(MISSING)] if value and name in NEEDED else []
            fields[name] = StringField(
                labels[name], [*needed, Length(max=200, message=TOO_LONG)], default=value
            )
    form: Form = type("CorrectionForm", (Form,), fields)(formdata)
    return form  # fmt: skip
