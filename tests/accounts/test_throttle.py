"""The token bucket: counts, refills, survives a rollback, keeps no names."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from buergerrat.accounts.models import Municipality, RateBucket
from buergerrat.accounts.services import throttle
from buergerrat.db import db, utcnow

START = dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC)


def test_a_bucket_is_empty_after_its_capacity_and_fills_with_time(app: Flask) -> None:
    assert [throttle.take("a", 3, 2, now=START) for _ in range(4)] == [True, True, True, False]
    half_a_minute = START + dt.timedelta(seconds=30)
    assert [throttle.take("a", 3, 2, now=half_a_minute) for _ in range(2)] == [True, False]
    next_day = START + dt.timedelta(days=1)
    assert [throttle.take("a", 3, 2, now=next_day) for _ in range(4)] == [True, True, True, False]


def test_buckets_are_independent_and_named_by_hash_only(app: Flask) -> None:
    assert throttle.take("sign-in:katrin@example.org", 1, 1)
    assert throttle.take("sign-in:rolf@example.org", 1, 1)
    keys = db.session.scalars(select(RateBucket.key)).all()
    assert len(keys) == 2
    assert not any("example" in key for key in keys)


def test_what_was_taken_stays_taken_after_a_rollback(app: Flask) -> None:
    assert throttle.take("a", 1, 0.001)
    db.session.rollback()
    assert not throttle.take("a", 1, 0.001)


def test_a_clock_that_goes_back_gives_nothing_away(app: Flask) -> None:
    assert throttle.take("a", 1, 1, now=START)
    assert not throttle.take("a", 1, 1, now=START - dt.timedelta(hours=1))
    assert not throttle.take("a", 1, 1, now=START + dt.timedelta(seconds=30))


def test_it_refuses_to_throw_changes_away(app: Flask) -> None:
    db.session.add(Municipality(slug="x", name="x", short_name="x"))
    with pytest.raises(RuntimeError):
        throttle.take("a", 1, 1)


def test_old_buckets_are_swept(app: Flask) -> None:
    throttle.take("old", 1, 1, now=utcnow() - dt.timedelta(days=3))
    throttle.take("new", 1, 1)
    assert throttle.sweep() == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),  # one household's 64 bits
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("fe80::1%eth0", "fe80::2", True),
        (None, "unknown", False),
    ],
)
def test_whoever_has_many_addresses_counts_once(one: str | None, other: str, same: bool) -> None:
    assert (throttle.network_of(one) == throttle.network_of(other)) is same
