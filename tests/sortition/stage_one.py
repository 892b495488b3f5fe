"""From the upload to the letters through the browser, for the tests of stage one."""

import datetime as dt
import io
from typing import Any

from werkzeug.test import TestResponse

from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow, writing
from buergerrat.demo.variants import write_variant
from buergerrat.formats import BERLIN
from buergerrat.sortition.models import InvitationDraw, RegisterExtract
from tests.support import BrowserLike

DICE = "4711 0815 2233 9182 7364"
PLAN = {"letters_total": "24", "response_rate": "5", "minimum": "0", "method": "proportional"}


def page(path: str = "") -> str:
    return f"/elbtal/buergerraete/ortsmitte-2035/{path}"


def today() -> dt.date:
    return utcnow().astimezone(BERLIN).date()


def register(people: int = 120, seed: int = 1, **form: Any) -> bytes:
    out = io.BytesIO()
    write_variant(out, seed, people=people, **form)
    return out.getvalue()


def upload(clerk: BrowserLike, data: bytes, **fields: str) -> TestResponse:
    """Send the file; its job has run when this returns."""
    form = {"upload": (io.BytesIO(data), "auszug.csv"), **fields}
    answer = clerk.submit(page("melderegister"), form, content_type="multipart/form-data")
    db.session.expire_all()
    return answer


def extract() -> RegisterExtract:
    """The newest extract, freshly read."""
    db.session.rollback()
    return db.session.scalars(
        db.select(RegisterExtract).order_by(RegisterExtract.number.desc())
    ).first()


def draw() -> InvitationDraw:
    """The newest draw, freshly read."""
    db.session.rollback()
    return db.session.scalars(
        db.select(InvitationDraw).order_by(InvitationDraw.number.desc())
    ).first()


def plan(clerk: BrowserLike, **changes: str) -> TestResponse:
    return clerk.submit(page("einladungslosung"), {**PLAN, **changes})


def commit(clerk: BrowserLike, **changes: str) -> TestResponse:
    form = {
        "kind": "dice",
        "event": "Öffentlicher Wurf im Ratssaal",
        "due": today().isoformat(),
        "fallback": "Am Tag danach.",
        **changes,
    }
    return clerk.submit(page("einladungslosung/festschreiben"), form)


def enter_seed(clerk: BrowserLike, number: int, **changes: str) -> TestResponse:
    form = {"kind": "dice", "value": DICE, "on": today().isoformat(), **changes}
    return clerk.submit(page(f"einladungslosung/{number}/startwert"), form)


def start(clerk: BrowserLike, number: int) -> TestResponse:
    answer = clerk.submit(page(f"einladungslosung/{number}/losen"))
    db.session.expire_all()
    return answer


def whole_draw(clerk: BrowserLike, data: bytes | None = None) -> InvitationDraw:
    """Upload, plan, commit, seed, draw; returns the draw that was carried out."""
    upload(clerk, data or register())
    plan(clerk)
    commit(clerk)
    enter_seed(clerk, draw().number)
    start(clerk, draw().number)
    return draw()


def set_reference_date(assembly: Assembly, day: dt.date) -> None:
    with writing():
        assembly.reference_date = day
