"""The people of the walk: each a browser of their own, with words for what a person does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Browser, Locator, Page, Response, ViewportSize, expect

from buergerrat.db import set_clock, utcnow
from tests.browser import AXE, DESK, PHONE, Server, overflows, violations

PASSWORD = "ein-langes-Passwort-aus-Elbtal"

TOO_WIDE = """() => [...document.querySelectorAll("main *")]
  .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth)
  .map(e => `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 60)}`).slice(-2)"""


class Clock:
    """The server's clock. The walk lets time pass by setting `moment`; None is the real time.

    Wraps the application, because `set_clock` holds for one thread and the server has several.
    """

    def __init__(self, server: Server) -> None:
        self.moment: dt.datetime | None = None
        self.inner: Callable[..., object] = server.app.wsgi_app
        server.app.wsgi_app = self  # type: ignore[method-assign, assignment]

    def __call__(self, environ: object, start_response: object) -> object:
        set_clock(self.moment)
        return self.inner(environ, start_response)

    @property
    def now(self) -> dt.datetime:
        return self.moment or utcnow()


class Person:
    """Somebody at a desk or with a phone, in a browser of their own."""

    def __init__(
        self,
        browser: Browser,
        server: Server,
        clock: Clock,
        *,
        phone: bool = False,
        js: bool = True,
    ) -> None:
        size = ViewportSize(**(PHONE if phone else DESK))
        self.context = browser.new_context(viewport=size, locale="de-DE", java_script_enabled=js)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("response", self._note)
        self.status = 0
        self.server, self.clock, self.js = server, clock, js
        self.errors: list[str] = []
        self.secret = ""

    def _note(self, response: Response) -> None:
        """The status of the page itself, not of what it asks for by script."""
        if response.request.is_navigation_request():
            self.status = response.status

    def go(self, path: str) -> None:
        answer = self.page.goto(self.server.url + path)
        assert answer is not None
        assert answer.status == 200, path

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def fill(self, label: str, value: object) -> None:
        fields = self.page.locator("input, textarea, select")
        self.page.get_by_label(label).and_(fields).first.fill(str(value))

    def click(self, name: str, within: Locator | None = None) -> None:
        """Press a button. A redirect is followed; the page that comes is a good one."""
        button = (within or self.page).get_by_role("button", name=name, exact=True).first
        with self.page.expect_event("domcontentloaded"):
            button.click()
        self.page.wait_for_load_state()
        assert self.status in (200, 422), f"{name}: {self.status}"

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()

    def tick(self, label: str) -> None:
        """Choose a tile; the words are its target."""
        self.page.locator("label", has_text=label).first.click()

    def sees(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)

    def is_at(self, heading: str) -> None:
        expect(self.page.locator("h1")).to_contain_text(heading)

    def download(self, link: str) -> bytes:
        """What is behind a link of the page, with this browser's session."""
        address = self.page.get_by_role("link", name=link).first.get_attribute("href")
        answer = self.context.request.get(self.server.url + str(address))
        assert answer.status == 200, link
        content: bytes = answer.body()
        return content

    def looks(self) -> None:
        """The state a page is in just now has no barriers, and nothing went wrong in a script."""
        found = [f"too wide: {self.page.evaluate(TOO_WIDE)}"] if overflows(self.page) else []
        found += violations(self.page) if AXE.exists() else []
        assert found + self.errors == [], f"{self.path}: {found + self.errors}"

    def sign_in(self, email: str) -> None:
        """Password; staff also six digits, and the first time they set up the second factor."""
        self.go("/anmelden")
        self.fill("E-Mail", email)
        self.fill("Passwort", PASSWORD)
        self.click("Anmelden", self.page.locator("main"))
        if "zweiter-faktor" in self.path:
            self.set_up_second_factor()
        elif self.secret:
            self._type_code()
            self.click("Anmelden", self.page.locator("main"))

    def set_up_second_factor(self) -> None:
        self.is_at("Zweiten Faktor einrichten")
        self.secret = self.page.locator(".br-finger").inner_text().replace(" ", "")
        self._type_code()
        self.click("Zweiten Faktor einrichten")
        self.follow("Codes sind aufbewahrt, weiter")

    def _type_code(self) -> None:
        code = pyotp.TOTP(self.secret).at(self.clock.now)
        self.page.locator("input[name=code]").fill(code)
