"""Passwords: argon2id, a few at a time, and equally long for names that do not exist."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _
from werkzeug.exceptions import ServiceUnavailable

MIN_LENGTH = 12
MAX_LENGTH = 200
# Each check needs 64 MiB and a third of a second of a core: two at once, the others wait.
_slots = threading.BoundedSemaphore(2)
_WAIT_SECONDS = 20
_hasher = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=2)

COMMON = frozenset(
    [
        "passwort1234",
        "passwort12345",
        "passwort123456",
        "passwortpasswort",
        "meinpasswort",
        "geheimespasswort",
        "password1234",
        "password12345",
        "password123456",
        "passwordpassword",
        "adminpassword",
        "administrator",
        "administrator1",
        "administration",
        "verwaltung123",
        "verwaltung2025",
        "verwaltung2026",
        "rathaus12345",
        "rathaus123456",
        "rathaus2025!",
        "rathaus2026!",
        "buergerrat123",
        "buergerrat2025",
        "buergerrat2026",
        "bürgerrat2025",
        "bürgerrat2026",
        "stadtverwaltung",
        "stadtrat1234",
        "123456789012",
        "1234567890123",
        "12345678901234",
        "111111111111",
        "000000000000",
        "qwertzuiopü",
        "qwertzuiop12",
        "qwertzuiop123",
        "qwertyuiop12",
        "qwertyuiop123",
        "asdfghjklöä",
        "asdfghjkl123",
        "yxcvbnm12345",
        "abcdefghijkl",
        "abcdefghijklm",
        "abcd12345678",
        "hallohallo12",
        "hallohallo123",
        "willkommen12",
        "willkommen123",
        "willkommen1234",
        "sommer202512",
        "winter202512",
        "deutschland1",
        "deutschland12",
        "deutschland123",
        "fußballfussball",
        "iloveyou1234",
        "letmein12345",
        "changeme1234",
        "start12345678",
        "startpasswort",
    ]
)


def make(password: str) -> str:
    """The argon2id hash of a password. Slow: call it outside a write transaction."""
    with _Slot():
        return _hasher.hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Whether the password belongs to the hash; takes as long when there is no hash."""
    known = password_hash or _of_nobody()
    with _Slot():
        try:
            good = _hasher.verify(known, password[:MAX_LENGTH])
        except (VerificationError, InvalidHashError):
            return False
    return good and password_hash is not None


def objection(password: str, email: str) -> str:
    """Why this password is refused, as a sentence; empty when it is good."""
    plain = password.casefold().strip()
    if len(password) < MIN_LENGTH:
        return str(_("Bitte mindestens %(count)s Zeichen.", count=MIN_LENGTH))
    if len(password) > MAX_LENGTH:
        return str(_("Bitte höchstens %(count)s Zeichen.", count=MAX_LENGTH))
    name = email.casefold().partition("@")[0]
    if plain == email.casefold() or (len(name) > 3 and plain.replace(name, "").isdigit()):
        return str(_("Das Passwort darf nicht Ihre E-Mail-Adresse sein."))
    if plain in COMMON or len(set(plain)) < 5:
        return str(_("Dieses Passwort ist leicht zu erraten. Nehmen Sie zum Beispiel vier Wörter."))
    return ""


class _Slot:
    """One of the places for a check; gives up after a while instead of piling up threads."""

    def __enter__(self) -> None:
        if not _slots.acquire(timeout=_WAIT_SECONDS):
            raise ServiceUnavailable

    def __exit__(self, *_error: object) -> None:
        _slots.release()


@cache
def _of_nobody() -> str:
    return _hasher.hash("nobody has this password")
