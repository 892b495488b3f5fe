"""A drawn list of 16, and browsers in which somebody of the Lostopf has entered their code."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets

from flask import Flask

from buergerrat.accounts.models import WebSession
from buergerrat.accounts.websession import COOKIE
from buergerrat.assemblies.models import Assembly
from buergerrat.crypto import seal
from buergerrat.db import db, utcnow, writing
from buergerrat.sortition.models import Invitee, Member, PanelDraw, Reply
from buergerrat.sortition.services import drawing, hall, lottery, members, quotas
from tests.support import MASTER, BrowserLike


def pick(assembly: Assembly) -> PanelDraw:
    """Freeze, build 100 lists and draw one of them."""
    with writing():
        quotas.save(assembly, quotas.proposal(assembly, width=2))
        draw = lottery.freeze(assembly, None, panels=100)
        drawing.build(draw, None)
    db.session.expire_all()
    with writing():
        for digit in "42":
            hall.draw_digit(draw, digit, None)
    db.session.expire_all()
    return draw


def code_session(invitee: Invitee) -> str:
    """The cookie of a browser in which this person's code was entered."""
    token = secrets.token_hex(8)
    digest = hashlib.sha256(token.encode()).hexdigest()
    data = json.dumps({"invitee": invitee.uid}).encode()
    with writing():
        db.session.add(
            WebSession(
                token_hash=digest,
                data_sealed=seal(MASTER, data, f"web_session.{digest}"),
                seen_at=utcnow(),
                expires_at=utcnow() + dt.timedelta(hours=1),
            )
        )
    return token


def with_code(app: Flask, invitee: Invitee) -> BrowserLike:
    browser = app.test_client()
    assert isinstance(browser, BrowserLike)
    browser.set_cookie(COOKIE, code_session(invitee))
    return browser


def seated(assembly: Assembly) -> list[Member]:
    db.session.expire_all()
    return members.of(assembly, members.SEATED)


def waiting(assembly: Assembly) -> Invitee:
    """Somebody of the Lostopf who was not drawn."""
    taken = {member.losnummer for member in members.of(assembly)}
    replies = db.session.query(Reply).filter_by(assembly_id=assembly.id).order_by(Reply.losnummer)
    return next(r.invitee for r in replies if r.losnummer and r.losnummer not in taken)
