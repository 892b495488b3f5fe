from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Form, SelectField, StringField
from wtforms.validators import InputRequired, Length

from buergerrat.choices import choices
from buergerrat.privacy.services import REASONS


class PersonForm(Form):
    """Whom to delete ahead of time; the reason is one of fixed words."""

    person = StringField(
        _l("Code aus dem Brief oder Losnummer"),
        [InputRequired(_l("Bitte geben Sie den Code oder die Losnummer ein.")), Length(max=20)],
        description=_l("Zum Beispiel ABCDE-FGHJK oder 041."),
    )
    reason = SelectField(_l("Grund"), [InputRequired()], choices=choices(REASONS.items()))

    def refuse(self, sentence: Any) -> None:
        """Put a sentence of the service at the field it is about."""
        self.person.errors = [*self.person.errors, sentence]
