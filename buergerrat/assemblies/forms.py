"""The founding form: what the council has decided, and the dates."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Form,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import DateTimeLocalField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from buergerrat.assemblies.laender import LAENDER, UNKNOWN
from buergerrat.assemblies.models import Assembly
from buergerrat.assemblies.schedule import ACCEPT_DAYS, DATES, Schedule, problems, proposal
from buergerrat.assemblies.schedule import NEEDED as NEEDED_DATES
from buergerrat.assemblies.services import Mandate, reserved_words
from buergerrat.choices import choices
from buergerrat.formats import BERLIN, local

NEEDED = InputRequired(_l("Diese Angabe fehlt."))
LAND_NAMES = [
    ("", _l("noch offen")),
    *((land.code, land.name) for land in sorted(LAENDER.values(), key=lambda one: one.name)),
]


def _long(most: int) -> Length:
    return Length(max=most, message=_l("Höchstens %(max)d Zeichen."))


class BerlinTime(DateTimeLocalField):
    """Typed and shown as Berlin time, kept with its zone."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if isinstance(self.data, dt.datetime):
            self.data = self.data.replace(tzinfo=BERLIN)

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        return f"{local(self.data):%Y-%m-%dT%H:%M}" if self.data else ""


def _day(label: Any, hint: Any = "") -> DateField:
    return DateField(label, [NEEDED], description=hint)


def _open_day(label: Any, hint: Any = "") -> DateField:
    return DateField(label, [Optional()], description=hint)


