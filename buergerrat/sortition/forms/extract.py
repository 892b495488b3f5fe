"""Uploading an extract: the file, and what to overrule when it is read wrongly."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import FileField, Form, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from buergerrat.choices import choices
from buergerrat.sortition.decoding import ENCODING_LABELS
from buergerrat.sortition.fields import FIELDS, overruled
from buergerrat.sortition.profiles import Profile
from buergerrat.sortition.sniffing import MAX_HEADER_LINE, SEPARATOR_LABELS

BY_HAND = (
    "last_name",
    "first_name",
    "birth_date",
    "sex",
    "nationality",
    "street",
    "house_number",
    "postcode",
    "place",
    "district",
    "residence",
    "block",
)
"""Fields whose column can be named by hand."""
AUTOMATIC = [("", _l("selbst erkennen"))]


class NeededFile:
    """Marks the field as required; the view looks at the file itself."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, form: Form, field: FileField) -> None: ...


class ExtractForm(Form):
    upload = FileField(_l("Datei"), [NeededFile()])
    encoding = SelectField(
        _l("Zeichensatz"), choices=choices([*AUTOMATIC, *ENCODING_LABELS.items()]), default=""
    )
    separator = SelectField(
        _l("Trennzeichen"), choices=choices([*AUTOMATIC, *SEPARATOR_LABELS.items()]), default=""
    )
    header_line = IntegerField(
        _l("Zeile mit den Spaltennamen"), [Optional(), NumberRange(1, MAX_HEADER_LINE)]
    )
    known = FileField(_l("Importprofil"))

    def profile(self, known: Profile) -> Profile:
        """What was typed, over what the uploaded profile says."""
        return replace(
            known,
            encoding=self.encoding.data or known.encoding,
            separator=self.separator.data or known.separator,
            header_line=self.header_line.data or known.header_line,
            columns=overruled(known.columns, self.columns()),
        )

    def columns(self) -> dict[str, str]:
        """Our field → the title that was typed."""
        typed = {name: str(self[f"col_{name}"].data or "").strip() for name in BY_HAND}
        return {name: title for name, title in typed.items() if title}


for _name in BY_HAND:
    setattr(ExtractForm, f"col_{_name}", StringField(FIELDS[_name], [Length(max=80)]))
