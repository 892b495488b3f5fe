"""Choices of form fields from pairs, as WTForms wants them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms.fields import SelectChoice


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """(value, label) → choices; labels may be lazy texts."""
    return [SelectChoice(value, label) for value, label in pairs]