class MandateForm(Form):
    title = StringField(
        _l("Name"), [NEEDED, _long(120)], description=_l("Kurz, zum Beispiel „Ortsmitte 2035“.")
    )
    guiding_question = TextAreaField(
        _l("Frage"),
        [NEEDED, _long(500)],
        description=_l("Die eine Frage, die der Rat stellt. Sie steht in jedem Brief."),
    )
    slug = StringField(
        _l("Adresse der öffentlichen Seite"),
        [
            Optional(),
            Length(max=50),
            Regexp(
                r"^[a-z0-9]+(-[a-z0-9]+)*$",
                message=_l("Nur kleine Buchstaben, Ziffern und Bindestriche."),
            ),
        ],
        description=_l("Leer lassen: Sie entsteht aus dem Namen."),
    )
    legal_basis = TextAreaField(
        _l("Rechtsgrundlage"), [NEEDED, _long(1000)], description=_l("Sie steht in jedem Brief.")
    )
    resolution_number = StringField(_l("Nummer des Beschlusses"), [NEEDED, _long(60)])
    resolution_date = _day(_l("Datum des Beschlusses"))
    seats = IntegerField(
        _l("Plätze"), [NEEDED, NumberRange(8, 200, _l("Zwischen 8 und 200 Plätzen."))]
    )
    reserve = IntegerField(
        _l("Plätze auf der Reserveliste"),
        [
            InputRequired(_l("Diese Angabe fehlt; 0 ist erlaubt.")),
            NumberRange(0, 200, _l("0 bis 200.")),
        ],
    )
    min_age = IntegerField(
        _l("Mindestalter"), [NEEDED, NumberRange(12, 27, _l("Zwischen 12 und 27 Jahren."))]
    )
    age_bounds = StringField(
        _l("Altersgruppen beginnen mit"),
        [NEEDED, _long(60)],
        description=_l("Zahlen, durch Kommas getrennt. Die erste ist das Mindestalter."),
    )
    land = SelectField(
        _l("Bundesland"),
        choices=choices(LAND_NAMES),
        default="",
        description=_l("Davon hängen Feiertage ab und was im Land gilt."),
    )
    door_visits = BooleanField(_l("Wer nicht antwortet, wird an der Haustür besucht"))
    notice_on = _open_day(
        _l("Öffentliche Bekanntmachung"),
        _l("Thema, Absicht und Ablauf; in Baden-Württemberg drei Wochen vor den Briefen Pflicht."),
    )
    extract_on = _open_day(_l("Auszug aus dem Melderegister"))
    reminder_on = _open_day(_l("Erinnerung an alle, die nicht geantwortet haben"))
    accept_days = IntegerField(
        _l("Tage, um einen Platz anzunehmen"),
        [Optional(), NumberRange(1, 60, _l("Zwischen 1 und 60 Tagen."))],
        default=ACCEPT_DAYS,
    )
    replacements_until = _open_day(
        _l("Nachrücken bis"), _l("Leer lassen: bis zum letzten Sitzungstag.")
    )
    planned_for = HiddenField()  # the first session the proposed dates were counted from
    reference_date = _day(
        _l("Stichtag für Alter und Wohnsitz"), _l("Wie alt jemand an diesem Tag ist, zählt.")
    )
    letters_on = _day(_l("Versand der Briefe"))
    reply_deadline = _day(_l("Antwortfrist"), _l("Bis zum Ende dieses Tages."))
    lottery_at = BerlinTime(_l("Öffentliche Losung"), [NEEDED], description=_l("Tag und Uhrzeit."))
    lottery_place = StringField(_l("Ort der Losung"), [_long(120)])
    first_session_on = _day(_l("Erster Sitzungstag"))
    last_session_on = _day(_l("Letzter Sitzungstag"))
    session_place = StringField(_l("Ort der Sitzungen"), [_long(120)])
    session_note = StringField(
        _l("Tage und Uhrzeiten, wie sie im Brief stehen"),
        [_long(300)],
        description=_l("Zum Beispiel „Freitag 14 bis 20 Uhr, Samstag 9 bis 17 Uhr“."),
    )
    allowance = StringField(
        _l("Aufwandsentschädigung"), [_long(120)], description=_l("Zum Beispiel „60 Euro je Tag“.")
    )
    handover_on = _day(_l("Übergabe an den Rat"))
    answer_promised_by = _day(
        _l("Der Rat antwortet bis"), _l("Das Versprechen, das im Brief und öffentlich steht.")
    )
    retention_until = _day(
        _l("Personendaten werden gelöscht am"), _l("Das Losprotokoll bleibt prüfbar.")
    )

    def validate_title(self, field: StringField) -> None:
        if not any(c.isalnum() for c in field.data):
            raise ValidationError(_("Der Name braucht Buchstaben."))

    def validate_slug(self, field: StringField) -> None:
        if field.data in reserved_words():
            raise ValidationError(_("Dieses Wort wird schon für eine Seite gebraucht."))

    def validate(self, extra_validators: Any = None, kept: Mandate | None = None) -> bool:
        """`kept`: the stored mandate, for the fields that are fixed and not on the form."""
        good = super().validate(extra_validators)
        good = self._check_visits() and good
        values = self.merged(kept)
        if any(values.get(name) is None for name in (*NEEDED_DATES, "resolution_date")):
            return False
        plan = Schedule(**{name: values[name] for name in DATES})
        for name, sentence in problems(plan, values["resolution_date"]).items():
            field = self._fields.get(name) or self._first(DATES)
            field.errors = [*field.errors, sentence]
            good = False
        return self._check_ages(values) and good

    def _check_visits(self) -> bool:
        land = LAENDER.get(self.land.data, UNKNOWN)
        if not self.door_visits.data or land.door_visits != "no":
            return True
        self.door_visits.errors = [
            _("In %(land)s sind Besuche an der Haustür nicht zulässig.", land=land.name)
        ]
        return False

    def follow_first_session(self) -> None:
        """Count the proposed dates anew where only the first session or the Land was changed."""
        try:
            before = dt.date.fromisoformat(self.planned_for.data or "")
        except ValueError:
            return
        first = self.first_session_on.data
        typed = {name: self[name].data for name in DATES if name != "first_session_on"}
        untouched = any(
            typed.items() <= vars(proposal(before, land)).items() for land in ("", *LAENDER)
        )
        if first is not None and untouched:
            self.take(proposal(first, self.land.data or ""))

    def take(self, plan: Schedule) -> None:
        """Show these dates instead of what was typed."""
        for name in DATES:
            field: Any = self[name]
            field.data, field.raw_data, field.process_errors = getattr(plan, name), [], []
            field.raw_data = [field._value()]  # as if it had been typed
        self.planned_for.data = plan.first_session_on.isoformat()

    def _check_ages(self, values: Mapping[str, Any]) -> bool:
        field = self._fields.get("age_bounds")
        if field is None or field.errors or values["min_age"] is None:
            return True
        words = [word.strip() for word in str(field.data).split(",")]
        numbers = [int(word) if word.isdigit() else -1 for word in words]
        rising = all(low < high for low, high in itertools.pairwise(numbers))
        sentence = ""
        if min(numbers) < 0 or not rising or numbers[-1] > 120:
            sentence = _("Bitte ganze Zahlen mit Komma dazwischen, aufsteigend: 16, 30, 45, 65.")
        elif numbers[0] != values["min_age"]:
            sentence = _("Die erste Altersgruppe beginnt mit dem Mindestalter.")
        if sentence:
            field.errors = [sentence]
        return not sentence

    def _first(self, names: tuple[str, ...]) -> Any:
        return next(field for name, field in self._fields.items() if name in names)

    def merged(self, kept: Mandate | None) -> dict[str, Any]:
        values: dict[str, Any] = {} if kept is None else dict(vars(kept))
        return values | {
            name: value.strip() if isinstance(value, str) else value
            for name, value in self.data.items()
        }

    def mandate(self, kept: Mandate | None = None) -> Mandate:
        values = self.merged(kept)
        values["age_bounds"] = ",".join(w.strip() for w in values["age_bounds"].split(","))
        values["accept_days"] = values["accept_days"] or ACCEPT_DAYS
        del values["planned_for"]
        return Mandate(**values)


def stored(assembly: Assembly) -> Mandate:
    """The mandate as it is stored."""
    return Mandate(**{field.name: getattr(assembly, field.name) for field in fields(Mandate)})


def defaults(
    legal_basis: str, today: dt.date, first: dt.date | None = None, land: str = ""
) -> dict[str, Any]:
    """What a new form starts with: dates counted back from the first session."""
    friday = today + dt.timedelta(weeks=16)
    first = first or friday + dt.timedelta(days=(4 - friday.weekday()) % 7)
    return {
        "legal_basis": legal_basis,
        "resolution_date": None,
        "seats": 16,
        "reserve": 4,
        "min_age": 16,
        "age_bounds": "16, 30, 45, 65",
        "land": land,
        "accept_days": ACCEPT_DAYS,
        "planned_for": first.isoformat(),
        **vars(proposal(first, land)),
    }
