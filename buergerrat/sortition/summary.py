"""A reply in words, line by line: for the resident's summary and for the administration."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from buergerrat.sortition.features import EDUCATION, MIGRATION_HISTORY, REPLY_FEATURES, Feature
from buergerrat.sortition.forms.answer import JOIN, TOPICS, join_choice
from buergerrat.sortition.models import Reply
from buergerrat.sortition.services.replies import SUPPORT_NEEDS, Answer, answer_of

STEPS = {EDUCATION.key: "schulabschluss", MIGRATION_HISTORY.key: "einwanderung"}


@dataclass(frozen=True)
class Line:
    """What was asked, what was said, a note below it, and the endpoint to change it."""

    label: str
    value: str
    note: str
    endpoint: str
    step: str = ""  # URL part of a feature's step


def summary_of(reply: Reply) -> list[Line]:
    told = answer_of(reply)
    chosen = str(dict(JOIN)[join_choice(told) or "no"])
    lines = [Line(_("Mitmachen"), chosen, "", "answer.join")]
    if told.answer == "no":
        return lines
    lines += [_feature_line(feature, told) for feature in REPLY_FEATURES]
    office = _("Nur die Geschäftsstelle sieht das.")
    needs = needs_text(told)
    wanted = join_choice(told) == "yes_support"
    none = _("noch nicht genannt, wir fragen nach") if wanted else _("keine")
    lines += [
        Line(_("Unterstützung"), needs or none, office if needs else "", "answer.needs"),
        Line(_("Telefon"), told.phone or _("nicht angegeben"), "", "answer.needs"),
        Line(_("E-Mail"), told.email or _("nicht angegeben"), "", "answer.needs"),
    ]
    return lines


def _feature_line(feature: Feature, told: Answer) -> Line:
    answer = told.features.get(feature.key, "")
    words = {key: label for key, label, _value in feature.asked}
    value = _(words[answer]) if answer in words else _("keine Angabe gespeichert")
    note = _("Sie haben zugestimmt.") if answer else ""
    return Line(str(TOPICS[feature.key]), value, note, "answer.feature", STEPS[feature.key])


def needs_text(told: Answer) -> str:
    """„Kinderbetreuung, Fahrdienst. Freier Text“"""
    words = dict(SUPPORT_NEEDS)
    named = ", ".join(str(words[key]) for key in told.support if key in words)
    return ". ".join(part for part in (named, told.support_text) if part)
