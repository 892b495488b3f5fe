"""People with passwords."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from flask import Flask

from buergerrat.accounts import passwords
from buergerrat.accounts.models import User
from buergerrat.db import db, writing
from tests.conftest import BrowserLike

PASSWORD = "vier gute Worte hier"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real cost is for production; here only that hashing happens."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(1, 1024, 1))


@pytest.fixture
def password_hash(quick_hashes: None) -> str:
    return passwords.make(PASSWORD)


@pytest.fixture
def with_password(app: Flask, password_hash: str) -> Callable[[User], User]:
    def give(user: User) -> User:
        with writing():
            db.session.get_one(User, user.id).password_hash = password_hash
        db.session.refresh(user)
        return user

    return give


@pytest.fixture
def browser(app: Flask) -> Callable[[], BrowserLike]:
    """More browsers, each with cookies of its own."""

    def make() -> BrowserLike:
        client = app.test_client()
        assert isinstance(client, BrowserLike)
        return client

    return make
