"""The steps behind the code: one form per step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Form,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length

from buergerrat.choices import choices
from buergerrat.sortition.consents import KINDS
from buergerrat.sortition.features import NOT_SAID, Feature
from buergerrat.sortition.services.replies import SUPPORT_NEEDS, Answer

CHOOSE = _l("Bitte wählen Sie eine Antwort.")
TOO_LONG = _l("Das ist zu lang.")
JOIN = (
    ("yes", _l("Ja, ich mache mit")),
    ("yes_support", _l("Ja, aber ich brauche Unterstützung")),
    ("no", _l("Nein, dieses Mal nicht")),
)
# What the step asks for, in everyday words; the register's word stands in the quotas.
TOPICS = {"education": _l("Schulabschluss"), "migration_history": _l("Einwanderungsgeschichte")}
NOT_KEPT = {
    "education": _l(
        "Ihre Antwort zum Schulabschluss ist nicht gespeichert, weil Ihre Zustimmung fehlt. "
        "Ihre Anmeldung gilt trotzdem."
    ),
    "migration_history": _l(
        "Ihre Antwort zur Einwanderungsgeschichte ist nicht gespeichert, weil Ihre Zustimmung "
        "fehlt. Ihre Anmeldung gilt trotzdem."
    ),
}


def consent_text(kind: str, town: str) -> str:
    """The newest text of a consent, as it stands beside the tick box."""
    return str(_(KINDS[kind].newest.text, town=town))


class CodeForm(Form):
    code = StringField(
        _l("Code aus dem Brief"), [InputRequired(_l("Bitte geben Sie den Code ein."))]
    )


class JoinForm(Form):
    answer = RadioField(
        _l("Möchten Sie beim Bürgerrat mitmachen?"), [InputRequired(CHOOSE)], choices=choices(JOIN)
    )


def join_choice(answer: Answer | None) -> str | None:
    """The tile that stands for what is stored."""
    if answer is None:
        return None
    return "yes_support" if answer.answer == "yes" and answer.wants_support else answer.answer


class FeatureForm(Form):
    """One feature and its own consent. `kept`: the answer that may be stored."""

    value = RadioField("", [InputRequired(CHOOSE)])
    consent = BooleanField("")

    def __init__(self, formdata: Any, feature: Feature, town: str, stored: str = "") -> None:
        super().__init__(formdata, value=stored or None, consent=bool(stored))
        self.value.label.text = _(feature.question)
        self.value.choices = choices((key, _(label)) for key, label, _value in feature.asked)
        self.consent.label.text = consent_text(feature.key, town)

    def kept(self) -> str:
        return str(self.value.data) if self.consent.data and self.value.data != NOT_SAID else ""

    @property
    def lost_without_consent(self) -> bool:
        return self.value.data != NOT_SAID and not self.consent.data


def check_phone(_form: Form, field: StringField) -> None:
    text = (field.data or "").strip()
    if text and sum(char.isdigit() for char in text) < 4:
        raise ValidationError(_("Bitte prüfen Sie die Telefonnummer."))


def check_email(_form: Form, field: StringField) -> None:
    text = (field.data or "").strip()
    name, at, host = text.rpartition("@")
    if text and not (name and at and "." in host and " " not in text):
        raise ValidationError(_("Bitte prüfen Sie die E-Mail-Adresse."))


class NeedsForm(Form):
    needs = SelectMultipleField(_l("Was brauchen Sie?"), choices=choices(SUPPORT_NEEDS))
    text = TextAreaField(_l("Was sollten wir noch wissen?"), [Length(max=1000, message=TOO_LONG)])

    def details(self) -> Mapping[str, Any]:
        """Fields of `Answer`."""
        return {
            "support": list(self.needs.data or ()),
            "support_text": (self.text.data or "").strip(),
        }


class ContactForm(Form):
    phone = StringField(_l("Telefon"), [Length(max=60, message=TOO_LONG), check_phone])
    email = StringField(_l("E-Mail"), [Length(max=200, message=TOO_LONG), check_email])

    def details(self) -> Mapping[str, Any]:
        """Fields of `Answer`."""
        return {
            "phone": (self.phone.data or "").strip(),
            "email": (self.email.data or "").strip(),
        }


class RegisterForm(Form):
    """Something the register knows, asked of somebody whose letter the office posted itself."""

    value = RadioField("", [InputRequired(CHOOSE)])

    def __init__(
        self, formdata: Any, question: str, options: Sequence[tuple[str, str]], stored: str
    ) -> None:
        super().__init__(formdata, value=stored or None)
        self.value.label.text = question
        self.value.choices = choices(options)


class GuardianForm(Form):
    agreed = BooleanField("")

    def __init__(self, formdata: Any, town: str, agreed: bool) -> None:
        super().__init__(formdata, agreed=agreed)
        self.agreed.label.text = consent_text("guardian", town)
