"""Objects, not ids, enter a view: the URL's town and assembly are looked up here.

`<town>` and `<assembly>` in a URL become `g.municipality` and `g.assembly`; a view
that has `<assembly>` receives the object as its argument `assembly` (`municipality`
for `<town>` alone). Children are looked up through the assembly with `child`.
"""

from __future__ import annotations

from typing import Any, TypeVar

from flask import Flask, abort, current_app, g
from sqlalchemy import select

from buergerrat.accounts.models import Municipality
from buergerrat.assemblies.models import Assembly
from buergerrat.db import Model, db

Noun = TypeVar("Noun", bound=Model)
TOO_LONG = 2**31  # a number in an address that no database column holds


def init_app(app: Flask) -> None:
    app.url_value_preprocessor(_look_up)
    app.url_defaults(_same_place)


def _look_up(endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.municipality = g.assembly = None
    if not values or "town" not in values or endpoint == "static":
        return
    town = db.session.scalar(select(Municipality).where(Municipality.slug == values.pop("town")))
    if town is None:
        abort(404)
    g.municipality = town
    if "assembly" not in values:
        values["municipality"] = town
        return
    assembly = db.session.scalar(
        select(Assembly).where(
            Assembly.municipality_id == town.id, Assembly.slug == values["assembly"]
        )
    )
    if assembly is None:
        abort(404)
    g.assembly = values["assembly"] = assembly


def _same_place(endpoint: str, values: dict[str, Any]) -> None:
    """`url_for` fills in the town and assembly of the current page."""
    app = current_app
    for name, noun in (("town", g.get("municipality")), ("assembly", g.get("assembly"))):
        given = values.get(name)
        if given is not None and hasattr(given, "slug"):
            values[name] = given.slug
        elif (
            given is None and noun is not None and app.url_map.is_endpoint_expecting(endpoint, name)
        ):
            values[name] = noun.slug


def child(noun: type[Noun], /, **criteria: Any) -> Noun:
    """The assembly's one object of this kind that fits, or 404."""
    if any(isinstance(value, int) and value >= TOO_LONG for value in criteria.values()):
        abort(404)
    found = db.session.scalars(
        select(noun).filter_by(assembly_id=g.assembly.id, **criteria)
    ).one_or_none()
    if found is None:
        abort(404)
    return found


def next_number(noun: type[Noun], assembly_id: int, **criteria: Any) -> int:
    """The next free number of this noun within the assembly; race-free in a write transaction."""
    numbers = select(noun.number).filter_by(assembly_id=assembly_id, **criteria)  # type: ignore[attr-defined]
    return max(db.session.scalars(numbers), default=0) + 1
