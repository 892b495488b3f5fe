"""A reply in words, line by line: for the resident's summary and for the administration."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition import answer_steps as way
from buergerrat.sortition import register_answers
from buergerrat.sortition.consents import KINDS
from buergerrat.sortition.features import EDUCATION, MIGRATION_HISTORY, REPLY_FEATURES, Feature
from buergerrat.sortition.forms.answer import JOIN, TOPICS, join_choice
from buergerrat.sortition.models import Invitee, Reply
from buergerrat.sortition.services import consents
from buergerrat.sortition.services.replies import SUPPORT_NEEDS, Answer, answer_of

STEPS = {EDUCATION.key: "schulabschluss", MIGRATION_HISTORY.key: "einwanderung"}
ENDPOINTS = {
    way.JOIN: "answer.join",
    way.GUARDIAN: "answer.guardian",
    way.SUPPORT: "answer.needs",
    way.CONTACT: "answer.contact",
    way.SUMMARY: "answer.summary",
}


@dataclass(frozen=True)
class Line:
    """What was asked, what was said, a note below it, and the endpoint to change it."""

    label: str
    value: str
    note: str
    endpoint: str
    step: str = ""  # URL part of a feature's step


@dataclass(frozen=True)
class ConsentLine:
    """One consent that holds: the text that was shown, since when, what taking it back does."""

    kind: str
    label: str
    text: str
    given_at: dt.datetime
    source: str
    lost: str


def endpoint_of(step: str) -> tuple[str, dict[str, Any]]:
    """Endpoint and values of a step of `answer_steps`."""
    if step in way.REGISTER:
        return "answer.register", {"step": step}
    if step in way.FEATURES:
        return "answer.feature", {"step": step}
    return ENDPOINTS[step], {}


def summary_of(reply: Reply, *, own: bool = False) -> list[Line]:
    """`own`: for the person; the administration sees what the register knows elsewhere."""
    told = answer_of(reply)
    chosen = str(dict(JOIN)[join_choice(told) or "no"])
    lines = [Line(_("Mitmachen"), chosen, "", "answer.join")]
    if told.answer == "no":
        return lines
    if own and reply.invitee.recruitment_path == "forwarded":
        lines += _register_lines(reply.invitee)
    if reply.invitee.minor:
        lines.append(_guardian_line(reply.invitee))
    lines += [_feature_line(feature, told) for feature in REPLY_FEATURES]
    office = _("Nur die Geschäftsstelle sieht das.")
    needs = needs_text(told)
    wanted = join_choice(told) == "yes_support"
    none = _("noch nicht genannt, wir fragen nach") if wanted else _("keine")
    lines += [
        Line(_("Unterstützung"), needs or none, office if needs else "", "answer.needs"),
        Line(_("Telefon"), told.phone or _("nicht angegeben"), "", "answer.contact"),
        Line(_("E-Mail"), told.email or _("nicht angegeben"), "", "answer.contact"),
    ]
    return lines


def consent_lines(invitee: Invitee, town: str) -> list[ConsentLine]:
    return [
        ConsentLine(
            kind=key,
            label=_(KINDS[key].label),
            text=_(KINDS[key].text_of(held.version), town=town),
            given_at=held.given_at,
            source=held.source,
            lost=_(KINDS[key].lost),
        )
        for key, held in sorted(
            consents.current(invitee).items(), key=lambda pair: list(KINDS).index(pair[0])
        )
    ]


def _register_lines(invitee: Invitee) -> list[Line]:
    assembly = db.session.get_one(Assembly, invitee.assembly_id)
    names = {"sex": _("Geschlecht"), "age_band": _("Alter"), "district": _("Ortsteil")}
    lines = []
    for step, field in way.REGISTER.items():
        words = dict(register_answers.options(assembly, field))
        if words:
            said = words.get(register_answers.stored(invitee, field), _("fehlt noch"))
            lines.append(Line(names[field], said, "", "answer.register", step))
    return lines


def _guardian_line(invitee: Invitee) -> Line:
    agreed = "guardian" in consents.current(invitee)
    said = _("liegt vor") if agreed else _("fehlt noch")
    return Line(_("Einverständnis der Eltern"), said, "", "answer.guardian")


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
