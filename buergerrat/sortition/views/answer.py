"""Residents open their answer with the code of their letter; the steps are in `answer_steps`."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from buergerrat import i18n
from buergerrat.accounts import resume
from buergerrat.accounts.access import public
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db
from buergerrat.sortition.forms.answer import CodeForm
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.services import code_guard, replies
from buergerrat.web import back_to

bp = Blueprint("answer", __name__)
log = logging.getLogger(__name__)
View = Callable[..., ResponseReturnValue]
WHOSE = "wessen"
NOBODY = 0  # what a resident typed belongs to no account


@bp.get("/antwort")
@public(personal=True)
def code() -> str:
    return _code_page(CodeForm())


@bp.post("/antwort")
@public(personal=True)
def enter() -> ResponseReturnValue:
    """The same answer for a program and for a wrong, an unknown and a useless code."""
    form = CodeForm(request.form)
    if code_guard.is_program(request.form):
        log.info("a program filled in the code page")
        return _wrong(form)
    if not code_guard.allowed():
        return _code_page(form, throttled=True), 429
    if not form.validate():
        return _code_page(form), 422
    invitee = replies.opened_by(form.code.data or "")
    if invitee is None:
        log.info("a code did not fit")
        code_guard.was_wrong()
        return _wrong(form)
    uid = invitee.uid
    code_guard.was_right()
    return _let_in(uid)


def _code_page(form: CodeForm, **values: Any) -> str:
    """What was typed before the session ended, and when the page was opened, travel on."""
    known = request.form if request.method == "POST" else {}
    return render_template(
        "sortition/answer/code.html",
        form=form,
        opened=known.get(code_guard.OPENED) or code_guard.opened_at(),
        kept=values.pop("kept", known.get("aufgehoben", "")),
        **values,
    )


def _wrong(form: CodeForm) -> ResponseReturnValue:
    return _code_page(form, wrong=True, closed=replies.closed_in_public()), 422


def _let_in(uid: str) -> ResponseReturnValue:
    session["invitee"] = uid
    i18n.keep_answer_language()
    session.rotate()  # type: ignore[attr-defined]
    invitee = replies.by_uid(uid)
    if invitee is None:  # erased in the same moment
        return back_to("answer.code")
    if not replies.is_open(assembly_of(invitee)):
        return redirect(place_of(invitee), 303)
    again = _typed_before(request.form.get("aufgehoben", ""), invitee)
    if again is not None:
        return again
    sent = invitee.reply is not None and invitee.reply.submitted_at is not None
    return back_to("answer.summary" if sent else "answer.join")


def _typed_before(sealed: str, invitee: Invitee) -> ResponseReturnValue | None:
    """The step that met the end of the session, filled in as it was; nothing is saved yet.

    Only for whom it was shown to: on a device of several people the next code is another's.
    """
    kept = resume.open_kept(sealed, NOBODY)
    if kept is None or dict(kept.fields).get(WHOSE) != whose(invitee):
        return None
    path = urlsplit(kept.url)
    try:
        endpoint, values = current_app.url_map.bind("").match(path.path, method="POST")
    except HTTPException:
        return None
    if endpoint.split(".")[0] != bp.name or endpoint in ("answer.enter", "answer.end"):
        return None
    g.kept_form, g.kept_url = MultiDict(kept.fields), kept.url
    g.changing = "aendern=" in path.query
    step = cast(View, current_app.view_functions[endpoint])
    return step(**values)


def whose(invitee: Invitee) -> str:
    """Stands in every step's form: whose answer it is, without a meaning to anybody else."""
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"answer of {invitee.uid}".encode(), hashlib.sha256).hexdigest()[:32]


def typed() -> MultiDict[str, str] | None:
    """What fills the step's form: this request's, or what was kept when the session ended."""
    if "kept_form" in g:
        kept: MultiDict[str, str] = g.kept_form
        return kept
    return request.form or None


def is_sent() -> bool:
    """Whether the step is to be saved, not only shown."""
    return request.method == "POST" and "kept_form" not in g


def is_changing() -> bool:
    """Whether only this one step is changed, from the summary."""
    return "aendern" in request.args or bool(g.get("changing"))


def assembly_of(invitee: Invitee) -> Assembly:
    return db.session.get_one(Assembly, invitee.assembly_id)


def place_of(invitee: Invitee) -> str:
    """Where the code leads after the deadline: to what the lottery gave, or to one's own answer."""
    reply = invitee.reply
    said_yes = reply is not None and reply.submitted_at is not None and reply.answer == "yes"
    return url_for("seat.show" if said_yes else "answer.standing")


def of_invitee(view: View) -> View:
    """The view gets the invitee whose code was entered, before and after the deadline."""

    @wraps(view)
    def wrapped(**values: Any) -> ResponseReturnValue:
        invitee = replies.by_uid(str(session.get("invitee", "")))
        if invitee is None:
            return _code_first()
        g.assembly = assembly_of(invitee)
        g.municipality = g.assembly.municipality
        i18n.keep_answer_language()
        return view(invitee, **values)

    return wrapped


def answering(view: View) -> View:
    """Only while answers are taken; later one sees what is stored."""

    @of_invitee
    @wraps(view)
    def wrapped(invitee: Invitee, **values: Any) -> ResponseReturnValue:
        if replies.is_open(g.assembly):
            return view(invitee, **values)
        if request.method == "GET":
            return back_to("answer.standing")
        return render_template("sortition/answer/closed.html", reply=invitee.reply), 410

    return wrapped


def _code_first() -> ResponseReturnValue:
    """Nobody's session: ask for the code, and keep what was typed until it is entered."""
    if request.method == "GET":
        return redirect(url_for("answer.code", hinweis="neu"), 303)
    return make_response(_code_page(CodeForm(), again=True, kept=resume.keep()), 401)


@bp.post("/antwort/ende")
@public(personal=True)
def end() -> ResponseReturnValue:
    """For a device that others use too."""
    for key in ("invitee", i18n.KEPT, "_flashes"):
        session.pop(key, None)
    return redirect(url_for("answer.code", hinweis="ende"), 303)
