"""What a call about a seat can come to."""

from __future__ import annotations

# Stored key → word in the log's German; the pages translate it.
YES, NO, THINKS, NOT_REACHED, WRONG_NUMBER = "yes", "no", "thinks", "not_reached", "wrong_number"
OUTCOMES = (YES, NO, THINKS, NOT_REACHED, WRONG_NUMBER)
REACHED = frozenset((YES, NO, THINKS))
