"""Forms of accounts. CSRF is checked in one place for the whole application."""

from __future__ import annotations

import re
from math import floor
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import (
    EmailField,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    validators,
)

from buergerrat import charts
from buergerrat.accounts import passwords
from buergerrat.accounts.models import (
    ASSEMBLY_ROLES,
    DATA_COLOUR,
    TOWN_COLOUR,
    Municipality,
    Role,
)
from buergerrat.choices import choices
from buergerrat.db import db
from buergerrat.formats import number

REQUIRED = _l("Bitte ausfüllen.")


def _needed() -> validators.InputRequired:
    return validators.InputRequired(message=REQUIRED)


def _at_most(length: int) -> validators.Length:
    return validators.Length(max=length, message=_l("Höchstens %(max)d Zeichen."))


def _strip(value: str | None) -> str | None:
    return value.strip() if value else value


def _email(form: Form, field: Any) -> None:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", field.data or ""):
        raise validators.ValidationError(_("Das ist keine vollständige E-Mail-Adresse."))


class DarkEnough:
    """A colour that white text, or a thin line on white, can be read with."""

    def __init__(self, least: float) -> None:
        self.least = least

    def __call__(self, form: Form, field: Any) -> None:
        if not charts.is_colour(field.data):
            raise validators.ValidationError(
                _("Bitte mit # und sechs Zeichen angeben, zum Beispiel #003041.")
            )
        found = charts.contrast(field.data, "#FFFFFF")
        if found < self.least:
            raise validators.ValidationError(
                _(
                    "Diese Farbe ist zu hell: Ihr Kontrast zu Weiß ist %(found)s zu 1, nötig sind "
                    "%(least)s zu 1.",
                    found=number(floor(found * 10) / 10, 1),
                    least=number(self.least, 1),
                )
            )


def _colour(label: Any, least: float, default: str) -> StringField:
    """Empty means the usual colour."""
    return StringField(
        label,
        [DarkEnough(least)],
        default=default,
        filters=[lambda value: (value or "").strip().upper() or default],
    )


class SignInForm(Form):
    email = EmailField(_l("E-Mail-Adresse"), [_needed(), _at_most(200)], filters=[_strip])
    password = PasswordField(_l("Passwort"), [_needed()])


class AgainForm(Form):
    password = PasswordField(_l("Passwort"), [_needed()])


class CodeForm(Form):
    code = StringField(_l("Code"), [_needed(), _at_most(40)], filters=[_strip])


class SetUpForm(CodeForm):
    sealed = HiddenField()


class NewPasswordForm(Form):
    """`email` of the account is given by the view: the password must not be the address."""

    email = ""
    password = PasswordField(_l("Neues Passwort"), [_needed()])
    password_again = PasswordField(
        _l("Neues Passwort noch einmal"),
        [_needed(), validators.EqualTo("password", message=_l("Die beiden sind nicht gleich."))],
    )

    def validate_password(self, field: Any) -> None:
        objection = passwords.objection(field.data or "", self.email)
        if objection:
            raise validators.ValidationError(objection)


class ProfileForm(Form):
    name = StringField(_l("Name"), [_needed(), _at_most(120)], filters=[_strip])
    locale = RadioField(_l("Sprache"), choices=choices([("de", "Deutsch"), ("en", "English")]))


