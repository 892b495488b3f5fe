"""The page that shows every part."""

from __future__ import annotations

from flask import Flask


def test_the_parts_are_shown_to_whoever_changes_one(app: Flask) -> None:
    page = app.test_client().get("/bausteine")
    assert page.status_code == 200
    assert "<title>Bausteine" in page.text
