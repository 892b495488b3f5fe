"""People who sign in, their roles, and the permission rule."""

from __future__ import annotations

from flask import Flask
from flask_login import LoginManager

from buergerrat.accounts.models import User
from buergerrat.accounts.views import bp
from buergerrat.accounts.websession import ServerSessions
from buergerrat.db import db

login = LoginManager()


@login.user_loader
def load_user(user_id: str) -> User | None:
    user = db.session.get(User, int(user_id))
    return user if user is not None and user.is_active else None


def init_app(app: Flask) -> None:
    app.session_interface = ServerSessions()
    login.init_app(app)
    app.register_blueprint(bp)
