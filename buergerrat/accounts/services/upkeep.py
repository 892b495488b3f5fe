"""What piles up and goes away by itself: old sessions, buckets, used form tokens, dead links."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete

from buergerrat import jobs
from buergerrat.accounts.models import Submission, UserInvitation, WebSession
from buergerrat.accounts.services import throttle
from buergerrat.db import db, utcnow, writing

KEEP_SUBMISSIONS = dt.timedelta(days=2)


@jobs.every(dt.timedelta(hours=1))
def sweep_accounts() -> None:
    """Delete what has expired."""
    now = utcnow()
    with writing():
        db.session.execute(delete(WebSession).where(WebSession.expires_at < now))
        db.session.execute(delete(Submission).where(Submission.created_at < now - KEEP_SUBMISSIONS))
        db.session.execute(delete(UserInvitation).where(UserInvitation.expires_at < now))
    throttle.sweep(now)
