"""Residents answer with the code of their letter: one thing per step, saved at every step."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from buergerrat.accounts.access import public
from buergerrat.accounts.services import throttle
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition.features import EDUCATION, MIGRATION_HISTORY
from buergerrat.sortition.forms.answer import (
    NOT_KEPT,
    CodeForm,
    FeatureForm,
    JoinForm,
    NeedsForm,
    join_choice,
)
from buergerrat.sortition.models import Invitee, Reply
from buergerrat.sortition.services import replies
from buergerrat.sortition.summary import summary_of
from buergerrat.web import back_to

bp = Blueprint("answer", __name__)
log = logging.getLogger(__name__)
View = Callable[..., ResponseReturnValue]

# A code has 6·10^12 forms: at this pace guessing one of 20,000 takes longer than any deadline.
PER_ADDRESS = (20, 2)  # tries at once, then so many a minute
OVERALL = (300, 60)
FEATURES = {"schulabschluss": EDUCATION, "einwanderung": MIGRATION_HISTORY}
NEXT = {
    "mitmachen": "schulabschluss",
    "schulabschluss": "einwanderung",
    "einwanderung": "unterstuetzung",
    "unterstuetzung": "zusammenfassung",
}


@bp.get("/antwort")
@public(personal=True)
def code() -> str:
    return render_template("sortition/answer/code.html", form=CodeForm())


@bp.post("/antwort")
@public(personal=True)
def enter() -> ResponseReturnValue:
    """The same answer for a wrong, an unknown and an expired code."""
    allowed = throttle.take_for_address("code", *PER_ADDRESS) and throttle.take("code", *OVERALL)
    form = CodeForm(request.form)
    if not allowed:
        return render_template("sortition/answer/code.html", form=form, throttled=True), 429
    if not form.validate():
        return render_template("sortition/answer/code.html", form=form), 422
    invitee = replies.find_by_code(form.code.data or "")
    if invitee is None or not replies.is_open(_assembly_of(invitee)):
        log.info("a code did not fit")
        closed = replies.closed_in_public()
        page = render_template("sortition/answer/code.html", form=form, wrong=True, closed=closed)
        return page, 422
    session["invitee"] = invitee.uid
    session.rotate()  # type: ignore[attr-defined]
    sent = invitee.reply is not None and invitee.reply.submitted_at is not None
    return back_to("answer.summary" if sent else "answer.join")


def _assembly_of(invitee: Invitee) -> Assembly:
    return db.session.get_one(Assembly, invitee.assembly_id)


def answering(view: View) -> View:
    """The view gets the invitee whose code was entered, while answers are taken."""

    @wraps(view)
    def wrapped(**values: Any) -> ResponseReturnValue:
        invitee = replies.by_uid(str(session.get("invitee", "")))
        if invitee is None:
            return redirect(url_for("answer.code", hinweis="neu"), 303)
        g.assembly = _assembly_of(invitee)
        g.municipality = g.assembly.municipality
        if not replies.is_open(g.assembly):
            return render_template("sortition/answer/closed.html", reply=invitee.reply), 410
        return view(invitee, **values)

    return wrapped


def _goes_on(invitee: Invitee) -> Reply | None:
    """The reply of somebody who said yes: only they have further steps."""
    reply = invitee.reply
    return reply if reply is not None and reply.answer == "yes" else None


def _page(name: str, number: int, reply: Reply | None, **values: Any) -> str:
    return render_template(
        f"sortition/answer/{name}.html",
        step_now=number,
        reply=reply,
        step_total=5,
        saved=(reply.changed_at or reply.created_at) if reply is not None else None,
        changing="aendern" in request.args,
        **values,
    )


def _onward(step: str) -> ResponseReturnValue:
    """To the next step, or back to the summary when only this one was to be changed."""
    coming = "zusammenfassung" if "aendern" in request.args else NEXT[step]
    if coming in FEATURES:
        return back_to("answer.feature", step=coming)
    return back_to("answer.needs" if coming == "unterstuetzung" else "answer.summary")


@bp.route("/antwort/mitmachen", methods=["GET", "POST"])
@public(personal=True)
@answering
def join(invitee: Invitee) -> ResponseReturnValue:
    reply = invitee.reply
    told = replies.answer_of(reply) if reply is not None else None
    form = JoinForm(request.form or None, answer=join_choice(told))
    if request.method == "GET" or not form.validate():
        page = _page("join", 1, reply, form=form, assembly=g.assembly)
        return (page, 422) if form.errors else page
    chosen = str(form.answer.data)
    base = told or replies.Answer(answer="", features={})
    answer = replace(
        base, answer="no" if chosen == "no" else "yes", wants_support=chosen == "yes_support"
    )
    # A no needs no further step: it counts at once.
    replies.save(g.assembly, invitee, answer, submit=chosen == "no")
    return back_to("answer.thanks") if chosen == "no" else _onward("mitmachen")


@bp.route("/antwort/<any(schulabschluss,einwanderung):step>", methods=["GET", "POST"])
@public(personal=True)
@answering
def feature(invitee: Invitee, step: str) -> ResponseReturnValue:
    """Something the register does not know. Without consent it is not stored."""
    reply = _goes_on(invitee)
    if reply is None:
        return back_to("answer.join")
    asked, told = FEATURES[step], replies.answer_of(reply)
    stored = told.features.get(asked.key, "")
    form = FeatureForm(request.form or None, asked, g.municipality.name, stored)
    if request.method == "GET" or not form.validate():
        number = list(NEXT).index(step) + 1
        page = _page("feature", number, reply, form=form, feature=asked, step=step)
        return (page, 422) if form.errors else page
    features = {k: v for k, v in told.features.items() if k != asked.key}
    features[asked.key] = form.kept()
    replies.save(g.assembly, invitee, replace(told, features=features), submit=False)
    if form.lost_without_consent:
        flash(str(NOT_KEPT[asked.key]), "info")
    return _onward(step)


@bp.route("/antwort/unterstuetzung", methods=["GET", "POST"])
@public(personal=True)
@answering
def needs(invitee: Invitee) -> ResponseReturnValue:
    reply = _goes_on(invitee)
    if reply is None:
        return back_to("answer.join")
    told = replies.answer_of(reply)
    form = NeedsForm(
        request.form or None,
        needs=list(told.support),
        text=told.support_text,
        phone=told.phone,
        email=told.email,
    )
    if request.method == "GET" or not form.validate():
        page = _page("needs", 4, reply, form=form, wanted=told.wants_support)
        return (page, 422) if form.errors else page
    replies.save(g.assembly, invitee, replace(told, **form.details()), submit=False)
    return _onward("unterstuetzung")


@bp.get("/antwort/zusammenfassung")
@public(personal=True)
@answering
def summary(invitee: Invitee) -> ResponseReturnValue:
    reply = invitee.reply
    if reply is None:
        return back_to("answer.join")
    if reply.answer == "no":
        return back_to("answer.thanks")
    return _page("summary", 5, reply, rows=summary_of(reply), assembly=g.assembly)


@bp.post("/antwort/zusammenfassung")
@public(personal=True)
@answering
def send(invitee: Invitee) -> ResponseReturnValue:
    """Send the answer. Sending it twice changes nothing."""
    reply = invitee.reply
    if reply is None:
        return back_to("answer.join")
    if reply.submitted_at is None:
        replies.save(g.assembly, invitee, replies.answer_of(reply))
    return back_to("answer.thanks")


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
        rows=summary_of(reply),
        assembly=g.assembly,
        sent_at=reply.changed_at or reply.submitted_at,
    )


@bp.post("/antwort/ende")
@public(personal=True)
def end() -> ResponseReturnValue:
    """For a device that others use too."""
    session.pop("invitee", None)
    session.pop("_flashes", None)
    return redirect(url_for("answer.code", hinweis="ende"), 303)
