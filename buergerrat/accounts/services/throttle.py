"""Token buckets in the database: how often something may be tried.

    if not throttle.take(f"sign-in:{email}", capacity=10, per_minute=1):
        abort(429)

What was taken stays taken when the request fails or is rolled back, so `take` works in a
transaction of its own: **call it before the request has changed anything.**
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
from typing import Any

from flask import current_app, request
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from buergerrat.accounts.models import RateBucket
from buergerrat.db import db, utcnow, writing

KEEP = dt.timedelta(days=2)


def take(key: str, capacity: float, per_minute: float, *, now: dt.datetime | None = None) -> bool:
    """Take one token from the bucket `key`; False when it is empty.

    A bucket holds `capacity` tokens at first and gains `per_minute` a minute. `key` says what is
    limited and for whom; only its keyed hash is stored. Raises RuntimeError when the session holds
    changes that the own transaction would throw away.
    """
    if db.session.new or db.session.dirty or db.session.deleted:
        raise RuntimeError("throttle.take: call it before anything is changed")
    now = now or utcnow()
    name = _hashed(key)
    with writing():
        _make_sure(name, capacity, now)
        bucket = db.session.get_one(RateBucket, name, with_for_update=True, populate_existing=True)
        minutes = max(0.0, (now - bucket.refilled_at).total_seconds() / 60)
        tokens = min(float(capacity), bucket.tokens + minutes * per_minute)
        allowed = tokens >= 1
        bucket.tokens = tokens - 1 if allowed else tokens
        bucket.refilled_at = max(now, bucket.refilled_at)
    return allowed


def take_for_address(what: str, capacity: float, per_minute: float, *, wide: bool = False) -> bool:
    """`take` for the network address that asks; `wide`: for the whole network of a provider."""
    return take(_of_address(what, wide), capacity, per_minute)


def give_back_for_address(what: str, capacity: float, *, wide: bool = False) -> None:
    """Put back what `take_for_address` took; in a transaction of its own, like it."""
    name = _hashed(_of_address(what, wide))
    with writing():
        bucket = db.session.get(RateBucket, name, with_for_update=True, populate_existing=True)
        if bucket is not None:
            bucket.tokens = min(float(capacity), bucket.tokens + 1)


def is_empty(
    key: str, capacity: float, per_minute: float, *, now: dt.datetime | None = None
) -> bool:
    """Whether `take` would refuse; takes nothing."""
    bucket = db.session.get(RateBucket, _hashed(key), populate_existing=True)
    if bucket is None:
        return capacity < 1
    minutes = max(0.0, ((now or utcnow()) - bucket.refilled_at).total_seconds() / 60)
    return min(float(capacity), bucket.tokens + minutes * per_minute) < 1


def _of_address(what: str, wide: bool) -> str:
    return f"{what}:address:{network_of(request.remote_addr, 48 if wide else 64)}"


def network_of(address: str | None, ipv6_bits: int = 64) -> str:
    """Who can change an address at will counts once: of IPv6 the first bits, one household."""
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, ipv6_bits), strict=False))


def reset(key: str) -> None:
    """Fill the bucket again, after success. In the caller's transaction."""
    db.session.execute(delete(RateBucket).where(RateBucket.key == _hashed(key)))


def sweep(now: dt.datetime | None = None) -> int:
    """Delete buckets that nobody touched for two days; returns how many."""
    with writing():
        result = db.session.execute(
            delete(RateBucket).where(RateBucket.refilled_at < (now or utcnow()) - KEEP)
        )
    return int(getattr(result, "rowcount", 0))


def _make_sure(name: str, capacity: float, now: dt.datetime) -> None:
    values = {"key": name, "tokens": float(capacity), "refilled_at": now}
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(insert(RateBucket).values(values).on_conflict_do_nothing())


def _hashed(key: str) -> str:
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"throttle:{key}".encode(), hashlib.sha256).hexdigest()
