"""The steps behind the code: one thing per step, saved at every step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from buergerrat.accounts.access import public
from buergerrat.sortition import answer_steps as way
from buergerrat.sortition import register_answers
from buergerrat.sortition.features import REPLY_FEATURES
from buergerrat.sortition.forms.answer import (
    NOT_KEPT,
    ContactForm,
    FeatureForm,
    GuardianForm,
    JoinForm,
    NeedsForm,
    RegisterForm,
    consent_text,
    join_choice,
)
from buergerrat.sortition.models import Invitee, Reply
from buergerrat.sortition.services import consents, replies
from buergerrat.sortition.summary import endpoint_of, summary_of
from buergerrat.sortition.views.answer import answering, bp, is_changing, is_sent, typed, whose
from buergerrat.web import back_to

FEATURES = {step: f for f in REPLY_FEATURES for step, key in way.FEATURES.items() if key == f.key}


def _way(invitee: Invitee) -> tuple[str, ...]:
    reply = invitee.reply
    return way.steps(
        forwarded=invitee.recruitment_path == "forwarded",
        minor=invitee.minor,
        wants_support=reply is not None and replies.answer_of(reply).wants_support,
    )


def _goes_on(invitee: Invitee) -> Reply | None:
    """The reply of somebody who said yes: only they have further steps."""
    reply = invitee.reply
    return reply if reply is not None and reply.answer == "yes" else None


def _page(template: str, invitee: Invitee, now: str, /, **values: Any) -> str:
    steps, reply = _way(invitee), invitee.reply
    place = steps.index(now) + 1 if now in steps else None
    before = way.SUMMARY if is_changing() else way.before(steps, now)
    return render_template(
        f"sortition/answer/{template}.html",
        step_now=place,
        step_total=len(steps) if place else None,
        reply=reply,
        saved=(reply.changed_at or reply.created_at) if reply is not None else None,
        back_url=_url(before) if now != way.JOIN or is_changing() else "",
        here=g.get("kept_url") or request.full_path.rstrip("?"),
        kept_again="kept_form" in g,
        whose=whose(invitee),
        **values,
    )


def _shown(page: str, form: Any) -> ResponseReturnValue:
    return (page, 422) if form.errors and "kept_form" not in g else page


def _url(step: str) -> str:
    endpoint, values = endpoint_of(step)
    return url_for(endpoint, **values)


def _onward(invitee: Invitee, step: str) -> ResponseReturnValue:
    """To the next step, or back to the summary when only this one was to be changed."""
    coming = way.SUMMARY if is_changing() else way.after(_way(invitee), step)
    endpoint, values = endpoint_of(coming)
    return back_to(endpoint, **values)


@bp.route("/antwort/mitmachen", methods=["GET", "POST"])
@public(personal=True)
@answering
def join(invitee: Invitee) -> ResponseReturnValue:
    reply = invitee.reply
    told = replies.answer_of(reply) if reply is not None else None
    form = JoinForm(typed(), answer=join_choice(told))
    if not is_sent() or not form.validate():
        return _shown(_page("join", invitee, way.JOIN, form=form, assembly=g.assembly), form)
    chosen = str(form.answer.data)
    base = told or replies.Answer(answer="", features={})
    answer = replace(
        base, answer="no" if chosen == "no" else "yes", wants_support=chosen == "yes_support"
    )
    # A no needs no further step: it counts at once.
    replies.save(g.assembly, invitee, answer, submit=chosen == "no")
    if chosen == "no":
        return back_to("answer.thanks")
    if is_changing() and chosen == "yes_support" and not answer.support:
        return back_to("answer.needs", aendern="ja")
    return _onward(invitee, way.JOIN)


@bp.route("/antwort/<any(geschlecht,alter,ortsteil):step>", methods=["GET", "POST"])
@public(personal=True)
@answering
def register(invitee: Invitee, step: str) -> ResponseReturnValue:
    """What the register knows of everybody else."""
    if _goes_on(invitee) is None or invitee.recruitment_path != "forwarded":
        return back_to("answer.join")
    field = way.REGISTER[step]
    asked, tiles = register_answers.QUESTIONS[field], register_answers.options(g.assembly, field)
    if not tiles:
        return _onward(invitee, step)
    stored = register_answers.stored(invitee, field)
    form = RegisterForm(typed(), str(asked.question), tiles, stored)
    if not is_sent() or not form.validate():
        return _shown(_page("register", invitee, step, form=form, asked=asked), form)
    register_answers.keep(invitee, field, str(form.value.data))
    replies.touch(g.assembly, invitee)
    return _onward(invitee, step)


@bp.route("/antwort/eltern", methods=["GET", "POST"])
@public(personal=True)
@answering
def guardian(invitee: Invitee) -> ResponseReturnValue:
    """Under 18 somebody else must agree, too. Who that is, is not stored."""
    if _goes_on(invitee) is None or not invitee.minor:
        return back_to("answer.join")
    held = "guardian" in consents.current(invitee)
    form = GuardianForm(typed(), g.municipality.name, held)
    if not is_sent() or not form.validate():
        return _shown(_page("guardian", invitee, way.GUARDIAN, form=form), form)
    if form.agreed.data:
        consents.give(invitee, "guardian", "online")
    else:
        consents.withdraw(invitee, "guardian")
    replies.touch(g.assembly, invitee)
    return _onward(invitee, way.GUARDIAN)


@bp.route("/antwort/<any(schulabschluss,einwanderung):step>", methods=["GET", "POST"])
@public(personal=True)
@answering
def feature(invitee: Invitee, step: str) -> ResponseReturnValue:
    """Something the register does not know. Without consent it is not stored."""
    reply = _goes_on(invitee)
    if reply is None:
        return back_to("answer.join")
    asked, told = FEATURES[step], replies.answer_of(reply)
    form = FeatureForm(typed(), asked, g.municipality.name, told.features.get(asked.key, ""))
    if not is_sent() or not form.validate():
        return _shown(_page("feature", invitee, step, form=form, feature=asked, step=step), form)
    features = {k: v for k, v in told.features.items() if k != asked.key}
    features[asked.key] = form.kept()
    replies.save(g.assembly, invitee, replace(told, features=features), submit=False)
    if form.lost_without_consent:
        flash(str(NOT_KEPT[asked.key]), "info")
    return _onward(invitee, step)


@bp.route("/antwort/unterstuetzung", methods=["GET", "POST"])
@public(personal=True)
@answering
def needs(invitee: Invitee) -> ResponseReturnValue:
    reply = _goes_on(invitee)
    if reply is None:
        return back_to("answer.join")
    told = replies.answer_of(reply)
    form = NeedsForm(typed(), needs=list(told.support), text=told.support_text)
    if not is_sent() or not form.validate():
        agreed = consent_text("support", g.municipality.name)
        page = _page("needs", invitee, way.SUPPORT, form=form, agreed=agreed)
        return _shown(page, form)
    details = form.details()
    wanted = told.wants_support or any(details.values())
    answer = replace(told, wants_support=wanted, **details)
    replies.save(g.assembly, invitee, answer, submit=False)
    return _onward(invitee, way.SUPPORT)


@bp.route("/antwort/erreichbar", methods=["GET", "POST"])
@public(personal=True)
@answering
def contact(invitee: Invitee) -> ResponseReturnValue:
    reply = _goes_on(invitee)
    if reply is None:
        return back_to("answer.join")
    told = replies.answer_of(reply)
    form = ContactForm(typed(), phone=told.phone, email=told.email)
    if not is_sent() or not form.validate():
        agreed = consent_text("contact", g.municipality.name)
        page = _page("contact", invitee, way.CONTACT, form=form, agreed=agreed)
        return _shown(page, form)
    replies.save(g.assembly, invitee, replace(told, **form.details()), submit=False)
    return _onward(invitee, way.CONTACT)


@bp.get("/antwort/zusammenfassung")
@public(personal=True)
@answering
def summary(invitee: Invitee) -> ResponseReturnValue:
    reply = invitee.reply
    if reply is None:
        return back_to("answer.join")
    if reply.answer == "no":
        return back_to("answer.thanks")
    return _page(
        "summary", invitee, way.SUMMARY, rows=summary_of(reply, own=True), assembly=g.assembly
    )


@bp.post("/antwort/zusammenfassung")
@public(personal=True)
@answering
def send(invitee: Invitee) -> ResponseReturnValue:
    """Send the answer. Sending it twice changes nothing."""
    reply = invitee.reply
    if reply is None:
        return back_to("answer.join")
    missing = _first_missing(invitee) if reply.answer == "yes" else ""
    if missing:
        flash(_("Hier fehlt noch eine Angabe. Ohne sie können wir nicht losen."), "warning")
        endpoint, values = endpoint_of(missing)
        return back_to(endpoint, **values)
    if reply.submitted_at is None:
        replies.save(g.assembly, invitee, replies.answer_of(reply))
    return back_to("answer.thanks")


def _first_missing(invitee: Invitee) -> str:
    """The first step without which somebody unknown to the register cannot be drawn."""
    if invitee.recruitment_path != "forwarded":
        return ""
    return next(
        (
            step
            for step, field in way.REGISTER.items()
            if not getattr(invitee, field) and register_answers.options(g.assembly, field)
        ),
        "",
    )


@bp.get("/antwort/danke")
@public(personal=True)
@answering
def thanks(invitee: Invitee) -> ResponseReturnValue:
    reply = invitee.reply
    if reply is None or reply.submitted_at is None:
        return back_to("answer.join")
    return render_template(
        "sortition/answer/thanks.html",
        reply=reply,
        rows=summary_of(reply, own=True),
        assembly=g.assembly,
        sent_at=reply.changed_at or reply.submitted_at,
    )
