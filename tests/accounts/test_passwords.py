"""Which passwords are refused, and that checking is bounded."""

from __future__ import annotations

import threading

import pytest
from flask import Flask

from buergerrat.accounts import passwords


@pytest.mark.parametrize(
    "password",
    [
        "kurz",
        "a" * 12,
        "ababababababab",
        "passwort1234",
        "PASSWORT1234",
        "rolf.rat@stadt.example",
        "rolf.rat1234",
        "x" * 201,
    ],
)
def test_weak_passwords_are_refused_with_a_sentence(app: Flask, password: str) -> None:
    with app.test_request_context():
        assert passwords.objection(password, "rolf.rat@stadt.example").endswith(".")


@pytest.mark.parametrize(
    "password", ["vier gute Worte hier", "Tassenlicht-Bergwind-7", "äöü€ß–„ 漢字 кот"]
)
def test_good_passwords_are_taken(app: Flask, password: str) -> None:
    with app.test_request_context():
        assert passwords.objection(password, "rolf.rat@stadt.example") == ""


def test_only_the_right_password_fits_and_nothing_fits_nobody() -> None:
    stored = passwords.make("vier gute Worte hier")
    assert stored.startswith("$argon2id$")
    assert passwords.fits(stored, "vier gute Worte hier")
    assert not passwords.fits(stored, "vier gute Worte")
    assert not passwords.fits(None, "nobody has this password")
    assert not passwords.fits("broken", "vier gute Worte hier")


def test_at_most_two_checks_run_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()
    gate = threading.Barrier(2, timeout=5)

    class Slow:
        def hash(self, _password: str) -> str:
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            gate.wait()
            with lock:
                running -= 1
            return "x"

    monkeypatch.setattr(passwords, "_hasher", Slow())
    threads = [threading.Thread(target=passwords.make, args=("x",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert most == 2
