"""Figures of the population: a file or typed values, never without source and year."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import Form, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from buergerrat.sortition.services.marginals import Origin

FIRST_YEAR, LAST_YEAR = 1980, 2100


class OriginForm(Form):
    source = StringField(
        _l("Quelle"),
        [InputRequired(_l("Bitte nennen Sie die Quelle.")), Length(max=180)],
        description=_l("Zum Beispiel „Zensus, Landkreis“ oder „Meldeamt, Summenauswertung“."),
    )
    year = IntegerField(
        _l("Jahr"),
        [
            InputRequired(_l("Bitte nennen Sie das Jahr der Zahlen.")),
            NumberRange(FIRST_YEAR, LAST_YEAR, _l("Bitte nennen Sie das Jahr mit vier Ziffern.")),
        ],
    )

    def origin(self) -> Origin:
        return Origin(" ".join(self.source.data.split()), self.year.data)

    @property
    def problem(self) -> str:
        """The first thing that is wrong, as a sentence."""
        return next((str(e) for errors in self.errors.values() for e in errors), "")
