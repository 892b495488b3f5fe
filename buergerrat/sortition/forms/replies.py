"""What the administration types in: a reply card or a call, and the words it searches for."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import InputRequired, Length

from buergerrat.choices import choices
from buergerrat.sortition.features import NOT_SAID, REPLY_FEATURES
from buergerrat.sortition.forms.answer import CHOOSE, TOO_LONG, TOPICS, check_email, check_phone
from buergerrat.sortition.models import Reply
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


class SearchForm(Form):
    text = StringField(
        _l("Code, Name oder Straße"),
        [InputRequired(_l("Bitte geben Sie etwas ein.")), Length(max=100, message=TOO_LONG)],
    )


class CardForm(Form):
    """All of a reply on one page. `stand` is the revision the clerk saw, 0 without a reply."""

    stand = HiddenField(default="0")
    source = RadioField(_l("Kam als"), [InputRequired(CHOOSE)], choices=choices(SOURCES))
    answer = RadioField(_l("Antwort"), [InputRequired(CHOOSE)], choices=choices(ANSWERS))
    education = SelectField(TOPICS["education"], default="")
    education_consent = BooleanField(_l("Zustimmung zum Schulabschluss ist angekreuzt"))
    migration_history = SelectField(TOPICS["migration_history"], default="")
    migration_history_consent = BooleanField(
        _l("Zustimmung zur Einwanderungsgeschichte ist angekreuzt")
    )
    phone = StringField(_l("Telefon"), [Length(max=60, message=TOO_LONG), check_phone])
    email = StringField(_l("E-Mail"), [Length(max=200, message=TOO_LONG), check_email])
    needs = SelectMultipleField(_l("Unterstützung"), choices=choices(SUPPORT_NEEDS))
    text = StringField(_l("Bemerkung zur Unterstützung"), [Length(max=1000, message=TOO_LONG)])

    def __init__(self, formdata: Any, reply: Reply | None, source: str) -> None:
        stored = _stored(reply, source)
        super().__init__(formdata, **stored)
        if "visit" not in (source, stored["source"]):  # offered only where visits are allowed
            self.source.choices = choices([one for one in SOURCES if one[0] != "visit"])
        for feature in REPLY_FEATURES:
            self[feature.key].choices = choices(
                [
                    ("", _("nicht angegeben")),
                    *((k, _(label)) for k, label, _value in feature.asked if k != NOT_SAID),
                ]
            )

    def content(self) -> Answer:
        said = {f.key: self[f.key].data for f in REPLY_FEATURES if self[f"{f.key}_consent"].data}
        return Answer(
            answer=self.answer.data,
            features={key: value for key, value in said.items() if value},
            support=list(self.needs.data or ()),
            support_text=(self.text.data or "").strip(),
            phone=(self.phone.data or "").strip(),
            email=(self.email.data or "").strip(),
            wants_support=bool(self.needs.data or (self.text.data or "").strip()),
        )

    def without_consent(self) -> list[str]:
        """Topics that were typed but may not be stored."""
        return [
            str(TOPICS[f.key])
            for f in REPLY_FEATURES
            if self.answer.data == "yes" and self[f.key].data and not self[f"{f.key}_consent"].data
        ]


def _stored(reply: Reply | None, source: str) -> dict[str, Any]:
    if reply is None:
        return {"source": source, "stand": "0"}
    told = answer_of(reply)
    features = dict(told.features)
    return {
        "stand": str(reply.revision),
        "source": reply.source if reply.source in dict(SOURCES) else source,
        "answer": told.answer if reply.submitted_at else None,
        **features,
        **{f"{key}_consent": True for key in features},
        "phone": told.phone,
        "email": told.email,
        "needs": list(told.support),
        "text": told.support_text,
    }
