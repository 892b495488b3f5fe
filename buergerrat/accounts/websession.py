"""Server-side sessions: the cookie holds a random token, the row its hash.

No row and no cookie exist before somebody signs in or enters a code.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import secrets
from typing import Any

from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import OperationalError
from werkzeug.datastructures import CallbackDict

from buergerrat.accounts.models import WebSession
from buergerrat.crypto import SealBroken, seal, unseal
from buergerrat.db import db, set_writing, utcnow

COOKIE = "br_sitzung"
SEEN_EVERY = dt.timedelta(minutes=1)
log = logging.getLogger(__name__)


class ServerSession(CallbackDict[str, Any], SessionMixin):
    """`token` is what the cookie will hold after this request; `old_row` a row to remove."""

    def __init__(self, token: str | None, initial: dict[str, Any], row_id: int | None) -> None:
        def changed(_: object) -> None:
            self.modified = True

        super().__init__(initial, changed)
        self.token = token
        self.row_id = row_id
        self.old_row: int | None = None
        self.modified = False

    @property
    def token_hash(self) -> str:
        return hash_of(self.token) if self.token else ""

    def rotate(self) -> None:
        """A new token from here on: at sign-in, sign-out and change of role."""
        if self.row_id is not None:
            self.old_row, self.row_id = self.row_id, None
        self.token = secrets.token_urlsafe(32)
        self.modified = True


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class ServerSessions(SessionInterface):
    """Reads and writes `web_session`. Idle and absolute limits come from the settings."""

    def open_session(self, app: Flask, request: Request) -> ServerSession:
        token = request.cookies.get(COOKIE)
        if not token or request.path.startswith("/static/"):
            return ServerSession(None, {}, None)
        now = utcnow()
        with db.engine.connect() as connection:
            row = connection.execute(
                select(
                    WebSession.id, WebSession.data_sealed, WebSession.seen_at, WebSession.expires_at
                ).where(WebSession.token_hash == hash_of(token))
            ).one_or_none()
        idle = dt.timedelta(minutes=app.extensions["settings"].idle_minutes)
        if row is None or row.expires_at < now or row.seen_at + idle < now:
            return ServerSession(None, {}, None)
        try:
            data = unseal(_key(app), row.data_sealed, f"web_session.{hash_of(token)}")
        except SealBroken:
            return ServerSession(None, {}, None)
        if row.seen_at + SEEN_EVERY < now:
            _note_seen(row.id, now)
        return ServerSession(token, json.loads(data), row.id)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, ServerSession)
        if not session.modified:
            return
        db.session.rollback()  # the request's work is done; a leftover lock would block the write
        gone = [row for row in (session.old_row, None if session else session.row_id) if row]
        if gone:
            _write(delete(WebSession).where(WebSession.id.in_(gone)))
        if not session:
            session.token = session.row_id = None
            response.delete_cookie(COOKIE, path="/")
            return
        session.token = session.token or secrets.token_urlsafe(32)
        self._store(app, session)
        response.set_cookie(
            COOKIE,
            session.token,
            httponly=True,
            samesite="Lax",
            secure=app.extensions["settings"].secure_cookies,
            path="/",
        )

    def _store(self, app: Flask, session: ServerSession) -> None:
        now = utcnow()
        context = f"web_session.{session.token_hash}"
        sealed = seal(_key(app), json.dumps(dict(session)).encode(), context)
        user_id = int(session["_user_id"]) if "_user_id" in session else None
        if session.row_id is not None:
            _write(
                update(WebSession)
                .where(WebSession.id == session.row_id)
                .values(data_sealed=sealed, user_id=user_id, seen_at=now)
            )
            return
        lifetime = dt.timedelta(hours=app.extensions["settings"].absolute_hours)
        _write(
            insert(WebSession).values(
                token_hash=session.token_hash,
                user_id=user_id,
                data_sealed=sealed,
                created_at=now,
                seen_at=now,
                expires_at=now + lifetime,
                device=str(session.get("device", ""))[:80],
            )
        )


def _note_seen(row_id: int, now: dt.datetime) -> None:
    """A disk that is full must not keep anybody from reading."""
    try:
        _write(update(WebSession).where(WebSession.id == row_id).values(seen_at=now))
    except OperationalError:
        log.warning("session: time of use not written")


def _write(statement: Any) -> None:
    """In a transaction of its own: the request's work is already committed or rolled back."""
    set_writing(True)
    try:
        with db.engine.begin() as connection:
            connection.execute(statement)
    finally:
        set_writing(False)


def _key(app: Flask) -> bytes:
    key: bytes = app.extensions["settings"].master_key
    return key
