"""Holding off those who guess codes, without shutting out those who have one.

Every address has a bucket, and what a right code took is given back. Only wrong codes charge the
bucket of all together; once it is empty, each address gets fewer tries: **slower, not shut**, so
nobody can lock out a town by sending nonsense. A program that fills in what nobody sees, or answers
faster than a person can, is told the same as somebody with a wrong code, and nothing is looked up.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import logging
from collections.abc import Mapping

from flask import current_app

from buergerrat.accounts.services import throttle
from buergerrat.db import utcnow

# A code has 6·10^12 forms: at this pace guessing one of 20,000 takes longer than any deadline.
PER_ADDRESS = (20, 2)  # tries at once, then so many a minute
OVERALL = (300, 60)  # wrong codes of all addresses together
SLOW = (5, 0.2)  # for each address while too many wrong codes come in
FASTEST = 1.0  # seconds from page to answer; the setting ANSWER_SECONDS overrides it
TRAP = "notiz"  # a field that people do not see
OPENED = "geoeffnet"
log = logging.getLogger(__name__)


def allowed() -> bool:
    """Whether this address may try a code now. Call before anything is changed."""
    if not throttle.take_for_address("code", *PER_ADDRESS):
        return False
    if not throttle.is_empty("code-wrong", *OVERALL):
        return True
    log.warning("codes are being guessed: each address has fewer tries")
    return throttle.take_for_address("code-slow", *SLOW, wide=True)


def was_wrong() -> None:
    """Charge the bucket of all. The same work as `was_right`."""
    throttle.take("code-wrong", *OVERALL)


def was_right() -> None:
    """Twenty people behind one address may all answer."""
    throttle.give_back_for_address("code", PER_ADDRESS[0])
    throttle.give_back_for_address("code-slow", SLOW[0], wide=True)  # also while codes are guessed


def opened_at(moment_of: dt.datetime | None = None) -> str:
    """For the hidden field: when the page was made, in milliseconds, and a signature."""
    moment = str(int((moment_of or utcnow()).timestamp() * 1000))
    return f"{moment}.{_signed(moment)}"


def is_program(form: Mapping[str, str]) -> bool:
    """Whether the form was filled in by a program. An old page, from a cache, is as good as any."""
    return bool(form.get(TRAP)) or not _took_time(form.get(OPENED, ""))


def _took_time(stamp: str) -> bool:
    moment, _dot, signature = stamp.partition(".")
    if not moment.isdecimal() or not hmac.compare_digest(
        signature.encode(), _signed(moment).encode()
    ):
        return False
    seconds = utcnow().timestamp() - int(moment) / 1000
    return seconds >= float(current_app.config.get("ANSWER_SECONDS", FASTEST))


def _signed(moment: str) -> str:
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"code page {moment}".encode(), hashlib.sha256).hexdigest()[:32]
