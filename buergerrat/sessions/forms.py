"""What can be entered about sessions, items, tables, cards and themes."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    Form,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from buergerrat.choices import choices
from buergerrat.sessions.services.notes import LONGEST
from buergerrat.sessions.services.planning import ItemData
from buergerrat.sessions.timetable import LONGEST as LONGEST_ITEM
from buergerrat.sessions.words import KINDS

MOST_TABLES = 60


def _trimmed(value: str | None) -> str:
    return (value or "").strip()


def _needed(message: Any) -> InputRequired:
    return InputRequired(message)


def _at_most(letters: int) -> Length:
    return Length(max=letters, message=_l("Höchstens %(max)d Zeichen."))


class _Date(DateField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_l("Bitte ein Datum wählen.")) from error


class _Time(TimeField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_l("Bitte eine Uhrzeit eingeben, etwa 09:30.")) from error


class _Number(IntegerField):
    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_l("Bitte eine ganze Zahl eingeben.")) from error


class _Revision(HiddenField):
    """The revision the form was opened with; anything else counts as outdated."""

    def number(self) -> int:
        sent = self.data or ""
        return int(sent) if sent.isdecimal() and len(sent) <= 6 else 0


class SessionForm(Form):
    title = StringField(
        _l("Name"),
        [_needed(_l("Bitte einen Namen eingeben, etwa „Sitzung 1“.")), _at_most(120)],
        filters=[_trimmed],
    )
    day = _Date(_l("Tag"), [_needed(_l("Bitte einen Tag wählen."))])
    place = StringField(_l("Ort"), [Optional(), _at_most(120)], filters=[_trimmed])
    revision = _Revision(default="1")


class ItemForm(Form):
    title = StringField(
        _l("Was geschieht"),
        [_needed(_l("Bitte eingeben, was geschieht.")), _at_most(160)],
        filters=[_trimmed],
    )
    kind = SelectField(_l("Art"), [InputRequired()], choices=choices(KINDS.items()))
    starts = _Time(
        _l("Beginn"),
        [Optional()],
        description=_l("Leer lassen: nach dem letzten Punkt."),
    )
    duration = _Number(
        _l("Dauer in Minuten"),
        [
            _needed(_l("Bitte die Dauer eingeben.")),
            NumberRange(1, LONGEST_ITEM, _l("Von %(min)s bis %(max)s Minuten.")),
        ],
        default=30,
    )
    method = StringField(_l("Methode"), [Optional(), _at_most(120)], filters=[_trimmed])
    room = StringField(_l("Raum"), [Optional(), _at_most(80)], filters=[_trimmed])
    responsible = StringField(
        _l("Verantwortlich"),
        [Optional(), _at_most(120)],
        filters=[_trimmed],
        description=_l("Mehrere mit Komma trennen."),
    )
    is_public = BooleanField(_l("Öffentlich"))
    revision = _Revision(default="1")

    def item(self) -> ItemData:
        return ItemData(
            title=self.title.data,
            kind=self.kind.data,
            duration=self.duration.data,
            starts=self.starts.data,
            method=self.method.data,
            room=self.room.data,
            responsible=self.responsible.data,
            is_public=self.is_public.data,
        )


class ReasonForm(Form):
    reason = StringField(
        _l("Grund"),
        [_needed(_l("Bitte einen Grund nennen.")), _at_most(300)],
        filters=[_trimmed],
    )


class TablesForm(Form):
    tables = _Number(
        _l("Zahl der Tische"),
        [
            _needed(_l("Bitte eine Zahl eingeben.")),
            NumberRange(1, MOST_TABLES, _l("Von %(min)s bis %(max)s Tischen.")),
        ],
    )
    item = SelectField(_l("Programmpunkt"), validate_choice=True)


class NoteForm(Form):
    text = TextAreaField(
        _l("Text der Karte"),
        [_needed(_l("Eine Karte braucht einen Text.")), _at_most(LONGEST)],
        filters=[_trimmed],
    )
    table = SelectField(_l("Tisch"))
    refers_to = SelectField(_l("Bezieht sich auf die Lösung"))
    themes = SelectMultipleField(_l("Themen"))
    themes_before = HiddenField()
    revision = _Revision(default="0")


class ThemeForm(Form):
    name = StringField(
        _l("Name des Themas"),
        [_needed(_l("Bitte einen Namen eingeben.")), _at_most(60)],
        filters=[_trimmed],
    )