class RoleForm(Form):
    """Role and, where the role needs one, the assembly."""

    role = RadioField(
        _l("Rolle"),
        [_needed()],
        choices=choices(
            [
                (Role.ADMINISTRATION.value, _l("Verwaltung")),
                (Role.COUNCIL.value, _l("Stadtrat")),
                (Role.FACILITATOR.value, _l("Moderation")),
                (Role.OBSERVER.value, _l("Beobachtung")),
            ]
        ),
    )
    assembly = SelectField(_l("Bürgerrat"), [validators.Optional()], coerce=str)

    def offer(self, town: Municipality) -> None:
        self.assembly.choices = choices(
            [("", _("keiner")), *((str(a.id), a.title) for a in town.assemblies)]
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Two fields together: a role of an assembly needs the assembly."""
        good: bool = super().validate(extra_validators)
        needs = self.role.data in [r.value for r in ASSEMBLY_ROLES]
        if needs and not self.assembly.data:
            self.assembly.errors = [
                *self.assembly.errors,
                _("Für diese Rolle wählen Sie bitte einen Bürgerrat."),
            ]
            return False
        return good

    @property
    def assembly_id(self) -> int | None:
        return int(self.assembly.data) if self.assembly.data else None


class InviteForm(RoleForm):
    name = StringField(_l("Name"), [_needed(), _at_most(120)], filters=[_strip])
    email = EmailField(_l("E-Mail-Adresse"), [_needed(), _at_most(200), _email], filters=[_strip])


class ClerkForm(Form):
    """Somebody for the town's administration, invited by the system administrator."""

    name = StringField(_l("Name"), [_needed(), _at_most(120)], filters=[_strip])
    email = EmailField(_l("E-Mail-Adresse"), [_needed(), _at_most(200), _email], filters=[_strip])


class TownForm(Form):
    name = StringField(
        _l("Name, wie er auf Briefen steht"), [_needed(), _at_most(120)], filters=[_strip]
    )
    short_name = StringField(_l("Kurzer Name"), [_needed(), _at_most(80)], filters=[_strip])
    ags = StringField(
        _l("Amtlicher Gemeindeschlüssel"),
        [
            validators.Optional(),
            validators.Regexp(r"^\d{8}$", message=_l("Der Schlüssel hat acht Ziffern.")),
        ],
        filters=[_strip],
    )
    office = StringField(_l("Amt"), [_needed(), _at_most(120)], filters=[_strip])
    street = StringField(_l("Straße und Hausnummer"), [_needed(), _at_most(120)], filters=[_strip])
    postcode = StringField(
        _l("Postleitzahl"),
        [_needed(), validators.Regexp(r"^\d{5}$", message=_l("Fünf Ziffern."))],
        filters=[_strip],
    )
    place = StringField(_l("Ort"), [_needed(), _at_most(80)], filters=[_strip])
    phone = StringField(_l("Telefon für Fragen"), [_needed(), _at_most(40)], filters=[_strip])
    email = EmailField(_l("E-Mail-Adresse"), [_needed(), _at_most(120), _email], filters=[_strip])
    privacy_officer = StringField(
        _l("Datenschutzbeauftragte Person (Name, Erreichbarkeit)"),
        [_at_most(200)],
        filters=[_strip],
    )
    council_name = StringField(_l("Name des Rats"), [_needed(), _at_most(60)], filters=[_strip])
    mayor = StringField(
        _l("Wer unterschreibt die Briefe"), [_needed(), _at_most(120)], filters=[_strip]
    )
    mayor_title = StringField(
        _l("Amtsbezeichnung dazu"), [_needed(), _at_most(60)], filters=[_strip]
    )
    town_colour = _colour(_l("Farbe der Stadt"), charts.TOWN_CONTRAST, TOWN_COLOUR)
    data_colour = _colour(_l("Farbe der Zahlen und Bilder"), charts.DATA_CONTRAST, DATA_COLOUR)


class NewTownForm(TownForm):
    slug = StringField(
        _l("Kürzel in der Adresse"),
        [
            _needed(),
            validators.Regexp(
                r"^[a-z][a-z0-9-]{1,58}$",
                message=_l("Kleine Buchstaben, Ziffern und Bindestriche."),
            ),
        ],
        filters=[_strip],
    )

    def validate_slug(self, field: Any) -> None:
        if field.data in _first_words():
            raise validators.ValidationError(_("Dieses Wort wird schon für eine Seite gebraucht."))
        if db.session.scalar(select(Municipality.id).where(Municipality.slug == field.data)):
            raise validators.ValidationError(_("Dieses Kürzel hat schon eine andere Stadt."))


def _first_words() -> set[str]:
    """First words of all addresses of the application: no town may be called like that."""
    return {rule.rule.split("/")[1] for rule in current_app.url_map.iter_rules()}
