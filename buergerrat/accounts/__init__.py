"""People who sign in, their roles, and the permission rule."""

from __future__ import annotations

from flask import Flask
from flask_login import LoginManager

from buergerrat.accounts.models import User
from buergerrat.accounts.websession import ServerSessions
from buergerrat.db import db

login = LoginManager()
login.session_protection = None  # sessions live on the server; an address may change on the way


@login.user_loader
def load_user(user_id: str) -> User | None:
    user = db.session.get(User, int(user_id))
    return user if user is not None and user.is_active else None


def init_app(app: Flask) -> None:
    from buergerrat.accounts import context, views
    from buergerrat.accounts.services import upkeep as _upkeep  # noqa: F401 - registers itself

    app.session_interface = ServerSessions()
    login.init_app(app)
    views.register(app)
    context.init_app(app)
