"""What a call came to."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Form, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from buergerrat.choices import choices
from buergerrat.sortition import calls
from buergerrat.sortition.forms.answer import CHOOSE, TOO_LONG
from buergerrat.sortition.services.calls import WORDS

UNKNOWN = (calls.NOT_REACHED, calls.WRONG_NUMBER)


class CallForm(Form):
    """asked: whether the seat is still to be answered; afterwards a call changes nothing."""

    outcome = RadioField(_l("Was hat der Anruf ergeben?"), [InputRequired(CHOOSE)])
    until = DateField(
        _l("Platz halten bis"), [Optional()], description=_l("Nur wenn die Person noch überlegt.")
    )
    note = TextAreaField(
        _l("Bemerkung"),
        [Length(max=1000, message=TOO_LONG)],
        description=_l("Nur was für den Platz nötig ist, keine Krankheiten. Verschlüsselt."),
    )

    def __init__(self, formdata: Any, asked: bool, **stored: Any) -> None:
        super().__init__(formdata, data=stored)
        usable = calls.OUTCOMES if asked else UNKNOWN
        self.outcome.choices = choices([(one, WORDS[one]) for one in usable])

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        if self.outcome.data == calls.THINKS and self.until.data is None:
            self.until.errors = [_("Bitte wählen Sie einen Tag.")]
            return False
        return good
