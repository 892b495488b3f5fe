"""The line about deletion on the home of a Bürgerrat."""

from __future__ import annotations

from typing import Any

from buergerrat.assemblies import way
from buergerrat.assemblies.models import Assembly
from buergerrat.privacy import deadlines


@way.overview_section
def deletion(assembly: Assembly) -> tuple[str, dict[str, Any]]:
    return "privacy/_overview.html", {
        "coming": coming(assembly),
        "today": deadlines.today(),
    }


def coming(assembly: Assembly) -> deadlines.Group | None:
    """The next group with people in it whose day is known."""
    known = [group for group in deadlines.groups(assembly) if group.people and group.due]
    return min(known, key=lambda group: str(group.due), default=None)
