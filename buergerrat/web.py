"""What every page goes through: access, CSRF, one unit of work, headers, errors, filters."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError

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


def _guard() -> ResponseReturnValue | None:
    """Closed by default: find the rule, check it, check where an unsafe request came from."""
    set_writing(request.method in UNSAFE)
    g.actor_id = current_user.id if current_user.is_authenticated else None
    g.actor_role = ""
    if request.endpoint is None:
        return None
    rule = rule_of(request_app(), request.endpoint)
    if rule is None:
        abort(403)
    refused = _check_rule(rule)
    if refused is not None:
        return refused
    if request.method in UNSAFE:
        _check_origin()
        return _already_done()
    return None


def _check_rule(rule: Rule) -> ResponseReturnValue | None:
    g.personal = rule.personal
    if rule.public:
        return None
    if not current_user.is_authenticated:
        return sign_in_first()
    if not rule.signed_in:
        town, assembly = g.get("municipality"), g.get("assembly")
        have = roles_in(
            current_user.assignments, town.id if town else None, assembly.id if assembly else None
        )
        allowed = have & rule.roles
        if not allowed:
            abort(403)
        g.actor_role = min(allowed)
    if rule.reauth and not recently_authenticated():
        return sign_in_first(reauth=True)
    return None


def recently_authenticated() -> bool:
    stamp = session.get("authenticated_at")
    return stamp is not None and utcnow() - dt.datetime.fromisoformat(stamp) < REAUTH


def sign_in_first(reauth: bool = False) -> ResponseReturnValue:
    """To the sign-in page and back. What was typed is kept (`accounts/resume.py`)."""
    from buergerrat.accounts import resume

    return resume.keep_and_ask(reauth=reauth)


def _check_origin() -> None:
    """CSRF: the request comes from our own page, and knows the session's token if there is one."""
    origin = request.headers.get("Origin") or request.headers.get("Referer")
    if origin and urlsplit(origin).netloc != request.host:
        abort(400)
    if not origin and request.headers.get("Sec-Fetch-Site") != "same-origin":
        abort(400)
    expected = csrf_token()
    if expected:
        given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
        if not hmac.compare_digest(expected, given):
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
        if request.method not in UNSAFE and not g.get("writes"):
            return response
        if response.status_code >= 400:
            db.session.rollback()
            return response
        _remember_submission(response)
        try:
            db.session.commit()
        except IntegrityError as error:
            db.session.rollback()
            raise Conflict(
                _("Jemand anderes war im selben Augenblick schneller. Bitte sehen Sie nach.")
            ) from error
        return response

    app.dispatch_request = dispatch_and_commit  # type: ignore[method-assign]


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
    if request.endpoint != "static" and (g.get("personal", True) or request.method in UNSAFE):
        headers["Cache-Control"] = "no-store"
    return response


def back_to(endpoint: str, **values: Any) -> ResponseReturnValue:
    """Redirect after a POST."""
    return redirect(url_for(endpoint, **values), 303)
