"""Guessing codes: nothing opens, nobody honest is shut out, programs learn nothing."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterator

import pytest
from flask import Flask
from reply_people import Person, invite
from sqlalchemy import event

from buergerrat.accounts.services import throttle
from buergerrat.assemblies.models import Assembly
from buergerrat.db import db, utcnow
from buergerrat.sortition import codes
from buergerrat.sortition.models import Invitee
from buergerrat.sortition.services import code_guard, replies
from tests.support import BrowserLike, Factory, opened_before

WRONG = "Dieser Code passt nicht."
NONE = "FGHJKMNPQR"


@pytest.fixture
def person(assembly: Assembly) -> Person:
    return invite(assembly, 1)[0]


def ask(client: BrowserLike, code: str, address: str = "127.0.0.1", **fields: str) -> int:
    return client.submit(
        "/antwort", {"code": code, **fields}, environ_overrides={"REMOTE_ADDR": address}
    ).status_code


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_of_ten_thousand_codes_none_opens(app: Flask, assembly: Assembly) -> None:
    people = invite(assembly, 20)
    hashes = {row.code_hash for row in db.session.query(Invitee)}
    guesses = codes.new_codes(10_000, secrets.token_bytes)
    assert not any(replies.code_digest(assembly.id, guess) in hashes for guess in guesses)
    assert all(replies.opened_by(guess) is None for guess in guesses[:200])
    opened = replies.opened_by(people[7].code)
    assert opened is not None
    assert opened.uid == people[7].uid


def test_guessing_from_many_addresses_gets_few_answers_and_locks_nobody_out(
    client: BrowserLike, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """20 addresses try wrong codes in one moment, in turns, against a bucket as much smaller."""
    monkeypatch.setattr(code_guard, "OVERALL", (60, 12))
    moment = utcnow()
    monkeypatch.setattr(throttle, "utcnow", lambda: moment)
    answered = [sum(_wrong_code(client.application, n) for n in range(20))]
    while len(answered) < 100 and answered[-1]:
        answered.append(sum(_wrong_code(client.application, n) for n in range(20)))
    # After a round without an answer nothing changes within the moment: the rest is refused too.
    assert answered[-1] == 0
    assert sum(answered) <= code_guard.OVERALL[0] + 20 * code_guard.SLOW[0]
    assert ask(client, person.code, "203.0.113.9") == 303


def _wrong_code(app: Flask, number: int) -> bool:
    """Whether the address with this number got its wrong code looked at."""
    with app.test_request_context(environ_base={"REMOTE_ADDR": f"198.51.100.{number}"}):
        looked_at = code_guard.allowed()
        if looked_at:
            code_guard.was_wrong()
    return looked_at


def test_the_pace_is_hopeless_for_six_weeks() -> None:
    minutes = 60 * 24 * 42
    burst, pace = code_guard.PER_ADDRESS
    slow_burst, slow_pace = code_guard.SLOW
    one_address = burst + pace * minutes
    thousand = code_guard.OVERALL[0] + code_guard.OVERALL[1] * minutes
    thousand += 1000 * (slow_burst + slow_pace * minutes)
    space = len(codes.ALPHABET) ** codes.LENGTH
    letters = 20_000
    assert one_address * letters / space < 0.001
    assert thousand * letters / space < 0.1


def test_an_address_is_shut_after_some_wrong_codes_and_another_is_not(
    client: BrowserLike, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_guard, "PER_ADDRESS", (3, 1))
    assert [ask(client, NONE) for _ in range(3)] == [422, 422, 422]
    blocked = client.submit("/antwort", {"code": person.code})
    assert blocked.status_code == 429
    assert "Zu viele Versuche" in blocked.text
    assert "Set-Cookie" not in blocked.headers
    assert ask(client, person.code, "192.0.2.7") == 303


def test_many_people_behind_one_address_all_get_in(
    client: BrowserLike, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_guard, "PER_ADDRESS", (3, 0))
    for person in invite(assembly, 8):
        assert ask(client, person.code) == 303
    assert [ask(client, NONE) for _ in range(4)] == [422, 422, 422, 429]


def test_many_people_behind_one_address_all_get_in_while_others_guess(
    client: BrowserLike, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_guard, "OVERALL", (3, 0))
    monkeypatch.setattr(code_guard, "SLOW", (2, 0))
    assert [ask(client, NONE, f"192.0.2.{n}") for n in range(5)] == [422] * 5
    shared = "203.0.113.5"
    assert ask(client, NONE, shared) == 422
    assert [ask(client, person.code, shared) for person in invite(assembly, 5)] == [303] * 5
    assert [ask(client, NONE, shared) for _ in range(2)] == [422, 429]


def test_a_drained_town_is_slower_not_shut(
    client: BrowserLike, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_guard, "OVERALL", (3, 0))
    monkeypatch.setattr(code_guard, "SLOW", (2, 0))
    assert [ask(client, NONE, f"192.0.2.{n}") for n in range(5)] == [422] * 5
    attacker = "198.51.100.1"
    assert [ask(client, NONE, attacker) for _ in range(3)] == [422, 422, 429]
    assert ask(client, NONE, "2001:db8:1:1::1") == 422
    assert ask(client, NONE, "2001:db8:1:2::1") == 422
    assert ask(client, NONE, "2001:db8:1:3::1") == 429  # the same provider's customer
    assert ask(client, person.code, "203.0.113.5") == 303


def test_right_wrong_and_useless_codes_cost_the_same_statements(
    app: Flask, factory: Factory, assembly: Assembly, person: Person, statements: list[str]
) -> None:
    late = factory.assembly(
        assembly.municipality, "vorbei", reply_deadline=utcnow().date() - dt.timedelta(days=2)
    )
    useless = invite(late, 1)[0].code
    replies.opened_by(NONE)  # the keys are opened once in a session

    def cost(code: str) -> list[str]:
        statements.clear()
        replies.opened_by(code)
        return list(statements)

    wrong = cost(NONE)
    assert wrong
    assert cost(person.code) == cost(useless) == cost("zu kurz") == cost("x" * 300) == wrong
    assert replies.opened_by(useless) is None
    with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        assert code_guard.allowed()
        code_guard.was_wrong()
        writes = []
        for after in (code_guard.was_wrong, code_guard.was_right):
            statements.clear()
            after()
            writes.append(sum(text.startswith("UPDATE") for text in statements))
    assert writes == [1, 1]


def test_a_program_gets_the_answer_of_a_wrong_code_and_locks_nobody(
    client: BrowserLike, person: Person
) -> None:
    wrong = client.submit("/antwort", {"code": NONE}).text
    for fields in (
        {"notiz": "Buy now"},
        {"geoeffnet": opened_before(dt.timedelta(milliseconds=300))},
        {"geoeffnet": ""},
        {"geoeffnet": "1790000000000.0000"},
        {"geoeffnet": opened_before(dt.timedelta(seconds=-60))},
    ):
        for _ in range(6):
            answer = client.submit("/antwort", {"code": person.code, **fields})
        assert (answer.status_code, WRONG in answer.text) == (422, True)
        assert len(answer.text) - len(wrong) in range(-120, 120)
        assert "Set-Cookie" not in answer.headers
    assert ask(client, person.code) == 303


def test_an_old_page_from_a_cache_is_as_good_as_any(client: BrowserLike, person: Person) -> None:
    assert ask(client, person.code, geoeffnet=opened_before(dt.timedelta(days=9))) == 303


def test_whoever_was_too_fast_gets_in_with_the_page_that_comes_back(
    client: BrowserLike, person: Person
) -> None:
    stamp = opened_before(dt.timedelta(milliseconds=200))
    page = client.submit("/antwort", {"code": person.code, "geoeffnet": stamp}).text
    assert f'value="{stamp}"' in page
    assert f'value="{person.code}"' in page


def test_after_the_deadline_a_code_is_useless_without_an_answer(
    client: BrowserLike, factory: Factory, assembly: Assembly
) -> None:
    late = factory.assembly(
        assembly.municipality, "vorbei", reply_deadline=utcnow().date() - dt.timedelta(days=2)
    )
    silent, said_no, said_yes = invite(late, 3)
    for person, answer in ((said_no, "no"), (said_yes, "yes")):
        row = db.session.query(Invitee).filter_by(uid=person.uid).one()
        replies.save(late, row, replies.Answer(answer, {}), source="card")
    db.session.commit()
    assert ask(client, silent.code) == 422
    assert client.submit("/antwort", {"code": said_no.code}).location == "/antwort/stand"
    assert client.submit("/antwort", {"code": said_yes.code}).location == "/antwort/platz"
