"""Towns of the installation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from buergerrat import audit
from buergerrat.accounts.models import Municipality
from buergerrat.db import db


def found(values: Mapping[str, Any]) -> Municipality:
    """A new town; `values` are columns of `Municipality`."""
    town = Municipality(**{key: value or "" for key, value in values.items()})
    db.session.add(town)
    db.session.flush()
    audit.log("town_founded", "municipality", town.id, municipality_id=town.id)
    return town


def change(town: Municipality, values: Mapping[str, Any]) -> None:
    changed = sorted(key for key, value in values.items() if getattr(town, key) != (value or ""))
    for key in changed:
        setattr(town, key, values[key] or "")
    db.session.flush()
    audit.log("town_changed", "municipality", town.id, municipality_id=town.id, fields=changed)
