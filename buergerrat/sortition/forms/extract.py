"""Uploading an extract: the file, and what to overrule when it is read wrongly."""

from __future__ import annotations

from typing import ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import FileField, Form, SelectField, StringField
from wtforms.validators import Length

from buergerrat.choices import choices
from buergerrat.sortition.decoding import ENCODING_LABELS
from buergerrat.sortition.fields import FIELDS
from buergerrat.sortition.sniffing import SEPARATOR_LABELS

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

    def columns(self) -> dict[str, str]:
        """Our field → the title that was typed."""
        typed = {name: str(self[f"col_{name}"].data or "").strip() for name in BY_HAND}
        return {name: title for name, title in typed.items() if title}


for _name in BY_HAND:
    setattr(ExtractForm, f"col_{_name}", StringField(FIELDS[_name], [Length(max=80)]))
