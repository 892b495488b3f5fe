"""What every page goes through: access, CSRF, one unit of work, headers, errors, filters."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    redirect,
    request,
    request_started,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError

from buergerrat import audit
from buergerrat.accounts.access import Rule, check_all_routes, roles_in, rule_of
from buergerrat.accounts.models import Submission
from buergerrat.db import begin_write, db, set_writing, utcnow

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
REAUTH = dt.timedelta(minutes=10)
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; manifest-src 'self'"
)


class Conflict(Exception):
    """What the person wanted does not fit what is stored; the text is a sentence for them."""


def init_app(app: Flask) -> None:
    request_started.connect(_begin, app)
    app.before_request(_guard)
    _commit_after_each_view(app)
    app.after_request(_headers)
    app.teardown_request(lambda _error: set_writing(False))
    app.jinja_env.globals["csrf_token"] = csrf_token
    app.jinja_env.globals["form_token"] = form_token


def seal_routes(app: Flask) -> None:
    """Called last: refuse to start while a route lacks a rule."""
    check_all_routes(app)


def csrf_token() -> str:
    """Bound to the session; empty for visitors without one (the origin is checked then)."""
    token_hash = getattr(session, "token_hash", "")
    if not token_hash:
        return ""
    secret = str(request_app().secret_key).encode()
    return hmac.new(secret, token_hash.encode(), hashlib.sha256).hexdigest()


def request_app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def form_token() -> str:
    """A random value in every form: the second submission of the same form does nothing."""
    return secrets.token_urlsafe(18)


def _begin(_app: Flask, **_more: Any) -> None:
    """Before the first look into the database: an unsafe request takes the write lock at once."""
    set_writing(request.method in UNSAFE)


def _guard() -> ResponseReturnValue | None:
    """Closed by default: where an unsafe request comes from, who sends it, what the rule says."""
    g.actor_id = current_user.id if current_user.is_authenticated else None
    g.actor_role = ""
    if request.endpoint is None:
        return None
    rule = rule_of(request_app(), request.endpoint)
    if rule is None:
        abort(403)
    g.personal, g.open_to_all = rule.personal, rule.public
    unsafe = request.method in UNSAFE
    if unsafe:
        _check_origin()
    if not rule.public:
        if not current_user.is_authenticated:
            return sign_in_first()
        _check_roles(rule)
    if unsafe:
        _check_token()
    if rule.reauth and not recently_authenticated():
        return sign_in_first(reauth=True)
    if not rule.public and session.get("second_factor_missing"):
        return _second_factor_first(request.endpoint)
    return _already_done() if unsafe else None


def _check_roles(rule: Rule) -> None:
    if not rule.signed_in:
        town, assembly = g.get("municipality"), g.get("assembly")
        have = roles_in(
            current_user.assignments, town.id if town else None, assembly.id if assembly else None
        )
        allowed = have & rule.roles
        if not allowed:
            abort(403)
        g.actor_role = min(allowed)


def _second_factor_first(endpoint: str) -> ResponseReturnValue | None:
    """Staff without a second factor sets it up before anything else."""
    if endpoint.split(".")[0] in ("account", "accounts", "second_factor"):
        return None
    return redirect(url_for("second_factor.set_up"), 303)


def recently_authenticated() -> bool:
    stamp = session.get("authenticated_at")
    return stamp is not None and utcnow() - dt.datetime.fromisoformat(stamp) < REAUTH


def sign_in_first(reauth: bool = False) -> ResponseReturnValue:
    """To the sign-in page and back. What was typed is kept (`accounts/resume.py`)."""
    from buergerrat.accounts import resume

    return resume.keep_and_ask(reauth=reauth)


def _check_origin() -> None:
    """CSRF, first half: the request comes from one of our own pages."""
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    if origin and _host_of(origin) != request.host:
        abort(400)
    if not origin and request.headers.get("Sec-Fetch-Site") != "same-origin":
        abort(400)


def _host_of(address: str) -> str:
    """Host and port; empty when there is none, or when it is no address at all."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _check_token() -> None:
    """CSRF, second half: whoever has a session knows its token."""
    expected = csrf_token()
    if expected:
        given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
        if not hmac.compare_digest(expected.encode(), given.encode()):
            abort(400)


def _already_done() -> ResponseReturnValue | None:
    """The form's token was used: show where the first submission led, do nothing again."""
    token = request.form.get("form_token", "")[:64]
    if not token:
        return None
    done = db.session.get(Submission, token)
    return redirect(done.location, 303) if done else None


def _commit_after_each_view(app: Flask) -> None:
    """One unit of work per request: commit when the answer is good, else roll back."""
    dispatch = app.dispatch_request

    def dispatch_and_commit() -> ResponseReturnValue:
        response = app.make_response(dispatch())
        if request.method in UNSAFE or g.get("writes"):
            _end_work(response)
        return response

    app.dispatch_request = dispatch_and_commit  # type: ignore[method-assign]


def _end_work(response: Response) -> None:
    """After this, nothing in the request takes the write lock any more."""
    if response.status_code >= 400:
        db.session.rollback()
        _log_refused_form(response.status_code)
    else:
        _remember_submission(response)
        try:
            db.session.commit()
        except IntegrityError as error:
            db.session.rollback()
            raise Conflict(
                _("Jemand anderes war im selben Augenblick schneller. Bitte sehen Sie nach.")
            ) from error
    set_writing(False)


def _log_refused_form(status: int) -> None:
    """A refused form shows the person once more, and the view's own entry was rolled back."""
    if status not in (409, 422) or not g.get("personal") or not g.get("actor_role"):
        return
    arguments = request.view_args or {}
    for name, noun in (("uid", "invitee"), ("losnummer", "member")):
        if name in arguments:
            audit.log("look", noun, arguments[name])
            db.session.commit()


def _remember_submission(response: Response) -> None:
    token = request.form.get("form_token", "")[:64]
    if token and response.status_code in (302, 303):
        db.session.add(Submission(token=token, location=response.location or "/"))


def begin_log() -> None:
    """Call first in a GET view that writes to the log (a look at, or an export of, personal data)."""
    begin_write()
    g.writes = True


def _headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request_app().extensions["settings"].secure_cookies:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        response.vary.add("Cookie")
        _caching(response)
    return response


def _caching(response: Response) -> None:
    """Pages about people are kept nowhere; other pages for staff only where they were shown."""
    if g.get("personal", True) or request.method in UNSAFE:
        response.headers["Cache-Control"] = "no-store"
    elif not g.get("open_to_all", False):
        response.headers["Cache-Control"] = "private, no-cache"


def back_to(endpoint: str, **values: Any) -> ResponseReturnValue:
    """Redirect after a POST."""
    return redirect(url_for(endpoint, **values), 303)
