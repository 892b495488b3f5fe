"""The 1,000 lists as ten fields of ten by ten: first digit field, second row, third column."""

from collections.abc import Collection
from dataclasses import dataclass

from markupsafe import Markup

from buergerrat.charts.svg import Canvas

SIDE, PITCH, FIRST = 142.0, 14.0, 8.0


@dataclass(frozen=True)
class PanelField:
    """Lists `first` to `last`: on how many the person stands, and the drawn one if it is here."""

    first: int
    last: int
    count: int
    drawn: int | None
    picture: Markup


def _words(first: int, on: int, drawn: int | None, mine: bool, lang: str) -> tuple[str, str]:
    last = first + 99
    if lang == "en":
        said = f"You are on {on} of these 100 lists."
        if drawn is not None:
            said += f" The drawn list {drawn:03} is here; you are {'' if mine else 'not '}on it."
        return f"Lists {first:03} to {last:03}", said
    said = f"Sie stehen auf {on} dieser 100 Listen."
    if drawn is not None:
        said += f" Hier liegt die gezogene Liste {drawn:03}, auf ihr stehen Sie"
        said += "." if mine else " nicht."
    return f"Listen {first:03} bis {last:03}", said


def _field(first: int, mine: Collection[int], drawn: int | None, lang: str) -> PanelField:
    here = drawn if drawn is not None and first <= drawn < first + 100 else None
    numbers = range(first, first + 100)
    on = sum(number in mine for number in numbers)
    canvas = Canvas(SIDE, SIDE, *_words(first, on, here, here in mine, lang))
    for number in numbers:
        row, column = divmod(number - first, 10)
        x, y = FIRST + column * PITCH, FIRST + row * PITCH
        canvas.circle(*(("d-mine", x, y, 5.2) if number in mine else ("d-other", x, y, 1.9)))
        if number == here:
            canvas.circle("d-drawn", x, y, 7.5)
    return PanelField(first, first + 99, on, here, canvas.markup())


def panel_fields(
    mine: Collection[int], drawn: int | None = None, lang: str = "de"
) -> list[PanelField]:
    """Ten fields; `mine` are the numbers (0 to 999) of the lists this person stands on."""
    on = frozenset(mine)
    if not on <= frozenset(range(1000)):
        raise ValueError("lists are numbered 0 to 999")
    return [_field(first, on, drawn, lang) for first in range(0, 1000, 100)]
