"""Server-side sessions: the cookie holds a random token, the row its hash.

No row and no cookie exist before somebody signs in or enters a code.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import delete, insert, select, update
from werkzeug.datastructures import CallbackDict

from buergerrat.accounts.models import WebSession
from buergerrat.crypto import SealBroken, seal, unseal
from buergerrat.db import db, set_writing, utcnow

COOKIE = "br_sitzung"
SEEN_EVERY = dt.timedelta(minutes=1)


class ServerSession(CallbackDict[str, Any], SessionMixin):
    def __init__(self, token: str | None, initial: dict[str, Any], row_id: int | None) -> None:
        def changed(_: object) -> None:
            self.modified = True

        super().__init__(initial, changed)
        self.token = token
        self.row_id = row_id
        self.modified = False
        self.rotated = False

    @property
    def token_hash(self) -> str:
        return _hash(self.token) if self.token else ""

    def rotate(self) -> None:
        """A new token from here on: at sign-in, sign-out and change of role."""
        self.rotated = self.modified = True


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class ServerSessions(SessionInterface):
    """Reads and writes `web_session`. Idle and absolute limits come from the settings."""

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        token = request.cookies.get(COOKIE)
        if not token or request.path.startswith("/static/"):
            return ServerSession(None, {}, None)
        settings = app.extensions["settings"]
        now = utcnow()
        with db.engine.connect() as connection:
            row = connection.execute(
                select(
                    WebSession.id, WebSession.data_sealed, WebSession.seen_at, WebSession.expires_at
                ).where(WebSession.token_hash == _hash(token))
            ).one_or_none()
        idle = dt.timedelta(minutes=settings.idle_minutes)
        if row is None or row.expires_at < now or row.seen_at + idle < now:
            return ServerSession(None, {}, None)
        try:
            data = unseal(_key(app), row.data_sealed, f"web_session.{_hash(token)}")
        except SealBroken:
            return ServerSession(None, {}, None)
        session = ServerSession(token, json.loads(data), row.id)
        if row.seen_at + SEEN_EVERY < now:
            self._write(update(WebSession).where(WebSession.id == row.id).values(seen_at=now))
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, ServerSession)
        if not session.modified:
            return
        if session.rotated or not session:
            if session.row_id is not None:
                self._write(delete(WebSession).where(WebSession.id == session.row_id))
            session.token = session.row_id = None
        if not session:
            response.delete_cookie(COOKIE, path="/")
            return
        token = session.token or secrets.token_urlsafe(32)
        self._store(app, session, token)
        response.set_cookie(
            COOKIE,
            token,
            httponly=True,
            samesite="Lax",
            secure=app.extensions["settings"].secure_cookies,
            path="/",
        )

    def _store(self, app: Flask, session: ServerSession, token: str) -> None:
        now = utcnow()
        sealed = seal(_key(app), json.dumps(dict(session)).encode(), f"web_session.{_hash(token)}")
        user_id = int(session["_user_id"]) if "_user_id" in session else None
        if session.row_id is not None:
            self._write(
                update(WebSession)
                .where(WebSession.id == session.row_id)
                .values(data_sealed=sealed, user_id=user_id, seen_at=now)
            )
            return
        lifetime = dt.timedelta(hours=app.extensions["settings"].absolute_hours)
        self._write(
            insert(WebSession).values(
                token_hash=_hash(token),
                user_id=user_id,
                data_sealed=sealed,
                created_at=now,
                seen_at=now,
                expires_at=now + lifetime,
                device=str(session.get("device", ""))[:80],
            )
        )

    @staticmethod
    def _write(statement: Any) -> None:
        """In a transaction of its own: the request's work is already committed or rolled back."""
        set_writing(True)
        with db.engine.begin() as connection:
            connection.execute(statement)
        set_writing(False)


def _key(app: Flask) -> bytes:
    key: bytes = app.extensions["settings"].master_key
    return key
