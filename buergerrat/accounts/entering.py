"""The browser's session at the moments when it changes: in, out, once more."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, g, request, session
from flask_login import login_user, logout_user

from buergerrat.accounts.models import User
from buergerrat.accounts.services import signing_in
from buergerrat.db import utcnow

PENDING_MINUTES = 10
SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Mac OS", "CrOS", "Linux")
BROWSERS = (("Firefox/", "Firefox"), ("Edg/", "Edge"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))


def second_factor_required() -> bool:
    """Off only in the demo, and the demo says so on every page."""
    return not current_app.extensions["settings"].demo


def remember_pending(user: User) -> None:
    """The password was right; the second factor is still missing."""
    session.clear()
    session.rotate()  # type: ignore[attr-defined]
    session["pending_user"] = user.id
    session["pending_since"] = utcnow().timestamp()


def pending_user_id() -> int | None:
    since = session.get("pending_since", 0.0)
    if utcnow().timestamp() - since > 60 * PENDING_MINUTES:
        return None
    user_id: int | None = session.get("pending_user")
    return user_id


def enter(user: User, *, with_second_factor: bool = False) -> None:
    """Sign in: a new token, the time of it, and whether a second factor is still to be set up."""
    session.clear()
    session.rotate()  # type: ignore[attr-defined]
    login_user(user)
    session["authenticated_at"] = utcnow().isoformat()
    session["device"] = device_name(request.user_agent.string)
    missing = signing_in.is_staff(user) and user.totp_confirmed_at is None
    if missing and second_factor_required():
        session["second_factor_missing"] = True
    g.actor_id = user.id
    signing_in.note_sign_in(user, with_second_factor=with_second_factor)


def confirm_again() -> None:
    """The password was given once more."""
    session.rotate()  # type: ignore[attr-defined]
    session["authenticated_at"] = utcnow().isoformat()


def leave() -> None:
    logout_user()
    session.clear()


def safe_target(target: str | None) -> str:
    """A path on this host, or "": never another host."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return ""
    if any(ord(c) < 32 for c in target):
        return ""
    parts = urlsplit(target)
    return "" if parts.netloc or parts.scheme else target


def device_name(agent: str) -> str:
    """„Firefox auf Windows“: enough to recognise one's own device, no more."""
    system = next((name for name in SYSTEMS if name in agent), "")
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    return " auf ".join(part for part in (browser, system) if part)
