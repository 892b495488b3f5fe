"""The log of the seats: what it tells, and that its check finds what was changed behind its back."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from flask import Flask
from seat_people import pick, seated
from sqlalchemy import text

from buergerrat.accounts.models import User
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, writing
from buergerrat.sortition.commitment import PANEL_RULES
from buergerrat.sortition.forgetting_lottery import delete_pool
from buergerrat.sortition.models import Invitee, Member, PanelDraw
from buergerrat.sortition.services import lottery, members, seat_check, seat_history
from tests.support import BrowserLike

Fill = Callable[[Assembly, int], list[Invitee]]
PAGE = "/elbtal/buergerraete/ortsmitte-2035/mitglieder/verlauf"


@pytest.fixture
def lived(assembly: Assembly, fill_pool: Fill) -> PanelDraw:
    """A lottery with what happens afterwards: accepted, declined, withdrawn, several at once."""
    fill_pool(assembly, 40)
    draw = pick(assembly)
    with writing():
        a, b, c, d, e = seated(assembly)[:5]
        members.accept(a)
        members.accept(b, by="code")
        members.leave(assembly, c, members.UNSAID, None, by="code")
        members.leave(assembly, b, "weggezogen", None)
        members.leave_together(assembly, [(d, "nicht erreichbar"), (e, "weggezogen")], None)
        members.leave(assembly, a, "weggezogen", None, replace=False)
    db.session.expire_all()
    return draw


def found(assembly: Assembly, draw: PanelDraw) -> str:
    db.session.expire_all()
    return seat_check.check(assembly, draw).first


def test_the_log_tells_everything_in_order_and_agrees_with_the_record(
    clerk: BrowserLike, assembly: Assembly, lived: PanelDraw
) -> None:
    lines = seat_history.lines(assembly, lived)
    assert [line.kind for line in lines] == [
        "lottery_picked",
        *("member_accepted",) * 2,
        *("member_declined", "replacement"),
        *("member_withdrawn", "replacement"),
        *("member_declined",) * 2,
        *("replacement",) * 2,
        *("member_withdrawn", "replacement"),
    ]
    assert [line.who for line in lines if line.kind == "member_accepted"] == [
        "System",
        "mit dem Code",
    ]
    assert lines[-1].text.endswith("bleibt frei.")
    result = seat_check.check(assembly, lived)
    assert result.ok, result.first
    page = clerk.get(f"{PAGE}?pruefen=1").text
    assert "Der Verlauf stimmt mit dem Losprotokoll überein" in page


TAMPERED = {
    "a member's state": "UPDATE member SET state = 'accepted' WHERE state = 'declined'",
    "a friend instead of who came": "UPDATE member SET losnummer = '999' "
    "WHERE origin = 'replacement' AND state = 'asked'",
    "who came": "UPDATE replacement SET came = '999' WHERE number = 1",
    "who left": "UPDATE replacement SET \"left\" = '999' WHERE number = 2",
    "a broken quota": "UPDATE replacement SET broken = '[\"Geschlecht: weiblich\"]' "
    "WHERE number = 1",
    "that nobody was wanted": "UPDATE replacement SET wanted = 1 WHERE came IS NULL",
    "a line less": "DELETE FROM replacement WHERE number = 5",
    "the published checksum": "UPDATE panel_draw SET record_hash = panels_hash",
    "the record": "UPDATE panel_draw SET public_record = X'504B0506'",
    "somebody nobody drew": "UPDATE member SET origin = 'drawn' WHERE origin = 'replacement'",
}


def test_whatever_is_changed_behind_its_back_is_found(assembly: Assembly, lived: PanelDraw) -> None:
    missed = []
    for what, statement in TAMPERED.items():
        changed = db.session.execute(text(statement))
        assert changed.rowcount, what  # type: ignore[attr-defined]
        if not found(assembly, lived):
            missed.append(what)
        db.session.rollback()
    assert missed == []
    assert not found(assembly, lived)


def test_a_changed_entry_of_the_log_is_found(assembly: Assembly, lived: PanelDraw) -> None:
    with writing():
        db.session.execute(text("DROP TRIGGER audit_entry_no_update"))
        entry = seat_history.entries(assembly)[-1]
        detail = json.dumps({**entry.detail, "wanted": True})
        db.session.execute(
            text("UPDATE audit_entry SET detail = :d WHERE id = :i"), {"d": detail, "i": entry.id}
        )
    assert str(entry.id) in found(assembly, lived)


def test_once_the_pool_is_deleted_the_log_goes_on_and_says_what_the_record_does_not(
    clerk: BrowserLike, assembly: Assembly, lived: PanelDraw
) -> None:
    with writing():
        delete_pool(lived)
        members.leave(assembly, seated(assembly)[0], "weggezogen", None, replace=False)
    db.session.expire_all()
    result = seat_check.check(assembly, lived)
    assert (result.first, result.later) == ("", 1)
    assert "Das steht nur hier." in clerk.get(f"{PAGE}?pruefen=1").text


def test_observers_read_losnummern_and_no_names(
    app: Flask, assembly: Assembly, lived: PanelDraw, people: dict[str, User]
) -> None:
    observer = app.test_client()
    assert isinstance(observer, BrowserLike)
    observer.sign_in(people["observer"])
    page = observer.get(f"{PAGE}?pruefen=1").text
    assert "Losnummer" in page
    assert "Nachname" not in page
    assert "Vorname" not in page
    assert db.session.query(Member).count() > assembly.seats


def test_the_last_day_to_move_up_is_one_of_the_published_rules(
    assembly: Assembly, lived: PanelDraw
) -> None:
    fixed = lottery.commitment_of(lived).rules
    assert fixed[:-1] == PANEL_RULES
    assert f"{assembly.last_session_on:%d.%m.%Y}" in fixed[-1]
