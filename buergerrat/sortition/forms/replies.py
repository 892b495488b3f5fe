"""What the administration types in: a reply card or a call, and the words it searches for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length, NumberRange

from buergerrat.choices import choices
from buergerrat.sortition import register_answers
from buergerrat.sortition.features import NOT_SAID, REPLY_FEATURES, Feature
from buergerrat.sortition.forms.answer import (
    CHOOSE,
    TOO_LONG,
    TOPICS,
    check_email,
    check_phone,
    join_choice,
)
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.services import consents
from buergerrat.sortition.services.replies import SUPPORT_NEEDS, Answer, answer_of

SOURCES = (
    ("card", _l("Antwortkarte")),
    ("phone", _l("Telefon")),
    ("visit", _l("Hausbesuch")),
)
ANSWERS = (
    ("yes", _l("Ja, macht mit")),
    ("yes_support", _l("Ja, braucht Unterstützung")),
    ("no", _l("Nein")),
)


PLAIN_ANSWERS = (("yes", _l("Ja, macht mit")), ("no", _l("Nein")))
PERCENT = _l("Bitte geben Sie eine Zahl von 0 bis 100 ein.")
REGISTER = ("sex", "age_band", "district")
Register = Mapping[str, Sequence[tuple[str, str]]]


class SearchForm(Form):
    text = StringField(
        _l("Code, Name oder Straße"),
        [InputRequired(_l("Bitte geben Sie etwas ein.")), Length(max=100, message=TOO_LONG)],
    )


def numbered(feature: Feature) -> list[tuple[str, str]]:
    """The options as on the card, with the digit that chooses them; a list knows digits itself."""
    said = [(key, _(label)) for key, label, _value in feature.asked if key != NOT_SAID]
    options = [("", _("nicht angegeben")), *said]
    return [(key, f"{number}  {label}") for number, (key, label) in enumerate(options)]


class CardForm(Form):
    """All of a reply on one page. `stand` is the revision the clerk saw, 0 without a reply."""

    stand = HiddenField(default="0")
    source = RadioField(_l("Kam als"), [InputRequired(CHOOSE)], choices=choices(SOURCES))
    answer = RadioField(_l("Antwort"), [InputRequired(CHOOSE)], choices=choices(ANSWERS))
    sex = SelectField(_l("Geschlecht"), default="")
    age_band = SelectField(_l("Alter"), default="")
    district = SelectField(_l("Ortsteil"), default="")
    education = SelectField(TOPICS["education"], default="")
    education_consent = BooleanField(_l("Zustimmung zum Schulabschluss ist angekreuzt"))
    migration_history = SelectField(TOPICS["migration_history"], default="")
    migration_history_consent = BooleanField(
        _l("Zustimmung zur Einwanderungsgeschichte ist angekreuzt")
    )
    guardian = BooleanField(_l("Die Eltern haben zugestimmt"))
    phone = StringField(_l("Telefon"), [Length(max=60, message=TOO_LONG), check_phone])
    email = StringField(_l("E-Mail"), [Length(max=200, message=TOO_LONG), check_email])
    needs = SelectMultipleField(_l("Unterstützung"), choices=choices(SUPPORT_NEEDS))
    text = StringField(_l("Bemerkung zur Unterstützung"), [Length(max=1000, message=TOO_LONG)])

    def __init__(
        self, formdata: Any, invitee: Invitee, source: str, register: Register | None = None
    ) -> None:
        """`register`: the options of sex, age and district, where the register did not tell."""
        stored = _stored(invitee, source)
        super().__init__(formdata, **stored)
        if "visit" not in (source, stored["source"]):  # offered only where visits are allowed
            self.source.choices = choices([one for one in SOURCES if one[0] != "visit"])
        for feature in REPLY_FEATURES:
            self[feature.key].choices = choices(numbered(feature))
        for field in REGISTER:
            if register and register[field]:
                self[field].choices = choices([("", _("nicht angegeben")), *register[field]])
            else:
                del self[field]
        if not invitee.minor and not register:
            del self.guardian

    def content(self) -> Answer:
        said = {f.key: self[f.key].data for f in REPLY_FEATURES if self[f"{f.key}_consent"].data}
        named = bool(self.needs.data or (self.text.data or "").strip())
        return Answer(
            answer="no" if self.answer.data == "no" else "yes",
            features={key: value for key, value in said.items() if value},
            support=list(self.needs.data or ()),
            support_text=(self.text.data or "").strip(),
            phone=(self.phone.data or "").strip(),
            email=(self.email.data or "").strip(),
            wants_support=self.answer.data == "yes_support" or named,
        )

    def register_data(self) -> dict[str, str]:
        """What was typed in place of the register; empty for people it named."""
        return {field: self[field].data for field in REGISTER if field in self and self[field].data}

    def without_consent(self) -> list[str]:
        """Topics that were typed but may not be stored."""
        return [
            str(TOPICS[f.key])
            for f in REPLY_FEATURES
            if self.answer.data != "no" and self[f.key].data and not self[f"{f.key}_consent"].data
        ]


class SecondForm(Form):
    """What is compared, typed again without seeing what was typed first."""

    stand = HiddenField()
    answer = RadioField(_l("Antwort"), [InputRequired(CHOOSE)], choices=choices(PLAIN_ANSWERS))
    education = SelectField(TOPICS["education"], default="")
    education_consent = BooleanField(_l("Zustimmung zum Schulabschluss ist angekreuzt"))
    migration_history = SelectField(TOPICS["migration_history"], default="")
    migration_history_consent = BooleanField(
        _l("Zustimmung zur Einwanderungsgeschichte ist angekreuzt")
    )

    def __init__(self, formdata: Any, stand: int) -> None:
        super().__init__(formdata, stand=str(stand))
        for feature in REPLY_FEATURES:
            self[feature.key].choices = choices(numbered(feature))

    def typed(self) -> dict[str, str]:
        """What may be stored: `answer`, and a feature's answer or "" without consent."""
        yes = self.answer.data == "yes"
        return {"answer": str(self.answer.data)} | {
            f.key: str(self[f.key].data or "") if yes and self[f"{f.key}_consent"].data else ""
            for f in REPLY_FEATURES
        }


class ShareForm(Form):
    share = IntegerField(
        _l("Anteil der Karten in Prozent"),
        [InputRequired(_l("Bitte geben Sie eine Zahl ein.")), NumberRange(0, 100, PERCENT)],
    )


def _stored(invitee: Invitee, source: str) -> dict[str, Any]:
    reply = invitee.reply
    known = {field: register_answers.stored(invitee, field) for field in REGISTER}
    if reply is None:
        return {"source": source, "stand": "0", **known}
    told = answer_of(reply)
    features = dict(told.features)
    return {
        "stand": str(reply.revision),
        "source": reply.source if reply.source in dict(SOURCES) else source,
        "answer": join_choice(told) if reply.submitted_at else None,
        **known,
        **features,
        **{f"{key}_consent": True for key in features},
        "guardian": "guardian" in consents.current(invitee),
        "phone": told.phone,
        "email": told.email,
        "needs": list(told.support),
        "text": told.support_text,
    }
