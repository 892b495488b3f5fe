"""The second factor: six digits from an app (TOTP, RFC 6238), or one of ten recovery codes."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets

import pyotp
import segno
from flask import current_app
from markupsafe import Markup
from sqlalchemy import delete, func, select

from buergerrat import audit
from buergerrat.accounts.models import RecoveryCode, User
from buergerrat.accounts.services import throttle
from buergerrat.crypto import master_seal, master_unseal
from buergerrat.db import db, utcnow

STEP_SECONDS = 30
RECOVERY_CODES = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class TooManyCodes(Exception):
    """Too many wrong codes in a short time."""


def new_secret() -> str:
    return pyotp.random_base32()


def seal_for_form(user: User, secret: str) -> str:
    """The not yet confirmed secret, to travel through the set-up form."""
    return master_seal(secret.encode(), f"totp_setup.{user.uid}").hex()


def open_from_form(user: User, sealed: str) -> str:
    """Raises ValueError or SealBroken when it was made for somebody else or changed."""
    return master_unseal(bytes.fromhex(sealed), f"totp_setup.{user.uid}").decode()


def picture(user: User, secret: str) -> Markup:
    """QR code of the secret as inline SVG."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name="Bürgerrat")
    code = segno.make(uri, error="m")
    return Markup(  # noqa: S704 - made by the QR library from an escaped address
        code.svg_inline(border=2, title="QR-Code für die App", omitsize=True)
    )


def matching_step(secret: str, code: str, now: dt.datetime | None = None) -> int | None:
    """The number of the 30-second step the code belongs to; one step early or late is fine."""
    code = "".join(code.split())
    step = int((now or utcnow()).timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for candidate in (step, step - 1, step + 1):
        if hmac.compare_digest(totp.at(candidate * STEP_SECONDS).encode(), code.encode()):
            return candidate
    return None


def confirm(user: User, secret: str, code: str) -> list[str] | None:
    """Switch the second factor on; returns the recovery codes, or None for a wrong code."""
    step = matching_step(secret, code)
    if step is None:
        return None
    user.totp_secret_sealed = master_seal(secret.encode(), _context(user))
    user.totp_confirmed_at = utcnow()
    user.totp_last_step = step
    audit.log("second_factor_on", "user", user.id)
    return make_recovery_codes(user)


def switch_off(user: User) -> None:
    forget(user)
    audit.log("second_factor_off", "user", user.id)


def forget(user: User) -> None:
    """Without the second factor and its recovery codes; the caller writes the log."""
    user.totp_secret_sealed = user.totp_confirmed_at = None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def check(user: User, code: str) -> bool:
    """A code of the app or a recovery code; neither works twice. Raises TooManyCodes.

    Call it before anything is changed (it counts in a transaction of its own).
    """
    user_id = user.id
    if not throttle.take(f"second-factor:{user_id}", capacity=6, per_minute=0.5):
        raise TooManyCodes
    user = db.session.get_one(User, user_id)
    return _use_step(user, code) or _use_recovery_code(user, code)


def make_recovery_codes(user: User) -> list[str]:
    """Ten new codes in plain text, to be shown once; the old ones stop working."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=_hashed(c)) for c in codes)
    db.session.flush()
    audit.log("recovery_codes", "user", user.id, count=len(codes))
    return codes


def codes_left(user: User) -> int:
    query = select(func.count(RecoveryCode.id)).where(
        RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(query) or 0


def _use_step(user: User, code: str) -> bool:
    if user.totp_secret_sealed is None:
        return False
    secret = master_unseal(user.totp_secret_sealed, _context(user)).decode()
    step = matching_step(secret, code)
    if step is None or step <= user.totp_last_step:
        return False
    user.totp_last_step = step
    return True


def _use_recovery_code(user: User, code: str) -> bool:
    row = db.session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.code_hash == _hashed(code),
            RecoveryCode.used_at.is_(None),
        )
    )
    if row is None:
        return False
    row.used_at = utcnow()
    audit.log("recovery_code_used", "user", user.id)
    return True


def _new_code() -> str:
    """Three groups of four, about 59 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(3))


def _hashed(code: str) -> str:
    plain = "".join(c for c in code.lower() if c in _LETTERS)
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"recovery:{plain}".encode(), hashlib.sha256).hexdigest()


def _context(user: User) -> str:
    return f"user_account.totp_secret.{user.uid}"
