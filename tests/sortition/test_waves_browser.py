"""In real Chromium: a scanner's work without a mouse, and the browser's checker over waves."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from playwright.sync_api import Page
from stage_one import draw as newest
from stage_one import page as path
from stage_one import register, whole_draw

from buergerrat.accounts.models import User
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow, writing
from buergerrat.sortition import record
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.services import draw as draws
from buergerrat.sortition.services import waves
from tests.browser import PHONE, Server, browser, live_server, overflows, page, violations
from tests.public.test_check_browser import LAB
from tests.support import BrowserLike

__all__ = ["browser", "live_server", "page"]


@pytest.fixture
def codes(clerk: BrowserLike, assembly: Assembly) -> list[str]:
    with writing():
        assembly.reply_deadline = utcnow().date() + dt.timedelta(days=30)
        assembly.door_visits, assembly.land = True, "SN"
    whole_draw(clerk, register(300))
    return [row.code for row in db.session.query(Invitee).order_by(Invitee.ticket)]


@pytest.mark.browser
def test_letter_after_letter_without_a_mouse(
    page: Page, live_server: Server, people: dict[str, User], codes: list[str]
) -> None:
    live_server.sign_in(page.context, people["administration"])
    page.goto(live_server.url + path("antworten/unzustellbar"))
    for number, code in enumerate(codes[:3], start=1):
        page.keyboard.type(f"https://elbtal.example/antwort#{code}")
        page.keyboard.press("Enter")
        heading = f"{number} Brief{'e kamen' if number > 1 else ' kam'} zurück"
        page.get_by_role("heading", name=heading, exact=True).wait_for()
    assert page.locator("tbody tr").count() == 3
    assert violations(page) == []
    page.set_viewport_size(PHONE)
    for address in ("unzustellbar", "nachlosung", "besuche", ""):
        page.goto(live_server.url + path(f"antworten/{address}").rstrip("/"))
        assert not overflows(page), address
        assert violations(page) == [], address


@pytest.mark.browser
def test_the_browser_checks_a_record_of_three_waves(
    page: Page, live_server: Server, assembly: Assembly, codes: list[str]
) -> None:
    names = sorted(waves.kept(newest()))
    for counts in (dict.fromkeys(names[:4], 1), dict.fromkeys(names[2:6], 2)):
        with writing():
            waves.invite_next(db.session.merge(assembly), counts)
    part = draws.record_part(newest())
    made = record.DrawRecord("Stadt Elbtal: Ortsmitte 2035", "test", "", part, None)
    zipped = record.zip_bytes(record.record_files(made, full=False))
    page.goto(live_server.url + "/static/check/worker.js")
    page.evaluate(LAB, live_server.url)
    found = page.evaluate(
        "(zip) => lab.check(new Map(lab.unzip(lab.decode(zip))), {})",
        base64.b64encode(zipped).decode(),
    )
    assert found["ok"], found["lines"]
    assert any("3 Wellen" in line["text"] for line in found["lines"])
