"""The log's page."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from sqlalchemy import text

from buergerrat import audit
from buergerrat.accounts import log_words
from buergerrat.accounts.models import User
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, writing
from tests.conftest import BrowserLike, Factory

URL = "/elbtal/buergerraete/ortsmitte-2035/protokoll"


@pytest.fixture
def entries(assembly: Assembly) -> None:
    with writing():
        for number in range(60):
            audit.log("look", "invitee", number, assembly_id=assembly.id, count=1)
        audit.log("quiet", "thing", "x", assembly_id=assembly.id)


def test_it_is_paged_filtered_and_in_german_words(
    client: BrowserLike, people: dict[str, User], entries: None
) -> None:
    client.sign_in(people["observer"])
    first = client.get(URL).get_data(as_text=True)
    assert "61 Einträge" in first
    assert "Personendaten angesehen" in first
    assert first.count("<tr") == 51
    assert client.get(f"{URL}?seite=2").get_data(as_text=True).count("<tr") == 12
    assert client.get(f"{URL}?seite=99").status_code == 200
    assert client.get(f"{URL}?aktion=quiet").get_data(as_text=True).count("<tr") == 2
    assert audit.head_hash() in first


def test_an_action_without_a_word_shows_its_name() -> None:
    assert log_words.action("something_new") == "something_new"


def test_every_action_that_the_code_writes_has_a_word() -> None:
    """Plain names; the composed ones (`lottery_…`) are written by state and stand there too."""
    calls = [
        node
        for path in Path(log_words.__file__).parents[1].rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.log" and node.args
    ]
    names = {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}
    assert len(names) > 20
    assert names - set(log_words.ACTIONS) == set()


def test_other_assemblies_entries_are_not_shown(
    client: BrowserLike, people: dict[str, User], factory: Factory, entries: None
) -> None:
    stranger = people["stranger"]
    foreign = factory.assembly(stranger.assignments[0].municipality, slug="anderer")
    with writing():
        audit.log("look", "secret-object", 1, assembly_id=foreign.id)
    client.sign_in(people["administration"])
    assert "secret-object" not in client.get(URL).get_data(as_text=True)


def test_the_button_says_whether_the_chain_is_whole(clerk: BrowserLike, entries: None) -> None:
    assert "Kette geprüft: ja" in clerk.get(f"{URL}?pruefen=1").get_data(as_text=True)
    with writing():
        db.session.execute(text("DROP TRIGGER audit_entry_no_update"))
        db.session.execute(text("UPDATE audit_entry SET object_id = '999' WHERE id = 7"))
    broken = clerk.get(f"{URL}?pruefen=1").get_data(as_text=True)
    assert "Kette geprüft: nein" in broken
    assert "Eintrag 7 wurde nachträglich geändert." in broken
