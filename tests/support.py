"""What tests share: a browser-like client, a factory per noun, settings."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from buergerrat.accounts.models import Municipality, Role, RoleAssignment, User, WebSession
from buergerrat.accounts.websession import COOKIE
from buergerrat.assemblies.models import Assembly
from buergerrat.config import Settings
from buergerrat.crypto import make_assembly_key, seal
from buergerrat.db import db, utcnow, writing
from buergerrat.sortition.commitment import PanelCommitment, SeedKind, SeedProcedure
from buergerrat.sortition.services import code_guard

MASTER = bytes(range(32))


def make_settings(data: Path, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "data": data,
        "database_url": f"sqlite:///{data / 'test.db'}",
        "secret_key": "for tests only",
        "master_key": MASTER,
        "base_url": "http://localhost",
        "queue_url": "memory:",
        **changes,
    }
    return Settings(**values)


def opened_before(ago: dt.timedelta) -> str:
    """The hidden field of a code page that was opened then."""
    return code_guard.opened_at(utcnow() - ago)


class BrowserLike(FlaskClient):
    """A client that sends what a browser sends with a form: origin, session and its token."""

    token: str | None = None

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """As in production, a request has an application context and a session of its own."""
        db.session.rollback()
        with self.application.app_context():
            response = super().open(*args, **{"buffered": True, **kwargs})
        db.session.rollback()
        return response

    def sign_in(self, user: User) -> BrowserLike:
        """A session of this user, authenticated just now."""
        self.token = f"token-of-{user.id}-{utcnow().timestamp()}"
        data = {
            "_user_id": str(user.id),
            "_fresh": True,
            "authenticated_at": utcnow().isoformat(),
        }
        digest = hashlib.sha256(self.token.encode()).hexdigest()
        with writing():
            db.session.add(
                WebSession(
                    token_hash=digest,
                    user_id=user.id,
                    data_sealed=seal(MASTER, json.dumps(data).encode(), f"web_session.{digest}"),
                    seen_at=utcnow(),
                    expires_at=utcnow() + dt.timedelta(hours=1),
                )
            )
        self.set_cookie(COOKIE, self.token)
        return self

    def csrf(self) -> str:
        cookie = self.get_cookie(COOKIE)
        if cookie is None:
            return ""
        import hmac

        digest = hashlib.sha256(cookie.value.encode()).hexdigest()
        return hmac.new(b"for tests only", digest.encode(), hashlib.sha256).hexdigest()

    def submit(self, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """POST a form as the page would: with origin and CSRF token."""
        headers = {"Origin": "http://localhost", **kwargs.pop("headers", {})}
        form = {"csrf_token": self.csrf(), **(data or {})}
        if url.partition("?")[0] == "/antwort":  # the page was open for a while
            with self.application.app_context():
                form.setdefault("geoeffnet", opened_before(dt.timedelta(seconds=5)))
        return self.post(url, data=form, headers=headers, **kwargs)


class Factory:
    """Makes nouns with sane values; each call commits."""

    def __init__(self) -> None:
        self.count = 0

    def town(self, slug: str = "elbtal", **values: Any) -> Municipality:
        defaults: dict[str, Any] = {
            "slug": slug,
            "name": f"Stadt {slug.capitalize()}",
            "short_name": slug.capitalize(),
            "street": "Markt 1",
            "postcode": "01234",
            "place": slug.capitalize(),
            "phone": "01234 45-0",
            "email": f"rathaus@{slug}.example",
            "mayor": "Anna Lindner",
        }
        return self._save(Municipality(**{**defaults, **values}))

    def user(self, name: str = "", **values: Any) -> User:
        self.count += 1
        name = name or f"Person {self.count}"
        return self._save(User(email=f"person{self.count}@example.org", name=name, **values))

    def assign(self, user: User, role: Role, scope: Municipality | Assembly | None = None) -> User:
        town = scope.municipality_id if isinstance(scope, Assembly) else scope and scope.id
        assembly = scope.id if isinstance(scope, Assembly) else None
        self._save(
            RoleAssignment(user_id=user.id, role=role, municipality_id=town, assembly_id=assembly)
        )
        db.session.refresh(user)
        return user

    def assembly(self, town: Municipality, slug: str = "ortsmitte-2035", **values: Any) -> Assembly:
        defaults: dict[str, Any] = {
            "municipality_id": town.id,
            "slug": slug,
            "title": "Ortsmitte 2035",
            "guiding_question": "Wie soll die Mitte von Elbtal im Jahr 2035 aussehen?",
            "legal_basis": "§ 37 BMG, Art. 6 Abs. 1 Buchst. e DSGVO",
            "resolution_number": "2026/061",
            "resolution_date": dt.date(2026, 8, 18),
            "seats": 16,
            "reserve": 4,
            "min_age": 16,
            "reference_date": dt.date(2026, 9, 1),
            "letters_on": dt.date(2026, 9, 21),
            "reply_deadline": utcnow().date() + dt.timedelta(days=14),
            "lottery_at": utcnow() + dt.timedelta(days=21),
            "first_session_on": utcnow().date() + dt.timedelta(days=40),
            "last_session_on": utcnow().date() + dt.timedelta(days=41),
            "handover_on": utcnow().date() + dt.timedelta(days=60),
            "answer_promised_by": utcnow().date() + dt.timedelta(days=180),
            "retention_until": utcnow().date() + dt.timedelta(days=700),
            "published_at": utcnow(),
        }
        assembly = Assembly(**{**defaults, **values})
        with writing():
            db.session.add(assembly)
            db.session.flush()
            make_assembly_key(assembly.id)
        return assembly

    @staticmethod
    def _save(row: Any) -> Any:
        with writing():
            db.session.add(row)
        return row


def frozen_parts(people: int = 40, seats: int = 16) -> dict[str, Any]:
    """`PanelDraw.frozen` of a draw whose pool nobody looks into."""
    procedure = SeedProcedure(
        SeedKind.INVITATION, "Startzahl der Einladungslosung", "2026-10-19", ""
    )
    commitment = PanelCommitment(
        assembly="Stadt Elbtal: Ortsmitte 2035",
        draw_id="losung-1",
        invitation="",
        seats=seats,
        panels=1000,
        household_rule=True,
        people=people,
        people_sha256="0" * 64,
        quotas_sha256="0" * 64,
        seed=procedure,
        pick=SeedProcedure(SeedKind.DIGITS, "Ziffern, öffentlich gezogen", "2026-10-27", ""),
        software="",
    )
    return {"commitment": commitment.to_json().decode(), "quotas": [], "pool_counts": []}
