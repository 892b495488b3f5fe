"""The way through the answer pages: which steps a person takes, in which order.

Step names are parts of the address. Pure: no Flask, no database.
"""

from __future__ import annotations

JOIN = "mitmachen"
GUARDIAN = "eltern"
SUPPORT = "unterstuetzung"
CONTACT = "erreichbar"
SUMMARY = "zusammenfassung"
REGISTER = {"geschlecht": "sex", "alter": "age_band", "ortsteil": "district"}
FEATURES = {"schulabschluss": "education", "einwanderung": "migration_history"}


def steps(*, forwarded: bool, minor: bool, wants_support: bool) -> tuple[str, ...]:
    """All steps of somebody who says yes.

    `forwarded`: the registration office posted the letter itself, so nothing is known of the
    person; `minor`: under 18; `wants_support`: chose „Ja, aber ich brauche Unterstützung“.
    """
    return (
        JOIN,
        *(REGISTER if forwarded else ()),
        *((GUARDIAN,) if minor else ()),
        *FEATURES,
        *((SUPPORT,) if wants_support else ()),
        CONTACT,
        SUMMARY,
    )


def after(way: tuple[str, ...], step: str) -> str:
    """The next step; the summary for a step that is not on this way."""
    return way[way.index(step) + 1] if step in way[:-1] else SUMMARY


def before(way: tuple[str, ...], step: str) -> str:
    """The step before; the summary for a step that is not on this way."""
    return way[way.index(step) - 1] if step in way[1:] else SUMMARY
