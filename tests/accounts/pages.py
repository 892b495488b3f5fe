"""Reading pages in tests."""

from __future__ import annotations

import re

import lxml.html
from werkzeug.test import TestResponse


def hidden(response: TestResponse, action: str = "") -> dict[str, str]:
    """Hidden fields of the page's main form (or of the form with this action)."""
    page = lxml.html.fromstring(response.get_data(as_text=True))
    for form in page.forms:
        if action and form.get("action") != action:
            continue
        if not action and "abmelden" in (form.get("action") or ""):
            continue
        return {i.get("name"): i.get("value", "") for i in form.xpath(".//input[@type='hidden']")}
    raise AssertionError(f"no form {action}")


def title(response: TestResponse) -> str:
    return re.search(r"<h1>(.*?)</h1>", response.get_data(as_text=True), re.S).group(1).strip()  # type: ignore[union-attr]
