"""Forms of the register extract: the file, how it is read, which column is what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField, Form, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from buergerrat.choices import choices
from buergerrat.sortition.decoding import ENCODING_LABELS
from buergerrat.sortition.fields import FIELDS, missing_columns, overruled
from buergerrat.sortition.households import HOUSEHOLD_CHOICES
from buergerrat.sortition.models import ImportProfile, RegisterExtract
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
"""Fields whose column can be named before the file is read."""
AUTOMATIC = [("", _l("selbst erkennen"))]
TOTALS = {"": _l("erkannte Summenzeilen zählen nicht"), "none": _l("es gibt keine")}
BEYOND = {"": _l("Zeile gilt als nicht lesbar"), "ignore": _l("nicht beachten")}


class NeededFile:
    """Marks the field as required; the view looks at the file itself."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, form: Form, field: FileField) -> None: ...


class SettingsForm(Form):
    """How the file is read; empty: as it tells by itself."""

    encoding = SelectField(
        _l("Zeichensatz"), choices=choices([*AUTOMATIC, *ENCODING_LABELS.items()]), default=""
    )
    separator = SelectField(
        _l("Trennzeichen"), choices=choices([*AUTOMATIC, *SEPARATOR_LABELS.items()]), default=""
    )
    header_line = IntegerField(
        _l("Zeile mit den Spaltennamen"), [Optional(), NumberRange(1, MAX_HEADER_LINE)]
    )
    total_lines = SelectField(_l("Summenzeilen"), choices=choices([*TOTALS.items()]), default="")
    beyond = SelectField(
        _l("Zellen hinter der letzten Spalte"), choices=choices([*BEYOND.items()]), default=""
    )

    def over(self, known: Profile) -> Profile:
        """Exactly what is chosen here, the rest as it is known."""
        return replace(
            known,
            encoding=self.encoding.data or None,
            separator=self.separator.data or None,
            header_line=self.header_line.data or None,
            total_lines=self.total_lines.data or None,
            beyond=self.beyond.data or None,
        )

    def apart(self) -> SettingsForm:
        """With ids of its own: the page also holds the form of the next upload."""
        for one in self:
            one.id = f"neu-{one.id}"
        return self

    @classmethod
    def of(cls, profile: Profile) -> SettingsForm:
        names = ("encoding", "separator", "header_line", "total_lines", "beyond")
        return cls(data={name: getattr(profile, name) or None for name in names}).apart()


class ExtractForm(SettingsForm):
    upload = FileField(_l("Datei"), [NeededFile()])
    town_profile = SelectField(_l("Importprofil der Stadt"), default="")
    known = FileField(_l("Importprofil aus einer Datei"))

    def offer(self, rows: Sequence[ImportProfile]) -> ExtractForm:
        """With the town's profiles to choose from."""
        known = [(str(row.id), row.name) for row in rows]
        self.town_profile.choices = choices([("", _("keines, selbst erkennen")), *known])
        return self

    def profile(self, known: Profile) -> Profile:
        """What was typed, over what the profile says."""
        return replace(
            known,
            encoding=self.encoding.data or known.encoding,
            separator=self.separator.data or known.separator,
            header_line=self.header_line.data or known.header_line,
            total_lines=self.total_lines.data or known.total_lines,
            beyond=self.beyond.data or known.beyond,
            columns=overruled(known.columns, self.columns()),
        )

    def columns(self) -> dict[str, str]:
        """Our field → the title that was typed."""
        typed = {name: str(self[f"col_{name}"].data or "").strip() for name in BY_HAND}
        return {name: title for name, title in typed.items() if title}


for _name in BY_HAND:
    setattr(ExtractForm, f"col_{_name}", StringField(FIELDS[_name], [Length(max=80)]))


class HouseholdForm(Form):
    household_rule = RadioField(
        _l("Wer gilt als ein Haushalt?"), choices=choices([*HOUSEHOLD_CHOICES.items()])
    )


class MappingForm(Form):
    """One select for each of our fields; `titles` are what may be chosen."""

    streets = FileField(_l("Straßenliste"))
    name = StringField(_l("Name des Profils"), [Length(max=80)])

    def columns(self) -> dict[str, str]:
        """Our field → their title; "" where nothing is chosen."""
        return {name: self[f"col_{name}"].data or "" for name in FIELDS}

    def problem(self) -> str | None:
        """A sentence where these columns cannot be read."""
        chosen = {ours: theirs for ours, theirs in self.columns().items() if theirs}
        for theirs in chosen.values():
            if list(chosen.values()).count(theirs) > 1:
                return str(_("Die Spalte „%(title)s“ ist zweimal zugeordnet.", title=theirs))
        if missing := missing_columns(chosen):
            return str(_("Es fehlt eine Spalte für: %(fields)s.", fields=", ".join(missing)))
        return None


def mapping_form(extract: RegisterExtract, titles: Sequence[str], given: Any = None) -> MappingForm:
    """The form with the columns of this file."""
    offered = choices([("", _("nicht in der Datei")), *((title, title) for title in titles)])
    fields: dict[str, Any] = {
        f"col_{name}": SelectField(label, choices=offered, default="")
        for name, label in FIELDS.items()
    }
    form: MappingForm = type("ColumnsForm", (MappingForm,), fields)(
        given, data={f"col_{ours}": theirs for ours, theirs in extract.columns.items()}
    )
    return form


class ProfileForm(Form):
    known = FileField(_l("Importprofil (JSON)"), [NeededFile()])
    name = StringField(_l("Name"), [Length(min=1, max=80)])
