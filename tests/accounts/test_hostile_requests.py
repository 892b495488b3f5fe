"""Requests that no browser sends are refused in a sentence, never with a server error."""

from __future__ import annotations

import pytest

from buergerrat.accounts.models import User
from buergerrat.assemblies.models import Assembly
from tests.support import BrowserLike

PROFILE = {"name": "Katrin Behrens", "locale": "de"}


@pytest.mark.parametrize("token", ["é", "", "0" * 64, "\U0001f5dd" * 9])
def test_a_wrong_token_of_any_letters(clerk: BrowserLike, token: str) -> None:
    assert clerk.submit("/konto", {**PROFILE, "csrf_token": token}).status_code == 400
    headers = {"Origin": "http://localhost", "X-CSRF-Token": token.encode().decode("latin-1")}
    assert clerk.post("/konto", data=PROFILE, headers=headers).status_code == 400


@pytest.mark.parametrize(
    "origin",
    ["http://[::1", "null", "http://localhost.evil.example", "http://evil@localhost", "//"],
)
def test_an_origin_that_is_none_of_ours(clerk: BrowserLike, origin: str) -> None:
    answer = clerk.submit("/konto", PROFILE, headers={"Origin": origin})
    assert answer.status_code == 400


def test_a_session_number_that_no_database_holds(
    client: BrowserLike, people: dict[str, User]
) -> None:
    client.sign_in(people["council"])
    assert client.submit(f"/konto/sitzungen/{10**30}/beenden").status_code == 404


def test_a_number_too_large_to_be_compared(clerk: BrowserLike, assembly: Assembly) -> None:
    """Four hundred digits: the form's own check of the range cannot count that far."""
    url = f"/elbtal/buergerraete/{assembly.slug}/auftrag"
    assert clerk.submit(url, {"seats": "9" * 400, "reserve": "9" * 4000}).status_code == 400
